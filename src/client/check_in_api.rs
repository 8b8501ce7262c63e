//! A client's check-ins over HTTP, as far as she shares them.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::list as clients;
use crate::{
    app::App,
    auth::Doula,
    check_in::{
        list_api::{list_query, position},
        store,
        view::CheckInView,
    },
    error::{Error, ErrorCode, Result},
    http::page::{Page, Scope, read_position},
    id::UserId,
};

/// Lists the check-ins that a client shares with you, newest first.
///
/// Private ones and those recorded before your link's history are not among them. Notes and tags need the
/// scope `notes`; without the scope `check_ins` the whole list is refused.
#[utoipa::path(
    tag = "clients",
    params(
        ("id" = String, Path, format = Uuid, description = "Which client."),
        ("from" = Option<String>, Query, format = Date, description = "First local day, included."),
        ("to" = Option<String>, Query, format = Date, description = "Last local day, included."),
        ("limit" = Option<u8>, Query, minimum = 1, maximum = 100, description = "Entries of a page; 20 when not given."),
        ("cursor" = Option<String>, Query, description = "Where the page begins, from the page before."),
    ),
    responses((status = 200, body = Page<CheckInView>)),
    security(("access_token" = []))
)]
#[get("/v1/clients/{id}/check-ins")]
pub async fn list(
    req: HttpRequest,
    doula: Doula,
    app: web::Data<App>,
    path: web::Path<UserId>,
) -> Result<HttpResponse> {
    let (filter, request) = list_query(&req)?;
    let (now, vault, client) = (app.clock.now(), app.vault.clone(), path.into_inner());
    let reader = format!("check-ins of {client} for {}", doula.id());
    let words = format!("{filter:?}");
    let scope = Scope { reader: &reader, filter: &words };
    let after = request.position(&app.vault, scope, now)?.as_deref().map(read_position).transpose()?;
    let limit = i64::try_from(request.limit + 1).map_err(Error::internal)?;
    let (rows, scopes) = app
        .db
        .write(move |conn| {
            let grant = clients::granted(conn, &doula, client, now)?;
            if !grant.scopes().check_ins {
                return Err(Error::new(ErrorCode::ScopeNotGranted, "This needs the scope check_ins."));
            }
            clients::record(conn, &doula, &grant, "client.check_ins", now)?;
            let rows = store::shared_page(conn, &vault, &grant, &filter, after, limit)?;
            Ok((rows, grant.scopes()))
        })
        .await?;
    let page = Page::cut(rows, &request, position, &app.vault, scope, now);
    Ok(page.map(|row| CheckInView::for_doula(&row, scopes)).reply(&req))
}
