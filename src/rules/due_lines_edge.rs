//! The edges of `due.rs` where a practice moves lines, or they run out: each day is asked by the lines of its morning.

use jiff::{Timestamp, tz::TimeZone};

use super::{
    Ahead, Changed, History, InForce, Known, Profile, Quiet, RuleId, SettingId,
    due::{goes_by, next_due},
    morning,
    sample::{self, TODAY, back, born_days_before, day},
    settings::{Change, Topic, in_force::Care, rows},
    silence_edge::moods,
};
use crate::id::PracticeId;

fn at(text: &str) -> Timestamp {
    text.parse().expect("a literal instant")
}

/// The lines of a parent who was always in the care of one practice, which changed these things.
pub(super) fn lines(changes: Vec<Change>) -> InForce {
    let began = at("2025-01-01T00:00:00Z");
    let practice = PracticeId::new(began);
    let care = Care { practice, from: began, until: None };
    InForce::new(vec![care], changes.into_iter().map(|change| (practice, change)).collect())
}

pub(super) fn change(of: Changed, value: Option<u16>, from: &str, until: Option<&str>) -> Change {
    Change { of, value, from: at(from), until: until.map(at) }
}

fn asked(ago: i32) -> Quiet {
    let on = day(&back(ago));
    Quiet { on, at: morning(on, &TimeZone::UTC), known: Known::default() }
}

fn due_of(history: &History, profile: &Profile, lines: &InForce) -> Option<String> {
    let (known, zone) = (Known::default(), TimeZone::UTC);
    let ahead = Ahead { history, profile, lines, known, zone: &zone };
    Some(next_due(&ahead, at(&format!("{TODAY}T13:00:00Z")))?.on.to_string())
}

fn due(history: &History, lines: &InForce) -> Option<String> {
    due_of(history, &Profile::default(), lines)
}

const FIRST: Changed = Changed::Value(SettingId::SilenceFirst);
const SECOND: Changed = Changed::Value(SettingId::SilenceSecond);
const LONG_AGO: &str = "2026-01-01T00:00:00Z";
const NOW: &str = "2026-11-23T12:00:00Z";

fn is(ago: i32) -> Option<String> {
    Some(back(ago))
}

#[test]
fn a_step_that_was_asked_by_other_lines_counts_as_what_it_was_then() {
    // She answered on each of seven days until five days ago; the notice was asked four days later.
    let history = History::new(moods(5, [6; 7])).with_quiet_days(vec![asked(1)]);
    assert_eq!(due(&history, &lines(vec![])), is(-2));
    let shorter = || vec![change(FIRST, Some(3), NOW, None), change(SECOND, Some(4), NOW, None)];
    assert_eq!(due(&history, &lines(shorter())), is(-1), "that was a notice, and a follow-up is due");
    let told = history.clone().with_quiet_days(vec![asked(1), asked(0)]);
    let before = || vec![change(FIRST, Some(3), LONG_AGO, None), change(SECOND, Some(4), LONG_AGO, None)];
    assert_eq!(due(&told, &lines(before())), None);
    // Longer lines take back nothing that was asked.
    let longer = [before(), vec![change(FIRST, Some(7), NOW, None), change(SECOND, Some(10), NOW, None)]];
    assert_eq!(due(&told, &lines(longer.concat())), None);
    // What was asked while the rule was off said nothing.
    let switch = |on, from| change(Changed::Switch(RuleId::Silence), on, from, None);
    assert_eq!(due(&history, &lines(vec![switch(Some(0), LONG_AGO)])), None);
    let on_again = vec![switch(Some(0), LONG_AGO), switch(None, NOW)];
    assert_eq!(due(&history, &lines(on_again)), is(-1));
}

/// The look needs nobody to wake it: it knows when a line runs out, and when a link expires.
#[test]
fn lines_that_run_out_are_reckoned_with() {
    let history = History::new(moods(0, [6; 7]));
    let until = |of, value, until| change(of, Some(value), LONG_AGO, Some(until));
    assert_eq!(due(&history, &lines(vec![])), is(-4));
    let longer = |end| lines(vec![until(FIRST, 7, end), until(SECOND, 10, end)]);
    assert_eq!(due(&history, &longer("2026-12-24T00:00:00Z")), is(-7));
    assert_eq!(due(&history, &longer("2026-11-25T12:00:00Z")), is(-4), "by then what ships counts");
    assert_eq!(due(&history, &longer("2026-11-28T06:59:59Z")), is(-5));
    assert_eq!(due(&history, &longer("2026-11-28T07:00:00Z")), is(-5), "its end is no longer part of it");
    assert_eq!(due(&history, &longer("2026-11-28T07:00:01Z")), is(-6));
    let shorter = |end| lines(vec![until(FIRST, 3, end)]);
    assert_eq!(due(&history, &shorter("2026-12-24T00:00:00Z")), is(-3));
    assert_eq!(due(&history, &shorter("2026-11-25T12:00:00Z")), is(-4));
    let off = lines(vec![until(Changed::Switch(RuleId::Silence), 0, "2026-12-01T12:00:00Z")]);
    assert_eq!(due(&history, &off), is(-9), "the morning after it is on again");
    // A link that expires takes the lines of its practice along.
    let (began, ends) = (at("2025-01-01T00:00:00Z"), at("2026-11-25T12:00:00Z"));
    let practice = PracticeId::new(began);
    let care = |until| vec![Care { practice, from: began, until }];
    let set = vec![(practice, change(FIRST, Some(7), LONG_AGO, None))];
    assert_eq!(due(&history, &InForce::new(care(None), set.clone())), is(-7));
    assert_eq!(due(&history, &InForce::new(care(Some(ends)), set)), is(-4));
}

/// H25.
#[test]
fn a_rule_that_is_off_makes_no_day_due() {
    let low = History::new(moods(0, [2; 9]));
    let profile = born_days_before(Some(13), day(TODAY));
    let off = |rules: &[RuleId]| {
        let switch = |rule: &RuleId| change(Changed::Switch(*rule), Some(0), LONG_AGO, None);
        lines(rules.iter().map(switch).collect())
    };
    assert_eq!(due_of(&low, &profile, &off(&[])), is(-1), "day 14");
    assert_eq!(due_of(&low, &profile, &off(&[RuleId::Silence])), is(-1));
    assert_eq!(due_of(&low, &profile, &off(&[RuleId::SustainedLow])), is(-2), "a silence after low days");
    assert_eq!(due_of(&low, &profile, &off(&[RuleId::SustainedLow, RuleId::Silence])), None);
    let form = sample::form(1, "epds", &back(3), Some(11));
    let forms = History::default().with_forms(vec![form]);
    assert_eq!(due(&forms, &off(&[])), is(-26));
    assert_eq!(due(&forms, &off(&[RuleId::Epds])), None);
}

/// A parent who flies over the date line may come to a day twice; a day is stored once.
#[test]
fn a_day_that_was_asked_about_is_not_asked_about_again() {
    let tomorrow = Quiet { on: day(&back(-1)), ..asked(0) };
    let history = History::new(moods(5, [6; 7])).with_quiet_days(vec![tomorrow]);
    let known = Known { flag_open: true, shared_flag_open: true, ..Known::default() };
    let (profile, lines, zone) = (Profile::default(), lines(vec![]), TimeZone::UTC);
    let ahead = Ahead { history: &history, profile: &profile, lines: &lines, known, zone: &zone };
    let next = next_due(&ahead, at(&format!("{TODAY}T13:00:00Z"))).map(|due| due.on.to_string());
    assert_eq!(next, is(-2));
}

/// Whatever a practice may set: either it moves no day, or families are looked at again when it is set.
#[test]
fn what_moves_a_day_has_families_looked_at_again() {
    let form = |total, ago| sample::form(1, "epds", &back(ago), Some(total));
    let low = || moods(0, (0..14).map(|ago| if ago % 4 == 3 { 5 } else { 3 }));
    let lives = [
        History::new(moods(5, [6; 9])),
        History::new(moods(0, [4; 9])),
        History::new(low()),
        History::new(moods(0, [3; 6])),
        History::default().with_forms(vec![form(11, 3)]),
        History::default().with_forms(vec![form(12, 3)]),
        History::default().with_forms(vec![form(9, 3)]),
    ];
    let profile = born_days_before(Some(13), day(TODAY));
    let moved = |of: Changed, value: u16| {
        let set = lines(vec![change(of, Some(value), LONG_AGO, None)]);
        lives.iter().any(|life| due_of(life, &profile, &set) != due_of(life, &profile, &lines(vec![])))
    };
    let mut moving = 0;
    for row in rows() {
        let of = Changed::Value(row.id);
        let moves = moved(of, row.loosest) || moved(of, row.strictest);
        assert!(!moves || goes_by(of.topic()), "{}", row.name);
        moving += u32::from(moves);
    }
    for rule in RuleId::ALL {
        assert_eq!(moved(Changed::Switch(rule), 0), goes_by(Topic::Rule(rule)), "{rule:?}");
    }
    assert!(moving >= 8, "{moving}");
    assert!(!goes_by(Topic::DueTimes));
}
