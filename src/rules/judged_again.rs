//! Low mood of the first two weeks, judged again on day 14 after birth, also when nobody writes on that day (H13).
//!
//! Until then it raised a notice at most, because baby blues pass by day 10 to 14. What began later than birth is
//! judged over the days since it began: good days before it do not make it shorter.

use jiff::{ToSpan, civil::Date};

use super::{
    Context,
    entry::{Entry, Measure},
    finding::{Evidence, Finding},
    history::Day,
    level::{self, FIRST_DAY, SUSTAINED_LOW},
    profile::Profile,
    quiet::Quiet,
    reason::{LowDays, Reason},
};

/// The local day on which it is judged again, when the birth is known.
pub(super) fn on(profile: &Profile) -> Option<Date> {
    profile.birth_date?.checked_add(i64::from(FIRST_DAY).days()).ok()
}

/// Mood at the line or below on most answered days since some such day after birth, the earliest for which it holds.
/// Only on day 14: from then on each low entry is judged by itself.
pub(super) fn low_since_birth(context: &Context<'_>, quiet: &Quiet) -> Option<Finding> {
    if on(context.profile) != Some(quiet.on) {
        return None;
    }
    let line = context.settings.scale(SUSTAINED_LOW.line);
    let low = |day: &Day<'_>| day.mean(Measure::Mood).is_some_and(|mean| mean.at_most(line));
    let mut days = context.history.days();
    days.retain(|day| {
        context.profile.days_since_birth(day.date).is_some_and(|since| (0..=FIRST_DAY).contains(&since))
    });
    days.retain(|day| day.mean(Measure::Mood).is_some());
    let begin = (0..days.len()).find(|begin| {
        let since = &days[*begin..];
        let lows = since.iter().filter(|day| low(day)).count();
        low(&since[0]) && SUSTAINED_LOW.are_met(context.settings, lows, since.len())
    })?;
    let (answered, from) = (days.len() - begin, days[begin].date);
    days.retain(|day| day.date >= from && low(day));
    let entries = days.iter().flat_map(|day| day.entries.iter().copied());
    let mut entries: Vec<&Entry> = entries.filter(|entry| entry.mood.is_some()).collect();
    entries.sort_by_key(|entry| (entry.occurred_at, entry.id));
    let reason = LowDays { line, low: days.len() as u16, answered: answered as u16, from, to: quiet.on };
    let evidence = entries.into_iter().map(Evidence::from).collect();
    Some(Finding::of_day(level::SEVERITY, Reason::SustainedLow(reason), evidence))
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::rules::{
        History, Known, Settings, Severity,
        quiet::morning,
        sample::{TODAY, born_days_before, day},
        silence_edge::moods,
    };

    /// Today is day 14. Moods of day 13 and the days before it, as far as they were given.
    fn raised(values: &[Option<u8>], born: Option<i32>) -> Option<LowDays> {
        let mut entries = moods(1, values.iter().map(|mood| mood.unwrap_or(0)));
        entries.retain(|entry| {
            values[(day(TODAY).since(entry.local_date).expect("days").get_days() - 1) as usize].is_some()
        });
        let (history, profile) = (History::new(entries), born_days_before(born, day(TODAY)));
        let settings = Settings::default();
        let context = Context {
            history: &history,
            profile: &profile,
            settings: &settings,
            usual: &[],
            today: day(TODAY),
        };
        let quiet =
            Quiet { on: day(TODAY), at: morning(day(TODAY), &TimeZone::UTC), known: Known::default() };
        let found = low_since_birth(&context, &quiet)?;
        assert_eq!(found.severity, Severity::FollowUp);
        let Reason::SustainedLow(days) = found.reason else { panic!("{:?}", found.reason) };
        assert_eq!(found.evidence.len(), usize::from(days.low));
        Some(days)
    }

    /// H13: low since day 5 is judged on day 14 over all its days, without an answer on that day.
    #[test]
    fn h13_low_since_day_five_is_raised_on_day_fourteen() {
        let low = [Some(3); 9];
        let found = raised(&low, Some(14)).expect("nine low days");
        assert_eq!((found.low, found.answered), (9, 9));
        assert_eq!((found.from, found.to), (day("2026-11-14"), day(TODAY)));
        for born in [Some(12), Some(13), Some(15), Some(400), None] {
            assert_eq!(raised(&low, born), None, "{born:?}");
        }
    }

    #[test]
    fn h13_what_counts_is_the_time_since_the_first_low_day() {
        const L: Option<u8> = Some(3);
        const F: Option<u8> = Some(4);
        for (values, expected) in [
            (vec![L; 8], true),
            (vec![L; 7], false),
            // Fine days before it make it no shorter.
            ([vec![L; 9], vec![F; 5]].concat(), true),
            ([vec![L; 8], vec![F; 6]].concat(), true),
            // Better days since then do.
            ([vec![F; 3], vec![L; 7]].concat(), true),
            ([vec![F; 4], vec![L; 7]].concat(), false),
            ([vec![F; 4], vec![L; 9]].concat(), false),
            ([vec![F; 4], vec![L; 10]].concat(), true),
            // A single low day long before it neither.
            ([vec![L; 8], vec![F; 5], vec![L; 1]].concat(), true),
            // A gap is no day.
            (vec![L, None, L, None, L, L, L, L, L, L], true),
            (vec![L, None, L, None, L, L, L, L, L], false),
            (vec![F; 14], false),
            (vec![], false),
        ] {
            assert_eq!(raised(&values, Some(14)).is_some(), expected, "{values:?}");
        }
    }
}
