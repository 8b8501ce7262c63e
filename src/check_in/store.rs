//! Rows of check-ins. What a doula may see is part of each query that she is behind.

use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl};
use jiff::{Timestamp, civil::Date};

use super::{CheckIn, Filter};
use crate::{
    care::{Grant, Own},
    db::{
        Conn,
        schema::check_ins,
        types::{Day, Micros},
    },
    error::{Error, Result},
    id::{BabyId, CheckInId, UserId},
    rules::SafeNow,
    seal::{Cell, PersonKey, Vault, store::person_key},
};

/// Position in a list that is newest first.
pub type After = Option<(Timestamp, CheckInId)>;

/// Stores a new check-in of the parent whose right `own` is.
pub fn insert(conn: &mut Conn, vault: &Vault, own: &Own, check_in: &CheckIn) -> Result<()> {
    let id = check_in.id;
    let mut note = None;
    let mut tags = None;
    if check_in.note.is_some() || !check_in.tags.is_empty() {
        let key = person_key(conn, vault, own.parent())?;
        note = key.seal_some(cell("note_sealed", &id), check_in.note.as_deref())?;
        if !check_in.tags.is_empty() {
            let list = serde_json::to_string(&check_in.tags).map_err(Error::internal)?;
            tags = Some(key.seal(cell("tags_sealed", &id), &list)?);
        }
    }
    let small = |value: Option<u8>| value.map(i16::from);
    diesel::insert_into(check_ins::table)
        .values((
            check_ins::parent_id.eq(own.parent()),
            check_ins::id.eq(id),
            check_ins::mood.eq(small(check_in.mood)),
            check_ins::connection.eq(small(check_in.connection)),
            check_ins::anxiety.eq(small(check_in.anxiety)),
            check_ins::sleep_half_hours.eq(small(check_in.sleep_half_hours)),
            check_ins::support.eq(small(check_in.support)),
            check_ins::sped_up.eq(check_in.sped_up),
            check_ins::safe_now.eq(check_in.safe_now.map(SafeNow::as_str)),
            check_ins::contact_me.eq(check_in.contact_me),
            check_ins::note_sealed.eq(note),
            check_ins::tags_sealed.eq(tags),
            check_ins::baby_id.eq(check_in.baby),
            check_ins::private.eq(check_in.private),
            check_ins::incomplete.eq(check_in.incomplete),
            check_ins::rules_pending.eq(check_in.rules_pending),
            check_ins::occurred_at.eq(Micros::from(check_in.occurred_at)),
            check_ins::time_zone.eq(&check_in.time_zone),
            check_ins::local_date.eq(Day::from(check_in.local_date)),
            check_ins::recorded_at.eq(Micros::from(check_in.recorded_at)),
            check_ins::updated_at.eq(Micros::from(check_in.recorded_at)),
        ))
        .execute(conn)?;
    Ok(())
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
        check_ins::table.find((own.parent(), id)).select(COLUMNS).first(conn).optional()?;
    Ok(opened(conn, vault, own.parent(), row.into_iter().collect(), true)?.pop())
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
    let rows = page(conn, own.parent(), None, filter, after, limit)?;
    opened(conn, vault, own.parent(), rows, true)
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
    let day: Option<Day> = check_ins::table
        .filter(check_ins::parent_id.eq(grant.parent()).and(check_ins::private.eq(false)))
        .filter(check_ins::recorded_at.ge(Micros::from(grant.history_from())))
        .order(check_ins::local_date.desc())
        .select(check_ins::local_date)
        .first(conn)
        .optional()?;
    Ok(day.map(|day| day.date()))
}

#[derive(Queryable)]
struct Row {
    id: CheckInId,
    revision: i64,
    mood: Option<i16>,
    connection: Option<i16>,
    anxiety: Option<i16>,
    sleep_half_hours: Option<i16>,
    support: Option<i16>,
    sped_up: Option<bool>,
    safe_now: Option<String>,
    contact_me: Option<bool>,
    note_sealed: Option<Vec<u8>>,
    tags_sealed: Option<Vec<u8>>,
    baby_id: Option<BabyId>,
    private: bool,
    incomplete: bool,
    rules_pending: bool,
    occurred_at: Micros,
    time_zone: String,
    local_date: Day,
    recorded_at: Micros,
}

type Columns = (
    check_ins::id,
    check_ins::revision,
    check_ins::mood,
    check_ins::connection,
    check_ins::anxiety,
    check_ins::sleep_half_hours,
    check_ins::support,
    check_ins::sped_up,
    check_ins::safe_now,
    check_ins::contact_me,
    check_ins::note_sealed,
    check_ins::tags_sealed,
    check_ins::baby_id,
    check_ins::private,
    check_ins::incomplete,
    check_ins::rules_pending,
    check_ins::occurred_at,
    check_ins::time_zone,
    check_ins::local_date,
    check_ins::recorded_at,
);

const COLUMNS: Columns = (
    check_ins::id,
    check_ins::revision,
    check_ins::mood,
    check_ins::connection,
    check_ins::anxiety,
    check_ins::sleep_half_hours,
    check_ins::support,
    check_ins::sped_up,
    check_ins::safe_now,
    check_ins::contact_me,
    check_ins::note_sealed,
    check_ins::tags_sealed,
    check_ins::baby_id,
    check_ins::private,
    check_ins::incomplete,
    check_ins::rules_pending,
    check_ins::occurred_at,
    check_ins::time_zone,
    check_ins::local_date,
    check_ins::recorded_at,
);

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
        query = query.filter(check_ins::local_date.ge(Day::from(from)));
    }
    if let Some(to) = filter.to {
        query = query.filter(check_ins::local_date.le(Day::from(to)));
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
        .select(COLUMNS)
        .load(conn)?)
}

fn opened(
    conn: &mut Conn,
    vault: &Vault,
    parent: UserId,
    rows: Vec<Row>,
    words: bool,
) -> Result<Vec<CheckIn>> {
    let any = rows.iter().any(|row| row.note_sealed.is_some() || row.tags_sealed.is_some());
    let key = if words && any { Some(person_key(conn, vault, parent)?) } else { None };
    rows.into_iter().map(|row| row.open(key.as_ref())).collect()
}

impl Row {
    fn open(self, key: Option<&PersonKey>) -> Result<CheckIn> {
        let id = self.id;
        let words = |column, sealed: Option<&[u8]>| match key {
            Some(key) => key.open_some(cell(column, &id), sealed),
            None => Ok(None),
        };
        let note = words("note_sealed", self.note_sealed.as_deref())?;
        let tags = match words("tags_sealed", self.tags_sealed.as_deref())? {
            // The parser's own message would quote her words into the log.
            Some(list) => {
                serde_json::from_str(&list).map_err(|_| Error::internal("stored tags are no list"))?
            }
            None => Vec::new(),
        };
        Ok(CheckIn {
            id,
            revision: self.revision,
            mood: small(self.mood)?,
            connection: small(self.connection)?,
            anxiety: small(self.anxiety)?,
            sleep_half_hours: small(self.sleep_half_hours)?,
            support: small(self.support)?,
            sped_up: self.sped_up,
            safe_now: safe_now(self.safe_now.as_deref())?,
            contact_me: self.contact_me,
            note,
            tags,
            baby: self.baby_id,
            private: self.private,
            incomplete: self.incomplete,
            rules_pending: self.rules_pending,
            occurred_at: self.occurred_at.into(),
            time_zone: self.time_zone,
            local_date: self.local_date.date(),
            recorded_at: self.recorded_at.into(),
        })
    }
}

pub(super) fn small(value: Option<i16>) -> Result<Option<u8>> {
    value.map(u8::try_from).transpose().map_err(Error::internal)
}

pub(super) fn safe_now(word: Option<&str>) -> Result<Option<SafeNow>> {
    word.map(str::parse).transpose().map_err(|_| Error::internal("an unknown answer is stored"))
}

fn cell<'a>(column: &'static str, id: &'a CheckInId) -> Cell<'a> {
    Cell { table: "check_ins", column, row: id.as_str() }
}
