//! The edge table of the change rule: both sides of each line, gaps, single days, and what a usual is made of.

use super::{
    Context, Entry, Finding, History, Measure, Profile, Reason, Settings,
    change::change,
    sample::{TODAY, back, born_days_before, day, entry},
    usual::{Usual, of},
};

/// One entry a day with this mood; the last is today's. `None` is a day without an answer.
fn run(moods: &[Option<u8>]) -> Vec<Entry> {
    let count = moods.len() as i32;
    (1..)
        .zip(moods)
        .filter_map(|(at, mood)| Some(Entry { mood: Some((*mood)?), ..entry(at as u32, &back(count - at)) }))
        .collect()
}

fn days(value: u8, count: usize) -> Vec<Option<u8>> {
    vec![Some(value); count]
}

fn ask(entries: &[Entry], usual: &[Usual], profile: &Profile) -> Option<Finding> {
    let (history, settings) = (History::new(entries.to_vec()), Settings::default());
    let context = Context { history: &history, profile, settings: &settings, usual, today: day(TODAY) };
    change(&context, &entries.last().expect("an entry").clone().into())
}

fn later() -> Profile {
    born_days_before(Some(200), day(TODAY))
}

/// A usual of nineteen days around this mood, frozen thirty days ago.
fn usual(mood: i64) -> Usual {
    let made: Vec<_> = (0..19).map(|at| (day(&back(49 - at)), mood * 1_000)).collect();
    of(Measure::Mood, &made)
}

fn raised(tail: &[Option<u8>]) -> bool {
    let mut moods = days(7, 30);
    moods.extend(tail);
    ask(&run(&moods), &[usual(7)], &later()).is_some()
}

#[test]
fn a_deep_fall_is_seen_within_days_and_a_shallow_one_is_not_a_fall() {
    // The line for days that never differed lies at 3.55 and an ordinary day uses up 1.1.
    for (tail, seen) in [
        (vec![Some(0)], false),
        (vec![Some(3), Some(3)], true),
        (vec![Some(4), Some(4)], false),
        (vec![Some(4), Some(4), Some(4)], true),
        (vec![Some(5), Some(5)], false),
        (vec![Some(5), Some(5), Some(5)], false),
        (vec![Some(5); 5], false),
        (vec![Some(5); 6], true),
        (days(6, 20), false),
    ] {
        assert_eq!(raised(&tail), seen, "{tail:?}");
    }
}

#[test]
fn one_terrible_day_among_good_ones_says_nothing_and_a_good_day_is_no_trigger() {
    assert!(!raised(&[Some(0), Some(7), Some(0), Some(7), Some(0)]));
    assert!(!raised(&[Some(3), Some(3), Some(3), Some(7)]));
    assert!(!raised(&[Some(3), Some(3), Some(3), Some(7), Some(3)]), "one day is not two in a row");
    assert!(raised(&[Some(3), Some(3), Some(3), Some(7), Some(3), Some(3)]));
}

/// A week has its shape: three points lower at each weekend, or from Monday to Friday, is what is usual for her.
#[test]
fn weekends_are_no_decline_however_often_they_come() {
    let week = |other: u8, weekend: u8| (0..84).map(move |at| Some(if at % 7 < 5 { other } else { weekend }));
    for (other, weekend) in [(8, 5), (5, 8), (7, 4), (9, 6)] {
        let moods: Vec<Option<u8>> = week(other, weekend).collect();
        let entries = run(&moods);
        let made: Vec<_> = (0..19)
            .map(|at| (entries[at].local_date, i64::from(entries[at].mood.expect("a mood")) * 1_000))
            .collect();
        for until in 20..=entries.len() {
            let of_then = &entries[..until];
            assert_eq!(
                ask(of_then, &[of(Measure::Mood, &made)], &later()),
                None,
                "{other} {weekend} day {until}"
            );
        }
    }
}

#[test]
fn days_without_an_answer_neither_add_nor_take() {
    let mut gaps = vec![Some(3)];
    gaps.extend(vec![None; 9]);
    gaps.push(Some(3));
    assert!(raised(&gaps));
    assert!(raised(&[Some(3), Some(3)]));
}

#[test]
fn a_rise_of_mood_is_no_decline_and_raises_nothing() {
    let mut moods = days(4, 30);
    moods.extend(days(9, 10));
    assert_eq!(ask(&run(&moods), &[usual(4)], &later()), None);
}

/// H12: days after it was frozen change nothing in what is usual.
#[test]
fn h12_a_slow_decline_is_measured_against_what_was_frozen() {
    let slow: Vec<Option<u8>> = [6, 6, 6, 5, 6, 5, 5, 5, 4, 5, 4, 4].map(Some).to_vec();
    let mut moods = days(7, 30);
    moods.extend(&slow);
    let found = ask(&run(&moods), &[usual(7)], &later()).expect("a decline");
    let Reason::Change(away) = found.reason else { panic!("another reason") };
    assert_eq!((away.usual_tenths, away.made_of_days, away.to), (70, 19, day(TODAY)));
    assert!(away.mean_tenths < 52 && away.days >= 6, "{away:?}");
    assert_eq!(found.evidence.len(), usize::from(away.days));
}

#[test]
fn before_there_are_eight_days_nothing_is_usual() {
    for (before, fall, seen) in [(7, 5, false), (8, 2, false), (8, 3, true), (14, 2, true)] {
        let mut moods = days(7, before);
        moods.extend(days(2, fall));
        assert_eq!(ask(&run(&moods), &[], &later()).is_some(), seen, "{before} days, then {fall}");
    }
}

#[test]
fn the_first_two_weeks_after_birth_are_nobodys_usual() {
    let mut moods = days(9, 14);
    moods.extend(days(5, 9));
    // Day 14 after birth is nine days ago: the blissful days before it do not count.
    assert_eq!(ask(&run(&moods), &[], &born_days_before(Some(22), day(TODAY))), None);
    assert!(ask(&run(&moods), &[], &later()).is_some());
}

#[test]
fn anxiety_and_connection_are_not_judged_against_a_usual() {
    for of in [
        (|entry: &mut Entry, value| entry.anxiety = Some(10 - value)) as fn(&mut Entry, u8),
        |entry, value| entry.connection = Some(value),
    ] {
        let mut entries = run(&days(7, 20));
        for (at, entry) in entries.iter_mut().enumerate() {
            of(entry, if at < 16 { 8 } else { 1 });
        }
        assert_eq!(ask(&entries, &[], &later()), None);
    }
}
