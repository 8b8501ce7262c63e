//! `/v1/instruments`: every questionnaire, for anyone.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::{
    catalogue::Catalogue,
    instrument_view::{InstrumentView, InstrumentsView},
};
use crate::{
    error::{Error, Result},
    http::query,
};

/// Lists every questionnaire, those of the practice after the published ones.
///
/// Words are there only where the publisher allows it; of the others there are item numbers and the range of the
/// answers, for somebody who holds a licensed copy.
#[utoipa::path(tag = "screenings", responses((status = 200, body = InstrumentsView)))]
#[get("/v1/instruments")]
pub async fn list(req: HttpRequest) -> Result<HttpResponse> {
    query::none(&req)?;
    Ok(HttpResponse::Ok().json(InstrumentsView::of(Catalogue::loaded().instruments())))
}

/// Shows one questionnaire.
#[utoipa::path(
    tag = "screenings",
    params(("instrument" = String, Path, description = "The questionnaire")),
    responses((status = 200, body = InstrumentView))
)]
#[get("/v1/instruments/{instrument}")]
pub async fn one(req: HttpRequest, path: web::Path<String>) -> Result<HttpResponse> {
    let instrument = Catalogue::loaded().by_id(&path).ok_or_else(Error::not_found)?;
    query::none(&req)?;
    Ok(HttpResponse::Ok().json(InstrumentView::of(instrument)))
}
