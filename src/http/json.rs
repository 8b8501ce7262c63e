//! Reading a JSON body: bounded, strict, and only after the caller is known.
//!
//! [`RawBody`] is the extractor; it does not touch the stream. A handler asks for the object once it knows who
//! is calling, so that a missing token answers 401 whatever the body looks like.

use std::{fmt, time::Duration};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header, web};
use futures_util::{StreamExt, future::Ready, future::ready};
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};
use tokio::time::{Instant, timeout_at};

use super::{admit, arrival};
use crate::error::{Error, ErrorCode, Result};

/// Largest body, in bytes.
pub const BODY_LIMIT: usize = 64 * 1024;
/// Deepest nesting of arrays and objects.
const DEPTH_LIMIT: usize = 64;

/// The body of a request, not read yet.
pub struct RawBody {
    content_type: Option<String>,
    encoded: bool,
    declared_length: Option<usize>,
    stream: web::Payload,
    pub(super) patience: Duration,
    place: Option<admit::Carried>,
}

impl FromRequest for RawBody {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let text = |name: header::HeaderName| {
            req.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let encoded = text(header::CONTENT_ENCODING).is_some_and(|how| how != "identity");
        let body = Self {
            content_type: text(header::CONTENT_TYPE),
            encoded,
            place: req.extensions().get::<admit::Carried>().cloned(),
            declared_length: text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok()),
            stream: web::Payload::from_request(req, payload)
                .into_inner()
                .unwrap_or_else(|_| web::Payload::from_request(req, &mut Payload::None).into_inner().expect(
                    "taking the payload of a request fails never; actix types it as fallible for all extractors",
                )),
            patience: arrival::LONGEST,
        };
        ready(Ok(body))
    }
}

impl RawBody {
    /// Reads the body as one JSON object.
    ///
    /// # Errors
    /// 415 when it is not declared as JSON, 413 over 64 KiB, 400 when it is broken, 422 when it is not an object.
    pub async fn object(self) -> Result<Map<String, Value>> {
        object_of(parse(&self.bytes().await?)?)
    }

    /// As [`RawBody::object`], but a body that is not broken, only strange (half a character, a number that no
    /// machine holds, deep nesting), is mended when what comes out is `urgent`. What was strange in it is then
    /// refused by its field.
    ///
    /// # Errors
    /// As [`RawBody::object`].
    pub async fn object_mended_if(
        self,
        urgent: impl Fn(&Map<String, Value>) -> bool,
    ) -> Result<Map<String, Value>> {
        let bytes = self.bytes().await?;
        match parse(&bytes) {
            Ok(value) => object_of(value),
            Err(refusal) => match super::mend::mended(&bytes) {
                Some(Value::Object(map)) if urgent(&map) => Ok(map),
                _ => Err(refusal),
            },
        }
    }

    async fn bytes(mut self) -> Result<Vec<u8>> {
        self.check_head()?;
        let slow = |_| Error::new(ErrorCode::RequestTimeout, "The body took too long to arrive.");
        let place = self.place.take();
        let arriving = async {
            let began = Instant::now();
            let mut bytes = Vec::new();
            let patience = self.patience;
            let due = |bytes: &Vec<u8>| began + arrival::allowed(bytes.len()).min(patience);
            while let Some(chunk) = timeout_at(due(&bytes), self.stream.next()).await.map_err(slow)? {
                let chunk = chunk.map_err(|_| Error::new(ErrorCode::BadRequest, "The body ended early."))?;
                if bytes.len() + chunk.len() > BODY_LIMIT {
                    return Err(too_large());
                }
                bytes.extend_from_slice(&chunk);
            }
            Ok(bytes)
        };
        match place {
            Some(place) => place.waiting_for_client(arriving).await?,
            None => arriving.await,
        }
    }

    fn check_head(&self) -> Result<()> {
        let json = self.content_type.as_deref().is_some_and(|value| {
            let mut parts = value.split(';').map(str::trim);
            let media = parts.next().unwrap_or_default().to_ascii_lowercase();
            let utf8 = parts.all(|parameter| {
                let parameter = parameter.to_ascii_lowercase().replace('"', "");
                !parameter.starts_with("charset=") || parameter == "charset=utf-8"
            });
            utf8 && (media == "application/json" || media == "application/merge-patch+json")
        });
        if !json || self.encoded {
            return Err(Error::new(
                ErrorCode::UnsupportedMediaType,
                "Send application/json in UTF-8, without a content encoding.",
            ));
        }
        if self.declared_length.is_some_and(|length| length > BODY_LIMIT) {
            return Err(too_large());
        }
        Ok(())
    }
}

fn object_of(value: Value) -> Result<Map<String, Value>> {
    match value {
        Value::Object(map) => Ok(map),
        _ => Err(Error::invalid(vec![crate::error::FieldProblem {
            place: crate::error::Place::Pointer(String::new()),
            code: "wrong_type",
            detail: "The body must be a JSON object.".into(),
        }])),
    }
}

fn too_large() -> Error {
    Error::new(ErrorCode::BodyTooLarge, "A body may have 65536 bytes.")
}

/// Parses JSON as this service accepts it: UTF-8, no key twice, at most 64 levels deep.
pub fn parse(bytes: &[u8]) -> Result<Value> {
    parse_to_depth(bytes, DEPTH_LIMIT)
}

pub(super) fn parse_to_depth(bytes: &[u8], deepest: usize) -> Result<Value> {
    let broken = |detail: &'static str| Error::new(ErrorCode::BadJson, detail);
    let text = std::str::from_utf8(bytes).map_err(|_| broken("The body is not UTF-8."))?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let parsed = de::DeserializeSeed::deserialize(Strict { left: deepest }, &mut reader)
        .and_then(|value| reader.end().map(|()| value));
    parsed.map_err(|e| {
        let words = e.to_string();
        if words.starts_with(TWICE) {
            broken("An object has the same key twice.")
        } else if words.starts_with(DEEP) || words.starts_with("recursion limit") {
            broken("The body is nested deeper than 64 levels.")
        } else {
            broken("The body is not well-formed JSON.")
        }
    })
}

const TWICE: &str = "the same key twice";
const DEEP: &str = "nested too deeply";

#[derive(Clone, Copy)]
struct Strict {
    left: usize,
}

impl<'de> de::DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> std::result::Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl Strict {
    fn deeper<E: de::Error>(self) -> std::result::Result<Self, E> {
        self.left.checked_sub(1).map(|left| Self { left }).ok_or_else(|| E::custom(DEEP))
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> std::result::Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_str<E>(self, value: &str) -> std::result::Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> std::result::Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> std::result::Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> std::result::Result<Value, A::Error> {
        let below = self.deeper()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(below)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> std::result::Result<Value, A::Error> {
        let below = self.deeper()?;
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(below)?;
            if map.insert(key, value).is_some() {
                return Err(de::Error::custom(TWICE));
            }
        }
        Ok(Value::Object(map))
    }
}

/// Reads an object into a wire type whose fields are all [`super::field::Field`], which never fails.
pub fn into_wire<T: for<'de> Deserialize<'de>>(object: Map<String, Value>) -> Result<T> {
    serde_json::from_value(Value::Object(object)).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_bodies_are_refused() {
        let deep = format!("{}1{}", "[".repeat(65), "]".repeat(65));
        let cases: &[&[u8]] = &[
            b"",
            b"{",
            b"{}x",
            b"{\"a\":1,\"a\":2}",
            b"{\"a\":{\"b\":1,\"b\":1}}",
            b"{\"a\":NaN}",
            b"{\"a\":Infinity}",
            b"{\"a\":1e400}",
            b"{\"a\":\"\\ud800\"}",
            b"{\"a\":\"\xff\"}",
            b"{a:1}",
            b"{\"a\":1,}",
            b"\xef\xbb\xbf{}",
            b"{'a':1}",
            deep.as_bytes(),
        ];
        for case in cases {
            let refused = parse(case).expect_err("must be refused");
            assert_eq!(refused.code(), ErrorCode::BadJson, "{}", String::from_utf8_lossy(case));
        }
        assert!(parse(format!("{}1{}", "[".repeat(64), "]".repeat(64)).as_bytes()).is_ok());
    }
}
