//! `/v1/babies`: a parent's own babies.
//!
//! What may be sent stands in `baby_body`, what becomes of it in `baby_store`. A baby of somebody else answers
//! as one that does not exist, before anything else about the request is judged.

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    baby::{Baby, Clearance, Condition},
    baby_body::BabyBody,
    baby_change::ClearanceGap,
    baby_store,
};
use crate::{
    app::App,
    auth::Parent,
    change,
    error::{Error, FieldProblem, Place, Result},
    http::{
        etag::{self, IfMatch},
        json::RawBody,
        page::{Page, PageRequest, Scope},
        query::{self, Query},
        reply,
    },
    id::BabyId,
    idempotency::{self, Reply},
};

/// A baby.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0191e7c2-93a4-7c3e-8f00-000000000001", "name": "Noor", "birth_date": "2026-11-01",
    "due_date": "2026-11-20", "contexts": ["preterm"],
    "conditions": [{"kind": "vaccination", "since": "2026-11-22", "until": null}],
    "massage_clearance": {"given_by": "Dr Roy, neonatal unit", "given_on": "2026-11-20"},
    "hidden": false, "etag": "\"1\""
}))]
pub struct BabyView {
    /// Which one.
    #[schema(value_type = String, format = Uuid)]
    pub id: BabyId,
    /// Name or nickname.
    pub name: Option<String>,
    /// Day of birth.
    #[schema(value_type = Option<String>, format = Date)]
    pub birth_date: Option<Date>,
    /// Day it was or is due.
    #[schema(value_type = Option<String>, format = Date)]
    pub due_date: Option<Date>,
    /// Any of `nicu`, `preterm`, `multiples`.
    #[schema(value_type = Vec<String>)]
    pub contexts: Vec<&'static str>,
    /// What passes, as it was sent.
    pub conditions: Vec<ConditionView>,
    /// The yes of the baby's own team to touch.
    pub massage_clearance: Option<ClearanceView>,
    /// Nothing about this baby is shown.
    pub hidden: bool,
    /// Tag of this revision, for `If-Match`.
    pub etag: String,
}

/// Something that passes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConditionView {
    /// `vaccination`, `fever` or `skin`.
    #[schema(value_type = String)]
    pub kind: &'static str,
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub since: Date,
    /// Last day; null while it lasts, and for a vaccination that ends by itself.
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<Date>,
}

/// Who of the baby's team said yes to touch, and when.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClearanceView {
    /// Who.
    pub given_by: String,
    /// On which day.
    #[schema(value_type = String, format = Date)]
    pub given_on: Date,
}

/// Adds a baby.
///
/// After a loss a new baby is hidden unless `hidden` is sent as false. A parent may have ten.
#[utoipa::path(tag = "babies", request_body = BabyBody, responses((status = 201, body = BabyView)), security(("access_token" = [])))]
#[post("/v1/babies")]
pub async fn create(
    req: HttpRequest,
    parent: Parent,
    app: web::Data<App>,
    body: RawBody,
) -> Result<HttpResponse> {
    query::none(&req)?;
    let object = body.object().await?;
    let attempt = reply::attempt(&req, parent.id(), "create_baby", &Value::Object(object.clone()))?;
    let (now, vault, own) = (app.clock.now(), app.vault.clone(), parent.own());
    let draft = BabyBody::draft(object, now)?;
    let made = app.db.write(move |conn| {
        idempotency::once(conn, &vault, attempt.as_ref(), now, |conn| {
            change::lock(conn, own.parent())?;
            let baby = baby_store::insert(conn, &vault, &own, draft.clone(), now)?;
            Reply::created(format!("/v1/babies/{}", baby.id), baby.revision, &BabyView::from(baby))
        })
    });
    Ok(reply::stored(made.await?))
}

/// Lists the parent's babies, hidden ones too, in the order in which they were added.
#[utoipa::path(
    tag = "babies",
    params(("limit" = Option<u8>, Query, minimum = 1, maximum = 100), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = Page<BabyView>)),
    security(("access_token" = []))
)]
#[get("/v1/babies")]
pub async fn list(req: HttpRequest, parent: Parent, app: web::Data<App>) -> Result<HttpResponse> {
    let mut query = Query::of(&req);
    let paging = PageRequest::take(&mut query);
    query.finish()?;
    let (now, vault, own) = (app.clock.now(), app.vault.clone(), parent.own());
    let reader = format!("babies/{}", parent.id());
    let scope = Scope { reader: &reader, filter: "" };
    let after = paging.position(&vault, scope, now)?;
    let mut babies = app.db.read(move |conn| baby_store::all(conn, &vault, &own)).await?;
    babies.retain(|baby| after.as_deref().is_none_or(|after| baby.id.as_str() > after));
    let page = Page::cut(babies, &paging, |baby| baby.id.to_string(), &app.vault, scope, now);
    Ok(page.map(BabyView::from).reply(&req))
}

/// Shows one of the parent's babies.
#[utoipa::path(tag = "babies", params(("id" = String, Path, format = Uuid)), responses((status = 200, body = BabyView)), security(("access_token" = [])))]
#[get("/v1/babies/{id}")]
pub async fn one(
    req: HttpRequest,
    parent: Parent,
    app: web::Data<App>,
    id: web::Path<BabyId>,
) -> Result<HttpResponse> {
    query::none(&req)?;
    Ok(tagged(find(&app, parent, id.into_inner()).await?))
}

/// Changes some fields of a baby.
///
/// A JSON merge patch: null empties a field, lists are replaced as a whole.
#[utoipa::path(
    tag = "babies",
    params(("id" = String, Path, format = Uuid), ("If-Match" = String, Header, description = "The tag that the change rests on.")),
    request_body = BabyBody,
    responses((status = 200, body = BabyView)),
    security(("access_token" = []))
)]
#[patch("/v1/babies/{id}")]
pub async fn edit(
    req: HttpRequest,
    parent: Parent,
    app: web::Data<App>,
    id: web::Path<BabyId>,
    body: RawBody,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    find(&app, parent, id).await?;
    query::none(&req)?;
    let tag = IfMatch::required(&req)?;
    let (now, vault, own) = (app.clock.now(), app.vault.clone(), parent.own());
    let patch = BabyBody::patch(body.object().await?, now)?;
    let changed = app.db.write(move |conn| {
        change::lock(conn, own.parent())?;
        let baby = baby_store::find(conn, &vault, &own, id)?.ok_or_else(Error::not_found)?;
        tag.admit(baby.revision)?;
        let baby = patch.clone().apply(baby).map_err(refuse_gap)?;
        baby_store::update(conn, &vault, &own, baby, now)?.ok_or_else(etag::stale)
    });
    Ok(tagged(changed.await?))
}

/// Removes a baby.
///
/// Check-ins that name it stay. A loss that was told stays, too.
#[utoipa::path(
    tag = "babies",
    params(("id" = String, Path, format = Uuid), ("If-Match" = Option<String>, Header, description = "Remove only this revision.")),
    responses((status = 204, description = "It is gone.")),
    security(("access_token" = []))
)]
#[delete("/v1/babies/{id}")]
pub async fn remove(
    req: HttpRequest,
    parent: Parent,
    app: web::Data<App>,
    id: web::Path<BabyId>,
) -> Result<HttpResponse> {
    query::none(&req)?;
    let (id, tag) = (id.into_inner(), IfMatch::optional(&req));
    let (now, vault, own) = (app.clock.now(), app.vault.clone(), parent.own());
    let removed = app.db.write(move |conn| {
        change::lock(conn, own.parent())?;
        let baby = baby_store::find(conn, &vault, &own, id)?.ok_or_else(Error::not_found)?;
        if let Some(tag) = &tag {
            tag.admit(baby.revision)?;
        }
        if baby_store::delete(conn, &own, &baby, now)? { Ok(()) } else { Err(etag::stale()) }
    });
    removed.await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn find(app: &App, parent: Parent, id: BabyId) -> Result<Baby> {
    let (vault, own) = (app.vault.clone(), parent.own());
    let found = app.db.read(move |conn| baby_store::find(conn, &vault, &own, id));
    found.await?.ok_or_else(Error::not_found)
}

fn tagged(baby: Baby) -> HttpResponse {
    reply::tagged(baby.revision, &BabyView::from(baby))
}

fn refuse_gap(ClearanceGap(name): ClearanceGap) -> Error {
    Error::invalid(vec![FieldProblem {
        place: Place::Pointer(format!("/massage_clearance/{name}")),
        code: "required",
        detail: "This field is required.".into(),
    }])
}

impl From<Baby> for BabyView {
    fn from(baby: Baby) -> Self {
        Self {
            id: baby.id,
            name: baby.name,
            birth_date: baby.birth_date,
            due_date: baby.due_date,
            contexts: baby.contexts.iter().map(|context| context.as_str()).collect(),
            conditions: baby.conditions.iter().map(ConditionView::from).collect(),
            massage_clearance: baby.clearance.map(ClearanceView::from),
            hidden: baby.hidden,
            etag: etag::of(baby.revision),
        }
    }
}

impl From<&Condition> for ConditionView {
    fn from(condition: &Condition) -> Self {
        Self { kind: condition.kind.as_str(), since: condition.since, until: condition.until }
    }
}

impl From<Clearance> for ClearanceView {
    fn from(clearance: Clearance) -> Self {
        Self { given_by: clearance.given_by, given_on: clearance.given_on }
    }
}
