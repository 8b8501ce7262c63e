//! `/v1/check-ins/usuals`: what is usual for a parent, and beginning it anew.

use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{
    day::local_date,
    restart::{self, Days, Restart},
    restart_body::{self, NewRestart},
    restart_view::{RestartView, UsualsView},
    submit::Surroundings,
    whose_store::Whose,
};
use crate::{
    app::App,
    auth::Parent,
    db::Conn,
    error::{Error, Result},
    http::{field::Wire, json::RawBody, query, reply, value::Day},
    idempotency::{self, Reply},
    rules::{
        Measure,
        usual::{measure_of, word},
    },
    seal::Vault,
};

/// Shows what is usual for you, measure by measure, and who began it anew.
///
/// A usual is made of early days and kept; a new one may take its place after eight weeks, but none that is much worse.
/// Reasons are shown with who wrote them. Connection is left out after a loss and while no baby is shown.
#[utoipa::path(
    tag = "check-ins",
    responses((status = 200, body = UsualsView)),
    security(("access_token" = []))
)]
#[get("/v1/check-ins/usuals")]
pub async fn list(req: HttpRequest, parent: Parent, app: web::Data<App>) -> Result<HttpResponse> {
    query::none(&req)?;
    let (now, own, vault) = (app.clock.now(), parent.own(), app.vault.clone());
    let view = app
        .db
        .read(move |conn| {
            let whose = Whose::read(conn, &vault, &own)?;
            let today = local_date(now, &whose.parent.time_zone);
            UsualsView::own(conn, &vault, &own, today, whose.profile().connection_counts())
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Begins anew what is usual for you in one measure, from a day on.
///
/// For when life is another one now and the days before are no measure of it any more. From that day on nothing stands
/// until a new usual is made of it and of later days, as the first one was; what is worse is not held against it, since a
/// person chose. The days since then are judged again: a flag that nothing raises any more closes as `corrected`, and what
/// somebody has closed stays closed. Answers about safety are never touched by it. The same measure and day once more
/// answers what is there.
#[utoipa::path(
    tag = "check-ins",
    params(
        ("measure" = String, Path, description = "`mood`, `anxiety` or `connection`."),
        ("Idempotency-Key" = Option<String>, Header,
            description = "Makes sending it again safe: 1 to 255 visible characters, kept for 72 hours"),
    ),
    request_body = NewRestart,
    responses(
        (status = 200, body = RestartView, description = "You began it anew from this day on already."),
        (status = 201, body = RestartView, headers(("Location" = String))),
        (status = 409, description = "`not_applicable`: connection is not asked about now. \
            `in_progress`: the first request with this key has run for five seconds"),
    ),
    security(("access_token" = []))
)]
#[post("/v1/check-ins/usuals/{measure}/restarts")]
pub async fn begin(
    req: HttpRequest,
    parent: Parent,
    app: web::Data<App>,
    path: web::Path<String>,
    body: RawBody,
) -> Result<HttpResponse> {
    let measure = measure_at(&path)?;
    query::none(&req)?;
    let (asked_at, own, vault) = (app.clock.now(), parent.own(), app.vault.clone());
    let days = app.db.read(move |conn| Days::of(conn, &vault, &own, asked_at)).await?;
    let object = body.object().await?;
    let now = app.clock.now();
    let same = json!({ "measure": word(measure), "restart": Value::Object(object.clone()) });
    let attempt = reply::attempt(&req, parent.id(), "begin_usual_anew", &same)?;
    let asked = restart_body::read(object, days)?;
    let state = app.clone();
    let begun = app
        .db
        .write(move |conn| {
            idempotency::once(conn, &state.vault, attempt.as_ref(), now, |conn| {
                let around = Surroundings::of(&state);
                let found = restart::begin(conn, &around, &own, None, measure, &asked, now)?;
                reply_of(conn, &state.vault, found, "/v1/check-ins/usuals".to_owned())
            })
        })
        .await?;
    Ok(reply::stored(begun))
}

/// Takes back what was begun anew from a day on, by you or by a doula.
///
/// The record of it stays. What stood before stands again, and the days since then are judged again. To take it back once
/// more changes nothing.
#[utoipa::path(
    tag = "check-ins",
    params(
        ("measure" = String, Path, description = "`mood`, `anxiety` or `connection`."),
        ("from" = String, Path, format = Date, description = "The day from which on it was begun anew."),
    ),
    responses((status = 204, description = "It is taken back.")),
    security(("access_token" = []))
)]
#[delete("/v1/check-ins/usuals/{measure}/restarts/{from}")]
pub async fn take_back(
    req: HttpRequest,
    parent: Parent,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse> {
    let (measure, from) = path.into_inner();
    let day = (measure_at(&measure)?, day_at(&from)?);
    query::none(&req)?;
    let (now, own, state) = (app.clock.now(), parent.own(), app.clone());
    app.db
        .write(move |conn| restart::take_back(conn, &Surroundings::of(&state), &own, None, day, now))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A measure in a path.
///
/// # Errors
/// 404 for one that has no usual.
pub(crate) fn measure_at(named: &str) -> Result<Measure> {
    measure_of(named).ok_or_else(Error::not_found)
}

/// A day in a path.
///
/// # Errors
/// 404 for what is none.
pub(crate) fn day_at(named: &str) -> Result<Date> {
    Day::read(&Value::from(named)).map(|day| day.0).map_err(|_| Error::not_found())
}

/// What is answered to beginning anew: 201 when it is new, 200 when it was there.
///
/// # Errors
/// Those of the database, and 500 when a name cannot be read.
pub(crate) fn reply_of(
    conn: &mut Conn,
    vault: &Vault,
    (restart, is_new): (Restart, bool),
    place: String,
) -> Result<Reply> {
    let view = RestartView::one(conn, vault, restart)?;
    let body = serde_json::to_string(&view).map_err(Error::internal)?;
    let (status, location) = if is_new { (201, Some(place)) } else { (200, None) };
    Ok(Reply { status, location, etag: None, body, replayed: false })
}
