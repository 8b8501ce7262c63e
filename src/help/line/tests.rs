//! Tests of the line file, its checks, partial dates and how long a confirmation holds.

use std::collections::HashMap;

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::*;

const FILE: &str = include_str!("../../../data/crisis_lines.json");

/// The embedded file with one line changed.
fn with(id: &str, change: impl FnOnce(&mut Value)) -> Result<Lines, Vec<String>> {
    let mut file: Value = serde_json::from_str(FILE).unwrap();
    let lines = file["lines"].as_array_mut().unwrap();
    change(lines.iter_mut().find(|line| line["id"] == id).unwrap());
    Lines::parse(&file.to_string())
}

fn find(id: &str) -> &'static Line {
    Lines::embedded().all().iter().find(|line| line.id == id).unwrap()
}

#[test]
fn the_embedded_file_is_whole() {
    let lines = Lines::embedded();
    assert_eq!(lines.countries(), ["US", "GB", "IE", "CA", "AU", "NZ", "FR", "DE", "NL", "IN", "ZA"]);
    assert_eq!((lines.all().len(), lines.recheck_after_days), (35, 90));
    assert_eq!(lines.of("GB").count(), 6);
    assert_eq!(lines.of("SE").count(), 0);
    for country in lines.countries() {
        assert!(lines.of(country).any(|line| line.kind == Kind::Crisis && line.is_24_7), "{country}");
    }
    let sands = find("gb-sands");
    assert_eq!((sands.audience, sands.checked_on), (Audience::Bereavement, Some(PartialDate::Year(2018))));
}

#[test]
fn each_mistake_is_named_with_its_line() {
    let cases: [(&str, Value, &str); 21] = [
        ("id", json!("us-911"), "the id is used twice"),
        ("id", json!("panda"), "the id does not begin with its country"),
        ("country", json!("ZZ"), "no ISO 3166-1 code"),
        ("country", json!("SE"), "has no name in"),
        ("kind", json!("helpline"), "unknown kind"),
        ("kind", json!("crisis"), "accepts_crisis does not fit"),
        ("audience", json!("mothers"), "unknown audience"),
        ("cost", json!("cheap"), "unknown cost"),
        ("name", json!(" "), "the name is empty"),
        ("hours", json!(""), "the hours for people are empty"),
        ("phone", json!("1300 PANDA"), "a number holds other signs"),
        ("url", json!("http://panda.org.au"), "not https"),
        ("text_body", json!("HELLO"), "has no number to go to"),
        ("languages", json!([]), "speaks no language"),
        ("languages", json!(["english"]), "no BCP 47 tag"),
        ("is_24_7", json!(true), "is round the clock and has open_hours too"),
        ("checked_on", json!("2022-13"), "`2022-13` is not a date"),
        ("opening", json!(null), "unknown field `opening`"),
        ("open_hours", json!({"time_zone": "Australia/Nowhere", "spans": []}), "open_hours: "),
        ("open_hours", hours("09:00", "25:00"), "`to` is not a time"),
        ("open_hours", hours("09:00", "09:00"), "opens and closes at the same minute"),
    ];
    for (member, value, expected) in cases {
        let mistakes = with("au-panda", |line| line[member] = value.clone()).unwrap_err();
        assert!(mistakes.iter().any(|mistake| mistake.contains(expected)), "{member} {value}: {mistakes:?}");
    }
    assert!(with("au-panda", |line| line["open_hours"] = hours("21:00", "24:00")).is_ok());
    assert!(with("au-panda", |line| line["open_hours"] = hours("22:00", "06:00")).is_ok());
}

fn hours(from: &str, to: &str) -> Value {
    json!({"time_zone": "Australia/Melbourne", "spans": [{"days": ["mon"], "from": from, "to": to}]})
}

#[test]
fn mistakes_are_reported_together() {
    let mistakes = with("au-panda", |line| {
        line["kind"] = json!("x");
        line["audience"] = json!("y");
        line["phone"] = json!(null);
        line["url"] = json!(null);
    })
    .unwrap_err();
    assert_eq!(
        mistakes,
        ["au-panda: has neither phone, text nor url", "au-panda: unknown kind", "au-panda: unknown audience"]
    );
    assert_eq!(Lines::parse("{").unwrap_err().len(), 1);
}

#[test]
fn every_country_needs_one_emergency_number_that_can_be_called() {
    let support = |line: &mut Value| {
        line["kind"] = json!("support");
        line["accepts_crisis"] = json!(false);
    };
    assert_eq!(with("fr-15", support).unwrap_err(), ["FR: needs exactly one emergency number"]);
    let silent = with("fr-15", |line| line["phone"] = json!(null)).unwrap_err();
    assert!(silent.iter().any(|mistake| mistake.contains("cannot be called")), "{silent:?}");
    let at_night = with("fr-15", |line| line["is_24_7"] = json!(false)).unwrap_err();
    assert_eq!(at_night, ["fr-15: is an emergency number but not round the clock"]);
}

#[test]
fn dates_may_be_partial() {
    for (text, expected) in [
        ("2018", PartialDate::Year(2018)),
        ("2022-02", PartialDate::Month(2022, 2)),
        ("2024-02-29", PartialDate::Day(date(2024, 2, 29))),
    ] {
        assert_eq!(text.parse(), Ok(expected));
        assert_eq!(expected.to_string(), text);
    }
    for wrong in ["", "18", "2022-00", "2022-2", "2023-02-29", "2022-02-", "20220201", "2022/02", "next"] {
        assert!(wrong.parse::<PartialDate>().is_err(), "{wrong}");
    }
}

#[test]
fn a_confirmation_holds_for_ninety_days() {
    let lines = Lines::embedded();
    let confirmed_on = date(2026, 8, 25);
    let confirmations = HashMap::from([("gb-999".to_owned(), confirmed_on)]);
    for (today, expected) in [
        (date(2026, 8, 24), Standing::Confirmed(confirmed_on)),
        (date(2026, 8, 25), Standing::Confirmed(confirmed_on)),
        (date(2026, 11, 23), Standing::Confirmed(confirmed_on)),
        (date(2026, 11, 24), Standing::Stale(confirmed_on)),
        (date(2036, 11, 24), Standing::Stale(confirmed_on)),
        (date(2026, 8, 23), Standing::Unconfirmed),
    ] {
        assert_eq!(standing(lines, find("gb-999"), &confirmations, today), expected, "{today}");
        assert_eq!(standing(lines, find("gb-shout"), &confirmations, today), Standing::Unconfirmed);
    }
}

#[test]
fn limited_lines_wait_for_a_person_and_old_numbers_stay() {
    let day: Date = date(2026, 1, 1);
    for (id, unconfirmed, stale) in [
        ("gb-999", true, true),
        ("gb-shout", true, true),
        ("gb-sands", false, true),
        ("au-panda", false, true),
    ] {
        assert_eq!(find(id).is_shown(Standing::Unconfirmed), unconfirmed, "{id}");
        assert_eq!(find(id).is_shown(Standing::Stale(day)), stale, "{id}");
        assert!(find(id).is_shown(Standing::Confirmed(day)));
    }
}

#[test]
fn the_operator_is_warned_of_each_shown_line_nobody_stands_behind() {
    let lines = Lines::embedded();
    let today = date(2026, 11, 24);
    let none = warnings(lines, &HashMap::new(), today);
    let limited = lines.all().iter().filter(|line| !line.is_24_7).count();
    assert_eq!(none.len(), lines.all().len() - limited);
    assert!(none.iter().all(|warning| !warning.contains("panda") && !warning.contains("sands")));
    let expected = "help line gb-999 (Emergency services) is shown but was never confirmed by a person; \
                    its source is of 2024-08-14";
    assert!(none.iter().any(|warning| warning == expected), "{none:#?}");

    let mut all: HashMap<String, Date> =
        lines.all().iter().map(|line| (line.id.clone(), date(2026, 8, 26))).collect();
    assert!(warnings(lines, &all, today).is_empty());
    all.insert("au-panda".to_owned(), date(2026, 8, 25));
    all.insert("au-pandora".to_owned(), today);
    all.insert("fr-15".to_owned(), date(2036, 11, 24));
    assert_eq!(
        warnings(lines, &all, today),
        [
            "help line au-panda (PANDA National Perinatal Mental Health Helpline) is shown but was last confirmed \
             on 2026-08-25, more than 90 days ago",
            "help line fr-15 (SAMU (emergency)) is shown but was never confirmed by a person; its source has no \
             date",
            "the confirmation for `au-pandora` belongs to no known help line",
            "the confirmation for `fr-15` lies in the future (2036-11-24) and does not count",
        ]
    );
}
