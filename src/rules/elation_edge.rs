//! The edge table of the elation rule, kept apart from the rule for its length.
//!
//! Hazard H02 (elation read as well): mood × sleep × sped up × once or twice × day after birth,
//! every expected severity written down by hand.

use super::{
    Context, ElationStep, Entry, Finding, History, Measure, ParentContext, Profile, Reason, Settings,
    Severity, Source,
    elation::elation,
    sample::{TODAY, ask, back, born_days_before, day, entry},
    usual::{Usual, of},
};

const SLEEPS: [Option<u8>; 8] = [Some(5), Some(6), Some(7), Some(8), Some(9), Some(10), Some(11), None];
/// The columns are the sleeps above: 2.5, 3, 3.5, 4, 4.5, 5, 5.5 h, not given. `.` nothing, `n` notice,
/// `f` follow_up, `s` same_day, `u` urgent.
struct Row(Option<u8>, bool, &'static str, &'static str);

/// Past day 28: (mood, sped up, on one day, on two days running).
const LATER: [Row; 8] = [
    Row(Some(7), false, "........", "........"),
    Row(Some(8), false, "nnnn....", "ffff...."),
    Row(Some(9), false, "ssnn....", "uuff...."),
    Row(Some(10), false, "ssnn....", "uuff...."),
    Row(Some(7), true, "uuuuuuss", "uuuuuuss"),
    Row(Some(8), true, "uuuuuuss", "uuuuuuss"),
    Row(Some(10), true, "uuuuuuss", "uuuuuuss"),
    Row(None, true, "uuuuuuss", "uuuuuuss"),
];

/// Days 0 to 28: very high and sped up weigh one level more.
const EARLY: [Row; 8] = [
    Row(Some(7), false, "........", "........"),
    Row(Some(8), false, "nnnn....", "ffff...."),
    Row(Some(9), false, "uunn....", "uuff...."),
    Row(Some(10), false, "uunn....", "uuff...."),
    Row(Some(7), true, "uuuuuuuu", "uuuuuuuu"),
    Row(Some(8), true, "uuuuuuuu", "uuuuuuuu"),
    Row(Some(10), true, "uuuuuuuu", "uuuuuuuu"),
    Row(None, true, "uuuuuuuu", "uuuuuuuu"),
];

/// With a history of mania, on any day: every step one level more, and only one.
const MANIA: [Row; 8] = [
    Row(Some(7), false, "........", "........"),
    Row(Some(8), false, "ffff....", "ssss...."),
    Row(Some(9), false, "uuff....", "uuss...."),
    Row(Some(10), false, "uuff....", "uuss...."),
    Row(Some(7), true, "uuuuuuuu", "uuuuuuuu"),
    Row(Some(8), true, "uuuuuuuu", "uuuuuuuu"),
    Row(Some(10), true, "uuuuuuuu", "uuuuuuuu"),
    Row(None, true, "uuuuuuuu", "uuuuuuuu"),
];

fn letter(found: Option<&Finding>) -> char {
    match found.map(|finding| finding.severity) {
        None => '.',
        Some(Severity::Notice) => 'n',
        Some(Severity::FollowUp) => 'f',
        Some(Severity::SameDay) => 's',
        Some(Severity::Urgent) => 'u',
    }
}

fn seen(number: u32, on: &str, mood: Option<u8>, sleep: Option<u8>, sped_up: bool) -> Entry {
    Entry { mood, sleep_half_hours: sleep, sped_up: sped_up.then_some(true), ..entry(number, on) }
}

fn decide(entries: &[Entry], profile: &Profile, trigger: &Entry) -> Option<Finding> {
    ask(elation, &History::new(entries.to_vec()), profile, trigger)
}

fn check(table: &[Row], profile: &Profile, case: &str) {
    for Row(mood, sped_up, once, twice) in table {
        let row = |other: bool| -> String {
            SLEEPS
                .into_iter()
                .map(|sleep| {
                    let trigger = seen(1, TODAY, *mood, sleep, *sped_up);
                    let mut entries = vec![trigger.clone()];
                    entries.extend(other.then(|| seen(2, &back(1), *mood, sleep, *sped_up)));
                    letter(decide(&entries, profile, &trigger).as_ref())
                })
                .collect()
        };
        assert_eq!(row(false), *once, "{case}: mood {mood:?}, sped up {sped_up}, once");
        assert_eq!(row(true), *twice, "{case}: mood {mood:?}, sped up {sped_up}, twice");
    }
}

#[test]
fn h02_high_mood_or_energy_on_little_sleep_never_reads_as_well() {
    for born in [Some(29), Some(30), Some(400), None, Some(-1)] {
        check(&LATER, &born_days_before(born, day(TODAY)), &format!("day {born:?}"));
    }
    for born in [0, 1, 13, 14, 27, 28] {
        check(&EARLY, &born_days_before(Some(born), day(TODAY)), &format!("day {born}"));
    }
}

#[test]
fn h02_a_history_of_mania_raises_every_step_once_and_only_once() {
    for born in [Some(0), Some(13), Some(14), Some(28), Some(29), None] {
        let mut profile = born_days_before(born, day(TODAY));
        profile.contexts = vec![ParentContext::BirthTrauma, ParentContext::ManiaHistory];
        check(&MANIA, &profile, &format!("mania, day {born:?}"));
    }
}

/// A trigger of this mood on 4 hours of sleep, and a day before it like it, after earlier days of another mood.
fn after_days(moods: &[u8], mood: u8, usual: &[Usual], profile: &Profile) -> [char; 2] {
    let (trigger, like) =
        (seen(1, TODAY, Some(mood), Some(8), false), seen(2, &back(1), Some(mood), Some(8), false));
    let before = (3..).zip(moods).map(|(at, mood)| seen(at, &back(at as i32), Some(*mood), Some(14), false));
    let alone: Vec<Entry> = before.chain([trigger.clone()]).collect();
    let twice = [alone.clone(), vec![like]].concat();
    [alone, twice].map(|entries| {
        let history = History::new(entries);
        let settings = Settings::default();
        let context = Context { history: &history, profile, settings: &settings, usual, today: day(TODAY) };
        letter(elation(&context, &trigger.clone().into()).as_ref())
    })
}

/// H18: glad and short of sleep is common with a newborn; what is ordinary for her is not high.
#[test]
fn h18_the_lowest_steps_count_from_two_points_above_what_is_hers() {
    let (shipped, nobody) = (['n', 'f'], ['.', '.']);
    let made: Vec<_> = (20..39).map(|ago| (day(&back(ago)), 7_000)).collect();
    let (known, none) = ([of(Measure::Mood, &made)], []);
    let later = born_days_before(Some(60), day(TODAY));
    for (moods, mood, usual, expected) in [
        // Three days say nothing yet, four do; the like day of a pair is none of them.
        (&[8, 8][..], 8, &none[..], ['n', 'f']),
        (&[8, 8, 8], 8, &none, shipped),
        (&[8, 8, 8, 8], 8, &none, nobody),
        (&[6, 6, 6, 6], 8, &none, shipped),
        (&[5, 5, 5, 5], 8, &none, shipped),
        (&[8, 8, 8, 8], 10, &none, shipped),
        // A usual takes the place of the days.
        (&[3, 3, 3, 3], 8, &known, nobody),
        (&[8, 8, 8, 8], 9, &known, shipped),
    ] {
        assert_eq!(after_days(moods, mood, usual, &later), expected, "{moods:?}, then {mood}");
    }
    // Nothing of it for a parent who told of mania, and none of the graver steps.
    let mania = Profile { contexts: vec![ParentContext::ManiaHistory], ..later.clone() };
    assert_eq!(after_days(&[8; 10], 8, &[], &mania), ['f', 's']);
    let trigger = seen(1, TODAY, Some(9), Some(6), false);
    let entries: Vec<Entry> = (2..20)
        .map(|at| seen(at, &back(at as i32 + 2), Some(10), Some(6), false))
        .chain([trigger.clone()])
        .collect();
    assert_eq!(letter(decide(&entries, &later, &trigger).as_ref()), 's');
}

/// What goes on for days never becomes ordinary by itself, before a usual is known.
#[test]
fn h02_days_that_were_high_themselves_are_no_measure_of_what_is_hers() {
    let trigger = seen(1, TODAY, Some(8), Some(7), false);
    let entries: Vec<Entry> = (1..8)
        .map(|ago| seen(ago + 1, &back(ago as i32), Some(8), Some(7), false))
        .chain([trigger.clone()])
        .collect();
    assert_eq!(letter(decide(&entries, &born_days_before(Some(60), day(TODAY)), &trigger).as_ref()), 'f');
}

#[test]
fn a_pair_lies_one_or_two_local_days_apart_on_either_side() {
    for (days_back, expected) in [(3, 'n'), (2, 'f'), (1, 'f'), (0, 'n'), (-1, 'f'), (-2, 'f'), (-3, 'n')] {
        let trigger = seen(1, TODAY, Some(8), Some(8), false);
        let other = seen(2, &back(days_back), Some(8), Some(8), false);
        let found = decide(&[trigger.clone(), other], &Profile::default(), &trigger);
        assert_eq!(letter(found.as_ref()), expected, "{days_back} days back");
    }
}

#[test]
fn the_grave_pair_needs_two_grave_entries() {
    let trigger = seen(1, TODAY, Some(9), Some(6), false);
    let milder = seen(2, &back(1), Some(8), Some(8), false);
    let found = decide(&[trigger.clone(), milder.clone()], &Profile::default(), &trigger);
    assert_eq!(letter(found.as_ref()), 's');
    let found = decide(&[trigger.clone(), milder.clone()], &Profile::default(), &milder);
    assert_eq!(letter(found.as_ref()), 'f');
}

#[test]
fn each_entry_of_a_day_is_judged_by_itself() {
    let morning = seen(1, TODAY, Some(9), Some(6), false);
    let evening = seen(2, TODAY, Some(2), Some(14), false);
    let entries = [morning.clone(), evening.clone()];
    assert_eq!(letter(decide(&entries, &Profile::default(), &morning).as_ref()), 's');
    assert_eq!(decide(&entries, &Profile::default(), &evening), None);
}

#[test]
fn an_entry_that_takes_no_part_raises_nothing() {
    let (first, second) =
        (seen(1, &back(2), Some(10), Some(4), false), seen(2, &back(1), Some(10), Some(4), false));
    let better = seen(3, TODAY, Some(6), Some(14), false);
    assert_eq!(decide(&[first, second, better.clone()], &Profile::default(), &better), None);
}

#[test]
fn the_evidence_is_what_makes_the_step_and_the_reason_names_the_nearest_day() {
    let trigger = seen(5, TODAY, Some(9), Some(6), false);
    let far = seen(1, &back(2), Some(9), Some(6), false);
    let near = seen(2, &back(1), Some(10), Some(2), false);
    let milder = seen(3, &back(1), Some(8), Some(8), false);
    let found = decide(&[trigger.clone(), milder, near.clone(), far.clone()], &Profile::default(), &trigger)
        .expect("two very high days");
    let ids: Vec<_> = found.evidence.iter().map(|evidence| evidence.source).collect();
    assert_eq!(ids, [far.id, near.id, trigger.id].map(Source::from));
    assert_eq!(
        found.reason,
        Reason::Elation {
            step: ElationStep::VeryHighVeryLittleSleepTwice,
            mood: Some(9),
            sleep_half_hours: Some(6),
            on: day(TODAY),
            other_day: Some(near.local_date),
        }
    );
}

#[test]
fn without_its_private_half_a_pair_is_judged_as_one_entry() {
    let trigger = seen(1, TODAY, Some(9), Some(6), false);
    let hidden = Entry { private: true, ..seen(2, &back(1), Some(9), Some(6), false) };
    let history = History::new(vec![trigger.clone(), hidden.clone()]);
    let whole = ask(elation, &history, &Profile::default(), &trigger).expect("a pair");
    assert_eq!((whole.severity, whole.evidence.len()), (Severity::Urgent, 2));
    let shared = ask(elation, &history.shared(), &Profile::default(), &trigger).expect("one entry");
    assert_eq!((shared.severity, shared.evidence.len()), (Severity::SameDay, 1));
    assert!(matches!(shared.reason, Reason::Elation { other_day: None, .. }));
}

#[test]
fn sped_up_and_urgent_elation_count_as_private_danger_and_milder_steps_do_not() {
    for (mood, sleep, sped_up, told) in [
        (Some(8), Some(8), false, false),
        (Some(9), Some(6), false, false),
        (Some(6), None, true, true),
        (Some(6), Some(9), true, true),
    ] {
        let trigger = seen(1, TODAY, mood, sleep, sped_up);
        let found = decide(std::slice::from_ref(&trigger), &Profile::default(), &trigger).expect("a step");
        assert_eq!(found.private_danger, told, "{mood:?} {sleep:?} {sped_up}");
    }
    let early = born_days_before(Some(3), day(TODAY));
    let trigger = seen(1, TODAY, Some(9), Some(6), false);
    let found = decide(std::slice::from_ref(&trigger), &early, &trigger).expect("raised to urgent");
    assert!(found.private_danger);
}
