//! Fields of a body or query, read one by one so that every mistake is named at once.
//!
//! A wire type has only [`Field`]s, so reading it never stops at the first mistake: each field remembers
//! whether it was absent, null, valid or wrong. A [`Reader`] then takes them apart and collects the problems,
//! either to refuse the request or, for a danger answer, to say what was left out.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::error::{Error, FieldProblem, Place, Result};

/// What is wrong with a value, and where below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer from the field down, empty for the field itself.
    pub below: String,
    /// Stable word.
    pub code: &'static str,
    /// What would be right; never what was sent.
    pub detail: Cow<'static, str>,
}

impl Fault {
    /// A fault of the value itself.
    pub fn new(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Vec<Self> {
        vec![Self { below: String::new(), code, detail: detail.into() }]
    }

    /// The wrong JSON type.
    pub fn wrong_type(wanted: &'static str) -> Vec<Self> {
        Self::new("wrong_type", format!("Must be {wanted}."))
    }

    /// Moves faults below a key or index.
    pub fn under(faults: Vec<Self>, key: impl std::fmt::Display) -> Vec<Self> {
        faults.into_iter().map(|fault| Self { below: format!("/{key}{}", fault.below), ..fault }).collect()
    }
}

/// A value that can be read from JSON, with every fault that it has.
pub trait Wire: Sized {
    /// Reads the value.
    ///
    /// # Errors
    /// All faults.
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>>;
}

/// One field of a body or query.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Field<T> {
    /// Not there.
    #[default]
    Absent,
    /// There, and null.
    Null,
    /// There and right.
    Valid(T),
    /// There and wrong.
    Wrong(Vec<Fault>),
}

impl<'de, T: Wire> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        Ok(match Value::deserialize(from)? {
            Value::Null => Self::Null,
            value => T::read(&value).map_or_else(Self::Wrong, Self::Valid),
        })
    }
}

/// What a merge patch does to a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Patch<T> {
    /// Leave it.
    Keep,
    /// Empty it.
    Clear,
    /// Set it.
    Set(T),
}

impl<T> Patch<T> {
    /// The same change of another form of the value.
    pub fn map<U>(self, form: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(new) => Patch::Set(form(new)),
        }
    }

    /// For a field that cannot be empty: asking to empty it, which is refused elsewhere, leaves it.
    pub fn or_keep(self) -> Self {
        if matches!(self, Self::Clear) { Self::Keep } else { self }
    }

    /// The new value of an optional field.
    pub fn apply(self, old: Option<T>) -> Option<T> {
        match self {
            Self::Keep => old,
            Self::Clear => None,
            Self::Set(new) => Some(new),
        }
    }

    /// The new value of a field that cannot be empty.
    pub fn or(self, old: T) -> T {
        match self {
            Self::Set(new) => new,
            Self::Keep | Self::Clear => old,
        }
    }
}

/// Takes fields apart and remembers what is wrong with them.
#[derive(Debug, Default)]
pub struct Reader {
    prefix: String,
    problems: Vec<FieldProblem>,
}

impl Reader {
    /// The value of a field that may be missing; null means missing.
    pub fn optional<T>(&mut self, name: &str, field: Field<T>) -> Option<T> {
        match field {
            Field::Absent | Field::Null => None,
            Field::Valid(value) => Some(value),
            Field::Wrong(faults) => {
                self.faults(name, faults);
                None
            }
        }
    }

    /// The value of a field that must be there. `None` only when a problem was noted.
    pub fn required<T>(&mut self, name: &str, field: Field<T>) -> Option<T> {
        if matches!(field, Field::Absent | Field::Null) {
            self.wrong(&format!("/{name}"), "required", "This field is required.");
        }
        self.optional(name, field)
    }

    /// What a merge patch says about a field that can be empty.
    pub fn patch<T>(&mut self, name: &str, field: Field<T>) -> Patch<T> {
        match field {
            Field::Absent => Patch::Keep,
            Field::Null => Patch::Clear,
            Field::Valid(value) => Patch::Set(value),
            Field::Wrong(faults) => {
                self.faults(name, faults);
                Patch::Keep
            }
        }
    }

    /// What a merge patch says about a field that cannot be empty.
    pub fn patch_required<T>(&mut self, name: &str, field: Field<T>) -> Patch<T> {
        if matches!(field, Field::Null) {
            self.wrong(&format!("/{name}"), "required", "This field cannot be cleared.");
        }
        self.patch(name, field)
    }

    /// Notes a problem at a JSON pointer.
    pub fn wrong(&mut self, pointer: &str, code: &'static str, detail: impl Into<Cow<'static, str>>) {
        let place = Place::Pointer(format!("{}{pointer}", self.prefix));
        self.problems.push(FieldProblem { place, code, detail: detail.into() });
    }

    /// Notes fields that this call does not know.
    pub fn unknown(&mut self, rest: &BTreeMap<String, Value>) {
        for name in rest.keys() {
            let escaped = name.replace('~', "~0").replace('/', "~1");
            self.wrong(&format!("/{escaped}"), "unknown_field", "This field is not known here.");
        }
    }

    /// Whether nothing was wrong so far.
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    /// The refusal: 422 with everything that was wrong.
    pub fn into_error(self) -> Error {
        Error::invalid(self.problems)
    }

    /// Everything that was wrong, for a caller that goes on regardless.
    pub fn into_problems(self) -> Vec<FieldProblem> {
        self.problems
    }

    /// # Errors
    /// 422 when anything was wrong.
    pub fn finish(self) -> Result<()> {
        if self.is_clean() { Ok(()) } else { Err(self.into_error()) }
    }

    /// The faults of a nested object, with pointers from that object down.
    pub fn into_faults(self) -> Vec<Fault> {
        let below = |place| match place {
            Place::Pointer(pointer) => pointer,
            Place::Parameter(_) | Place::UnknownParameter(_) => String::new(),
        };
        self.problems
            .into_iter()
            .map(|problem| Fault { below: below(problem.place), code: problem.code, detail: problem.detail })
            .collect()
    }

    fn faults(&mut self, name: &str, faults: Vec<Fault>) {
        for fault in faults {
            self.wrong(&format!("/{name}{}", fault.below), fault.code, fault.detail);
        }
    }
}
