//! Changing and removing a filled-in questionnaire over HTTP.

use actix_web::{HttpRequest, HttpResponse, delete, guard::GuardContext, patch, web};

use super::{
    body::{Edit, ScreeningPatch},
    edit, store,
    view::{ScreeningView, SubmittedScreeningView},
};
use crate::{
    app::App,
    auth::Parent,
    check_in::submit::Surroundings,
    error::{Error, Result},
    http::{etag::IfMatch, json::RawBody, query, reply},
    id::ScreeningId,
};

/// Shares one of your questionnaires, keeps it private, or confirms that its numbers are keyed rightly.
///
/// What was answered stays: remove the form and send it again to correct it. What the rules say follows; a flag that
/// nothing raises any more closes as `corrected`. The reply is that of sending it.
#[utoipa::path(
    tag = "screenings",
    params(
        ("id" = String, Path, description = "The form", format = Uuid),
        ("If-Match" = String, Header, description = "The tag that the change rests on"),
    ),
    request_body = ScreeningPatch,
    responses((status = 200, body = SubmittedScreeningView, headers(("ETag" = String)))),
    security(("access_token" = []))
)]
#[patch("/v1/screenings/{id}", guard = "is_one")]
pub async fn change(
    req: HttpRequest,
    parent: Parent,
    path: web::Path<ScreeningId>,
    app: web::Data<App>,
    body: RawBody,
) -> Result<HttpResponse> {
    let (own, id) = (parent.own(), path.into_inner());
    let found = app.db.read(move |conn| store::find_own(conn, &own, id)).await?;
    found.ok_or_else(Error::not_found)?;
    let tag = IfMatch::required(&req)?;
    let change = Edit::read(body.object().await?)?;
    query::none(&req)?;
    let now = app.clock.now();
    let state = app.clone();
    let (it, outcome) = app
        .db
        .write(move |conn| edit::edit(conn, &Surroundings::of(&state), &own, id, &tag, &change, now))
        .await?;
    let view = SubmittedScreeningView::of(ScreeningView::own(&it), outcome);
    Ok(reply::tagged(it.revision, &view))
}

/// Removes one of your questionnaires.
///
/// It is gone for good. Flags that rested on it alone close as `corrected`; when it had made one urgent, those who could
/// see that are asked to get in touch all the same. Your other devices learn of it from `/v1/changes`.
#[utoipa::path(
    tag = "screenings",
    params(
        ("id" = String, Path, description = "The form", format = Uuid),
        ("If-Match" = Option<String>, Header, description = "Remove only this revision"),
    ),
    responses((status = 204, description = "It is gone.")),
    security(("access_token" = []))
)]
#[delete("/v1/screenings/{id}", guard = "is_one")]
pub async fn remove(
    req: HttpRequest,
    parent: Parent,
    path: web::Path<ScreeningId>,
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

/// What is offered is read at an address that looks like that of a form; it can be neither changed nor removed, and the
/// refusal says so before anybody is asked who they are.
fn is_one(request: &GuardContext<'_>) -> bool {
    request.head().uri.path() != "/v1/screenings/offers"
}
