//! The edge tables of the rules of three days in five, and of anxiety that stays.
//!
//! Hazard H13 (the baby-blues rule hides illness) again: days after birth, edges of the window,
//! gaps, several entries a day; every expectation is a literal.

use super::{
    Entry, Finding, HighDays, History, LowDays, LowShortDays, Profile, Reason, Rule, Severity,
    anxiety_stays::anxiety_stays,
    low_first_days::low_first_days,
    low_with_little_sleep::low_with_little_sleep,
    sample::{self, TODAY, back, born_days_before, day, entry},
};

/// One entry a day with these moods and half hours of sleep; the first is today's, the next yesterday's.
fn run(values: &[(Option<u8>, Option<u8>)]) -> Vec<Entry> {
    (0..)
        .zip(values)
        .filter(|(_, values)| **values != (None, None))
        .map(|(ago, (mood, sleep_half_hours))| Entry {
            mood: *mood,
            sleep_half_hours: *sleep_half_hours,
            ..entry(100 - ago as u32, &back(ago))
        })
        .collect()
}

fn moods(values: &[Option<u8>]) -> Vec<Entry> {
    run(&values.iter().map(|mood| (*mood, None)).collect::<Vec<_>>())
}

fn anxious(values: &[u8]) -> Vec<Entry> {
    (0..)
        .zip(values)
        .map(|(ago, value)| Entry { anxiety: Some(*value), ..entry(100 - ago as u32, &back(ago)) })
        .collect()
}

fn born(days: impl Into<Option<i32>>) -> Profile {
    born_days_before(days.into(), day(TODAY))
}

fn ask(rule: Rule, entries: &[Entry], profile: &Profile, trigger: &Entry) -> Option<Finding> {
    sample::ask(rule, &History::new(entries.to_vec()), profile, trigger)
}

/// What the first entry, today's, raises.
fn today(rule: Rule, entries: &[Entry], profile: &Profile) -> Option<Severity> {
    ask(rule, entries, profile, &entries[0]).map(|found| found.severity)
}

const LOW: Option<u8> = Some(3);
const FINE: Option<u8> = Some(4);

/// H13.
#[test]
fn h13_three_low_days_of_five_are_a_notice_in_the_first_two_weeks() {
    let cases: [(&[Option<u8>], bool); 9] = [
        (&[LOW, LOW], false),
        (&[LOW, LOW, LOW], true),
        (&[LOW, FINE, LOW, FINE, LOW], true),
        (&[LOW, FINE, LOW, FINE, FINE], false),
        (&[LOW, None, LOW, None, LOW], true),
        (&[LOW, None, LOW, None, None, LOW], false),
        (&[LOW, LOW, FINE, FINE, FINE, LOW], false),
        (&[Some(0), Some(1), Some(2)], true),
        (&[FINE; 5], false),
    ];
    for (values, expected) in cases {
        let found = today(low_first_days, &moods(values), &born(9));
        assert_eq!(found, expected.then_some(Severity::Notice), "{values:?}");
    }
}

/// H13: from day 14 on sustained low mood takes over, and an unknown birth lies further back.
#[test]
fn h13_the_first_days_are_nought_to_thirteen() {
    let entries = moods(&[LOW; 5]);
    for on in 0..=13 {
        assert_eq!(today(low_first_days, &entries, &born(on)), Some(Severity::Notice), "day {on}");
    }
    for on in [Some(-1), Some(14), Some(15), Some(400), None] {
        assert_eq!(today(low_first_days, &entries, &born(on)), None, "day {on:?}");
    }
}

#[test]
fn low_mood_with_less_than_four_hours_on_three_days_of_five_is_found() {
    let (both, slept, fine) = ((LOW, Some(7)), (LOW, Some(8)), (FINE, Some(7)));
    let cases = [
        (vec![both; 3], true),
        (vec![both; 2], false),
        (vec![both, slept, both, both], true),
        (vec![both, slept, both, slept, slept], false),
        (vec![both, fine, both, fine, fine], false),
        (vec![both, (LOW, None), both, (None, Some(0)), both], true),
        (vec![both, (LOW, None), both, (None, Some(0))], false),
        (vec![both, (None, None), both, (None, None), (None, None), both], false),
        (vec![(Some(0), Some(0)); 5], true),
        (vec![slept; 5], false),
        (vec![fine; 5], false),
    ];
    for (values, expected) in cases {
        let found = today(low_with_little_sleep, &run(&values), &born(60));
        assert_eq!(found, expected.then_some(Severity::FollowUp), "{values:?}");
    }
}

/// H13: sleep beside it makes low mood of the first two weeks no graver.
#[test]
fn h13_low_mood_with_little_sleep_is_a_notice_until_day_fourteen() {
    let entries = run(&[(LOW, Some(7)); 3]);
    for on in [-1, 0, 13] {
        assert_eq!(today(low_with_little_sleep, &entries, &born(on)), Some(Severity::Notice), "day {on}");
    }
    for on in [Some(14), Some(15), Some(400), None] {
        let found = today(low_with_little_sleep, &entries, &born(on));
        assert_eq!(found, Some(Severity::FollowUp), "day {on:?}");
    }
}

#[test]
fn a_day_is_its_means_whichever_entries_they_came_in() {
    // Today is mood 0 and `mood`, and sleep 7 and `sleep`, in two entries.
    for (mood, sleep, expected) in [(6, 8, true), (7, 8, false), (6, 9, false), (6, 7, true)] {
        let mut entries = run(&[(Some(0), Some(7)), (LOW, Some(7)), (LOW, Some(7))]);
        entries.push(Entry { mood: Some(mood), sleep_half_hours: Some(sleep), ..entry(200, TODAY) });
        let found = today(low_with_little_sleep, &entries, &born(60)).is_some();
        assert_eq!(found, expected, "mood {mood}, {sleep} half hours");
    }
    let mut apart = run(&[(LOW, None), (LOW, Some(7)), (LOW, Some(7))]);
    apart.push(Entry { sleep_half_hours: Some(6), ..entry(200, TODAY) });
    for trigger in &apart {
        let found = ask(low_with_little_sleep, &apart, &born(60), trigger).expect("three days");
        assert_eq!(found.evidence.len(), 4, "both halves of a day are evidence");
    }
}

#[test]
fn anxiety_of_eight_on_most_answered_days_of_two_weeks_is_a_notice() {
    for (high, fine, expected) in [
        (7, 0, false),
        (8, 0, true),
        (6, 2, true),  // 75 %
        (5, 3, false), // 62 %
        (7, 3, true),  // 70 %
        (9, 4, false), // 69 %
        (14, 0, true),
        (0, 14, false),
    ] {
        let entries = anxious(&[vec![8; high], vec![7; fine]].concat());
        let found = today(anxiety_stays, &entries, &born(60));
        assert_eq!(found, expected.then_some(Severity::Notice), "{high} high, {fine} not");
    }
    for (value, expected) in [(7, false), (8, true), (10, true)] {
        assert_eq!(today(anxiety_stays, &anxious(&[value; 9]), &born(60)).is_some(), expected, "{value}");
    }
}

#[test]
fn anxiety_is_called_lasting_from_day_fourteen() {
    let entries = anxious(&[9; 10]);
    for on in -1..=13 {
        assert_eq!(today(anxiety_stays, &entries, &born(on)), None, "day {on}");
    }
    for on in [Some(14), Some(28), None] {
        assert_eq!(today(anxiety_stays, &entries, &born(on)), Some(Severity::Notice), "day {on:?}");
    }
}

#[test]
fn only_an_entry_that_is_part_of_it_raises_it() {
    let entries = moods(&[LOW, FINE, LOW, LOW]);
    assert!(ask(low_first_days, &entries, &born(9), &entries[3]).is_some(), "a backdated low day does");
    assert_eq!(ask(low_first_days, &entries, &born(9), &entries[1]), None, "a better day does not");

    let mut entries = run(&[(LOW, Some(7)), (LOW, Some(7)), (LOW, Some(7)), (LOW, Some(12))]);
    assert_eq!(ask(low_with_little_sleep, &entries, &born(60), &entries[3]), None, "slept that day");
    let unrelated = Entry { anxiety: Some(2), ..entry(200, TODAY) };
    entries.push(unrelated.clone());
    assert_eq!(ask(low_with_little_sleep, &entries, &born(60), &unrelated), None, "says neither");

    let mut entries = anxious(&[vec![9; 10], vec![3]].concat());
    let better = entries[10].clone();
    assert_eq!(ask(anxiety_stays, &entries, &born(60), &better), None);
    let unrelated = Entry { mood: Some(6), ..entry(200, TODAY) };
    entries.push(unrelated.clone());
    assert_eq!(ask(anxiety_stays, &entries, &born(60), &unrelated), None);
}

#[test]
fn the_findings_name_their_counts_windows_and_entries() {
    let (from, to) = (day("2026-11-19"), day(TODAY));
    let entries = run(&[(LOW, Some(7)), (LOW, Some(7)), (FINE, Some(7)), (LOW, Some(7))]);
    let low = ask(low_first_days, &entries, &born(9), &entries[0]).expect("3 of 4");
    assert_eq!(low.reason, Reason::LowFirstDays(LowDays { line: 3, low: 3, answered: 4, from, to }));
    let short = ask(low_with_little_sleep, &entries, &born(9), &entries[0]).expect("3 days");
    let days = LowShortDays { line: 3, sleep_line_half_hours: 8, days: 3, from, to };
    assert_eq!(short.reason, Reason::LowWithLittleSleep(days));
    for finding in [low, short] {
        assert_eq!(finding.evidence.len(), 3);
        assert!(!finding.private_danger && !finding.danger_answer);
    }
    let entries = anxious(&[8, 9, 8, 10, 8, 8, 8, 2, 3]);
    let high = ask(anxiety_stays, &entries, &born(60), &entries[0]).expect("7 of 9");
    let days = HighDays { line: 8, high: 7, answered: 9, from: day("2026-11-10"), to };
    assert_eq!((high.reason, high.evidence.len()), (Reason::AnxietyStays(days), 7));
}

#[test]
fn private_days_do_not_count_towards_the_doula() {
    let mut entries = run(&[(LOW, Some(7)); 3]);
    entries[1].private = true;
    let history = History::new(entries.clone());
    for rule in [low_first_days as Rule, low_with_little_sleep] {
        assert!(sample::ask(rule, &history, &born(9), &entries[0]).is_some());
        assert_eq!(sample::ask(rule, &history.shared(), &born(9), &entries[0]), None);
    }
}
