//! Reading a check-in: every mistake at once, and danger first.
//!
//! A danger answer outweighs every other mistake in its body: the entry is taken, marked as incomplete, and each
//! part that could not be read is named in a warning.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::day::felt_at;
use crate::{
    error::{FieldProblem, Place, Result},
    http::{
        field::{Fault, Field, Reader, Wire},
        json,
        value::{Instant, Line, List, Text, Whole, Zone, word},
    },
    id::BabyId,
    rules::SafeNow,
};

pub(super) type Scale = Whole<0, 10>;

/// A value of a scale as it is kept.
pub(super) fn scale(value: Scale) -> u8 {
    // In range by its type.
    u8::try_from(value.0).unwrap_or_default()
}

/// How you are. Only `mood` is required.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"mood": 6, "connection": 4, "anxiety": 3, "sleep_hours": 4.5, "note": "A long night."}))]
pub struct NewCheckIn {
    /// How you feel, from 0 to 10. The top is the highest you can think of; it does not mean that you are well.
    #[serde(default)]
    #[schema(value_type = i32, minimum = 0, maximum = 10, required = true)]
    mood: Field<Scale>,
    /// How connected you feel with your baby; 0 is an allowed answer.
    #[serde(default)]
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 10)]
    connection: Field<Scale>,
    /// How anxious you feel; 10 is the worst.
    #[serde(default)]
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 10)]
    anxiety: Field<Scale>,
    /// Hours slept over the last 24, all stretches added, in half hours.
    #[serde(default)]
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 24, multiple_of = 0.5)]
    sleep_hours: Field<HalfHours>,
    /// How supported you feel.
    #[serde(default)]
    #[schema(value_type = Option<i32>, minimum = 0, maximum = 10)]
    support: Field<Scale>,
    /// Unusually full of energy, hardly needing sleep.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    sped_up: Field<bool>,
    /// Are you and your baby safe right now? `yes`, `unsure` or `no`. `unsure` and `no` are danger answers:
    /// the entry is then taken whatever else is wrong with it, and the reply shows help.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    safe_now: Field<SafeNow>,
    /// Please get in touch with me.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    contact_me: Field<bool>,
    /// Your words. Nobody reads this at once; if you may not be safe, answer `safe_now`.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 4000)]
    note: Field<Text<0, 4000>>,
    /// Up to ten words of yours.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, max_items = 10)]
    tags: Field<List<Line<1, 40>, 10>>,
    /// Which of your babies it is about.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Uuid)]
    baby_id: Field<BabyId>,
    /// Keep this entry from your doula; no when left out.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    private: Field<bool>,
    /// When you felt so; up to 14 days back. Up to ten minutes ahead is taken as now.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    occurred_at: Field<Instant>,
    /// Where you were; your profile's zone when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "time-zone", min_length = 1, max_length = 64)]
    time_zone: Field<Zone>,
    #[serde(flatten)]
    #[schema(ignore)]
    rest: BTreeMap<String, Value>,
}

/// Hours in steps of one half, from 0 to 24, kept as half hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HalfHours(pub(super) u8);

impl Wire for HalfHours {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        let hours = value.as_f64().ok_or_else(|| Fault::wrong_type("a number of hours"))?;
        let halves = hours * 2.0;
        if !(0.0..=48.0).contains(&halves) || halves.fract() != 0.0 {
            return Err(Fault::new("out_of_range", "Must be from 0 to 24 in steps of 0.5."));
        }
        // Exact: a whole number from 0 to 48.
        Ok(Self(halves as u8))
    }
}

impl Wire for SafeNow {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        word(value, &["yes", "unsure", "no"])
    }
}

impl Wire for BabyId {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        let text = value.as_str().ok_or_else(|| Fault::wrong_type("an id that belongs to you"))?;
        text.parse().map_err(|_| unknown_baby_fault())
    }
}

pub(super) fn unknown_baby_fault() -> Vec<Fault> {
    // In words that may stand in any reply, after a loss too.
    Fault::new("unknown_baby", "Must be an id that belongs to you.")
}

/// The answers of one check-in, all within their bounds.
#[derive(Clone, PartialEq)]
pub struct Answers {
    pub(super) mood: Option<u8>,
    pub(super) connection: Option<u8>,
    pub(super) anxiety: Option<u8>,
    pub(super) sleep_half_hours: Option<u8>,
    pub(super) support: Option<u8>,
    pub(super) sped_up: Option<bool>,
    pub(super) safe_now: Option<SafeNow>,
    pub(super) contact_me: Option<bool>,
    pub(super) note: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) baby: Option<BabyId>,
    pub(super) private: bool,
    pub(super) occurred_at: Timestamp,
    pub(super) time_zone: Option<String>,
}

/// A check-in that is taken, with what had to be left out.
#[derive(Clone, PartialEq)]
pub struct Submission {
    /// What it says.
    pub answers: Answers,
    /// What was left out; empty unless the entry carries a danger answer.
    pub left_out: Vec<FieldProblem>,
}

impl Submission {
    /// Reads a body. `baby_is_hers` tells whether a baby belongs to the sender.
    ///
    /// # Errors
    /// 422 with every wrong field, unless the body carries a danger answer.
    pub fn read(
        object: Map<String, Value>,
        now: Timestamp,
        baby_is_hers: impl Fn(BabyId) -> bool,
    ) -> Result<Self> {
        let wire: NewCheckIn = json::into_wire(object)?;
        let mut reader = Reader::default();
        reader.unknown(&wire.rest);
        let words_may_be_seen = !matches!(wire.private, Field::Wrong(_));
        let mut answers = Answers {
            mood: reader.required("mood", wire.mood).map(scale),
            connection: reader.optional("connection", wire.connection).map(scale),
            anxiety: reader.optional("anxiety", wire.anxiety).map(scale),
            sleep_half_hours: reader.optional("sleep_hours", wire.sleep_hours).map(|hours| hours.0),
            support: reader.optional("support", wire.support).map(scale),
            sped_up: reader.optional("sped_up", wire.sped_up),
            safe_now: reader.optional("safe_now", wire.safe_now),
            contact_me: reader.optional("contact_me", wire.contact_me),
            note: reader.optional("note", wire.note).map(|note| note.0).filter(|note| !note.is_empty()),
            tags: reader
                .optional("tags", wire.tags)
                .map(|tags| tags.0.into_iter().map(|tag| tag.0).collect())
                .unwrap_or_default(),
            baby: reader.optional("baby_id", wire.baby_id),
            private: reader.optional("private", wire.private).unwrap_or(false),
            occurred_at: now,
            time_zone: reader.optional("time_zone", wire.time_zone).map(|zone| zone.0),
        };
        if answers.baby.is_some_and(|baby| !baby_is_hers(baby)) {
            answers.baby = None;
            for fault in unknown_baby_fault() {
                reader.wrong("/baby_id", fault.code, fault.detail);
            }
        }
        if let Some(Instant(sent)) = reader.optional("occurred_at", wire.occurred_at) {
            match felt_at(sent, now) {
                Some(felt) => answers.occurred_at = felt,
                None => reader.wrong("/occurred_at", "out_of_range", "Must lie in the last 14 days."),
            }
        }
        let danger = matches!(answers.safe_now, Some(SafeNow::Unsure | SafeNow::No));
        if !danger {
            reader.finish()?;
            return Ok(Self { answers, left_out: Vec::new() });
        }
        if !words_may_be_seen {
            // The danger must reach somebody; her words must not reach eyes that she may not have chosen.
            let had = [("/note", answers.note.take().is_some()), ("/tags", !answers.tags.is_empty())];
            answers.tags.clear();
            for (pointer, _) in had.iter().filter(|(_, had)| *had) {
                reader.wrong(
                    pointer,
                    "left_out",
                    "Left out, because it could not be told whether this entry is private.",
                );
            }
        }
        Ok(Self { answers, left_out: reader.into_problems() })
    }

    /// Notes something else that was wrong with the request and is overlooked because of the danger answer.
    pub fn overlook(&mut self, code: &'static str, detail: &str) {
        let detail = detail.to_owned().into();
        self.left_out.push(FieldProblem { place: Place::Pointer(String::new()), code, detail });
    }

    /// Whether the entry carries a danger answer.
    pub fn has_danger_answer(&self) -> bool {
        matches!(self.answers.safe_now, Some(SafeNow::Unsure | SafeNow::No))
    }

    /// Whether something of it was left out.
    pub fn is_incomplete(&self) -> bool {
        !self.left_out.is_empty()
    }
}

/// Whether a body carries a danger answer, whatever else is in it.
pub(super) fn carries_danger(object: &Map<String, Value>) -> bool {
    let answer = object.get("safe_now").map(SafeNow::read);
    matches!(answer, Some(Ok(SafeNow::Unsure | SafeNow::No)))
}

/// The baby that a body names, if it names one in a readable way.
pub(super) fn named_baby(object: &Map<String, Value>) -> Option<BabyId> {
    object.get("baby_id")?.as_str()?.parse().ok()
}
