//! When something becomes due without an answer: the next day on which a timer has to ask the rules.
//!
//! Exactly the days on which they would raise something that they have not raised yet, as far as is known now. An
//! answer, an edit, a setting or a flag moves the day, so whoever changes one of them asks here again.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use super::{
    Context,
    finding::RuleId,
    history::History,
    judged_again,
    quiet::{Known, Quiet, morning},
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
    let low = judged_again::on(context.profile).filter(|on| {
        *on >= soonest && {
            let quiet = day(*on);
            let asked = |history: &History| {
                judged_again::low_since_birth(&Context { history, ..*context }, &quiet).is_some()
            };
            asked(context.history) || shared.as_ref().is_some_and(asked)
        }
    });
    silence.chain(low).min().map(|on| Due { on, at: morning(on, zone) })
}

/// Whether doulas may have something judged otherwise than it is over everything.
fn differs_for_doulas(history: &History, known: Known) -> bool {
    let differs = |known: &Known| known.flag_open != known.shared_flag_open;
    differs(&known)
        || history.quiet_days().iter().any(|asked| differs(&asked.known))
        || history.entries().iter().any(|entry| entry.private)
        || history.forms().iter().any(|form| form.private)
}
