//! Whatever practices set, in whatever mixture: the strictest counts, nothing leaves its bounds, and a stricter line
//! never raises less. And the edges of time: from when, until when, and in whose care.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use proptest::{
    collection::vec,
    option,
    prelude::{Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest},
    sample::select,
    strategy::ValueTree,
    test_runner::TestRunner,
};

use super::{
    Change, Changed, InForce, Setting, SettingId, Settings, Topic, in_force::Care, in_force::Supposed, rows,
};
use crate::{
    id::PracticeId,
    rules::{
        Entry, History, Known, Quiet, RULES, RuleId, Severity, Usuals, judge, morning,
        sample::{TODAY, back, born_days_before, day, entry, whole},
    },
};

fn at(text: &str) -> Timestamp {
    text.parse().expect("a literal instant")
}

fn things() -> Vec<Changed> {
    let values = rows().map(|row| Changed::Value(row.id));
    values.chain(RuleId::ALL.map(Changed::Switch)).collect()
}

/// What may have been stored, sensible or not: half of it within the bounds.
fn changes() -> impl Strategy<Value = Vec<(Changed, u16)>> {
    let change = (select(things()), any::<u16>(), any::<bool>()).prop_map(|(of, value, wild)| {
        let tame = of.row().map_or(value % 2, |row| row.min() + value % (row.max() - row.min() + 1));
        (of, if wild { value } else { tame })
    });
    vec(change, 0..20)
}

fn settings_of(changes: &[(Changed, u16)]) -> Settings {
    let mut settings = Settings::default();
    for (of, value) in changes {
        settings.set(*of, *value);
    }
    settings
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let scale = || option::weighted(0.9, prop_oneof![3 => 0..=4_u8, 1 => 5..=7_u8, 2 => 8..=10_u8]);
    let seldom = || option::of(select(vec![false, false, false, true]));
    let one = (0..16_i32, scale(), scale(), scale(), option::of(0..=20_u8), seldom());
    vec(one, 1..32).prop_map(|all| {
        let made = all.into_iter().enumerate().map(
            |(number, (ago, mood, connection, anxiety, sleep_half_hours, sped_up))| Entry {
                mood,
                connection,
                anxiety,
                sleep_half_hours,
                sped_up,
                ..entry(number as u32, &back(ago))
            },
        );
        made.collect()
    })
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

    /// H24, H25: whoever moves a line to the strict side is told of everything that she was told of before.
    #[test]
    fn h24_h25_a_stricter_line_never_raises_less(
        looser in changes(),
        other in changes(),
        entries in entries(),
        born in option::of(0..60_i32),
    ) {
        let looser = settings_of(&looser);
        let stricter = looser.clone().strictest(&settings_of(&other));
        let profile = born_days_before(born, day(TODAY));
        let history = History::new(entries).with_quiet_days(quiet_days());
        for said in history.said_from(day(&back(20))) {
            let less = judge(RULES, &whole(&history, &profile, &looser), &mut Usuals::default(), &said).all;
            let more = judge(RULES, &whole(&history, &profile, &stricter), &mut Usuals::default(), &said).all;
            for found in less.findings.iter().chain(less.silenced.iter().map(|(found, _)| found)) {
                let mut again = more.findings.iter().chain(more.silenced.iter().map(|(found, _)| found));
                let kept = again.any(|more| more.rule == found.rule && more.severity >= found.severity);
                prop_assert!(kept, "{found:?}");
            }
        }
    }
}

/// Each day of the last three weeks and the two to come as one without an answer, which the rules are asked about too.
fn quiet_days() -> Vec<Quiet> {
    let on = |ago: i32| {
        let on = day(&back(ago));
        let known = Known { flag_open: ago % 5 == 0, ..Known::default() };
        Quiet { on, at: morning(on, &TimeZone::UTC), known }
    };
    (-14..20).map(on).collect()
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
    let histories = (entries(), option::of(0..60_i32));
    for _ in 0..3000 {
        let (entries, born) = histories.new_tree(&mut runner).expect("a history").current();
        let history = History::new(entries).with_quiet_days(quiet_days());
        let profile = born_days_before(born, day(TODAY));
        for said in history.said_from(day(&back(20))) {
            let raised = |settings: &Settings| {
                judge(RULES, &whole(&history, &profile, settings), &mut Usuals::default(), &said).all
            };
            let less = raised(&shipped);
            unread.retain(|row| raised(&strictest(row)).findings == less.findings);
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
        let point = judge(RULES, &whole(&history, &profile, settings), &mut Usuals::default(), &newest);
        point.all.findings.iter().map(|found| found.rule).collect()
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

const LINE: Changed = Changed::Value(SettingId::SustainedLowLine);

fn line(value: Option<u16>, from: &str, until: Option<&str>) -> Change {
    Change { of: LINE, value, from: at(from), until: until.map(at) }
}

/// H25: what expired is what ships, and does not come back.
#[test]
fn h25_a_change_counts_from_its_instant_until_it_expires_or_is_replaced() {
    let changes = [
        line(Some(4), "2026-11-01T00:00:00Z", Some("2026-11-10T00:00:00Z")),
        line(Some(5), "2026-11-05T00:00:00Z", Some("2026-11-07T00:00:00Z")),
        line(Some(2), "2026-11-20T00:00:00Z", None),
        line(None, "2026-11-21T00:00:00Z", None),
    ];
    for (when, value) in [
        ("2026-10-31T23:59:59Z", 3),
        ("2026-11-01T00:00:00Z", 4),
        ("2026-11-06T23:59:59.999999Z", 5),
        ("2026-11-07T00:00:00Z", 3),
        ("2026-11-09T00:00:00Z", 3),
        ("2026-11-20T00:00:00Z", 2),
        ("2026-11-21T00:00:00Z", 3),
    ] {
        let settings = Settings::of_practice(&changes, at(when));
        assert_eq!(settings.get(SettingId::SustainedLowLine), value, "{when}");
    }
}

#[test]
fn of_two_changes_at_one_instant_the_later_one_counts() {
    let when = "2026-11-01T00:00:00Z";
    let changes = [line(Some(4), when, None), line(Some(5), when, None)];
    assert_eq!(Settings::of_practice(&changes, at(when)).get(SettingId::SustainedLowLine), 5);
}

#[test]
fn the_lines_of_an_instant_are_those_of_the_practices_that_cared_then() {
    let (began, left) = (at("2026-11-01T00:00:00Z"), at("2026-11-15T00:00:00Z"));
    let [first, second, other] = [0, 1, 2].map(|n| PracticeId::new(began + SignedDuration::from_secs(n)));
    let cares = vec![
        Care { practice: first, from: began, until: Some(left) },
        Care { practice: second, from: at("2026-11-10T00:00:00Z"), until: None },
    ];
    let strict = line(Some(5), "2026-11-05T00:00:00Z", None);
    let loose = line(Some(2), "2026-11-01T00:00:00Z", None);
    let off = Change {
        of: Changed::Switch(RuleId::AnxietyStays),
        value: Some(0),
        from: began,
        until: Some(at("2026-12-01T00:00:00Z")),
    };
    let in_force =
        InForce::new(cares, vec![(first, strict), (second, loose), (second, off), (other, strict)]);
    for (when, value, on) in [
        ("2026-10-31T00:00:00Z", 3, true),
        ("2026-11-04T00:00:00Z", 3, true),
        ("2026-11-05T00:00:00Z", 5, true),
        ("2026-11-10T00:00:00Z", 5, true),
        ("2026-11-15T00:00:00Z", 2, false),
        ("2026-12-01T00:00:00Z", 2, true),
    ] {
        let settings = in_force.at(at(when));
        assert_eq!(settings.get(SettingId::SustainedLowLine), value, "{when}");
        assert_eq!(settings.is_on(RuleId::AnxietyStays), on, "{when}");
    }
    let supposed = Supposed { practice: Some(second), values: vec![(LINE, 4)] };
    let supposing = in_force.supposing(supposed);
    for (when, value) in
        [("2026-11-04T00:00:00Z", 3), ("2026-11-12T00:00:00Z", 5), ("2026-11-15T00:00:00Z", 4)]
    {
        assert_eq!(supposing.at(at(when)).get(SettingId::SustainedLowLine), value, "{when}");
    }
}

#[test]
fn a_parent_in_nobodys_care_is_judged_by_what_ships() {
    let supposed = Supposed { practice: None, values: vec![(LINE, 5)] };
    assert_eq!(InForce::default().supposing(supposed).at(at("2026-11-23T00:00:00Z")), Settings::default());
}

#[test]
fn every_topic_is_named() {
    for topic in Topic::all() {
        assert_eq!(topic.as_str().parse(), Ok(topic));
    }
    assert!(Changed::of(Topic::DueTimes, "enabled").is_none());
    assert!(Changed::of(Topic::Rule(RuleId::NotSafe), "line").is_none());
}
