//! Replies with a tag or a place, and the keys of idempotent requests.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, http::header};
use serde::Serialize;
use serde_json::Value;

use super::etag;
use crate::{
    error::{Error, ErrorCode, FieldProblem, Result},
    idempotency::{Attempt, Reply},
};

/// 200 with an object and the tag of its revision.
pub fn tagged(revision: i64, object: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::ETAG, etag::of(revision))).json(object)
}

/// A reply that was stored with its idempotency key, or could have been.
pub fn stored(reply: Reply) -> HttpResponse {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut out = HttpResponse::build(status);
    out.insert_header((header::CONTENT_TYPE, "application/json"));
    if let Some(location) = reply.location {
        out.insert_header((header::LOCATION, location));
    }
    if let Some(tag) = reply.etag {
        out.insert_header((header::ETAG, tag));
    }
    if reply.replayed {
        out.insert_header(("Idempotency-Replayed", "true"));
    }
    out.body(reply.body)
}

/// 200 with a picture.
pub fn picture(svg: String) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CONTENT_TYPE, "image/svg+xml")).body(svg)
}

/// The `Idempotency-Key` of a request: 1 to 255 visible ASCII characters, once.
///
/// # Errors
/// 400 when it is there and not that.
pub fn idempotency_key(req: &HttpRequest) -> Result<Option<String>> {
    let wrong =
        || Error::new(ErrorCode::BadHeader, "Idempotency-Key must be 1 to 255 visible characters, once.");
    let mut sent = req.headers().get_all("idempotency-key");
    let Some(first) = sent.next() else { return Ok(None) };
    if sent.next().is_some() {
        return Err(wrong());
    }
    let text = first.to_str().map_err(|_| wrong())?;
    if (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()) {
        Ok(Some(text.to_owned()))
    } else {
        Err(wrong())
    }
}

/// The attempt that a request with a key is, or `None` without a key.
///
/// # Errors
/// 400 when the key has no acceptable form.
pub fn attempt(
    req: &HttpRequest,
    user: crate::id::UserId,
    operation: &'static str,
    body: &Value,
) -> Result<Option<Attempt>> {
    Ok(idempotency_key(req)?.map(|key| Attempt { user, operation, key, body: body.clone() }))
}

/// What was left out of an entry that was taken all the same.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(example = json!({"pointer": "/anxiety", "code": "out_of_range", "detail": "Must be a whole number from 0 to 10."}))]
pub struct Warning {
    /// JSON pointer to what was left out; empty when it is about the entry as a whole.
    pub pointer: String,
    /// Stable word.
    pub code: String,
    /// What would have been right.
    pub detail: String,
}

impl From<&FieldProblem> for Warning {
    fn from(problem: &FieldProblem) -> Self {
        let pointer = match &problem.place {
            crate::error::Place::Pointer(pointer) => pointer.clone(),
            crate::error::Place::Parameter(_) | crate::error::Place::UnknownParameter(_) => String::new(),
        };
        Self { pointer, code: problem.code.to_owned(), detail: problem.detail.clone().into_owned() }
    }
}
