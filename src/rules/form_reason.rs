//! Why a rule about a questionnaire spoke, as parameters; part of `reason.rs`.
//!
//! An instrument is named by its id, an item never by its words.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{finding::Family, reason::Reason};

/// An answer of a questionnaire that counts by itself, or a doubt about the whole of it.
#[derive(Clone, Eq, PartialEq, Debug, Serialize, Deserialize)]
pub struct FormItem {
    /// The instrument.
    pub instrument: String,
    /// The local day.
    pub on: Date,
}

/// Things felt unreal.
#[derive(Copy, Clone, Eq, PartialEq, Debug, Serialize, Deserialize)]
pub struct UnrealDays {
    /// What was answered, 0 to 4.
    pub answer: u8,
    /// The local day of the questionnaire.
    pub on: Date,
    /// The day of a check-in with little sleep, or of being sped up, within two days.
    pub beside: Option<Date>,
}

/// What of a questionnaire lies beyond its line.
#[derive(Copy, Clone, Eq, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormStep {
    /// The total.
    Total,
    /// The total, for the second time.
    Again,
    /// The total, and the same was not asked again in time.
    Late,
    /// One part of the items.
    Part,
    /// One item that the practice has watched.
    Item,
}

/// A total beyond its line.
#[derive(Clone, Eq, PartialEq, Debug, Serialize, Deserialize)]
pub struct FormTotal {
    /// What lies beyond its line.
    pub step: FormStep,
    /// The total when it was stored.
    pub total: u16,
    /// What it could have come to.
    pub possible: u16,
    /// The local day.
    pub on: Date,
}

impl Reason {
    /// Whether it rests on questionnaires, so that the scope for these decides who sees its values.
    pub fn of_questionnaires(&self) -> bool {
        self.rule().family() == Family::Questionnaire
            || matches!(self, Self::SelfHarmItem(_) | Self::HarmItem(_) | Self::Unreal(_))
    }

    /// Whether it tells of values of a check-in.
    pub fn of_check_ins(&self) -> bool {
        match self {
            Self::Unreal(days) => days.beside.is_some(),
            _ => !self.of_questionnaires(),
        }
    }
}
