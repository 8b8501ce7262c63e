//! Anxiety that is high on most answered days of two weeks.
//!
//! The same days, gaps and share as for a level that stays low; a notice only, worth
//! asking about in the next conversation.

use super::{
    Context,
    entry::Measure,
    finding::Finding,
    level::{Lines, MostDays, most_days},
    reason::{HighDays, Reason},
    settings::SettingId,
    severity::Severity,
    trigger::Trigger,
};

const LINES: Lines = Lines {
    line: SettingId::AnxietyStaysLine,
    answered: SettingId::AnxietyStaysAnswered,
    share: SettingId::AnxietyStaysShare,
};

/// When the doula looks next (product decision).
pub const SEVERITY: Severity = Severity::Notice;

/// `anxiety_stays`: anxiety at the line or above on most answered days, from day 14 after birth on.
pub fn anxiety_stays(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let trigger = trigger.entry()?;
    let line = context.settings.scale(LINES.line);
    let share = context.settings.count(LINES.share);
    let beyond = |mean: super::Mean| mean.at_least(line);
    let found = most_days(Measure::Anxiety, LINES.answered, share, beyond, context, trigger)?;
    let MostDays { days: high, answered, from, to, evidence } = found;
    let reason = HighDays { line, high, answered, from, to };
    Some(Finding::resting_on(SEVERITY, Reason::AnxietyStays(reason), evidence, trigger))
}
