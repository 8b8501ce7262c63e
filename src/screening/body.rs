//! The bodies of filled-in questionnaires as they arrive; what the answers in them mean is read in `sent`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::filled::Screening;
use crate::{
    error::Result,
    http::{
        field::{Fault, Field, Patch, Reader, Wire},
        json,
        value::Instant,
    },
};

/// A value that is read later, by what the questionnaire says.
#[derive(Clone, PartialEq)]
pub(super) struct Raw(pub(super) Value);

impl Wire for Raw {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        Ok(Self(value.clone()))
    }
}

/// A questionnaire that was filled in.
#[derive(Clone, Deserialize, ToSchema)]
#[schema(example = json!({"instrument": "phq-2", "answers": [1, 0]}))]
pub struct NewScreening {
    /// The id of a questionnaire of `/v1/instruments`.
    #[serde(default)]
    #[schema(value_type = String, required = true, max_length = 64)]
    pub(super) instrument: Field<Raw>,
    /// The version that was filled in; the present one when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 64)]
    pub(super) version: Field<Raw>,
    /// All answers in the order of the items, or answers by item. Null is an answer that was not given. A danger answer
    /// (an urgent item in its range) is taken whatever else is wrong, and the reply shows help.
    #[serde(default)]
    #[schema(value_type = Object, required = true)]
    pub(super) answers: Field<Raw>,
    /// The total, if you made it: it must agree with the answers. The server adds up by itself.
    #[serde(default)]
    #[schema(value_type = Option<i32>, minimum = 0)]
    pub(super) total: Field<Raw>,
    /// When it was filled in; up to 14 days back. Up to ten minutes ahead is taken as now.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) occurred_at: Field<Instant>,
    /// Keep it from your doula; no when left out.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    pub(super) private: Field<bool>,
    #[serde(flatten)]
    #[schema(ignore)]
    pub(super) rest: BTreeMap<String, Value>,
}

/// A questionnaire that a doula enters together with the parent. What is private is only the parent's to say.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"instrument": "epds", "answers": [0, 1, 0, 1, 1, 0, 0, 1, 0, 0], "total": 4}))]
pub struct EnteredScreening {
    /// The id of a questionnaire of `/v1/instruments`.
    #[serde(default)]
    #[schema(value_type = String, required = true, max_length = 64)]
    instrument: Field<Raw>,
    /// The version that was filled in; the present one when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 64)]
    version: Field<Raw>,
    /// All answers in the order of the items, or answers by item. Null is an answer that was not given.
    #[serde(default)]
    #[schema(value_type = Object, required = true)]
    answers: Field<Raw>,
    /// The total, if you made it: it must agree with the answers.
    #[serde(default)]
    #[schema(value_type = Option<i32>, minimum = 0)]
    total: Field<Raw>,
    /// When it was filled in; up to 14 days back. Up to ten minutes ahead is taken as now.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    occurred_at: Field<Instant>,
    #[serde(flatten)]
    #[schema(ignore)]
    rest: BTreeMap<String, Value>,
}

impl From<EnteredScreening> for NewScreening {
    fn from(entered: EnteredScreening) -> Self {
        let EnteredScreening { instrument, version, answers, total, occurred_at, rest } = entered;
        Self { instrument, version, answers, total, occurred_at, private: Field::Absent, rest }
    }
}

/// What to change about one of yours. Answers are not changed: remove the form and send it again.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"private": false}))]
pub struct ScreeningPatch {
    /// `false` shares what was private: your doulas see it from now on as far as you allowed.
    #[serde(default)]
    #[schema(value_type = Option<bool>, nullable = false)]
    private: Field<bool>,
    /// `true`: you looked at the numbers again, and they are keyed rightly.
    #[serde(default)]
    #[schema(value_type = Option<bool>, nullable = false)]
    keying_confirmed: Field<bool>,
    #[serde(flatten)]
    #[schema(ignore)]
    rest: BTreeMap<String, Value>,
}

/// A change that is fine.
#[derive(Clone)]
pub struct Edit {
    private: Patch<bool>,
    keying_confirmed: Patch<bool>,
}

impl Edit {
    /// Reads a patch.
    ///
    /// # Errors
    /// 422 with every wrong field.
    pub fn read(object: serde_json::Map<String, Value>) -> Result<Self> {
        let wire: ScreeningPatch = json::into_wire(object)?;
        let mut reader = Reader::default();
        reader.unknown(&wire.rest);
        let edit = Self {
            private: reader.patch_required("private", wire.private),
            keying_confirmed: reader.patch_required("keying_confirmed", wire.keying_confirmed),
        };
        reader.finish()?;
        Ok(edit)
    }

    /// The form after the change; its revision and instants of storing are the caller's.
    pub fn apply(&self, before: &Screening) -> Screening {
        Screening {
            private: self.private.clone().or(before.private),
            keying_confirmed: self.keying_confirmed.clone().or(before.keying_confirmed),
            ..before.clone()
        }
    }
}
