//! Low mood and very little sleep on the same days, which weigh more together than alone.
//!
//! A day counts when both were answered on it, be it in different entries. Beside sustained low
//! mood it is a fact of its own: here it is sleep that somebody may be able to help with soon.

use super::{
    Context,
    entry::Measure,
    finding::Finding,
    history::Day,
    level::{Window, evidence, in_first_days},
    low_first_days::DAYS,
    reason::{LowShortDays, Reason},
    settings::SettingId,
    severity::Severity,
    trigger::Trigger,
};

/// Before day 14 after birth, and from then on (product decision: the first two weeks soften low mood, and
/// little sleep is their rule rather than the exception).
pub const SEVERITIES: [Severity; 2] = [Severity::Notice, Severity::FollowUp];

/// `low_with_little_sleep`: low mood and little sleep on three of five days.
pub fn low_with_little_sleep(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let Context { profile, settings, .. } = *context;
    let trigger = trigger.entry()?;
    let line = settings.scale(SettingId::LowWithLittleSleepLine);
    let sleep_line_half_hours = settings.scale(SettingId::LowWithLittleSleepSleep);
    let Window { from, to, days } = Window::of(DAYS, context, trigger.local_date);
    let found: Vec<&Day<'_>> =
        days.iter().filter(|day| is_low_and_short(day, line, sleep_line_half_hours)).collect();
    if found.len() < settings.count(SettingId::LowWithLittleSleepDays) {
        return None;
    }
    let evidence = evidence(&found, &[Measure::Mood, Measure::SleepHalfHours], trigger)?;
    let [early, later] = SEVERITIES;
    let severity = if in_first_days(profile, to) { early } else { later };
    let reason = LowShortDays { line, sleep_line_half_hours, days: found.len() as u16, from, to };
    Some(Finding::resting_on(severity, Reason::LowWithLittleSleep(reason), evidence, trigger))
}

fn is_low_and_short(day: &Day<'_>, line: u8, sleep_line_half_hours: u8) -> bool {
    day.mean(Measure::Mood).is_some_and(|mood| mood.at_most(line))
        && day.mean(Measure::SleepHalfHours).is_some_and(|sleep| sleep.is_below(sleep_line_half_hours))
}
