//! Questionnaires as a grant shows them: the latest of each kind, and those since a day.

use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl, SelectableHelper, dsl::max};
use jiff::civil::Date;

use super::store::Row;
use crate::{
    care::Grant,
    check_in::before_day,
    db::{
        Conn,
        schema::screenings,
        types::{Day, Micros},
    },
    error::Result,
    rules::Form,
};

/// The latest scored one of each of these instruments that is not private and was recorded since the history of the
/// grant begins. Others of the same instants may come with them.
pub fn latest_shared(conn: &mut Conn, grant: &Grant, instruments: &[&str]) -> Result<Vec<Form>> {
    if !grant.scopes().screenings {
        return Ok(Vec::new());
    }
    let scored = || {
        screenings::table
            .filter(screenings::parent_id.eq(grant.parent()).and(screenings::private.eq(false)))
            .filter(screenings::recorded_at.ge(Micros::from(grant.history_from())))
            .filter(screenings::instrument.eq_any(instruments))
            .filter(screenings::total.ge(0).and(screenings::possible.gt(0)))
    };
    let latest: Vec<Option<Micros>> =
        scored().group_by(screenings::instrument).select(max(screenings::occurred_at)).load(conn)?;
    let latest: Vec<Micros> = latest.into_iter().flatten().collect();
    if latest.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Row> =
        scored().filter(screenings::occurred_at.eq_any(latest)).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(|row| row.whole().read().map(|it| it.form())).collect()
}

/// Those from a local day on that are not private and were recorded since the history of the grant begins; of some
/// instruments alone, where these are named.
pub fn shared_since(
    conn: &mut Conn,
    grant: &Grant,
    instruments: Option<&[&str]>,
    from: Date,
) -> Result<Vec<Form>> {
    if !grant.scopes().screenings {
        return Ok(Vec::new());
    }
    let mut query = screenings::table
        .filter(screenings::parent_id.eq(grant.parent()).and(screenings::private.eq(false)))
        .filter(screenings::recorded_at.ge(Micros::from(grant.history_from())))
        .filter(screenings::local_date.ge(Day::from(from)))
        .filter(screenings::occurred_at.ge(Micros::from(before_day(from))))
        .into_boxed();
    if let Some(instruments) = instruments {
        query = query.filter(screenings::instrument.eq_any(instruments));
    }
    let rows: Vec<Row> = query.select(Row::as_select()).load(conn)?;
    rows.into_iter().map(|row| row.whole().read().map(|it| it.form())).collect()
}
