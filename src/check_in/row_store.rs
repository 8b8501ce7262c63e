//! A check-in as a row: what is sealed of it, and how its columns are written and read.
//!
//! Words are sealed under the id of the check-in, so they open in its row and in those of its revisions alike.

use diesel::{AsChangeset, Insertable, Queryable, Selectable};

use super::CheckIn;
use crate::{
    db::{
        schema::check_ins,
        types::{Day, Micros},
    },
    error::{Error, Result},
    id::{BabyId, CheckInId},
    rules::SafeNow,
    seal::{Cell, PersonKey},
};

/// A row as it is read.
#[derive(Queryable, Selectable)]
#[diesel(table_name = check_ins)]
pub(super) struct Row {
    pub(super) id: CheckInId,
    pub(super) revision: i64,
    pub(super) mood: Option<i16>,
    pub(super) connection: Option<i16>,
    pub(super) anxiety: Option<i16>,
    pub(super) sleep_half_hours: Option<i16>,
    pub(super) support: Option<i16>,
    pub(super) sped_up: Option<bool>,
    pub(super) safe_now: Option<String>,
    pub(super) contact_me: Option<bool>,
    pub(super) note_sealed: Option<Vec<u8>>,
    pub(super) tags_sealed: Option<Vec<u8>>,
    pub(super) baby_id: Option<BabyId>,
    pub(super) private: bool,
    pub(super) incomplete: bool,
    pub(super) rules_pending: bool,
    pub(super) occurred_at: Micros,
    pub(super) time_zone: String,
    pub(super) local_date: Day,
    pub(super) recorded_at: Micros,
    pub(super) updated_at: Micros,
    pub(super) said_at: Micros,
}

impl Row {
    /// Whether there are words in it.
    pub(super) fn has_words(&self) -> bool {
        self.note_sealed.is_some() || self.tags_sealed.is_some()
    }

    /// The check-in; without a key without its words.
    pub(super) fn open(self, key: Option<&PersonKey>) -> Result<CheckIn> {
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
            mood: within(self.mood, 10)?,
            connection: within(self.connection, 10)?,
            anxiety: within(self.anxiety, 10)?,
            sleep_half_hours: within(self.sleep_half_hours, 48)?,
            support: within(self.support, 10)?,
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
            written_at: self.updated_at.into(),
            said_at: self.said_at.into(),
        })
    }
}

/// The columns of a check-in that an edit may change, as they are written.
#[derive(AsChangeset, Insertable)]
#[diesel(table_name = check_ins, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct Values<'a> {
    revision: i64,
    mood: Option<i16>,
    connection: Option<i16>,
    anxiety: Option<i16>,
    sleep_half_hours: Option<i16>,
    support: Option<i16>,
    sped_up: Option<bool>,
    safe_now: Option<&'static str>,
    contact_me: Option<bool>,
    note_sealed: Option<Vec<u8>>,
    tags_sealed: Option<Vec<u8>>,
    baby_id: Option<BabyId>,
    private: bool,
    incomplete: bool,
    rules_pending: bool,
    occurred_at: Micros,
    time_zone: &'a str,
    local_date: Day,
    updated_at: Micros,
    said_at: Micros,
}

impl<'a> Values<'a> {
    /// Seals what has to be sealed.
    pub(super) fn of(key: &PersonKey, check_in: &'a CheckIn) -> Result<Self> {
        let id = check_in.id;
        let mut note_sealed = None;
        let mut tags_sealed = None;
        if check_in.note.is_some() || !check_in.tags.is_empty() {
            note_sealed = key.seal_some(cell("note_sealed", &id), check_in.note.as_deref())?;
            if !check_in.tags.is_empty() {
                let list = serde_json::to_string(&check_in.tags).map_err(Error::internal)?;
                tags_sealed = Some(key.seal(cell("tags_sealed", &id), &list)?);
            }
        }
        let small = |value: Option<u8>| value.map(i16::from);
        Ok(Self {
            revision: check_in.revision,
            mood: small(check_in.mood),
            connection: small(check_in.connection),
            anxiety: small(check_in.anxiety),
            sleep_half_hours: small(check_in.sleep_half_hours),
            support: small(check_in.support),
            sped_up: check_in.sped_up,
            safe_now: check_in.safe_now.map(SafeNow::as_str),
            contact_me: check_in.contact_me,
            note_sealed,
            tags_sealed,
            baby_id: check_in.baby,
            private: check_in.private,
            incomplete: check_in.incomplete,
            rules_pending: check_in.rules_pending,
            occurred_at: check_in.occurred_at.into(),
            time_zone: &check_in.time_zone,
            local_date: check_in.local_date.into(),
            updated_at: check_in.written_at.into(),
            said_at: check_in.said_at.into(),
        })
    }
}

/// A stored number that nobody can have entered is damage, and is not shown as if it were hers.
fn within(value: Option<i16>, most: u8) -> Result<Option<u8>> {
    match small(value)? {
        Some(number) if number > most => Err(Error::internal("a number out of its range is stored")),
        other => Ok(other),
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
