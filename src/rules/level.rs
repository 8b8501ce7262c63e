//! The level family: a measure that stays low on most answered days of two weeks.
//!
//! One point per local day, gaps left out. Low mood alone raises nothing here before day 14 after
//! birth, when it is still likely to pass by itself. The edge tables are in `level_edge.rs`.

use jiff::ToSpan;

use super::{
    Moment,
    entry::{Entry, Measure},
    finding::Finding,
    history::{Day, History, days_between},
    profile::{ParentContext, Profile},
    reason::{LowDays, Reason},
    severity::Severity,
};

/// Low is 3 of 10 or below (product decision).
const LOW: u8 = 3;
/// Local days looked at, today included (the two-week span of DSM and ICD for depression; as a rule here a
/// product decision).
const WINDOW_DAYS: i32 = 14;
/// Days with an answer below which nothing is said (product decision).
const LEAST_ANSWERED: usize = 8;
/// Share of answered days that must be low, in tenths (product decision: 70 %).
const LOW_TENTHS: usize = 7;
/// First day after birth on which staying low counts. Baby blues pass by day 10 to 14 (RCPsych/HSE leaflet;
/// NICE QS37 statement 10); the exact day is a product decision.
const FIRST_DAY: i32 = 14;

/// Within three days (product decision: it took two weeks to show, and it should not wait for a third).
pub const SEVERITY: Severity = Severity::FollowUp;

/// `sustained_low`: mood at the line or below on most answered days.
pub fn sustained_low(
    history: &History,
    profile: &Profile,
    trigger: &Entry,
    moment: Moment,
) -> Option<Finding> {
    most_days_low(Measure::Mood, Reason::SustainedLow, history, profile, trigger, moment)
}

/// `low_connection`: connection at the line or below on most answered days. Never after a loss, and never
/// while every baby is hidden.
pub fn low_connection(
    history: &History,
    profile: &Profile,
    trigger: &Entry,
    moment: Moment,
) -> Option<Finding> {
    if profile.has(ParentContext::Loss) || !profile.any_baby_visible {
        return None;
    }
    most_days_low(Measure::Connection, Reason::LowConnection, history, profile, trigger, moment)
}

fn most_days_low(
    measure: Measure,
    reason: fn(LowDays) -> Reason,
    history: &History,
    profile: &Profile,
    trigger: &Entry,
    moment: Moment,
) -> Option<Finding> {
    // A parent who writes from a zone ahead of her home zone is already in tomorrow. Her entry must not fall
    // out of the window for that, or she would never be seen while she travels.
    let to = moment.today.max(trigger.local_date);
    if profile.days_since_birth(to).is_some_and(|day| day < FIRST_DAY) {
        return None;
    }
    let days = history.days();
    let answered: Vec<(&Day, bool)> = days
        .iter()
        .filter(|day| (0..WINDOW_DAYS).contains(&days_between(day.date, to)))
        .filter_map(|day| Some((day, day.mean(measure)?.at_most(LOW))))
        .collect();
    let low: Vec<&Day> = answered.iter().filter(|(_, low)| *low).map(|(day, _)| *day).collect();
    if answered.len() < LEAST_ANSWERED || low.len() * 10 < answered.len() * LOW_TENTHS {
        return None;
    }
    let evidence: Vec<&Entry> = low
        .iter()
        .flat_map(|day| day.entries.iter().copied())
        .filter(|entry| entry.value(measure).is_some())
        .collect();
    // A better day, or an entry that says nothing of this measure, is no news and opens nothing again.
    if !evidence.iter().any(|entry| entry.id == trigger.id) {
        return None;
    }
    let reason = reason(LowDays {
        line: LOW,
        low: low.len() as u16,
        answered: answered.len() as u16,
        from: to.saturating_sub((WINDOW_DAYS - 1).days()),
        to,
    });
    Some(Finding::resting_on(SEVERITY, reason, evidence, trigger))
}
