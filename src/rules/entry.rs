//! One check-in as the rules see it: its values, its local day, its two instants.
//!
//! Free text is not here and never will be: no rule reads notes. A value that was not given is
//! `None`, which is a gap and never a zero.

use std::str::FromStr;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::severity::UnknownWord;
use crate::id::CheckInId;

/// The answer to "are you safe right now".
#[derive(Copy, Clone, Eq, PartialEq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SafeNow {
    /// Safe.
    Yes,
    /// Not sure; weighs as much as a no.
    Unsure,
    /// Not safe.
    No,
}

impl SafeNow {
    /// Every answer.
    pub const ALL: [Self; 3] = [Self::Yes, Self::Unsure, Self::No];

    /// The word used in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Unsure => "unsure",
            Self::No => "no",
        }
    }
}

impl FromStr for SafeNow {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|answer| answer.as_str() == text).ok_or(UnknownWord)
    }
}

/// A measure that has one point per local day, the mean of what was given on it.
#[derive(Copy, Clone, Eq, PartialEq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// 0 to 10, low is bad; 10 is "as high as I can imagine", which is not the same as well.
    Mood,
    /// 0 to 10, low is far away.
    Connection,
    /// 0 to 10, high is bad.
    Anxiety,
    /// 0 to 10, low is alone.
    Support,
    /// Half hours of sleep in the last 24 hours, 0 to 48.
    SleepHalfHours,
}

/// One check-in. Missing values are gaps.
#[derive(Clone, Eq, PartialEq, Debug)]
pub struct Entry {
    /// Which check-in this is.
    pub id: CheckInId,
    /// The day it was felt on, in the zone it was felt in; computed once when it was stored.
    pub local_date: Date,
    /// When it was felt.
    pub occurred_at: Timestamp,
    /// When it was first stored. Later than `occurred_at` for a backdated entry.
    pub recorded_at: Timestamp,
    /// When what it says was last said: when it was stored, or the edit that said it anew.
    pub said_at: Timestamp,
    /// Never shown to a doula and no evidence towards her.
    pub private: bool,
    /// 0 to 10. Absent only in an incomplete entry that was kept for its danger answer.
    pub mood: Option<u8>,
    /// 0 to 10.
    pub connection: Option<u8>,
    /// 0 to 10.
    pub anxiety: Option<u8>,
    /// Sleep in the last 24 hours, all stretches added, in half hours: 9 is 4.5 h.
    pub sleep_half_hours: Option<u8>,
    /// 0 to 10.
    pub support: Option<u8>,
    /// Unusually full of energy, hardly needing sleep.
    pub sped_up: Option<bool>,
    /// Safe right now.
    pub safe_now: Option<SafeNow>,
    /// Asks to be contacted.
    pub contact_me: Option<bool>,
}

impl Entry {
    /// What was given for a measure, if anything.
    pub fn value(&self, measure: Measure) -> Option<u8> {
        match measure {
            Measure::Mood => self.mood,
            Measure::Connection => self.connection,
            Measure::Anxiety => self.anxiety,
            Measure::Support => self.support,
            Measure::SleepHalfHours => self.sleep_half_hours,
        }
    }

    /// True when an answer raises `urgent` by itself, whatever else is in the entry or missing from it.
    pub fn has_danger_answer(&self) -> bool {
        matches!(self.safe_now, Some(SafeNow::Unsure | SafeNow::No))
    }
}
