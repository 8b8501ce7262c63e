//! The data as it ships, and every mistake that a practice's own file can make.

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::*;

#[test]
fn the_built_in_questionnaires_have_no_mistake() {
    let catalogue = Catalogue::parse(EMBEDDED).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    assert_eq!(catalogue.instruments().len(), 13);
    for id in
        ["phq-9", "phq-2", "gad-7", "gad-2", "epds", "epds-3a", "mibs", "whooley", "pass", "who-5", "pbq"]
    {
        assert!(!catalogue.by_id(id).expect("is there").is_check_in(), "{id}");
    }
    assert!(catalogue.by_id("daily-checkin").expect("is there").is_check_in());
}

/// H10: what is shown of a published scale, byte for byte.
#[test]
fn h10_the_wording_of_each_scale_is_the_one_that_was_checked() {
    let hash = |id: &str| {
        let of = Catalogue::loaded().by_id(id).expect("is there");
        let mut words = format!("{}\n{:?}\n", of.language, of.stem);
        for label in &of.answer_labels {
            words += &format!("{} {}\n", label.value, label.label);
        }
        for item in of.items.iter().chain(&of.unscored_items) {
            words += &format!("{} {:?} {:?} {:?}\n", item.id, item.text, item.labels, item.text_variants);
        }
        let digest = digest(&SHA256, words.as_bytes());
        digest.as_ref()[..8].iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    assert_eq!(
        ["phq-9", "phq-2", "gad-7", "gad-2", "weekly-reflection"].map(hash),
        ["efe449ec09b5932e", "76b9044bc44d5b00", "3e9b84869094bd98", "d1f3a20fb9075ffd", "c9d54dbaeb10533a"]
    );
}

/// H10: items of a short form are those of the long one.
#[test]
fn h10_a_short_form_asks_with_the_words_of_the_long_one() {
    for (short, long) in [("phq-2", "phq-9"), ("gad-2", "gad-7")] {
        let of = |id: &str| Catalogue::loaded().by_id(id).expect("is there");
        for (one, other) in of(short).items.iter().zip(&of(long).items) {
            assert_eq!((&one.id, &one.text), (&other.id, &other.text), "{short}");
        }
        assert_eq!(of(short).answer_labels, of(long).answer_labels);
        assert_eq!(of(short).stem, of(long).stem);
    }
}

/// H10: where words may not be shown there are none, in the data and in what goes out.
#[test]
fn h10_no_restricted_wording_is_anywhere() {
    let restricted = ["epds", "epds-3a", "mibs", "whooley", "pass", "who-5", "pbq"];
    for of in Catalogue::loaded().instruments() {
        assert_eq!(of.licence.wording_may_ship, !restricted.contains(&of.id.as_str()), "{}", of.id);
        if of.licence.wording_may_ship {
            continue;
        }
        let shown =
            serde_json::to_value(crate::screening::instrument_view::InstrumentView::of(of)).expect("JSON");
        assert_eq!(shown["stem"], Value::Null);
        assert_eq!(shown["answer_labels"], json!([]));
        for item in shown["items"].as_array().expect("a list") {
            assert!(item["id"].as_str().expect("text").bytes().all(|byte| byte.is_ascii_digit()), "{item}");
            for member in ["text", "labels", "anchors", "wire"] {
                assert_eq!(item[member], Value::Null, "{} {item}", of.id);
            }
            assert_eq!(item["text_variants"], json!({}), "{} {item}", of.id);
        }
    }
}

/// H01: no band calls a result well, safe or clear, and none says that somebody has or has not a condition.
#[test]
fn h01_no_band_comforts_where_it_should_not() {
    for of in Catalogue::loaded().instruments() {
        for band in &of.bands {
            let words = band.meaning.to_lowercase();
            for wrong in
                ["you are well", "fine", "normal", "safe", "all clear", "healthy", "no sign", "depressed"]
            {
                assert!(!words.contains(wrong), "{}: {}", of.id, band.meaning);
            }
        }
    }
    for id in ["phq-2", "gad-2", "gad-7", "whooley", "pass", "phq-9", "epds", "who-5"] {
        let of = Catalogue::loaded().by_id(id).expect("is there");
        let lightest = of.bands.iter().find(|band| band.severity.is_none()).expect("there is one");
        let says = lightest.meaning.to_lowercase();
        assert!(says.contains("feels wrong, say so"), "{id}: {says}");
    }
}

fn practice_file() -> Value {
    json!({
        "id": "feeding-talk", "version": "1", "title": "Feeding talk", "language": "en", "kind": "own",
        "validated": false, "min_repeat_days": 7,
        "licence": {"kind": "own", "wording_may_ship": true, "text": "Ours.", "source": "this file"},
        "items": [
            {"id": "a", "min": 0, "max": 2, "text": "How is feeding?"},
            {"id": "b", "min": 0, "max": 2, "text": "Have you thought of hurting yourself?"}
        ],
        "scoring": {"method": "sum", "input": "raw_response", "reverse_items": ["a"],
            "range": {"min": 0, "max": 4}, "direction": "higher_worse", "missing": "no_total_if_any_missing"},
        "bands": [
            {"min": 0, "max": 1, "label": "lower", "meaning": "A number is not the whole story.", "action": "none", "severity": null},
            {"min": 2, "max": 4, "label": "higher", "meaning": "Worth a talk.", "action": "resources", "severity": null}
        ],
        "urgent_items": [{"item": "b", "min": 1, "level": "urgent", "reason": "self-harm", "harms": "self"}],
        "sources": []
    })
}

#[test]
fn a_practice_adds_its_own() {
    let mut catalogue = Catalogue::parse(EMBEDDED).expect("no mistake");
    catalogue.add(&practice_file().to_string()).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    assert_eq!(catalogue.instruments().len(), 14);
    assert_eq!(catalogue.by_id("feeding-talk").expect("was added").band(2).expect("covered").label, "higher");
    assert!(catalogue.add(&practice_file().to_string()).is_err(), "the name is taken");
}

#[test]
fn a_wrong_file_is_refused_with_pointers() {
    for (pointer, value, told) in [
        ("/id", json!("Feeding"), "/id:"),
        ("/id", json!("epds"), "/id: there is one of this name"),
        ("/kind", json!("standard"), "/kind:"),
        ("/min_repeat_days", json!("seven"), "/min_repeat_days:"),
        ("/items/1/id", json!("a"), "/items/1/id: is there twice"),
        ("/items/1/max", json!(0), "/items/1/max:"),
        ("/items/1/text", json!(null), "/items/1/text: is missing"),
        ("/items/0/labels", json!(["one"]), "/items/0/labels:"),
        ("/scoring/range/max", json!(5), "/scoring/range/max:"),
        ("/scoring/reverse_items/0", json!("z"), "/scoring/reverse_items/0:"),
        ("/scoring/missing", json!("zero"), "/scoring/missing:"),
        ("/bands/1/min", json!(3), "/bands/1/min:"),
        ("/bands/1/max", json!(3), "/bands: must cover"),
        ("/bands/1/severity", json!("follow_up"), "/bands/1/severity:"),
        ("/bands/1/action", json!("panic"), "/bands/1:"),
        ("/urgent_items/0/item", json!("z"), "/urgent_items/0/item:"),
        ("/urgent_items/0/min", json!(9), "/urgent_items/0/min:"),
        ("/urgent_items/0/level", json!("notice"), "/urgent_items/0/level:"),
        ("/urgent_items/0/harms", json!(null), "/urgent_items/0/harms:"),
        ("/licence/wording_may_ship", json!(false), "/items/0/text: its words may not be shown"),
        ("/title", json!("t".repeat(121)), "/title: is too long"),
        ("/items/0/text", json!("How is feeding\u{202e}?"), "/items/0/text: has a character"),
        ("/bands/0/label", json!("lower\u{0}"), "/bands/0/label: has a character"),
        ("/bands/0/meaning", json!("You are well and safe."), "/bands/0/meaning: a total says neither"),
        ("/urgent_items/0/min", json!(0), "/urgent_items/0/min: would make every answer urgent"),
        ("/bands/0/meaning", json!("You\u{2019}re\u{a0}fine."), "/bands/0/meaning: a total says neither"),
        ("/bands/0/label", json!("No depression"), "/bands/0/meaning: a total says neither"),
        ("/bands/0/meaning", json!(" "), "/bands/0/meaning: is empty"),
        ("/bands/1/action", json!("follow_up"), "/bands/1/action: must be none"),
        ("/scoring/method", json!("single_item"), "/scoring/method: must be"),
        ("/title", json!("Feeding\ntalk"), "/title: has a character"),
        ("/items/0/hide_in_contexts", json!(["looss"]), "/items/0: there is no context looss"),
        ("/items/0/anchors", json!({"7": "always"}), "/items/0/anchors: 7 is no answer"),
        (
            "/recheck",
            json!({"after_days_min": 30, "after_days_max": 3, "applies_to": {"min": 0, "max": 4}}),
            "/recheck/after_days_max:",
        ),
        ("/items/0/step", json!(0.5), "/items/0/step: must be 1"),
        ("/items/0/foo", json!(1), "/items/0/foo: is not known here"),
        ("/answer_labels", json!([{"value": 3, "label": "often"}]), "/answer_labels/0/value:"),
    ] {
        let mut file = practice_file();
        let (place, member) = pointer.rsplit_once('/').expect("a pointer");
        match file.pointer_mut(place).expect("is in the file") {
            Value::Array(list) => list[member.parse::<usize>().expect("a number")] = value,
            object => object[member] = value,
        }
        let mistakes = Catalogue::parse(EMBEDDED).expect("no mistake").add(&file.to_string());
        let mistakes = mistakes.expect_err(pointer);
        assert!(mistakes.iter().any(|mistake| mistake.starts_with(told)), "{pointer}: {mistakes:?}");
    }
    let mut misspelt = practice_file();
    misspelt["urgent_item"] = json!([]);
    let mistakes = Catalogue::parse(EMBEDDED).expect("no mistake").add(&misspelt.to_string());
    assert_eq!(mistakes, Err(vec!["/urgent_item: is not known here".to_owned()]));
    assert!(Catalogue::parse(EMBEDDED).expect("no mistake").add("{").is_err());
    // A mistake in a part is told once, and not again as a sum that the part is missing from.
    let mut misspelt = practice_file();
    misspelt["items"][0]["foo"] = json!(1);
    let mistakes = Catalogue::parse(EMBEDDED).expect("no mistake").add(&misspelt.to_string());
    assert_eq!(mistakes, Err(vec!["/items/0/foo: is not known here".to_owned()]));
    let twice = practice_file().to_string().replacen(r#""kind":"own""#, r#""kind":"own","kind":"own""#, 1);
    let mistakes = Catalogue::parse(EMBEDDED).expect("no mistake").add(&twice);
    assert!(mistakes.is_err_and(|mistakes| mistakes[0].contains("the same key twice")));
}
