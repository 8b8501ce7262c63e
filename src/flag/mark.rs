//! Flags as marks on the days of a picture.
//!
//! A doula's marks take flags, words and days from where the list of flags takes them, so a picture shows none that the
//! list would not.

use std::cmp::Reverse;

use jiff::{Timestamp, civil::Date};

use super::{event_store, known, list, mark_store, shared_store, silence_store};
use crate::{
    care::{Grant, Own},
    chart::{FlagMark, MOST_FLAGS},
    check_in::{after_day, before_day, local_date},
    db::Conn,
    error::Result,
    id::FlagId,
    rules::{Reader, RuleId, render},
};

/// Whether a picture names a flag of this rule: nothing of a baby after a loss, or while every baby is hidden.
fn is_named(rule: RuleId, connection_counts: bool) -> bool {
    connection_counts || !matches!(rule, RuleId::LowConnection | RuleId::Mibs | RuleId::Pbq)
}

/// A parent's own flags that lie in the days from `from` to `to`, the gravest first.
pub fn own(
    conn: &mut Conn,
    own: &Own,
    from: Date,
    to: Date,
    zone: &str,
    connection_counts: bool,
    now: Timestamp,
) -> Result<Vec<FlagMark>> {
    let mut flags = mark_store::own_between(conn, own, before_day(from), after_day(to))?;
    flags.retain(|flag| is_named(flag.rule, connection_counts));
    flags.sort_by_key(|flag| (Reverse(flag.severity), flag.due_at, flag.id));
    let mark = |flag: super::parts::Flag| FlagMark {
        severity: flag.severity,
        status: flag.state.at(now).status.as_str(),
        reason: render(&flag.reason, Reader::Parent),
        raised_on: local_date(flag.raised_at, zone),
        last_on: local_date(flag.last_seen_at, zone),
    };
    Ok(flags.into_iter().map(mark).collect())
}

/// The flags of a client that exist for the holder of a grant in those days, as she sees them, the gravest first. Only
/// what a mark says is read.
pub fn seen(
    conn: &mut Conn,
    grant: &Grant,
    (from, to): (Date, Date),
    zone: &str,
    connection_counts: bool,
    now: Timestamp,
) -> Result<Vec<FlagMark>> {
    let mut flags = list::between(conn, grant, before_day(from), after_day(to), now)?;
    flags.retain(|seen| is_named(seen.flag.rule, connection_counts));
    let ids: Vec<FlagId> = flags.iter().map(|seen| seen.flag.id).collect();
    let mut events = event_store::granted_bare(conn, grant, &ids)?;
    let mut evidence = shared_store::inside(conn, grant, &ids)?;
    let mut marks = Vec::new();
    for seen in flags {
        let id = seen.flag.id;
        let mut recorded = evidence.remove(&id).filter(|_| seen.sight.shared).unwrap_or_default();
        if seen.sight.shared && seen.flag.rule == RuleId::Silence {
            let silences = silence_store::shared(conn, grant, id)?;
            recorded.extend(silences.iter().map(|silence| silence.recorded_at));
        }
        let events = known::events(&seen, events.remove(&id).unwrap_or_default());
        let (raised_at, last_seen_at) = known::span(&seen, &recorded, &events);
        let (raised_on, last_on) = (local_date(raised_at, zone), local_date(last_seen_at, zone));
        // What she may not know of may lie in these days when nothing that she sees does.
        if raised_on <= to && last_on >= from {
            let (severity, status, reason) = (seen.severity(), seen.state.status.as_str(), seen.reason());
            marks.push(FlagMark { severity, status, reason, raised_on, last_on });
        }
        // One more tells that there are more.
        if marks.len() > MOST_FLAGS {
            break;
        }
    }
    Ok(marks)
}
