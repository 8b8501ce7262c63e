//! When something becomes due without an answer: the next day on which a timer has to ask the rules.
//!
//! Exactly the days on which they would raise something that they have not raised yet, as far as is known now. An
//! answer, an edit, a setting or a flag moves the day, so whoever changes one of them asks here again.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use super::{
    Context, Rule, Trigger,
    history::History,
    judged_again, level, questionnaire,
    quiet::{Known, Quiet, morning},
    rule_id::RuleId,
    silence::Silent,
};

/// A day to ask about.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub struct Due {
    /// The parent's local day.
    pub on: Date,
    /// The morning of it.
    pub at: Timestamp,
}

/// The next day to ask about, later than `after`; `None` when nothing becomes due by time alone.
///
/// The history holds what was said until `after`, and the quiet days that were asked about since the last answer.
/// What should have been asked by `after` and was not is asked on the next morning.
pub fn next_due(context: &Context<'_>, known: Known, zone: &TimeZone, after: Timestamp) -> Option<Due> {
    let today = after.to_zoned(zone.clone()).date();
    let day = |on| Quiet { on, at: morning(on, zone), known };
    let soonest = if morning(today, zone) > after { today } else { today.saturating_add(1.day()) };
    let shared = differs_for_doulas(context.history, known).then(|| context.history.shared());
    let silent = |history: &History, today: Quiet, shared| {
        if !context.settings.is_on(RuleId::Silence) {
            return None;
        }
        let silent = Silent::of(history, context.settings, &today, after)?;
        silent.next(history, context.settings, shared)
    };
    let silence = silent(context.history, day(today), false);
    let towards_doulas = shared.as_ref().and_then(|shared| silent(shared, day(today).shared(), true));
    let silence = [silence, towards_doulas].into_iter().flatten().map(|on| on.max(soonest));
    let by_day = [judged_again::on(context.profile), questionnaire::late_on(context)];
    let from_shared =
        shared.as_ref().and_then(|shared| questionnaire::late_on(&Context { history: shared, ..*context }));
    let once = by_day.into_iter().chain([from_shared]).flatten().filter(|on| {
        let said = |history: &History, quiet: Quiet| {
            says_something(&Context { history, today: *on, ..*context }, quiet)
        };
        let shared = shared.as_ref().is_some_and(|shared| said(shared, day(*on).shared()));
        *on >= soonest && (said(context.history, day(*on)) || shared)
    });
    silence.chain(once).min().map(|on| Due { on, at: morning(on, zone) })
}

/// Whether one of the rules that speak on one certain day has something to say on this one.
fn says_something(context: &Context<'_>, quiet: Quiet) -> bool {
    let rules: [(RuleId, Rule); 2] =
        [(RuleId::SustainedLow, level::sustained_low), (RuleId::Epds, questionnaire::epds)];
    let mut on = rules.into_iter().filter(|(id, _)| context.settings.is_on(*id));
    on.any(|(_, rule)| rule(context, &Trigger::Day(quiet)).is_some())
}

/// Whether doulas may have something judged otherwise than it is over everything.
fn differs_for_doulas(history: &History, known: Known) -> bool {
    let differs = |known: &Known| known.flag_open != known.shared_flag_open;
    differs(&known)
        || history.quiet_days().iter().any(|asked| differs(&asked.known))
        || history.entries().iter().any(|entry| entry.private)
        || history.forms().iter().any(|form| form.private)
}
