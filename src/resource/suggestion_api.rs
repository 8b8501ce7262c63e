//! `/v1/suggestions`: what suits a parent now.
//!
//! The same ranking as in the reply to a check-in, over what is known at this moment.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::{
    catalogue::Catalogue,
    ranking,
    situation_store::{self, Options},
    view::SuggestionView,
};
use crate::{
    app::App,
    auth::Parent,
    error::Result,
    http::{
        page::Page,
        query::{Number, Query},
    },
};

/// Suggestions when nobody says how many (product decision: few enough to choose from when tired).
const DEFAULT_LIMIT: usize = 3;

/// Lists what suits you now, best first, with reasons.
///
/// The same state gives the same list. After a low check-in it holds at most one entry. There is one page:
/// `next_cursor` is null.
#[utoipa::path(
    tag = "resources",
    params(("limit" = Option<u8>, Query, minimum = 1, maximum = 20, description = "1 to 20, default 3")),
    responses((status = 200, body = Page<SuggestionView>)),
    security(("access_token" = []))
)]
#[get("/v1/suggestions")]
pub async fn list(req: HttpRequest, parent: Parent, app: web::Data<App>) -> Result<HttpResponse> {
    let mut query = Query::of(&req);
    let limit = query.take::<Number<1, 20>>("limit");
    query.finish()?;
    let options = Options {
        vaccination_wait_hours: app.config.vaccination_wait_hours,
        limit: limit.and_then(|n| usize::try_from(n.0).ok()).unwrap_or(DEFAULT_LIMIT),
        chosen_baby: None,
    };
    let (now, own) = (app.clock.now(), parent.own());
    let situation = app.db.read(move |conn| situation_store::read(conn, &own, now, options)).await?;
    let catalogue = Catalogue::embedded();
    let suggestions = ranking::suggest(catalogue, &situation);
    let data = suggestions.iter().map(|suggestion| SuggestionView::of(suggestion, catalogue)).collect();
    Ok(HttpResponse::Ok().json(Page { data, next_cursor: None, has_more: false }))
}
