//! Why a rule spoke, as parameters: numbers, days and words from fixed lists, never a sentence.
//!
//! Stored as JSON text beside the flag and read back for every reader, so that what a doula may
//! see is decided when she looks. `wording.rs` turns it into words. What an older or newer
//! version wrote and this one does not know is an error for the caller, not a guess.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    elation::ElationStep,
    entry::{Measure, SafeNow},
    finding::RuleId,
    form_reason::{FormItem, FormTotal, UnrealDays},
    silence::QuietDays,
};

/// Stored text that is no reason this version knows.
#[derive(Debug)]
pub struct UnknownReason(serde_json::Error);

impl std::fmt::Display for UnknownReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The cause may quote stored values; the category says enough for a log.
        write!(f, "not a reason this version knows ({:?})", self.0.classify())
    }
}

impl std::error::Error for UnknownReason {}

/// How many answered days of a window were low.
#[derive(Copy, Clone, Eq, PartialEq, Debug, Serialize, Deserialize)]
pub struct LowDays {
    /// A day counts as low at this value or below, 0 to 10.
    pub line: u8,
    /// Days at the line or below.
    pub low: u16,
    /// Days with an answer.
    pub answered: u16,
    /// First day of the window.
    pub from: Date,
    /// Last day of the window.
    pub to: Date,
}

/// How many days of a window were low and short of sleep.
#[derive(Copy, Clone, Eq, PartialEq, Debug, Serialize, Deserialize)]
pub struct LowShortDays {
    /// A day counts with a mood at this value or below, 0 to 10,
    pub line: u8,
    /// and with less sleep than this, in half hours.
    pub sleep_line_half_hours: u8,
    /// Days that count.
    pub days: u16,
    /// First day of the window.
    pub from: Date,
    /// Last day of the window.
    pub to: Date,
}

/// How many answered days of a window were high.
#[derive(Copy, Clone, Eq, PartialEq, Debug, Serialize, Deserialize)]
pub struct HighDays {
    /// A day counts as high at this value or above, 0 to 10.
    pub line: u8,
    /// Days at the line or above.
    pub high: u16,
    /// Days with an answer.
    pub answered: u16,
    /// First day of the window.
    pub from: Date,
    /// Last day of the window.
    pub to: Date,
}

/// How far the days of a stretch lay from what is usual for a parent.
#[derive(Copy, Clone, Eq, PartialEq, Debug, Serialize, Deserialize)]
pub struct AwayFromUsual {
    /// Of which measure.
    pub measure: Measure,
    /// What is usual for her, in tenths of a point.
    pub usual_tenths: u16,
    /// Mean of the days of the stretch, in tenths of a point.
    pub mean_tenths: u16,
    /// Answered days of the stretch.
    pub days: u16,
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// Answered days of which the usual is made; few of them say less.
    pub made_of_days: u16,
    /// The first of those.
    pub made_from: Date,
}

/// Why a rule spoke. The tag is the rule's name.
#[derive(Clone, Eq, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Reason {
    /// The safety question was not answered with yes.
    NotSafe {
        /// What was answered.
        answer: SafeNow,
        /// The local day.
        on: Date,
    },
    /// High mood or energy on little sleep.
    Elation {
        /// The gravest step the entry takes part in.
        step: ElationStep,
        /// Mood of the entry, 0 to 10.
        mood: Option<u8>,
        /// Sleep of the entry in half hours.
        sleep_half_hours: Option<u8>,
        /// The local day of the entry.
        on: Date,
        /// For a step of two days: the nearest other day, the earlier one when both sides are as near.
        other_day: Option<Date>,
    },
    /// Asked to be contacted.
    ContactRequest {
        /// The local day.
        on: Date,
    },
    /// What made a flag urgent was changed or taken away.
    UrgentTakenBack {
        /// The local day on which it was.
        on: Date,
    },
    /// Low mood on some of the first days after birth.
    LowFirstDays(LowDays),
    /// Low mood on most answered days.
    SustainedLow(LowDays),
    /// Low connection on most answered days.
    LowConnection(LowDays),
    /// Low mood with very little sleep on some of the last days.
    LowWithLittleSleep(LowShortDays),
    /// High anxiety on most answered days.
    AnxietyStays(HighDays),
    /// Away from her own usual.
    Change(AwayFromUsual),
    /// No answer for longer than is usual.
    Silence(QuietDays),
    /// The self-harm item of a questionnaire.
    SelfHarmItem(FormItem),
    /// The harm item of a questionnaire.
    HarmItem(FormItem),
    /// Things felt strange or unreal.
    Unreal(UnrealDays),
    /// An EPDS may have been keyed wrongly.
    EpdsKeying(FormItem),
    /// PHQ-9 over a line.
    Phq9(FormTotal),
    /// PHQ-2 over a line.
    Phq2(FormTotal),
    /// GAD-7 over a line.
    Gad7(FormTotal),
    /// GAD-2 over its line.
    Gad2(FormTotal),
    /// A yes to a Whooley question.
    Whooley(FormTotal),
    /// EPDS in the middle or higher.
    Epds(FormTotal),
    /// WHO-5 under its line.
    Who5(FormTotal),
    /// PASS over its line.
    Pass(FormTotal),
    /// MIBS over its line, or its watched item.
    Mibs(FormTotal),
    /// PBQ over a line.
    Pbq(FormTotal),
    /// A heavy weekly reflection.
    WeeklyReflection(FormTotal),
}

impl Reason {
    /// The rule this is a reason of.
    pub fn rule(&self) -> RuleId {
        match self {
            Self::NotSafe { .. } => RuleId::NotSafe,
            Self::Elation { .. } => RuleId::Elation,
            Self::ContactRequest { .. } => RuleId::ContactRequest,
            Self::UrgentTakenBack { .. } => RuleId::UrgentTakenBack,
            Self::LowFirstDays(_) => RuleId::LowFirstDays,
            Self::SustainedLow(_) => RuleId::SustainedLow,
            Self::LowConnection(_) => RuleId::LowConnection,
            Self::LowWithLittleSleep(_) => RuleId::LowWithLittleSleep,
            Self::AnxietyStays(_) => RuleId::AnxietyStays,
            Self::Change(_) => RuleId::Change,
            Self::Silence(_) => RuleId::Silence,
            Self::SelfHarmItem(_) => RuleId::SelfHarmItem,
            Self::HarmItem(_) => RuleId::HarmItem,
            Self::Unreal(_) => RuleId::Unreal,
            Self::EpdsKeying(_) => RuleId::EpdsKeying,
            Self::Phq9(_) => RuleId::Phq9,
            Self::Phq2(_) => RuleId::Phq2,
            Self::Gad7(_) => RuleId::Gad7,
            Self::Gad2(_) => RuleId::Gad2,
            Self::Whooley(_) => RuleId::Whooley,
            Self::Epds(_) => RuleId::Epds,
            Self::Who5(_) => RuleId::Who5,
            Self::Pass(_) => RuleId::Pass,
            Self::Mibs(_) => RuleId::Mibs,
            Self::Pbq(_) => RuleId::Pbq,
            Self::WeeklyReflection(_) => RuleId::WeeklyReflection,
        }
    }

    /// First and last day of the window whose days it counts; `None` when it speaks of single entries.
    pub fn counted_days(&self) -> Option<(Date, Date)> {
        match self {
            Self::LowFirstDays(days) | Self::SustainedLow(days) | Self::LowConnection(days) => {
                Some((days.from, days.to))
            }
            Self::LowWithLittleSleep(days) => Some((days.from, days.to)),
            Self::AnxietyStays(days) => Some((days.from, days.to)),
            // Its sentence tells of the usual too, and so of the days of which that is made.
            Self::Change(away) => Some((away.made_from, away.to)),
            _ => None,
        }
    }

    /// The text to store.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect(
            "a reason holds numbers, days and fixed words under text keys, which JSON can always carry",
        )
    }

    /// What was stored. Fields that this version does not know are passed over.
    ///
    /// # Errors
    /// The rule, a word or a needed field is unknown to this version, or the text is no JSON.
    pub fn from_json(text: &str) -> Result<Self, UnknownReason> {
        serde_json::from_str(text).map_err(UnknownReason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::sample::one_of_each_reason;

    #[test]
    fn what_was_stored_reads_back_under_its_rule() {
        for reason in one_of_each_reason() {
            let text = reason.to_json();
            assert!(text.contains(&format!("\"rule\":\"{}\"", reason.rule().as_str())), "{text}");
            assert_eq!(Reason::from_json(&text).expect("just written"), reason);
        }
    }

    #[test]
    fn the_stored_form_does_not_drift() {
        assert_eq!(
            one_of_each_reason()[1].to_json(),
            r#"{"rule":"not_safe","answer":"no","on":"2026-11-23"}"#
        );
        let stored = r#"{"rule":"sustained_low","line":3,"low":9,"answered":11,"from":"2026-11-10","to":"2026-11-23"}"#;
        assert_eq!(Reason::from_json(stored).expect("known").to_json(), stored);
        for stored in [
            r#"{"rule":"low_first_days","line":3,"low":3,"answered":4,"from":"2026-11-19","to":"2026-11-23"}"#,
            r#"{"rule":"low_with_little_sleep","line":3,"sleep_line_half_hours":8,"days":3,"from":"2026-11-19","to":"2026-11-23"}"#,
            r#"{"rule":"change","measure":"mood","usual_tenths":68,"mean_tenths":32,"days":6,"from":"2026-11-17","to":"2026-11-23","made_of_days":16,"made_from":"2026-10-20"}"#,
            r#"{"rule":"anxiety_stays","line":8,"high":9,"answered":11,"from":"2026-11-10","to":"2026-11-23"}"#,
        ] {
            assert_eq!(Reason::from_json(stored).expect("known").to_json(), stored);
        }
        let stored = r#"{"rule":"silence","heard":"2026-11-18","since":"2026-11-16","on":"2026-11-23","step":"second","low":true}"#;
        assert_eq!(Reason::from_json(stored).expect("known").to_json(), stored);
        let stored = r#"{"rule":"elation","step":"high_little_sleep","mood":8,"sleep_half_hours":8,"on":"2026-11-23","other_day":null}"#;
        assert_eq!(Reason::from_json(stored).expect("known").to_json(), stored);
    }

    #[test]
    fn a_newer_field_is_passed_over_and_a_newer_rule_is_an_error() {
        assert!(Reason::from_json(r#"{"rule":"contact_request","on":"2026-11-23","by":"phone"}"#).is_ok());
        for unknown in [
            r#"{"rule":"epds","total":13}"#,
            r#"{"rule":"not_safe","answer":"perhaps","on":"2026-11-23"}"#,
            r#"{"rule":"not_safe","on":"2026-11-23"}"#,
            "",
        ] {
            assert!(Reason::from_json(unknown).is_err(), "{unknown}");
        }
    }

    #[test]
    fn the_error_quotes_nothing_that_was_stored() {
        let error = Reason::from_json(r#"{"rule":"marker-4711"}"#).expect_err("no such rule");
        assert!(!error.to_string().contains("4711"));
    }
}
