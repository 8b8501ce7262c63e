//! How the answers of a questionnaire become a total: part of `instrument.rs`.
//!
//! Numbers that arrive keyed are never turned around; raw ones are, where an item runs the other way.

use serde::Deserialize;

use crate::rules::Severity;

/// Which end of the total is the heavier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is heavier.
    HigherWorse,
    /// Less is heavier.
    HigherBetter,
}

/// How a total is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The sum of the scored items.
    Sum,
    /// None; the bands read one item.
    SingleItem,
}

/// What the numbers that arrive are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// Keyed by who enters them: 0 is the lightest everywhere. The server never turns one around.
    KeyedSeverity,
    /// As ticked; the items that run the other way are turned around here.
    RawResponse,
}

/// Two bounds, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// Lowest.
    pub min: u16,
    /// Highest.
    pub max: u16,
}

/// A part of the items with a sum of its own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subscale {
    /// Its name.
    pub id: String,
    /// Whose items it adds.
    pub items: Vec<String>,
    /// The highest sum.
    pub max: u16,
    /// High from here on.
    pub high_from: u16,
    /// The line in an earlier publication.
    pub original_2001_high_from: Option<u16>,
    /// For who reads the file.
    pub note: Option<String>,
    /// How soon somebody should look when it is high.
    pub severity_when_high: Option<Level>,
}

/// A severity as it is written in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// When next looking.
    Notice,
    /// Within three days.
    FollowUp,
    /// Today.
    SameDay,
    /// Now.
    Urgent,
}

impl Level {
    /// The severity of a flag.
    pub fn severity(self) -> Severity {
        match self {
            Self::Notice => Severity::Notice,
            Self::FollowUp => Severity::FollowUp,
            Self::SameDay => Severity::SameDay,
            Self::Urgent => Severity::Urgent,
        }
    }
}

/// How the answers become a total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scoring {
    /// Sum or none.
    pub method: Method,
    /// Keyed or as ticked.
    pub input: Input,
    /// Turned around: the item's highest answer and its lowest, less what was ticked.
    pub reverse_items: Vec<String>,
    /// Of the total.
    pub range: Range,
    /// Which end is the heavier one.
    pub direction: Direction,
    /// The items that count; all of them when empty.
    pub total_items: Vec<String>,
    /// Parts with a sum of their own.
    pub subscales: Vec<Subscale>,
    /// Items that are hidden are left out, and the total is a share of what was possible.
    pub share_when_hidden: bool,
}
