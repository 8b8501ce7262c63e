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
/// A gap that she had so many times in the weeks of her habit is nothing new, also where somebody is to look sooner
/// (product decision, decision 0020).
const OFTEN: usize = 3;
/// A longer one is no reason to wait there: gaps that grow are how somebody fades out (product decision, decision 0020).
const LONGEST_OFTEN: i32 = 3;
/// Days that the second step then comes after the first at least (product decision, decision 0020).
const BETWEEN_SOONER_STEPS: i32 = 2;
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
        let had = |long: i32| gaps.iter().filter(|gap| (long..NEVER_USUAL).contains(gap)).count();
        let often = (1..=LONGEST_OFTEN).rev().find(|long| had(*long) >= OFTEN).unwrap_or(1);
        let first = daily.first.max(often + 1);
        return Some(Steps { first, second: daily.second.max(first + BETWEEN_SOONER_STEPS) });
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
