//! Reading a filled-in questionnaire: every mistake at once, and danger first.
//!
//! A danger answer whose item is known and in range outweighs every other mistake: the form is taken, marked as
//! incomplete, and each part that could not be read is named in a warning. A list of the wrong length has no known items,
//! so nothing in it is a danger answer, and it is refused.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    body::{NewScreening, Raw},
    catalogue::Catalogue,
    instrument::{Instrument, Item},
    scoring::{self, Answers, Score, Urgent},
};
use crate::{
    check_in::felt_at,
    error::{FieldProblem, Place, Result},
    http::{
        field::{Field, Reader},
        value::Instant,
    },
};

/// A form that was read.
#[derive(Clone, PartialEq)]
pub struct Sent {
    /// Which questionnaire.
    pub instrument: &'static Instrument,
    /// What was answered and could be read.
    pub answers: Answers,
    /// What counts by itself.
    pub urgent: Urgent,
    /// What it comes to.
    pub score: Score,
    /// Kept from doulas.
    pub private: bool,
    /// When it was filled in.
    pub occurred_at: Timestamp,
    /// What was left out; empty unless the form carries a danger answer.
    pub left_out: Vec<FieldProblem>,
}

impl Sent {
    /// Reads a body. `no_baby` leaves out what is not asked after a loss.
    ///
    /// # Errors
    /// 422 with every wrong field, unless an answer is a danger answer.
    pub fn read(wire: NewScreening, no_baby: bool, now: Timestamp) -> Result<Self> {
        let mut reader = Reader::default();
        reader.unknown(&wire.rest);
        let private = reader.optional("private", wire.private).unwrap_or(false);
        let mut occurred_at = now;
        if let Some(Instant(sent)) = reader.optional("occurred_at", wire.occurred_at) {
            match felt_at(sent, now) {
                Some(felt) => occurred_at = felt,
                None => reader.wrong("/occurred_at", "out_of_range", "Must lie in the last 14 days."),
            }
        }
        let version = raw(wire.version);
        let Some(instrument) = instrument(raw(wire.instrument), version, &mut reader) else {
            return Err(reader.into_error());
        };
        let given = Given::read(raw(wire.answers), instrument, &mut reader);
        let urgent = scoring::urgent(instrument, &given.answers);
        let score = scoring::score(instrument, &given.answers, no_baby);
        let whole = given.note_missing(instrument, no_baby, &mut reader);
        if whole {
            total(raw(wire.total), &score, &mut reader);
        }
        let mut sent = Self {
            instrument,
            answers: given.answers,
            urgent,
            score,
            private,
            occurred_at,
            left_out: Vec::new(),
        };
        if urgent.danger {
            sent.left_out = reader.into_problems();
        } else {
            reader.finish()?;
        }
        Ok(sent)
    }

    /// Notes something else that is wrong and overlooked because of the danger answer.
    pub fn overlook(&mut self, code: &'static str, detail: impl Into<std::borrow::Cow<'static, str>>) {
        let place = Place::Pointer(String::new());
        self.left_out.push(FieldProblem { place, code, detail: detail.into() });
    }
}

/// Whether a body carries a danger answer, whatever else is in it.
pub fn carries_danger(object: &Map<String, Value>) -> bool {
    let mut reader = Reader::default();
    let member = |name: &str| object.get(name).filter(|value| !value.is_null()).cloned();
    let Some(instrument) = instrument(member("instrument"), None, &mut reader) else { return false };
    let given = Given::read(member("answers"), instrument, &mut reader);
    scoring::urgent(instrument, &given.answers).danger
}

fn raw(field: Field<Raw>) -> Option<Value> {
    match field {
        Field::Valid(Raw(value)) => Some(value),
        Field::Absent | Field::Null | Field::Wrong(_) => None,
    }
}

fn instrument(id: Option<Value>, version: Option<Value>, reader: &mut Reader) -> Option<&'static Instrument> {
    let Some(id) = id else {
        reader.wrong("/instrument", "required", "This field is required.");
        return None;
    };
    let Some(id) = id.as_str() else {
        reader.wrong("/instrument", "wrong_type", "Must be text.");
        return None;
    };
    let known = Catalogue::loaded().by_id(id).filter(|known| !known.is_check_in());
    let Some(known) = known else {
        let detail = "Must be the id of a questionnaire of /v1/instruments that is sent here.";
        reader.wrong("/instrument", "unknown_instrument", detail);
        return None;
    };
    match version {
        Some(version) if !version.is_string() => reader.wrong("/version", "wrong_type", "Must be text."),
        Some(version) if version.as_str() != Some(&known.version) => {
            reader.wrong("/version", "unknown_version", format!("Must be \"{}\".", known.version));
        }
        _ => {}
    }
    Some(known)
}

/// The answers of a body.
struct Given {
    answers: Answers,
    /// Items whose answer is there and cannot be read.
    wrong: Vec<String>,
    /// In the order of the items, or by item; `None` when it is neither.
    by_place: Option<bool>,
}

impl Given {
    fn read(sent: Option<Value>, of: &Instrument, reader: &mut Reader) -> Self {
        let mut given = Self { answers: Answers::new(), wrong: Vec::new(), by_place: None };
        match sent {
            Some(Value::Array(list)) if list.len() == of.items.len() => {
                given.by_place = Some(true);
                for (at, (item, value)) in of.items.iter().zip(&list).enumerate() {
                    given.answer(of, item, value, &format!("/answers/{at}"), reader);
                }
            }
            Some(Value::Array(_)) => {
                let detail = format!("Must have exactly {} answers, or name the items.", of.items.len());
                reader.wrong("/answers", "wrong_count", detail);
            }
            Some(Value::Object(named)) => {
                given.by_place = Some(false);
                for (id, value) in &named {
                    let pointer = format!("/answers/{}", id.replace('~', "~0").replace('/', "~1"));
                    match of.item(id) {
                        Some(item) => given.answer(of, item, value, &pointer, reader),
                        None => {
                            reader.wrong(&pointer, "unknown_item", "This questionnaire has no such item.")
                        }
                    }
                }
            }
            None => reader.wrong("/answers", "required", "This field is required."),
            Some(_) => {
                reader.wrong("/answers", "wrong_type", "Must be a list of answers, or answers by item.");
            }
        }
        given
    }

    fn answer(&mut self, of: &Instrument, item: &Item, value: &Value, pointer: &str, reader: &mut Reader) {
        if value.is_null() {
            return;
        }
        let number =
            value.as_u64().or_else(|| whole(value).filter(|number| counts_by_itself(of, item, *number)));
        let number = number.and_then(|number| u8::try_from(number).ok());
        match number.filter(|number| (item.min..=item.max).contains(number)) {
            Some(number) => {
                self.answers.insert(item.id.clone(), number);
            }
            None => {
                let detail = format!("Must be a whole number from {} to {}.", item.min, item.max);
                let code = if value.is_number() { "out_of_range" } else { "wrong_type" };
                reader.wrong(pointer, code, detail);
                self.wrong.push(item.id.clone());
            }
        }
    }

    /// Names what has to be answered and was not; an optional item may be left out, and so may one that is not asked
    /// after a loss. Tells whether nothing was missing or wrong.
    fn note_missing(&self, of: &Instrument, no_baby: bool, reader: &mut Reader) -> bool {
        let Some(by_place) = self.by_place else { return false };
        let known = |item: &Item| self.answers.contains_key(&item.id) || self.wrong.contains(&item.id);
        let asked = |item: &Item| !(item.optional || (no_baby && item.hidden_after_loss()));
        let mut whole = self.wrong.is_empty();
        for (at, item) in of.items.iter().enumerate().filter(|(_, item)| asked(item) && !known(item)) {
            let place = if by_place { at.to_string() } else { item.id.clone() };
            reader.wrong(&format!("/answers/{place}"), "required", "This item is required.");
            whole = false;
        }
        if whole && self.answers.is_empty() {
            reader.wrong("/answers", "required", "At least one answer is required.");
            whole = false;
        }
        whole
    }
}

/// A number without a fraction that was written with a point, like 1.0.
fn whole(value: &Value) -> Option<u64> {
    // Answers are small, so nothing is lost.
    value
        .as_f64()
        .filter(|number| number.fract() == 0.0 && (0.0..=255.0).contains(number))
        .map(|number| number as u64)
}

/// Whether this answer counts by itself. Programs that write every number with a point exist, and a danger answer of
/// theirs must not be refused for it.
fn counts_by_itself(of: &Instrument, item: &Item, number: u64) -> bool {
    of.urgent_items.iter().any(|urgent| urgent.item == item.id && number >= u64::from(urgent.min))
}

/// A total may be sent and must agree; with a form that has none, none agrees.
fn total(sent: Option<Value>, score: &Score, reader: &mut Reader) {
    match sent {
        None => {}
        Some(sent) if !sent.is_number() => reader.wrong("/total", "wrong_type", "Must be a whole number."),
        Some(sent) if sent.as_u64().is_some_and(|sent| score.total.map(u64::from) == Some(sent)) => {}
        Some(_) => reader.wrong("/total", "total_disagrees", "Must be what the answers come to."),
    }
}

#[cfg(test)]
mod tests;
