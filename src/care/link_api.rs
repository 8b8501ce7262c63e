//! `/v1/care-links`: what a parent grants to a doula, seen from both sides.
//!
//! The parent sees every link of hers, also those that ended; a doula sees hers while they bind, and to her any
//! other answers as one that does not exist. Only the parent changes the terms, either side may end it.

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use jiff::Timestamp;
use serde_json::Value;

use super::{
    Own, invitation_store,
    link::Link,
    link_body::{LinkChange, NewLink, unknown_code},
    link_store::{self, Wanted},
    link_view::LinkView,
};
use crate::{
    app::App,
    audit::{self, Act},
    auth::{Caller, Doula, Parent, caller::Role},
    change,
    db::Conn,
    error::{Error, ErrorCode, Result},
    http::{
        etag::{self, IfMatch},
        json::RawBody,
        page::{Page, PageRequest, Scope},
        query::{self, Query},
        reply,
    },
    id::CareLinkId,
    idempotency::{self, Reply},
};

/// Links the parent to the doula whose code she has.
///
/// The code is used up by it. A link that is live already with this doula is 409.
#[utoipa::path(
    tag = "care",
    request_body = NewLink,
    responses((status = 201, body = LinkView), (status = 409, description = "`already_linked`: a live link with this doula exists.")),
    security(("access_token" = []))
)]
#[post("/v1/care-links")]
pub async fn create(
    req: HttpRequest,
    parent: Parent,
    app: web::Data<App>,
    body: RawBody,
) -> Result<HttpResponse> {
    query::none(&req)?;
    let object = body.object().await?;
    let attempt = reply::attempt(&req, parent.id(), "create_care_link", &Value::Object(object.clone()))?;
    let (now, vault, own) = (app.clock.now(), app.vault.clone(), parent.own());
    let made = app.db.write(move |conn| {
        idempotency::once(conn, &vault, attempt.as_ref(), now, |conn| {
            // Judged in here, so that a repetition is answered as before even when `expires_at` has passed since.
            let (code, draft) = NewLink::read(object.clone(), now)?;
            change::lock(conn, own.parent())?;
            let offer =
                invitation_store::spend(conn, &own, &code.hash(&vault), now)?.ok_or_else(unknown_code)?;
            let link =
                link_store::insert(conn, &own, offer, draft.begin(now), now)?.ok_or_else(already_linked)?;
            Reply::created(
                format!("/v1/care-links/{}", link.id),
                link.revision,
                &LinkView::of(conn, &vault, &link, now)?,
            )
        })
    });
    Ok(reply::stored(made.await?))
}

/// Lists care links, newest first.
///
/// A parent sees all of hers, also those that ended; a doula sees hers that bind now.
#[utoipa::path(
    tag = "care",
    params(("limit" = Option<u8>, Query, minimum = 1, maximum = 100), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = Page<LinkView>)),
    security(("access_token" = []))
)]
#[get("/v1/care-links")]
pub async fn list(req: HttpRequest, caller: Caller, app: web::Data<App>) -> Result<HttpResponse> {
    let side = Side::of(caller)?;
    let mut query = Query::of(&req);
    let paging = PageRequest::take(&mut query);
    query.finish()?;
    let (now, vault) = (app.clock.now(), app.vault.clone());
    let reader = format!("care-links/{}", caller.id);
    let scope = Scope { reader: &reader, filter: "" };
    let after = paging.position(&vault, scope, now)?.map(|position| position.parse()).transpose();
    let after = after.map_err(|_| Error::internal("a cursor of ours does not hold an id"))?;
    let most = i64::try_from(paging.limit).map_err(Error::internal)? + 1;
    let shown = move |conn: &mut Conn, links: Vec<Link>| {
        let scope = Scope { reader: &reader, filter: "" };
        let page = Page::cut(links, &paging, |link| link.id.to_string(), &vault, scope, now);
        let data = LinkView::all(conn, &vault, &page.data, now)?;
        Ok::<_, Error>((Page { data, next_cursor: page.next_cursor, has_more: page.has_more }, page.data))
    };
    let page = match side {
        Side::Parent(own) => {
            app.db
                .read(move |conn| {
                    let links = link_store::page_of_parent(conn, &own, after, most)?;
                    Ok(shown(conn, links)?.0)
                })
                .await?
        }
        Side::Doula(doula) => {
            app.db
                .write(move |conn| {
                    let links = link_store::page_of_doula(conn, &doula, Wanted::default(), after, most, now)?;
                    let (page, links) = shown(conn, links)?;
                    links.iter().try_for_each(|link| record_read(conn, link, now))?;
                    Ok(page)
                })
                .await?
        }
    };
    Ok(page.reply(&req))
}

/// Shows a care link.
#[utoipa::path(tag = "care", params(("id" = String, Path, format = Uuid)), responses((status = 200, body = LinkView)), security(("access_token" = [])))]
#[get("/v1/care-links/{id}")]
pub async fn one(
    req: HttpRequest,
    caller: Caller,
    app: web::Data<App>,
    id: web::Path<CareLinkId>,
) -> Result<HttpResponse> {
    let side = Side::of(caller)?;
    query::none(&req)?;
    let (now, vault, id) = (app.clock.now(), app.vault.clone(), id.into_inner());
    let found = match side {
        Side::Parent(own) => {
            app.db
                .read(move |conn| {
                    let link = link_store::find_of_parent(conn, &own, id)?.ok_or_else(Error::not_found)?;
                    Ok((link.revision, LinkView::of(conn, &vault, &link, now)?))
                })
                .await
        }
        Side::Doula(doula) => {
            app.db
                .write(move |conn| {
                    let link =
                        link_store::find_of_doula(conn, &doula, id, now)?.ok_or_else(Error::not_found)?;
                    record_read(conn, &link, now)?;
                    Ok((link.revision, LinkView::of(conn, &vault, &link, now)?))
                })
                .await
        }
    };
    let (revision, view) = found?;
    Ok(reply::tagged(revision, &view))
}

/// Changes what a link grants; it binds at the doula's next request.
///
/// A JSON merge patch. A link that ended is 409.
#[utoipa::path(
    tag = "care",
    params(("id" = String, Path, format = Uuid), ("If-Match" = String, Header, description = "The tag that the change rests on.")),
    request_body = LinkChange,
    responses((status = 200, body = LinkView), (status = 409, description = "`invalid_transition`: the link has ended.")),
    security(("access_token" = []))
)]
#[patch("/v1/care-links/{id}")]
pub async fn edit(
    req: HttpRequest,
    parent: Parent,
    app: web::Data<App>,
    id: web::Path<CareLinkId>,
    body: RawBody,
) -> Result<HttpResponse> {
    query::none(&req)?;
    let (id, own) = (id.into_inner(), parent.own());
    app.db
        .read(move |conn| link_store::find_of_parent(conn, &own, id))
        .await?
        .ok_or_else(Error::not_found)?;
    let tag = IfMatch::required(&req)?;
    let (now, vault) = (app.clock.now(), app.vault.clone());
    let patch = LinkChange::read(body.object().await?, now)?;
    let changed = app.db.write(move |conn| {
        change::lock(conn, own.parent())?;
        let link = link_store::find_of_parent(conn, &own, id)?.ok_or_else(Error::not_found)?;
        tag.admit(link.revision)?;
        if !link.is_live(now) {
            return Err(Error::new(
                ErrorCode::InvalidTransition,
                "This link has ended. A new code makes a new one.",
            ));
        }
        let terms = patch.clone().apply(&link);
        let link = link_store::update(conn, &own, &link, terms, now)?.ok_or_else(etag::stale)?;
        Ok((link.revision, LinkView::of(conn, &vault, &link, now)?))
    });
    let (revision, view) = changed.await?;
    Ok(reply::tagged(revision, &view))
}

/// Ends a link; it binds at the doula's next request.
///
/// Either side may. To end it once more is 204 for the parent, who can still read it, and 404 for the doula.
#[utoipa::path(
    tag = "care",
    params(("id" = String, Path, format = Uuid), ("If-Match" = Option<String>, Header, description = "End only this revision.")),
    responses((status = 204, description = "It has ended.")),
    security(("access_token" = []))
)]
#[delete("/v1/care-links/{id}")]
pub async fn end(
    req: HttpRequest,
    caller: Caller,
    app: web::Data<App>,
    id: web::Path<CareLinkId>,
) -> Result<HttpResponse> {
    query::none(&req)?;
    let (side, id, tag) = (Side::of(caller)?, id.into_inner(), IfMatch::optional(&req));
    let now = app.clock.now();
    let ended = app.db.write(move |conn| {
        let link = side.find(conn, id, now)?;
        change::lock(conn, link.parent)?;
        // Once more, now that nobody else writes for this parent.
        let link = side.find(conn, id, now)?;
        if !link.is_live(now) {
            return Ok(());
        }
        if let Some(tag) = &tag {
            tag.admit(link.revision)?;
        }
        if link_store::end(conn, &link, caller.id, now, now)? { Ok(()) } else { Err(etag::stale()) }
    });
    ended.await?;
    Ok(HttpResponse::NoContent().finish())
}

/// From which side somebody looks at a link.
#[derive(Clone, Copy)]
enum Side {
    Parent(Own),
    Doula(Doula),
}

impl Side {
    fn of(caller: Caller) -> Result<Self> {
        match caller.role {
            Role::Parent => Ok(Self::Parent(caller.parent()?.own())),
            Role::Doula => Ok(Self::Doula(caller.doula()?)),
            Role::Operator => Err(Error::new(ErrorCode::WrongRole, "Only a parent or a doula can do this.")),
        }
    }

    fn find(&self, conn: &mut Conn, id: CareLinkId, now: Timestamp) -> Result<Link> {
        let found = match self {
            Self::Parent(own) => link_store::find_of_parent(conn, own, id)?,
            Self::Doula(doula) => link_store::find_of_doula(conn, doula, id, now)?,
        };
        found.ok_or_else(Error::not_found)
    }
}

fn record_read(conn: &mut Conn, link: &Link, now: Timestamp) -> Result<()> {
    let act = Act {
        actor: link.doula,
        role: "doula",
        action: "care_link.read",
        parent: Some(link.parent),
        link: Some(link.id),
        object: Some(link.id.as_str()),
    };
    audit::record(conn, now, &act)
}

fn already_linked() -> Error {
    Error::new(ErrorCode::AlreadyLinked, "Change or end the link that you have with this doula.")
}
