//! The doula's clients over HTTP.

use actix_web::{HttpRequest, HttpResponse, get, http::header, web};

use super::{list as clients, view::ClientView};
use crate::{
    app::App,
    auth::Doula,
    error::Result,
    http::{
        page::{self, Page, PageRequest, Scope},
        query::{self, Query},
    },
    id::UserId,
    practice::off::{self, WatchedPage},
};

/// Lists your clients, most pressing first.
///
/// Those who are worth a call today come first: with an urgent or same-day flag that is not closed, or a
/// follow-up that is due on your own day. The others follow by name.
#[utoipa::path(
    tag = "clients",
    params(
        ("limit" = Option<u8>, Query, minimum = 1, maximum = 100, description = "Entries of a page; 20 when not given."),
        ("cursor" = Option<String>, Query, description = "Where the page begins, from the page before."),
    ),
    responses((status = 200, body = WatchedPage<ClientView>)),
    security(("access_token" = []))
)]
#[get("/v1/clients")]
pub async fn list(req: HttpRequest, doula: Doula, app: web::Data<App>) -> Result<HttpResponse> {
    let mut query = Query::of(&req);
    let request = PageRequest::take(&mut query);
    query.finish()?;
    let (now, vault) = (app.clock.now(), app.vault.clone());
    let reader = format!("clients {}", doula.id());
    let scope = Scope { reader: &reader, filter: "" };
    let after = request.position(&app.vault, scope, now)?;
    let limit = request.limit;
    let (rows, off) = app
        .db
        .write(move |conn| {
            let rows = clients::page(conn, &vault, &doula, after.as_deref(), limit, now)?;
            Ok((rows, off::of_doula(conn, &doula, now)?))
        })
        .await?;
    let page = Page::cut(rows, &request, |row| row.position.clone(), &app.vault, scope, now);
    let page = WatchedPage::of(page.map(|row| row.view), off);
    Ok(page::reply(&req, page.next_cursor.as_deref(), &page))
}

/// Shows one client.
///
/// Her id is the parent's user id.
#[utoipa::path(
    tag = "clients",
    params(("id" = String, Path, format = Uuid, description = "Which client.")),
    responses((status = 200, body = ClientView)),
    security(("access_token" = []))
)]
#[get("/v1/clients/{id}")]
pub async fn one(
    req: HttpRequest,
    doula: Doula,
    app: web::Data<App>,
    path: web::Path<UserId>,
) -> Result<HttpResponse> {
    query::none(&req)?;
    let (now, vault, id) = (app.clock.now(), app.vault.clone(), path.into_inner());
    let view = app.db.write(move |conn| clients::one(conn, &vault, &doula, id, now)).await?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, view.etag.clone())).json(view))
}
