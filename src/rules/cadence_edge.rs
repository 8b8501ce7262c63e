//! The edge table of a parent's habit: how many answers make one, and after how many days she is missed.

use jiff::civil::Date;

use super::{
    cadence::{Steps, steps},
    sample::{back, day},
};

/// Answered days, given as days before today.
fn ago(days: impl IntoIterator<Item = i32>) -> Vec<Date> {
    let mut days: Vec<Date> = days.into_iter().map(|ago| day(&back(ago))).collect();
    days.sort_unstable();
    days.dedup();
    days
}

const DAILY: Steps = Steps { first: 4, second: 7 };
const SOONER: Steps = Steps { first: 2, second: 5 };

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
    let (often, sooner, never) = (Some((4, 7)), Some((2, 5)), (None, None));
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
    assert_eq!(both(&ago(0..42), None), (Some((4, 7)), Some((2, 5))));
    assert_eq!(both(&ago((0..42).filter(|ago| ago % 7 < 5)), None), (Some((5, 8)), Some((4, 6))));
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
        assert_eq!(both(&days, None), (Some(expected), Some((2, 5))), "{gap}");
    }
}

/// Sooner than usual is not at a gap that she often has: that she came back from it thrice says so.
#[test]
fn a_gap_that_she_often_has_is_nothing_new_beside_a_flag_either() {
    let with = |gaps: &[i32]| {
        let mut at = 0;
        let days = gaps.iter().map(|gap| {
            at += gap;
            at
        });
        both(&ago([0].into_iter().chain(days)), None)
    };
    for (gaps, expected) in [
        (vec![1; 20], ((4, 7), (2, 5))),
        (vec![1, 2, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1], ((4, 7), (2, 5))),
        (vec![1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 1], ((4, 7), (3, 5))),
        // Two of two days and one of three: a third is longer than all but one of them.
        (vec![1, 2, 1, 2, 1, 3, 1, 1, 1, 1, 1, 1], ((5, 8), (3, 5))),
        (vec![1, 3, 1, 3, 1, 3, 1, 1, 1, 1, 1, 1], ((5, 8), (4, 6))),
        // Longer ones put it off no further.
        ([vec![1; 6], vec![6], vec![1; 6], vec![6], vec![1; 5], vec![6]].concat(), ((7, 10), (4, 6))),
        // A long silence is no habit, however often.
        ([vec![1; 7], vec![7], vec![1; 7], vec![7], vec![1; 6], vec![7]].concat(), ((4, 7), (2, 5))),
    ] {
        assert_eq!(with(&gaps), (Some(expected.0), Some(expected.1)), "{gaps:?}");
    }
}

#[test]
fn who_answers_seldom_has_her_own_step() {
    for (apart, expected) in [(2, ((8, 14), (4, 10))), (3, ((12, 21), (6, 15))), (7, ((28, 49), (14, 35)))] {
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
    for (wish, expected) in
        [(1, ((4, 7), (2, 5))), (2, ((5, 8), (3, 6))), (7, ((10, 13), (8, 11))), (30, ((33, 36), (31, 34)))]
    {
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
    let of =
        |days: &[Date], daily| steps(days, None, None, daily, true).map(|steps| (steps.first, steps.second));
    let seldom = ago((0..42).filter(|ago| ago % 3 == 0));
    let gaps = ago((0..10).chain(12..30));
    for (days, strict_days, loose_days) in [
        (ago(0..5), (3, 4), (7, 10)),
        (ago(0..42), (3, 6), (7, 10)),
        (gaps, (5, 8), (7, 10)),
        (seldom, (9, 12), (21, 30)),
    ] {
        assert_eq!((of(&days, strict), of(&days, loose)), (Some(strict_days), Some(loose_days)), "{days:?}");
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
