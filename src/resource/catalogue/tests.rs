//! Cases for reading and checking the catalogue: the built-in file passes, and each rule catches its mistake.
//!
//! A case changes one value of one real entry, so it stays true to the file as it grows.

use serde_json::{Value, json};

use super::*;

/// The mistakes after one entry was changed.
fn mistakes_with(slug: &str, change: impl Fn(&mut Value)) -> Vec<String> {
    let mut file: Value = serde_json::from_str(EMBEDDED).expect("the built-in file is JSON");
    let entries = file["resources"].as_array_mut().expect("resources is a list");
    change(entries.iter_mut().find(|entry| entry["slug"] == slug).expect("a slug of the file"));
    Catalogue::parse(&file.to_string()).err().unwrap_or_default()
}

#[test]
fn the_embedded_catalogue_has_no_mistake() {
    assert_eq!(Catalogue::check_embedded(), Ok(()));
    assert!(Catalogue::embedded().resources().len() >= 40);
    let entry = Catalogue::embedded().by_slug("leg-strokes").expect("a slug of the file");
    assert_eq!((entry.kind, entry.touch, entry.minutes), (Kind::Massage, Touch::Stroking, 6));
    assert_eq!(entry.baby_age_days, Some(AgeDays { min: 28, max: 365 }));
    assert!(Catalogue::embedded().by_slug("no-such-thing").is_none());
}

#[test]
fn every_rule_catches_its_mistake() {
    let cases: &[(&str, &str, Value, &str)] = &[
        ("leg-strokes", "slug", json!("foot-press"), "used twice"),
        ("leg-strokes", "slug", json!("Leg Strokes"), "a-z, 0-9 and hyphens"),
        ("leg-strokes", "kind", json!("rubbing"), "kind does not know the word \"rubbing\""),
        ("leg-strokes", "touch", json!("tickling"), "touch does not know"),
        ("leg-strokes", "contexts_include", json!(["moon"]), "contexts_include does not know"),
        ("leg-strokes", "helps_with", json!(["magic"]), "helps_with does not know"),
        ("leg-strokes", "helps_with", json!(["poor_sleep"]), "not offered for sleep or colic"),
        (
            "leg-strokes",
            "evidence",
            json!({"grade": "sure", "sources": ["x"]}),
            "evidence grade does not know",
        ),
        ("leg-strokes", "evidence", json!({"grade": "expert", "sources": []}), "needs a source"),
        ("leg-strokes", "baby_age_days", json!({"min": 27, "max": 365}), "28 days at the earliest"),
        ("leg-strokes", "baby_age_days", json!({"min": 60, "max": 50}), "not in order"),
        ("leg-strokes", "baby_age_days", Value::Null, "an age range belongs"),
        ("leg-strokes", "contexts_exclude", json!(["loss"]), "or need clearance"),
        ("leg-strokes", "contexts_exclude", json!(["nicu", "preterm"]), "stroking must exclude loss"),
        ("leg-strokes", "summary", json!("Proven to calm."), "promises an effect"),
        ("leg-strokes", "summary", json!("It cures wind."), "promises an effect"),
        ("leg-strokes", "summary", json!("Lovely!"), "exclamation mark"),
        ("leg-strokes", "summary", json!("A drop of olive oil."), "olive oil"),
        ("leg-strokes", "minutes", json!(0), "1 to 120"),
        ("leg-strokes", "minutes", json!("six"), "leg-strokes: invalid type"),
        ("leg-strokes", "extra", json!(1), "unknown field"),
        ("still-hands-hold", "oil", json!("sunflower"), "no oil before 28 days"),
        ("skin-to-skin-at-home", "steps", json!(["Lie on the sofa."]), "sofa or armchair"),
        ("back-glide", "steps", json!(["Let your baby sleep on the tummy."]), "sleep on the tummy"),
        ("watch-one-minute", "contexts_exclude", json!([]), "must exclude loss"),
        ("six-slow-breaths", "summary", json!("While your baby rests."), "without excluding loss"),
        ("unit-family-support", "contexts_exclude", json!(["loss", "nicu"]), "both included and excluded"),
        ("book-exact-replica", "hide_when_unsafe", json!(false), "hidden when unsafe"),
        (HEALTH_PROFESSIONAL, "contexts_exclude", json!(["loss"]), "for everybody"),
        (HEALTH_PROFESSIONAL, "languages", json!([]), "languages is empty"),
    ];
    for (slug, field, value, expected) in cases {
        let found = mistakes_with(slug, |entry| entry[*field] = value.clone());
        assert!(found.iter().any(|m| m.contains(expected)), "{slug}.{field} = {value}: {found:?}");
    }
}

#[test]
fn a_book_needs_a_number_whose_check_digit_holds() {
    for wrong in [
        "9781501112561",
        "978150111256",
        "978-1501112560",
        "9771501112560",
        "97815011125600",
        "978150111256x",
    ] {
        let found =
            mistakes_with("book-what-no-one-tells-you", |entry| entry["reading"]["isbn13"] = json!(wrong));
        assert!(found.iter().any(|m| m.contains("ISBN-13")), "{wrong}: {found:?}");
    }
}

#[test]
fn all_mistakes_come_at_once() {
    let found = mistakes_with("foot-press", |entry| {
        entry["kind"] = json!("x");
        entry["touch"] = json!("y");
        entry["helps_with"] = json!(["z"]);
    });
    assert_eq!(found.len(), 3, "{found:?}");
    for broken in ["", "[]", "{\"resources\": 3}"] {
        let found = Catalogue::parse(broken).err().unwrap_or_default();
        assert!(found.iter().any(|mistake| mistake.contains("cannot be read")), "{broken}: {found:?}");
    }
}

#[test]
fn warnings_may_name_what_they_warn_of() {
    let found = mistakes_with("skin-to-skin-at-home", |entry| entry["summary"] = json!("Never on a sofa."));
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn holding_is_seen_in_touch_and_in_words() {
    let holding = |slug| Catalogue::embedded().by_slug(slug).map(|entry| entry.holding);
    for slug in ["skin-to-skin-at-home", "kangaroo-care-on-the-unit", "vaccine-day-comfort", "hum-or-lullaby"]
    {
        assert_eq!(holding(slug), Some(true), "{slug}");
    }
    for slug in ["leg-strokes", "still-hands-hold", "nicu-hand-hug", "watch-one-minute", "six-slow-breaths"] {
        assert_eq!(holding(slug), Some(false), "{slug}");
    }
}

#[test]
fn words_and_values_name_each_other() {
    for context in Context::ALL {
        assert_eq!(Context::from_word(context.word()), Some(*context));
    }
    assert_eq!((Need::from_word("low_mood"), Kind::from_word("Massage")), (Some(Need::LowMood), None));
}
