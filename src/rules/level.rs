//! The frame of the level family, and its two rules of a measure that stays low for two weeks.
//!
//! One point per local day, gaps left out. Before day 14 after birth low mood may well pass by
//! itself, so staying low is not judged until then; `low_first_days.rs` says what is, `judged_again.rs` what day 14
//! itself brings. The other rules of the family have a file each, the edge tables are in `level_edge.rs` and
//! `few_days_edge.rs`.

use jiff::{ToSpan, civil::Date};

use super::{
    Context,
    entry::{Entry, Measure},
    finding::Finding,
    history::{Day, Mean, days_between},
    judged_again,
    profile::Profile,
    reason::{LowDays, Reason},
    settings::{SettingId, Settings},
    severity::Severity,
    trigger::Trigger,
    usual::standing,
};

/// Local days that a lasting level is judged on, today included (the two-week span of DSM and ICD for
/// depression; as a rule here a product decision).
const TWO_WEEKS: i32 = 14;
/// One point above the line is rather low, and then it takes this much more of the days, in percent. Somebody whose days
/// are all about the line is above it on many of them (product decision, by the cohort: docs/decisions/0018).
const NEARLY_ALL: usize = 5;
/// For connection it takes this much more, because so many who are well are that close to its line (product decision, by
/// the cohort: docs/decisions/0018).
const NEARLY_ALL_CLOSE: usize = 15;
/// So far below her own usual a day counts as low too, in thousandths of a point (product decision).
const BELOW_USUAL: i64 = 2_000;
/// First day after birth on which a lasting level counts. Baby blues pass by day 10 to 14 (RCPsych/HSE leaflet;
/// NICE QS37 statement 10); the exact day is a product decision.
pub(super) const FIRST_DAY: i32 = 14;

/// Within three days (product decision: it took two weeks to show, and it should not wait for a third).
pub const SEVERITY: Severity = Severity::FollowUp;

/// `sustained_low`: mood at the line or below on most answered days.
pub fn sustained_low(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    if let Some(quiet) = trigger.quiet() {
        return judged_again::low_since_birth(context, quiet);
    }
    most_days_low(Measure::Mood, SUSTAINED_LOW, Reason::SustainedLow, context, trigger.entry()?)
}

/// `low_connection`: connection at the line or below on most answered days. Never after a loss, and never
/// while every baby is hidden.
pub fn low_connection(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    if !context.profile.connection_counts() {
        return None;
    }
    most_days_low(Measure::Connection, LOW_CONNECTION, Reason::LowConnection, context, trigger.entry()?)
}

/// Where the lines of a rule of two weeks are set.
#[derive(Copy, Clone)]
pub(super) struct Lines {
    /// The value from which a day counts.
    pub(super) line: SettingId,
    /// Days with an answer below which nothing is said.
    pub(super) answered: SettingId,
    /// Share of answered days that must count, in percent.
    pub(super) share: SettingId,
}

impl Lines {
    /// Whether so many days count of so many with an answer.
    pub(super) fn are_met(self, settings: &Settings, days: usize, answered: usize) -> bool {
        answered >= settings.count(self.answered) && days * 100 >= answered * settings.count(self.share)
    }
}

/// Of `sustained_low`.
pub(super) const SUSTAINED_LOW: Lines = Lines {
    line: SettingId::SustainedLowLine,
    answered: SettingId::SustainedLowAnswered,
    share: SettingId::SustainedLowShare,
};
const LOW_CONNECTION: Lines = Lines {
    line: SettingId::LowConnectionLine,
    answered: SettingId::LowConnectionAnswered,
    share: SettingId::LowConnectionShare,
};

fn most_days_low(
    measure: Measure,
    lines: Lines,
    reason: fn(LowDays) -> Reason,
    context: &Context<'_>,
    trigger: &Entry,
) -> Option<Finding> {
    let line = context.settings.scale(lines.line);
    let share = context.settings.count(lines.share);
    let above = if measure == Measure::Mood { NEARLY_ALL } else { NEARLY_ALL_CLOSE };
    let mut tries = vec![(line, share), (line + 1, share + above)];
    if measure == Measure::Mood
        && let Some(usual) = standing(context.usual, measure, trigger.local_date)
        && let Ok(below) = u8::try_from((usual.mean - BELOW_USUAL) / 1_000)
        && below > line
    {
        tries.push((below, share));
    }
    tries.into_iter().find_map(|(line, share)| {
        let MostDays { days: low, answered, from, to, evidence } =
            most_days(measure, lines.answered, share, |mean| mean.at_most(line), context, trigger)?;
        let reason = reason(LowDays { line, low, answered, from, to });
        Some(Finding::resting_on(SEVERITY, reason, evidence, trigger))
    })
}

/// What was found on most answered days of two weeks.
pub(super) struct MostDays<'h> {
    /// Days beyond the line.
    pub(super) days: u16,
    /// Days with an answer.
    pub(super) answered: u16,
    /// First day looked at.
    pub(super) from: Date,
    /// Last day looked at.
    pub(super) to: Date,
    /// The entries of the days beyond the line that gave the measure, the trigger among them.
    pub(super) evidence: Vec<&'h Entry>,
}

/// Whether a measure was `beyond` on so many percent of the answered days of the last two weeks, from day 14 after birth
/// on.
pub(super) fn most_days<'h>(
    measure: Measure,
    least_answered: SettingId,
    share: usize,
    beyond: impl Fn(Mean) -> bool,
    context: &Context<'h>,
    trigger: &Entry,
) -> Option<MostDays<'h>> {
    let Window { from, to, days } = Window::of(TWO_WEEKS, context, trigger.local_date);
    if in_first_days(context.profile, to) {
        return None;
    }
    let answered = days.iter().filter(|day| day.mean(measure).is_some()).count();
    let found: Vec<&Day<'h>> = days.iter().filter(|day| day.mean(measure).is_some_and(&beyond)).collect();
    if answered < context.settings.count(least_answered) || found.len() * 100 < answered * share {
        return None;
    }
    let evidence = evidence(&found, &[measure], trigger)?;
    Some(MostDays { days: found.len() as u16, answered: answered as u16, from, to, evidence })
}

/// The local days that a rule looks at.
pub(super) struct Window<'h> {
    /// The first of them.
    pub(super) from: Date,
    /// The last of them.
    pub(super) to: Date,
    /// Those with an entry, earliest first.
    pub(super) days: Vec<Day<'h>>,
}

impl<'h> Window<'h> {
    /// That many local days, the last of which is today, or the day that is asked about where that is later.
    pub(super) fn of(length: i32, context: &Context<'h>, asked: Date) -> Self {
        // A parent who writes from a zone ahead of her home zone is already in tomorrow. Her entry must not fall
        // out of the window for that, or she would never be seen while she travels.
        let to = context.today.max(asked);
        let mut days = context.history.days();
        days.retain(|day| (0..length).contains(&days_between(day.date, to)));
        Self { from: to.saturating_sub((length - 1).days()), to, days }
    }
}

/// Whether a day comes before day 14 after birth. An unknown birth lies further back.
pub(super) fn in_first_days(profile: &Profile, on: Date) -> bool {
    profile.days_since_birth(on).is_some_and(|day| day < FIRST_DAY)
}

/// The entries of these days that gave any of the measures. `None` when the trigger is not among them: a better
/// day, or an entry that says nothing of it, is no news and opens nothing again.
pub(super) fn evidence<'h>(
    days: &[&Day<'h>],
    measures: &[Measure],
    trigger: &Entry,
) -> Option<Vec<&'h Entry>> {
    let entries: Vec<&Entry> = days
        .iter()
        .flat_map(|day| day.entries.iter().copied())
        .filter(|entry| measures.iter().any(|measure| entry.value(*measure).is_some()))
        .collect();
    entries.iter().any(|entry| entry.id == trigger.id).then_some(entries)
}
