//! Reading a change to a check-in: a merge patch, every mistake at once, and danger first.
//!
//! A patch that carries a danger answer is taken whatever else is wrong with it; what could not be read leaves its
//! field as it was and is named in a warning.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    CheckIn,
    answers::{HalfHours, Scale, carries_danger, scale, unknown_baby_fault},
    day::{AHEAD, BACK, local_date},
};
use crate::{
    error::{FieldProblem, Result},
    http::{
        field::{Field, Patch, Reader},
        json,
        value::{Instant, Line, List, Text, Zone},
    },
    id::BabyId,
    rules::SafeNow,
};

/// What to change. A field that is left out stays as it is, null empties one that may be empty.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"mood": 4, "private": false}))]
pub struct CheckInPatch {
    /// 0 to 10; it can be changed and not emptied.
    #[serde(default)]
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 10, nullable = false)]
    mood: Field<Scale>,
    /// 0 to 10.
    #[serde(default)]
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 10)]
    connection: Field<Scale>,
    /// 0 to 10, 10 the worst.
    #[serde(default)]
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 10)]
    anxiety: Field<Scale>,
    /// Hours slept over the last 24, in half hours.
    #[serde(default)]
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 24, multiple_of = 0.5)]
    sleep_hours: Field<HalfHours>,
    /// 0 to 10.
    #[serde(default)]
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 10)]
    support: Field<Scale>,
    /// Unusually full of energy, hardly needing sleep.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    sped_up: Field<bool>,
    /// `yes`, `unsure` or `no`. With `unsure` or `no` the change is taken whatever else is wrong with it.
    #[serde(default)]
    #[schema(value_type = Option<String>, pattern = "^(yes|unsure|no)$")]
    safe_now: Field<SafeNow>,
    /// Please get in touch with me.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    contact_me: Field<bool>,
    /// Your words.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 4000)]
    note: Field<Text<0, 4000>>,
    /// Up to ten words of yours; replaced as a whole.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, max_items = 10)]
    tags: Field<List<Line<1, 40>, 10>>,
    /// Which of your babies it is about.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Uuid)]
    baby_id: Field<BabyId>,
    /// `false` shares an entry that was private: your doulas see it from now on as far as you allowed.
    #[serde(default)]
    #[schema(value_type = Option<bool>, nullable = false)]
    private: Field<bool>,
    /// When you felt so: from 14 days before the entry was stored up to now.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    occurred_at: Field<Instant>,
    /// Where you were; the entry's local day follows it.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "time-zone", min_length = 1, max_length = 64, nullable = false)]
    time_zone: Field<Zone>,
    #[serde(flatten)]
    #[schema(ignore)]
    rest: BTreeMap<String, Value>,
}

/// A change that is taken, with what had to be left out.
#[derive(Clone)]
pub struct Edit {
    mood: Patch<u8>,
    connection: Patch<u8>,
    anxiety: Patch<u8>,
    sleep_half_hours: Patch<u8>,
    support: Patch<u8>,
    sped_up: Patch<bool>,
    safe_now: Patch<SafeNow>,
    contact_me: Patch<bool>,
    note: Patch<String>,
    tags: Patch<Vec<String>>,
    baby: Patch<BabyId>,
    private: Patch<bool>,
    occurred_at: Patch<Timestamp>,
    time_zone: Patch<String>,
    /// Empty unless the change carries a danger answer.
    pub left_out: Vec<FieldProblem>,
}

impl Edit {
    /// Reads a patch of an entry that was stored at `recorded_at`.
    ///
    /// # Errors
    /// 422 with every wrong field, unless the patch carries a danger answer.
    pub fn read(
        object: Map<String, Value>,
        recorded_at: Timestamp,
        now: Timestamp,
        baby_is_hers: impl Fn(BabyId) -> bool,
    ) -> Result<Self> {
        let danger = carries_danger(&object);
        let wire: CheckInPatch = json::into_wire(object)?;
        let mut reader = Reader::default();
        reader.unknown(&wire.rest);
        let words_may_be_seen = !matches!(wire.private, Field::Wrong(_) | Field::Null);
        let mut edit = Self {
            mood: reader.patch_required("mood", wire.mood).map(scale).or_keep(),
            connection: reader.patch("connection", wire.connection).map(scale),
            anxiety: reader.patch("anxiety", wire.anxiety).map(scale),
            sleep_half_hours: reader.patch("sleep_hours", wire.sleep_hours).map(|hours| hours.0),
            support: reader.patch("support", wire.support).map(scale),
            sped_up: reader.patch("sped_up", wire.sped_up),
            safe_now: reader.patch("safe_now", wire.safe_now),
            contact_me: reader.patch("contact_me", wire.contact_me),
            note: match reader.patch("note", wire.note).map(|note| note.0) {
                Patch::Set(empty) if empty.is_empty() => Patch::Clear,
                other => other,
            },
            tags: reader
                .patch("tags", wire.tags)
                .map(|tags| tags.0.into_iter().map(|tag| tag.0).collect::<Vec<String>>()),
            baby: reader.patch("baby_id", wire.baby_id),
            private: reader.patch_required("private", wire.private).or_keep(),
            occurred_at: Patch::Keep,
            time_zone: reader.patch_required("time_zone", wire.time_zone).map(|zone| zone.0).or_keep(),
            left_out: Vec::new(),
        };
        if let Patch::Set(baby) = edit.baby
            && !baby_is_hers(baby)
        {
            edit.baby = Patch::Keep;
            for fault in unknown_baby_fault() {
                reader.wrong("/baby_id", fault.code, fault.detail);
            }
        }
        if let Patch::Set(Instant(sent)) = reader.patch_required("occurred_at", wire.occurred_at) {
            match felt_at(sent, recorded_at, now) {
                Some(felt) => edit.occurred_at = Patch::Set(felt),
                None => reader.wrong(
                    "/occurred_at",
                    "out_of_range",
                    "Must lie between 14 days before the entry was stored and now.",
                ),
            }
        }
        if !danger {
            reader.finish()?;
            return Ok(edit);
        }
        if !words_may_be_seen {
            // The danger must reach somebody; her words must not reach eyes that she may not have chosen.
            let had = [
                ("/note", matches!(edit.note, Patch::Set(_))),
                ("/tags", matches!(edit.tags, Patch::Set(_))),
            ];
            (edit.note, edit.tags) = (Patch::Keep, Patch::Keep);
            for (pointer, _) in had.iter().filter(|(_, had)| *had) {
                reader.wrong(
                    pointer,
                    "left_out",
                    "Left out, because it could not be told whether this entry is private.",
                );
            }
        }
        edit.left_out = reader.into_problems();
        Ok(edit)
    }

    /// The entry after the change; its revision and instants of storing are the caller's.
    pub fn apply(&self, before: &CheckIn) -> CheckIn {
        let edit = self.clone();
        let occurred_at = edit.occurred_at.or(before.occurred_at);
        let time_zone = edit.time_zone.or(before.time_zone.clone());
        let moved = (occurred_at, &time_zone) != (before.occurred_at, &before.time_zone);
        let local_date = if moved { local_date(occurred_at, &time_zone) } else { before.local_date };
        let mood = edit.mood.apply(before.mood);
        let completed = self.changes_answers() && mood.is_some();
        CheckIn {
            mood,
            connection: edit.connection.apply(before.connection),
            anxiety: edit.anxiety.apply(before.anxiety),
            sleep_half_hours: edit.sleep_half_hours.apply(before.sleep_half_hours),
            support: edit.support.apply(before.support),
            sped_up: edit.sped_up.apply(before.sped_up),
            safe_now: edit.safe_now.apply(before.safe_now),
            contact_me: edit.contact_me.apply(before.contact_me),
            note: edit.note.apply(before.note.clone()),
            tags: edit.tags.apply(Some(before.tags.clone())).unwrap_or_default(),
            baby: edit.baby.apply(before.baby),
            private: edit.private.or(before.private),
            incomplete: !self.left_out.is_empty() || (before.incomplete && !completed),
            occurred_at,
            time_zone,
            local_date,
            ..before.clone()
        }
    }

    /// Whether the patch carries a danger answer.
    pub fn has_danger_answer(&self) -> bool {
        matches!(self.safe_now, Patch::Set(SafeNow::Unsure | SafeNow::No))
    }

    /// An entry that was taken with something left out is whole again once she went over its answers.
    fn changes_answers(&self) -> bool {
        let keeps = matches!(self.mood, Patch::Keep)
            && matches!(self.connection, Patch::Keep)
            && matches!(self.anxiety, Patch::Keep)
            && matches!(self.sleep_half_hours, Patch::Keep)
            && matches!(self.support, Patch::Keep)
            && matches!(self.sped_up, Patch::Keep)
            && matches!(self.safe_now, Patch::Keep)
            && matches!(self.contact_me, Patch::Keep);
        !keeps
    }
}

/// When an entry was felt, by a later word: not after now, and as far back as when it was stored.
fn felt_at(sent: Timestamp, recorded_at: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let ahead: SignedDuration = sent.duration_since(now);
    if ahead > SignedDuration::ZERO {
        return (ahead <= AHEAD).then_some(now);
    }
    (recorded_at.duration_since(sent) <= BACK).then_some(sent)
}
