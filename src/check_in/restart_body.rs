//! What may be sent to begin a usual anew, read with every mistake at once.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::restart::{Asked, Days};
use crate::{
    error::Result,
    http::{
        field::{Field, Reader},
        json,
        value::{Day, Text},
    },
};

/// Longest reason (as at a change of a practice's rules).
const LONGEST_REASON: usize = 500;

/// A restart of what is usual for a parent in one measure.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"reason": "Back at work, and the days are others now."}))]
pub struct NewRestart {
    /// From which of the parent's local days on: not in the future, and at most 56 days back. Today when it is not said.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    from: Field<Day>,
    /// Why, 1 to 500 characters. The parent reads it, and of others only who wrote it.
    #[serde(default)]
    #[schema(value_type = String, required = true, min_length = 1, max_length = 500)]
    reason: Field<Text<0, LONGEST_REASON>>,
    #[serde(flatten)]
    #[schema(ignore)]
    rest: BTreeMap<String, Value>,
}

/// Reads what was sent, on these days.
///
/// # Errors
/// 422 that names every wrong field.
pub(crate) fn read(object: Map<String, Value>, days: Days) -> Result<Asked> {
    let body: NewRestart = json::into_wire(object)?;
    let mut reader = Reader::default();
    reader.unknown(&body.rest);
    let from = reader.optional("from", body.from).map(|day| day.0);
    if let Some(detail) = from.and_then(|from| days.refusal(from)) {
        reader.wrong("/from", "out_of_range", detail);
    }
    let wrong_reason = matches!(body.reason, Field::Wrong(_));
    let reason = reader.optional("reason", body.reason).map(|text| text.0);
    let reason = reason.filter(|text| !text.trim().is_empty());
    if reason.is_none() && !wrong_reason {
        reader.wrong("/reason", "required", "Say in a few words why.");
    }
    match reason {
        Some(reason) if reader.is_clean() => Ok(Asked { from, reason }),
        _ => Err(reader.into_error()),
    }
}
