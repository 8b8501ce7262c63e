//! What a client may send about a baby, and how it is read into the domain with every mistake at once.
//!
//! Days are held against the server's UTC day with one day of room, because the parent's own day may already
//! be tomorrow's.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    baby::{BabyContext, Clearance, Condition, ConditionKind},
    baby_change::{BabyDraft, BabyPatch, ClearancePatch},
};
use crate::{
    error::Result,
    http::{
        field::{Fault, Field, Patch, Reader, Wire},
        json::into_wire,
        value::{Day, Line, List, word},
    },
};

/// Most conditions of one baby (product decision).
const MOST_CONDITIONS: usize = 20;

/// A baby as it is added and as it is changed; in a change null empties a field.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({
    "name": "Noor", "birth_date": "2026-11-01", "due_date": "2026-11-20", "contexts": ["preterm"],
    "conditions": [{"kind": "vaccination", "since": "2026-11-22"}],
    "massage_clearance": {"given_by": "Dr Roy, neonatal unit", "given_on": "2026-11-20"}, "hidden": false
}))]
pub struct BabyBody {
    /// Name or nickname, 1 to 80 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 80)]
    name: Field<Line<1, 80>>,
    /// Day of birth; not in the future, at most ten years back.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    birth_date: Field<Day>,
    /// Day it was or is due; at most ten years back and one year ahead.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    due_date: Field<Day>,
    /// Any of `nicu`, `preterm`, `multiples`.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, max_items = 10)]
    contexts: Field<List<BabyContext, 10>>,
    /// What passes, at most 20.
    #[serde(default)]
    #[schema(value_type = Option<Vec<ConditionBody>>, max_items = 20)]
    conditions: Field<List<Condition, MOST_CONDITIONS>>,
    /// The yes of the baby's own team to touch.
    #[serde(default)]
    #[schema(value_type = Option<ClearanceBody>)]
    massage_clearance: Field<ClearancePatch>,
    /// Nothing about this baby is shown. Left out after a loss, a new baby is hidden.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    hidden: Field<bool>,
    #[serde(flatten)]
    #[schema(ignore)]
    rest: BTreeMap<String, Value>,
}

/// Something that passes, and on which days.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"kind": "vaccination", "since": "2026-11-22"}))]
pub struct ConditionBody {
    /// `vaccination`, `fever` or `skin`.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    kind: Field<ConditionKind>,
    /// First day; not in the future.
    #[serde(default)]
    #[schema(value_type = String, format = Date, required = true)]
    since: Field<Day>,
    /// Last day, not before the first; a vaccination without one ends by itself.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    until: Field<Day>,
    #[serde(flatten)]
    #[schema(ignore)]
    rest: BTreeMap<String, Value>,
}

/// Who of the baby's team said yes to touch, and when.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"given_by": "Dr Roy, neonatal unit", "given_on": "2026-11-20"}))]
pub struct ClearanceBody {
    /// Who, 1 to 120 characters.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 120)]
    given_by: Field<Line<1, 120>>,
    /// On which day; not in the future.
    #[serde(default)]
    #[schema(value_type = String, format = Date)]
    given_on: Field<Day>,
    #[serde(flatten)]
    #[schema(ignore)]
    rest: BTreeMap<String, Value>,
}

impl BabyBody {
    /// Reads a baby that is to be added.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn draft(object: Map<String, Value>, now: Timestamp) -> Result<BabyDraft> {
        let body: Self = into_wire(object)?;
        let mut reader = Reader::default();
        reader.unknown(&body.rest);
        let clearance = reader.optional("massage_clearance", body.massage_clearance);
        let draft = BabyDraft {
            name: reader.optional("name", body.name).map(|name| name.0),
            birth_date: reader.optional("birth_date", body.birth_date).map(|day| day.0),
            due_date: reader.optional("due_date", body.due_date).map(|day| day.0),
            contexts: reader.optional("contexts", body.contexts).map(once_each).unwrap_or_default(),
            conditions: reader.optional("conditions", body.conditions).map(|list| list.0).unwrap_or_default(),
            clearance: clearance.as_ref().and_then(|given| whole(&mut reader, given)),
            hidden: reader.optional("hidden", body.hidden),
        };
        let limits = Limits::at(now);
        limits.family_day(&mut reader, "birth_date", draft.birth_date, limits.tomorrow);
        limits.family_day(&mut reader, "due_date", draft.due_date, limits.next_year);
        limits.conditions(&mut reader, &draft.conditions);
        limits.given_on(&mut reader, clearance.and_then(|given| given.given_on));
        reader.finish()?;
        Ok(draft)
    }

    /// Reads a change.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn patch(object: Map<String, Value>, now: Timestamp) -> Result<BabyPatch> {
        let body: Self = into_wire(object)?;
        let mut reader = Reader::default();
        reader.unknown(&body.rest);
        let patch = BabyPatch {
            name: set(reader.patch("name", body.name), |name| name.0),
            birth_date: set(reader.patch("birth_date", body.birth_date), |day| day.0),
            due_date: set(reader.patch("due_date", body.due_date), |day| day.0),
            contexts: set(reader.patch("contexts", body.contexts), once_each),
            conditions: set(reader.patch("conditions", body.conditions), |list| list.0),
            clearance: reader.patch("massage_clearance", body.massage_clearance),
            hidden: reader.patch_required("hidden", body.hidden),
        };
        let limits = Limits::at(now);
        limits.family_day(&mut reader, "birth_date", new(&patch.birth_date).copied(), limits.tomorrow);
        limits.family_day(&mut reader, "due_date", new(&patch.due_date).copied(), limits.next_year);
        limits.conditions(&mut reader, new(&patch.conditions).map_or(&[], Vec::as_slice));
        limits.given_on(&mut reader, new(&patch.clearance).and_then(|given| given.given_on));
        reader.finish()?;
        Ok(patch)
    }
}

/// The days between which what is said of a baby may lie.
struct Limits {
    tomorrow: Date,
    next_year: Date,
    ten_years_ago: Date,
}

impl Limits {
    fn at(now: Timestamp) -> Self {
        let today = now.to_zoned(TimeZone::UTC).date();
        Self {
            tomorrow: today.saturating_add(1.day()),
            next_year: today.saturating_add(1.year()),
            ten_years_ago: today.saturating_sub(10.years()),
        }
    }

    fn family_day(&self, reader: &mut Reader, name: &str, day: Option<Date>, latest: Date) {
        if day.is_some_and(|day| day < self.ten_years_ago || day > latest) {
            let detail = format!("Must lie between {} and {latest}.", self.ten_years_ago);
            reader.wrong(&format!("/{name}"), "out_of_range", detail);
        }
    }

    fn conditions(&self, reader: &mut Reader, conditions: &[Condition]) {
        for (index, condition) in conditions.iter().enumerate() {
            if condition.since > self.tomorrow {
                let pointer = format!("/conditions/{index}/since");
                reader.wrong(&pointer, "out_of_range", "Must not lie in the future.");
            }
        }
    }

    fn given_on(&self, reader: &mut Reader, day: Option<Date>) {
        if day.is_some_and(|day| day > self.tomorrow) {
            reader.wrong("/massage_clearance/given_on", "out_of_range", "Must not lie in the future.");
        }
    }
}

impl Wire for BabyContext {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        word(value, &Self::WORDS)
    }
}

impl Wire for ConditionKind {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        word(value, &Self::WORDS)
    }
}

impl Wire for Condition {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        let body: ConditionBody = nested(value)?;
        let mut reader = Reader::default();
        reader.unknown(&body.rest);
        let kind = reader.required("kind", body.kind);
        let since = reader.required("since", body.since).map(|day| day.0);
        let until = reader.optional("until", body.until).map(|day| day.0);
        if since.zip(until).is_some_and(|(since, until)| until < since) {
            reader.wrong("/until", "out_of_range", "Must not lie before the first day.");
        }
        match (kind, since) {
            (Some(kind), Some(since)) if reader.is_clean() => Ok(Self { kind, since, until }),
            _ => Err(reader.into_faults()),
        }
    }
}

impl Wire for ClearancePatch {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        let body: ClearanceBody = nested(value)?;
        let mut reader = Reader::default();
        reader.unknown(&body.rest);
        let given_by = reader.patch_required("given_by", body.given_by);
        let given_on = reader.patch_required("given_on", body.given_on);
        if !reader.is_clean() {
            return Err(reader.into_faults());
        }
        let (given_by, given_on) = (given_by.apply(None), given_on.apply(None));
        Ok(Self { given_by: given_by.map(|name| name.0), given_on: given_on.map(|day| day.0) })
    }
}

/// A clearance of which every part was sent; what is missing is noted.
fn whole(reader: &mut Reader, given: &ClearancePatch) -> Option<Clearance> {
    for (name, missing) in [("given_by", given.given_by.is_none()), ("given_on", given.given_on.is_none())] {
        if missing {
            reader.wrong(&format!("/massage_clearance/{name}"), "required", "This field is required.");
        }
    }
    Some(Clearance { given_by: given.given_by.clone()?, given_on: given.given_on? })
}

fn nested<T: for<'de> Deserialize<'de>>(value: &Value) -> std::result::Result<T, Vec<Fault>> {
    let object = value.as_object().ok_or_else(|| Fault::wrong_type("an object"))?;
    into_wire(object.clone()).map_err(|_| Fault::wrong_type("an object"))
}

fn once_each(list: List<BabyContext, 10>) -> Vec<BabyContext> {
    BabyContext::ALL.into_iter().filter(|context| list.0.contains(context)).collect()
}

fn set<T, U>(patch: Patch<T>, read: impl FnOnce(T) -> U) -> Patch<U> {
    match patch {
        Patch::Keep => Patch::Keep,
        Patch::Clear => Patch::Clear,
        Patch::Set(value) => Patch::Set(read(value)),
    }
}

fn new<T>(patch: &Patch<T>) -> Option<&T> {
    match patch {
        Patch::Set(value) => Some(value),
        Patch::Keep | Patch::Clear => None,
    }
}
