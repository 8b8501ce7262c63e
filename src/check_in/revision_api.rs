//! The history of edits of a check-in over HTTP.

use actix_web::{HttpRequest, HttpResponse, get, web};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{CheckIn, revision_store, store, view::CheckInView};
use crate::{
    app::App,
    auth::Parent,
    error::{Error, ErrorCode, Result},
    http::{
        page::{Page, PageRequest, Scope},
        query::Query,
    },
    id::CheckInId,
};

/// A check-in as it was from one edit to the next.
#[derive(Serialize, ToSchema)]
pub struct RevisionView {
    #[serde(flatten)]
    check_in: CheckInView,
    /// When this revision was stored.
    #[schema(value_type = String, format = DateTime)]
    written_at: Timestamp,
}

/// Lists the revisions of one of your check-ins, newest first.
///
/// The first one is the check-in as it is now. Nobody but you can read them.
#[utoipa::path(
    tag = "check-ins",
    params(
        ("id" = String, Path, description = "The check-in", format = Uuid),
        ("limit" = Option<i32>, Query, description = "Revisions of a page", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses((status = 200, body = Page<RevisionView>)),
    security(("access_token" = []))
)]
#[get("/v1/check-ins/{id}/revisions")]
pub async fn list(
    req: HttpRequest,
    parent: Parent,
    path: web::Path<CheckInId>,
    app: web::Data<App>,
) -> Result<HttpResponse> {
    let mut query = Query::of(&req);
    let request = PageRequest::take(&mut query);
    query.finish()?;
    let (own, vault, id, now) = (parent.own(), app.vault.clone(), path.into_inner(), app.clock.now());
    let reader = format!("revisions of {id} for {}", parent.id());
    let scope = Scope { reader: &reader, filter: "" };
    let below = request.position(&app.vault, scope, now)?.as_deref().map(read_position).transpose()?;
    let limit = i64::try_from(request.limit + 1).map_err(Error::internal)?;
    let rows: Vec<CheckIn> = app
        .db
        .read(move |conn| {
            let current = store::find_own(conn, &vault, &own, id)?.ok_or_else(Error::not_found)?;
            let below = below.unwrap_or(i64::MAX);
            let mut rows: Vec<CheckIn> = Vec::new();
            if current.revision < below {
                rows.push(current.clone());
            }
            rows.extend(revision_store::page(conn, &vault, &own, &current, below, limit)?);
            Ok(rows)
        })
        .await?;
    let page = Page::cut(rows, &request, |row| row.revision.to_string(), &app.vault, scope, now);
    Ok(page
        .map(|row| RevisionView { written_at: row.written_at, check_in: CheckInView::own(&row) })
        .reply(&req))
}

fn read_position(text: &str) -> Result<i64> {
    text.parse().map_err(|_| Error::new(ErrorCode::BadCursor, "Begin again without a cursor."))
}
