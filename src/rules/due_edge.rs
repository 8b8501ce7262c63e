//! The edges of `due.rs`: when a timer has to ask, and that it asks exactly when the rules have something to say.
//!
//! The property lives through made-up weeks, with an answer, a pause, a flag or nothing on each day, and compares the
//! mornings that were due with what the rules would have said on every morning.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use proptest::{collection::vec, prelude::*};

use super::{
    Ahead, Context, Entry, Form, History, InForce, Known, Profile, Quiet, RULES, RuleId, Settings, Severity,
    Trigger, Usuals, judge, morning, next_due,
    sample::{self, TODAY, back, born_days_before, day, entry},
    silence_edge::moods,
};

const AFTERNOON: &str = "2026-11-23T13:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().expect("a literal instant")
}

fn due_in(zone: &str, history: &History, profile: &Profile, known: Known, after: &str) -> Option<String> {
    let (lines, zone) = (InForce::default(), TimeZone::get(zone).expect("bundled"));
    let due = next_due(&Ahead { history, profile, lines: &lines, known, zone: &zone }, at(after))?;
    assert_eq!(due.at, morning(due.on, &zone));
    Some(due.on.to_string())
}

fn due(history: &History, known: Known, after: &str) -> Option<String> {
    due_in("UTC", history, &Profile::default(), known, after)
}

fn week(ago: i32) -> History {
    History::new(moods(ago, [6; 7]))
}

fn asked(on: &str, known: Known) -> Quiet {
    Quiet { on: day(on), at: morning(day(on), &TimeZone::UTC), known }
}

fn is(date: &str) -> Option<String> {
    Some(date.to_owned())
}

#[test]
fn each_step_is_due_once_and_then_nothing_is() {
    let (known, history) = (Known::default(), week(0));
    assert_eq!(due(&history, known, AFTERNOON), is("2026-11-27"));
    let history = history.with_quiet_days(vec![asked("2026-11-27", known)]);
    assert_eq!(due(&history, known, "2026-11-27T07:00:00Z"), is("2026-11-30"));
    let history = history.with_quiet_days(vec![asked("2026-11-27", known), asked("2026-11-30", known)]);
    assert_eq!(due(&history, known, "2026-11-30T07:00:00Z"), None);
    assert_eq!(due(&History::default(), known, AFTERNOON), None);
    assert_eq!(due(&History::new(moods(0, [6; 3])), known, AFTERNOON), None);
}

#[test]
fn low_days_an_open_flag_a_wish_and_a_pause_move_it() {
    assert_eq!(due(&History::new(moods(0, [2; 7])), Known::default(), AFTERNOON), is("2026-11-25"));
    let known = Known { flag_open: true, shared_flag_open: true, ..Known::default() };
    assert_eq!(due(&week(0), known, AFTERNOON), is("2026-11-25"));
    let known = Known { cadence_days: Some(3), ..Known::default() };
    assert_eq!(due(&week(0), known, AFTERNOON), is("2026-11-29"));
    assert_eq!(due(&History::new(moods(0, [6])), known, AFTERNOON), is("2026-11-29"));
    let known = Known { paused_through: Some(day("2026-12-24")), ..Known::default() };
    assert_eq!(due(&week(0), known, AFTERNOON), is("2026-12-28"));
    let known = Known { paused_through: Some(day(&back(3))), ..Known::default() };
    assert_eq!(due(&week(0), known, AFTERNOON), is("2026-11-27"), "the pause is over");
}

#[test]
fn what_was_not_asked_in_time_is_asked_the_next_morning() {
    let known = Known::default();
    assert_eq!(due(&week(5), known, AFTERNOON), is("2026-11-24"));
    assert_eq!(due(&week(5), known, "2026-11-23T06:59:59Z"), is(TODAY));
    assert_eq!(due(&week(5), known, "2026-11-23T07:00:00Z"), is("2026-11-24"));
    // Ten days: both steps at once, and the second is what is raised then.
    assert_eq!(due(&week(10), known, AFTERNOON), is("2026-11-24"));
    // A flag that opened after the notice brings the second step to the next morning.
    let known = Known { flag_open: true, shared_flag_open: true, ..known };
    let history = week(5).with_quiet_days(vec![asked("2026-11-22", Known::default())]);
    assert_eq!(due(&history, known, AFTERNOON), is("2026-11-24"));
    assert_eq!(due(&history, Known::default(), AFTERNOON), is("2026-11-25"));
}

#[test]
fn the_morning_is_the_one_where_she_lives() {
    let profile = Profile::default();
    let known = Known::default();
    for (zone, after, expected) in [
        ("Pacific/Kiritimati", AFTERNOON, "2026-11-27"),
        ("America/New_York", "2026-11-27T11:59:59Z", "2026-11-27"),
        ("America/New_York", "2026-11-27T12:00:00Z", "2026-11-28"),
    ] {
        assert_eq!(due_in(zone, &week(0), &profile, known, after), is(expected), "{zone}");
    }
}

#[test]
fn what_doulas_are_told_later_has_a_morning_of_its_own() {
    let mut entries = moods(0, [1, 1, 1, 6, 6, 6, 6, 6]);
    for entry in &mut entries[..3] {
        entry.private = true;
    }
    let history = History::new(entries);
    let known = Known::default();
    let mut days = Vec::new();
    let mut next = due(&history, known, AFTERNOON);
    while let Some(on) = next {
        days.push(asked(&on, known));
        next =
            due(&history.clone().with_quiet_days(days.clone()), known, &days[days.len() - 1].at.to_string());
    }
    let days: Vec<String> = days.iter().map(|asked| asked.on.to_string()).collect();
    assert_eq!(days, ["2026-11-25", "2026-11-27", "2026-11-28", "2026-11-30"]);
}

/// H13.
#[test]
fn h13_low_days_since_birth_are_due_on_day_fourteen_if_they_would_be_raised() {
    let low_since =
        |lows: usize, fine: usize| History::new(moods(0, [vec![2; lows], vec![7; fine]].concat()));
    let born = |days: i32| born_days_before(Some(days), day(TODAY));
    let due = |history: &History, born: &Profile, after: &str| {
        due_in(
            "UTC",
            history,
            born,
            Known { paused_through: Some(day("2026-12-31")), ..Known::default() },
            after,
        )
    };
    let silent = is("2027-01-02");
    // Low since day 5, looked at on the evening of day 13; fine days before it change nothing.
    assert_eq!(due(&low_since(9, 0), &born(13), AFTERNOON), is("2026-11-24"));
    assert_eq!(due(&low_since(9, 5), &born(13), AFTERNOON), is("2026-11-24"));
    assert_eq!(due(&low_since(7, 0), &born(13), AFTERNOON), silent, "seven answered days are too few");
    assert_eq!(due(&low_since(8, 0), &born(13), AFTERNOON), is("2026-11-24"));
    assert_eq!(due(&low_since(8, 0), &born(10), AFTERNOON), is("2026-11-27"), "a pause does not put it off");
    assert_eq!(due(&low_since(8, 0), &born(14), AFTERNOON), silent, "the morning of day 14 is over");
    assert_eq!(due(&low_since(8, 0), &born(14), "2026-11-23T06:00:00Z"), is(TODAY));
    assert_eq!(due(&low_since(8, 0), &born_days_before(None, day(TODAY)), AFTERNOON), silent);
}

/// The day after the last on which the same could have been asked again in time.
#[test]
fn an_epds_in_the_middle_that_is_not_repeated_is_due_the_day_after_its_time() {
    let form = |total: u16, ago: i32, private: bool| Form {
        private,
        ..sample::form(100 - ago as u32, "epds", &back(ago), Some(total))
    };
    let of = |forms: Vec<Form>| due(&History::default().with_forms(forms), Known::default(), AFTERNOON);
    assert_eq!(of(vec![form(11, 0, false)]), is("2026-12-22"));
    assert_eq!(of(vec![form(11, 27, false)]), is("2026-11-25"));
    assert_eq!(of(vec![form(11, 28, false)]), is("2026-11-24"));
    assert_eq!(of(vec![form(11, 29, false)]), is("2026-11-24"), "that morning is over, and it was not asked");
    assert_eq!(of(vec![form(11, 59, false)]), is("2026-11-24"));
    assert_eq!(of(vec![form(11, 60, false)]), None, "rules look 60 days back");
    assert_eq!(of(vec![form(9, 0, false)]), None);
    assert_eq!(of(vec![form(11, 20, false), form(9, 0, false)]), None, "it was asked again");
    assert_eq!(of(vec![form(11, 20, false), form(9, 0, true)]), is("2026-12-02"), "not for doulas");
}

/// What happens on one day of a made-up life.
#[derive(Debug, Clone)]
struct Lived {
    answer: Option<(u8, bool)>,
    pause_days: Option<i64>,
    flags: (bool, bool),
}

fn lived() -> impl Strategy<Value = Lived> {
    let answer = prop_oneof![
        3 => Just(None),
        4 => (0..=10u8, prop::bool::weighted(0.2)).prop_map(Some),
    ];
    let flags = prop_oneof![6 => Just((false, false)), 1 => any::<(bool, bool)>()];
    (answer, prop::option::weighted(0.05, 0..12i64), flags).prop_map(|(answer, pause_days, flags)| Lived {
        answer,
        pause_days,
        flags,
    })
}

fn severities(history: &History, profile: &Profile, quiet: Quiet) -> [Option<Severity>; 2] {
    let settings = Settings::default();
    let context = Context { history, profile, settings: &settings, usual: &[], today: quiet.on };
    let point = judge(RULES, &context, &mut Usuals::default(), &Trigger::Day(quiet));
    let of = |findings: &[super::Finding]| {
        findings.iter().find(|found| found.rule == RuleId::Silence).map(|found| found.severity)
    };
    [of(&point.all.findings), of(&point.shared.findings)]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    /// H14: never in a pause, no step twice in a silence, none before its time, and none left out.
    #[test]
    fn h14_the_mornings_that_are_due_are_those_on_which_something_new_is_to_be_said(life in vec(lived(), 20..90)) {
        let (profile, lines) = (Profile::default(), InForce::default());
        let begin = day("2026-01-01");
        let mut known = Known::default();
        let mut history = History::default();
        let mut answered: Option<Date> = None;
        let mut told = [None, None];
        let mut next = None;
        for (index, lived) in (0..).zip(&life) {
            let on = begin.saturating_add(i64::from(index).days());
            let quiet = Quiet { on, at: morning(on, &TimeZone::UTC), known };
            let found = severities(&history, &profile, quiet);
            let news = (0..2).any(|view| found[view] > told[view]);
            prop_assert_eq!(next.map(|due: super::Due| due.on) == Some(on), news, "{} {:?} {:?}", on, found, next);
            if news {
                let last = answered.expect("who never answered is not missed");
                prop_assert!(known.paused_through.is_none_or(|end| end < on));
                prop_assert!(super::days_between(last, on) >= 2);
                let mut asked = history.quiet_days().to_vec();
                asked.push(quiet);
                history = history.with_quiet_days(asked);
                for view in 0..2 {
                    told[view] = told[view].max(found[view]);
                }
            }
            if let Some((mood, private)) = lived.answer {
                let new = Entry { mood: Some(mood), private, ..entry(index as u32, &on.to_string()) };
                let mut entries = history.entries().to_vec();
                entries.push(new);
                history = History::new(entries).with_quiet_days(history.quiet_days().to_vec());
                answered = Some(on);
                told = [None, None];
            }
            if let Some(days) = lived.pause_days {
                known.paused_through = Some(on.saturating_add(days.days()));
            }
            (known.flag_open, known.shared_flag_open) = lived.flags;
            let after = on.at(13, 0, 0, 0).in_tz("UTC").expect("UTC has all").timestamp();
            let ahead = Ahead { history: &history, profile: &profile, lines: &lines, known, zone: &TimeZone::UTC };
            next = next_due(&ahead, after);
        }
    }
}
