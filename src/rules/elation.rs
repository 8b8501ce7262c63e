//! The elation rule: high mood or energy on little sleep never reads as well.
//!
//! One rule whose severity is that of the gravest step the triggering entry takes part in. Every
//! entry is judged by itself, never by its day's mean: a calm evening must not hide a morning
//! without sleep. The edge table is in `elation_edge.rs`.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    Context,
    entry::{Entry, Measure},
    finding::Finding,
    history::{Day, History, days_between},
    profile::{ParentContext, Profile},
    reason::Reason,
    settings::{SettingId, Settings},
    severity::Severity,
    trigger::Trigger,
    usual::{answered, latest, standing},
};

/// What was seen, in the order of `severities.json`.
#[derive(Copy, Clone, Eq, PartialEq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ElationStep {
    /// Mood 8 or more on 4 h or less.
    HighLittleSleep,
    /// The same on two local days within three.
    HighLittleSleepTwice,
    /// Sped up, with more than 5 h of sleep or none given.
    SpedUp,
    /// Mood 9 or more on 3 h or less.
    VeryHighVeryLittleSleep,
    /// The same on two local days within three.
    VeryHighVeryLittleSleepTwice,
    /// Sped up with 5 h or less.
    SpedUpLittleSleep,
}

/// Every step with its severity before it is raised (product decision). When two steps are as grave, the
/// later one here gives the reason.
pub const STEPS: [(ElationStep, Severity); 6] = [
    (ElationStep::HighLittleSleep, Severity::Notice),
    (ElationStep::HighLittleSleepTwice, Severity::FollowUp),
    (ElationStep::SpedUp, Severity::SameDay),
    (ElationStep::VeryHighVeryLittleSleep, Severity::SameDay),
    (ElationStep::VeryHighVeryLittleSleepTwice, Severity::Urgent),
    (ElationStep::SpedUpLittleSleep, Severity::Urgent),
];

/// The severities alone, for comparing with the data file.
pub const SEVERITIES: [Severity; 6] =
    [STEPS[0].1, STEPS[1].1, STEPS[2].1, STEPS[3].1, STEPS[4].1, STEPS[5].1];

/// Answered days from which something is known of a parent's own mood before her usual is (product decision, by the
/// cohort).
const OWN_DAYS: usize = 4;

/// `elation`: high mood or energy on little sleep.
pub fn elation(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let (Context { history, profile, settings, .. }, trigger) = (*context, trigger.entry()?);
    let own =
        if profile.has(ParentContext::ManiaHistory) { None } else { own_level(context, trigger.local_date) };
    let lines = Lines { settings, own };
    let (step, severity, entries) = STEPS
        .into_iter()
        .filter_map(|(step, severity)| {
            let entries = lines.rests_on(step, history, trigger)?;
            let raised = lines.is_raised(step, profile, trigger);
            Some((step, if raised { severity.one_higher() } else { severity }, entries))
        })
        .max_by_key(|(_, severity, _)| *severity)?;
    // Nearest first, and the earlier of two as near, so that the sentence names one day whatever the order.
    let other_day = entries
        .iter()
        .map(|entry| entry.local_date)
        .filter(|date| *date != trigger.local_date)
        .min_by_key(|date| (days_between(*date, trigger.local_date).abs(), *date));
    let reason = Reason::Elation {
        step,
        mood: trigger.mood,
        sleep_half_hours: trigger.sleep_half_hours,
        on: trigger.local_date,
        other_day,
    };
    let private_danger = trigger.sped_up == Some(true) || severity == Severity::Urgent;
    Some(Finding { private_danger, ..Finding::resting_on(severity, reason, entries, trigger) })
}

/// Whether an entry shows a mood that is high or very high for its sleep, the ground of the steps of mood.
pub(super) fn is_high(entry: &Entry, settings: &Settings) -> bool {
    let lines = Lines { settings, own: None };
    lines.is_high(entry) || lines.is_very_high(entry)
}

/// What mood is like for this parent otherwise, in thousandths: her own usual, or until there is one the mean of her
/// answered days before this one, after a restart of those since then. `None` before there are enough of them.
fn own_level(context: &Context<'_>, on: Date) -> Option<i64> {
    if let Some(usual) = standing(context.usual, Measure::Mood, on) {
        return Some(usual.mean);
    }
    let begun = latest(context.usual, Measure::Mood, on).map(|restart| restart.frozen_on);
    let counts = |day: &Day<'_>| day.date < on && begun.is_none_or(|begun| day.date >= begun);
    // Days that were high on little sleep themselves are left out, so that what goes on never becomes ordinary.
    let ordinary: Vec<Day<'_>> = context
        .history
        .days()
        .into_iter()
        .filter(|day| counts(day) && !day.entries.iter().any(|entry| is_high(entry, context.settings)))
        .collect();
    let before: Vec<i64> = answered(&ordinary, Measure::Mood).into_iter().map(|(_, value)| value).collect();
    let count = before.len() as i64;
    (before.len() >= OWN_DAYS).then(|| before.iter().sum::<i64>() / count)
}

/// Where the steps begin.
#[derive(Copy, Clone)]
struct Lines<'s> {
    settings: &'s Settings,
    /// The level above which a mood that is high, but not very high, has to lie; without it any does.
    own: Option<i64>,
}

impl Lines<'_> {
    /// The entries that make a step, if the trigger takes part in it.
    fn rests_on<'a>(
        self,
        step: ElationStep,
        history: &'a History,
        trigger: &'a Entry,
    ) -> Option<Vec<&'a Entry>> {
        let alone = |seen: bool| seen.then(|| vec![trigger]);
        let sped_up = trigger.sped_up == Some(true);
        let short = || slept_at_most(trigger, self.settings.scale(SettingId::ElationSpedUpSleep));
        match step {
            ElationStep::HighLittleSleep => alone(self.is_high(trigger)),
            ElationStep::HighLittleSleepTwice => self.twice(|entry| self.is_high(entry), history, trigger),
            ElationStep::SpedUp => alone(sped_up && !short()),
            ElationStep::VeryHighVeryLittleSleep => alone(self.is_very_high(trigger)),
            ElationStep::VeryHighVeryLittleSleepTwice => {
                self.twice(|entry| self.is_very_high(entry), history, trigger)
            }
            ElationStep::SpedUpLittleSleep => alone(sped_up && short()),
        }
    }

    /// Whether a step counts one level higher. Two grounds raise it once.
    fn is_raised(self, step: ElationStep, profile: &Profile, trigger: &Entry) -> bool {
        let last = i32::from(self.settings.get(SettingId::ElationEarly));
        let early = profile.days_since_birth(trigger.local_date).is_some_and(|day| (0..=last).contains(&day));
        // Happy and short of sleep is common with a newborn; raising the two lowest steps for everybody
        // in these weeks would bury the doulas.
        let weighs_more_early =
            !matches!(step, ElationStep::HighLittleSleep | ElationStep::HighLittleSleepTwice);
        profile.has(ParentContext::ManiaHistory) || (early && weighs_more_early)
    }

    /// High mood on little sleep, the lowest of the steps.
    fn is_high(self, entry: &Entry) -> bool {
        self.is_at_least(entry, SettingId::ElationMood, SettingId::ElationSleep) && self.is_above_own(entry)
    }

    /// Whether mood lies further above what it is otherwise than ordinary days do.
    fn is_above_own(self, entry: &Entry) -> bool {
        let above = 1_000 * i64::from(self.settings.get(SettingId::ElationAbove));
        self.own.is_none_or(|own| entry.mood.is_some_and(|mood| 1_000 * i64::from(mood) >= own + above))
    }

    fn is_very_high(self, entry: &Entry) -> bool {
        self.is_at_least(entry, SettingId::ElationVeryHighMood, SettingId::ElationVeryLittleSleep)
    }

    fn is_at_least(self, entry: &Entry, mood: SettingId, sleep: SettingId) -> bool {
        let line = self.settings.scale(mood);
        entry.mood.is_some_and(|mood| mood >= line) && slept_at_most(entry, self.settings.scale(sleep))
    }

    /// The trigger and what is like it on another local day close by. A backdated entry completes a pair as well as a
    /// new one: then the later entry of the two is judged again, with it.
    fn twice<'a>(
        self,
        seen: impl Fn(&Entry) -> bool,
        history: &'a History,
        trigger: &'a Entry,
    ) -> Option<Vec<&'a Entry>> {
        if !seen(trigger) {
            return None;
        }
        let within = i32::from(self.settings.get(SettingId::ElationWithin));
        let mut entries: Vec<&Entry> = history
            .entries()
            .iter()
            .filter(|entry| {
                let apart = days_between(entry.local_date, trigger.local_date).abs();
                (1..within).contains(&apart) && seen(entry)
            })
            .collect();
        if entries.is_empty() {
            return None;
        }
        entries.push(trigger);
        Some(entries)
    }
}

/// Sleep that was not given is not known to be little.
fn slept_at_most(entry: &Entry, half_hours: u8) -> bool {
    entry.sleep_half_hours.is_some_and(|slept| slept <= half_hours)
}
