//! Rows of a flag's history: what happened, in order. Only added to.
//!
//! What a doula wrote at a step is sealed with the key of the parent it is about.

use std::collections::HashMap;

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl};
use jiff::Timestamp;

use super::{
    lifecycle::Status,
    parts::{EventKind, Flag},
};
use crate::{
    care::{Grant, Own},
    db::{Conn, on, schema::flag_events as events, types::Micros},
    error::{Error, Result},
    id::{FlagId, UserId},
    seal::{Cell, PersonKey, Vault, store::person_key},
};

/// One thing that happened to a flag.
#[derive(Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// By whom; the server itself when absent.
    pub actor: Option<UserId>,
    /// What.
    pub kind: EventKind,
    /// The status after it.
    pub to: Status,
    /// Only for those who may know of private danger.
    pub private: bool,
    /// Why, in the doula's words.
    pub reason: Option<String>,
    /// What else the doula wrote.
    pub note: Option<String>,
    /// The end of a snooze.
    pub until: Option<Timestamp>,
}

impl Event {
    /// An event without a person and without words.
    pub fn plain(kind: EventKind, to: Status, private: bool, at: Timestamp) -> Self {
        Self { at, actor: None, kind, to, private, reason: None, note: None, until: None }
    }
}

#[derive(Queryable)]
struct Row {
    parent_id: UserId,
    flag_id: FlagId,
    seq: i64,
    at: Micros,
    actor_id: Option<UserId>,
    kind: String,
    to_status: String,
    private: bool,
    reason_sealed: Option<Vec<u8>>,
    note_sealed: Option<Vec<u8>>,
    until: Option<Micros>,
}

impl Row {
    /// The event without its words.
    fn bare(&self) -> Result<Event> {
        let unknown = || Error::internal("a flag's history holds a word that this version does not know");
        Ok(Event {
            at: self.at.into(),
            actor: self.actor_id,
            kind: self.kind.parse().map_err(|_| unknown())?,
            to: self.to_status.parse().map_err(|_| unknown())?,
            private: self.private,
            reason: None,
            note: None,
            until: self.until.map(Into::into),
        })
    }

    fn open(&self, key: &PersonKey) -> Result<Event> {
        let row = cell_row(self.flag_id, self.seq);
        Ok(Event {
            reason: key.open_some(cell("reason_sealed", &row), self.reason_sealed.as_deref())?,
            note: key.open_some(cell("note_sealed", &row), self.note_sealed.as_deref())?,
            ..self.bare()?
        })
    }
}

/// What a doula wrote at a step, and the key to seal it with: the parent's.
pub struct Words<'a> {
    /// Of the parent that the flag is about.
    pub key: &'a PersonKey,
    /// Why.
    pub reason: Option<&'a str>,
    /// What else.
    pub note: Option<&'a str>,
}

/// Adds an event to a flag; returns its number. The caller holds the parent's lock. What people wrote comes
/// in `words`, never in the event.
pub fn insert(conn: &mut Conn, flag: &Flag, event: &Event, words: Option<&Words<'_>>) -> Result<i64> {
    let query = events::table
        .filter(events::parent_id.eq(flag.parent))
        .filter(events::flag_id.eq(flag.id))
        .order(events::seq.desc())
        .select(events::seq);
    let last: Option<i64> = on!(conn, |c| query.first(c)).optional()?;
    let seq = last.unwrap_or(0) + 1;
    let row = cell_row(flag.id, seq);
    let seal = |column, text: fn(&Words<'_>) -> Option<String>| match words {
        Some(words) => words.key.seal_some(cell(column, &row), text(words).as_deref()),
        None => Ok(None),
    };
    let row = (
        events::parent_id.eq(flag.parent),
        events::flag_id.eq(flag.id),
        events::seq.eq(seq),
        events::at.eq(Micros::from(event.at)),
        events::actor_id.eq(event.actor),
        events::kind.eq(event.kind.as_str()),
        events::to_status.eq(event.to.as_str()),
        events::private.eq(event.private),
        events::reason_sealed.eq(seal("reason_sealed", |words| words.reason.map(str::to_owned))?),
        events::note_sealed.eq(seal("note_sealed", |words| words.note.map(str::to_owned))?),
        events::until.eq(event.until.map(Micros::from)),
    );
    on!(conn, |c| diesel::insert_into(events::table).values(row).execute(c))?;
    Ok(seq)
}

/// The history of a flag of a parent who granted something to this doula, earliest first. What of it she
/// sees is not decided here.
pub fn granted(conn: &mut Conn, vault: &Vault, grant: &Grant, flag: FlagId) -> Result<Vec<Event>> {
    let rows: Vec<Row> = events::table
        .filter(events::parent_id.eq(grant.parent()))
        .filter(events::flag_id.eq(flag))
        .order(events::seq.asc())
        .load(conn)?;
    let key = person_key(conn, vault, grant.parent())?;
    rows.iter().map(|row| row.open(&key)).collect()
}

/// The histories of some of the parent's own flags, earliest first, without what doulas wrote.
pub fn own(conn: &mut Conn, own: &Own, flags: &[FlagId]) -> Result<HashMap<FlagId, Vec<Event>>> {
    bare(conn, own.parent(), flags)
}

/// The same of a parent who granted something to this doula. What of it she sees is not decided here.
pub fn granted_bare(conn: &mut Conn, grant: &Grant, flags: &[FlagId]) -> Result<HashMap<FlagId, Vec<Event>>> {
    bare(conn, grant.parent(), flags)
}

fn bare(conn: &mut Conn, parent: UserId, flags: &[FlagId]) -> Result<HashMap<FlagId, Vec<Event>>> {
    if flags.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<Row> = events::table
        .filter(events::parent_id.eq(parent))
        .filter(events::flag_id.eq_any(flags))
        .order((events::flag_id.asc(), events::seq.asc()))
        .load(conn)?;
    let mut of_flag: HashMap<FlagId, Vec<Event>> = HashMap::new();
    for row in &rows {
        debug_assert_eq!(row.parent_id, parent);
        of_flag.entry(row.flag_id).or_default().push(row.bare()?);
    }
    Ok(of_flag)
}

/// Whose step to this status was the last one.
pub fn last_step_by(conn: &mut Conn, grant: &Grant, flag: FlagId, to: Status) -> Result<Option<UserId>> {
    let actor: Option<Option<UserId>> = events::table
        .filter(events::parent_id.eq(grant.parent()))
        .filter(events::flag_id.eq(flag))
        .filter(events::kind.eq(EventKind::Transition.as_str()))
        .filter(events::to_status.eq(to.as_str()))
        .order(events::seq.desc())
        .select(events::actor_id)
        .first(conn)
        .optional()?;
    Ok(actor.flatten())
}

fn cell_row(flag: FlagId, seq: i64) -> String {
    format!("{flag}/{seq}")
}

fn cell<'a>(column: &'static str, row: &'a str) -> Cell<'a> {
    Cell { table: "flag_events", column, row }
}
