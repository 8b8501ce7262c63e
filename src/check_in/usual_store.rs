//! Rows of what was frozen as usual for a parent, as `rules::usual` makes it.

use diesel::{ExpressionMethods, QueryDsl, Queryable, RunQueryDsl};
use jiff::civil::Date;

use crate::{
    care::{Grant, Own},
    db::{Conn, on, schema::usuals, types::Day},
    error::{Error, Result},
    flag::counts_unseen,
    id::UserId,
    rules::{Measure, Usual, Usuals},
};

#[derive(Queryable)]
struct Row {
    shared: bool,
    measure: String,
    frozen_on: Day,
    first_day: Day,
    counts_from: Day,
    days: i32,
    mean: i64,
    spread: i64,
}

/// All that is frozen for a parent, earliest first.
pub(super) fn frozen(conn: &mut Conn, own: &Own) -> Result<Usuals> {
    let mut found = Usuals::default();
    for row in rows(conn, own.parent())? {
        let list = if row.shared { &mut found.shared } else { &mut found.all };
        list.push(usual(&row)?);
    }
    Ok(found)
}

/// What a grant shows of it: made of shared days alone, and of none that lie before the grant's history.
pub fn shown(conn: &mut Conn, grant: &Grant) -> Result<Vec<Usual>> {
    if !grant.scopes().check_ins {
        return Ok(Vec::new());
    }
    let mut seen = Vec::new();
    for row in rows(conn, grant.parent())?.iter().filter(|row| row.shared) {
        if !counts_unseen(conn, grant, row.first_day.date(), row.frozen_on.date())? {
            seen.push(usual(row)?);
        }
    }
    Ok(seen)
}

fn rows(conn: &mut Conn, parent: UserId) -> Result<Vec<Row>> {
    let query = usuals::table.filter(usuals::parent_id.eq(parent)).order(usuals::frozen_on.asc()).select((
        usuals::shared,
        usuals::measure,
        usuals::frozen_on,
        usuals::first_day,
        usuals::counts_from,
        usuals::days,
        usuals::mean,
        usuals::spread,
    ));
    Ok(on!(conn, |c| query.load(c))?)
}

/// Takes away what was frozen on a day or later, because the days before it are judged anew.
pub(super) fn thaw(conn: &mut Conn, own: &Own, from: Date) -> Result<()> {
    diesel::delete(usuals::table)
        .filter(usuals::parent_id.eq(own.parent()))
        .filter(usuals::frozen_on.ge(Day::from(from)))
        .execute(conn)?;
    Ok(())
}

/// Keeps what became frozen.
pub(super) fn keep(conn: &mut Conn, own: &Own, fresh: &Usuals) -> Result<()> {
    let all = fresh.all.iter().map(|usual| (false, usual));
    for (shared, usual) in all.chain(fresh.shared.iter().map(|usual| (true, usual))) {
        diesel::insert_into(usuals::table)
            .values((
                usuals::parent_id.eq(own.parent()),
                usuals::shared.eq(shared),
                usuals::measure.eq(word(usual.measure)),
                usuals::frozen_on.eq(Day::from(usual.frozen_on)),
                usuals::first_day.eq(Day::from(usual.first)),
                usuals::counts_from.eq(Day::from(usual.counts_from)),
                usuals::days.eq(i32::from(usual.days)),
                usuals::mean.eq(usual.mean),
                usuals::spread.eq(usual.spread),
            ))
            .execute(conn)?;
    }
    Ok(())
}

fn usual(row: &Row) -> Result<Usual> {
    let unknown = || Error::internal("a usual is of a measure that this version does not know");
    Ok(Usual {
        measure: [Measure::Mood, Measure::Anxiety, Measure::Connection]
            .into_iter()
            .find(|measure| word(*measure) == row.measure)
            .ok_or_else(unknown)?,
        frozen_on: row.frozen_on.date(),
        first: row.first_day.date(),
        counts_from: row.counts_from.date(),
        days: u16::try_from(row.days).map_err(Error::internal)?,
        mean: row.mean,
        spread: row.spread,
    })
}

fn word(measure: Measure) -> &'static str {
    match measure {
        Measure::Mood => "mood",
        Measure::Connection => "connection",
        Measure::Anxiety => "anxiety",
        Measure::Support => "support",
        Measure::SleepHalfHours => "sleep",
    }
}
