//! What a practice sets for its rules: who may, within which bounds, for whom it counts and until when.

mod history;
mod in_force;
mod look;
mod off;
mod replay;
mod rules;

use serde_json::{Value, json};

use crate::support::{Answer, Person, TestApp};

const RULES: &str = "/v1/practice/rules";

/// The path of one rule.
fn path(rule: &str) -> String {
    format!("{RULES}/{rule}")
}

/// Sets something as an admin and expects it to be taken.
async fn set(app: &TestApp, admin: &Person, rule: &str, body: Value) -> Answer {
    app.patch(admin, &path(rule), body).await.expect(200)
}

/// Sets one value, for good.
async fn set_value(app: &TestApp, admin: &Person, rule: &str, name: &str, value: Value) -> Answer {
    set(app, admin, rule, json!({"settings": {name: value}, "reason": "We talked about it."})).await
}

/// A setting as it is read.
async fn setting(app: &TestApp, doula: &Person, rule: &str, name: &str) -> Value {
    let view = app.get(doula, &path(rule)).await.expect(200);
    view.list("/settings").iter().find(|row| row["name"] == name).expect("a setting").clone()
}

/// The unclosed flags that a doula sees, as rule and severity.
async fn flags(app: &TestApp, doula: &Person) -> Vec<(String, String)> {
    let list = app.get(doula, "/v1/flags?limit=100").await.expect(200);
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let mut flags: Vec<_> =
        list.list("/data").iter().map(|flag| (text(&flag["rule"]["id"]), text(&flag["severity"]))).collect();
    flags.sort_unstable();
    flags
}

/// An instant up to its minute: the clock of a test runs on while it acts.
#[track_caller]
fn minute(instant: &Value) -> String {
    instant.as_str().expect("an instant")[..16].to_owned()
}

fn flag(rule: &str, severity: &str) -> (String, String) {
    (rule.to_owned(), severity.to_owned())
}
