//! The edge tables of the level family, kept apart from the rules for their length.
//!
//! Hazard H13 (the baby-blues rule hides illness): answered days, share, day after birth, edges
//! of the window, several entries a day; every expectation is a literal.

use super::{
    Context, Entry, Finding, History, LowDays, Measure, ParentContext, Profile, Reason, Rule, Settings,
    Severity,
    level::{low_connection, sustained_low},
    sample::{TODAY, ask, ask_on, back, born_days_before, day, entry, whole},
    usual::of,
};

/// One entry a day with this mood and connection; the first is today's, the next yesterday's.
fn run(values: &[Option<u8>]) -> Vec<Entry> {
    let days = (0..).zip(values);
    days.filter_map(|(ago, value)| {
        value.map(|value| Entry {
            mood: Some(value),
            connection: Some(value),
            ..entry(100 - ago as u32, &back(ago))
        })
    })
    .collect()
}

/// `low` days of 3 ending today, then `fine` days of 5.
fn low_then_fine(low: usize, fine: usize) -> Vec<Entry> {
    run(&[vec![Some(3); low], vec![Some(5); fine]].concat())
}

fn both(entries: &[Entry], profile: &Profile, trigger: &Entry) -> [Option<Finding>; 2] {
    let history = History::new(entries.to_vec());
    [sustained_low as Rule, low_connection].map(|rule| ask(rule, &history, profile, trigger))
}

fn raised(entries: &[Entry], profile: &Profile, trigger: &Entry) -> bool {
    let [mood, connection] = both(entries, profile, trigger).map(|found| found.is_some());
    assert_eq!(mood, connection, "both rules draw the same lines");
    mood
}

fn later() -> Profile {
    born_days_before(Some(60), day(TODAY))
}

#[test]
fn seven_answered_days_are_too_few_and_seventy_percent_is_enough() {
    for (low, fine, expected) in [
        (7, 0, false),
        (8, 0, true),
        (6, 2, true),  // 75 %
        (5, 3, false), // 62 %
        (7, 3, true),  // 70 %
        (6, 3, false), // 66 %
        (9, 4, false), // 69 %
        (10, 4, true), // 71 %
        (9, 5, false), // 64 %
        (14, 0, true),
        (0, 14, false),
    ] {
        let entries = low_then_fine(low, fine);
        assert_eq!(raised(&entries, &later(), &entries[0]), expected, "{low} low, {fine} not");
    }
}

#[test]
fn three_is_low_and_four_is_low_on_nearly_all_days() {
    for (value, expected) in [(0, true), (3, true), (4, true), (5, false), (10, false)] {
        let entries = run(&[Some(value); 14]);
        assert_eq!(raised(&entries, &later(), &entries[0]), expected, "{value}");
    }
    // Of mood, and of connection.
    for (rather, fine, expected) in [
        (5, 2, [false, false]),  // seven answered days
        (10, 4, [false, false]), // 71 %, which is enough only at 3
        (8, 3, [false, false]),  // 72 %
        (6, 2, [true, false]),   // 75 %
        (9, 3, [true, false]),   // 75 %
        (10, 2, [true, false]),  // 83 %
        (11, 2, [true, false]),  // 84.6 %
        (12, 2, [true, true]),   // 85.7 %
        (7, 1, [true, true]),    // 87.5 %
    ] {
        let entries = run(&[vec![Some(4); rather], vec![Some(6); fine]].concat());
        let found = both(&entries, &later(), &entries[0]).map(|found| found.is_some());
        assert_eq!(found, expected, "{rather} at 4, {fine} not");
    }
    let mixed = run(&[vec![Some(3); 5], vec![Some(4); 2], vec![Some(5); 2]].concat());
    let found = both(&mixed, &later(), &mixed[0]).map(|found| found.is_some());
    assert_eq!(found, [true, false], "five at 3 and two at 4 of nine are 77 % at 4");
}

#[test]
fn two_below_her_own_usual_is_low_too_once_there_is_one() {
    let made: Vec<_> = (20..36).rev().map(|ago| (day(&back(ago)), 9_000)).collect();
    let usual = [of(Measure::Mood, &made)];
    for (value, with, without) in [(7, true, false), (8, false, false), (3, true, true)] {
        let (history, settings) = (History::new(run(&[Some(value); 10])), Settings::default());
        let profile = later();
        let context = |usual| Context { usual, ..whole(&history, &profile, &settings) };
        let asked = history.entries().last().expect("an entry").clone().into();
        assert_eq!(sustained_low(&context(&usual), &asked).is_some(), with, "{value}");
        assert_eq!(sustained_low(&context(&[]), &asked).is_some(), without, "{value}");
        assert_eq!(low_connection(&context(&usual), &asked).is_some(), without, "mood alone is compared");
    }
}

/// H13: the days of baby blues are passed over, and judged with the rest from day 14 on.
#[test]
fn h13_staying_low_counts_from_day_fourteen() {
    let entries = run(&[Some(1); 10]);
    for born in -1..=13 {
        assert!(!raised(&entries, &born_days_before(Some(born), day(TODAY)), &entries[0]), "day {born}");
    }
    for born in [Some(14), Some(15), Some(28), Some(400), None] {
        assert!(raised(&entries, &born_days_before(born, day(TODAY)), &entries[0]), "day {born:?}");
    }
}

#[test]
fn the_window_is_today_and_the_thirteen_days_before() {
    let mut values = vec![Some(2); 7];
    values.resize(13, None);
    for (ago, expected) in [(13, true), (14, false)] {
        let mut entries = run(&values);
        entries.push(Entry { mood: Some(2), connection: Some(2), ..entry(1, &back(ago)) });
        assert_eq!(raised(&entries, &later(), &entries[0]), expected, "eighth answer {ago} days back");
        let backdated = entries[7].clone();
        assert_eq!(raised(&entries, &later(), &backdated), expected, "raised by the backdated one, {ago}");
    }
}

#[test]
fn only_an_entry_of_a_low_day_raises_it() {
    let mut entries = low_then_fine(10, 2);
    let (low, fine) = (entries[4].clone(), entries[11].clone());
    assert!(raised(&entries, &later(), &low));
    assert!(!raised(&entries, &later(), &fine), "a better day opens nothing again");
    let unrelated = entry(200, TODAY);
    entries.push(unrelated.clone());
    assert!(!raised(&entries, &later(), &unrelated), "an entry without the measure is no evidence");
}

#[test]
fn several_entries_a_day_are_one_point_their_mean() {
    for (second, expected) in [(6, true), (8, true), (9, false)] {
        // Today is 0 and `second`: a mean of 3, of 4, or just above it.
        let mut entries = run(&[vec![Some(0)], vec![Some(2); 7]].concat());
        entries.push(Entry { mood: Some(second), connection: Some(second), ..entry(200, TODAY) });
        let trigger = entries[8].clone();
        assert_eq!(raised(&entries, &later(), &trigger), expected, "0 and {second}");
    }
    let mut same_day = run(&[Some(1); 7]);
    for number in 200..220 {
        same_day.push(Entry { mood: Some(1), connection: Some(1), ..entry(number, TODAY) });
    }
    assert!(!raised(&same_day, &later(), &same_day[0]), "twenty answers on one day are one answered day");
}

#[test]
fn the_finding_names_the_counts_the_window_and_every_low_entry() {
    let entries = low_then_fine(9, 2);
    let low = LowDays { line: 3, low: 9, answered: 11, from: day("2026-11-10"), to: day("2026-11-23") };
    let [mood, connection] = both(&entries, &later(), &entries[0]).map(|found| found.expect("9 of 11"));
    assert_eq!(mood.reason, Reason::SustainedLow(low));
    assert_eq!(connection.reason, Reason::LowConnection(low));
    for finding in [mood, connection] {
        assert_eq!(finding.severity, Severity::FollowUp);
        assert_eq!(finding.evidence.len(), 9);
        assert!(!finding.private_danger && !finding.danger_answer);
    }
}

#[test]
fn connection_is_not_judged_after_a_loss_or_while_every_baby_is_hidden() {
    let entries = run(&[Some(1); 10]);
    let loss = Profile { contexts: vec![ParentContext::Loss], ..later() };
    let hidden = Profile { any_baby_visible: false, ..later() };
    for profile in [loss, hidden] {
        let [mood, connection] = both(&entries, &profile, &entries[0]);
        assert!(mood.is_some(), "the parent is still watched over");
        assert_eq!(connection, None);
    }
}

#[test]
fn private_days_do_not_count_towards_the_doula() {
    let mut entries = run(&[Some(1); 9]);
    for entry in &mut entries[1..3] {
        entry.private = true;
    }
    let history = History::new(entries.clone());
    assert!(ask(sustained_low, &history, &later(), &entries[0]).is_some());
    assert_eq!(ask(sustained_low, &history.shared(), &later(), &entries[0]), None);
}

#[test]
fn a_parent_in_a_zone_ahead_of_home_is_still_seen() {
    let entries = run(&[Some(1); 10]);
    let (home, history) = (day("2026-11-22"), History::new(entries.clone()));
    let found = ask_on(home, sustained_low, &history, &later(), &entries[0]).expect("ten low days");
    assert!(matches!(found.reason, Reason::SustainedLow(LowDays { to, .. }) if to == day(TODAY)));
}
