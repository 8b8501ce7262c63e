//! A parent's own usual: what a measure was on the days from which the change rule counts.
//!
//! It is made of the first answered days after the first two weeks, and then it is frozen, so that a slow decline
//! cannot drag it along. After eight weeks a new one may take its place, unless the days it would be made of are worse
//! than the old one: getting worse never becomes usual by itself. A person may begin it anew from a day on, which is
//! recorded: a restart stands in the same list as what was frozen, made of no day, and nothing stands after it until one
//! is made of later days. Everything is in thousandths of a point, so that the same days give the same usual on every
//! machine. How it was chosen: `docs/decisions/0018` and `0026`.

use jiff::{ToSpan, civil::Date};

use super::{
    entry::Measure,
    history::{Day, days_between},
    profile::Profile,
};

/// Answered days of which a usual is made when there are enough (product decision, by the cohort; the literature on
/// control charts asks for more than eight, Schat 2023).
pub const DAYS: usize = 19;
/// Answered days without which nothing is called usual (product decision).
pub const LEAST_DAYS: usize = 8;
/// When answers are rare, it is made of fewer days once they span this many (product decision: six weeks).
const LONGEST: i32 = 42;
/// For so many days a usual stands at least (product decision: eight weeks).
pub const STANDS: i32 = 56;
/// First day after birth that may be part of it: what passes by itself is not usual (NICE QS37 statement 10).
const FIRST_DAY: i64 = 14;
/// What is assumed of the spread before any day is seen, in thousandths, and the number of days that it weighs like
/// (product decision, by the cohort: parents differ less in it than eight days can tell).
const ASSUMED_SPREAD: f64 = 1_150.0;
const ASSUMED_DAYS: f64 = 16.0;
/// A new usual that is worse than the old one by this much is not taken, in thousandths (product decision).
const WORSE: i64 = 1_500;

/// The measures that have a usual. A single one of the others says little about how somebody is.
pub const MEASURES: [Measure; 3] = [Measure::Mood, Measure::Anxiety, Measure::Connection];

/// The word for a measure, used in the API and the database.
pub fn word(measure: Measure) -> &'static str {
    match measure {
        Measure::Mood => "mood",
        Measure::Connection => "connection",
        Measure::Anxiety => "anxiety",
        Measure::Support => "support",
        Measure::SleepHalfHours => "sleep",
    }
}

/// The measure of a word, if it has a usual.
pub fn measure_of(named: &str) -> Option<Measure> {
    MEASURES.into_iter().find(|measure| word(*measure) == named)
}

/// What is usual for a parent, in one measure; or, made of no day, that a person began it anew ([`Usual::restart`]).
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub struct Usual {
    /// Of what.
    pub measure: Measure,
    /// The local day from which it stands; it is made of days before.
    pub frozen_on: Date,
    /// The first day of which it is made.
    pub first: Date,
    /// The first day that is compared with it: that after the eighth day of which it is made.
    pub counts_from: Date,
    /// Answered days of which it is made; none of a restart.
    pub days: u16,
    /// The mean of those days, in thousandths of a point.
    pub mean: i64,
    /// How far days lie from the mean, as a standard deviation drawn towards what is common, in thousandths.
    pub spread: i64,
}

impl Usual {
    /// That a person began a measure anew from a local day on: what was frozen stands no longer from that day on, and the
    /// next one is made of it and of later days.
    pub fn restart(measure: Measure, from: Date) -> Self {
        Self { measure, frozen_on: from, first: from, counts_from: from, days: 0, mean: 0, spread: 0 }
    }

    /// Whether it is a restart, after which nothing stands.
    pub fn is_restart(&self) -> bool {
        self.days == 0
    }
}

/// What is frozen so far, over everything and over what is not private, earliest first.
#[derive(Clone, Eq, PartialEq, Debug, Default)]
pub struct Usuals {
    /// Over everything: the parent's own truth.
    pub all: Vec<Usual>,
    /// Over what is not private: all that a doula may learn from.
    pub shared: Vec<Usual>,
}

impl Usuals {
    /// Nothing frozen yet, and these restarts, which hold over everything and over what is not private alike.
    pub fn begun_anew(restarts: &[Usual]) -> Self {
        Self { all: restarts.to_vec(), shared: restarts.to_vec() }
    }
}

/// The usual that stands on a day.
pub fn standing(frozen: &[Usual], measure: Measure, on: Date) -> Option<&Usual> {
    latest(frozen, measure, on).filter(|usual| !usual.is_restart())
}

/// What came last by a day: a usual that was frozen, or a restart.
pub fn latest(frozen: &[Usual], measure: Measure, on: Date) -> Option<&Usual> {
    let by_then = frozen.iter().filter(|usual| usual.measure == measure && usual.frozen_on <= on);
    // Over the date line a day may be judged after a later one. What is frozen on the day of a restart does not outlive
    // it: it is made of days before.
    by_then.max_by_key(|usual| (usual.frozen_on, usual.is_restart()))
}

/// The answered days of a measure, earliest first, in thousandths of a point.
pub fn answered(days: &[Day<'_>], measure: Measure) -> Vec<(Date, i64)> {
    let value = |day: &Day<'_>| {
        let mean = day.mean(measure)?;
        Some((day.date, i64::from(mean.sum) * 1_000 / i64::from(mean.count)))
    };
    days.iter().filter_map(value).collect()
}

/// From which day on a usual may be made that is not there yet, after what came last; `None` means from any.
pub fn made_from(profile: &Profile, before: Option<&Usual>) -> Option<Date> {
    let after_birth = profile.birth_date.map(|birth| birth.saturating_add(FIRST_DAY.days()));
    match before {
        Some(restart) if restart.is_restart() => after_birth.max(Some(restart.frozen_on)),
        Some(before) => Some(before.frozen_on.saturating_add((i64::from(STANDS) + 1).days())),
        None => after_birth,
    }
}

/// The usual that becomes frozen on a day, if one does: made of days before it.
pub fn freeze(
    measure: Measure,
    days: &[(Date, i64)],
    profile: &Profile,
    frozen: &[Usual],
    on: Date,
) -> Option<Usual> {
    let before = latest(frozen, measure, on);
    let from = made_from(profile, before);
    let days: Vec<(Date, i64)> =
        days.iter().copied().filter(|(day, _)| *day < on && from.is_none_or(|from| *day >= from)).collect();
    let first = days.first()?.0;
    let enough = days.len() >= DAYS || (days.len() >= LEAST_DAYS && days_between(first, on) >= LONGEST);
    if !enough {
        return None;
    }
    let made: Vec<(Date, i64)> = days.into_iter().take(DAYS).collect();
    let usual = Usual { frozen_on: on, ..of(measure, &made) };
    // Nothing is held against what is made after a restart: a person chose it.
    let worse = |before: &Usual| !before.is_restart() && worse_by(measure, before.mean, usual.mean) >= WORSE;
    (!before.is_some_and(worse)).then_some(usual)
}

/// The usual of these answered days, at least one of them, as if it were frozen after the last.
pub fn of(measure: Measure, made: &[(Date, i64)]) -> Usual {
    let count = made.len().max(1) as f64;
    let mean = made.iter().map(|(_, value)| *value as f64).sum::<f64>() / count;
    let squares: f64 = made.iter().map(|(_, value)| (*value as f64 - mean).powi(2)).sum();
    let own = if made.len() > 1 { squares / (count - 1.0) } else { 0.0 };
    let variance = (count * own + ASSUMED_DAYS * ASSUMED_SPREAD * ASSUMED_SPREAD) / (count + ASSUMED_DAYS);
    let after = |day: Date| day.saturating_add(1.day());
    let eighth = made.get(LEAST_DAYS - 1).or(made.last()).map_or(Date::MIN, |(day, _)| after(*day));
    Usual {
        measure,
        first: made.first().map_or(Date::MIN, |(day, _)| *day),
        frozen_on: made.last().map_or(Date::MIN, |(day, _)| after(*day)),
        counts_from: eighth,
        days: made.len() as u16,
        mean: mean.round() as i64,
        spread: variance.sqrt().round() as i64,
    }
}

/// By how much a value is worse than another, in thousandths; negative when it is better.
pub fn worse_by(measure: Measure, usual: i64, value: i64) -> i64 {
    match measure {
        Measure::Anxiety => value - usual,
        Measure::Mood | Measure::Connection | Measure::Support | Measure::SleepHalfHours => usual - value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::sample::{TODAY, back, born_days_before, day};

    /// One value a day, the last of them yesterday.
    fn until_yesterday(values: &[i64]) -> Vec<(Date, i64)> {
        let count = values.len() as i32;
        (0..).zip(values).map(|(at, value)| (day(&back(count - at)), value * 1_000)).collect()
    }

    fn frozen_today(values: &[i64], born: Option<i32>, frozen: &[Usual]) -> Option<Usual> {
        let profile = born_days_before(born, day(TODAY));
        freeze(Measure::Mood, &until_yesterday(values), &profile, frozen, day(TODAY))
    }

    #[test]
    fn nineteen_answered_days_after_the_first_two_weeks_are_a_usual() {
        assert_eq!(frozen_today(&[7; 18], Some(100), &[]), None);
        let usual = frozen_today(&[7; 19], Some(100), &[]).expect("nineteen days");
        assert_eq!((usual.mean, usual.days, usual.frozen_on), (7_000, 19, day(TODAY)));
        assert_eq!(usual.counts_from, day(&back(11)));
        assert_eq!(usual.spread, 778, "nineteen days without any spread, and what is assumed of it");
        // Born 32 days ago: day 14 after birth is 18 days ago.
        assert_eq!(frozen_today(&[7; 23], Some(32), &[]), None);
        assert!(frozen_today(&[7; 23], Some(33), &[]).is_some());
        assert!(frozen_today(&[7; 19], None, &[]).is_some(), "an unknown birth lies further back");
    }

    #[test]
    fn later_days_never_change_it() {
        let mut values = vec![7; 19];
        values.extend([1; 20]);
        let late = freeze(
            Measure::Mood,
            &until_yesterday(&values),
            &born_days_before(Some(100), day(TODAY)),
            &[],
            day(TODAY),
        );
        assert_eq!(late.expect("there are enough").mean, 7_000, "only the first nineteen count");
    }

    #[test]
    fn who_answers_rarely_has_one_after_six_weeks() {
        let every = |step: usize, count: usize| -> Vec<(Date, i64)> {
            (0..count).map(|at| (day(&back(((count - at) * step) as i32)), 6_000)).collect()
        };
        let profile = born_days_before(Some(200), day(TODAY));
        assert!(freeze(Measure::Mood, &every(6, 8), &profile, &[], day(TODAY)).is_some(), "48 days");
        assert!(freeze(Measure::Mood, &every(5, 8), &profile, &[], day(TODAY)).is_none(), "40 days");
        assert!(freeze(Measure::Mood, &every(7, 7), &profile, &[], day(TODAY)).is_none(), "seven answers");
    }

    /// H12: eight weeks later a new one is taken, but not one that is worse.
    #[test]
    fn h12_a_decline_never_becomes_usual_by_itself() {
        let old =
            |ago: i32| Usual { frozen_on: day(&back(ago)), ..of(Measure::Mood, &until_yesterday(&[7; 16])) };
        let again =
            |values: &[i64], ago: i32| frozen_today(values, Some(300), &[old(ago)]).map(|usual| usual.mean);
        assert_eq!(again(&[8; 19], 75), None, "only eighteen of the days come after eight weeks");
        assert_eq!(again(&[8; 19], 76), Some(8_000));
        assert_eq!(again(&[6; 19], 90), Some(6_000));
        assert_eq!(again(&[5; 19], 90), None);
    }

    #[test]
    fn more_anxiety_is_worse_and_so_is_less_mood() {
        assert_eq!(worse_by(Measure::Mood, 7_000, 4_000), 3_000);
        assert_eq!(worse_by(Measure::Connection, 4_000, 7_000), -3_000);
        assert_eq!(worse_by(Measure::Anxiety, 3_000, 8_000), 5_000);
    }

    #[test]
    fn the_latest_that_was_frozen_by_then_stands() {
        let at =
            |ago: i32| Usual { frozen_on: day(&back(ago)), ..of(Measure::Mood, &until_yesterday(&[7; 16])) };
        let frozen = [at(100), at(20)];
        assert_eq!(standing(&frozen, Measure::Mood, day(&back(101))), None);
        assert_eq!(standing(&frozen, Measure::Mood, day(&back(100))), Some(&frozen[0]));
        assert_eq!(standing(&frozen, Measure::Mood, day(TODAY)), Some(&frozen[1]));
        assert_eq!(standing(&frozen, Measure::Anxiety, day(TODAY)), None);
    }
}
