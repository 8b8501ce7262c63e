//! Flags as marks on the days of a picture.
//!
//! A doula's marks are made of the very view that she reads of each flag, so a picture shows no flag, day or word that
//! the list of flags would not.

use std::cmp::Reverse;

use jiff::{Timestamp, civil::Date};

use super::{list, mark_store, person::People, show};
use crate::{
    care::{Grant, Own},
    chart::{FlagMark, MOST_FLAGS},
    check_in::{after_day, before_day, local_date},
    db::Conn,
    error::Result,
    rules::{Reader, RuleId, render},
    seal::Vault,
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

/// The flags of a client that exist for the holder of a grant in those days, as she sees them, the gravest first.
///
/// # Errors
/// Those of the database, and 500 when something sealed does not open.
pub fn seen(
    conn: &mut Conn,
    vault: &Vault,
    grant: &Grant,
    (from, to): (Date, Date),
    zone: &str,
    connection_counts: bool,
    now: Timestamp,
) -> Result<Vec<FlagMark>> {
    let mut people = People::new(vault);
    let mut marks = Vec::new();
    for seen in list::between(conn, grant, before_day(from), after_day(to), now)? {
        if !is_named(seen.flag.rule, connection_counts) {
            continue;
        }
        let view = show::show(conn, &mut people, vault, &seen)?;
        let (raised_on, last_on) = (local_date(view.raised_at, zone), local_date(view.last_seen_at, zone));
        // What she may not know of may lie in these days when nothing that she sees does.
        if raised_on <= to && last_on >= from {
            let (severity, status, reason) = (seen.severity(), view.status, view.reason);
            marks.push(FlagMark { severity, status, reason, raised_on, last_on });
        }
        // One more tells that there are more.
        if marks.len() > MOST_FLAGS {
            break;
        }
    }
    Ok(marks)
}
