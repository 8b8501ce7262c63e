//! `/v1/changes`: what another device of a parent has to learn.

use actix_web::{HttpRequest, HttpResponse, get, http::header, web};
use jiff::SignedDuration;

use super::{feed, view::ChangesPage};
use crate::{
    app::App,
    auth::Parent,
    error::Result,
    http::{
        page::{self, PageRequest, Scope},
        query::Query,
    },
};

/// For how long a device may stay away: longer than a year, so that one from a drawer still catches up, and yet
/// with an end, because the marks of what was deleted need not be kept for ever (product decision).
const CURSOR_LIFE: SignedDuration = SignedDuration::from_hours(400 * 24);

/// Lists what of yours changed since the cursor.
///
/// For another device, or one that was offline: check-ins, questionnaires, babies, care links, flags and your own
/// settings, in the order of their changes. What changed several times is there once, at its latest change, as it is now; what was
/// deleted is there with `op` `delete`. Without a cursor it begins at the beginning. `next_cursor` is always given,
/// also when nothing is left: keep it and ask with it the next time; it is good for 400 days. A page may hold fewer
/// entries than `limit`, or none, and `has_more` still be true. What follows from the time alone is no change: that
/// a care link expired shows in its `expires_at`. Names of others are those of the time of reading.
#[utoipa::path(
    tag = "changes",
    params(
        ("limit" = Option<u8>, Query, minimum = 1, maximum = 100, description = "Entries of a page; 20 when not given."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the last answer that was taken in."),
    ),
    responses((status = 200, body = ChangesPage)),
    security(("access_token" = []))
)]
#[get("/v1/changes")]
pub async fn list(req: HttpRequest, parent: Parent, app: web::Data<App>) -> Result<HttpResponse> {
    let mut query = Query::of(&req);
    let request = PageRequest::take(&mut query);
    query.finish()?;
    let (now, vault, limit) = (app.clock.now(), app.vault.clone(), request.limit);
    let reader = format!("changes of {}", parent.id());
    let scope = Scope { reader: &reader, filter: "" };
    let after = match request.position_within(CURSOR_LIFE, &app.vault, scope, now)? {
        Some(position) => position.parse().map_err(|_| page::refused())?,
        None => 0,
    };
    let feed = app.db.read(move |conn| feed::page(conn, &vault, &parent, after, limit, now)).await?;
    let next_cursor = page::cursor(&feed.position.to_string(), &app.vault, scope, now);
    let mut reply = HttpResponse::Ok();
    if feed.has_more {
        reply.insert_header((header::LINK, page::next_link(&req, &next_cursor)));
    }
    Ok(reply.json(ChangesPage { data: feed.changes, next_cursor, has_more: feed.has_more }))
}
