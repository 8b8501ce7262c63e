//! The data file as it is written, and the step from there to the domain types.
//!
//! Words become enums here and nowhere else. One wrong entry does not hide the mistakes of the others.
//! Whether the values make sense together is asked in `check.rs`.

use serde::Deserialize;
use serde_json::Value;

use super::{AgeDays, Context, Evidence, Grade, Kind, Need, Reading, Resource, Touch};

const SCHEMA_VERSION: u64 = 1;

/// Wordings that mean the baby is in somebody's arms.
const HOLDING: [&str; 4] = ["hold your baby", "while holding", "in your arms", "your arms around"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema_version: u64,
    #[serde(rename = "written_on")]
    _written_on: String,
    #[serde(rename = "notes")]
    _notes: Value,
    resources: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    slug: String,
    kind: String,
    title: String,
    summary: String,
    steps: Vec<String>,
    reading: Option<Book>,
    text: Option<String>,
    minutes: u16,
    baby_age_days: Option<Ages>,
    about_baby: bool,
    touch: String,
    oil: Option<String>,
    contexts_include: Vec<String>,
    contexts_exclude: Vec<String>,
    contraindications: Vec<String>,
    needs_clearance: bool,
    hide_when_sleepy: bool,
    hide_when_unsafe: bool,
    evidence: Proof,
    helps_with: Vec<String>,
    languages: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    title: String,
    author: String,
    year: i16,
    isbn13: String,
    isbn_source: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ages {
    min: i32,
    max: i32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Proof {
    grade: String,
    sources: Vec<String>,
}

/// The entries that could be read, and a sentence for each that could not.
pub(super) fn read(json: &str) -> (Vec<Resource>, Vec<String>) {
    let file: File = match serde_json::from_str(json) {
        Ok(file) => file,
        Err(error) => return (Vec::new(), vec![format!("the catalogue cannot be read: {error}")]),
    };
    let (mut resources, mut mistakes) = (Vec::new(), Vec::new());
    if file.schema_version != SCHEMA_VERSION {
        mistakes
            .push(format!("schema_version is {}, this program reads {SCHEMA_VERSION}", file.schema_version));
    }
    for (at, value) in file.resources.into_iter().enumerate() {
        let name = value.get("slug").and_then(Value::as_str).map_or(format!("entry {at}"), str::to_owned);
        match serde_json::from_value::<Entry>(value) {
            Ok(entry) => resources.extend(entry.into_resource(&mut mistakes)),
            Err(error) => mistakes.push(format!("{name}: {error}")),
        }
    }
    (resources, mistakes)
}

impl Entry {
    fn into_resource(self, mistakes: &mut Vec<String>) -> Option<Resource> {
        let mut read = Words { slug: &self.slug, mistakes };
        let kind = read.one("kind", &self.kind, Kind::from_word);
        let touch = read.one("touch", &self.touch, Touch::from_word);
        let grade = read.one("evidence grade", &self.evidence.grade, Grade::from_word);
        let contexts_include = read.all("contexts_include", &self.contexts_include, Context::from_word);
        let contexts_exclude = read.all("contexts_exclude", &self.contexts_exclude, Context::from_word);
        let helps_with = read.all("helps_with", &self.helps_with, Need::from_word);
        let (kind, touch, grade) = (kind?, touch?, grade?);
        Some(Resource {
            holding: holding(self.about_baby, kind, touch, &self.steps, &self.summary),
            slug: self.slug,
            kind,
            title: self.title,
            summary: self.summary,
            steps: self.steps,
            reading: self.reading.map(Book::into_reading),
            text: self.text,
            minutes: self.minutes,
            baby_age_days: self.baby_age_days.map(|ages| AgeDays { min: ages.min, max: ages.max }),
            about_baby: self.about_baby,
            touch,
            oil: self.oil,
            contexts_include,
            contexts_exclude,
            contraindications: self.contraindications,
            needs_clearance: self.needs_clearance,
            hide_when_sleepy: self.hide_when_sleepy,
            hide_when_unsafe: self.hide_when_unsafe,
            evidence: Evidence { grade, sources: self.evidence.sources },
            helps_with,
            languages: self.languages,
        })
    }
}

impl Book {
    fn into_reading(self) -> Reading {
        Reading {
            title: self.title,
            author: self.author,
            year: self.year,
            isbn13: self.isbn13,
            isbn_source: self.isbn_source,
        }
    }
}

/// Still touch outside massage is holding; in massage the baby lies on a firm place. Some entries hold without
/// being about touch, and only their wording tells.
fn holding(about_baby: bool, kind: Kind, touch: Touch, steps: &[String], summary: &str) -> bool {
    let still = touch == Touch::Still && kind != Kind::Massage;
    let mut texts = steps.iter().map(String::as_str).chain([summary]).map(str::to_lowercase);
    still || (about_baby && texts.any(|text| HOLDING.iter().any(|words| text.contains(words))))
}

struct Words<'a> {
    slug: &'a str,
    mistakes: &'a mut Vec<String>,
}

impl Words<'_> {
    fn one<T>(&mut self, field: &str, word: &str, from_word: fn(&str) -> Option<T>) -> Option<T> {
        let value = from_word(word);
        if value.is_none() {
            self.mistakes.push(format!("{}: {field} does not know the word {word:?}", self.slug));
        }
        value
    }

    fn all<T>(&mut self, field: &str, words: &[String], from_word: fn(&str) -> Option<T>) -> Vec<T> {
        words.iter().filter_map(|word| self.one(field, word, from_word)).collect()
    }
}
