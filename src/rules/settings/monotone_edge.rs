//! Whatever practices set, in whatever mixture: the strictest counts, nothing leaves its bounds, a stricter line never
//! raises less or later, and every setting is read where it counts.

use std::collections::HashMap;

use proptest::{
    prelude::{prop_assert, prop_assert_eq, proptest},
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};

use super::{
    Changed, Setting, SettingId, Settings, Topic,
    random_edge::{changes, histories, settings_of},
    rows,
};
use crate::rules::{
    Entry, Evaluation, Form, History, Profile, RULES, RuleId, Severity, Trigger, Usuals, judge,
    sample::{TODAY, back, born_days_before, day, entry, whole},
    watched,
};

fn raised(history: &History, profile: &Profile, settings: &Settings, said: &Trigger) -> Evaluation {
    // Which items are watched is decided when a form is stored.
    let watching = |form: &Form| watched(&form.instrument, &form.answers, settings);
    let history = &history.clone().watching(watching);
    let said = match said {
        Trigger::Form(form) => Trigger::Form(Form { watched: watching(form), ..form.clone() }),
        other => other.clone(),
    };
    judge(RULES, &whole(history, profile, settings), &mut Usuals::default(), &said).all
}

/// How grave each rule has been so far. What was taken in counts; a full scale speaks for its short form.
#[derive(Default)]
struct Told(HashMap<RuleId, Severity>);

impl Told {
    fn hear(&mut self, said: &Evaluation) {
        for found in said.findings.iter().chain(said.silenced.iter().map(|(found, _)| found)) {
            let of_short_form = match found.rule {
                RuleId::Phq9 => Some(RuleId::Phq2),
                RuleId::Gad7 => Some(RuleId::Gad2),
                _ => None,
            };
            for rule in [Some(found.rule), of_short_form].into_iter().flatten() {
                let known = self.0.entry(rule).or_insert(found.severity);
                *known = found.severity.max(*known);
            }
        }
    }
}

proptest! {
    /// H25: of each thing the strictest counts, and a rule is off only where everybody switched it off.
    #[test]
    fn h25_together_practices_are_never_looser_than_each(one in changes(), other in changes()) {
        let (one, other) = (settings_of(&one), settings_of(&other));
        let both = one.clone().strictest(&other);
        for part in [&one, &other] {
            for row in rows() {
                prop_assert_eq!(row.stricter_of(both.get(row.id), part.get(row.id)), both.get(row.id));
            }
            for rule in RuleId::ALL {
                prop_assert!(both.is_on(rule) || !part.is_on(rule));
                for severity in Severity::ALL {
                    prop_assert!(both.due_times(rule).after(severity) <= part.due_times(rule).after(severity));
                }
            }
        }
        prop_assert_eq!(&both, &other.clone().strictest(&one));
        prop_assert_eq!(&both, &both.clone().strictest(&one));
    }

    /// H25: nothing that is stored loosens what may not be loosened.
    #[test]
    fn h25_nothing_leaves_its_bounds_and_danger_is_never_loosened(stored in changes()) {
        let settings = settings_of(&stored);
        for row in rows() {
            let value = settings.get(row.id);
            prop_assert_eq!(row.within_bounds(value), value);
            prop_assert!(row.may_loosen() || !row.is_looser(value));
        }
        for rule in RuleId::ALL.into_iter().filter(|rule| !rule.may_loosen()) {
            prop_assert!(settings.is_on(rule));
            for severity in Severity::ALL {
                prop_assert!(settings.due_times(rule).after(severity) <= severity.due_after());
            }
        }
    }

        /// H24, H25: whoever moves a line to the strict side is told of everything that she was told of before, no later and
    /// no less gravely.
    #[test]
    fn h24_h25_a_stricter_line_never_raises_less(
        looser in changes(),
        other in changes(),
        (history, profile) in histories(),
    ) {
        let looser = settings_of(&looser);
        let stricter = looser.clone().strictest(&settings_of(&other));
        let (mut less, mut more) = (Told::default(), Told::default());
        for said in history.said_from(day(&back(60))) {
            less.hear(&raised(&history, &profile, &looser, &said));
            more.hear(&raised(&history, &profile, &stricter, &said));
            for (rule, severity) in &less.0 {
                prop_assert!(more.0.get(rule) >= Some(severity), "{rule:?} {severity:?} at {said:?}");
            }
        }
    }
}

/// H24: every setting is read where it counts: moved to its strictest, it changes what some history raises.
#[test]
fn h24_every_setting_changes_what_is_raised() {
    let shipped = Settings::default();
    let strictest = |row: &Setting| {
        let mut settings = shipped.clone();
        settings.set(Changed::Value(row.id), row.strictest);
        settings
    };
    let mut unread: Vec<&Setting> = rows().filter(|row| row.of != Topic::DueTimes).collect();
    let mut runner = TestRunner::deterministic();
    for _ in 0..3000 {
        let (history, profile) = histories().new_tree(&mut runner).expect("a history").current();
        for said in history.said_from(day(&back(60))) {
            let less = raised(&history, &profile, &shipped, &said);
            unread.retain(|row| raised(&history, &profile, &strictest(row), &said).findings == less.findings);
        }
        if unread.is_empty() {
            return;
        }
    }
    panic!("changed nothing: {:?}", unread.iter().map(|row| row.id).collect::<Vec<_>>());
}

#[test]
fn a_rule_that_is_off_says_nothing() {
    let low: Vec<Entry> =
        (0..8).map(|ago| Entry { mood: Some(1), ..entry(20 - ago as u32, &back(ago)) }).collect();
    let newest = low[0].clone().into();
    let history = History::new(low);
    let profile = born_days_before(Some(100), day(TODAY));
    let mut settings = Settings::default();
    let raised = |settings: &Settings| -> Vec<RuleId> {
        raised(&history, &profile, settings, &newest).findings.iter().map(|found| found.rule).collect()
    };
    assert_eq!(raised(&settings), [RuleId::SustainedLow]);
    settings.set(Changed::Switch(RuleId::SustainedLow), 0);
    assert_eq!(raised(&settings), []);
    settings.set(Changed::Switch(RuleId::SustainedLow), 1);
    settings.set(Changed::Value(SettingId::SustainedLowAnswered), 9);
    assert_eq!(raised(&settings), []);
}

#[test]
fn longer_times_are_not_for_what_may_not_be_loosened() {
    let mut settings = Settings::default();
    settings.set(Changed::Value(SettingId::DueFollowUp), 120);
    let hours = |rule: RuleId, severity| settings.due_times(rule).after(severity).as_hours();
    assert_eq!(hours(RuleId::SustainedLow, Severity::FollowUp), 120);
    assert_eq!(hours(RuleId::Elation, Severity::FollowUp), 72);
    settings.set(Changed::Value(SettingId::DueFollowUp), 24);
    let hours = |rule: RuleId, severity| settings.due_times(rule).after(severity).as_hours();
    assert_eq!(hours(RuleId::Elation, Severity::FollowUp), 24);
    assert_eq!(hours(RuleId::Elation, Severity::Notice), 168);
}

/// Decision 0023: no number of an item is stricter than another, so all that are named are watched.
#[test]
fn every_item_that_some_practice_names_is_watched() {
    let naming = |item: u16| {
        let mut settings = Settings::default();
        settings.set(Changed::Value(SettingId::MibsWatched), item);
        settings
    };
    let watched = |settings: &Settings| (0..=9).filter(|item| settings.watches(*item)).collect::<Vec<_>>();
    assert!(watched(&naming(0)).is_empty());
    assert_eq!(watched(&naming(8)), [8]);
    let both = Settings::of_practices([naming(3), naming(0), naming(6)]);
    assert_eq!(watched(&both), [3, 6]);
    assert_eq!(both, Settings::of_practices([naming(6), naming(3)]));
    let mut again = naming(3);
    again.set(Changed::Value(SettingId::MibsWatched), 0);
    assert_eq!(again, Settings::default(), "taken back, nothing is left of it");
    let answers = [(3, 0), (6, 2), (7, 3)].map(|(item, answer): (u8, u8)| (item.to_string(), answer));
    for (instrument, settings, highest) in [
        ("mibs", &both, Some(2)),
        ("mibs", &naming(3), Some(0)),
        ("mibs", &naming(1), None),
        ("mibs", &Settings::default(), None),
        ("pbq", &both, None),
    ] {
        let answers = answers.iter().cloned().collect();
        assert_eq!(super::super::watched(instrument, &answers, settings), highest, "{instrument}");
    }
}

/// The items are those of the data.
#[test]
fn an_item_that_can_be_named_exists() {
    let data: serde_json::Value =
        serde_json::from_str(include_str!("../../../data/instruments.json")).expect("JSON");
    let of = |one: &&serde_json::Value| one["id"] == "mibs";
    let mibs = data["instruments"].as_array().and_then(|all| all.iter().find(of)).expect("it is there");
    let ids: Vec<&str> =
        mibs["items"].as_array().expect("items").iter().filter_map(|item| item["id"].as_str()).collect();
    let nameable = 1..=SettingId::MibsWatched.row().max();
    assert_eq!(ids, nameable.map(|item| item.to_string()).collect::<Vec<_>>());
}
