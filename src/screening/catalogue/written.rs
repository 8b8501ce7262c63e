//! The files as they are written, and the step from there to the domain types.
//!
//! Every part is read by itself, so that a mistake is named by a JSON pointer and hides no other. A member that is not
//! known is a mistake too: a misspelt `urgent_items` would otherwise silence an item for ever.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::super::instrument::{Input, Instrument, Method, Range, Recheck, Scoring};

/// A part of a file, where it stands, and what was wrong so far.
pub(super) struct Part<'a> {
    pointer: String,
    members: Map<String, Value>,
    mistakes: &'a mut Vec<String>,
}

impl<'a> Part<'a> {
    /// The object at a pointer.
    pub(super) fn of(value: Value, pointer: String, mistakes: &'a mut Vec<String>) -> Option<Self> {
        match value {
            Value::Object(members) => Some(Self { pointer, members, mistakes }),
            _ => {
                mistakes.push(format!("{pointer}: must be an object"));
                None
            }
        }
    }

    fn read<T: DeserializeOwned>(&mut self, pointer: String, value: Value) -> Option<T> {
        match serde_json::from_value(value) {
            Ok(read) => Some(read),
            Err(error) => {
                self.mistakes.push(mistake(&pointer, &error.to_string()));
                None
            }
        }
    }

    /// A member that may be missing.
    pub(super) fn optional<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let value = self.members.remove(name).filter(|value| !value.is_null())?;
        self.read(format!("{}/{name}", self.pointer), value)
    }

    /// A member that must be there.
    pub(super) fn required<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        if !self.members.contains_key(name) {
            self.mistakes.push(format!("{}/{name}: is missing", self.pointer));
        }
        self.optional(name)
    }

    /// A list; what is wrong with one of its members is named there.
    pub(super) fn list<T: DeserializeOwned>(&mut self, name: &str) -> Vec<T> {
        let pointer = format!("{}/{name}", self.pointer);
        match self.members.remove(name) {
            None => Vec::new(),
            Some(Value::Array(values)) => {
                let each = values.into_iter().enumerate();
                each.filter_map(|(at, value)| self.read(format!("{pointer}/{at}"), value)).collect()
            }
            Some(_) => {
                self.mistakes.push(format!("{pointer}: must be a list"));
                Vec::new()
            }
        }
    }

    /// Passes over what is for the people who read the file.
    pub(super) fn words(&mut self, names: &[&str]) {
        for name in names {
            self.members.remove(*name);
        }
    }

    fn below(&mut self, name: &str) -> Option<Part<'_>> {
        let pointer = format!("{}/{name}", self.pointer);
        let Some(value) = self.members.remove(name) else {
            self.mistakes.push(format!("{pointer}: is missing"));
            return None;
        };
        Part::of(value, pointer, self.mistakes)
    }

    /// Ends the reading; what nobody took is not known.
    pub(super) fn finish(self) {
        for name in self.members.keys() {
            self.mistakes.push(format!("{}/{name}: is not known here", self.pointer));
        }
    }
}

/// A member that is missing or not known is named itself, as everywhere else.
fn mistake(pointer: &str, error: &str) -> String {
    let named = |begin: &str| error.strip_prefix(begin)?.split('`').next();
    match (named("unknown field `"), named("missing field `")) {
        (Some(name), _) => format!("{pointer}/{name}: is not known here"),
        (_, Some(name)) => format!("{pointer}/{name}: is missing"),
        _ => format!("{pointer}: {error}"),
    }
}

#[derive(Deserialize)]
struct Origin {
    id: String,
    #[serde(rename = "items")]
    _items: Vec<String>,
}

#[derive(Deserialize)]
struct Again {
    after_days_min: u16,
    after_days_max: u16,
    applies_to: Range,
}

/// One instrument, or nothing and what was wrong.
pub(super) fn instrument(value: Value, pointer: String, mistakes: &mut Vec<String>) -> Option<Instrument> {
    let mut part = Part::of(value, pointer, mistakes)?;
    let scoring = scoring(&mut part);
    let recheck: Option<Again> = part.optional("recheck");
    let origin: Option<Origin> = part.optional("derived_from");
    let (id, version, title) = (part.required("id"), part.required("version"), part.required("title"));
    let (language, kind) = (part.required("language"), part.required("kind"));
    let (licence, repeat) = (part.required("licence"), part.required("min_repeat_days"));
    let made = |part: &mut Part<'_>| {
        Some(Instrument {
            id: id?,
            version: version?,
            title: title?,
            language: language?,
            kind: kind?,
            validated: part.optional("validated"),
            licence: licence?,
            recall_days: part.optional("recall_days"),
            stem: part.optional("stem"),
            answer_labels: part.list("answer_labels"),
            items: part.list("items"),
            unscored_items: part.list("unscored_items"),
            scoring: scoring?,
            bands: part.list("bands"),
            urgent_items: part.list("urgent_items"),
            recheck: recheck.map(|again| Recheck {
                after_days_min: again.after_days_min,
                after_days_max: again.after_days_max,
                applies_to: again.applies_to,
            }),
            next_step: part.optional("next_step"),
            derived_from: origin.map(|origin| origin.id),
            informational_only: part.optional("informational_only").unwrap_or(false),
            min_repeat_days: repeat?,
            sources: part.list("sources"),
        })
    };
    let instrument = made(&mut part)?;
    part.words(&[
        "bands_note",
        "combined_rule",
        "cutoffs",
        "dispute",
        "likelihood_ratio",
        "loinc",
        "no_self_harm_item",
        "other_populations",
        "recall_note",
        "review_note",
        "wire_note",
        "wording",
    ]);
    part.finish();
    Some(instrument)
}

fn scoring(part: &mut Part<'_>) -> Option<Scoring> {
    let mut part = part.below("scoring")?;
    let (method, input): (Option<Method>, Option<Input>) = (part.required("method"), part.required("input"));
    let (range, direction) = (part.required("range"), part.required("direction"));
    let missing: Option<String> = part.required("missing");
    if missing.is_some_and(|word| word != "no_total_if_any_missing") {
        part.mistakes.push(format!("{}/missing: must be \"no_total_if_any_missing\"", part.pointer));
    }
    let hidden: Option<String> = part.optional("missing_override");
    let scoring = Scoring {
        method: method?,
        input: input?,
        reverse_items: part.list("reverse_items"),
        range: range?,
        direction: direction?,
        total_items: part.list("total_items"),
        subscales: part.list("subscales"),
        share_when_hidden: hidden.is_some(),
    };
    part.words(&[
        "check",
        "item",
        "note",
        "percent_multiplier",
        "percent_note",
        "raw_meaning",
        "reverse_rule",
    ]);
    part.finish();
    Some(scoring)
}
