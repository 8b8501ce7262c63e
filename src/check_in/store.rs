//! Rows of check-ins. What a doula may see is part of each query that she is behind.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SelectableHelper,
    dsl::max,
};
use jiff::{Timestamp, civil::Date};

use super::{
    CheckIn, Filter,
    day::{after_day, before_day},
    row_store::{Row, Values},
};
use crate::{
    audit::Act,
    care::{Grant, Own},
    change::{self, Kind, Op},
    db::{
        Conn, on,
        schema::{check_ins, person_keys},
        types::{Day, Micros},
    },
    error::{Error, Result},
    id::{CheckInId, UserId},
    seal::{PersonKey, Vault, store::person_key},
};

/// Position in a list that is newest first.
pub type After = Option<(Timestamp, CheckInId)>;

/// Stores a new check-in of the parent whose right `own` is, with its change and the act that it is.
pub fn insert(conn: &mut Conn, key: &PersonKey, own: &Own, check_in: &CheckIn, act: &Act<'_>) -> Result<()> {
    let values = Values::of(key, check_in)?;
    let row = (
        check_ins::parent_id.eq(own.parent()),
        check_ins::id.eq(check_in.id),
        check_ins::recorded_at.eq(Micros::from(check_in.recorded_at)),
        values,
    );
    let insert = diesel::insert_into(check_ins::table).values(row);
    let what = (Kind::CheckIn, check_in.id.as_str(), Op::Put);
    change::make(conn, &insert, own.parent(), what, act, check_in.recorded_at)
}

/// Stores an edited check-in over the revision before its own; false when another revision is there.
pub fn update(conn: &mut Conn, key: &PersonKey, own: &Own, check_in: &CheckIn) -> Result<bool> {
    let values = Values::of(key, check_in)?;
    let changed = diesel::update(check_ins::table.find((own.parent(), check_in.id)))
        .filter(check_ins::revision.eq(check_in.revision - 1))
        .set(values)
        .execute(conn)?;
    Ok(changed == 1)
}

/// Removes a check-in and all its revisions; false when another revision is there.
pub fn delete(conn: &mut Conn, own: &Own, check_in: &CheckIn) -> Result<bool> {
    let removed = diesel::delete(check_ins::table.find((own.parent(), check_in.id)))
        .filter(check_ins::revision.eq(check_in.revision))
        .execute(conn)?;
    Ok(removed == 1)
}

/// Marks or clears that rules have still to run on a check-in.
pub fn set_rules_pending(conn: &mut Conn, own: &Own, id: CheckInId, pending: bool) -> Result<()> {
    diesel::update(check_ins::table.find((own.parent(), id)))
        .set(check_ins::rules_pending.eq(pending))
        .execute(conn)?;
    Ok(())
}

/// One of the parent's own check-ins.
pub fn find_own(conn: &mut Conn, vault: &Vault, own: &Own, id: CheckInId) -> Result<Option<CheckIn>> {
    let row: Option<Row> =
        check_ins::table.find((own.parent(), id)).select(Row::as_select()).first(conn).optional()?;
    Ok(opened(conn, vault, own.parent(), row.into_iter().collect(), true)?.pop())
}

/// Those of the parent's own check-ins that have one of these ids.
pub fn own_some(conn: &mut Conn, vault: &Vault, own: &Own, ids: &[CheckInId]) -> Result<Vec<CheckIn>> {
    let hers = check_ins::table.filter(check_ins::parent_id.eq(own.parent()));
    let rows: Vec<Row> = hers.filter(check_ins::id.eq_any(ids)).select(Row::as_select()).load(conn)?;
    opened(conn, vault, own.parent(), rows, true)
}

/// The parent's own check-ins, newest first.
pub fn own_page(
    conn: &mut Conn,
    vault: &Vault,
    own: &Own,
    filter: &Filter,
    after: After,
    limit: i64,
) -> Result<Vec<CheckIn>> {
    if after.is_none() && filter.from.is_none() && filter.to.is_none() {
        return newest(conn, vault, own, limit);
    }
    let rows = page(conn, own.parent(), None, filter, after, limit)?;
    opened(conn, vault, own.parent(), rows, true)
}

/// What an app asks for when it is opened: a query of one shape, found by its type, that brings the key along.
fn newest(conn: &mut Conn, vault: &Vault, own: &Own, limit: i64) -> Result<Vec<CheckIn>> {
    let query = check_ins::table
        .filter(check_ins::parent_id.eq(own.parent()))
        .order((check_ins::occurred_at.desc(), check_ins::id.desc()))
        .limit(limit);
    let key = person_keys::table.find(own.parent()).select(person_keys::wrapped).single_value();
    let rows: Vec<(Row, Option<Vec<u8>>)> = on!(conn, |c| query.select((Row::as_select(), key)).load(c))?;
    let with_words = rows.iter().find(|(row, _)| row.has_words());
    let key = with_words.map(|(_, wrapped)| {
        let wrapped = wrapped.as_ref().ok_or_else(|| Error::internal("a person has no key"))?;
        vault.unwrap_person_key(own.parent(), wrapped)
    });
    let key = key.transpose()?;
    rows.into_iter().map(|(row, _)| row.open(key.as_ref())).collect()
}

/// What a grant shows of a parent's check-ins, newest first: none that are private or were recorded before
/// the link's history, and no words without the scope for them.
pub fn shared_page(
    conn: &mut Conn,
    vault: &Vault,
    grant: &Grant,
    filter: &Filter,
    after: After,
    limit: i64,
) -> Result<Vec<CheckIn>> {
    if !grant.scopes().check_ins {
        return Ok(Vec::new());
    }
    let rows = page(conn, grant.parent(), Some(grant), filter, after, limit)?;
    opened(conn, vault, grant.parent(), rows, grant.scopes().notes)
}

/// The last local day with a check-in that the grant shows.
pub fn last_shared_day(conn: &mut Conn, grant: &Grant) -> Result<Option<Date>> {
    if !grant.scopes().check_ins {
        return Ok(None);
    }
    let shown = check_ins::table
        .filter(check_ins::parent_id.eq(grant.parent()).and(check_ins::private.eq(false)))
        .filter(check_ins::recorded_at.ge(Micros::from(grant.history_from())));
    let newest: Option<Day> = shown
        .order((check_ins::occurred_at.desc(), check_ins::id.desc()))
        .select(check_ins::local_date)
        .first(conn)
        .optional()?;
    let Some(newest) = newest else { return Ok(None) };
    // Over the date line an earlier instant may have a later day.
    let last: Option<Day> = shown
        .filter(check_ins::occurred_at.ge(Micros::from(before_day(newest.date()))))
        .select(max(check_ins::local_date))
        .first(conn)?;
    Ok(last.map(|day| day.date()))
}

fn page(
    conn: &mut Conn,
    parent: UserId,
    seen_by: Option<&Grant>,
    filter: &Filter,
    after: After,
    limit: i64,
) -> Result<Vec<Row>> {
    let mut query = check_ins::table.filter(check_ins::parent_id.eq(parent)).into_boxed();
    if let Some(grant) = seen_by {
        query = query
            .filter(check_ins::private.eq(false))
            .filter(check_ins::recorded_at.ge(Micros::from(grant.history_from())));
    }
    if let Some(from) = filter.from {
        query = query
            .filter(check_ins::local_date.ge(Day::from(from)))
            .filter(check_ins::occurred_at.ge(Micros::from(before_day(from))));
    }
    if let Some(to) = filter.to {
        query = query
            .filter(check_ins::local_date.le(Day::from(to)))
            .filter(check_ins::occurred_at.lt(Micros::from(after_day(to))));
    }
    if let Some((at, id)) = after {
        let at = Micros::from(at);
        query = query.filter(
            check_ins::occurred_at.lt(at).or(check_ins::occurred_at.eq(at).and(check_ins::id.lt(id))),
        );
    }
    Ok(query
        .order((check_ins::occurred_at.desc(), check_ins::id.desc()))
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?)
}

fn opened(
    conn: &mut Conn,
    vault: &Vault,
    parent: UserId,
    rows: Vec<Row>,
    words: bool,
) -> Result<Vec<CheckIn>> {
    let any = rows.iter().any(Row::has_words);
    let key = if words && any { Some(person_key(conn, vault, parent)?) } else { None };
    rows.into_iter().map(|row| row.open(key.as_ref())).collect()
}
