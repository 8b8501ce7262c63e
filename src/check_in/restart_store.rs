//! Rows of restarts: who began anew what is usual for a parent, from which day on, why, and who took it back.
//!
//! Rows are added and never removed; taking back is noted on the row. Why is sealed with the parent's key, so that it goes
//! when she does. The caller of what writes holds the parent's lock.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};
use jiff::{Timestamp, civil::Date};

use super::{
    quota_store,
    restart::{Begun, Restart},
};
use crate::{
    care::{Grant, Own},
    db::{
        Conn,
        schema::usual_restarts,
        types::{Day, Micros},
    },
    error::{Error, Result},
    id::{RowId, UserId},
    rules::{
        Measure,
        usual::{measure_of, word},
    },
    seal::{Cell, PersonKey, Vault, store::person_key},
};

/// Restarts that are listed, the latest of them (product decision: more than any family needs).
pub const MOST_LISTED: i64 = 50;
/// Restarts that one person may record of a parent within 24 hours: each has weeks judged again (product decision).
pub const MOST_A_DAY: i64 = 20;

#[derive(Queryable, Selectable)]
#[diesel(table_name = usual_restarts)]
struct Row {
    id: RowId,
    measure: String,
    from_day: Day,
    recorded_at: Micros,
    recorded_by: UserId,
    reason_sealed: Vec<u8>,
    withdrawn_at: Option<Micros>,
    withdrawn_by: Option<UserId>,
}

/// The parent's own restarts, the latest first, those that were taken back among them.
pub(super) fn own(conn: &mut Conn, vault: &Vault, own: &Own) -> Result<Vec<Restart>> {
    let rows: Vec<Row> = usual_restarts::table
        .filter(usual_restarts::parent_id.eq(own.parent()))
        .order((usual_restarts::recorded_at.desc(), usual_restarts::id.desc()))
        .limit(MOST_LISTED)
        .select(Row::as_select())
        .load(conn)?;
    opened(conn, vault, own.parent(), rows, |_| true)
}

/// Those that a grant shows: the doula's own, and what others recorded since its history begins. Of what others wrote at
/// theirs nothing is opened.
pub(super) fn shown(conn: &mut Conn, vault: &Vault, grant: &Grant) -> Result<Vec<Restart>> {
    if !grant.scopes().check_ins {
        return Ok(Vec::new());
    }
    let rows: Vec<Row> = usual_restarts::table
        .filter(usual_restarts::parent_id.eq(grant.parent()))
        .filter(
            usual_restarts::recorded_at
                .ge(Micros::from(grant.history_from()))
                .or(usual_restarts::recorded_by.eq(grant.doula())),
        )
        .order((usual_restarts::recorded_at.desc(), usual_restarts::id.desc()))
        .limit(MOST_LISTED)
        .select(Row::as_select())
        .load(conn)?;
    opened(conn, vault, grant.parent(), rows, |by| by == grant.doula())
}

/// The restarts of a measure from one day on, by one person or by anybody, those that were taken back among them. Without
/// a key nothing of why is opened.
pub(super) fn of_day(
    conn: &mut Conn,
    key: Option<&PersonKey>,
    own: &Own,
    (measure, from): (Measure, Date),
    by: Option<UserId>,
) -> Result<Vec<Restart>> {
    let of_day = usual_restarts::measure.eq(word(measure)).and(usual_restarts::from_day.eq(Day::from(from)));
    let rows: Vec<Row> = usual_restarts::table
        .filter(usual_restarts::parent_id.eq(own.parent()).and(of_day))
        .select(Row::as_select())
        .load(conn)?;
    let of_person = rows.into_iter().filter(|row| by.is_none_or(|by| row.recorded_by == by));
    of_person.map(|row| row.read(|row| key.map(|key| row.open(key)).transpose())).collect()
}

/// Whether this person may record one more of this parent.
///
/// # Errors
/// 429 with the time after which there is room again.
pub(super) fn check(conn: &mut Conn, own: &Own, by: UserId, now: Timestamp) -> Result<()> {
    let last_but_all: Option<Micros> = usual_restarts::table
        .filter(usual_restarts::parent_id.eq(own.parent()))
        .filter(usual_restarts::recorded_by.eq(by))
        .order((usual_restarts::recorded_at.desc(), usual_restarts::id.desc()))
        .offset(MOST_A_DAY - 1)
        .limit(1)
        .select(usual_restarts::recorded_at)
        .first(conn)
        .optional()?;
    let detail = "What is usual was begun anew 20 times within 24 hours.";
    quota_store::admit(last_but_all.map(Timestamp::from), detail, now)
}

/// Adds a restart that is not there yet.
pub(super) fn insert(
    conn: &mut Conn,
    key: &PersonKey,
    own: &Own,
    begun: &Begun<'_>,
    now: Timestamp,
) -> Result<Restart> {
    let id = RowId::new(now);
    diesel::insert_into(usual_restarts::table)
        .values((
            usual_restarts::parent_id.eq(own.parent()),
            usual_restarts::id.eq(id),
            usual_restarts::measure.eq(word(begun.measure)),
            usual_restarts::from_day.eq(Day::from(begun.from)),
            usual_restarts::recorded_at.eq(Micros::from(now)),
            usual_restarts::recorded_by.eq(begun.by),
            usual_restarts::reason_sealed.eq(key.seal(cell(id.as_str()), begun.reason)?),
        ))
        .execute(conn)?;
    Ok(Restart {
        id,
        measure: begun.measure,
        from: begun.from,
        recorded_at: now,
        by: begun.by,
        reason: Some(begun.reason.to_owned()),
        withdrawn: None,
    })
}

/// Notes that a restart was taken back.
pub(super) fn withdraw(conn: &mut Conn, own: &Own, id: RowId, by: UserId, now: Timestamp) -> Result<()> {
    diesel::update(usual_restarts::table.find((own.parent(), id)))
        .filter(usual_restarts::withdrawn_at.is_null())
        .set((
            usual_restarts::withdrawn_at.eq(Some(Micros::from(now))),
            usual_restarts::withdrawn_by.eq(Some(by)),
        ))
        .execute(conn)?;
    Ok(())
}

fn opened(
    conn: &mut Conn,
    vault: &Vault,
    parent: UserId,
    rows: Vec<Row>,
    opens: impl Fn(UserId) -> bool,
) -> Result<Vec<Restart>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let key = person_key(conn, vault, parent)?;
    let open = |row: &Row| opens(row.recorded_by).then(|| row.open(&key)).transpose();
    rows.into_iter().map(|row| row.read(open)).collect()
}

impl Row {
    fn open(&self, key: &PersonKey) -> Result<String> {
        key.open(cell(self.id.as_str()), &self.reason_sealed)
    }

    fn read(self, reason: impl Fn(&Self) -> Result<Option<String>>) -> Result<Restart> {
        let unknown = || Error::internal("a restart is of a measure that this version does not know");
        Ok(Restart {
            id: self.id,
            measure: measure_of(&self.measure).ok_or_else(unknown)?,
            from: self.from_day.date(),
            recorded_at: self.recorded_at.into(),
            by: self.recorded_by,
            reason: reason(&self)?,
            withdrawn: self.withdrawn_at.map(Timestamp::from).zip(self.withdrawn_by),
        })
    }
}

fn cell(row: &str) -> Cell<'_> {
    Cell { table: "usual_restarts", column: "reason_sealed", row }
}
