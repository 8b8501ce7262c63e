//! One questionnaire that was filled in, as the rules see it: its answers by item, its local day, its instants.
//!
//! No wording is here: an item is known by its id alone. A missing answer is a gap and never a zero.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};

use super::settings::Settings;
use crate::id::ScreeningId;

/// One questionnaire that was filled in.
#[derive(Clone, Eq, PartialEq, Debug)]
pub struct Form {
    /// Which one.
    pub id: ScreeningId,
    /// The day it speaks from, in the zone it was filled in; computed once when it was stored.
    pub local_date: Date,
    /// When it was filled in.
    pub occurred_at: Timestamp,
    /// When it was first stored.
    pub recorded_at: Timestamp,
    /// When what it says was last said: when it was stored, or the change that said it anew.
    pub said_at: Timestamp,
    /// Never shown to a doula and no evidence towards her.
    pub private: bool,
    /// The instrument, by its id in `instruments.json`.
    pub instrument: String,
    /// The version of the instrument that it was scored by.
    pub version: String,
    /// What was answered, as it was sent, by item.
    pub answers: BTreeMap<String, u8>,
    /// The total at the time it was stored, never computed again; `None` when it is incomplete.
    pub total: Option<u16>,
    /// The highest total that what was asked could have come to.
    pub possible: u16,
    /// The sums of its parts, at that time.
    pub subscales: BTreeMap<String, u16>,
    /// The highest answer that speaks of harm to herself.
    pub self_harm: Option<u8>,
    /// The highest answer that speaks of harm to the baby or somebody else.
    pub harm: Option<u8>,
    /// The answer to the item that the practice has watched.
    pub watched: Option<u8>,
    /// The numbers look as if they had been keyed wrongly, and nobody confirmed them.
    pub keying_doubt: bool,
    /// Something was missing or out of range.
    pub incomplete: bool,
    /// It holds an answer that is urgent by itself.
    pub danger_answer: bool,
}

/// The highest answer to an item that is watched by itself; `None` where none is, or none of them was answered.
pub fn watched(instrument: &str, answers: &BTreeMap<String, u8>, settings: &Settings) -> Option<u8> {
    let named = |item: &str| item.parse().is_ok_and(|item| settings.watches(item));
    let watched = answers.iter().filter(|(item, _)| instrument == "mibs" && named(item));
    watched.map(|(_, answer)| *answer).max()
}

/// Whether an instrument is about a baby: of it nothing is asked and nothing is said after a loss, or while every baby is
/// hidden (clinical table: bonding scales).
pub fn about_a_baby(instrument: &str) -> bool {
    matches!(instrument, "mibs" | "pbq")
}
