//! Filled-in questionnaires over HTTP: send one, list them, read one.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    body::NewScreening,
    filled::Screening,
    sent, store, submit,
    view::{ScreeningView, SubmittedScreeningView},
};
use crate::{
    app::App,
    auth::{Parent, Signed},
    check_in::{
        list_api::{self, Placed},
        submit::Surroundings,
    },
    error::{Error, Result},
    http::{
        json::{self, RawBody},
        page::Page,
        query, reply,
    },
    id::{ScreeningId, UserId},
    idempotency::{self, Attempt, Done, Reply},
};

/// Sends a questionnaire that you filled in, and says what it means.
///
/// Answers come in the order of the items, or by item. The reply carries the total and what it means, help at once when
/// you may be in danger, and the flags that your doula can see now. A form with a danger answer is never refused for
/// anything else in it, also when it comes too soon or does not apply: what is wrong is left out and named in
/// `warnings`, and it has no total. A pause refuses nothing that you choose to fill in.
#[utoipa::path(
    tag = "screenings",
    params(("Idempotency-Key" = Option<String>, Header,
        description = "Makes sending it again safe: 1 to 255 visible characters, kept for 72 hours")),
    request_body = NewScreening,
    responses(
        (status = 201, body = SubmittedScreeningView, headers(("Location" = String), ("ETag" = String))),
        (status = 409, description = "`too_soon`: it was filled in within its window; `repeat_from` says from which \
            day on it may be filled in again. `not_applicable`: it asks about a baby, and none is shown now. \
            `in_progress`: the first request with this key has run for five seconds"),
    ),
    security(("access_token" = []))
)]
#[post("/v1/screenings")]
pub async fn create(
    req: HttpRequest,
    parent: Parent,
    app: web::Data<App>,
    body: RawBody,
) -> Result<HttpResponse> {
    let object = body.object_mended_if(sent::carries_danger).await?;
    let now = app.clock.now();
    let own = parent.own();
    let same = Value::Object(object.clone());
    let Asked { attempt, overlooked } = ask(&req, parent.id(), "create_screening", &object, same)?;
    let wire: NewScreening = json::into_wire(object)?;
    let state = app.clone();
    let stored = app
        .db
        .write(move |conn| {
            idempotency::once(conn, &state.vault, attempt.as_ref(), now, |conn| {
                let around = Surroundings::of(&state);
                let (it, outcome, key) =
                    submit::submit(conn, &around, &own, None, wire.clone(), &overlooked, now)?;
                let view = SubmittedScreeningView::of(ScreeningView::own(&it), outcome);
                Ok(Done::with_key(Reply::created(format!("/v1/screenings/{}", it.id), 1, &view)?, key))
            })
        })
        .await?;
    Ok(reply::stored(stored))
}

/// What came beside the body, and what of it is overlooked because of a danger answer.
pub(crate) struct Asked {
    pub(crate) attempt: Option<Attempt>,
    pub(crate) overlooked: Vec<(&'static str, &'static str)>,
}

/// Reads the key and the query of a request with this body. `same`: what makes another request the same as this one.
///
/// # Errors
/// 400 when one of them is wrong, unless the body carries a danger answer.
pub(crate) fn ask(
    req: &HttpRequest,
    user: UserId,
    operation: &'static str,
    object: &Map<String, Value>,
    same: Value,
) -> Result<Asked> {
    let danger = sent::carries_danger(object);
    let mut overlooked = Vec::new();
    let attempt = match reply::attempt(req, user, operation, &same) {
        Err(_) if danger => {
            overlooked.push(("bad_header", "The Idempotency-Key could not be used; this was stored anyway."));
            None
        }
        other => other?,
    };
    match query::none(req) {
        Err(_) if danger => overlooked.push(("unknown_parameter", "Query parameters were ignored.")),
        other => other?,
    }
    Ok(Asked { attempt, overlooked })
}

/// Lists your questionnaires, newest first.
#[utoipa::path(
    tag = "screenings",
    params(
        ("from" = Option<String>, Query, description = "First local day", format = Date),
        ("to" = Option<String>, Query, description = "Last local day", format = Date),
        ("limit" = Option<i32>, Query, description = "Entries of a page", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses((status = 200, body = Page<ScreeningView>)),
    security(("access_token" = []))
)]
#[get("/v1/screenings")]
pub async fn list(req: HttpRequest, signed: Signed, app: web::Data<App>) -> Result<HttpResponse> {
    let page = list_api::own(&req, signed, &app, "screenings", store::own_page).await?;
    Ok(page.map(|row| ScreeningView::own(&row)).reply(&req))
}

/// Reads one of your questionnaires.
#[utoipa::path(
    tag = "screenings",
    params(("id" = String, Path, description = "The form", format = Uuid)),
    responses((status = 200, body = ScreeningView, headers(("ETag" = String)))),
    security(("access_token" = []))
)]
#[get("/v1/screenings/{id}")]
pub async fn show(
    req: HttpRequest,
    parent: Parent,
    path: web::Path<ScreeningId>,
    app: web::Data<App>,
) -> Result<HttpResponse> {
    query::none(&req)?;
    let (own, id) = (parent.own(), path.into_inner());
    let found = app.db.read(move |conn| store::find_own(conn, &own, id)).await?;
    let it = found.ok_or_else(Error::not_found)?;
    Ok(reply::tagged(it.revision, &ScreeningView::own(&it)))
}

impl Placed for Screening {
    type Id = ScreeningId;

    fn place(&self) -> (Timestamp, ScreeningId) {
        (self.occurred_at, self.id)
    }
}
