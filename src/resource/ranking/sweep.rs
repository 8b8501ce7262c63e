//! A hundred thousand generated families: no suggestion may break a caution, whatever comes together.
//!
//! The cautions are read here a second time, from the raw data file and in other words than in `caution.rs`, so that
//! one mistake would have to be made twice. The generator is seeded: a failure is the same failure tomorrow.

use std::collections::HashMap;

use serde_json::Value;

use super::*;

const FAMILIES: usize = 100_000;

/// The generator of Knuth's MMIX; its upper bits are random enough for cases.
struct Lcg(u64);

impl Lcg {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn maybe(&mut self, bound: u8) -> Option<u8> {
        let value = self.below(u64::from(bound) + 1) as u8;
        (!self.one_in(4)).then_some(value)
    }

    fn some_of(&mut self, contexts: &[Context]) -> Vec<Context> {
        contexts.iter().copied().filter(|_| self.one_in(5)).collect()
    }

    fn baby(&mut self, last: u8, today: Date) -> BabySituation {
        let days = |rng: &mut Self, spread: u64, shift: i64| (rng.below(spread) as i64 - shift).days();
        let near = if self.one_in(2) { 60 } else { 900 };
        let birth_date = (!self.one_in(6)).then(|| today - days(self, near, 2));
        let due = birth_date.unwrap_or(today) + days(self, 120, 20);
        BabySituation {
            id: id(last),
            birth_date,
            due_date: self.one_in(2).then_some(due),
            contexts: self.some_of(&[Context::Nicu, Context::Preterm, Context::Multiples]),
            conditions: self.some_of(&[Context::VaccinationRecent, Context::Fever, Context::SkinCondition]),
            cleared_for_massage: self.one_in(2),
        }
    }

    fn situation(&mut self) -> Situation {
        let today = today() + (self.below(365) as i64).days();
        let babies: Vec<_> = (1..=self.below(4) as u8).map(|last| self.baby(last, today)).collect();
        let newest = Newest {
            mood: self.maybe(10),
            connection: self.maybe(10),
            anxiety: self.maybe(10),
            sleep_half_hours: self.maybe(24),
            support: self.maybe(10),
            low: self.one_in(8),
        };
        Situation {
            today,
            local_hour: self.below(24) as i8,
            contexts: self.some_of(&[
                Context::Loss,
                Context::Adoption,
                Context::BirthTrauma,
                Context::ManiaHistory,
            ]),
            babies,
            newest: (!self.one_in(10)).then_some(newest),
            unsafe_recently: self.one_in(4),
            worst_open: self.one_in(2).then(|| self.below(4) as u8),
            chosen_baby: self.one_in(3).then(|| id(1 + self.below(4) as u8)),
            limit: self.below(7) as usize,
        }
    }
}

/// The data file once more, without the types of the catalogue; with each entry, whether it speaks of a baby.
fn raw() -> HashMap<String, (Value, bool)> {
    let file: Value =
        serde_json::from_str(include_str!("../../../data/resources.json")).expect("the file is JSON");
    let entries = file["resources"].as_array().expect("resources is a list").iter();
    let with_words = |entry: &Value| (entry.clone(), speaks_of_a_baby(card_texts(entry)));
    entries.map(|entry| (entry["slug"].as_str().expect("a slug").to_owned(), with_words(entry))).collect()
}

fn lists(entry: &Value, field: &str, context: Context) -> bool {
    entry[field].as_array().is_some_and(|words| words.iter().any(|word| word == context.word()))
}

/// The caution that this entry breaks for this family; empty when none.
fn broken(entry: &Value, s: &Situation) -> &'static str {
    let is = |field: &str| entry[field] == true;
    let touch = entry["touch"].as_str().unwrap_or("?");
    let book = entry["kind"] == "bibliotherapy" && !entry["reading"].is_null();
    let subjects: Vec<&BabySituation> =
        s.babies.iter().filter(|b| s.chosen_baby.is_none() || s.chosen_baby == Some(b.id)).collect();
    let mut present = s.contexts.clone();
    subjects.iter().for_each(|b| present.extend(b.contexts.iter().chain(&b.conditions)));
    let slept = s.newest.and_then(|n| n.sleep_half_hours).unwrap_or(48);
    let grieving = s.contexts.contains(&Context::Loss);
    let includes_any = !entry["contexts_include"].as_array().is_some_and(Vec::is_empty);
    let checks = [
        (grieving && is("about_baby"), "about a baby after a loss"),
        (is("about_baby") && subjects.is_empty(), "about a baby and none is visible"),
        (touch != "none" && subjects.is_empty(), "touch without a baby"),
        (present.iter().any(|c| lists(entry, "contexts_exclude", *c)), "excluded"),
        (includes_any && !present.iter().any(|c| lists(entry, "contexts_include", *c)), "not included"),
        (book && lists(entry, "contexts_include", Context::Loss), "a memoir of loss unasked"),
        (is("needs_clearance") && subjects.iter().any(|b| !b.cleared_for_massage), "not cleared"),
        (is("hide_when_sleepy") && (slept <= 8 || !(6..22).contains(&s.local_hour)), "sleepy"),
        (is("hide_when_unsafe") && (s.unsafe_recently || s.worst_open == Some(3)), "unsafe"),
        (touch != "none" && s.worst_open == Some(3), "touch beside an urgent flag"),
        (subjects.iter().any(|b| wrong_age(entry, touch, b, s.today)), "age"),
    ];
    checks.into_iter().find(|(wrong, _)| *wrong).map_or("", |(_, caution)| caution)
}

fn wrong_age(entry: &Value, touch: &str, baby: &BabySituation, today: Date) -> bool {
    let (Some(min), Some(max)) =
        (entry["baby_age_days"]["min"].as_i64(), entry["baby_age_days"]["max"].as_i64())
    else {
        return false;
    };
    let Some(birth) = baby.birth_date else { return touch != "none" || min > 0 };
    let early = baby.contexts.contains(&Context::Preterm);
    let start = match (touch, early, baby.due_date) {
        ("stroking", true, Some(due)) => birth.max(due),
        ("stroking", true, None) => return true,
        _ => birth,
    };
    today < start + min.days() || today > birth.max(start) + max.days()
}

fn speaks_of_a_baby<'a>(texts: impl IntoIterator<Item = &'a str>) -> bool {
    let words = ["baby", "Baby", "babies", "Babies", "newborn", "Newborn", "infant", "Infant"];
    texts.into_iter().any(|text| words.iter().any(|word| text.contains(word)))
}

fn card_texts(entry: &Value) -> Vec<&str> {
    let lists =
        [&entry["steps"], &entry["contraindications"]].into_iter().filter_map(Value::as_array).flatten();
    [&entry["title"], &entry["summary"], &entry["text"]]
        .into_iter()
        .chain(lists)
        .filter_map(Value::as_str)
        .collect()
}

#[test]
fn no_generated_family_gets_a_suggestion_that_breaks_a_caution() {
    let (mut rng, catalogue, raw) = (Lcg(20_261_123), Catalogue::embedded(), raw());
    let (mut shown, mut touching, mut grieving) = (0, 0, 0);
    for family in 0..FAMILIES {
        let situation = rng.situation();
        let found = suggest(catalogue, &situation);
        assert!(found.len() <= situation.limit, "{family}: {situation:?}");
        assert!(situation.limit == 0 || !found.is_empty(), "{family}: {situation:?}");
        let low = situation.newest.is_some_and(|n| n.low || n.mood.is_some_and(|mood| mood <= 3));
        assert!(!low || found.len() <= 1, "{family}: {situation:?}");
        let professional = situation.worst_open >= Some(1) && situation.limit > 0;
        assert!(!professional || found[0].slug == "see-a-health-professional", "{family}: {situation:?}");
        for suggestion in &found {
            let (entry, baby_on_card) = &raw[&suggestion.slug];
            assert_eq!(broken(entry, &situation), "", "{family}: {} for {situation:?}", suggestion.slug);
            assert!(!suggestion.reasons.is_empty() && !suggestion.cautions.is_empty());
            if situation.contexts.contains(&Context::Loss) {
                let ours = suggestion.reasons.iter().chain(&suggestion.cautions).map(String::as_str);
                assert!(!baby_on_card && !speaks_of_a_baby(ours), "{family}: {suggestion:?}");
                grieving += 1;
            }
            touching += usize::from(entry["touch"] != "none");
        }
        if family % 100 == 0 {
            assert_eq!(found, suggest(catalogue, &situation.clone()), "{family}: {situation:?}");
        }
        shown += found.len();
    }
    // A generator that never reaches the dangerous corners would prove nothing.
    assert!(shown > FAMILIES && touching > 1_000 && grieving > 1_000, "{shown} {touching} {grieving}");
}
