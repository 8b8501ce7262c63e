//! What is seen of a silence: since which shared answer, and whether an answer came again.
//!
//! An answer is a check-in or a questionnaire that was filled in, by the parent or together with a doula. A silence is named
//! by the day of the last one, which may have been private, so the stored day is shown to nobody. A doula sees the day of
//! the last answer that was shared with her.

use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, dsl::max};
use jiff::{Timestamp, civil::Date};

use crate::{
    care::{Grant, Own},
    check_in::answered_on,
    db::{
        Conn,
        schema::{check_ins, flag_evidence as evidence, screenings},
        types::{Day, Micros},
    },
    error::Result,
    id::FlagId,
};

/// A silence that a flag rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SharedSilence {
    /// The day of the last answer that she may know of.
    pub local_date: Date,
    /// The morning that told of it.
    pub recorded_at: Timestamp,
}

/// The silences of a flag inside the link, earliest first; one before which nothing was shared in it has no day to show
/// and is left out.
pub fn shared(conn: &mut Conn, grant: &Grant, flag: FlagId) -> Result<Vec<SharedSilence>> {
    let mornings: Vec<Micros> = evidence::table
        .filter(evidence::parent_id.eq(grant.parent()).and(evidence::flag_id.eq(flag)))
        .filter(evidence::kind.eq("silence").and(evidence::kept_back.eq(false)))
        .filter(evidence::withdrawn_at.is_null())
        .filter(evidence::recorded_at.ge(Micros::from(grant.history_from())))
        .order(evidence::recorded_at.asc())
        .select(evidence::recorded_at)
        .load(conn)?;
    let mut silences = Vec::with_capacity(mornings.len());
    for morning in mornings {
        let recorded_at = morning.into();
        let last = last_shared_day(conn, grant, recorded_at)?;
        silences.extend(last.map(|local_date| SharedSilence { local_date, recorded_at }));
    }
    Ok(silences)
}

/// The first of one table in an order, of what is shared inside the link and recorded on one side of an instant.
macro_rules! first_shared {
    ($table:ident, $conn:expr, $grant:expr, $within:ident($at:expr), $order:ident) => {
        $table::table
            .filter($table::parent_id.eq($grant.parent()).and($table::private.eq(false)))
            .filter($table::recorded_at.ge(Micros::from($grant.history_from())))
            .filter($table::recorded_at.$within(Micros::from($at)))
            .order($table::recorded_at.$order())
            .select(($table::local_date, $table::occurred_at, $table::recorded_at, $table::time_zone))
            .first::<Answered>($conn)
            .optional()
    };
}

type Answered = (Day, Micros, Micros, String);

/// The day on which something was last shared inside the link, by an instant.
pub fn last_shared_day(conn: &mut Conn, grant: &Grant, by: Timestamp) -> Result<Option<Date>> {
    let check_in = first_shared!(check_ins, conn, grant, le(by), desc)?;
    let form = first_shared!(screenings, conn, grant, le(by), desc)?;
    Ok(check_in.into_iter().chain(form).max_by_key(recorded_at).map(day))
}

/// The day on which something was first shared inside the link after an instant.
pub fn shared_again(conn: &mut Conn, grant: &Grant, after: Timestamp) -> Result<Option<Date>> {
    let check_in = first_shared!(check_ins, conn, grant, gt(after), asc)?;
    let form = first_shared!(screenings, conn, grant, gt(after), asc)?;
    Ok(check_in.into_iter().chain(form).min_by_key(recorded_at).map(day))
}

/// Whether the parent answered, in any way, after the last morning that told of a silence.
pub fn answered_again(conn: &mut Conn, own: &Own, flag: FlagId) -> Result<bool> {
    let morning: Option<Micros> = evidence::table
        .filter(evidence::parent_id.eq(own.parent()).and(evidence::flag_id.eq(flag)))
        .filter(evidence::kind.eq("silence").and(evidence::withdrawn_at.is_null()))
        .select(max(evidence::recorded_at))
        .first(conn)?;
    let Some(morning) = morning else { return Ok(false) };
    let check_in: Option<Micros> = check_ins::table
        .filter(check_ins::parent_id.eq(own.parent()))
        .select(max(check_ins::recorded_at))
        .first(conn)?;
    let form: Option<Micros> = screenings::table
        .filter(screenings::parent_id.eq(own.parent()))
        .select(max(screenings::recorded_at))
        .first(conn)?;
    Ok(check_in.max(form) > Some(morning))
}

fn recorded_at(answered: &Answered) -> Micros {
    answered.2
}

fn day((local_date, occurred_at, recorded_at, zone): Answered) -> Date {
    answered_on(local_date.date(), occurred_at.into(), recorded_at.into(), &zone)
}
