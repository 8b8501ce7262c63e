//! Rows of what was frozen as usual for a parent, as `rules::usual` makes it, read together with the restarts that stand.

use diesel::{
    BoolExpressionMethods, CombineDsl, ExpressionMethods, IntoSql, QueryDsl, Queryable, RunQueryDsl,
    sql_types::{BigInt, Bool, Integer},
};
use jiff::civil::Date;

use crate::{
    care::{Grant, Own},
    db::{
        Conn, on,
        schema::{usual_restarts, usuals},
        types::Day,
    },
    error::{Error, Result},
    flag::counts_unseen,
    id::UserId,
    rules::{
        Usual, Usuals,
        usual::{measure_of, word},
    },
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

/// All that is frozen for a parent and the restarts that stand, earliest first.
pub(super) fn frozen(conn: &mut Conn, own: &Own) -> Result<Usuals> {
    let mut found = Usuals::default();
    for row in rows(conn, own.parent())? {
        let usual = usual(&row)?;
        match row.shared {
            _ if usual.is_restart() => {
                found.all.push(usual);
                found.shared.push(usual);
            }
            true => found.shared.push(usual),
            false => found.all.push(usual),
        }
    }
    Ok(found)
}

/// The restarts that stand, earliest first.
pub fn restarts(conn: &mut Conn, own: &Own) -> Result<Vec<Usual>> {
    let mut restarts = frozen(conn, own)?.all;
    restarts.retain(Usual::is_restart);
    Ok(restarts)
}

/// What a grant shows of it: made of shared days alone, and of none that lie before the grant's history. A restart says
/// nothing of any day, only that what stood before stands no longer.
pub fn shown(conn: &mut Conn, grant: &Grant) -> Result<Vec<Usual>> {
    if !grant.scopes().check_ins {
        return Ok(Vec::new());
    }
    let mut seen = Vec::new();
    for row in rows(conn, grant.parent())? {
        let usual = usual(&row)?;
        let counts = row.shared && !counts_unseen(conn, grant, usual.first, usual.frozen_on)?;
        if usual.is_restart() || counts {
            seen.push(usual);
        }
    }
    Ok(seen)
}

/// Both kinds in one message to the database: they are read at every check-in.
fn rows(conn: &mut Conn, parent: UserId) -> Result<Vec<Row>> {
    let made = usuals::table.filter(usuals::parent_id.eq(parent)).select((
        usuals::shared,
        usuals::measure,
        usuals::frozen_on,
        usuals::first_day,
        usuals::counts_from,
        usuals::days,
        usuals::mean,
        usuals::spread,
    ));
    let standing = usual_restarts::parent_id.eq(parent).and(usual_restarts::withdrawn_at.is_null());
    let begun = usual_restarts::table.filter(standing).select((
        false.into_sql::<Bool>(),
        usual_restarts::measure,
        usual_restarts::from_day,
        usual_restarts::from_day,
        usual_restarts::from_day,
        0_i32.into_sql::<Integer>(),
        0_i64.into_sql::<BigInt>(),
        0_i64.into_sql::<BigInt>(),
    ));
    let query = made.union_all(begun);
    let mut rows: Vec<Row> = on!(conn, |c| query.load(c))?;
    rows.sort_by(|one, other| one.frozen_on.cmp(&other.frozen_on));
    Ok(rows)
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
        measure: measure_of(&row.measure).ok_or_else(unknown)?,
        frozen_on: row.frozen_on.date(),
        first: row.first_day.date(),
        counts_from: row.counts_from.date(),
        days: u16::try_from(row.days).map_err(Error::internal)?,
        mean: row.mean,
        spread: row.spread,
    })
}
