//! Check-ins over HTTP: send one, list them, read one.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use jiff::Timestamp;
use serde_json::Value;

use super::{
    CheckIn, Filter,
    answers::{NewCheckIn, Submission, carries_danger, named_baby},
    list_api::{self, After, Placed},
    store,
    submit::{self, Surroundings},
    view::{CheckInView, SubmittedView},
};
use crate::{
    app::App,
    auth::{Parent, Signed},
    care::{Own, baby_store},
    db::Conn,
    error::{Error, Result},
    http::{json::RawBody, page::Page, query, reply},
    id::CheckInId,
    idempotency::{self, Done, Reply},
};

/// Sends a check-in and says what it means.
///
/// Only `mood` is needed. The reply carries something fitting to try, or help at once when you may be in
/// danger, and the flags that your doula can see now. An entry with a danger answer (`safe_now` `unsure` or
/// `no`) is never refused for anything else in it: what is wrong is left out and named in `warnings`.
/// A 201 means that the entry, its flags and the notices about them are stored for good.
#[utoipa::path(
    tag = "check-ins",
    params(("Idempotency-Key" = Option<String>, Header,
        description = "Makes sending it again safe: 1 to 255 visible characters, kept for 72 hours")),
    request_body = NewCheckIn,
    responses(
        (status = 201, body = SubmittedView, headers(("Location" = String), ("ETag" = String))),
        (status = 409, description = "`in_progress`: the first request with this key has run for five seconds"),
    ),
    security(("access_token" = []))
)]
#[post("/v1/check-ins")]
pub async fn create(
    req: HttpRequest,
    parent: Parent,
    app: web::Data<App>,
    body: RawBody,
) -> Result<HttpResponse> {
    let object = body.object_mended_if(carries_danger).await?;
    let now = app.clock.now();
    let own = parent.own();
    let sent = Value::Object(object.clone());
    let baby_is_hers = match named_baby(&object) {
        Some(baby) => app.db.read(move |conn| baby_store::exists(conn, &own, baby)).await?,
        None => false,
    };
    let mut submission = Submission::read(object, now, |_| baby_is_hers)?;
    let attempt = match reply::attempt(&req, parent.id(), "create_check_in", &sent) {
        Err(_) if submission.has_danger_answer() => {
            submission.overlook(
                "bad_header",
                "The Idempotency-Key could not be used; this entry was stored anyway.",
            );
            None
        }
        other => other?,
    };
    match query::none(&req) {
        Err(_) if submission.has_danger_answer() => {
            submission.overlook("unknown_parameter", "Query parameters were ignored.");
        }
        other => other?,
    }
    let state = app.clone();
    let stored = app
        .db
        .write(move |conn| {
            idempotency::once(conn, &state.vault, attempt.as_ref(), now, |conn| {
                let around = Surroundings::of(&state);
                let (id, view, key) = submit::submit(conn, &around, &own, &submission, now)?;
                Ok(Done::with_key(Reply::created(format!("/v1/check-ins/{id}"), 1, &view)?, key))
            })
        })
        .await?;
    Ok(reply::stored(stored))
}

/// Lists your check-ins, newest first.
#[utoipa::path(
    tag = "check-ins",
    params(
        ("from" = Option<String>, Query, description = "First local day", format = Date),
        ("to" = Option<String>, Query, description = "Last local day", format = Date),
        ("limit" = Option<i32>, Query, description = "Entries of a page", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses((status = 200, body = Page<CheckInView>)),
    security(("access_token" = []))
)]
#[get("/v1/check-ins")]
pub async fn list(req: HttpRequest, signed: Signed, app: web::Data<App>) -> Result<HttpResponse> {
    let vault = app.vault.clone();
    let rows = move |conn: &mut Conn, own: &Own, filter: &Filter, after: After<CheckIn>, limit| {
        store::own_page(conn, &vault, own, filter, after, limit)
    };
    let page = list_api::own(&req, signed, &app, "check-ins", rows).await?;
    Ok(page.map(|row| CheckInView::own(&row)).reply(&req))
}

/// Reads one of your check-ins.
#[utoipa::path(
    tag = "check-ins",
    params(("id" = String, Path, description = "The check-in", format = Uuid)),
    responses((status = 200, body = CheckInView, headers(("ETag" = String)))),
    security(("access_token" = []))
)]
#[get("/v1/check-ins/{id}")]
pub async fn show(
    req: HttpRequest,
    parent: Parent,
    path: web::Path<CheckInId>,
    app: web::Data<App>,
) -> Result<HttpResponse> {
    query::none(&req)?;
    let (own, vault, id) = (parent.own(), app.vault.clone(), path.into_inner());
    let found = app.db.read(move |conn| store::find_own(conn, &vault, &own, id)).await?;
    let check_in = found.ok_or_else(Error::not_found)?;
    Ok(reply::tagged(check_in.revision, &CheckInView::own(&check_in)))
}

impl Placed for CheckIn {
    type Id = CheckInId;

    fn place(&self) -> (Timestamp, CheckInId) {
        (self.occurred_at, self.id)
    }
}
