//! The edges of `silence.rs` as tables, kept apart for their length: steps, what makes it sooner, pauses and wishes.
//!
//! What counts as an answer, and what doulas may be told of it, is in `silence_heard_edge.rs`.

use jiff::tz::TimeZone;

use super::{
    Context, Entry, Finding, History, Known, Profile, Quiet, RULES, Rule, Settings, Severity, Trigger,
    Usuals, judge, morning,
    sample::{TODAY, back, day, entry},
    silence::silence,
};

/// Entries with these moods, the first of them `ago` days before today and each further one a day earlier.
pub(super) fn moods(ago: i32, values: impl IntoIterator<Item = u8>) -> Vec<Entry> {
    let on = |index: i32| entry(1_000 - (ago + index) as u32, &back(ago + index));
    (0..).zip(values).map(|(index, mood)| Entry { mood: Some(mood), ..on(index) }).collect()
}

/// A week of ordinary days that ended so many days before today.
pub(super) fn week(ago: i32) -> Vec<Entry> {
    moods(ago, [6; 7])
}

pub(super) fn today(known: Known) -> Quiet {
    Quiet { on: day(TODAY), at: morning(day(TODAY), &TimeZone::UTC), known }
}

pub(super) fn ask_all(history: &History, quiet: Quiet) -> (Option<Finding>, Option<Finding>) {
    let (profile, settings) = (Profile::default(), Settings::default());
    let context = Context { history, profile: &profile, settings: &settings, usual: &[], today: quiet.on };
    let point = judge(RULES, &context, &mut Usuals::default(), &Trigger::Day(quiet));
    (point.all.findings.first().cloned(), point.shared.findings.first().cloned())
}

/// What today raises over everything, and towards doulas.
pub(super) fn raised(entries: &[Entry], known: Known) -> (Option<Severity>, Option<Severity>) {
    let (all, shared) = ask_all(&History::new(entries.to_vec()), today(known));
    (all.map(|found| found.severity), shared.map(|found| found.severity))
}

pub(super) fn alone(entries: &[Entry], known: Known) -> Option<Severity> {
    raised(entries, known).0
}

pub(super) const NOTICE: Option<Severity> = Some(Severity::Notice);
pub(super) const FOLLOW_UP: Option<Severity> = Some(Severity::FollowUp);

/// H14.
#[test]
fn h14_a_daily_answerer_is_missed_after_four_and_after_seven_days() {
    for (ago, expected) in [
        (0, None),
        (1, None),
        (3, None),
        (4, NOTICE),
        (6, NOTICE),
        (7, FOLLOW_UP),
        (8, FOLLOW_UP),
        (60, FOLLOW_UP),
    ] {
        assert_eq!(raised(&week(ago), Known::default()), (expected, expected), "{ago} days");
    }
}

#[test]
fn nothing_is_missed_of_somebody_who_never_answered_or_hardly_did() {
    assert_eq!(alone(&[], Known::default()), None);
    for ago in [4, 7, 30] {
        assert_eq!(alone(&moods(ago, [6; 3]), Known::default()), None, "{ago} days");
        assert!(alone(&moods(ago, [6; 4]), Known::default()).is_some(), "{ago} days");
    }
}

#[test]
fn three_low_moods_bring_both_steps_sooner() {
    for (last, low) in [
        ([3, 3, 3], true),
        ([2, 3, 4], true),
        ([0, 0, 9], true),
        ([3, 3, 4], false),
        ([0, 5, 5], false),
        ([9, 0, 0], true),
        ([10, 0, 0], false),
    ] {
        for (ago, normal, sooner) in [
            (1, None, None),
            (2, None, NOTICE),
            (3, None, NOTICE),
            (4, NOTICE, NOTICE),
            (5, NOTICE, FOLLOW_UP),
            (7, FOLLOW_UP, FOLLOW_UP),
        ] {
            // What was felt before the last three plays no part.
            let entries = moods(ago, last.into_iter().chain([if low { 10 } else { 0 }; 4]));
            let expected = if low { sooner } else { normal };
            assert_eq!(alone(&entries, Known::default()), expected, "{last:?} {ago} days ago");
        }
    }
}

#[test]
fn an_entry_without_a_mood_is_no_low_mood_and_fewer_than_three_count_as_they_are() {
    let mut entries = moods(2, [9, 3, 3, 3, 9, 9, 9]);
    assert_eq!(alone(&entries, Known::default()), None);
    entries[0].mood = None;
    assert_eq!(alone(&entries, Known::default()), NOTICE);
    for entry in &mut entries[2..] {
        entry.mood = None;
    }
    assert_eq!(alone(&entries, Known::default()), NOTICE, "one mood of 3");
    entries[1].mood = None;
    assert_eq!(alone(&entries, Known::default()), None, "none at all");
}

#[test]
fn three_moods_of_one_day_are_three_moods() {
    let mut entries = week(2);
    entries.extend((1..=3).map(|number| Entry { mood: Some(2), ..entry(2_000 + number, &back(2)) }));
    assert_eq!(alone(&entries, Known::default()), NOTICE);
}

#[test]
fn an_open_flag_brings_both_steps_sooner_for_those_who_see_it() {
    let open = |all, shared| Known { flag_open: all, shared_flag_open: shared, ..Known::default() };
    for (ago, normal, sooner) in
        [(1, None, None), (2, None, NOTICE), (4, NOTICE, NOTICE), (5, NOTICE, FOLLOW_UP)]
    {
        assert_eq!(raised(&week(ago), open(true, true)), (sooner, sooner));
        assert_eq!(raised(&week(ago), open(true, false)), (sooner, normal));
        assert_eq!(raised(&week(ago), open(false, false)), (normal, normal));
    }
}

/// H14.
#[test]
fn h14_nothing_is_raised_in_a_pause_and_the_days_count_from_its_end() {
    for (ended, ago, expected) in [
        (0, 10, None),
        (-1, 10, None),
        (-60, 10, None),
        (3, 10, None),
        (4, 10, NOTICE),
        (6, 10, NOTICE),
        (7, 10, FOLLOW_UP),
        (10, 10, FOLLOW_UP),
        // She answered after the pause, or in it: her answer counts.
        (12, 10, FOLLOW_UP),
        (12, 3, None),
        (5, 3, None),
        (1, 3, None),
    ] {
        let known = Known { paused_through: Some(day(&back(ended))), ..Known::default() };
        assert_eq!(raised(&week(ago), known), (expected, expected), "ended {ended}, answered {ago} days ago");
    }
    let low = moods(10, [1; 7]);
    let paused = Known { paused_through: Some(day(TODAY)), flag_open: true, ..Known::default() };
    assert_eq!(alone(&low, paused), None, "not for low days either");
}

#[test]
fn a_wish_takes_the_place_of_a_habit() {
    let weekly = Known { cadence_days: Some(7), ..Known::default() };
    for (ago, expected) in [(4, None), (9, None), (10, NOTICE), (12, NOTICE), (13, FOLLOW_UP)] {
        assert_eq!(alone(&week(ago), weekly), expected, "{ago} days");
        assert_eq!(alone(&moods(ago, [6]), weekly), expected, "{ago} days after one answer");
    }
    assert_eq!(alone(&[], weekly), None, "who never answered is not missed");
}

/// Two days of three without an answer are her way.
#[test]
fn a_sparse_answerer_is_not_missed_after_her_usual_gaps() {
    let seldom = |ago: i32| (0..14).map(move |turn| entry(500 - turn as u32, &back(ago + 3 * turn)));
    for (ago, expected) in [(3, None), (7, None), (11, None), (12, NOTICE), (20, NOTICE), (21, FOLLOW_UP)] {
        assert_eq!(alone(&seldom(ago).collect::<Vec<_>>(), Known::default()), expected, "{ago} days");
    }
}

#[test]
fn only_a_day_is_asked_about_silence() {
    let entries = week(5);
    let history = History::new(entries.clone());
    let (profile, settings) = (Profile::default(), Settings::default());
    let context =
        Context { history: &history, profile: &profile, settings: &settings, usual: &[], today: day(TODAY) };
    assert_eq!((silence as Rule)(&context, &entries[0].clone().into()), None);
    assert!((silence as Rule)(&context, &Trigger::Day(today(Known::default()))).is_some());
}
