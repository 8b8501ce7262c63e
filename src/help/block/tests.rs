//! Tests of the safety block: its order in every country, how old numbers are shown, and that it is never empty.
//!
//! What it says is tested in `words`.

use std::collections::HashMap;

use jiff::civil::date;

use super::*;
use crate::help::country::COUNTRIES;
use crate::help::line::Kind;

mod words;

/// A Monday, 10:00 in London and 21:00 in Melbourne.
const MONDAY: &str = "2026-11-23T10:00:00Z";

fn build(country: Option<&str>, loss: bool, confirmations: &Confirmations, now: &str) -> Safety {
    let reach = asha();
    let situation = Situation {
        country,
        loss,
        no_baby_visible: loss,
        finding: Finding::Danger,
        reach: &reach,
        now: now.parse().unwrap(),
        today: date(2026, 11, 23),
    };
    safety(Lines::embedded(), confirmations, &situation)
}

fn asha() -> Reach {
    Reach { doulas: vec!["Asha".to_owned()], ..Reach::default() }
}

fn all_confirmed() -> Confirmations {
    Lines::embedded().all().iter().map(|line| (line.id.clone(), date(2026, 11, 1))).collect()
}

fn ids(lines: &[LineView]) -> String {
    lines.iter().map(|line| line.id.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn order_in_every_country() {
    // Country, emergency, crisis lines, support lines unconfirmed, all confirmed, and after a loss.
    let table = [
        ("US", "911", "us-988", "us-tlc-mama", "us-tlc-mama us-psi", ""),
        ("GB", "999", "gb-nhs111 gb-samaritans gb-shout", "", "gb-pandas", "gb-sands"),
        ("IE", "112", "ie-samaritans ie-pieta ie-50808", "ie-hse", "ie-hse", "ie-hse"),
        ("CA", "911", "ca-988", "", "", ""),
        ("AU", "000", "au-lifeline", "", "au-panda", ""),
        ("NZ", "111", "nz-1737", "", "", ""),
        ("FR", "15", "fr-3114", "", "", ""),
        ("DE", "112", "de-telefonseelsorge", "", "de-hilfetelefon-geburt", ""),
        ("NL", "112", "nl-113", "", "", ""),
        ("IN", "112", "in-telemanas", "", "", ""),
        ("ZA", "112", "za-sadag za-456789", "", "", ""),
    ];
    assert_eq!(table.map(|row| row.0).to_vec().len(), Lines::embedded().countries().len());
    let none = HashMap::new();
    for (country, number, crisis, unconfirmed, confirmed, loss) in table {
        let block = build(Some(country), false, &none, MONDAY);
        assert_eq!(block.emergency.as_ref().unwrap().phone, number, "{country}");
        assert_eq!(
            (ids(&block.lines), ids(&block.support_lines)),
            (crisis.to_owned(), unconfirmed.to_owned())
        );
        assert!(block.lines.iter().all(|line| line.open_now && line.for_crisis && line.kind == Kind::Crisis));
        assert!(block.support_lines.iter().all(|line| !line.for_crisis && line.kind == Kind::Support));
        let block = build(Some(country), false, &all_confirmed(), MONDAY);
        assert_eq!((ids(&block.lines), ids(&block.support_lines)), (crisis.to_owned(), confirmed.to_owned()));
        let block = build(Some(country), true, &all_confirmed(), MONDAY);
        assert_eq!((ids(&block.lines), ids(&block.support_lines)), (crisis.to_owned(), loss.to_owned()));
    }
}

#[test]
fn a_confirmed_line_moves_up_within_its_kind_only() {
    let day = date(2026, 11, 1);
    let only = |id: &str| HashMap::from([(id.to_owned(), day)]);
    let lines = |id| ids(&build(Some("GB"), false, &only(id), MONDAY).lines);
    assert_eq!(lines("gb-shout"), "gb-shout gb-nhs111 gb-samaritans");
    assert_eq!(lines("gb-pandas"), "gb-nhs111 gb-samaritans gb-shout");
    let america = build(Some("US"), false, &only("us-psi"), MONDAY);
    assert_eq!(
        (ids(&america.lines), ids(&america.support_lines)),
        ("us-988".into(), "us-psi us-tlc-mama".into())
    );
}

#[test]
fn crisis_lines_with_limited_hours_follow_when_open() {
    let mut file: serde_json::Value =
        serde_json::from_str(include_str!("../../../data/crisis_lines.json")).unwrap();
    for line in file["lines"].as_array_mut().unwrap() {
        if line["id"] == "nz-tautoko" {
            line["open_hours"] = serde_json::json!({"time_zone": "Pacific/Auckland",
                "spans": [{"days": ["mon", "tue"], "from": "12:00", "to": "24:00"}]});
        }
    }
    let lines = Lines::parse(&file.to_string()).unwrap();
    let shown_to = |confirmations: &Confirmations, now: &str| {
        let reach = Reach::default();
        let situation = Situation {
            country: Some("NZ"),
            loss: false,
            no_baby_visible: false,
            finding: Finding::Danger,
            reach: &reach,
            now: now.parse().unwrap(),
            today: date(2026, 11, 24),
        };
        ids(&safety(&lines, confirmations, &situation).lines)
    };
    let confirmed = HashMap::from([("nz-tautoko".to_owned(), date(2026, 11, 1))]);
    assert_eq!(shown_to(&confirmed, "2026-11-24T13:00:00+13:00"), "nz-1737 nz-tautoko");
    assert_eq!(shown_to(&confirmed, "2026-11-24T11:59:00+13:00"), "nz-1737");
    assert_eq!(shown_to(&HashMap::new(), "2026-11-24T13:00:00+13:00"), "nz-1737");
}

#[test]
fn after_ninety_one_days_the_date_is_said_and_nothing_vanishes() {
    let on = |day| -> Confirmations {
        ["au-000", "au-lifeline", "au-panda"].map(|id| (id.to_owned(), day)).into_iter().collect()
    };
    // 90 days before the day of the test, and 91.
    let fresh = build(Some("AU"), false, &on(date(2026, 8, 25)), MONDAY);
    let stale = build(Some("AU"), false, &on(date(2026, 8, 24)), MONDAY);
    for (block, confirmed, day) in [(&fresh, true, "2026-08-25"), (&stale, false, "2026-08-24")] {
        let note = (!confirmed).then(|| format!("number not checked since {day}"));
        let emergency = block.emergency.as_ref().unwrap();
        assert_eq!((emergency.confirmed, &emergency.date_note), (confirmed, &note));
        for line in [&block.lines[0], &block.support_lines[0]] {
            assert_eq!((line.confirmed, line.checked_on.as_deref()), (confirmed, Some(day)));
            assert_eq!(line.date_note, note);
        }
        // 21:00 in Melbourne: shown with its hours, but not as open.
        assert!(!block.support_lines[0].open_now);
    }
    let never = build(Some("AU"), false, &HashMap::new(), MONDAY);
    assert_eq!(never.emergency.unwrap().date_note.as_deref(), Some("not dated"));
    assert_eq!(never.lines[0].date_note.as_deref(), Some("number not checked since 2022-02"));
}

#[test]
fn no_country_code_gives_an_empty_block() {
    let known = Lines::embedded().countries();
    for country in COUNTRIES.map(Some).into_iter().chain([None, Some("ZZ"), Some(""), Some("gb")]) {
        let block = build(country, false, &HashMap::new(), MONDAY);
        assert!(block.message.contains("nearest emergency department"), "{country:?}");
        assert!(block.do_now.len() >= 2 && !block.what_happens_next.is_empty());
        let listed = country.is_some_and(|code| known.contains(&code));
        assert_eq!((block.emergency.is_some(), block.lines.is_empty()), (listed, !listed), "{country:?}");
        assert_eq!(block.message.contains("These numbers are for"), listed);
        if !listed {
            assert!(block.message.ends_with(&Lines::embedded().fallback));
        }
    }
}
