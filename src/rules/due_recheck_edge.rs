//! The edges of `due.rs` where a questionnaire was not repeated in time and that comes to light later: it is asked on the
//! next morning, once, and whoever replays what was asked hears the same.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use proptest::{collection::vec, prelude::*};

use super::{
    Ahead, Changed, Context, Form, FormStep, History, InForce, Known, Profile, Quiet, RULES, Reason, RuleId,
    SettingId, Source, Usuals,
    due::{next_due, rests_on_asked_days},
    due_lines_edge::{change, lines},
    morning, replay,
    sample::{self, TODAY, back, day},
};

fn at(text: &str) -> Timestamp {
    text.parse().expect("a literal instant")
}

/// An EPDS of so many days ago.
fn epds(total: u16, ago: i32) -> Form {
    sample::form(200 - ago as u32, "epds", &back(ago), Some(total))
}

fn asked(on: Date) -> Quiet {
    Quiet { on, at: morning(on, &TimeZone::UTC), known: Known::default() }
}

fn days_ago(days: &[i32]) -> Vec<Quiet> {
    days.iter().map(|ago| asked(day(&back(*ago)))).collect()
}

fn due(history: &History, lines: &InForce) -> Option<String> {
    let (profile, known, zone) = (Profile::default(), Known::default(), TimeZone::UTC);
    let ahead = Ahead { history, profile: &profile, lines, known, zone: &zone };
    Some(next_due(&ahead, at(&format!("{TODAY}T13:00:00Z")))?.on.to_string())
}

fn tomorrow() -> Option<String> {
    Some(back(-1))
}

#[test]
fn a_day_that_is_past_when_it_becomes_due_is_asked_the_next_morning_and_once() {
    let shipped = InForce::default();
    let of = |forms: &[Form], days: &[i32]| {
        due(&History::default().with_forms(forms.to_vec()).with_quiet_days(days_ago(days)), &shipped)
    };
    assert_eq!(of(&[epds(11, 35)], &[]), tomorrow());
    assert_eq!(of(&[epds(11, 35)], &[28]), tomorrow(), "that day was too early for it");
    assert_eq!(of(&[epds(11, 35)], &[28, 7]), tomorrow(), "so was that one");
    assert_eq!(of(&[epds(11, 35)], &[6]), None, "the first day on which it is late");
    assert_eq!(of(&[epds(11, 35)], &[1]), None, "also one on which something else was asked");
    // What was told of one says nothing of another.
    assert_eq!(of(&[epds(11, 50), epds(10, 30)], &[21]), tomorrow());
    assert_eq!(of(&[epds(11, 50), epds(10, 30)], &[21, 1]), None);
    assert_eq!(of(&[epds(11, 50), epds(9, 30)], &[]), None, "it was repeated");
}

/// A private repetition is none towards a doula, and one that is private is nothing to repeat.
#[test]
fn each_of_the_two_histories_is_asked_for_itself() {
    let private = |form| Form { private: true, ..form };
    let of = |forms: &[Form], days: &[i32]| {
        let history = History::default().with_forms(forms.to_vec()).with_quiet_days(days_ago(days));
        due(&history, &InForce::default())
    };
    assert_eq!(of(&[epds(11, 35), private(epds(9, 20))], &[]), tomorrow());
    assert_eq!(of(&[epds(11, 35), private(epds(9, 20))], &[3]), None);
    assert_eq!(of(&[private(epds(11, 35))], &[]), tomorrow());
    assert_eq!(of(&[private(epds(11, 35))], &[3]), None);
    // Over everything the later one is late, towards doulas the earlier one was told already.
    assert_eq!(of(&[epds(11, 59), private(epds(10, 30))], &[20]), tomorrow());
    assert_eq!(of(&[epds(11, 59), private(epds(10, 30))], &[20, 1]), None);
}

/// A practice moved the days, the line or the switch after a day was asked about.
#[test]
fn what_was_asked_by_other_lines_is_asked_again_by_those_of_now() {
    let of = |forms: &[Form], days: &[i32], changes| {
        due(&History::default().with_forms(forms.to_vec()).with_quiet_days(days_ago(days)), &lines(changes))
    };
    let repeat = |days, ago: i32| {
        change(Changed::Value(SettingId::EpdsRepeat), Some(days), &format!("{}T12:00:00Z", back(ago)), None)
    };
    assert_eq!(of(&[epds(11, 20)], &[4], vec![repeat(14, 3)]), tomorrow());
    assert_eq!(of(&[epds(11, 20)], &[4, 1], vec![repeat(14, 3)]), None);
    assert_eq!(of(&[epds(11, 20)], &[4], vec![repeat(14, 5)]), None);
    let switch =
        |on, ago: i32| change(Changed::Switch(RuleId::Epds), on, &format!("{}T12:00:00Z", back(ago)), None);
    assert_eq!(of(&[epds(11, 35)], &[], vec![switch(Some(0), 10)]), None, "nobody asks");
    assert_eq!(of(&[epds(11, 35)], &[4], vec![switch(Some(0), 10), switch(None, 2)]), tomorrow());
    assert_eq!(of(&[epds(11, 35)], &[4, 1], vec![switch(Some(0), 10), switch(None, 2)]), None);
    let middle =
        change(Changed::Value(SettingId::EpdsMiddle), Some(8), &format!("{}T12:00:00Z", back(2)), None);
    assert_eq!(of(&[epds(8, 35)], &[4], vec![middle]), tomorrow());
    assert_eq!(of(&[epds(8, 35)], &[4], vec![]), None);
}

#[test]
fn days_before_the_last_answer_count_only_where_something_may_be_repeated() {
    let asked_at = Some(at(&format!("{TODAY}T07:00:00Z")));
    let of = |forms: Vec<Form>| rests_on_asked_days(&History::default().with_forms(forms), asked_at);
    assert!(of(vec![epds(4, 3)]));
    assert!(!of(vec![epds(4, 0)]), "after it");
    assert!(!of(vec![sample::form(1, "epds", &back(3), None)]));
    assert!(!of(vec![sample::form(1, "phq-9", &back(3), Some(20))]));
    assert!(!rests_on_asked_days(&History::default().with_forms(vec![epds(4, 3)]), None));
}

/// What happens on one day of a made-up life.
#[derive(Debug, Clone)]
enum Lived {
    Nothing,
    Form(u16, bool),
    /// The last form becomes private or shared.
    Turned,
    /// The last form is removed.
    Removed,
    /// The practice sets days, a line, or the switch.
    Set(Changed, Option<u16>),
    /// A day is asked about because of something else.
    Asked,
}

fn lived() -> impl Strategy<Value = Lived> {
    let set = prop_oneof![
        prop::option::of(14..=42u16).prop_map(|days| (Changed::Value(SettingId::EpdsRepeat), days)),
        prop::option::of(8..=10u16).prop_map(|line| (Changed::Value(SettingId::EpdsMiddle), line)),
        prop::option::of(Just(0)).prop_map(|off| (Changed::Switch(RuleId::Epds), off)),
    ];
    prop_oneof![
        40 => Just(Lived::Nothing),
        2 => (prop_oneof![Just(4), Just(9), Just(11), Just(14)], prop::bool::weighted(0.3))
            .prop_map(|(total, private)| Lived::Form(total, private)),
        1 => Just(Lived::Turned),
        1 => Just(Lived::Removed),
        2 => set.prop_map(|(of, value)| Lived::Set(of, value)),
        2 => Just(Lived::Asked),
    ]
}

/// The forms of which it was said that they were not repeated, over everything and towards doulas.
fn told(history: &History, lines: &InForce) -> [Vec<Source>; 2] {
    let profile = Profile::default();
    let settings = lines.at(Timestamp::MIN);
    let whole = Context { history, profile: &profile, settings: &settings, usual: &[], today: day(TODAY) };
    let mut told = [Vec::new(), Vec::new()];
    for point in replay(RULES, &whole, lines, Usuals::default(), Date::MIN) {
        for (view, said) in [&point.all, &point.shared].into_iter().enumerate() {
            let late = |reason: &Reason| matches!(reason, Reason::Epds(of) if of.step == FormStep::Late);
            let found = said.findings.iter().filter(|found| late(&found.reason));
            told[view].extend(found.flat_map(|found| found.evidence.iter().map(|piece| piece.source)));
        }
    }
    told
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]

    /// Due on exactly those mornings on which a replay of what was asked would hear of a form that it had not heard of:
    /// however forms and lines were changed before.
    #[test]
    fn a_recheck_is_due_exactly_when_a_replay_hears_something_new(life in vec(lived(), 40..140)) {
        let silent = change(Changed::Switch(RuleId::Silence), Some(0), "2025-01-01T00:00:00Z", None);
        let mut changes = vec![silent];
        let (mut forms, mut quiet): (Vec<Form>, Vec<Quiet>) = (Vec::new(), Vec::new());
        let mut next = None;
        for (index, lived) in (0..).zip(&life) {
            let on = day("2026-01-01").saturating_add(i64::from(index).days());
            let in_force = lines(changes.clone());
            let with = |quiet: &[Quiet]| History::default().with_forms(forms.clone()).with_quiet_days(quiet.to_vec());
            let before = told(&with(&quiet), &in_force);
            let asking = [quiet.clone(), vec![asked(on)]].concat();
            let after = told(&with(&asking), &in_force);
            let news = (0..2).any(|view| after[view].iter().any(|form| !before[view].contains(form)));
            prop_assert_eq!(next == Some(on), news, "{} {:?} {:?} {:?}", on, next, before, after);
            if news || matches!(lived, Lived::Asked) {
                quiet = asking;
            }
            match lived {
                Lived::Form(total, private) => {
                    let form = sample::form(index as u32, "epds", &on.to_string(), Some(*total));
                    forms.push(Form { private: *private, ..form });
                }
                Lived::Turned => forms.iter_mut().rev().take(1).for_each(|form| form.private = !form.private),
                Lived::Removed => drop(forms.pop()),
                Lived::Set(of, value) => changes.push(change(*of, *value, &format!("{on}T12:30:00Z"), None)),
                Lived::Nothing | Lived::Asked => {}
            }
            let history = History::default().with_forms(forms.clone()).with_quiet_days(quiet.clone());
            let (profile, known, zone) = (Profile::default(), Known::default(), TimeZone::UTC);
            let lines = lines(changes.clone());
            let ahead = Ahead { history: &history, profile: &profile, lines: &lines, known, zone: &zone };
            next = next_due(&ahead, at(&format!("{on}T13:00:00Z"))).map(|due| due.on);
        }
    }
}
