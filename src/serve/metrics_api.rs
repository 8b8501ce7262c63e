//! Who may ask for the metrics, and where: on the main address only when that is loopback and no other address
//! is set, else on the other address alone.

use actix_web::{
    App as Site, HttpRequest, HttpResponse, HttpServer, dev::Server, get, http::header::ContentType, web,
};

use super::metrics;
use crate::{
    app::App,
    command::Failure,
    config::Config,
    error::{Error, Result},
    http::query,
};

/// Metrics as Prometheus text.
///
/// Here when the server listens on loopback and `metrics_bind` is not set; otherwise 404 here, and the text is
/// at `/metrics` of `metrics_bind`.
#[utoipa::path(
    tag = "operations",
    responses((status = 200, description = "Prometheus text", content_type = "text/plain", body = String))
)]
#[get("/metrics")]
pub async fn show(req: HttpRequest, app: web::Data<App>) -> Result<HttpResponse> {
    if !on_main_address(&app.config) {
        return Err(Error::not_found());
    }
    query::none(&req)?;
    Ok(text())
}

/// Whether the main address may show metrics: not where a proxy makes loopback public.
fn on_main_address(config: &Config) -> bool {
    config.metrics_bind.is_none() && !config.behind_tls_proxy && config.bind.ip().to_canonical().is_loopback()
}

fn text() -> HttpResponse {
    match metrics::text() {
        Some(text) => HttpResponse::Ok().insert_header(ContentType::plaintext()).body(text),
        None => HttpResponse::NotFound().finish(),
    }
}

/// The server of the other address, if one is set: it knows one path and needs one thread.
///
/// # Errors
/// The address cannot be listened on.
pub fn listen(config: &Config) -> std::result::Result<Option<Server>, Failure> {
    let Some(address) = config.metrics_bind else { return Ok(None) };
    let site = || Site::new().route("/metrics", web::get().to(|| async { text() }));
    let server = HttpServer::new(site)
        .workers(1)
        .max_connections(64)
        .client_request_timeout(super::start::HEAD_TIMEOUT)
        .shutdown_timeout(1)
        .disable_signals()
        .bind(address)
        .map_err(|e| Failure::failed(format!("metrics_bind: cannot listen on {address}: {e}")))?;
    Ok(Some(server.run()))
}
