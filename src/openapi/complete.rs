//! The last touches on the document as JSON, by rules that hold for every operation and schema alike.
//!
//! Bodies of requests are closed, because unknown fields are refused. Fields of replies are required, because
//! they are always sent, but for the few in [`MAY_BE_ABSENT`]; a test holds that list against the views.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{headers, precise, words};

/// Fields of replies that may be missing, by schema. Those after the bar may be null as well when they are there.
const MAY_BE_ABSENT: &[(&str, &[&str], &[&str])] = &[
    ("CheckInView", &["tags"], &["note"]),
    ("ScreeningView", &["subscales"], &[]),
    ("BandView", &["label"], &[]),
    ("MeasuresView", &[], &["connection"]),
    ("MeView", &["contexts"], &["check_in_cadence_days", "paused_until", "safe_contact"]),
    ("EvidenceView", &["id", "values"], &[]),
    (
        "ValuesView",
        &[
            "mood",
            "connection",
            "anxiety",
            "sleep_hours",
            "support",
            "sped_up",
            "safe_now",
            "contact_me",
            "instrument",
            "answers",
            "total",
            "possible",
        ],
        &[],
    ),
    ("EventView", &["reason", "note", "until"], &[]),
    ("RuleChangeView", &["enabled"], &[]),
    ("RestartView", &["reason"], &[]),
    ("ClientView", &[], &["last_check_in_on"]),
    ("EmergencyView", &["date_note"], &[]),
    ("HelpLineView", &["phone", "text", "text_body", "url", "cost", "region", "date_note"], &[]),
    ("Problem", &["errors", "help", "flag", "repeat_from"], &[]),
    ("ProblemField", &["pointer", "parameter"], &[]),
];

const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];

/// Completes the document.
pub(super) fn complete(document: &mut Value) {
    name_entries_of_pages(document);
    lift_descriptions(&mut document["components"]["schemas"]);
    words::add(document);
    let requests = reachable(document, "requestBody");
    precise::add(document, &requests.into_iter().collect::<Vec<_>>());
    for name in reachable(document, "requestBody") {
        let schema = &mut document["components"]["schemas"][&name];
        if schema["type"] == "object" {
            schema["additionalProperties"] = false.into();
        }
    }
    for name in reachable(document, "responses") {
        require_all(&mut document["components"]["schemas"][&name], &name);
    }
    for (path, method, operation) in operations(document) {
        complete_operation(operation, &path, method);
    }
    describe_replies(document);
    headers::add(document);
    document["servers"] = json!([{"url": "/", "description": "The server that this document comes from."}]);
}

/// Calls every operation with its path and method.
fn operations(document: &mut Value) -> Vec<(String, &'static str, &mut Value)> {
    let paths = document["paths"].as_object_mut().into_iter().flatten();
    paths
        .flat_map(|(path, item)| {
            let slots = item.as_object_mut().into_iter().flatten();
            slots.filter_map(|(method, operation)| {
                let method = METHODS.into_iter().find(|known| known == method)?;
                Some((path.clone(), method, operation))
            })
        })
        .collect()
}

fn complete_operation(operation: &mut Value, path: &str, method: &str) {
    if operation.get("security").is_none() {
        operation["security"] = json!([]);
    }
    for parameter in list(operation, "parameters") {
        sent_or_not(parameter);
    }
    let Some(body) = operation.get_mut("requestBody") else { return };
    let content = &mut body["content"];
    let sent = &mut content["application/json"]["schema"];
    // A body that may be left out is not one that may be null.
    if let Some(schema) =
        sent["oneOf"].as_array().and_then(|either| either.iter().find(|one| one.get("$ref").is_some()))
    {
        *sent = schema.clone();
        body["required"] = false.into();
    } else if method == "patch" && path.starts_with("/v1/") {
        content["application/merge-patch+json"] = content["application/json"].clone();
    }
}

/// The entries of a member that is a list, if it is there.
fn list<'a>(value: &'a mut Value, name: &str) -> impl Iterator<Item = &'a mut Value> {
    value.get_mut(name).and_then(Value::as_array_mut).into_iter().flatten()
}

/// A parameter is sent or not; it is never null.
fn sent_or_not(parameter: &mut Value) {
    if parameter["name"] == "cursor" {
        parameter["schema"] =
            json!({"type": "string", "minLength": 1, "maxLength": 2000, "pattern": "^[!-~]+$"});
    }
    if parameter["name"] == "Idempotency-Key" {
        parameter["schema"] =
            json!({"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"});
    }
    if parameter["name"] == "q" {
        parameter["schema"]["pattern"] = precise::TEXT.into();
    }
    let schema = &mut parameter["schema"];
    if let Some(kind) = schema["type"].as_array().and_then(|kinds| kinds.iter().find(|kind| *kind != "null"))
    {
        schema["type"] = kind.clone();
    }
}

/// What is said of a field that refers to something or is null stands at the field, where readers look for it.
fn lift_descriptions(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(lift_descriptions),
        Value::Object(members) => {
            members.values_mut().for_each(lift_descriptions);
            let either = members.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten();
            let lifted = either.filter_map(|one| one.as_object_mut()?.remove("description")).next();
            if let Some(description) = lifted {
                members.insert("description".into(), description);
            }
        }
        _ => {}
    }
}

/// What the entries of a page are called, when the schema is a page of a list.
pub(super) fn entry_of_page(name: &str) -> Option<&str> {
    name.split_once("Page_").map(|(_, entry)| entry)
}

/// A page has its entries by name rather than written out again.
fn name_entries_of_pages(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    let names: BTreeSet<String> = schemas.keys().cloned().collect();
    for (name, page) in schemas {
        if let Some(entry) = entry_of_page(name).filter(|entry| names.contains(*entry)) {
            page["properties"]["data"]["items"] = json!({"$ref": format!("#/components/schemas/{entry}")});
        }
    }
}

/// A reply that nobody described says what its body is.
fn describe_replies(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    for (_, _, operation) in operations(document) {
        let replies = operation.get_mut("responses").and_then(Value::as_object_mut);
        for reply in replies.into_iter().flat_map(|replies| replies.values_mut()) {
            let target = reply["content"]["application/json"]["schema"]["$ref"].as_str().unwrap_or_default();
            let name = target.trim_start_matches("#/components/schemas/");
            let is_described = reply["description"].as_str().is_some_and(|text| !text.is_empty());
            if !is_described && reply.get("$ref").is_none() {
                reply["description"] = schemas[name]["description"].as_str().unwrap_or("Done").into();
            }
        }
    }
}

fn require_all(schema: &mut Value, name: &str) {
    let (absent, absent_or_null) = MAY_BE_ABSENT
        .iter()
        .find(|(found, ..)| *found == name)
        .map_or((&[][..], &[][..]), |row| (row.1, row.2));
    for part in list(schema, "allOf") {
        require_all(part, name);
    }
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    for property in absent {
        if let Some(property) = properties.get_mut(*property) {
            never_null(property);
        }
    }
    let may_miss = |property: &&String| {
        absent.contains(&property.as_str()) || absent_or_null.contains(&property.as_str())
    };
    let required: Vec<&String> = properties.keys().filter(|property| !may_miss(property)).collect();
    schema["required"] = json!(required);
}

fn never_null(schema: &mut Value) {
    if let Some(kind) = schema["type"].as_array().and_then(|kinds| kinds.iter().find(|kind| *kind != "null"))
    {
        schema["type"] = kind.clone();
    }
    let one = schema["oneOf"]
        .as_array()
        .and_then(|either| either.iter().find(|one| one["type"] != "null"))
        .cloned();
    if let Some(mut one) = one {
        if let Some(description) = schema.get("description") {
            one["description"] = description.clone();
        }
        *schema = one;
    }
}

/// The component schemas that the bodies or the replies of operations lead to.
fn reachable(document: &Value, part: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting: Vec<&Value> = Vec::new();
    for item in document["paths"].as_object().into_iter().flatten().map(|(_, item)| item) {
        waiting
            .extend(item.as_object().into_iter().flatten().filter_map(|(_, operation)| operation.get(part)));
    }
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(items) => waiting.extend(items),
            Value::Object(members) => {
                waiting.extend(members.values());
                let target = members.get("$ref").and_then(Value::as_str).unwrap_or_default();
                if let Some(target) =
                    document.pointer(target.trim_start_matches('#')).filter(|_| !target.is_empty())
                {
                    let name = members["$ref"]
                        .as_str()
                        .and_then(|target| target.strip_prefix("#/components/schemas/"));
                    if name.is_none_or(|name| found.insert(name.to_owned())) {
                        waiting.push(target);
                    }
                }
            }
            _ => {}
        }
    }
    found
}
