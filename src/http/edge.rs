//! What is added to every request and reply: an id, limits on the head, a deadline, security headers, a log
//! line, metrics, and the last net under a panic.

use std::{
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};

use actix_web::{
    Error as ActixError, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web,
};
use futures_util::FutureExt;
use tracing::Instrument;

use super::problem;
use crate::{
    app::App,
    error::{Error, ErrorCode},
    id::RowId,
};

/// Where help is.
const HELP: &str = "/v1/help";
const TARGET_LIMIT: usize = 8 * 1024;
const HEADER_LIMIT: usize = 16 * 1024;
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";
/// The page to try the API runs its own scripts and styles, and nobody else's.
const DOCS_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     frame-ancestors 'none'; base-uri 'none'";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The middleware around every route.
pub async fn around(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    let Some(app) = req.app_data::<web::Data<App>>().cloned() else {
        return Err(Error::internal("the application state is missing").into());
    };
    let began = Instant::now();
    let id = request_id(&req, &app);
    let method = req.method().to_string();
    let span = tracing::info_span!("request", id = %id);
    let deadline = Duration::from_secs(app.config.request_timeout_seconds);
    if let Some(refusal) = head_refusal(&req) {
        return Ok(finish(req.into_response(refusal.error_response()), &span, &id, &method, began));
    }
    let about_her = is_about_her(&method, req.path());
    let work = AssertUnwindSafe(next.call(req)).catch_unwind().instrument(span.clone());
    let refusal = match tokio::time::timeout(deadline, work).await {
        Ok(Ok(Ok(reply))) => return Ok(finish(reply.map_into_boxed_body(), &span, &id, &method, began)),
        Ok(Ok(Err(e))) => return Err(Lost { refusal: e, id }.into()),
        Ok(Err(_)) => Error::internal("a handler panicked"),
        Err(_) => Error::new(
            ErrorCode::Unavailable,
            "It took too long and may have been stored. Send it again with the same Idempotency-Key.",
        )
        .retry_after(2)
        .caused_by("the request took too long"),
    };
    let refusal = if about_her { refusal.with_extra("help", HELP.into()) } else { refusal };
    record("none", &method, refusal.status_code(), began.elapsed().as_secs_f64());
    Err(Lost { refusal: refusal.into(), id }.into())
}

/// A refusal of a request that went away with what was to answer it: a panic, or the end of its time. The
/// framework keeps no copy of a request that a reply could be tied to, so the edge's headers are added here.
#[derive(Debug)]
struct Lost {
    refusal: ActixError,
    id: String,
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
        let mut reply = self.refusal.error_response();
        add_headers(reply.headers_mut(), &self.id, false);
        reply
    }
}

/// Makes every reply look the same at its edges, and writes it down.
fn finish(
    reply: ServiceResponse<BoxBody>,
    span: &tracing::Span,
    id: &str,
    method: &str,
    began: Instant,
) -> ServiceResponse<BoxBody> {
    let reply = framework_refusal(reply);
    let mut reply = offer_help(reply);
    let route = reply.request().match_pattern().unwrap_or_else(|| "none".to_owned());
    let is_docs = reply.request().path().starts_with("/docs/");
    add_headers(reply.headers_mut(), id, is_docs);
    let status = reply.status();
    let seconds = began.elapsed().as_secs_f64();
    record(&route, method, status, seconds);
    span.in_scope(|| {
        tracing::info!(%method, %route, status = status.as_u16(), duration_ms = seconds * 1000.0, "answered");
    });
    reply
}

/// A client's own id is kept when it has a form that is safe in logs and headers.
fn request_id(req: &ServiceRequest, app: &App) -> String {
    let own = req.headers().get(&REQUEST_ID).and_then(|value| value.to_str().ok());
    let fits = |id: &&str| {
        (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    own.filter(fits).map_or_else(|| RowId::new(app.clock.now()).to_string(), str::to_owned)
}

fn head_refusal(req: &ServiceRequest) -> Option<Error> {
    let target = req.uri().path_and_query().map_or(0, |target| target.as_str().len());
    if target > TARGET_LIMIT {
        return Some(Error::new(ErrorCode::TargetTooLong, "A target may have 8192 bytes."));
    }
    let long = |(name, value): (&HeaderName, &HeaderValue)| name.as_str().len() + value.len() > HEADER_LIMIT;
    if req.headers().iter().any(long) {
        return Some(Error::new(ErrorCode::HeaderTooLarge, "A header may have 16384 bytes."));
    }
    let length = req.headers().get(header::CONTENT_LENGTH);
    let has_body = length.is_some_and(|n| n != "0") || req.headers().contains_key(header::TRANSFER_ENCODING);
    if has_body && matches!(*req.method(), Method::GET | Method::HEAD) {
        return Some(Error::new(ErrorCode::BadRequest, "A request that only reads has no body."));
    }
    let hosts = req.headers().get_all(header::HOST).count();
    let http11 = req.version() == actix_web::http::Version::HTTP_11;
    if hosts > 1 || (http11 && hosts == 0 && req.uri().host().is_none() && req.peer_addr().is_some()) {
        return Some(Error::new(ErrorCode::BadRequest, "Exactly one Host header is needed."));
    }
    None
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

/// Whether a request writes something that a parent says of herself.
fn is_about_her(method: &str, path: &str) -> bool {
    let writes = !matches!(method, "GET" | "HEAD");
    writes && (path.starts_with("/v1/check-ins") || path.starts_with("/v1/screenings"))
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
    let closes = refusal.head().connection_type() == actix_web::http::ConnectionType::Close;
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
