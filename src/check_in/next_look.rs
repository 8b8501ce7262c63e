//! When a parent's quiet days are looked at next: a timer, moved by whatever moves the day.

use jiff::Timestamp;

use super::whose_store::Whose;
use crate::{
    care::Own,
    db::Conn,
    error::Result,
    flag::record::Recorded,
    rules::{Context, Family, Known, Severity, next_due},
    timer::{self, Kind, NEXT},
};

/// Sets the look for when something becomes due by time alone, as of `after`. Nothing is written while it stays.
pub(super) fn set(
    conn: &mut Conn,
    own: &Own,
    whose: &Whose,
    context: &Context<'_>,
    known: Known,
    after: Timestamp,
) -> Result<()> {
    let due = next_due(context, known, &whose.zone(), after).map(|due| due.at);
    match (due, whose.quiet.look_at) {
        (due, set) if due == set => Ok(()),
        (Some(due), _) => timer::set(conn, own.parent(), Kind::QuietDay, NEXT, due),
        (None, _) => timer::cancel(conn, own.parent(), Kind::QuietDay, NEXT),
    }
}

/// What a quiet day is judged by after these flags were raised or grew. Nothing closes a flag in between.
pub(super) fn known_with(known: Known, recorded: &[Recorded]) -> Known {
    let grave = |severity: Severity| severity > Severity::Notice;
    let others = || recorded.iter().filter(|one| one.family != Family::Silence).map(|one| &one.flag);
    let shared =
        |flag: &crate::flag::parts::Flag| flag.shared.as_ref().is_some_and(|part| grave(part.severity));
    Known {
        flag_open: known.flag_open || others().any(|flag| grave(flag.severity)),
        shared_flag_open: known.shared_flag_open || others().any(shared),
        ..known
    }
}
