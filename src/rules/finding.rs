//! What a rule says when it has something to say: which rule, how grave, why, and on what evidence.
//!
//! A finding is not a flag: it lives as long as one evaluation. Storage turns it into a new flag
//! or into more evidence for the one that is open.

use std::str::FromStr;

use jiff::{Timestamp, civil::Date};

use super::{
    entry::Entry,
    form::Form,
    reason::Reason,
    severity::{Severity, UnknownWord},
    source::Source,
    trigger::Trigger,
};

/// A rule by its name in the API, the database and `severities.json`.
#[derive(Copy, Clone, Eq, PartialEq, Ord, PartialOrd, Hash, Debug)]
pub enum RuleId {
    /// Answered that it may not be safe right now.
    NotSafe,
    /// High mood or energy on little sleep.
    Elation,
    /// Asked to be contacted.
    ContactRequest,
    /// What made a flag urgent was changed or taken away.
    UrgentTakenBack,
    /// Low mood on some of the first days after birth.
    LowFirstDays,
    /// Low mood on most answered days of two weeks.
    SustainedLow,
    /// Low connection on most answered days of two weeks.
    LowConnection,
    /// Low mood with very little sleep on some of the last days.
    LowWithLittleSleep,
    /// High anxiety on most answered days of two weeks.
    AnxietyStays,
    /// A measure moved away from the parent's own usual and stays away.
    Change,
    /// No answer for longer than is usual.
    Silence,
}

/// Rules that answer the same kind of question; precedence is said between families.
#[derive(Copy, Clone, Eq, PartialEq, Hash, Debug)]
pub enum Family {
    /// Someone may be in danger.
    Danger,
    /// Too high with too little sleep.
    Elation,
    /// The parent asked.
    AskedForIt,
    /// A measure stays beyond a fixed line.
    Level,
    /// A measure left what is usual for this parent.
    Change,
    /// Nothing is said any more.
    Silence,
    /// Raised by what was done with entries, not by what they say.
    System,
}

impl Family {
    /// The word used in `severities.json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Danger => "danger",
            Self::Elation => "elation",
            Self::AskedForIt => "asked_for_it",
            Self::Level => "level",
            Self::Change => "change",
            Self::Silence => "silence",
            Self::System => "system",
        }
    }
}

impl RuleId {
    /// Every rule, most pressing family first.
    pub const ALL: [Self; 11] = [
        Self::NotSafe,
        Self::Elation,
        Self::ContactRequest,
        Self::UrgentTakenBack,
        Self::LowFirstDays,
        Self::SustainedLow,
        Self::LowConnection,
        Self::LowWithLittleSleep,
        Self::AnxietyStays,
        Self::Change,
        Self::Silence,
    ];

    /// The word used in the API, the database and `severities.json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotSafe => "not_safe",
            Self::Elation => "elation",
            Self::ContactRequest => "contact_request",
            Self::UrgentTakenBack => "urgent_taken_back",
            Self::LowFirstDays => "low_first_days",
            Self::SustainedLow => "sustained_low",
            Self::LowConnection => "low_connection",
            Self::LowWithLittleSleep => "low_with_little_sleep",
            Self::AnxietyStays => "anxiety_stays",
            Self::Change => "change",
            Self::Silence => "silence",
        }
    }

    /// The family the rule belongs to.
    pub fn family(self) -> Family {
        match self {
            Self::NotSafe => Family::Danger,
            Self::Elation => Family::Elation,
            Self::ContactRequest => Family::AskedForIt,
            Self::UrgentTakenBack => Family::System,
            Self::LowFirstDays
            | Self::SustainedLow
            | Self::LowConnection
            | Self::LowWithLittleSleep
            | Self::AnxietyStays => Family::Level,
            Self::Change => Family::Change,
            Self::Silence => Family::Silence,
        }
    }

    /// Whether a practice may draw its lines looser or switch it off. What speaks of danger, of elation, of a request,
    /// or of what was taken back may only be made stricter.
    pub fn may_loosen(self) -> bool {
        match self.family() {
            Family::Danger | Family::Elation | Family::AskedForIt | Family::System => false,
            Family::Level | Family::Change | Family::Silence => true,
        }
    }

    /// Goes up with every change of what the rule raises, so that an old flag can be read as it was meant.
    pub fn version(self) -> u16 {
        match self {
            Self::NotSafe
            | Self::Elation
            | Self::ContactRequest
            | Self::UrgentTakenBack
            | Self::LowFirstDays
            | Self::LowWithLittleSleep
            | Self::AnxietyStays
            | Self::Change
            | Self::Silence => 1,
            // From 2 on also one point above the line on three quarters of the days. Low mood also by the parent's own
            // usual, and judged again on day 14 after birth.
            Self::SustainedLow | Self::LowConnection => 2,
        }
    }
}

impl FromStr for RuleId {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == text).ok_or(UnknownWord)
    }
}

/// One thing that a finding rests on.
#[derive(Copy, Clone, Eq, PartialEq, Hash, Debug)]
pub struct Evidence {
    /// What it is.
    pub source: Source,
    /// The local day it was felt or filled in on.
    pub local_date: Date,
    /// When what it says was last said.
    pub said_at: Timestamp,
    /// Private evidence counts towards the parent's view only.
    pub private: bool,
}

impl From<&Entry> for Evidence {
    fn from(entry: &Entry) -> Self {
        Self {
            source: entry.id.into(),
            local_date: entry.local_date,
            said_at: entry.said_at,
            private: entry.private,
        }
    }
}

impl From<&Form> for Evidence {
    fn from(form: &Form) -> Self {
        Self {
            source: form.id.into(),
            local_date: form.local_date,
            said_at: form.said_at,
            private: form.private,
        }
    }
}

/// A rule's verdict on one trigger.
#[derive(Clone, Eq, PartialEq, Debug)]
pub struct Finding {
    /// Which rule.
    pub rule: RuleId,
    /// The version of the rule that decided.
    pub version: u16,
    /// How soon somebody should look.
    pub severity: Severity,
    /// Why, as parameters; words are made per reader.
    pub reason: Reason,
    /// What it rests on, earliest felt first; the trigger is always among it, unless it is a day.
    pub evidence: Vec<Evidence>,
    /// What triggered it carries an answer that is urgent by itself.
    pub danger_answer: bool,
    /// When what triggered it is private: a doula with `private_danger` is told of this, without content.
    pub private_danger: bool,
}

impl Finding {
    /// What a person follows up when she closes a flag of this: the trigger, or of a day the latest of what it
    /// rests on.
    pub fn anchor(&self, trigger: &Trigger) -> Option<Source> {
        trigger.source().or_else(|| self.evidence.last().map(|piece| piece.source))
    }

    /// A finding for this reason on these entries; the trigger is added when it is not among them.
    /// `private_danger` starts as false, and the rules that need it set it.
    pub fn resting_on<'a>(
        severity: Severity,
        reason: Reason,
        mut entries: Vec<&'a Entry>,
        trigger: &'a Entry,
    ) -> Self {
        if !entries.iter().any(|entry| entry.id == trigger.id) {
            entries.push(trigger);
        }
        entries.sort_by_key(|entry| (entry.occurred_at, entry.id));
        let evidence = entries.into_iter().map(Evidence::from).collect();
        Self { danger_answer: trigger.has_danger_answer(), ..Self::of_day(severity, reason, evidence) }
    }

    /// A finding on a day without an answer, for this reason and resting on this, earliest first.
    pub fn of_day(severity: Severity, reason: Reason, evidence: Vec<Evidence>) -> Self {
        let rule = reason.rule();
        Self {
            rule,
            version: rule.version(),
            severity,
            reason,
            evidence,
            danger_answer: false,
            private_danger: false,
        }
    }
}
