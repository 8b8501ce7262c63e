//! Questionnaires over the interface.
//!
//! What is shown of them is in `instruments`, sending in `send`, what refuses and what never does in `window` and `danger`,
//! what becomes of flags in `flags`, of a short form beside its full scale in `full_scale`, what they show of forms in
//! `evidence`, what is asked again in `repeat`, what is offered next in `offers`, the item that a practice names in
//! `watched`, and the doula's part in `doula`.

mod danger;
mod doula;
pub mod evidence;
mod flags;
mod full_scale;
mod instruments;
mod offers;
mod pending;
mod repeat;
mod replay;
mod send;
mod watched;
mod window;
mod wording;

use serde_json::{Value, json};

use crate::support::{Answer, Person, TestApp};

pub const SCREENINGS: &str = "/v1/screenings";

/// Sends a form and expects it to be taken.
pub async fn fill_in(app: &TestApp, parent: &Person, instrument: &str, answers: Value) -> Answer {
    let body = json!({"instrument": instrument, "answers": answers});
    app.post(parent, SCREENINGS, body).await.expect(201)
}

/// Where a form is read.
pub fn path(reply: &Answer) -> String {
    format!("{SCREENINGS}/{}", reply.text("/screening/id"))
}

/// Rule and severity of each flag in a reply.
pub fn raised(reply: &Answer) -> Vec<(&str, &str)> {
    let text = |one: &'static str, of: &Value| -> &'static str {
        of.pointer(one).and_then(Value::as_str).unwrap_or_default().to_owned().leak()
    };
    reply.list("/flags").iter().map(|flag| (text("/rule/id", flag), text("/severity", flag))).collect()
}
