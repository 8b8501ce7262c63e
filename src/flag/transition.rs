//! A doula takes a step with a flag, in one transaction.
//!
//! Two doulas at once: the parent's lock lets one through, the other finds a status that no longer allows her
//! step. The same step again by the same doula changes nothing.

use jiff::Timestamp;

use super::{
    event_store::{self, Event, Words},
    lifecycle::{self, Step},
    list::{self, Seen},
    parts::EventKind,
    show::Views,
    store,
    view::FlagView,
};
use crate::{
    audit,
    auth::Doula,
    care::grant_store,
    change,
    db::Conn,
    error::{Error, ErrorCode, Result},
    http::etag::IfMatch,
    id::FlagId,
    seal::{Vault, store::person_key},
    timer,
};

/// What a doula asks for.
#[derive(Clone, PartialEq, Eq)]
pub struct Asked {
    /// The step.
    pub step: Step,
    /// Why.
    pub reason: Option<String>,
    /// What else is worth keeping.
    pub note: Option<String>,
    /// The tag of the flag as she saw it, so that nothing new is closed unread.
    pub if_match: Option<IfMatch>,
}

/// The flag as a doula sees it.
///
/// # Errors
/// 404 when it does not exist for her.
pub fn find(conn: &mut Conn, doula: &Doula, id: FlagId, now: Timestamp) -> Result<Seen> {
    let grants = grant_store::all_for_doula(conn, doula, now)?;
    list::one(conn, &grants, id, now)?.ok_or_else(Error::not_found)
}

/// What came of a step. The refusal is no error here, because that the flag was shown with it is recorded.
pub enum Taken {
    /// The flag after the step, or as it is when the step was hers before.
    Done(FlagView),
    /// The flag as it is; its status does not allow the step.
    Refused(FlagView),
}

impl Taken {
    /// The flag after the step.
    ///
    /// # Errors
    /// 409 with the flag when its status does not allow the step.
    pub fn into_view(self) -> Result<FlagView> {
        match self {
            Self::Done(view) => Ok(view),
            Self::Refused(view) => {
                let flag = serde_json::to_value(view).map_err(Error::internal)?;
                let detail =
                    "The flag is at a status that does not allow this step; it comes with this reply.";
                Err(Error::new(ErrorCode::InvalidTransition, detail).with_extra("flag", flag))
            }
        }
    }
}

/// Takes the step and shows the flag after it.
///
/// # Errors
/// 404 when the flag does not exist for her, 412 when it changed since she saw it.
pub fn take(
    conn: &mut Conn,
    vault: &Vault,
    doula: &Doula,
    id: FlagId,
    asked: &Asked,
    now: Timestamp,
) -> Result<Taken> {
    let parent = find(conn, doula, id, now)?.flag.parent;
    change::lock(conn, parent)?;
    // Read again under the lock: the right may have ended and the flag moved while this waited for it.
    let seen = find(conn, doula, id, now)?;
    let last_by = event_store::last_step_by(conn, &seen.grant, id, asked.step.to())?;
    let last_by_her = last_by == Some(doula.id());
    audit(conn, doula, &seen, now)?;
    let mut views = Views::new(vault);
    if lifecycle::is_repeated(&seen.state, asked.step, last_by_her) {
        return Ok(Taken::Done(views.of(conn, &seen)?));
    }
    if let Some(if_match) = &asked.if_match {
        if_match.admit_tag(&views.of(conn, &seen)?.etag)?;
    }
    let Ok(next) = lifecycle::step(&seen.state, asked.step, now) else {
        return Ok(Taken::Refused(views.of(conn, &seen)?));
    };
    let mut flag = seen.flag.clone();
    flag.state = next;
    flag.closed_at = next.status.is_closed().then_some(now);
    flag.revision += 1;
    store::update(conn, &flag)?;
    let until = next.snooze.map(|snooze| snooze.until);
    let event = Event {
        actor: Some(doula.id()),
        until,
        ..Event::plain(EventKind::Transition, next.status, flag.shared.is_none(), now)
    };
    let key = person_key(conn, vault, parent)?;
    let words = Words { key: &key, reason: asked.reason.as_deref(), note: asked.note.as_deref() };
    event_store::insert(conn, &flag, &event, Some(&words))?;
    match until {
        Some(until) => timer::set(conn, parent, timer::Kind::SnoozeEnd, id.as_str(), until)?,
        None => timer::cancel(conn, parent, timer::Kind::SnoozeEnd, id.as_str())?,
    }
    change::record(conn, parent, change::Kind::Flag, id.as_str(), change::Op::Put, now)?;
    Ok(Taken::Done(views.of(conn, &Seen { flag, state: next, ..seen })?))
}

fn audit(conn: &mut Conn, doula: &Doula, seen: &Seen, now: Timestamp) -> Result<()> {
    audit::record(
        conn,
        now,
        &audit::Act {
            actor: doula.id(),
            role: "doula",
            action: "flag.transition",
            parent: Some(seen.flag.parent),
            link: Some(seen.grant.link()),
            object: Some(seen.flag.id.as_str()),
        },
    )
}
