//! The elation rule: high mood or energy on little sleep never reads as well.
//!
//! One rule whose severity is that of the gravest step the triggering entry takes part in. Every
//! entry is judged by itself, never by its day's mean: a calm evening must not hide a morning
//! without sleep. The edge table is in `elation_edge.rs`.

use serde::{Deserialize, Serialize};

use super::{
    Context,
    entry::Entry,
    finding::Finding,
    history::{History, days_between},
    profile::{ParentContext, Profile},
    reason::Reason,
    severity::Severity,
    trigger::Trigger,
};

/// High mood: 8 of 10 or more (product decision; no published line exists for a 0-10 mood item).
const HIGH_MOOD: u8 = 8;
/// Little sleep beside high mood: 4 h or less, in half hours (product decision).
const LITTLE_SLEEP: u8 = 8;
/// Very high mood: 9 of 10 or more (product decision).
const VERY_HIGH_MOOD: u8 = 9;
/// Very little sleep beside very high mood: 3 h or less, in half hours (product decision).
const VERY_LITTLE_SLEEP: u8 = 6;
/// Little sleep beside being sped up: 5 h or less, in half hours (product decision).
const LITTLE_SLEEP_SPED_UP: u8 = 10;
/// Two local days are within three when they lie at most this far apart (product decision).
const DAYS_APART: i32 = 2;
/// Last day after birth that weighs more (product decision; postpartum psychosis mostly begins within two
/// weeks of birth, RCPsych/HSE leaflet, and the window is twice that).
const LAST_EARLY_DAY: i32 = 28;

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

/// `elation`: high mood or energy on little sleep.
pub fn elation(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let (Context { history, profile, .. }, trigger) = (*context, trigger.entry()?);
    let (step, severity, entries) = STEPS
        .into_iter()
        .filter_map(|(step, severity)| {
            let entries = step.rests_on(history, trigger)?;
            let raised = step.is_raised(profile, trigger);
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

impl ElationStep {
    /// The entries that make this step, if the trigger takes part in it.
    fn rests_on<'a>(self, history: &'a History, trigger: &'a Entry) -> Option<Vec<&'a Entry>> {
        let alone = |seen: bool| seen.then(|| vec![trigger]);
        match self {
            Self::HighLittleSleep => alone(is_high(trigger)),
            Self::HighLittleSleepTwice => twice(is_high, history, trigger),
            Self::SpedUp => alone(is_sped_up(trigger) && !slept_at_most(trigger, LITTLE_SLEEP_SPED_UP)),
            Self::VeryHighVeryLittleSleep => alone(is_very_high(trigger)),
            Self::VeryHighVeryLittleSleepTwice => twice(is_very_high, history, trigger),
            Self::SpedUpLittleSleep => {
                alone(is_sped_up(trigger) && slept_at_most(trigger, LITTLE_SLEEP_SPED_UP))
            }
        }
    }

    /// Whether the step counts one level higher. Two grounds raise it once.
    fn is_raised(self, profile: &Profile, trigger: &Entry) -> bool {
        let early = profile
            .days_since_birth(trigger.local_date)
            .is_some_and(|day| (0..=LAST_EARLY_DAY).contains(&day));
        // Happy and short of sleep is common with a newborn; raising the two lowest steps for everybody
        // in these weeks would bury the doulas.
        let weighs_more_early = !matches!(self, Self::HighLittleSleep | Self::HighLittleSleepTwice);
        profile.has(ParentContext::ManiaHistory) || (early && weighs_more_early)
    }
}

/// High mood on little sleep, the lowest of the steps.
pub(super) fn is_high(entry: &Entry) -> bool {
    entry.mood.is_some_and(|mood| mood >= HIGH_MOOD) && slept_at_most(entry, LITTLE_SLEEP)
}

fn is_very_high(entry: &Entry) -> bool {
    entry.mood.is_some_and(|mood| mood >= VERY_HIGH_MOOD) && slept_at_most(entry, VERY_LITTLE_SLEEP)
}

fn is_sped_up(entry: &Entry) -> bool {
    entry.sped_up == Some(true)
}

/// Sleep that was not given is not known to be little.
fn slept_at_most(entry: &Entry, half_hours: u8) -> bool {
    entry.sleep_half_hours.is_some_and(|slept| slept <= half_hours)
}

/// The trigger and what is like it on another local day close by. A backdated entry completes a pair as well as a
/// new one: then the later entry of the two is judged again, with it.
fn twice<'a>(seen: fn(&Entry) -> bool, history: &'a History, trigger: &'a Entry) -> Option<Vec<&'a Entry>> {
    if !seen(trigger) {
        return None;
    }
    let mut entries: Vec<&Entry> = history
        .entries()
        .iter()
        .filter(|entry| {
            let apart = days_between(entry.local_date, trigger.local_date).abs();
            (1..=DAYS_APART).contains(&apart) && seen(entry)
        })
        .collect();
    if entries.is_empty() {
        return None;
    }
    entries.push(trigger);
    Some(entries)
}
