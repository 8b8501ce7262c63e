//! When a parent's quiet days are looked at next: a timer, moved by whatever moves the day.

use jiff::{Timestamp, civil::Date};

use super::{quiet_store, whose_store::Whose};
use crate::{
    care::{Own, grant_store},
    db::Conn,
    error::Result,
    flag::record::Recorded,
    rules::{Ahead, Family, History, InForce, Known, Settings, Severity, due::rests_on_asked_days, next_due},
    timer::{self, Kind, NEXT},
};

/// Sets the look for when something becomes due by time alone, as of `after`. Nothing is written while it stays.
pub(super) fn set(
    conn: &mut Conn,
    own: &Own,
    whose: &Whose,
    history: &History,
    lines: &InForce,
    known: Known,
    after: Timestamp,
) -> Result<()> {
    let (profile, zone) = (whose.profile(), whose.zone());
    let ahead = Ahead { history, profile: &profile, lines, known, zone: &zone };
    let due = next_due(&ahead, after).map(|due| due.at);
    match (due, whose.quiet.look_at) {
        (due, set) if due == set => Ok(()),
        (Some(due), _) => timer::set(conn, own.parent(), Kind::QuietDay, NEXT, due),
        (None, _) => timer::cancel(conn, own.parent(), Kind::QuietDay, NEXT),
    }
}

/// What it takes to set the look after an answer that was judged alone.
pub(super) struct Newest<'a> {
    /// What was read to judge it: no quiet days are among it.
    pub(super) history: &'a History,
    /// The lines of now,
    pub(super) settings: &'a Settings,
    /// and until when they count if nobody changes them.
    pub(super) moves_at: Option<Timestamp>,
    /// What a quiet day would be judged by.
    pub(super) known: Known,
}

/// The same after the newest answer, which nearly always ends whatever was asked about: then nothing more is read.
pub(super) fn set_after_newest(
    conn: &mut Conn,
    own: &Own,
    whose: &Whose,
    newest: &Newest<'_>,
    now: Timestamp,
) -> Result<()> {
    let Newest { history, settings, moves_at, known } = *newest;
    let asked_counts = rests_on_asked_days(history, whose.quiet.asked_at);
    if !asked_counts && moves_at.is_none() {
        return set(conn, own, whose, history, &InForce::always(settings.clone()), known, now);
    }
    let lines = grant_store::in_force(conn, own)?;
    let from = history.forms().iter().map(|form| form.local_date).min().unwrap_or(Date::MAX);
    let asked = if asked_counts { quiet_store::since(conn, own, from)? } else { Vec::new() };
    set(conn, own, whose, &history.clone().with_quiet_days(asked), &lines, known, now)
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
