//! What must hold of every entry before the catalogue may be used: safety rules first, then words, then form.
//!
//! A check never repairs: it names the entry and the mistake, and the program does not start.

use std::collections::HashSet;

use super::{AgeDays, Context, HEALTH_PROFESSIONAL, Kind, Need, Reading, Resource, Touch};

/// Days of age before which no hand moves over the skin and no oil is named (product decision: four weeks;
/// oils slowed the maturing of newborn skin in Cooke 2016).
const STROKING_FROM_DAYS: i32 = 28;

/// Words that promise an effect. Evidence for these resources is modest: "may help some people" is the limit.
const PROMISES: [&str; 14] = [
    "cure",
    "cures",
    "cured",
    "proven",
    "proves",
    "treats",
    "guarantee",
    "guarantees",
    "guaranteed",
    "boost",
    "boosts",
    "heals",
    "miracle",
    "prevents",
];

/// Words that must not meet a parent after a loss.
const BABY_WORDS: [&str; 10] =
    ["baby", "babies", "baby's", "newborn", "newborns", "infant", "infants", "nappy", "cot", "toddler"];

/// Words that turn a sentence about a danger into a warning against it.
const NEGATIONS: [&str; 5] = ["not", "never", "nobody", "no", "without"];

/// Every mistake in these entries, one sentence each.
pub(super) fn mistakes(resources: &[Resource]) -> Vec<String> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    for resource in resources {
        if !seen.insert(resource.slug.as_str()) {
            found.push(format!("{}: the slug is used twice", resource.slug));
        }
        let own =
            [form(resource), baby(resource), touch(resource), contexts(resource), wording(resource)].concat();
        found.extend(own.iter().map(|mistake| format!("{}: {mistake}", resource.slug)));
    }
    let for_everybody = |resource: &Resource| {
        resource.slug == HEALTH_PROFESSIONAL
            && !resource.about_baby
            && resource.contexts_include.is_empty()
            && resource.contexts_exclude.is_empty()
            && !resource.hide_when_sleepy
            && !resource.hide_when_unsafe
    };
    if !resources.iter().any(for_everybody) {
        found.push(format!("{HEALTH_PROFESSIONAL}: must be there, for everybody and at any time"));
    }
    found
}

/// The mistakes whose condition is true.
fn when<const N: usize>(checks: [(bool, &str); N]) -> Vec<String> {
    checks.into_iter().filter(|(wrong, _)| *wrong).map(|(_, mistake)| mistake.to_owned()).collect()
}

fn form(resource: &Resource) -> Vec<String> {
    let slug_char = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let blank = |text: &String| text.trim().is_empty();
    let lines =
        [&resource.steps, &resource.contraindications, &resource.evidence.sources, &resource.languages];
    let mut found = when([
        (
            resource.slug.is_empty() || !resource.slug.chars().all(slug_char),
            "a slug has a-z, 0-9 and hyphens only",
        ),
        (blank(&resource.title) || blank(&resource.summary), "title and summary are needed"),
        (lines.iter().any(|list| list.iter().any(blank)), "an empty line"),
        (!(1..=120).contains(&resource.minutes), "minutes must be 1 to 120"),
        (resource.steps.is_empty() && resource.text.is_none(), "neither steps nor text"),
        (resource.evidence.sources.is_empty(), "evidence needs a source"),
        (resource.helps_with.is_empty(), "helps_with is empty"),
        (resource.languages.is_empty(), "languages is empty"),
    ]);
    found.extend(resource.reading.iter().flat_map(book));
    found
}

fn book(reading: &Reading) -> Vec<String> {
    when([
        (!is_isbn13(&reading.isbn13), "isbn13 is not an ISBN-13"),
        (
            reading.title.trim().is_empty() || reading.author.trim().is_empty(),
            "a book needs title and author",
        ),
        (!(1900..=2100).contains(&reading.year), "the year of the book is out of range"),
    ])
}

/// Thirteen digits from 978 or 979 whose sum, weighted 1, 3, 1, 3 and so on, divides by ten.
fn is_isbn13(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits.iter().zip([1, 3].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    let prefix = text.starts_with("978") || text.starts_with("979");
    text.len() == 13 && digits.len() == 13 && prefix && sum.is_multiple_of(10)
}

fn baby(resource: &Resource) -> Vec<String> {
    let ages = resource.baby_age_days;
    let disorderly = |ages: AgeDays| ages.min < 0 || ages.max < ages.min;
    when([
        (
            resource.about_baby != ages.is_some(),
            "an age range belongs to entries about a baby, and to all of them",
        ),
        (ages.is_some_and(disorderly), "the age range is not in order"),
        (resource.about_baby && !excludes(resource, Context::Loss), "what is about a baby must exclude loss"),
        (resource.touch != Touch::None && !resource.about_baby, "touch is always about a baby"),
        (resource.needs_clearance && !resource.about_baby, "clearance is always about a baby"),
        (
            !excludes(resource, Context::Loss) && spoken(resource).any(|text| has_word(text, &BABY_WORDS)),
            "speaks of a baby without excluding loss",
        ),
    ])
}

fn touch(resource: &Resource) -> Vec<String> {
    let stroking = resource.touch == Touch::Stroking;
    let lacks = |context: Context| stroking && !excludes(resource, context);
    let early = resource.baby_age_days.is_none_or(|ages| ages.min < STROKING_FROM_DAYS);
    let oil = resource.oil.as_deref().is_some_and(|oil| !oil.starts_with("none"));
    let massage = resource.kind == Kind::Massage;
    let helps = |need: Need| resource.helps_with.contains(&need);
    when([
        (lacks(Context::Loss), "stroking must exclude loss"),
        (lacks(Context::Fever), "stroking must exclude fever"),
        (lacks(Context::VaccinationRecent), "stroking must exclude vaccination_recent"),
        (lacks(Context::SkinCondition), "stroking must exclude skin_condition"),
        (
            !resource.needs_clearance && (lacks(Context::Nicu) || lacks(Context::Preterm)),
            "stroking must exclude nicu and preterm, or need clearance",
        ),
        (stroking && early, "stroking starts at 28 days at the earliest"),
        (resource.touch != Touch::None && early && oil, "no oil before 28 days"),
        (
            massage && (helps(Need::PoorSleep) || helps(Need::Colic)),
            "massage is not offered for sleep or colic",
        ),
    ])
}

fn contexts(resource: &Resource) -> Vec<String> {
    let both = resource.contexts_include.iter().any(|context| excludes(resource, *context));
    let memoir = resource.reading.is_some() && resource.contexts_include.contains(&Context::Loss);
    when([
        (both, "one context is both included and excluded"),
        (memoir && !resource.hide_when_unsafe, "a book about loss must be hidden when unsafe"),
    ])
}

fn wording(resource: &Resource) -> Vec<String> {
    let mut found = Vec::new();
    for sentence in spoken(resource).flat_map(|text| text.split_inclusive(['.', ';', '!'])) {
        let place = has_word(sentence, &["sofa", "armchair", "couch"]);
        let tummy_sleep =
            has_word(sentence, &["tummy", "stomach"]) && has_word(sentence, &["sleep", "asleep", "nap"]);
        let negated = has_word(sentence, &NEGATIONS);
        found.extend(when([
            (has_word(sentence, &PROMISES), "promises an effect"),
            (place && !negated, "names a sofa or armchair without warning of it"),
            (tummy_sleep && !negated, "speaks of sleep on the tummy without warning of it"),
            (has_word(sentence, &["olive"]), "olive oil is never named"),
            (sentence.contains('!'), "has an exclamation mark"),
        ]));
    }
    found
}

fn excludes(resource: &Resource, context: Context) -> bool {
    resource.contexts_exclude.contains(&context)
}

/// Everything of ours that a card or page says; titles of books are their authors' words and left out.
fn spoken(resource: &Resource) -> impl Iterator<Item = &str> {
    let single =
        [Some(&resource.title), Some(&resource.summary), resource.text.as_ref(), resource.oil.as_ref()];
    let lists = resource.steps.iter().chain(&resource.contraindications);
    single.into_iter().flatten().chain(lists).map(String::as_str)
}

fn has_word(text: &str, words: &[&str]) -> bool {
    let between = |c: char| !c.is_alphanumeric() && c != '\'';
    text.to_lowercase().split(between).any(|word| words.contains(&word))
}
