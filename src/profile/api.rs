//! `/v1/me`: one's own account, read and changed.
//!
//! What may be sent stands in `patch_body`, what becomes of it in `edit`.

use actix_web::{FromRequest, HttpRequest, HttpResponse, get, patch, web};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    edit::{self, Edit},
    patch_body::MePatch,
    settings::Me,
    store,
};
use crate::{
    app::App,
    auth::{Caller, Parent, caller::Role},
    error::Result,
    http::{
        etag::{self, IfMatch},
        json::RawBody,
        query, reply,
    },
    id::UserId,
};

/// Yourself. The last four fields are there for parents only.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "019ab0e2-93a4-7c3e-8f00-000000000001", "role": "parent", "email": "maya@example.org",
    "display_name": "Maya", "time_zone": "Europe/London", "country": "GB", "locale": "en-GB",
    "quiet_hours": {"from": "22:00", "to": "07:00"}, "created_at": "2026-11-23T09:15:00Z", "etag": "\"2\"",
    "contexts": ["birth_trauma"], "check_in_cadence_days": 1, "paused_until": null,
    "safe_contact": {"ways": ["text message"], "hours": "weekdays before noon", "note": null}
}))]
pub struct MeView {
    #[schema(value_type = String, format = Uuid)]
    id: UserId,
    /// `parent`, `doula` or `operator`.
    #[schema(value_type = String)]
    role: &'static str,
    /// Only used to sign in.
    email: String,
    /// What others see.
    display_name: String,
    /// IANA name.
    time_zone: String,
    /// ISO 3166-1 alpha-2 code.
    country: Option<String>,
    /// BCP 47 tag.
    locale: Option<String>,
    /// When nothing may ring, by the clock on your wall.
    quiet_hours: Option<QuietHoursView>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Tag of this revision, for `If-Match`.
    etag: String,
    /// Any of `loss`, `adoption`, `birth_trauma`, `mania_history`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    contexts: Option<Vec<&'static str>>,
    /// How many days apart you wish to be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i32>)]
    check_in_cadence_days: Option<Option<i32>>,
    /// Last local day of a pause.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    paused_until: Option<Option<Date>>,
    /// How you may be reached without danger to you.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<SafeContactView>)]
    safe_contact: Option<Option<SafeContactView>>,
}

/// A span by the clock on the wall.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuietHoursView {
    /// First quiet minute, `HH:MM`.
    from: String,
    /// First minute that is not quiet any more, `HH:MM`.
    to: String,
}

/// Ways and hours of contact that are safe.
#[derive(Serialize, ToSchema)]
pub struct SafeContactView {
    /// In the parent's words.
    ways: Vec<String>,
    /// When.
    hours: Option<String>,
    /// What else to keep in mind.
    note: Option<String>,
}

impl MeView {
    /// The account as its owner sees it.
    pub fn of(me: Me) -> Self {
        let settings = me.settings;
        let parent = settings.parent.as_ref();
        let contact = |contact: &super::settings::SafeContact| SafeContactView {
            ways: contact.ways.clone(),
            hours: contact.hours.clone(),
            note: contact.note.clone(),
        };
        Self {
            id: me.id,
            role: me.role.as_str(),
            email: me.email,
            created_at: me.created_at,
            etag: etag::of(me.revision),
            contexts: parent.map(|own| own.contexts.iter().map(|context| context.as_str()).collect()),
            check_in_cadence_days: parent.map(|own| own.check_in_cadence_days),
            paused_until: parent.map(|own| own.paused_until),
            safe_contact: parent.map(|own| own.safe_contact.as_ref().map(contact)),
            display_name: settings.display_name,
            time_zone: settings.time_zone,
            country: settings.country,
            locale: settings.locale,
            quiet_hours: settings.quiet_hours.map(|hours| QuietHoursView { from: hours.from, to: hours.to }),
        }
    }
}

/// Shows your own account and settings.
#[utoipa::path(tag = "me", responses((status = 200, body = MeView)), security(("access_token" = [])))]
#[get("/v1/me")]
pub async fn show(req: HttpRequest, caller: Caller, app: web::Data<App>) -> Result<HttpResponse> {
    query::none(&req)?;
    let vault = app.vault.clone();
    let me = app.db.read(move |conn| store::of_caller(conn, &vault, &caller)).await?;
    Ok(reply::tagged(me.revision, &MeView::of(me)))
}

/// Changes your own settings.
///
/// A merge patch: what is left out stays, null empties. A parent who newly tells of a loss has every baby hidden
/// at once; she may show one again.
#[utoipa::path(
    tag = "me",
    request_body = MePatch,
    params(("If-Match" = String, Header, description = "The `etag` that you edit")),
    responses((status = 200, body = MeView)),
    security(("access_token" = []))
)]
#[patch("/v1/me")]
pub async fn change(
    req: HttpRequest,
    caller: Caller,
    app: web::Data<App>,
    body: RawBody,
) -> Result<HttpResponse> {
    query::none(&req)?;
    let tag = IfMatch::required(&req)?;
    let own = match caller.role {
        Role::Parent => Some(Parent::extract(&req).await?.own()),
        Role::Doula | Role::Operator => None,
    };
    let patch = MePatch::read(body.object().await?, caller.role)?;
    let (now, vault) = (app.clock.now(), app.vault.clone());
    let wanted = Edit { caller, own, tag, patch };
    let me = app.db.write(move |conn| edit::edit(conn, &vault, wanted.clone(), now)).await?;
    Ok(reply::tagged(me.revision, &MeView::of(me)))
}
