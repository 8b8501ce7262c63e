//! A flag and its parts: the parent's truth, the part that rests on shared entries, the private mark.
//!
//! The truth rests on all evidence and is for the parent alone. A doula sees the shared part, and the private
//! mark only as far as the parent allowed it. Who sees which part is decided in `visibility`.

use std::str::FromStr;

use jiff::Timestamp;

use super::lifecycle::State;
use crate::{
    id::{FlagId, UserId},
    rules::{Reason, RuleId, Severity, UnknownWord},
};

/// Something that asks for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Which one.
    pub id: FlagId,
    /// Whose.
    pub parent: UserId,
    /// The rule that raised it.
    pub rule: RuleId,
    /// The version of the rule that spoke last.
    pub version: i32,
    /// Over all evidence; never falls by itself.
    pub severity: Severity,
    /// Over all evidence.
    pub reason: Reason,
    /// When somebody should have acted, over all evidence.
    pub due_at: Timestamp,
    /// What rests on shared entries; absent while all of it is private.
    pub shared: Option<SharedPart>,
    /// Present when something private in it asks for a person.
    pub private: Option<PrivatePart>,
    /// Where it stands.
    pub state: State,
    /// When it was opened.
    pub raised_at: Timestamp,
    /// When evidence last came.
    pub last_seen_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Goes up with every change.
    pub revision: i64,
}

/// What a flag says to those who see shared entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedPart {
    /// Over shared evidence.
    pub severity: Severity,
    /// Over shared evidence; absent when only general words may be said.
    pub reason: Option<Reason>,
    /// When somebody should have acted.
    pub due_at: Timestamp,
    /// When the first shared evidence came.
    pub at: Timestamp,
}

/// The contentless part: something private asks for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrivatePart {
    /// `same_day` or `urgent`.
    pub severity: Severity,
    /// When somebody should have acted.
    pub due_at: Timestamp,
    /// When the latest such entry was recorded.
    pub at: Timestamp,
}

/// What happened to a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// It was opened.
    Raised,
    /// Evidence was added.
    Evidence,
    /// It weighs more than before, for somebody.
    Severity,
    /// A new danger answer came.
    Danger,
    /// A doula took a step.
    Transition,
    /// It came back from a snooze.
    SnoozeEnded,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Raised, Self::Evidence, Self::Severity, Self::Danger, Self::Transition, Self::SnoozeEnded];

    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Evidence => "evidence",
            Self::Severity => "severity",
            Self::Danger => "danger",
            Self::Transition => "transition",
            Self::SnoozeEnded => "snooze_ended",
        }
    }
}

impl FromStr for EventKind {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or(UnknownWord)
    }
}
