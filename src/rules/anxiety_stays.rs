//! Anxiety that is high on most answered days of two weeks.
//!
//! The same days, gaps and share as for a level that stays low; a notice only, worth
//! asking about in the next conversation.

use super::{
    Context,
    entry::Measure,
    finding::Finding,
    level::{MostDays, most_days},
    reason::{HighDays, Reason},
    severity::Severity,
    trigger::Trigger,
};

/// High is 8 of 10 or above (product decision).
const HIGH: u8 = 8;

/// When the doula looks next (product decision).
pub const SEVERITY: Severity = Severity::Notice;

/// `anxiety_stays`: anxiety at the line or above on most answered days, from day 14 after birth on.
pub fn anxiety_stays(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let trigger = trigger.entry()?;
    let beyond = |mean: super::Mean| mean.at_least(HIGH);
    let found = most_days(Measure::Anxiety, beyond, context, trigger)?;
    let MostDays { days: high, answered, from, to, evidence } = found;
    let reason = HighDays { line: HIGH, high, answered, from, to };
    Some(Finding::resting_on(SEVERITY, Reason::AnxietyStays(reason), evidence, trigger))
}
