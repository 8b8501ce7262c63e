//! How often a parent answers, and so after how many days without an answer somebody should notice.
//!
//! Her own habit decides, or her wish where that asks for more patience. Who answers on most days is missed after four
//! days and again after seven; who answers more seldom has her own step instead of a day. The numbers that were
//! tried are in decision 0020.

use jiff::civil::Date;

use super::history::days_between;

/// Days of some week that must have an answer for a habit of less than two weeks (clinical rule of the product: four of
/// seven). Which week plays no part: who stops, answers once and stops again used to answer all the same.
const OFTEN_OF_A_WEEK: usize = 4;
/// The week that is counted over.
const WEEK: i32 = 7;
/// How far back a habit is looked for: six weeks, so that it follows a family that changes and is not made by one
/// week (product decision, decision 0020).
const HABIT_DAYS: i32 = 42;
/// A habit of her own is known after two weeks
const KNOWN_AFTER_DAYS: i32 = 13;
/// with at least this many ways from one answered day to the next (both product decisions, decision 0020).
const KNOWN_STEPS: usize = 5;
/// What is usual for her may put the first step off by this many days more than the longest gap that she came back
/// from (product decision, decision 0020).
const BEYOND_USUAL: i32 = 2;
/// Days that the second step then comes after the first (clinical rule of the product: from four to seven).
const BETWEEN_STEPS: i32 = 3;
/// While no habit is known, an ordinary follow-up waits so many days longer for who answered on four days of her best
/// week and never on five: that is as often somebody who answers seldom (product decision, by the cohort, decision 0020).
const UNSURE_LONGER: i32 = WEEK;
/// Days of some week with an answer from which it does not.
const SURE_OF_A_WEEK: usize = 5;
/// A gap this long was no habit but a silence, and never becomes usual (product decision).
const NEVER_USUAL: i32 = 7;

/// Days without an answer after which a flag is raised, and raised higher.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub struct Steps {
    /// A notice.
    pub first: i32,
    /// A follow-up.
    pub second: i32,
}

impl Steps {
    /// The sooner one of each.
    pub(super) fn sooner(self, other: Self) -> Self {
        Self { first: self.first.min(other.first), second: self.second.min(other.second) }
    }
}

/// The steps of a parent who answered on these local days, each once and earliest first; `None` when neither her
/// habit nor her wish says when an answer is to be expected.
///
/// `wish`: how many days apart she wishes to be asked. `paused_through`: the last day of her latest pause; the gap
/// around it was her choice and says nothing about her habit. `daily`: the steps of somebody who answers on most days.
/// `patient`: what is usual for her may put them off.
pub fn steps(
    days: &[Date],
    wish: Option<u8>,
    paused_through: Option<Date>,
    daily: Steps,
    patient: bool,
) -> Option<Steps> {
    let habit = habit(days, paused_through, daily, patient);
    // Three days late and six days late; a wish of one day makes the steps of a daily habit.
    let wished = wish.map(|apart| {
        let late = i32::from(apart.max(1)) - 1;
        Steps { first: daily.first + late, second: daily.second + late }
    });
    match (habit, wished) {
        (Some(habit), Some(wished)) => {
            Some(Steps { first: habit.first.max(wished.first), second: habit.second.max(wished.second) })
        }
        (habit, wished) => habit.or(wished),
    }
}

fn habit(days: &[Date], paused_through: Option<Date>, daily: Steps, patient: bool) -> Option<Steps> {
    let last = *days.last()?;
    let recent = days.iter().copied().filter(|day| days_between(*day, last) < HABIT_DAYS);
    let habit: Vec<Date> = recent.collect();
    let gaps: Vec<i32> = habit.windows(2).map(|pair| gap(pair[0], pair[1], paused_through)).collect();
    let (span, count) = (gaps.iter().sum::<i32>(), gaps.len() as i32);
    if span < KNOWN_AFTER_DAYS || gaps.len() < KNOWN_STEPS {
        let answered =
            |many: usize| habit.windows(many).any(|days| days_between(days[0], days[many - 1]) < WEEK);
        let longer = if patient && !answered(SURE_OF_A_WEEK) { UNSURE_LONGER } else { 0 };
        let steps = Steps { second: daily.second + longer, ..daily };
        return answered(OFTEN_OF_A_WEEK).then_some(steps);
    }
    // On most days means four of seven here too: on average at most seven days for four steps. One long silence among
    // them does not make a seldom answerer of her.
    let usual_span: i32 = gaps.iter().map(|gap| *gap.min(&(NEVER_USUAL - 1))).sum();
    if usual_span * OFTEN_OF_A_WEEK as i32 > WEEK * count {
        // A daily habit with her own step in the place of a day, rounded up.
        let scaled = |days: i32| (days * span + count - 1) / count;
        return Some(Steps { first: scaled(daily.first), second: scaled(daily.second) });
    }
    if !patient {
        return Some(daily);
    }
    let usual = gaps.iter().copied().filter(|gap| *gap < NEVER_USUAL).max().unwrap_or(1);
    let first = (usual + BEYOND_USUAL).min(NEVER_USUAL).max(daily.first);
    Some(Steps { first, second: daily.second.max(first + BETWEEN_STEPS) })
}

/// Days from one answered day to the next; a pause between them makes it one step like any other.
fn gap(from: Date, to: Date, paused_through: Option<Date>) -> i32 {
    let paused = paused_through.is_some_and(|end| from < end && end <= to);
    if paused { 1 } else { days_between(from, to) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::sample::{back, day};

    /// Answered days, given as days before today.
    fn ago(days: impl IntoIterator<Item = i32>) -> Vec<Date> {
        let mut days: Vec<Date> = days.into_iter().map(|ago| day(&back(ago))).collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    const DAILY: Steps = Steps { first: 4, second: 7 };
    const SOONER: Steps = Steps { first: 2, second: 4 };

    /// First and second step.
    type Found = Option<(i32, i32)>;

    /// In ordinary times, and after low days.
    fn both(days: &[Date], wish: Option<u8>) -> (Found, Found) {
        let of =
            |daily, patient| steps(days, wish, None, daily, patient).map(|steps| (steps.first, steps.second));
        (of(DAILY, true), of(SOONER, false))
    }

    #[test]
    fn four_answered_days_of_seven_make_a_habit() {
        let (often, sooner, never) = (Some((4, 7)), Some((2, 4)), (None, None));
        // Four of her best week and never five: an ordinary follow-up waits a week longer.
        let four = (Some((4, 14)), sooner);
        let often = (often, sooner);
        for (days, expected) in [
            (vec![0, 1, 2, 3], four),
            (vec![0, 2, 4, 6], four),
            (vec![0, 1, 2, 3, 4, 5, 6], often),
            (vec![0, 2, 3, 4, 6], often),
            (vec![0, 3, 5, 6], four),
            (vec![0, 5, 6, 7, 8], four),
            (vec![0, 5, 8, 10, 11], four),
            (vec![0, 5, 8, 10, 12], never),
            (vec![0, 1, 2], never),
            (vec![0, 2, 4, 7], never),
            (vec![0, 3, 6, 9, 12], never),
            (vec![0], never),
            (vec![], never),
        ] {
            assert_eq!(both(&ago(days.clone()), None), expected, "{days:?}");
        }
    }

    #[test]
    fn a_known_habit_of_most_days_keeps_the_steps_of_a_day() {
        assert_eq!(both(&ago(0..42), None), (Some((4, 7)), Some((2, 4))));
        assert_eq!(both(&ago((0..42).filter(|ago| ago % 7 < 5)), None), (Some((5, 8)), Some((2, 4))));
        // Fourteen days make it known, thirteen do not.
        assert_eq!(both(&ago([0, 1, 2, 3, 7, 8, 9, 10, 12]), None).0, Some((4, 7)));
        assert_eq!(both(&ago([0, 1, 2, 3, 7, 8, 9, 10, 13]), None).0, Some((6, 9)));
    }

    /// The longest gap that she came back from, and two days more, within four and seven.
    #[test]
    fn a_gap_she_came_back_from_is_usual_for_her() {
        for (gap, expected) in [
            (1, (4, 7)),
            (2, (4, 7)),
            (3, (5, 8)),
            (4, (6, 9)),
            (5, (7, 10)),
            (6, (7, 10)),
            (7, (4, 7)),
            (9, (4, 7)),
        ] {
            let days = ago((0..10).chain(9 + gap..30));
            assert_eq!(both(&days, None), (Some(expected), Some((2, 4))), "{gap}");
        }
    }

    #[test]
    fn who_answers_seldom_has_her_own_step() {
        for (apart, expected) in [(2, ((8, 14), (4, 8))), (3, ((12, 21), (6, 12))), (7, ((28, 49), (14, 28)))]
        {
            let days = ago((0..42).filter(|ago| ago % apart == 0));
            let (normal, sooner) = both(&days, None);
            assert_eq!((normal, sooner), (Some(expected.0), Some(expected.1)), "every {apart} days");
        }
        // Rounded up: 17 days in six steps.
        assert_eq!(both(&ago([0, 3, 6, 9, 12, 15, 17]), None).0, Some((12, 20)));
        // One full week in a seldom month is no habit of most days.
        assert_eq!(both(&ago([0, 1, 2, 3, 12, 20, 28, 36]), None).0, Some((21, 36)));
    }

    #[test]
    fn four_of_seven_is_the_line_of_a_known_habit() {
        // 14 days in 8 steps are 7 in 4; one step less is below it.
        assert_eq!(both(&ago([0, 2, 4, 6, 8, 10, 12, 13, 14]), None).0, Some((4, 7)));
        assert_eq!(both(&ago([0, 2, 4, 6, 8, 10, 12, 14]), None).0, Some((8, 14)));
    }

    #[test]
    fn a_wish_is_enough_by_itself_and_never_makes_it_sooner() {
        for (wish, expected) in [
            (1, ((4, 7), (2, 4))),
            (2, ((5, 8), (3, 5))),
            (7, ((10, 13), (8, 10))),
            (30, ((33, 36), (31, 33))),
        ] {
            assert_eq!(both(&ago([0]), Some(wish)), (Some(expected.0), Some(expected.1)), "{wish}");
            assert_eq!(both(&ago(0..42), Some(wish)), (Some(expected.0), Some(expected.1)), "{wish}");
        }
        let seldom = ago((0..42).filter(|ago| ago % 3 == 0));
        assert_eq!(both(&seldom, Some(1)), both(&seldom, None), "she answers every third day");
        assert_eq!(both(&seldom, Some(30)).0, Some((33, 36)));
        // No column holds it, and it would make the steps shorter.
        assert_eq!(both(&ago([0]), Some(0)), both(&ago([0]), Some(1)));
        assert_eq!(steps(&[], Some(1), None, DAILY, true).map(|steps| steps.first), Some(4));
    }

    #[test]
    fn what_a_practice_set_takes_the_place_of_the_shipped_days() {
        let (strict, loose) = (Steps { first: 3, second: 4 }, Steps { first: 7, second: 10 });
        let of = |days: &[Date], daily| {
            steps(days, None, None, daily, true).map(|steps| (steps.first, steps.second))
        };
        let seldom = ago((0..42).filter(|ago| ago % 3 == 0));
        let gaps = ago((0..10).chain(12..30));
        for (days, strict_days, loose_days) in [
            (ago(0..5), (3, 4), (7, 10)),
            (ago(0..42), (3, 6), (7, 10)),
            (gaps, (5, 8), (7, 10)),
            (seldom, (9, 12), (21, 30)),
        ] {
            assert_eq!(
                (of(&days, strict), of(&days, loose)),
                (Some(strict_days), Some(loose_days)),
                "{days:?}"
            );
        }
        assert_eq!(strict.sooner(loose), strict);
        assert_eq!(Steps { first: 2, second: 9 }.sooner(strict), Steps { first: 2, second: 4 });
    }

    /// Who was silent once, answers and stops again is missed as before.
    #[test]
    fn one_long_silence_makes_nobody_a_seldom_answerer() {
        assert_eq!(both(&ago([0, 7, 8, 9, 10, 11, 12, 13]), None).0, Some((4, 7)));
        assert_eq!(both(&ago([0].into_iter().chain(20..42)), None).0, Some((4, 7)));
        assert_eq!(both(&ago([0, 9, 18, 27, 36].into_iter().chain(37..41)), None).0, Some((20, 35)));
    }

    #[test]
    fn a_pause_is_no_gap_of_hers() {
        let days = ago([0, 1, 2, 8, 14, 15, 16, 17, 18]);
        let paused = |end: Option<i32>| {
            let end = end.map(|ago| day(&back(ago)));
            steps(&days, None, end, DAILY, true).map(|steps| (steps.first, steps.second))
        };
        assert_eq!(paused(None), Some((9, 16)), "as if she answered seldom");
        for inside in [13, 8, 7, 5, 2] {
            assert_eq!(paused(Some(inside)), Some((7, 10)), "{inside}");
        }
        for outside in [1, 14, 60] {
            assert_eq!(paused(Some(outside)), Some((9, 16)), "{outside}");
        }
    }
}
