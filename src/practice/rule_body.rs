//! What an admin may send to change what her practice set of one rule, read with every mistake at once.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::rule_change::Asked;
use crate::{
    error::Result,
    http::{
        field::{Fault, Field, Reader, Wire},
        json,
        value::{Instant, Text},
    },
    rules::settings::{Changed, Refused, Setting, Topic, Unit, change::Values},
};

/// Longest reason (as at a step with a flag).
const LONGEST_REASON: usize = 500;

/// A change of what a practice set of one rule. What is not named stays as it is.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({
    "settings": {"line": 4}, "reason": "We would rather hear of it early.", "until": "2027-01-31T12:00:00Z"
}))]
pub struct RuleBody {
    /// `false` switches the rule off, `true` or null on again.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    enabled: Field<bool>,
    /// A number for each name of a setting; null is what ships.
    #[serde(default)]
    #[schema(value_type = Option<std::collections::BTreeMap<String, Option<f64>>>)]
    settings: Field<Numbers>,
    /// Why, 1 to 500 characters. Every member of the practice reads it.
    #[serde(default)]
    #[schema(value_type = String, required = true, min_length = 1, max_length = 500)]
    reason: Field<Text<0, LONGEST_REASON>>,
    /// Until when what is named here counts, in the future; then it is what ships again. Without it, until it is
    /// changed.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Field<Instant>,
    #[serde(flatten)]
    #[schema(ignore)]
    rest: BTreeMap<String, Value>,
}

/// Numbers by name; null is none.
#[derive(Debug)]
struct Numbers(Vec<(String, Option<f64>)>);

impl Wire for Numbers {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        let object = value.as_object().ok_or_else(|| Fault::wrong_type("an object"))?;
        let (mut read, mut faults) = (Vec::new(), Vec::new());
        for (name, value) in object {
            match value {
                Value::Null => read.push((name.clone(), None)),
                Value::Number(number) => read.push((name.clone(), number.as_f64())),
                _ => faults.extend(Fault::under(Fault::wrong_type("a number"), escaped(name))),
            }
        }
        if faults.is_empty() { Ok(Self(read)) } else { Err(faults) }
    }
}

/// Reads what was sent for a topic.
///
/// # Errors
/// 422 that names every wrong field.
pub(super) fn read(topic: Topic, object: Map<String, Value>, now: Timestamp) -> Result<Asked> {
    let body: RuleBody = json::into_wire(object)?;
    let mut reader = Reader::default();
    reader.unknown(&body.rest);
    let mut values = Values::new();
    let named = !matches!((&body.enabled, &body.settings), (Field::Absent, Field::Absent));
    switch(&mut reader, topic, body.enabled, &mut values);
    for (name, number) in
        reader.optional("settings", body.settings).map(|numbers| numbers.0).unwrap_or_default()
    {
        let pointer = format!("/settings/{}", escaped(&name));
        match (topic.setting(&name), number) {
            (None, _) => reader.wrong(&pointer, "unknown_field", "This rule has no such setting."),
            (Some(row), None) => values.push((Changed::Value(row.id), None)),
            (Some(row), Some(number)) => match row.accept(number) {
                Ok(value) => values.push((Changed::Value(row.id), Some(value))),
                Err(refused) => {
                    let (code, detail) = said(row, refused);
                    reader.wrong(&pointer, code, detail);
                }
            },
        }
    }
    if !named || (values.is_empty() && reader.is_clean()) {
        reader.wrong("/settings", "required", "Name what is to change, here or as `enabled`.");
    }
    let wrong_reason = matches!(body.reason, Field::Wrong(_));
    let reason = reader.optional("reason", body.reason).map(|text| text.0);
    let reason = reason.filter(|text| !text.trim().is_empty());
    if reason.is_none() && !wrong_reason {
        reader.wrong("/reason", "required", "Say in a few words why.");
    }
    let until = reader.optional("until", body.until).map(|instant| instant.0);
    if until.is_some_and(|until| until <= now) {
        reader.wrong("/until", "out_of_range", "Must lie in the future.");
    }
    match reason {
        Some(reason) if reader.is_clean() => Ok(Asked { topic, values, reason, until }),
        _ => Err(reader.into_error()),
    }
}

fn switch(reader: &mut Reader, topic: Topic, enabled: Field<bool>, values: &mut Values) {
    let asked = match enabled {
        Field::Absent => return,
        Field::Null => Some(true),
        field => reader.optional("enabled", field),
    };
    match (topic, asked) {
        (_, None) => {}
        (Topic::DueTimes, _) => {
            reader.wrong("/enabled", "unknown_field", "These times cannot be switched off.");
        }
        (Topic::Rule(rule), Some(false)) if !rule.may_loosen() => reader.wrong(
            "/enabled",
            "may_not_loosen",
            "This rule cannot be switched off: it may only be made stricter.",
        ),
        (Topic::Rule(rule), Some(on)) => values.push((Changed::Switch(rule), (!on).then_some(0))),
    }
}

fn said(row: &Setting, refused: Refused) -> (&'static str, String) {
    let bounds = row.bounds_in_words();
    match refused {
        Refused::OutOfRange => ("out_of_range", format!("Must be {bounds}.")),
        Refused::MayNotLoosen => ("may_not_loosen", format!("May only be made stricter: {bounds}.")),
        Refused::BetweenSteps if row.unit == Unit::HalfHours => {
            ("out_of_range", "Must be in steps of 0.5.".to_owned())
        }
        Refused::BetweenSteps => ("out_of_range", "Must be a whole number.".to_owned()),
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rules::{RuleId, settings::SettingId};

    fn sent(topic: Topic, body: Value) -> std::result::Result<Asked, Vec<String>> {
        let Value::Object(object) = body else { panic!("an object") };
        let now = "2026-11-23T09:00:00Z".parse().expect("a literal");
        let named = |error: crate::error::Error| {
            error.fields().iter().map(|field| format!("{:?} {}", field.place, field.code)).collect()
        };
        read(topic, object, now).map_err(named)
    }

    fn wrong(topic: Topic, body: Value) -> Vec<String> {
        sent(topic, body).err().unwrap_or_default()
    }

    const LOW: Topic = Topic::Rule(RuleId::SustainedLow);
    const ELATION: Topic = Topic::Rule(RuleId::Elation);

    #[test]
    fn what_is_named_is_changed_and_null_is_what_ships() {
        let until = "2026-12-01T00:00:00Z";
        let body =
            json!({"enabled": false, "settings": {"line": 4, "share": null}, "reason": "r", "until": until});
        let asked = sent(LOW, body).expect("fine");
        let expected = vec![
            (Changed::Switch(RuleId::SustainedLow), Some(0)),
            (Changed::Value(SettingId::SustainedLowLine), Some(4)),
            (Changed::Value(SettingId::SustainedLowShare), None),
        ];
        assert_eq!(asked.values, expected);
        assert_eq!(asked.until, until.parse().ok());
        for on in [json!(true), json!(null)] {
            let asked = sent(LOW, json!({"enabled": on, "reason": "r"})).expect("fine");
            assert_eq!(asked.values, [(Changed::Switch(RuleId::SustainedLow), None)]);
        }
        let asked = sent(ELATION, json!({"settings": {"sleep": 4.5}, "reason": "r"})).expect("fine");
        assert_eq!(asked.values, [(Changed::Value(SettingId::ElationSleep), Some(9))]);
    }

    /// H25: every attempt to loosen or to switch off what may not be is refused, with the field that tried.
    #[test]
    fn h25_what_may_only_be_made_stricter_is_neither_loosened_nor_switched_off() {
        for topic in Topic::all() {
            if let Some(rule) = topic.rule().filter(|rule| !rule.may_loosen()) {
                let off = wrong(topic, json!({"enabled": false, "reason": "too many"}));
                assert_eq!(off, ["Pointer(\"/enabled\") may_not_loosen"], "{rule:?}");
            }
            for row in topic.settings().filter(|row| !row.may_loosen()) {
                let step = 1.0 / f64::from(row.unit.steps());
                let outward = if row.strictest < row.loosest { step } else { -step };
                let looser = row.unit.number(row.default) + outward;
                let said = wrong(topic, json!({"settings": {row.name: looser}, "reason": "too many"}));
                assert_eq!(said, [format!("Pointer(\"/settings/{}\") may_not_loosen", row.name)]);
            }
        }
    }

    #[test]
    fn every_mistake_has_its_pointer() {
        for (topic, body, pointer, code) in [
            (LOW, json!({"settings": {"line": 6}, "reason": "r"}), "/settings/line", "out_of_range"),
            (LOW, json!({"settings": {"line": 1}, "reason": "r"}), "/settings/line", "out_of_range"),
            (LOW, json!({"settings": {"line": 2.5}, "reason": "r"}), "/settings/line", "out_of_range"),
            (LOW, json!({"settings": {"line": "4"}, "reason": "r"}), "/settings/line", "wrong_type"),
            (LOW, json!({"settings": {"sleep": 4}, "reason": "r"}), "/settings/sleep", "unknown_field"),
            (LOW, json!({"settings": {"a/b": 4}, "reason": "r"}), "/settings/a~1b", "unknown_field"),
            (LOW, json!({"settings": [], "reason": "r"}), "/settings", "wrong_type"),
            (LOW, json!({"settings": {}, "reason": "r"}), "/settings", "required"),
            (LOW, json!({"reason": "r"}), "/settings", "required"),
            (LOW, json!({"enabled": "no", "reason": "r"}), "/enabled", "wrong_type"),
            (LOW, json!({"enabled": false}), "/reason", "required"),
            (LOW, json!({"enabled": false, "reason": " "}), "/reason", "required"),
            (LOW, json!({"enabled": false, "reason": "x".repeat(501)}), "/reason", "too_long"),
            (LOW, json!({"enabled": false, "reason": "r", "until": "soon"}), "/until", "bad_instant"),
            (
                LOW,
                json!({"enabled": false, "reason": "r", "until": "2026-11-23T09:00:00Z"}),
                "/until",
                "out_of_range",
            ),
            (LOW, json!({"enabled": false, "reason": "r", "by": "me"}), "/by", "unknown_field"),
            (Topic::DueTimes, json!({"enabled": false, "reason": "r"}), "/enabled", "unknown_field"),
        ] {
            assert_eq!(wrong(topic, body.clone()), [format!("Pointer(\"{pointer}\") {code}")], "{body}");
        }
        let body = json!({"enabled": false, "settings": {"mood": 9, "sleep": 1}, "until": "soon"});
        assert_eq!(wrong(ELATION, body).len(), 5, "all at once");
    }
}
