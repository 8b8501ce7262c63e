//! What the server enforces on bodies and a derived schema cannot say: characters, entries of lists, fields that
//! depend on each other, and what differs between adding and changing.

use serde_json::{Value, json};

/// No control characters but tab and line breaks: `http::value::Text`.
pub(super) const TEXT: &str = "^[^\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F-\\u009F]*$";
/// One line that is not blank and does not turn the direction of writing: `http::value::Line`.
const LINE: &str = "^[^\\u0000-\\u001F\\u007F-\\u009F\\u061C\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069]*\
    [^\\s\\u0000-\\u001F\\u007F-\\u009F\\u061C\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069]\
    [^\\u0000-\\u001F\\u007F-\\u009F\\u061C\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069]*$";

/// As [`TEXT`], and not blank.
const SAID: &str = "^[^\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F-\\u009F]*\
    [^\\s\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F-\\u009F]\
    [^\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F-\\u009F]*$";

/// Schema and property that hold one line.
const LINES: &[(&str, &str)] = &[
    ("NewAccount", "display_name"),
    ("MePatch", "display_name"),
    ("BabyBody", "name"),
    ("ClearanceBody", "given_by"),
];
/// Schema and property that hold lines of at most 40 characters.
const LINE_LISTS: &[(&str, &str)] =
    &[("NewCheckIn", "tags"), ("CheckInPatch", "tags"), ("SafeContactBody", "ways")];
/// Schemas with the answers of a check-in, and the answers on a scale from 0 to 10.
const ANSWERED: &[&str] = &["CheckInView", "ValuesView"];
const SCALES: &[&str] = &["mood", "connection", "anxiety", "support"];

/// Makes the schemas as precise as the server is. `requests` names the schemas of bodies.
pub(super) fn add(document: &mut Value, requests: &[String]) {
    let schemas = &mut document["components"]["schemas"];
    for (schema, property) in LINES {
        schemas[*schema]["properties"][*property]["pattern"] = LINE.into();
    }
    for (schema, property) in LINE_LISTS {
        schemas[*schema]["properties"][*property]["items"] =
            json!({"type": "string", "minLength": 1, "maxLength": 40, "pattern": LINE});
    }
    schemas["NewRestart"]["properties"]["reason"]["pattern"] = SAID.into();
    for schema in requests {
        let properties = schemas[schema].get_mut("properties").and_then(Value::as_object_mut);
        for property in properties.into_iter().flat_map(|properties| properties.values_mut()) {
            let is_text = property["type"] == "string" || property["type"] == json!(["string", "null"]);
            if is_text
                && property.get("format").is_none_or(|format| format == "password")
                && property.get("pattern").is_none()
            {
                property["pattern"] = TEXT.into();
            }
        }
    }
    for schema in ANSWERED {
        for scale in SCALES {
            schemas[*schema]["properties"][*scale]["maximum"] = 10.into();
        }
        let sleep = &mut schemas[*schema]["properties"]["sleep_hours"];
        (sleep["minimum"], sleep["maximum"], sleep["multipleOf"]) = (0.into(), 24.into(), json!(0.5));
    }
    // Refused rather than skipped, so that no address reaches a mail server in a form of its own.
    schemas["NewAccount"]["properties"]["email"]["pattern"] =
        "^[^\\s\"<>@]+@[^\\s\"<>@\\[\\]]+\\.[^\\s\"<>@\\[\\]]+$".into();
    schemas["ParentCard"]["properties"]["safe_contact"] = json!({
        "oneOf": [{"$ref": "#/components/schemas/SafeContactView"}, {"type": "null"}],
        "description": schemas["ParentCard"]["properties"]["safe_contact"]["description"]
    });
    schemas["Problem"]["properties"]["flag"] = json!({
        "$ref": "#/components/schemas/FlagView",
        "description": "The flag as it is; with `invalid_transition` alone."
    });
    for body in ["NewScreening", "EnteredScreening"] {
        answers(&mut schemas[body]["properties"]["answers"]);
    }
    steps(schemas);
    clock(schemas);
    babies(document);
}

/// Answers of a questionnaire: all of them in order, or by item; null where none was given.
fn answers(field: &mut Value) {
    let one = json!({"type": ["integer", "null"], "minimum": 0, "maximum": 255});
    *field = json!({
        "description": field["description"],
        "oneOf": [
            {"type": "array", "items": one, "minItems": 1, "maxItems": 100},
            {"type": "object", "additionalProperties": one, "minProperties": 1},
        ]
    });
}

/// What a step needs depends on the step.
fn steps(schemas: &mut Value) {
    let whole = schemas["TransitionBody"].clone();
    let kind = |about: &str, words: Value, required: Value| {
        let mut one = json!({"type": "object", "description": about, "required": required});
        one["properties"] = whole["properties"].clone();
        one["properties"]["to"] = json!({"type": "string", "description": "Which step.", "enum": words});
        one["properties"]["until"] = json!({"type": "null", "description": "Only a snooze has an end."});
        one
    };
    let step =
        kind("A step that leaves the flag with you.", json!(["acknowledged", "contacted"]), json!(["to"]));
    let mut close = kind(
        "A step that closes the flag, with the reason.",
        json!(["resolved", "dismissed"]),
        json!(["to", "reason"]),
    );
    let reason = &mut close["properties"]["reason"];
    (reason["type"], reason["minLength"], reason["pattern"]) = ("string".into(), 1.into(), SAID.into());
    let mut snooze = kind("Puts the flag off until an instant.", json!(["snoozed"]), json!(["to", "until"]));
    snooze["properties"]["until"] = whole["properties"]["until"].clone();
    snooze["properties"]["until"]["type"] = "string".into();
    one_of(schemas, "TransitionBody", [("StepBody", step), ("CloseBody", close), ("SnoozeBody", snooze)]);
}

/// Exactly one of the two ways to move the clock.
fn clock(schemas: &mut Value) {
    let whole = schemas["ClockMove"].clone();
    let way = |about: &str, given: &str, other: &str| {
        let mut one = whole.clone();
        one.as_object_mut().map(|members| members.remove("example"));
        (one["description"], one["required"]) = (about.into(), json!([given]));
        one["properties"][given]["type"] = "string".into();
        one["properties"].as_object_mut().map(|properties| properties.remove(other));
        one
    };
    let advance = way("How far the clock is to go.", "advance", "set");
    let set = way("Where the clock is to go.", "set", "advance");
    one_of(schemas, "ClockMove", [("ClockAdvance", advance), ("ClockSet", set)]);
}

fn one_of<const N: usize>(schemas: &mut Value, name: &str, parts: [(&str, Value); N]) {
    let mut either = Vec::new();
    for (part, schema) in parts {
        either.push(json!({"$ref": format!("#/components/schemas/{part}")}));
        schemas[part] = schema;
    }
    let whole = &schemas[name];
    schemas[name] =
        json!({"description": whole["description"], "example": whole["example"], "oneOf": either});
}

/// A baby is added and changed with the same fields; what may be left out and what may be null differs.
fn babies(document: &mut Value) {
    let schemas = &mut document["components"]["schemas"];
    let Some(patch) = schemas.as_object_mut().and_then(|schemas| schemas.remove("BabyBody")) else { return };
    let mut new = patch.clone();
    let mut clearance = schemas["ClearanceBody"].clone();
    clearance["required"] = json!(["given_by", "given_on"]);
    schemas["NewClearance"] = clearance;
    new["description"] = "A baby to be added.".into();
    let given = new["properties"]["massage_clearance"].to_string().replace("ClearanceBody", "NewClearance");
    new["properties"]["massage_clearance"] = serde_json::from_str(&given).unwrap_or_default();
    let mut patch = patch;
    patch["description"] = "What to change about a baby; what is left out stays, null empties.".into();
    patch["properties"]["hidden"]["type"] = "boolean".into();
    (schemas["NewBaby"], schemas["BabyPatch"]) = (new, patch);
    for (path, method, name) in [("/v1/babies", "post", "NewBaby"), ("/v1/babies/{id}", "patch", "BabyPatch")]
    {
        document["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"] =
            json!({"$ref": format!("#/components/schemas/{name}")});
    }
}
