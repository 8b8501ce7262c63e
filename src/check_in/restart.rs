//! The story of a restart: a person begins anew what is usual for a parent, from a day on and with a reason, or takes that
//! back. The history is judged again from that day on, as after any change of the past.
//!
//! A decline never becomes usual by itself (H12); that it may, because life is another one now, is for a person to say.

use jiff::{Timestamp, ToSpan, civil::Date};

use super::{day::local_date, judge::judge, restart_store, submit::Surroundings, whose_store::Whose};
use crate::{
    audit::{self, Act},
    care::{Grant, Own, grant_store},
    change,
    db::Conn,
    error::{Error, ErrorCode, FieldProblem, Place, Result},
    flag::{record::By, replayed::Subject},
    id::{RowId, UserId},
    rules::{Measure, usual::STANDS},
    seal::Vault,
};

/// A restart, as stored. What was written at it cannot be printed.
pub(crate) struct Restart {
    pub(super) id: RowId,
    pub(crate) measure: Measure,
    /// The parent's local day from which on it holds.
    pub(crate) from: Date,
    pub(crate) recorded_at: Timestamp,
    /// Who did it: the parent, or a doula of hers.
    pub(crate) by: UserId,
    /// Why; `None` where the reader may not know.
    pub(crate) reason: Option<String>,
    /// When it was taken back, and by whom.
    pub(crate) withdrawn: Option<(Timestamp, UserId)>,
}

/// A restart that is to be recorded.
pub(super) struct Begun<'a> {
    pub(super) measure: Measure,
    pub(super) from: Date,
    pub(super) by: UserId,
    pub(super) reason: &'a str,
}

/// What was asked for.
#[derive(Clone)]
pub(crate) struct Asked {
    /// From which local day on; today when it was not said.
    pub(crate) from: Option<Date>,
    /// Why.
    pub(crate) reason: String,
}

/// The days from which on a parent's usual may be begun anew, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Days {
    first: Date,
    today: Date,
}

impl Days {
    /// Those of a parent now.
    pub(crate) fn of(conn: &mut Conn, vault: &Vault, own: &Own, now: Timestamp) -> Result<Self> {
        Ok(Self::around(&Whose::read(conn, vault, own)?, now))
    }

    fn around(whose: &Whose, now: Timestamp) -> Self {
        Self::until(local_date(now, &whose.parent.time_zone))
    }

    /// Eight weeks back at most, for as long as a usual stands at least. A birth is no bound: a refusal would tell a doula
    /// the day of one that is not hers to know, and days before it are part of no usual anyhow.
    fn until(today: Date) -> Self {
        Self { first: today.saturating_sub(i64::from(STANDS).days()), today }
    }

    /// What is wrong with a day, if it is none of these.
    pub(crate) fn refusal(self, from: Date) -> Option<String> {
        let Self { first, today } = self;
        (from < first || from > today).then(|| format!("Must be a day from {first} to {today}."))
    }
}

/// Begins anew what is usual in one measure. `grant`: that of the doula who does it. Says too whether it is new: the same
/// measure and day by the same person once more is what is there.
///
/// # Errors
/// 409 for connection while it is not asked about, 422 for a day that is out of bounds, 429 after too many of a day.
pub(crate) fn begin(
    conn: &mut Conn,
    around: &Surroundings<'_>,
    own: &Own,
    grant: Option<&Grant>,
    measure: Measure,
    asked: &Asked,
    now: Timestamp,
) -> Result<(Restart, bool)> {
    change::lock(conn, own.parent())?;
    let whose = Whose::read(conn, around.vault, own)?;
    if measure == Measure::Connection && !whose.profile().connection_counts() {
        return Err(Error::new(ErrorCode::NotApplicable, "Connection is not asked about at present."));
    }
    let days = Days::around(&whose, now);
    let from = asked.from.unwrap_or(days.today);
    if let Some(detail) = days.refusal(from) {
        let place = Place::Pointer("/from".to_owned());
        return Err(Error::invalid(vec![FieldProblem {
            place,
            code: "out_of_range",
            detail: detail.into(),
        }]));
    }
    let by = actor(own, grant);
    let mut there = restart_store::of_day(conn, Some(&whose.key), own, (measure, from), Some(by))?;
    there.retain(|restart| restart.withdrawn.is_none());
    if let Some(there) = there.pop() {
        return Ok((there, false));
    }
    if around.limited {
        restart_store::check(conn, own, by, now)?;
    }
    let begun = Begun { measure, from, by, reason: &asked.reason };
    let restart = restart_store::insert(conn, &whose.key, own, &begun, now)?;
    audit::record(conn, now, &act(own, grant, "usual_restart.create", restart.id.as_str()))?;
    judge_again(conn, around, own, grant, &whose, from, now)?;
    Ok((restart, true))
}

/// Takes back what was begun anew from a day on: the parent whoever did it, a doula what she did herself. The record of
/// it stays. What was taken back already is left as it is.
///
/// # Errors
/// 404 when there is none from this day on, and for a doula when it is not her own.
pub(crate) fn take_back(
    conn: &mut Conn,
    around: &Surroundings<'_>,
    own: &Own,
    grant: Option<&Grant>,
    day: (Measure, Date),
    now: Timestamp,
) -> Result<()> {
    change::lock(conn, own.parent())?;
    let whose = Whose::read(conn, around.vault, own)?;
    let mut there = restart_store::of_day(conn, None, own, day, grant.map(Grant::doula))?;
    if there.is_empty() {
        return Err(Error::not_found());
    }
    there.retain(|restart| restart.withdrawn.is_none());
    if there.is_empty() {
        return Ok(());
    }
    for restart in there {
        restart_store::withdraw(conn, own, restart.id, actor(own, grant), now)?;
        audit::record(conn, now, &act(own, grant, "usual_restart.withdraw", restart.id.as_str()))?;
    }
    judge_again(conn, around, own, grant, &whose, day.1, now)
}

/// Brings what is usual and the flags in line from a day on.
fn judge_again(
    conn: &mut Conn,
    around: &Surroundings<'_>,
    own: &Own,
    grant: Option<&Grant>,
    whose: &Whose,
    from: Date,
    now: Timestamp,
) -> Result<()> {
    let present = grant_store::present(conn, own, now)?;
    let by = grant.map_or(By::Parent, |grant| By::Doula(grant.doula(), grant.link()));
    judge(conn, around, own, whose, present, Subject::usual_from(from, by), now).map(drop)
}

fn actor(own: &Own, grant: Option<&Grant>) -> UserId {
    grant.map_or(own.parent(), Grant::doula)
}

fn act<'a>(own: &Own, grant: Option<&Grant>, action: &'static str, id: &'a str) -> Act<'a> {
    Act {
        actor: actor(own, grant),
        role: if grant.is_some() { "doula" } else { "parent" },
        action,
        parent: Some(own.parent()),
        link: grant.map(Grant::link),
        object: Some(id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a literal day")
    }

    #[test]
    fn a_usual_is_begun_anew_from_today_back_to_eight_weeks() {
        let days = Days::until(day("2026-11-23"));
        for (from, refused) in
            [("2026-11-23", false), ("2026-11-24", true), ("2026-09-28", false), ("2026-09-27", true)]
        {
            assert_eq!(days.refusal(day(from)).is_some(), refused, "{from}");
        }
        let said = days.refusal(day("2026-12-01"));
        assert_eq!(said.as_deref(), Some("Must be a day from 2026-09-28 to 2026-11-23."));
    }
}
