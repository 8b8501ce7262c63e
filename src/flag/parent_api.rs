//! What a parent reads of her own flags.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::parent_view::{self, OwnFlagView};
use crate::{
    app::App,
    auth::Parent,
    error::{Error, Result},
    http::{
        page::{Page, PageRequest, Scope, read_position, write_position},
        query::Query,
    },
};

/// Lists your flags and what became of them.
///
/// Newest first, in words for you, with the names of those who see each of them now. What doulas write for
/// themselves at their steps is not part of it.
#[utoipa::path(
    tag = "flags",
    params(
        ("limit" = Option<u8>, Query, minimum = 1, maximum = 100, description = "Entries of a page; 20 when not given."),
        ("cursor" = Option<String>, Query, description = "Where the page begins, from the page before."),
    ),
    responses((status = 200, body = Page<OwnFlagView>)),
    security(("access_token" = []))
)]
#[get("/v1/me/flags")]
pub async fn mine(req: HttpRequest, parent: Parent, app: web::Data<App>) -> Result<HttpResponse> {
    let mut query = Query::of(&req);
    let request = PageRequest::take(&mut query);
    query.finish()?;
    let (now, vault, own) = (app.clock.now(), app.vault.clone(), parent.own());
    let reader = format!("own flags {}", parent.id());
    let scope = Scope { reader: &reader, filter: "" };
    let after = request.position(&app.vault, scope, now)?.as_deref().map(read_position).transpose()?;
    let limit = i64::try_from(request.limit + 1).map_err(Error::internal)?;
    let rows = app.db.read(move |conn| parent_view::page(conn, &vault, &own, after, limit, now)).await?;
    let position = |flag: &OwnFlagView| write_position(flag.raised_at, flag.id);
    Ok(Page::cut(rows, &request, position, &app.vault, scope, now).reply(&req))
}
