//! What is usual for a client over HTTP, as far as she shares it, and beginning it anew with her.

use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::list as clients;
use crate::{
    app::App,
    auth::Doula,
    care::{Grant, Own, baby_store},
    change,
    check_in::{
        local_date,
        restart::{self, Days},
        restart_api::{day_at, measure_at, reply_of},
        restart_body::{self, NewRestart},
        restart_view::{RestartView, UsualsView},
        submit::Surroundings,
    },
    db::Conn,
    error::{Error, ErrorCode, Result},
    http::{json::RawBody, query, reply},
    id::UserId,
    idempotency,
    profile::store::facts_behind,
    rules::{Profile, usual::word},
};

/// Shows what is usual for a client, measure by measure, and who began it anew.
///
/// It is made of what she shares with you alone, and of restarts those are shown that were recorded since your link's
/// history begins, with the reasons that you wrote yourself. Without the scope `check_ins` it is refused.
#[utoipa::path(
    tag = "clients",
    params(("id" = String, Path, format = Uuid, description = "Which client.")),
    responses((status = 200, body = UsualsView)),
    security(("access_token" = []))
)]
#[get("/v1/clients/{id}/usuals")]
pub async fn list(
    req: HttpRequest,
    doula: Doula,
    app: web::Data<App>,
    path: web::Path<UserId>,
) -> Result<HttpResponse> {
    query::none(&req)?;
    let (now, vault, client) = (app.clock.now(), app.vault.clone(), path.into_inner());
    let view = app
        .db
        .write(move |conn| {
            let grant = granted(conn, &doula, client, now)?;
            let parent = facts_behind(conn, &grant)?;
            clients::record(conn, &doula, &grant, "client.usuals", now)?;
            let any_baby_visible = baby_store::any_shown(conn, &grant)?;
            let today = local_date(now, &parent.time_zone);
            let known = Profile { birth_date: None, contexts: parent.contexts, any_baby_visible };
            UsualsView::shown(conn, &vault, &grant, today, known.connection_counts())
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Begins anew what is usual for a client in one measure, from a day on.
///
/// For when the two of you have talked, and her life is another one now. She reads that you did it, and the reason as you
/// wrote it. What is said at `POST /v1/check-ins/usuals/{measure}/restarts` holds here too; days are those where the client
/// is. Without the scope `check_ins` it is refused.
#[utoipa::path(
    tag = "clients",
    params(
        ("id" = String, Path, format = Uuid, description = "Which client."),
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
#[post("/v1/clients/{id}/usuals/{measure}/restarts")]
pub async fn begin(
    req: HttpRequest,
    doula: Doula,
    app: web::Data<App>,
    path: web::Path<(UserId, String)>,
    body: RawBody,
) -> Result<HttpResponse> {
    let (client, measure) = path.into_inner();
    let measure = measure_at(&measure)?;
    let (asked_at, vault) = (app.clock.now(), app.vault.clone());
    // Before anything of the request is looked at: whose client she is, and what she may do for her.
    let days = app
        .db
        .read(move |conn| {
            let own = own_of(&granted(conn, &doula, client, asked_at)?)?;
            Days::of(conn, &vault, &own, asked_at)
        })
        .await?;
    query::none(&req)?;
    let object = body.object().await?;
    let now = app.clock.now();
    // The same of another client or measure is another restart.
    let restart = Value::Object(object.clone());
    let same = json!({ "client": client, "measure": word(measure), "restart": restart });
    let attempt = reply::attempt(&req, doula.id(), "begin_usual_anew", &same)?;
    let asked = restart_body::read(object, days)?;
    let state = app.clone();
    let begun = app
        .db
        .write(move |conn| {
            let (grant, own) = locked(conn, &doula, client, now)?;
            idempotency::once(conn, &state.vault, attempt.as_ref(), now, |conn| {
                let around = Surroundings::of(&state);
                let found = restart::begin(conn, &around, &own, Some(&grant), measure, &asked, now)?;
                reply_of(conn, &state.vault, found, format!("/v1/clients/{client}/usuals"))
            })
        })
        .await?;
    Ok(reply::stored(begun))
}

/// Takes back what you began anew from a day on.
///
/// The record of it stays. What somebody else began anew is not yours to take back: 404. To take it back once more changes
/// nothing.
#[utoipa::path(
    tag = "clients",
    params(
        ("id" = String, Path, format = Uuid, description = "Which client."),
        ("measure" = String, Path, description = "`mood`, `anxiety` or `connection`."),
        ("from" = String, Path, format = Date, description = "The day from which on it was begun anew."),
    ),
    responses((status = 204, description = "It is taken back.")),
    security(("access_token" = []))
)]
#[delete("/v1/clients/{id}/usuals/{measure}/restarts/{from}")]
pub async fn take_back(
    req: HttpRequest,
    doula: Doula,
    app: web::Data<App>,
    path: web::Path<(UserId, String, String)>,
) -> Result<HttpResponse> {
    let (client, measure, from) = path.into_inner();
    let day = (measure_at(&measure)?, day_at(&from)?);
    query::none(&req)?;
    let (now, state) = (app.clock.now(), app.clone());
    app.db
        .write(move |conn| {
            let (grant, own) = locked(conn, &doula, client, now)?;
            restart::take_back(conn, &Surroundings::of(&state), &own, Some(&grant), day, now)
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The right to do it, read once more when this is the only write for the client: it may end while this waits for its turn.
fn locked(conn: &mut Conn, doula: &Doula, client: UserId, now: Timestamp) -> Result<(Grant, Own)> {
    let asked = granted(conn, doula, client, now)?;
    change::lock(conn, asked.parent())?;
    let grant = granted(conn, doula, client, now)?;
    let own = own_of(&grant)?;
    Ok((grant, own))
}

/// The grant of a client who lets this doula see her check-ins.
fn granted(conn: &mut Conn, doula: &Doula, client: UserId, now: Timestamp) -> Result<Grant> {
    let grant = clients::granted(conn, doula, client, now)?;
    if grant.scopes().check_ins { Ok(grant) } else { Err(not_granted()) }
}

fn own_of(grant: &Grant) -> Result<Own> {
    Own::begun_anew_by(grant).ok_or_else(not_granted)
}

fn not_granted() -> Error {
    Error::new(ErrorCode::ScopeNotGranted, "This needs the scope check_ins.")
}
