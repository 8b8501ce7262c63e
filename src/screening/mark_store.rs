//! Filled-in questionnaires of a time, for the days of a picture. What a doula may see is part of her query.

use diesel::{ExpressionMethods, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper};
use jiff::civil::Date;

use crate::{
    care::{Grant, Own},
    chart::MOST_FORMS,
    check_in::{after_day, before_day, span::Span},
    db::{
        Conn,
        schema::screenings,
        types::{Day, Micros},
    },
    error::{Error, Result},
    id::UserId,
};

/// What a picture shows of a questionnaire: no answer.
pub struct Taken {
    /// Which one.
    pub instrument: String,
    /// The version that it was scored by.
    pub version: String,
    /// The total when it was stored.
    pub total: Option<u16>,
    /// The highest total that what was asked could have come to.
    pub possible: u16,
    /// The numbers have still to be looked at again.
    pub doubt: bool,
    /// The local day.
    pub on: Date,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = screenings)]
struct Row {
    instrument: String,
    version: String,
    total: Option<i32>,
    possible: i32,
    keying_doubt: bool,
    keying_confirmed: bool,
    local_date: Day,
}

impl Row {
    fn read(self) -> Result<Taken> {
        Ok(Taken {
            instrument: self.instrument,
            version: self.version,
            total: self.total.map(u16::try_from).transpose().map_err(Error::internal)?,
            possible: u16::try_from(self.possible).map_err(Error::internal)?,
            doubt: self.keying_doubt && !self.keying_confirmed,
            on: self.local_date.date(),
        })
    }
}

/// The parent's own of some local days; of very many only the latest.
pub fn own_days(conn: &mut Conn, own: &Own, span: Span) -> Result<Vec<Taken>> {
    read(conn, own.parent(), None, span)
}

/// Those of them that a grant shows: none without the scope, none that are private or older than its history.
pub fn shared_days(conn: &mut Conn, grant: &Grant, span: Span) -> Result<Vec<Taken>> {
    if !grant.scopes().screenings {
        return Ok(Vec::new());
    }
    read(conn, grant.parent(), Some(grant), span)
}

fn read(conn: &mut Conn, parent: UserId, seen_by: Option<&Grant>, span: Span) -> Result<Vec<Taken>> {
    let most = i64::try_from(MOST_FORMS).map_err(Error::internal)?;
    let mut query = screenings::table
        .filter(screenings::parent_id.eq(parent))
        .filter(screenings::local_date.ge(Day::from(span.from)))
        .filter(screenings::occurred_at.ge(Micros::from(before_day(span.from))))
        .into_boxed();
    if let Some(grant) = seen_by {
        query = query
            .filter(screenings::private.eq(false))
            .filter(screenings::recorded_at.ge(Micros::from(grant.history_from())));
    }
    if let Some(to) = span.to {
        query = query
            .filter(screenings::local_date.le(Day::from(to)))
            .filter(screenings::occurred_at.lt(Micros::from(after_day(to))));
    }
    let rows: Vec<Row> = query
        .order((screenings::occurred_at.desc(), screenings::id.desc()))
        .limit(most)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Row::read).collect()
}
