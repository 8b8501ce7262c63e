//! Rows of what a practice set, and of who changed it when and why. Rows of the history are added and never touched
//! again; what is in force is the latest of each thing.

use std::collections::{HashMap, hash_map::Entry};

use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl, Queryable, RunQueryDsl};
use jiff::Timestamp;

use super::{
    member::{Admin, Member},
    rule_change::Asked,
};
use crate::{
    db::{
        Conn,
        schema::{practices, rule_changes, rule_settings},
        types::Micros,
    },
    error::{Error, Result},
    id::{PracticeId, UserId},
    rules::settings::{
        Changed, Topic,
        change::{self, Values},
    },
    seal::{Cell, PersonKey, Vault, store::person_key},
};

/// Who changed something, when and why, and until when it counts.
#[derive(Clone)]
pub(super) struct Trace {
    pub(super) by: UserId,
    pub(super) reason: String,
    pub(super) at: Timestamp,
    pub(super) until: Option<Timestamp>,
}

/// One act of the history.
pub(super) struct Past {
    pub(super) revision: i64,
    pub(super) topic: Topic,
    pub(super) values: Values,
    pub(super) trace: Trace,
}

/// What is in force of a practice at `now`, by thing, with who set it.
pub(super) fn in_force(
    conn: &mut Conn,
    vault: &Vault,
    member: &Member,
    now: Timestamp,
) -> Result<HashMap<Changed, (u16, Trace)>> {
    let practice = member.practice();
    let rows: Vec<(String, String, i32, PastRow)> = rule_settings::table
        .inner_join(
            rule_changes::table.on(rule_changes::practice_id
                .eq(rule_settings::practice_id)
                .and(rule_changes::revision.eq(rule_settings::revision))),
        )
        .filter(rule_settings::practice_id.eq(practice))
        .select((rule_settings::topic, rule_settings::name, rule_settings::value, rule_changes::all_columns))
        .load(conn)?;
    let mut keys = Keys { vault, opened: HashMap::new() };
    let mut found = HashMap::new();
    for (topic, name, value, past) in rows {
        let is_over = past.until.is_some_and(|until| now >= until.into());
        // Another version's row means nothing here.
        let Some(of) = Changed::read(&topic, &name).filter(|_| !is_over) else { continue };
        let value = u16::try_from(value).map_err(Error::internal)?;
        found.insert(of, (value, past.trace(conn, &mut keys)?));
    }
    Ok(found)
}

/// Acts of the history, newest first, of one topic or of all; below a revision, at most `most`.
pub(super) fn history(
    conn: &mut Conn,
    vault: &Vault,
    member: &Member,
    topic: Option<Topic>,
    below: Option<i64>,
    most: i64,
) -> Result<Vec<Past>> {
    let mut query = rule_changes::table
        .filter(rule_changes::practice_id.eq(member.practice()))
        .filter(rule_changes::revision.lt(below.unwrap_or(i64::MAX)))
        // What another version changed has no words here.
        .filter(rule_changes::topic.eq_any(Topic::all().map(Topic::as_str)))
        .into_boxed();
    if let Some(topic) = topic {
        query = query.filter(rule_changes::topic.eq(topic.as_str()));
    }
    let rows: Vec<PastRow> = query.order(rule_changes::revision.desc()).limit(most).load(conn)?;
    let mut keys = Keys { vault, opened: HashMap::new() };
    let past = |row: PastRow| {
        let topic = row.topic.parse().map_err(Error::internal)?;
        let values = change::read(&row.topic, &row.changes).map_err(Error::internal)?;
        Ok(Past { revision: row.revision, topic, values, trace: row.trace(conn, &mut keys)? })
    };
    rows.into_iter().map(past).collect()
}

/// Takes the next number of the practice's changes. Until the transaction ends nobody else takes one.
pub(super) fn lock(conn: &mut Conn, admin: &Admin) -> Result<i64> {
    let practice = practices::table.find(admin.member().practice());
    Ok(diesel::update(practice)
        .set(practices::rules_revision.eq(practices::rules_revision + 1))
        .returning(practices::rules_revision)
        .get_result(conn)?)
}

/// Records a change and puts it in force. The caller holds the practice's lock.
pub(super) fn record(
    conn: &mut Conn,
    vault: &Vault,
    admin: &Admin,
    revision: i64,
    asked: &Asked,
    now: Timestamp,
) -> Result<()> {
    let (practice, by) = (admin.member().practice(), admin.member().doula());
    let key = person_key(conn, vault, by)?;
    let until = asked.until.map(Micros::from);
    diesel::insert_into(rule_changes::table)
        .values((
            rule_changes::practice_id.eq(practice),
            rule_changes::revision.eq(revision),
            rule_changes::topic.eq(asked.topic.as_str()),
            rule_changes::changes.eq(change::write(&asked.values)),
            rule_changes::changed_by.eq(by),
            rule_changes::reason_sealed.eq(key.seal(cell(&cell_row(practice, revision)), &asked.reason)?),
            rule_changes::changed_at.eq(Micros::from(now)),
            rule_changes::until.eq(until),
        ))
        .execute(conn)?;
    for (of, value) in &asked.values {
        let (topic, name) = (of.topic().as_str(), of.name());
        diesel::delete(rule_settings::table.find((practice, topic, name))).execute(conn)?;
        let Some(value) = value else { continue };
        diesel::insert_into(rule_settings::table)
            .values((
                rule_settings::practice_id.eq(practice),
                rule_settings::topic.eq(topic),
                rule_settings::name.eq(name),
                rule_settings::value.eq(i32::from(*value)),
                rule_settings::until.eq(until),
                rule_settings::revision.eq(revision),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// A row of the history, in the order of the table's columns.
#[derive(Queryable)]
struct PastRow {
    practice_id: PracticeId,
    revision: i64,
    topic: String,
    changes: String,
    changed_by: UserId,
    reason_sealed: Vec<u8>,
    changed_at: Micros,
    until: Option<Micros>,
}

impl PastRow {
    fn trace(&self, conn: &mut Conn, keys: &mut Keys<'_>) -> Result<Trace> {
        let row = cell_row(self.practice_id, self.revision);
        Ok(Trace {
            by: self.changed_by,
            reason: keys.of(conn, self.changed_by)?.open(cell(&row), &self.reason_sealed)?,
            at: self.changed_at.into(),
            until: self.until.map(Timestamp::from),
        })
    }
}

/// The keys of those who wrote reasons, each unwrapped once.
struct Keys<'a> {
    vault: &'a Vault,
    opened: HashMap<UserId, PersonKey>,
}

impl Keys<'_> {
    fn of(&mut self, conn: &mut Conn, person: UserId) -> Result<&PersonKey> {
        match self.opened.entry(person) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => Ok(place.insert(person_key(conn, self.vault, person)?)),
        }
    }
}

fn cell_row(practice: PracticeId, revision: i64) -> String {
    format!("{practice}/{revision}")
}

fn cell(row: &str) -> Cell<'_> {
    Cell { table: "rule_changes", column: "reason_sealed", row }
}
