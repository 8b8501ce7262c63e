//! Rows of timers.

use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl};
use jiff::{SignedDuration, Timestamp};

use crate::{
    db::{Conn, Kept, on, schema::timers, types::Micros},
    error::{Error, Result},
    id::UserId,
};

/// What a timer does when it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A snoozed flag comes back; the subject is the flag.
    SnoozeEnd,
    /// Rules that failed run again; the subject is the check-in.
    RulesPending,
    /// The same of a questionnaire; the subject is the form.
    ScreeningPending,
    /// Something may become due without an answer; the subject is [`NEXT`] or [`LINES`].
    QuietDay,
    /// Rules that failed on a day without an answer run again; the subject is the day.
    QuietPending,
}

/// The subject of the one look that a parent's quiet days need next.
pub const NEXT: &str = "next";
/// The subject of a look that only works out again when the next one is, because lines moved.
pub const LINES: &str = "lines";

impl Kind {
    const ALL: [Self; 5] =
        [Self::SnoozeEnd, Self::RulesPending, Self::ScreeningPending, Self::QuietDay, Self::QuietPending];

    /// The word used in the database, in logs and in figures.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SnoozeEnd => "snooze_end",
            Self::RulesPending => "rules_pending",
            Self::ScreeningPending => "screening_pending",
            Self::QuietDay => "quiet_day",
            Self::QuietPending => "quiet_pending",
        }
    }

    fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A timer that fell due and is leased to the caller.
#[derive(Debug, Clone)]
pub struct Due {
    /// Whose family.
    pub parent: UserId,
    /// What to do.
    pub kind: Kind,
    /// To what.
    pub subject: String,
    /// When it was due.
    pub due_at: Timestamp,
    /// How often it was tried before.
    pub attempts: i32,
}

/// Sets a timer, or moves the one that is set already: one statement, since check-ins set timers.
pub fn set(conn: &mut Conn, parent: UserId, kind: Kind, subject: &str, due_at: Timestamp) -> Result<()> {
    let due_at = timers::due_at.eq(Micros::from(due_at));
    let row = (
        timers::parent_id.eq(parent),
        timers::kind.eq(kind.as_str()),
        timers::subject_id.eq(subject),
        due_at,
    );
    let anew = (due_at, timers::leased_until.eq(None::<Micros>), timers::attempts.eq(0));
    let key = (timers::parent_id, timers::kind, timers::subject_id);
    on!(conn, |c| {
        let insert = diesel::insert_into(timers::table).values(row);
        Kept(insert.on_conflict(key).do_update().set(anew)).execute(c)
    })?;
    Ok(())
}

/// Asks for a look at a parent's quiet days as soon as may be: something of hers changed that moves them.
pub fn look_again(conn: &mut Conn, parent: UserId, now: Timestamp) -> Result<()> {
    set(conn, parent, Kind::QuietDay, NEXT, now)
}

/// Takes a timer away; nothing happens when there is none.
pub fn cancel(conn: &mut Conn, parent: UserId, kind: Kind, subject: &str) -> Result<()> {
    diesel::delete(timers::table.find((parent, kind.as_str(), subject))).execute(conn)?;
    Ok(())
}

/// Leases up to `most` timers that are due, soonest first.
pub fn lease(conn: &mut Conn, now: Timestamp, lease: SignedDuration, most: i64) -> Result<Vec<Due>> {
    let at = Micros::from(now);
    let free = timers::leased_until.is_null().or(timers::leased_until.le(at));
    let rows: Vec<(UserId, String, String, Micros, i32)> = timers::table
        .filter(timers::due_at.le(at).and(free))
        // A kind of a newer program waits for that program.
        .filter(timers::kind.eq_any(Kind::ALL.map(Kind::as_str)))
        .order((timers::due_at.asc(), timers::parent_id.asc()))
        .limit(most)
        .select((timers::parent_id, timers::kind, timers::subject_id, timers::due_at, timers::attempts))
        .load(conn)?;
    let mut leased = Vec::with_capacity(rows.len());
    for (parent, kind, subject, due_at, attempts) in rows {
        let taken = diesel::update(timers::table.find((parent, &kind, &subject)))
            .filter(timers::due_at.le(at))
            .filter(timers::leased_until.is_null().or(timers::leased_until.le(at)))
            .set((
                timers::leased_until.eq(Micros::from(now + lease)),
                timers::attempts.eq(timers::attempts + 1),
            ))
            .execute(conn)?;
        if taken == 1 {
            let kind = Kind::of(&kind).ok_or_else(|| Error::internal("a timer has an unknown kind"))?;
            leased.push(Due { parent, kind, subject, due_at: due_at.into(), attempts });
        }
    }
    Ok(leased)
}

/// Takes a leased timer away before its work is done in the same transaction. False when it was moved, taken
/// away or done by another process meanwhile, and then there is nothing to do.
pub fn take(conn: &mut Conn, due: &Due) -> Result<bool> {
    let taken = diesel::delete(timers::table.find((due.parent, due.kind.as_str(), &due.subject)))
        .filter(timers::due_at.eq(Micros::from(due.due_at)))
        .execute(conn)?;
    Ok(taken == 1)
}

/// Puts a timer that failed back, to be tried again at `again`, unless it was moved meanwhile. When it was due stays as
/// it was: what it does may go by that.
pub fn postpone(conn: &mut Conn, due: &Due, again: Timestamp) -> Result<()> {
    diesel::update(timers::table.find((due.parent, due.kind.as_str(), &due.subject)))
        .filter(timers::due_at.eq(Micros::from(due.due_at)))
        .set(timers::leased_until.eq(Micros::from(again)))
        .execute(conn)?;
    Ok(())
}
