//! The document over HTTP, a page to try it that needs no internet, and the refusal of every other path.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::{methods_of, text};
use crate::error::{Error, ErrorCode, Result};

/// Routes of the document and its page, unless they are turned off.
pub fn routes(config: &mut web::ServiceConfig, enabled: bool) {
    if !enabled {
        return;
    }
    config
        .route("/openapi.json", web::get().to(document))
        .route("/docs", web::get().to(to_page))
        .service(SwaggerUi::new("/docs/{_:.*}").config(Config::new(["/openapi.json"])));
}

async fn document() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .body(text())
}

async fn to_page() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs/")).finish()
}

/// What no route takes: 405 where another method would do, else 404.
pub async fn refuse(req: HttpRequest) -> Result<HttpResponse> {
    Err(match methods_of(req.path()) {
        Some(methods) => Error::new(ErrorCode::MethodNotAllowed, "See Allow for what is offered.")
            .allowing(methods.join(", ")),
        None => Error::not_found(),
    })
}
