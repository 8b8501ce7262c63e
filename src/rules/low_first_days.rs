//! Low mood in the first two weeks after birth: nothing to act on yet, but somebody should know.
//!
//! More than half of new parents have tearful days that pass (RCPsych/HSE leaflet), so this is a
//! notice and never more. What else is said in these days is judged as at any other time.

use super::{
    Context,
    entry::Measure,
    finding::Finding,
    history::Day,
    level::{Window, evidence, in_first_days},
    reason::{LowDays, Reason},
    settings::SettingId,
    severity::Severity,
    trigger::Trigger,
};

/// Local days looked at, today included (product decision).
pub(super) const DAYS: i32 = 5;

/// When the doula looks next (product decision: in the first two weeks low mood alone is worth no more).
pub const SEVERITY: Severity = Severity::Notice;

/// `low_first_days`: mood at the line or below on three of five days, on days 0 to 13 after birth.
pub fn low_first_days(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let Context { profile, settings, .. } = *context;
    let trigger = trigger.entry()?;
    let line = settings.scale(SettingId::LowFirstDaysLine);
    let Window { from, to, days } = Window::of(DAYS, context, trigger.local_date);
    if !in_first_days(profile, to) || profile.days_since_birth(to)? < 0 {
        return None;
    }
    let answered = days.iter().filter(|day| day.mean(Measure::Mood).is_some()).count();
    let low: Vec<&Day<'_>> =
        days.iter().filter(|day| day.mean(Measure::Mood).is_some_and(|mean| mean.at_most(line))).collect();
    if low.len() < settings.count(SettingId::LowFirstDaysDays) {
        return None;
    }
    let evidence = evidence(&low, &[Measure::Mood], trigger)?;
    let reason = LowDays { line, low: low.len() as u16, answered: answered as u16, from, to };
    Some(Finding::resting_on(SEVERITY, Reason::LowFirstDays(reason), evidence, trigger))
}
