//! A flag as the parent reads it: her own words' weight, who sees it, and what became of it.
//!
//! What doulas wrote at their steps is theirs and not in here.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    event_store::{self, Event},
    parts::{EventKind, Flag},
    silence_store, store, told_store,
    view::{self, RuleView},
    visibility,
};
use crate::{
    auth,
    care::{Grant, Own, grant_store},
    db::Conn,
    error::Result,
    id::{FlagId, UserId},
    rules::{ANSWERED_AGAIN, Reader, RuleId, render},
    seal::Vault,
};

/// A flag for the parent it is about.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0199f0a2-7c1e-7a52-9d4b-0a4f5ce1b001", "rule": {"id": "contact_request", "version": 1},
    "severity": "same_day", "reason": "On 23 November you asked for someone to get in touch.",
    "raised_at": "2026-11-23T09:15:00Z", "last_seen_at": "2026-11-23T09:15:00Z", "status": "acknowledged",
    "seen_by": ["Asha"],
    "history": [{"at": "2026-11-23T09:15:00Z", "to": "open"}, {"at": "2026-11-23T09:40:00Z", "to": "acknowledged"}],
    "etag": "\"pFjq0m\""
}))]
pub struct OwnFlagView {
    /// Which flag.
    #[schema(value_type = String, format = Uuid)]
    pub id: FlagId,
    /// The rule that raised it.
    pub rule: RuleView,
    /// `urgent`, `same_day`, `follow_up` or `notice`.
    pub severity: &'static str,
    /// Why, in words for you.
    pub reason: String,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime)]
    pub raised_at: Timestamp,
    /// When the latest entry came that it rests on.
    #[schema(value_type = String, format = DateTime)]
    pub last_seen_at: Timestamp,
    /// `open`, `acknowledged`, `contacted`, `resolved`, `dismissed`, `snoozed` or `corrected`.
    pub status: &'static str,
    /// The names of those who see it now; empty when nobody does.
    pub seen_by: Vec<String>,
    /// What became of it, earliest first.
    pub history: Vec<OwnEventView>,
    /// The tag of this view.
    pub etag: String,
}

/// A change of a flag's status.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OwnEventView {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The status after it.
    pub to: &'static str,
}

/// The views of a parent's own flags, newest first, behind a position.
///
/// # Errors
/// Those of the database, and 500 when something sealed does not open.
pub fn page(
    conn: &mut Conn,
    vault: &Vault,
    own: &Own,
    after: Option<(Timestamp, FlagId)>,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<OwnFlagView>> {
    let flags = store::own_page(conn, own, after, limit)?;
    views(conn, vault, own, flags, now)
}

/// The views of those of a parent's own flags that have one of these ids.
///
/// # Errors
/// Those of the database, and 500 when something sealed does not open.
pub fn some(
    conn: &mut Conn,
    vault: &Vault,
    own: &Own,
    ids: &[FlagId],
    now: Timestamp,
) -> Result<Vec<OwnFlagView>> {
    let flags = store::own_some(conn, own, ids)?;
    views(conn, vault, own, flags, now)
}

fn views(
    conn: &mut Conn,
    vault: &Vault,
    own: &Own,
    flags: Vec<Flag>,
    now: Timestamp,
) -> Result<Vec<OwnFlagView>> {
    let ids: Vec<FlagId> = flags.iter().map(|flag| flag.id).collect();
    let readers = grant_store::readers(conn, own, now)?;
    let told = told_store::told(conn, &readers, &flags)?;
    let mut events = event_store::own(conn, own, &ids)?;
    let doulas: Vec<UserId> = readers.iter().map(Grant::doula).collect();
    let names = auth::store::display_names(conn, vault, &doulas)?;
    let mut views = Vec::with_capacity(flags.len());
    for flag in flags {
        let told = told.get(&flag.id).map_or(&[][..], Vec::as_slice);
        let seeing = readers.iter().filter(|grant| visibility::is_seen(&flag, told, grant));
        let seen_by = seeing.filter_map(|grant| names.get(&grant.doula()).cloned()).collect();
        let events = events.remove(&flag.id).unwrap_or_default();
        let mut view = one(&flag, seen_by, &events, now);
        let silent = flag.rule == RuleId::Silence && !flag.state.status.is_closed();
        if silent && silence_store::answered_again(conn, own, flag.id)? {
            view.reason = format!("{} {ANSWERED_AGAIN}", view.reason);
        }
        view.etag = view::tag(vault, &view)?;
        views.push(view);
    }
    Ok(views)
}

fn one(flag: &Flag, seen_by: Vec<String>, events: &[Event], now: Timestamp) -> OwnFlagView {
    let of_status = |event: &&Event| !matches!(event.kind, EventKind::Evidence | EventKind::Severity);
    OwnFlagView {
        id: flag.id,
        rule: RuleView { id: flag.rule.as_str(), version: flag.version },
        severity: flag.severity.as_str(),
        reason: render(&flag.reason, Reader::Parent),
        raised_at: flag.raised_at,
        last_seen_at: flag.last_seen_at,
        status: flag.state.at(now).status.as_str(),
        seen_by,
        history: events
            .iter()
            .filter(of_status)
            .map(|event| OwnEventView { at: event.at, to: event.to.as_str() })
            .collect(),
        etag: String::new(),
    }
}
