//! Changing and removing a check-in over HTTP.

use actix_web::{HttpRequest, HttpResponse, delete, guard::GuardContext, patch, web};

use super::{
    answers::{carries_danger, named_baby},
    edit,
    edit_body::{CheckInPatch, Edit},
    store,
    submit::Surroundings,
    view::SubmittedView,
};
use crate::{
    app::App,
    auth::Parent,
    care::baby_store,
    error::{Error, Result},
    http::{etag::IfMatch, json::RawBody, query, reply},
    id::CheckInId,
};

/// Changes one of your check-ins.
///
/// A JSON merge patch: what is left out stays, null empties. The revision before is kept, and what the rules say
/// follows the changed history: a flag that no point of it raises any more closes as `corrected`, and a new danger
/// answer is told at once. When an urgent answer is taken back, those who could see it are asked to get in touch
/// all the same. `{"private": false}` shares an entry. The reply is that of sending a check-in.
#[utoipa::path(
    tag = "check-ins",
    params(
        ("id" = String, Path, description = "The check-in", format = Uuid),
        ("If-Match" = String, Header, description = "The tag that the change rests on"),
    ),
    request_body = CheckInPatch,
    responses((status = 200, body = SubmittedView, headers(("ETag" = String)))),
    security(("access_token" = []))
)]
#[patch("/v1/check-ins/{id}", guard = "is_one")]
pub async fn change(
    req: HttpRequest,
    parent: Parent,
    path: web::Path<CheckInId>,
    app: web::Data<App>,
    body: RawBody,
) -> Result<HttpResponse> {
    let (own, vault, id) = (parent.own(), app.vault.clone(), path.into_inner());
    let found = app.db.read(move |conn| store::find_own(conn, &vault, &own, id)).await?;
    let recorded_at = found.ok_or_else(Error::not_found)?.recorded_at;
    let tag = IfMatch::required(&req)?;
    let object = body.object_mended_if(carries_danger).await?;
    let baby_is_hers = match named_baby(&object) {
        Some(baby) => app.db.read(move |conn| baby_store::exists(conn, &own, baby)).await?,
        None => false,
    };
    let now = app.clock.now();
    let change = Edit::read(object, recorded_at, now, |_| baby_is_hers)?;
    if !change.has_danger_answer() {
        query::none(&req)?;
    }
    let state = app.clone();
    let (revision, view) = app
        .db
        .write(move |conn| edit::edit(conn, &Surroundings::of(&state), &own, id, &tag, &change, now))
        .await?;
    Ok(reply::tagged(revision, &view))
}

/// Removes one of your check-ins, with its revisions.
///
/// It is gone for good. Flags that rested on it alone close as `corrected`; when it had made one urgent, those who
/// could see that are asked to get in touch all the same. Your other devices learn of it from `/v1/changes`. Repeating
/// the request that made it, with its key, is still answered as the first time until the key expires.
#[utoipa::path(
    tag = "check-ins",
    params(
        ("id" = String, Path, description = "The check-in", format = Uuid),
        ("If-Match" = Option<String>, Header, description = "Remove only this revision"),
    ),
    responses((status = 204, description = "It is gone.")),
    security(("access_token" = []))
)]
#[delete("/v1/check-ins/{id}", guard = "is_one")]
pub async fn remove(
    req: HttpRequest,
    parent: Parent,
    path: web::Path<CheckInId>,
    app: web::Data<App>,
) -> Result<HttpResponse> {
    query::none(&req)?;
    let (own, id, tag, now) = (parent.own(), path.into_inner(), IfMatch::optional(&req), app.clock.now());
    let state = app.clone();
    app.db
        .write(move |conn| edit::remove(conn, &Surroundings::of(&state), &own, id, tag.as_ref(), now))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The summary, the picture and what is usual are read at addresses that look like that of a check-in; they can be neither
/// changed nor removed, and their refusal says so before anybody is asked who they are.
fn is_one(request: &GuardContext<'_>) -> bool {
    let others = ["/v1/check-ins/summary", "/v1/check-ins/chart.svg", "/v1/check-ins/usuals"];
    !others.contains(&request.head().uri.path())
}
