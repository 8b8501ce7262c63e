//! The rows that rules and summaries look at: numbers and days, never words.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};
use jiff::civil::Date;

use super::{
    day::{after_day, before_day},
    row_store::{safe_now, small},
    span::Span,
};
use crate::{
    care::{Grant, Own},
    db::{
        Conn, on,
        schema::check_ins,
        types::{Day, Micros},
    },
    error::Result,
    id::{CheckInId, UserId},
    rules::{Entry, History},
    screening,
};

/// What the rules see: every check-in from a local day on, without any words, and every questionnaire.
pub fn history(conn: &mut Conn, own: &Own, from: Date) -> Result<History> {
    let forms = screening::store::forms(conn, own, from)?;
    Ok(check_ins_alone(conn, own, from)?.with_forms(forms))
}

/// The same of a parent who has filled in no questionnaire.
pub(super) fn check_ins_alone(conn: &mut Conn, own: &Own, from: Date) -> Result<History> {
    // Read at each check-in: a query of one shape, found by its type.
    let query = check_ins::table
        .filter(check_ins::parent_id.eq(own.parent()).and(check_ins::local_date.ge(Day::from(from))))
        .filter(check_ins::occurred_at.ge(Micros::from(before_day(from))));
    Ok(entries(on!(conn, |c| query.select(Row::as_select()).load(c))?))
}

/// The check-ins of some local days, without any words.
pub fn own_days(conn: &mut Conn, own: &Own, span: Span) -> Result<History> {
    read(conn, own.parent(), None, span)
}

/// Those of them that a grant shows: not private, and recorded since its history begins.
pub fn shared_days(conn: &mut Conn, grant: &Grant, span: Span) -> Result<History> {
    if !grant.scopes().check_ins {
        return Ok(History::default());
    }
    read(conn, grant.parent(), Some(grant), span)
}

/// The local day of the latest of them that says a mood.
pub fn last_mood_day(conn: &mut Conn, grant: &Grant) -> Result<Option<Date>> {
    if !grant.scopes().check_ins {
        return Ok(None);
    }
    let day: Option<Day> = check_ins::table
        .filter(check_ins::parent_id.eq(grant.parent()).and(check_ins::private.eq(false)))
        .filter(check_ins::recorded_at.ge(Micros::from(grant.history_from())))
        .filter(check_ins::mood.is_not_null())
        .order((check_ins::occurred_at.desc(), check_ins::id.desc()))
        .select(check_ins::local_date)
        .first(conn)
        .optional()?;
    Ok(day.map(|day| day.date()))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = check_ins)]
struct Row {
    id: CheckInId,
    local_date: Day,
    occurred_at: Micros,
    recorded_at: Micros,
    said_at: Micros,
    private: bool,
    mood: Option<i16>,
    connection: Option<i16>,
    anxiety: Option<i16>,
    sleep_half_hours: Option<i16>,
    support: Option<i16>,
    sped_up: Option<bool>,
    safe_now: Option<String>,
    contact_me: Option<bool>,
}

fn read(conn: &mut Conn, parent: UserId, seen_by: Option<&Grant>, span: Span) -> Result<History> {
    let mut query = check_ins::table
        .filter(check_ins::parent_id.eq(parent).and(check_ins::local_date.ge(Day::from(span.from))))
        .filter(check_ins::occurred_at.ge(Micros::from(before_day(span.from))))
        .into_boxed();
    if let Some(grant) = seen_by {
        query = query
            .filter(check_ins::private.eq(false))
            .filter(check_ins::recorded_at.ge(Micros::from(grant.history_from())));
    }
    if let Some(to) = span.to {
        query = query
            .filter(check_ins::local_date.le(Day::from(to)))
            .filter(check_ins::occurred_at.lt(Micros::from(after_day(to))));
    }
    Ok(entries(query.select(Row::as_select()).load(conn)?))
}

fn entries(rows: Vec<Row>) -> History {
    let entries = rows.into_iter().map(|row| {
        let (id, scale) = (row.id, |value| readable(row.id, small(value)));
        Entry {
            id,
            local_date: row.local_date.date(),
            occurred_at: row.occurred_at.into(),
            recorded_at: row.recorded_at.into(),
            said_at: row.said_at.into(),
            private: row.private,
            mood: scale(row.mood),
            connection: scale(row.connection),
            anxiety: scale(row.anxiety),
            sleep_half_hours: scale(row.sleep_half_hours),
            support: scale(row.support),
            sped_up: row.sped_up,
            safe_now: readable(id, safe_now(row.safe_now.as_deref())),
            contact_me: row.contact_me,
        }
    });
    History::new(entries.collect())
}

/// A damaged cell of an older entry is a gap and an alarm: it must not keep a new entry from being judged.
fn readable<T>(id: CheckInId, value: Result<Option<T>>) -> Option<T> {
    value.unwrap_or_else(|cause| {
        tracing::error!(check_in = %id, ?cause, "a stored answer cannot be read and counts as a gap");
        None
    })
}
