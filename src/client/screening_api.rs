//! A client's questionnaires over HTTP, as far as she shares them, and one that is filled in together.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::list as clients;
use crate::{
    app::App,
    auth::Doula,
    care::{Grant, Own},
    change,
    check_in::{
        list_api::{list_query, position},
        offered,
        submit::Surroundings,
    },
    db::Conn,
    error::{Error, ErrorCode, Result},
    http::{
        json::{self, RawBody},
        page::{Page, Scope, read_position},
        query, reply,
    },
    id::UserId,
    idempotency::{self, Reply},
    screening::{
        api::{Asked, ask},
        body::{EnteredScreening, NewScreening},
        offer_view::OfferView,
        sent, store, submit,
        view::{ScreeningView, SubmittedScreeningView},
    },
};

/// Lists the questionnaires that a client shares with you, newest first.
///
/// Private ones and those recorded before your link's history are not among them. Without the scope `screenings` the
/// whole list is refused.
#[utoipa::path(
    tag = "clients",
    params(
        ("id" = String, Path, format = Uuid, description = "Which client."),
        ("from" = Option<String>, Query, format = Date, description = "First local day, included."),
        ("to" = Option<String>, Query, format = Date, description = "Last local day, included."),
        ("limit" = Option<u8>, Query, minimum = 1, maximum = 100, description = "Entries of a page; 20 when not given."),
        ("cursor" = Option<String>, Query, description = "Where the page begins, from the page before."),
    ),
    responses((status = 200, body = Page<ScreeningView>)),
    security(("access_token" = []))
)]
#[get("/v1/clients/{id}/screenings")]
pub async fn list(
    req: HttpRequest,
    doula: Doula,
    app: web::Data<App>,
    path: web::Path<UserId>,
) -> Result<HttpResponse> {
    let (filter, request) = list_query(&req)?;
    let (now, client) = (app.clock.now(), path.into_inner());
    let reader = format!("screenings of {client} for {}", doula.id());
    let words = format!("{filter:?}");
    let scope = Scope { reader: &reader, filter: &words };
    let after = request.position(&app.vault, scope, now)?.as_deref().map(read_position).transpose()?;
    let limit = i64::try_from(request.limit + 1).map_err(Error::internal)?;
    let rows = app
        .db
        .write(move |conn| {
            let grant = granted(conn, &doula, client, now)?;
            clients::record(conn, &doula, &grant, "client.screenings", now)?;
            store::shared_page(conn, &grant, &filter, after, limit)
        })
        .await?;
    let page = Page::cut(rows, &request, position, &app.vault, scope, now);
    Ok(page.map(|row| ScreeningView::for_doula(&row)).reply(&req))
}

/// Lists the questionnaires that are worth offering to a client now or soon, the soonest first, with the reason.
///
/// It rests on what she shares with you: questionnaires that are not private, and flags that you see. What else she said
/// changes nothing in it. While something urgent that you see is open nothing is offered. Without the scope `screenings`
/// it is refused. There is one page: `next_cursor` is null.
#[utoipa::path(
    tag = "clients",
    params(("id" = String, Path, format = Uuid, description = "Which client.")),
    responses((status = 200, body = Page<OfferView>)),
    security(("access_token" = []))
)]
#[get("/v1/clients/{id}/screenings/offers")]
pub async fn offers(
    req: HttpRequest,
    doula: Doula,
    app: web::Data<App>,
    path: web::Path<UserId>,
) -> Result<HttpResponse> {
    query::none(&req)?;
    let (now, client, state) = (app.clock.now(), path.into_inner(), app.clone());
    let data = app
        .db
        .write(move |conn| {
            let grant = granted(conn, &doula, client, now)?;
            clients::record(conn, &doula, &grant, "client.offers", now)?;
            offered::seen(conn, &state.vault, &grant, now)
        })
        .await?;
    Ok(HttpResponse::Ok().json(Page { data, next_cursor: None, has_more: false }))
}

/// Enters a questionnaire that you filled in together with a client.
///
/// For who holds the licensed form: the numbers arrive keyed, and the form says who entered it. It is shared with those
/// whom she lets see her questionnaires; she may make it private or remove it. What is said of danger answers, windows and
/// refusals at `POST /v1/screenings` holds here too. The reply tells of flags what you may see, and help to show to her
/// at once.
#[utoipa::path(
    tag = "clients",
    params(
        ("id" = String, Path, format = Uuid, description = "Which client."),
        ("Idempotency-Key" = Option<String>, Header,
            description = "Makes sending it again safe: 1 to 255 visible characters, kept for 72 hours"),
    ),
    request_body = EnteredScreening,
    responses(
        (status = 201, body = SubmittedScreeningView, headers(("Location" = String), ("ETag" = String))),
        (status = 409, description = "`too_soon`: it was filled in within its window; `repeat_from` says from which \
            day on it may be filled in again. `not_applicable`: it asks about a baby, and none is shown now. \
            `in_progress`: the first request with this key has run for five seconds"),
    ),
    security(("access_token" = []))
)]
#[post("/v1/clients/{id}/screenings")]
pub async fn enter(
    req: HttpRequest,
    doula: Doula,
    app: web::Data<App>,
    path: web::Path<UserId>,
    body: RawBody,
) -> Result<HttpResponse> {
    let (client, asked_at) = (path.into_inner(), app.clock.now());
    // Before anything of the request is looked at: whose client she is, and what she may do for her.
    app.db.read(move |conn| granted(conn, &doula, client, asked_at).map(drop)).await?;
    let object = body.object_mended_if(sent::carries_danger).await?;
    let now = app.clock.now();
    // The same form of another client is another form.
    let same = json!({ "client": client, "form": Value::Object(object.clone()) });
    let Asked { attempt, overlooked } = ask(&req, doula.id(), "enter_screening", &object, same)?;
    let wire: NewScreening = json::into_wire::<EnteredScreening>(object)?.into();
    let state = app.clone();
    let stored = app
        .db
        .write(move |conn| {
            // The right may end while this waits for its turn, so it is read again after that.
            let asked = granted(conn, &doula, client, now)?;
            change::lock(conn, asked.parent())?;
            let grant = granted(conn, &doula, client, now)?;
            let own = Own::together_with(&grant).ok_or_else(not_granted)?;
            idempotency::once(conn, &state.vault, attempt.as_ref(), now, |conn| {
                let around = Surroundings::of(&state);
                let (it, outcome, _) =
                    submit::submit(conn, &around, &own, Some(&grant), wire.clone(), &overlooked, now)?;
                let view = SubmittedScreeningView::of(ScreeningView::for_doula(&it), outcome);
                Reply::created(format!("/v1/clients/{client}/screenings"), 1, &view)
            })
        })
        .await?;
    Ok(reply::stored(stored))
}

/// The grant of a client who lets this doula see her questionnaires.
fn granted(conn: &mut Conn, doula: &Doula, client: UserId, now: Timestamp) -> Result<Grant> {
    let grant = clients::granted(conn, doula, client, now)?;
    if grant.scopes().screenings { Ok(grant) } else { Err(not_granted()) }
}

fn not_granted() -> Error {
    Error::new(ErrorCode::ScopeNotGranted, "This needs the scope screenings.")
}
