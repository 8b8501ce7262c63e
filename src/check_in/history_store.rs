//! The rows that rules and summaries look at: numbers and days, never words.

use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, Queryable, RunQueryDsl};
use jiff::civil::Date;

use super::{
    span::Span,
    store::{safe_now, small},
};
use crate::{
    care::{Grant, Own},
    db::{
        Conn,
        schema::check_ins,
        types::{Day, Micros},
    },
    error::Result,
    id::{CheckInId, UserId},
    rules::{Entry, History},
};

/// What the rules see: every check-in from a local day on, without any words.
pub fn history(conn: &mut Conn, own: &Own, from: Date) -> Result<History> {
    read(conn, own.parent(), None, Span { from, to: None })
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

#[derive(Queryable)]
struct Row {
    id: CheckInId,
    local_date: Day,
    occurred_at: Micros,
    recorded_at: Micros,
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
        .into_boxed();
    if let Some(grant) = seen_by {
        query = query
            .filter(check_ins::private.eq(false))
            .filter(check_ins::recorded_at.ge(Micros::from(grant.history_from())));
    }
    if let Some(to) = span.to {
        query = query.filter(check_ins::local_date.le(Day::from(to)));
    }
    let rows: Vec<Row> = query
        .select((
            check_ins::id,
            check_ins::local_date,
            check_ins::occurred_at,
            check_ins::recorded_at,
            check_ins::private,
            check_ins::mood,
            check_ins::connection,
            check_ins::anxiety,
            check_ins::sleep_half_hours,
            check_ins::support,
            check_ins::sped_up,
            check_ins::safe_now,
            check_ins::contact_me,
        ))
        .load(conn)?;
    let entries = rows.into_iter().map(|row| {
        Ok(Entry {
            id: row.id,
            local_date: row.local_date.date(),
            occurred_at: row.occurred_at.into(),
            recorded_at: row.recorded_at.into(),
            private: row.private,
            mood: small(row.mood)?,
            connection: small(row.connection)?,
            anxiety: small(row.anxiety)?,
            sleep_half_hours: small(row.sleep_half_hours)?,
            support: small(row.support)?,
            sped_up: row.sped_up,
            safe_now: safe_now(row.safe_now.as_deref())?,
            contact_me: row.contact_me,
        })
    });
    Ok(History::new(entries.collect::<Result<_>>()?))
}
