//! Rows of babies, always below the parent whose they are.
//!
//! The caller holds the parent's lock while writing (`change::lock`); each write leaves its mark in her change
//! sequence and in the audit by itself. Name and clearance are sealed with the parent's key.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use jiff::{Timestamp, ToSpan, tz::TimeZone};

use super::{
    Grant, Own,
    baby::{Baby, BabyFacts, Clearance},
    baby_change::BabyDraft,
    baby_facts_store::{StoredCondition, document, read_facts},
};
use crate::{
    audit::{self, Act},
    change::{self, Kind, Op},
    db::{
        Conn, on,
        schema::{babies, parents},
        types::{Day, Micros},
    },
    error::{Error, FieldProblem, Place, Result},
    id::BabyId,
    rules::ParentContext,
    seal::{Cell, PersonKey, Vault, store::person_key},
    timer,
};

/// Most babies of one parent (product decision: more than any family, few enough to list at once).
pub const MOST_BABIES: i64 = 10;

#[derive(Queryable, Selectable)]
#[diesel(table_name = babies)]
struct Row {
    id: BabyId,
    name_sealed: Option<Vec<u8>>,
    birth_date: Option<Day>,
    due_date: Option<Day>,
    contexts: String,
    conditions: String,
    clearance_given_by_sealed: Option<Vec<u8>>,
    clearance_given_on: Option<Day>,
    hidden: bool,
    revision: i64,
}

/// Every baby of the parent, in the order in which they were added.
pub fn all(conn: &mut Conn, vault: &Vault, own: &Own) -> Result<Vec<Baby>> {
    let rows = rows(conn, own)?;
    let key = person_key(conn, vault, own.parent())?;
    rows.into_iter().map(|row| row.open(&key)).collect()
}

/// One baby of the parent; `None` for one that is not hers.
pub fn find(conn: &mut Conn, vault: &Vault, own: &Own, id: BabyId) -> Result<Option<Baby>> {
    let row: Option<Row> =
        babies::table.find((own.parent(), id)).select(Row::as_select()).first(conn).optional()?;
    let Some(row) = row else { return Ok(None) };
    row.open(&person_key(conn, vault, own.parent())?).map(Some)
}

/// Whether a baby is the parent's.
pub fn exists(conn: &mut Conn, own: &Own, id: BabyId) -> Result<bool> {
    let found = babies::table.find((own.parent(), id)).select(babies::id).first::<BabyId>(conn).optional()?;
    Ok(found.is_some())
}

/// Whether any baby of a parent who granted something is shown.
pub fn any_shown(conn: &mut Conn, grant: &Grant) -> Result<bool> {
    let shown = babies::table.filter(babies::parent_id.eq(grant.parent())).filter(babies::hidden.eq(false));
    Ok(shown.select(babies::id).first::<BabyId>(conn).optional()?.is_some())
}

/// Adds a baby.
///
/// # Errors
/// 422 when the parent has as many as there is room for.
pub fn insert(conn: &mut Conn, vault: &Vault, own: &Own, draft: BabyDraft, now: Timestamp) -> Result<Baby> {
    let there: i64 = babies::table.filter(babies::parent_id.eq(own.parent())).count().get_result(conn)?;
    if there >= MOST_BABIES {
        return Err(Error::invalid(vec![FieldProblem {
            place: Place::Pointer(String::new()),
            code: "too_many",
            detail: format!("There is room for {MOST_BABIES} babies.").into(),
        }]));
    }
    let baby = draft.begin(BabyId::new(now), has_loss(conn, own)?);
    let sealed = Sealed::of(&baby, &person_key(conn, vault, own.parent())?)?;
    diesel::insert_into(babies::table)
        .values((
            babies::parent_id.eq(own.parent()),
            babies::id.eq(baby.id),
            babies::name_sealed.eq(sealed.name),
            babies::birth_date.eq(baby.birth_date.map(Day::from)),
            babies::due_date.eq(baby.due_date.map(Day::from)),
            babies::contexts.eq(contexts_text(&baby)?),
            babies::conditions.eq(conditions_text(&baby)?),
            babies::clearance_given_by_sealed.eq(sealed.given_by),
            babies::clearance_given_on.eq(baby.clearance.as_ref().map(|given| Day::from(given.given_on))),
            babies::hidden.eq(baby.hidden),
            babies::revision.eq(baby.revision),
            babies::created_at.eq(Micros::from(now)),
            babies::updated_at.eq(Micros::from(now)),
        ))
        .execute(conn)?;
    mark(conn, own, baby.id, Op::Put, "baby.create", now)?;
    look_again(conn, own, &baby, now)?;
    Ok(baby)
}

/// Writes a changed baby over the revision that it was read at; returns it with its new revision, or `None`
/// when that revision is no longer there.
pub fn update(conn: &mut Conn, vault: &Vault, own: &Own, baby: Baby, now: Timestamp) -> Result<Option<Baby>> {
    let sealed = Sealed::of(&baby, &person_key(conn, vault, own.parent())?)?;
    let changed = diesel::update(babies::table.find((own.parent(), baby.id)))
        .filter(babies::revision.eq(baby.revision))
        .set((
            babies::name_sealed.eq(sealed.name),
            babies::birth_date.eq(baby.birth_date.map(Day::from)),
            babies::due_date.eq(baby.due_date.map(Day::from)),
            babies::contexts.eq(contexts_text(&baby)?),
            babies::conditions.eq(conditions_text(&baby)?),
            babies::clearance_given_by_sealed.eq(sealed.given_by),
            babies::clearance_given_on.eq(baby.clearance.as_ref().map(|given| Day::from(given.given_on))),
            babies::hidden.eq(baby.hidden),
            babies::revision.eq(babies::revision + 1),
            babies::updated_at.eq(Micros::from(now)),
        ))
        .execute(conn)?;
    if changed == 0 {
        return Ok(None);
    }
    mark(conn, own, baby.id, Op::Put, "baby.update", now)?;
    look_again(conn, own, &baby, now)?;
    Ok(Some(Baby { revision: baby.revision + 1, ..baby }))
}

/// Removes a baby at the revision that it was read at; false when that is no longer there.
pub fn delete(conn: &mut Conn, own: &Own, baby: &Baby, now: Timestamp) -> Result<bool> {
    let gone = diesel::delete(babies::table.find((own.parent(), baby.id)))
        .filter(babies::revision.eq(baby.revision))
        .execute(conn)?;
    if gone == 0 {
        return Ok(false);
    }
    mark(conn, own, baby.id, Op::Delete, "baby.delete", now)?;
    Ok(true)
}

/// Hides every baby of the parent: she has told of a loss.
pub fn hide_all(conn: &mut Conn, own: &Own, now: Timestamp) -> Result<()> {
    let shown: Vec<BabyId> = babies::table
        .filter(babies::parent_id.eq(own.parent()))
        .filter(babies::hidden.eq(false))
        .order(babies::id.asc())
        .select(babies::id)
        .load(conn)?;
    for id in shown {
        diesel::update(babies::table.find((own.parent(), id)))
            .set((
                babies::hidden.eq(true),
                babies::revision.eq(babies::revision + 1),
                babies::updated_at.eq(Micros::from(now)),
            ))
            .execute(conn)?;
        mark(conn, own, id, Op::Put, "baby.update", now)?;
    }
    Ok(())
}

fn rows(conn: &mut Conn, own: &Own) -> Result<Vec<Row>> {
    let hers = babies::table.filter(babies::parent_id.eq(own.parent()));
    let query = hers.order(babies::id.asc());
    Ok(on!(conn, |c| query.select(Row::as_select()).load(c))?)
}

fn has_loss(conn: &mut Conn, own: &Own) -> Result<bool> {
    let contexts: String = parents::table.find(own.parent()).select(parents::contexts).first(conn)?;
    let words: Vec<String> = document(&contexts)?;
    Ok(words.iter().any(|word| word == ParentContext::Loss.as_str()))
}

/// Low days of the first two weeks are judged again at their end: a birth that is no longer ago than that sets the day.
/// Another one leaves the look that is set to find nothing.
fn look_again(conn: &mut Conn, own: &Own, baby: &Baby, now: Timestamp) -> Result<()> {
    let yesterday = now.to_zoned(TimeZone::UTC).date().saturating_sub(1.day());
    let ahead = baby.birth_date.is_some_and(|born| born.saturating_add(2.weeks()) >= yesterday);
    if ahead { timer::look_again(conn, own.parent(), now) } else { Ok(()) }
}

fn mark(conn: &mut Conn, own: &Own, id: BabyId, op: Op, action: &'static str, now: Timestamp) -> Result<()> {
    let parent = own.parent();
    change::record(conn, parent, Kind::Baby, id.as_str(), op, now)?;
    let object = Some(id.as_str());
    audit::record(
        conn,
        now,
        &Act { actor: parent, role: "parent", action, parent: Some(parent), link: None, object },
    )
}

impl Row {
    fn open(self, key: &PersonKey) -> Result<Baby> {
        let row = self.id.as_str().to_owned();
        let given_by = key.open_some(given_by_cell(&row), self.clearance_given_by_sealed.as_deref())?;
        let name = key.open_some(name_cell(&row), self.name_sealed.as_deref())?;
        let given_on = self.clearance_given_on.as_ref().map(Day::date);
        let (hidden, revision) = (self.hidden, self.revision);
        let facts = self.facts()?;
        Ok(Baby {
            id: facts.id,
            name,
            birth_date: facts.birth_date,
            due_date: facts.due_date,
            contexts: facts.contexts,
            conditions: facts.conditions,
            clearance: given_by.zip(given_on).map(|(given_by, given_on)| Clearance { given_by, given_on }),
            hidden,
            revision,
        })
    }

    fn facts(self) -> Result<BabyFacts> {
        read_facts((
            self.id,
            self.birth_date,
            self.due_date,
            self.contexts,
            self.conditions,
            self.clearance_given_on,
            self.hidden,
        ))
    }
}

struct Sealed {
    name: Option<Vec<u8>>,
    given_by: Option<Vec<u8>>,
}

impl Sealed {
    fn of(baby: &Baby, key: &PersonKey) -> Result<Self> {
        let row = baby.id.as_str();
        let given_by = baby.clearance.as_ref().map(|given| given.given_by.as_str());
        Ok(Self {
            name: key.seal_some(name_cell(row), baby.name.as_deref())?,
            given_by: key.seal_some(given_by_cell(row), given_by)?,
        })
    }
}

fn name_cell(row: &str) -> Cell<'_> {
    Cell { table: "babies", column: "name_sealed", row }
}

fn given_by_cell(row: &str) -> Cell<'_> {
    Cell { table: "babies", column: "clearance_given_by_sealed", row }
}

fn contexts_text(baby: &Baby) -> Result<String> {
    let words: Vec<&str> = baby.contexts.iter().map(|context| context.as_str()).collect();
    serde_json::to_string(&words).map_err(Error::internal)
}

fn conditions_text(baby: &Baby) -> Result<String> {
    let stored: Vec<StoredCondition> = baby
        .conditions
        .iter()
        .map(|c| StoredCondition { kind: c.kind.as_str().to_owned(), since: c.since, until: c.until })
        .collect();
    serde_json::to_string(&stored).map_err(Error::internal)
}
