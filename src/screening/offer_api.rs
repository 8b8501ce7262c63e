//! `/v1/screenings/offers`: which questionnaire is worth offering to a parent now.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::offer_view::OfferView;
use crate::{
    app::App,
    auth::Parent,
    check_in::offered,
    error::Result,
    http::{page::Page, query},
};

/// Lists the questionnaires that are worth filling in now or soon, the soonest first, with the reason.
///
/// An offer asks nothing of you: talking is as good. It ends when the form was filled in, or when what asked for it is
/// over. While something urgent is open nothing is offered. The same state gives the same list; there is one page:
/// `next_cursor` is null.
#[utoipa::path(
    tag = "screenings",
    responses((status = 200, body = Page<OfferView>)),
    security(("access_token" = []))
)]
#[get("/v1/screenings/offers")]
pub async fn list(req: HttpRequest, parent: Parent, app: web::Data<App>) -> Result<HttpResponse> {
    query::none(&req)?;
    let (now, own, state) = (app.clock.now(), parent.own(), app.clone());
    let data = app.db.read(move |conn| offered::own(conn, &state.vault, &own, now)).await?;
    Ok(HttpResponse::Ok().json(Page { data, next_cursor: None, has_more: false }))
}
