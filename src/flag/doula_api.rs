//! What a doula reads of flags and does with them.

use actix_web::{HttpRequest, HttpResponse, get, http::header, post, web};

use super::{
    filter::{self, FlagFilter},
    show::Views,
    transition::{self, Taken},
    transition_body::{self, TransitionBody},
    view::FlagView,
};
use crate::{
    app::App,
    audit::{self, Act},
    auth::Doula,
    error::Result,
    http::{
        etag::IfMatch,
        json::RawBody,
        page::{self, Page, PageRequest, Scope},
        query::{self, Query},
    },
    id::FlagId,
    practice::off::{self, WatchedPage},
};

/// Lists flags: the gravest first, and of those alike the one due soonest.
///
/// Without `status` those that are not closed and not snoozed. `status=all` and the words of closed flags
/// reach back over the 1,000 flags closed last; an older one is found by its id. A `client` who is not yours
/// gives an empty list.
#[utoipa::path(
    tag = "flags",
    params(
        ("status" = Option<String>, Query, description = "`all`, or one of `open`, `acknowledged`, `contacted`, `resolved`, `dismissed`, `snoozed`, `corrected`."),
        ("severity" = Option<String>, Query, description = "`urgent`, `same_day`, `follow_up` or `notice`."),
        ("client" = Option<String>, Query, format = Uuid, description = "Only the flags of this parent."),
        ("limit" = Option<u8>, Query, minimum = 1, maximum = 100, description = "Entries of a page; 20 when not given."),
        ("cursor" = Option<String>, Query, description = "Where the page begins, from the page before."),
    ),
    responses((status = 200, body = WatchedPage<FlagView>)),
    security(("access_token" = []))
)]
#[get("/v1/flags")]
pub async fn list(req: HttpRequest, doula: Doula, app: web::Data<App>) -> Result<HttpResponse> {
    let mut query = Query::of(&req);
    let filter = FlagFilter::take(&mut query);
    let request = PageRequest::take(&mut query);
    query.finish()?;
    let (now, vault) = (app.clock.now(), app.vault.clone());
    let (reader, words) = (format!("flags {}", doula.id()), filter.words());
    let scope = Scope { reader: &reader, filter: &words };
    let after = request.position(&app.vault, scope, now)?;
    let limit = request.limit;
    let ((rows, has_more), off) = app
        .db
        .write(move |conn| {
            let rows = filter::page(conn, &vault, &doula, &filter, after.as_deref(), limit, now)?;
            Ok((rows, off::of_doula(conn, &doula, now)?))
        })
        .await?;
    let page = Page::of(rows, has_more, |row| row.position.clone(), &app.vault, scope, now);
    let page = WatchedPage::of(page.map(|row| row.view), off);
    Ok(page::reply(&req, page.next_cursor.as_deref(), &page))
}

/// Shows one flag.
///
/// With what led to it and what happened since, as far as your scopes go.
#[utoipa::path(
    tag = "flags",
    params(("id" = String, Path, format = Uuid, description = "Which flag.")),
    responses((status = 200, body = FlagView)),
    security(("access_token" = []))
)]
#[get("/v1/flags/{id}")]
pub async fn one(
    req: HttpRequest,
    doula: Doula,
    app: web::Data<App>,
    path: web::Path<FlagId>,
) -> Result<HttpResponse> {
    query::none(&req)?;
    let (now, vault, id) = (app.clock.now(), app.vault.clone(), path.into_inner());
    let view = app
        .db
        .write(move |conn| {
            let seen = transition::find(conn, &doula, id, now)?;
            let act = Act {
                actor: doula.id(),
                role: "doula",
                action: "flag.read",
                parent: Some(seen.flag.parent),
                link: Some(seen.grant.link()),
                object: Some(id.as_str()),
            };
            audit::record(conn, now, &act)?;
            Views::new(&vault).of(conn, &seen)
        })
        .await?;
    Ok(tagged(&view))
}

/// Takes a step with a flag.
///
/// `open`, `acknowledged`, `contacted`, `resolved`: one at a time. `dismissed` and `snoozed` are possible from
/// the first three, and a snoozed flag may take the steps of the status that it came from. The same step again
/// by the same doula changes nothing. With `If-Match` a flag that changed since you read it is left as it is, so
/// that you never close something that you have not seen.
#[utoipa::path(
    tag = "flags",
    params(
        ("id" = String, Path, format = Uuid, description = "Which flag."),
        ("If-Match" = Option<String>, Header, description = "The `etag` of the flag as you saw it"),
    ),
    request_body = TransitionBody,
    responses(
        (status = 200, body = FlagView),
        (status = 409, description = "`invalid_transition`: the status does not allow the step; the flag comes as `flag`.")
    ),
    security(("access_token" = []))
)]
#[post("/v1/flags/{id}/transitions")]
pub async fn step(
    req: HttpRequest,
    doula: Doula,
    app: web::Data<App>,
    path: web::Path<FlagId>,
    body: RawBody,
) -> Result<HttpResponse> {
    query::none(&req)?;
    let (now, vault, id) = (app.clock.now(), app.vault.clone(), path.into_inner());
    // Before the body, so that a flag that is not hers answers like none, whatever was sent.
    app.db.read(move |conn| transition::find(conn, &doula, id, now).map(drop)).await?;
    let mut asked = transition_body::read(body.object().await?, now)?;
    asked.if_match = IfMatch::optional(&req);
    let taken: Taken =
        app.db.write(move |conn| transition::take(conn, &vault, &doula, id, &asked, now)).await?;
    Ok(tagged(&taken.into_view()?))
}

fn tagged(view: &FlagView) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::ETAG, view.etag.clone())).json(view)
}
