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

/// The day on which something was last shared inside the link, by an instant.
pub fn last_shared_day(conn: &mut Conn, grant: &Grant, by: Timestamp) -> Result<Option<Date>> {
    let check_in: Option<Answered> = check_ins::table
        .filter(check_ins::parent_id.eq(grant.parent()).and(check_ins::private.eq(false)))
        .filter(check_ins::recorded_at.ge(Micros::from(grant.history_from())))
        .filter(check_ins::recorded_at.le(Micros::from(by)))
        .order(check_ins::recorded_at.desc())
        .select(check_in_columns())
        .first(conn)
        .optional()?;
    let form: Option<Answered> = screenings::table
        .filter(screenings::parent_id.eq(grant.parent()).and(screenings::private.eq(false)))
        .filter(screenings::recorded_at.ge(Micros::from(grant.history_from())))
        .filter(screenings::recorded_at.le(Micros::from(by)))
        .order(screenings::recorded_at.desc())
        .select(form_columns())
        .first(conn)
        .optional()?;
    Ok(check_in.into_iter().chain(form).max_by_key(recorded_at).map(day))
}

/// The day on which something was first shared inside the link after an instant.
pub fn shared_again(conn: &mut Conn, grant: &Grant, after: Timestamp) -> Result<Option<Date>> {
    let check_in: Option<Answered> = check_ins::table
        .filter(check_ins::parent_id.eq(grant.parent()).and(check_ins::private.eq(false)))
        .filter(check_ins::recorded_at.ge(Micros::from(grant.history_from())))
        .filter(check_ins::recorded_at.gt(Micros::from(after)))
        .order(check_ins::recorded_at.asc())
        .select(check_in_columns())
        .first(conn)
        .optional()?;
    let form: Option<Answered> = screenings::table
        .filter(screenings::parent_id.eq(grant.parent()).and(screenings::private.eq(false)))
        .filter(screenings::recorded_at.ge(Micros::from(grant.history_from())))
        .filter(screenings::recorded_at.gt(Micros::from(after)))
        .order(screenings::recorded_at.asc())
        .select(form_columns())
        .first(conn)
        .optional()?;
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

type Answered = (Day, Micros, Micros, String);

#[diesel::dsl::auto_type]
fn check_in_columns() -> _ {
    (check_ins::local_date, check_ins::occurred_at, check_ins::recorded_at, check_ins::time_zone)
}

#[diesel::dsl::auto_type]
fn form_columns() -> _ {
    (screenings::local_date, screenings::occurred_at, screenings::recorded_at, screenings::time_zone)
}

fn recorded_at(answered: &Answered) -> Micros {
    answered.2
}

fn day((local_date, occurred_at, recorded_at, zone): Answered) -> Date {
    answered_on(local_date.date(), occurred_at.into(), recorded_at.into(), &zone)
}
