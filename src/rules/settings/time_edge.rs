//! The edges of time: from when a change counts, until when, and in whose care.

use jiff::{SignedDuration, Timestamp};

use super::{Change, Changed, InForce, SettingId, Settings, Topic, in_force::Care, in_force::Supposed};
use crate::{id::PracticeId, rules::RuleId};

fn at(text: &str) -> Timestamp {
    text.parse().expect("a literal instant")
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
