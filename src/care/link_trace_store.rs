//! What each step with a care link leaves behind: the history of consent, a change for her devices, an audit row.

use diesel::{ExpressionMethods, RunQueryDsl};
use jiff::Timestamp;
use serde_json::json;

use super::link::Link;
use crate::{
    audit::{self, Act},
    change::{self, Kind, Op},
    db::{Conn, schema::consent_events, types::Micros},
    error::Result,
    id::{RowId, UserId},
};

/// What was done with a link.
#[derive(Clone, Copy)]
pub(super) enum Step {
    Granted,
    Changed,
    Ended,
}

/// Writes it down.
pub(super) fn mark(conn: &mut Conn, link: &Link, by: UserId, step: Step, now: Timestamp) -> Result<()> {
    let (kind, action) = match step {
        Step::Granted => ("granted", "care_link.create"),
        Step::Changed => ("changed", "care_link.update"),
        Step::Ended => ("ended", "care_link.end"),
    };
    let terms = json!({
        "scopes": link.terms.scopes.words(),
        "private_danger": link.terms.private_danger,
        "history_from": link.terms.history_from,
        "started_at": link.started_at,
        "expires_at": link.terms.expires_at,
        "ended_at": link.ended_at,
    });
    diesel::insert_into(consent_events::table)
        .values((
            consent_events::parent_id.eq(link.parent),
            consent_events::id.eq(RowId::new(now)),
            consent_events::link_id.eq(link.id),
            consent_events::doula_id.eq(link.doula),
            consent_events::actor_id.eq(by),
            consent_events::kind.eq(kind),
            consent_events::terms.eq(terms.to_string()),
            consent_events::at.eq(Micros::from(now)),
        ))
        .execute(conn)?;
    change::record(conn, link.parent, Kind::CareLink, link.id.as_str(), Op::Put, now)?;
    let role = if by == link.parent { "parent" } else { "doula" };
    let object = Some(link.id.as_str());
    audit::record(
        conn,
        now,
        &Act { actor: by, role, action, parent: Some(link.parent), link: Some(link.id), object },
    )
}
