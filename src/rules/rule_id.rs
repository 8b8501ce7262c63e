//! The rules by their names, and the families they belong to.
//!
//! A new rule begins here; whatever is to be said of each is asked for by the compiler.

use std::str::FromStr;

use super::severity::UnknownWord;

/// A rule by its name in the API, the database and `severities.json`.
#[derive(Copy, Clone, Eq, PartialEq, Ord, PartialOrd, Hash, Debug)]
pub enum RuleId {
    /// Answered that it may not be safe right now.
    NotSafe,
    /// The self-harm item of a questionnaire.
    SelfHarmItem,
    /// The harm item of a questionnaire.
    HarmItem,
    /// Things felt strange or unreal.
    Unreal,
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
    /// PHQ-9 over a line.
    Phq9,
    /// PHQ-2 over a line.
    Phq2,
    /// GAD-7 over a line.
    Gad7,
    /// GAD-2 over its line.
    Gad2,
    /// A yes to a Whooley question.
    Whooley,
    /// EPDS in the middle or higher.
    Epds,
    /// An EPDS may have been keyed wrongly.
    EpdsKeying,
    /// WHO-5 under its line.
    Who5,
    /// PASS over its line.
    Pass,
    /// MIBS over its line, or its watched item.
    Mibs,
    /// PBQ over a line.
    Pbq,
    /// A heavy weekly reflection.
    WeeklyReflection,
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
    /// The total of a questionnaire lies beyond its line.
    Questionnaire,
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
            Self::Questionnaire => "questionnaire",
            Self::Silence => "silence",
            Self::System => "system",
        }
    }
}

impl RuleId {
    /// Every rule, most pressing family first.
    pub const ALL: [Self; 26] = [
        Self::NotSafe,
        Self::SelfHarmItem,
        Self::HarmItem,
        Self::Unreal,
        Self::Elation,
        Self::ContactRequest,
        Self::UrgentTakenBack,
        Self::LowFirstDays,
        Self::SustainedLow,
        Self::LowConnection,
        Self::LowWithLittleSleep,
        Self::AnxietyStays,
        Self::Change,
        Self::Phq9,
        Self::Phq2,
        Self::Gad7,
        Self::Gad2,
        Self::Whooley,
        Self::Epds,
        Self::EpdsKeying,
        Self::Who5,
        Self::Pass,
        Self::Mibs,
        Self::Pbq,
        Self::WeeklyReflection,
        Self::Silence,
    ];

    /// The word used in the API, the database and `severities.json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotSafe => "not_safe",
            Self::SelfHarmItem => "self_harm_item",
            Self::HarmItem => "harm_item",
            Self::Unreal => "unreal",
            Self::Elation => "elation",
            Self::ContactRequest => "contact_request",
            Self::UrgentTakenBack => "urgent_taken_back",
            Self::LowFirstDays => "low_first_days",
            Self::SustainedLow => "sustained_low",
            Self::LowConnection => "low_connection",
            Self::LowWithLittleSleep => "low_with_little_sleep",
            Self::AnxietyStays => "anxiety_stays",
            Self::Change => "change",
            Self::Phq9 => "phq9",
            Self::Phq2 => "phq2",
            Self::Gad7 => "gad7",
            Self::Gad2 => "gad2",
            Self::Whooley => "whooley",
            Self::Epds => "epds",
            Self::EpdsKeying => "epds_keying",
            Self::Who5 => "who5",
            Self::Pass => "pass",
            Self::Mibs => "mibs",
            Self::Pbq => "pbq",
            Self::WeeklyReflection => "weekly_reflection",
            Self::Silence => "silence",
        }
    }

    /// The family the rule belongs to.
    pub fn family(self) -> Family {
        match self {
            Self::NotSafe | Self::SelfHarmItem | Self::HarmItem | Self::Unreal => Family::Danger,
            Self::Elation => Family::Elation,
            Self::ContactRequest => Family::AskedForIt,
            Self::UrgentTakenBack => Family::System,
            Self::LowFirstDays
            | Self::SustainedLow
            | Self::LowConnection
            | Self::LowWithLittleSleep
            | Self::AnxietyStays => Family::Level,
            Self::Phq9
            | Self::Phq2
            | Self::Gad7
            | Self::Gad2
            | Self::Whooley
            | Self::Epds
            | Self::EpdsKeying
            | Self::Who5
            | Self::Pass
            | Self::Mibs
            | Self::Pbq
            | Self::WeeklyReflection => Family::Questionnaire,
            Self::Change => Family::Change,
            Self::Silence => Family::Silence,
        }
    }

    /// Whether a practice may draw its lines looser or switch it off. What speaks of danger, of elation, of a request,
    /// or of what was taken back may only be made stricter.
    pub fn may_loosen(self) -> bool {
        match self.family() {
            Family::Danger | Family::Elation | Family::AskedForIt | Family::System => false,
            // A doubt about the key may hide the gravest item.
            Family::Questionnaire => self != Self::EpdsKeying,
            Family::Level | Family::Change | Family::Silence => true,
        }
    }

    /// Goes up with every change of what the rule raises, so that an old flag can be read as it was meant.
    pub fn version(self) -> u16 {
        match self {
            // From 2 on also one point above the line on three quarters of the days. Low mood also by the parent's own
            // usual, and judged again on day 14 after birth.
            Self::SustainedLow => 2,
            // From 3 on that close to the line takes 85 % of the days.
            Self::LowConnection => 3,
            // From 2 on the two lowest steps are measured from the parent's own usual.
            Self::Elation => 2,
            // From 2 on the last three days have to be worse together, against a usual of nineteen days.
            Self::Change => 2,
            // From 2 on a day later beside low days or a flag, and a week later where hardly a habit is known. From 3 on
            // a gap that she often has is not raised beside those either.
            Self::Silence => 3,
            // 2: a short form is taken in by the full scale of its window, and silent where that answered the same.
            Self::Phq9 | Self::Phq2 | Self::Gad7 | Self::Gad2 => 2,
            // 2: an item that a practice names is watched by itself.
            Self::Mibs => 2,
            _ => 1,
        }
    }
}

impl FromStr for RuleId {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == text).ok_or(UnknownWord)
    }
}
