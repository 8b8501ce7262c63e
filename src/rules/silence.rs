//! A parent who used to answer and stops: a signal, not a diagnosis.
//!
//! Private answers count as answers, a pause that she chose counts as no silence, and what is written later does not
//! undo that nobody heard from her. Each step is raised once in a silence, which ends when she answers. How many
//! days a step takes is decided in `cadence.rs`.

use jiff::{Timestamp, ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use super::{
    Context,
    answer::Answer,
    cadence::{Steps, steps},
    finding::{Evidence, Finding},
    history::{History, LOOK_BACK_DAYS, days_between},
    quiet::Quiet,
    reason::Reason,
    rule_id::RuleId,
    settings::{InForce, SettingId, Settings},
    severity::Severity,
    source::Source,
    trigger::Trigger,
};

/// Moods that are looked at for going sooner: her last three (clinical rule of the product).
const LAST_MOODS: usize = 3;

/// Severity of each step: a notice first, a follow-up when it goes on (clinical rule of the product).
pub const SEVERITIES: [Severity; 2] = [Severity::Notice, Severity::FollowUp];

/// How far a silence has gone.
#[derive(Copy, Clone, Eq, PartialEq, Ord, PartialOrd, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SilenceStep {
    /// Long enough to notice.
    First,
    /// Long enough to follow up.
    Second,
}

impl SilenceStep {
    /// How soon somebody should look.
    pub fn severity(self) -> Severity {
        SEVERITIES[self as usize]
    }
}

/// What is quiet since when.
#[derive(Copy, Clone, Eq, PartialEq, Debug, Serialize, Deserialize)]
pub struct QuietDays {
    /// The day of her last answer, of any kind: for herself alone.
    pub heard: Date,
    /// The day of the last answer that doulas may know of, where they read this.
    pub since: Date,
    /// The day on which it was asked about.
    pub on: Date,
    /// How far it has gone.
    pub step: SilenceStep,
    /// The last moods before it were low.
    pub low: bool,
}

/// `silence`: no answer for longer than is usual for her.
pub fn silence(context: &Context<'_>, trigger: &Trigger) -> Option<Finding> {
    let quiet = trigger.quiet()?;
    let silent = Silent::of(context.history, context.settings, quiet, quiet.at)?;
    let step = silent.step(quiet.on)?;
    let days = QuietDays { heard: silent.heard, since: silent.since, on: quiet.on, step, low: silent.low };
    let evidence = Evidence {
        source: Source::Silence(silent.heard),
        local_date: silent.heard,
        recorded_at: quiet.at,
        said_at: quiet.at,
        private: false,
    };
    Some(Finding::of_day(step.severity(), Reason::Silence(days), vec![evidence]))
}

/// A parent since her last answer.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub(super) struct Silent {
    /// The day of her last answer, of any kind.
    heard: Date,
    /// The day of the last one that the reader of this history may know of.
    since: Date,
    /// The day from which the days without an answer count: her last answer, or the end of a pause after it.
    from: Date,
    steps: Steps,
    low: bool,
}

impl Silent {
    /// What is known of her at `by`; `None` when nothing says that an answer is to be expected.
    pub(super) fn of(history: &History, settings: &Settings, quiet: &Quiet, by: Timestamp) -> Option<Self> {
        let known = |answer: &Answer| answer.recorded_at <= by;
        let said: Vec<Answer> = history.answers().filter(known).collect();
        let since = said.iter().map(|answer| answered_on(answer, quiet)).max()?;
        let kept_back = history.kept_back().iter().filter(|answer| known(answer));
        let heard = kept_back.map(|answer| answered_on(answer, quiet)).fold(since, Date::max);
        // Counted from her last answer, so that the same days are looked at however long the silence lasts.
        let looked_at = |day: &Date| days_between(*day, heard) <= LOOK_BACK_DAYS;
        let mut days: Vec<Date> = said.iter().map(|answer| answer.local_date).filter(looked_at).collect();
        days.sort_unstable();
        days.dedup();
        let low = last_moods_low(history, settings, by);
        let known = quiet.known;
        let sooner = low || known.flag_open;
        let daily = daily(settings, sooner);
        let steps = steps(&days, known.cadence_days, known.paused_through, daily, !sooner)?;
        let from = known.paused_through.map_or(heard, |end| end.max(heard));
        Some(Self { heard, since, from, steps, low })
    }

    /// How far it has gone on a day.
    pub(super) fn step(&self, on: Date) -> Option<SilenceStep> {
        let days = days_between(self.from, on);
        if days >= self.steps.second {
            Some(SilenceStep::Second)
        } else if days >= self.steps.first {
            Some(SilenceStep::First)
        } else {
            None
        }
    }

    /// The first day of the step that comes after those that were asked about already, each by the lines of then.
    pub(super) fn next(&self, history: &History, lines: &InForce, shared: bool) -> Option<Date> {
        let asked = history.quiet_days().iter().filter(|asked| asked.on > self.heard);
        let asked = asked.map(|asked| if shared { asked.shared() } else { *asked });
        let taken = asked.filter_map(|asked| {
            let then = lines.at(asked.at);
            let silent = Self::of(history, &then, &asked, asked.at).filter(|_| then.is_on(RuleId::Silence));
            silent?.step(asked.on)
        });
        let taken = taken.max();
        let days = match taken {
            None => self.steps.first,
            Some(SilenceStep::First) => self.steps.second,
            Some(SilenceStep::Second) => return None,
        };
        Some(self.from.saturating_add(i64::from(days).days()))
    }
}

/// The local day on which something was answered. What was backdated counts from the day on which it was written.
fn answered_on(answer: &Answer, quiet: &Quiet) -> Date {
    if answer.is_backdated() {
        quiet.day_of(answer.recorded_at).max(answer.local_date)
    } else {
        answer.local_date
    }
}

/// The steps of somebody who answers on most days.
fn daily(settings: &Settings, sooner: bool) -> Steps {
    let days = |id| i32::from(settings.get(id));
    let normal = Steps { first: days(SettingId::SilenceFirst), second: days(SettingId::SilenceSecond) };
    let low =
        Steps { first: days(SettingId::SilenceSoonerFirst), second: days(SettingId::SilenceSoonerSecond) };
    // However a practice sets them, low days never make it later.
    if sooner { low.sooner(normal) } else { normal }
}

fn last_moods_low(history: &History, settings: &Settings, by: Timestamp) -> bool {
    let line = u32::from(settings.get(SettingId::SilenceLow));
    let known = history.entries().iter().rev().filter(|entry| entry.recorded_at <= by);
    let moods: Vec<u32> = known.filter_map(|entry| entry.mood).take(LAST_MOODS).map(u32::from).collect();
    !moods.is_empty() && moods.iter().sum::<u32>() <= line * moods.len() as u32
}
