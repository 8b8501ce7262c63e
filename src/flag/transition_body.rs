//! What a doula may send to take a step, and how it is read with every mistake at once.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    lifecycle::{Status, Step},
    transition::Asked,
};
use crate::{
    error::Result,
    http::{
        field::{Fault, Field, Reader, Wire},
        json,
        value::{self, Instant, Text},
    },
};

/// Longest time that a flag may be put off: 30 days (product decision; a flag must not be forgotten that way).
pub const LONGEST_SNOOZE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A step to take with a flag.
#[derive(Default, Deserialize, ToSchema)]
#[schema(example = json!({"to": "dismissed", "reason": "Talked on Monday; she had pressed the wrong button."}))]
pub struct TransitionBody {
    /// `acknowledged`, `contacted`, `resolved`, `dismissed` or `snoozed`.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    pub to: Field<Word>,
    /// Why; required for `resolved` and `dismissed`. Up to 500 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 500)]
    pub reason: Field<Text<0, 500>>,
    /// What else is worth keeping. Up to 4,000 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub note: Field<Text<0, 4000>>,
    /// When a snoozed flag comes back: required for `snoozed`, ahead, and within 30 days.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Field<Instant>,
    /// Fields that are not known.
    #[serde(flatten)]
    #[schema(ignore)]
    pub rest: BTreeMap<String, Value>,
}

/// The word of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word(Status);

impl Wire for Word {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        let status: Status = value::word(value, &Step::WORDS)?;
        if Step::WORDS.contains(&status.as_str()) {
            return Ok(Self(status));
        }
        Err(Fault::new("unknown_word", format!("Must be one of: {}.", Step::WORDS.join(", "))))
    }
}

/// Reads what was sent.
///
/// # Errors
/// 422 that names every wrong field.
pub fn read(object: Map<String, Value>, now: Timestamp) -> Result<Asked> {
    let body: TransitionBody = json::into_wire(object)?;
    let mut reader = Reader::default();
    reader.unknown(&body.rest);
    let to = reader.required("to", body.to).map(|word| word.0);
    let words = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let reason_problems = matches!(body.reason, Field::Wrong(_));
    let reason = words(reader.optional("reason", body.reason).map(|text| text.0));
    let note = words(reader.optional("note", body.note).map(|text| text.0));
    let until_problems = matches!(body.until, Field::Wrong(_));
    let until = reader.optional("until", body.until).map(|instant| instant.0);
    if matches!(to, Some(Status::Resolved | Status::Dismissed)) && reason.is_none() && !reason_problems {
        reader.wrong("/reason", "required", "Say in a few words why the flag is closed.");
    }
    match (to, until) {
        (Some(Status::Snoozed), None) if !until_problems => {
            reader.wrong("/until", "required", "Say when the flag is to come back.");
        }
        (Some(Status::Snoozed), Some(until)) if until <= now || until > now + LONGEST_SNOOZE => {
            reader.wrong("/until", "out_of_range", "Must be ahead, and not more than 30 days.");
        }
        (Some(to), Some(_)) if to != Status::Snoozed => {
            reader.wrong("/until", "not_applicable", "Only a snooze has an end.");
        }
        _ => {}
    }
    let step = match (to, until) {
        (Some(Status::Acknowledged), _) => Some(Step::Acknowledged),
        (Some(Status::Contacted), _) => Some(Step::Contacted),
        (Some(Status::Resolved), _) => Some(Step::Resolved),
        (Some(Status::Dismissed), _) => Some(Step::Dismissed),
        (Some(Status::Snoozed), Some(until)) => Some(Step::Snoozed { until }),
        _ => None,
    };
    match step {
        Some(step) if reader.is_clean() => Ok(Asked { step, reason, note, if_match: None }),
        _ => Err(reader.into_error()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wrong(body: Value) -> Vec<String> {
        let now = "2026-11-23T09:00:00Z".parse().expect("a literal");
        let Value::Object(object) = body else { panic!("an object") };
        match read(object, now) {
            Ok(_) => vec![],
            Err(error) => {
                error.fields().iter().map(|field| format!("{:?} {}", field.place, field.code)).collect()
            }
        }
    }

    fn named(pointer: &str, code: &str) -> Vec<String> {
        vec![format!("Pointer(\"{pointer}\") {code}")]
    }

    #[test]
    fn each_step_asks_for_what_it_needs_and_for_nothing_else() {
        let tomorrow = "2026-11-24T09:00:00Z";
        for fine in [
            json!({"to": "acknowledged"}),
            json!({"to": "contacted", "note": "Rang at nine.", "reason": ""}),
            json!({"to": "resolved", "reason": "Better, with help at home."}),
            json!({"to": "dismissed", "reason": "Pressed by mistake.", "until": null}),
            json!({"to": "snoozed", "until": tomorrow}),
            json!({"to": "snoozed", "until": "2026-12-23T09:00:00Z"}),
        ] {
            assert_eq!(wrong(fine.clone()), Vec::<String>::new(), "{fine}");
        }
        for (body, pointer, code) in [
            (json!({}), "/to", "required"),
            (json!({"to": "open"}), "/to", "unknown_word"),
            (json!({"to": "corrected"}), "/to", "unknown_word"),
            (json!({"to": 3}), "/to", "wrong_type"),
            (json!({"to": "resolved"}), "/reason", "required"),
            (json!({"to": "dismissed", "reason": " "}), "/reason", "required"),
            (json!({"to": "dismissed", "reason": "x".repeat(501)}), "/reason", "too_long"),
            (json!({"to": "contacted", "note": "x".repeat(4001)}), "/note", "too_long"),
            (json!({"to": "snoozed"}), "/until", "required"),
            (json!({"to": "snoozed", "until": "2026-11-23T09:00:00Z"}), "/until", "out_of_range"),
            (json!({"to": "snoozed", "until": "2026-12-23T09:00:01Z"}), "/until", "out_of_range"),
            (json!({"to": "snoozed", "until": "soon"}), "/until", "bad_instant"),
            (json!({"to": "contacted", "until": tomorrow}), "/until", "not_applicable"),
            (json!({"to": "contacted", "by": "phone"}), "/by", "unknown_field"),
        ] {
            assert_eq!(wrong(body.clone()), named(pointer, code), "{body}");
        }
    }

    #[test]
    fn all_mistakes_are_named_at_once() {
        let body = json!({"to": "resolved", "note": 1, "until": "2026-11-24T09:00:00Z", "x": 1});
        assert_eq!(wrong(body).len(), 4);
    }
}
