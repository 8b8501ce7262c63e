//! What is added to every request and reply: an id, a deadline, security headers, a log line, metrics, and the
//! last net under a panic. What a head may hold is decided in `head`, what ends a connection in `connection`.

use std::{
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};

use actix_web::{
    Error as ActixError, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        ConnectionType, StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web,
};
use futures_util::FutureExt;
use tracing::{Instrument, Span};

use super::{
    connection::{self, Held},
    head, problem,
};
use crate::{
    admission,
    app::App,
    error::{Error, ErrorCode},
    id::RowId,
};

/// Where help is.
const HELP: &str = "/v1/help";
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";
/// The page to try the API runs its own scripts and styles, and nobody else's.
const DOCS_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     frame-ancestors 'none'; base-uri 'none'";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The middleware around every route.
pub async fn around(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    if connection::is_over(&req) {
        return Ok(connection::cut(req).await);
    }
    let Some(app) = req.app_data::<web::Data<App>>().cloned() else {
        return Err(Error::internal("the application state is missing").into());
    };
    let began = Instant::now();
    let id = request_id(&req, &app);
    let method = req.method().to_string();
    let span = tracing::info_span!("request", id = %id);
    let deadline = Duration::from_secs(app.config.request_timeout_seconds);
    let body = Held::of(&mut req);
    let end = |reply| {
        let mut reply = finish(reply, &span, &id, &method, began);
        connection::note_end(&mut reply);
        match &body {
            Some(body) => body.clone().until_sent(reply),
            None => reply,
        }
    };
    if let Some(refusal) = head::refusal(&req) {
        let mut reply = refusal.error_response();
        reply.head_mut().set_connection_type(ConnectionType::Close);
        return Ok(end(req.into_response(reply)));
    }
    let about_her = is_about_her(&method, req.path());
    let route = admission::named_in_full(req.path()).unwrap_or("none");
    let note_end = connection::note_end_without(&req);
    let lost = |refusal: ActixError| {
        write_down(&span, route, &method, refusal.as_response_error().status_code(), began);
        note_end();
        Err(Lost { refusal, id: id.clone(), span: span.clone() }.into())
    };
    let work = AssertUnwindSafe(next.call(req)).catch_unwind().instrument(span.clone());
    let refusal = match tokio::time::timeout(deadline, work).await {
        Ok(Ok(Ok(reply))) => return Ok(end(reply.map_into_boxed_body())),
        Ok(Ok(Err(e))) => return lost(e),
        Ok(Err(_)) => Error::internal("a handler panicked"),
        Err(_) => Error::new(
            ErrorCode::Unavailable,
            "It took too long and may have been stored. Send it again with the same Idempotency-Key.",
        )
        .retry_after(2)
        .caused_by("the request took too long"),
    };
    let refusal = if about_her { refusal.with_extra("help", HELP.into()) } else { refusal };
    lost(refusal.into())
}

/// A refusal of a request that went away with what was to answer it: a panic, or the end of its time. The
/// framework keeps no copy of a request that a reply could be tied to, so the edge's headers are added here. Its route
/// is known only where its path is one that an operation has in full.
#[derive(Debug)]
struct Lost {
    refusal: ActixError,
    id: String,
    span: Span,
}

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.refusal.fmt(f)
    }
}

impl ResponseError for Lost {
    fn status_code(&self) -> StatusCode {
        self.refusal.as_response_error().status_code()
    }

    fn error_response(&self) -> HttpResponse {
        // Where the cause is logged, beside the id.
        let mut reply = self.span.in_scope(|| self.refusal.error_response());
        add_headers(reply.headers_mut(), &self.id, false);
        reply
    }
}

/// Makes every reply look the same at its edges, and writes it down.
fn finish(
    reply: ServiceResponse<BoxBody>,
    span: &Span,
    id: &str,
    method: &str,
    began: Instant,
) -> ServiceResponse<BoxBody> {
    let reply = framework_refusal(reply);
    let mut reply = offer_help(reply);
    let route = reply.request().match_pattern().unwrap_or_else(|| "none".to_owned());
    let is_docs = reply.request().path().starts_with("/docs/");
    add_headers(reply.headers_mut(), id, is_docs);
    write_down(span, &route, method, reply.status(), began);
    reply
}

fn write_down(span: &Span, route: &str, method: &str, status: StatusCode, began: Instant) {
    let seconds = began.elapsed().as_secs_f64();
    record(route, method, status, seconds);
    span.in_scope(|| {
        tracing::info!(%method, %route, status = status.as_u16(), duration_ms = seconds * 1000.0, "answered");
    });
}

/// A client's own id is kept when it has a form that is safe in logs and headers.
fn request_id(req: &ServiceRequest, app: &App) -> String {
    let own = req.headers().get(&REQUEST_ID).and_then(|value| value.to_str().ok());
    let fits = |id: &&str| {
        (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    own.filter(fits).map_or_else(|| RowId::new(app.clock.now()).to_string(), str::to_owned)
}

/// What the framework refuses by itself leaves as a problem document too.
fn framework_refusal(reply: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let status = reply.status();
    let ours = reply.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == problem::MEDIA_TYPE);
    if !(status.is_client_error() || status.is_server_error()) || ours || is_json(reply.headers()) {
        return reply;
    }
    let code = match status {
        StatusCode::NOT_FOUND => ErrorCode::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ErrorCode::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::BodyTooLarge,
        StatusCode::URI_TOO_LONG => ErrorCode::TargetTooLong,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorCode::UnsupportedMediaType,
        status if status.is_client_error() => ErrorCode::BadRequest,
        _ => ErrorCode::Internal,
    };
    let refusal = match code {
        ErrorCode::NotFound => Error::not_found(),
        code => Error::new(code, "The request was not understood."),
    };
    let (req, _) = reply.into_parts();
    ServiceResponse::new(req, refusal.error_response())
}

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"))
}

/// Whether a request writes something that a parent says of herself, be it by the hand of her doula.
fn is_about_her(method: &str, path: &str) -> bool {
    let writes = !matches!(method, "GET" | "HEAD");
    let entered = path.starts_with("/v1/clients/") && path.ends_with("/screenings");
    writes && (path.starts_with("/v1/check-ins") || path.starts_with("/v1/screenings") || entered)
}

/// Every refusal of a check-in or a questionnaire says where help is, whatever was wrong with the request.
fn offer_help(reply: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let refused = reply.status().is_client_error() || reply.status().is_server_error();
    if !(refused && is_about_her(reply.request().method().as_str(), reply.request().path())) {
        return reply;
    }
    let (req, refusal) = reply.into_parts();
    let mut helped = HttpResponse::build(refusal.status());
    for (name, value) in refusal.headers() {
        helped.append_header((name.clone(), value.clone()));
    }
    let closes = refusal.head().connection_type() == ConnectionType::Close;
    let document = match refusal.into_body().try_into_bytes() {
        Ok(bytes) => serde_json::from_slice::<serde_json::Value>(&bytes).unwrap_or_default(),
        Err(_) => serde_json::Value::Null,
    };
    if closes {
        helped.force_close();
    }
    let body = match document {
        serde_json::Value::Object(mut members) => {
            members.insert("help".into(), HELP.into());
            serde_json::Value::Object(members)
        }
        other => other,
    };
    ServiceResponse::new(req, helped.body(body.to_string()))
}

fn add_headers(headers: &mut HeaderMap, id: &str, is_docs: bool) {
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, value);
    }
    let fixed: [(HeaderName, &'static str); 4] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::VARY, "Authorization, Origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    let policy = if is_docs { DOCS_POLICY } else { POLICY };
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
}

fn record(route: &str, method: &str, status: StatusCode, seconds: f64) {
    let class = match status.as_u16() / 100 {
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
    let method = match method {
        "GET" | "POST" | "PATCH" | "PUT" | "DELETE" => method.to_owned(),
        _ => "other".to_owned(),
    };
    metrics::histogram!("http_request_duration_seconds",
        "route" => route.to_owned(), "method" => method, "class" => class)
    .record(seconds);
}
