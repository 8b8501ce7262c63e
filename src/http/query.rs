//! Reading query strings as strictly as bodies: nothing unknown, nothing twice, every mistake at once.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use serde_json::Value;

use super::field::{Fault, Wire};
use crate::error::{Error, ErrorCode, FieldProblem, Place, Result};

/// The parameters of a request, to be taken one by one.
#[derive(Debug, Default)]
pub struct Query {
    sent: BTreeMap<String, Value>,
    problems: Vec<FieldProblem>,
}

impl Query {
    /// Reads the query string of a request.
    pub fn of(req: &HttpRequest) -> Self {
        let mut query = Self::default();
        for (name, value) in form_urlencoded::parse(req.query_string().as_bytes()) {
            let name = name.into_owned();
            if query.sent.insert(name.clone(), Value::String(value.into_owned())).is_some() {
                query.wrong(Place::UnknownParameter(name), "repeated", "May be given once.");
            }
        }
        query
    }

    /// Takes a parameter out.
    pub fn take<T: Wire>(&mut self, name: &'static str) -> Option<T> {
        let value = self.sent.remove(name)?;
        match T::read(&value) {
            Ok(value) => Some(value),
            Err(faults) => {
                for Fault { code, detail, .. } in faults {
                    self.problems.push(FieldProblem { place: Place::Parameter(name), code, detail });
                }
                None
            }
        }
    }

    /// Ends the reading; what nobody took is unknown.
    ///
    /// # Errors
    /// 400 that names every wrong parameter.
    pub fn finish(mut self) -> Result<()> {
        for name in std::mem::take(&mut self.sent).into_keys() {
            self.wrong(Place::UnknownParameter(name), "unknown_parameter", "Is not known here.");
        }
        if self.problems.is_empty() {
            return Ok(());
        }
        Err(Error::new(ErrorCode::BadParameter, "See errors for each parameter.").with_fields(self.problems))
    }

    fn wrong(&mut self, place: Place, code: &'static str, detail: &'static str) {
        self.problems.push(FieldProblem { place, code, detail: detail.into() });
    }
}

/// # Errors
/// 400 when the request has any query parameter.
pub fn none(req: &HttpRequest) -> Result<()> {
    Query::of(req).finish()
}

/// A whole number in a query, between two bounds, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number<const MIN: i64, const MAX: i64>(pub i64);

impl<const MIN: i64, const MAX: i64> Wire for Number<MIN, MAX> {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        let text = super::value::string(value)?;
        let digits = !text.is_empty() && text.len() <= 18 && text.bytes().all(|b| b.is_ascii_digit());
        match text.parse::<i64>() {
            Ok(number) if digits && (MIN..=MAX).contains(&number) => Ok(Self(number)),
            _ => Err(Fault::new("out_of_range", format!("Must be a whole number from {MIN} to {MAX}."))),
        }
    }
}

/// Any text in a query, bounded to 2,000 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words(pub String);

impl Wire for Words {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        super::value::Text::<1, 2000>::read(value).map(|text| Self(text.0))
    }
}
