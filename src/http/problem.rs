//! Refusals on the wire: RFC 9457 problem documents, the same for our own errors and the framework's.

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use serde_json::{Map, Value, json};

use super::retry;
use crate::error::{Error, ErrorCode, Place};

/// Media type of a problem document.
pub const MEDIA_TYPE: &str = "application/problem+json";

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        if let Some(cause) = self.cause() {
            tracing::error!(code = self.code().slug(), cause = %cause, "request failed");
        }
        let mut reply = HttpResponse::build(self.status_code());
        reply.insert_header((header::CONTENT_TYPE, MEDIA_TYPE));
        if let Some(seconds) = self.retry_after_seconds() {
            // Only where many are refused at once: a limit of one person ends for her alone.
            let seconds = if self.code().status() == 503 { retry::spread(seconds) } else { seconds };
            reply.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if let Some(methods) = self.allow() {
            reply.insert_header((header::ALLOW, methods));
        }
        if self.code().status() == 401 {
            let challenge = if self.token_error() { "Bearer error=\"invalid_token\"" } else { "Bearer" };
            reply.insert_header((header::WWW_AUTHENTICATE, challenge));
        }
        if matches!(self.code(), ErrorCode::BodyTooLarge | ErrorCode::RequestTimeout) {
            // What is left of the body is not read, so nothing else may follow on this connection.
            reply.force_close();
        }
        reply.body(document(self).to_string())
    }
}

/// The problem document of an error.
pub fn document(error: &Error) -> Value {
    let (status, slug, title) = error.code().describe();
    let mut members = Map::new();
    members.insert("type".into(), format!("/problems/{slug}").into());
    members.insert("title".into(), title.into());
    members.insert("status".into(), status.into());
    members.insert("detail".into(), error.detail().into());
    members.insert("code".into(), slug.into());
    if !error.fields().is_empty() {
        let fields = error.fields().iter().map(|field| match &field.place {
            Place::Pointer(pointer) => {
                json!({"pointer": pointer, "code": field.code, "detail": field.detail})
            }
            Place::Parameter(name) => json!({"parameter": name, "code": field.code, "detail": field.detail}),
            Place::UnknownParameter(name) => {
                json!({"parameter": name, "code": field.code, "detail": field.detail})
            }
        });
        members.insert("errors".into(), fields.collect());
    }
    if let Some((name, value)) = error.extra() {
        members.insert(name.into(), value.clone());
    }
    Value::Object(members)
}
