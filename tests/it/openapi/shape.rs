//! The shape of bodies and replies: closed bodies, complete replies, vocabularies in step with the code.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Value, json};

use super::document::{document, operations};

/// Views with the fields that are left out at times, as the source says.
fn left_out_at_times(folder: &Path, found: &mut BTreeSet<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            left_out_at_times(&entry, found);
            continue;
        }
        let source = fs::read_to_string(&entry).expect("source");
        let (mut view, mut skips) = (String::new(), false);
        for line in source.lines().map(str::trim) {
            let line = line.trim_start_matches("pub ").trim_start_matches("pub(super) ");
            if let Some(name) = line.strip_prefix("struct ") {
                view = name.split([' ', '<', '{', '(', ';']).next().unwrap_or_default().to_owned();
            } else if line.contains("skip_serializing_if") {
                skips = true;
            } else if skips && !line.starts_with('#') && !line.starts_with("//") {
                let field = line.split(':').next().unwrap_or_default().to_owned();
                found.insert((view.clone(), field));
                skips = false;
            }
        }
    }
}

/// The types that the source gives a schema, by name, as often as they are there.
fn described_types(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            described_types(&entry, found);
            continue;
        }
        let source = fs::read_to_string(&entry).expect("source");
        let mut described = false;
        for line in source.lines().map(|line| line.trim().trim_start_matches("pub ")) {
            let kind = ["struct ", "enum "].iter().find_map(|word| line.strip_prefix(word));
            if let Some(name) = kind {
                if described {
                    found.push(name.split([' ', '<', '{', '(', ';']).next().unwrap_or_default().to_owned());
                }
                described = false;
            } else if line.starts_with("#[derive(") {
                described = line.contains("ToSchema");
            }
        }
    }
}

fn schemas() -> &'static serde_json::Map<String, Value> {
    document()["components"]["schemas"].as_object().expect("schemas")
}

/// Names of the schemas that a part of the operations leads to.
fn reached(part: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut texts: Vec<String> =
        operations().iter().map(|operation| operation.body[part].to_string()).collect();
    while let Some(text) = texts.pop() {
        for name in text.split("#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()) {
            if found.insert(name.to_owned()) {
                texts.push(schemas()[name].to_string());
            }
        }
    }
    found
}

/// FND-27: what is always sent is required, what is left out at times is not.
#[test]
fn replies_require_exactly_what_is_always_sent() {
    let mut skipped = BTreeSet::new();
    left_out_at_times(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut skipped);
    assert!(skipped.len() > 20, "{skipped:?}");
    let mut seen = 0;
    for name in reached("responses") {
        let schema = &schemas()[&name];
        let Some(properties) = schema["properties"].as_object() else { continue };
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for property in properties.keys() {
            // Written by hand where refusals are made, not by a view.
            if name.starts_with("Problem") {
                continue;
            }
            let always = !skipped.contains(&(name.clone(), property.clone()));
            assert_eq!(required.contains(&property.as_str()), always, "{name}.{property}");
            seen += 1;
        }
    }
    assert!(seen > 150, "{seen}");
}

/// FND-12, FND-27: unknown fields are refused, and the document says so.
#[test]
fn bodies_are_closed() {
    let mut seen = 0;
    for name in reached("requestBody") {
        let schema = &schemas()[&name];
        if schema["type"] == "object" {
            assert_eq!(schema["additionalProperties"], json!(false), "{name}");
            seen += 1;
        }
    }
    assert!(seen >= 15, "{seen}");
    let both: Vec<String> = reached("requestBody").intersection(&reached("responses")).cloned().collect();
    for name in both {
        assert_eq!(
            schemas()[&name]["type"],
            "string",
            "{name}: a body and a reply differ in what may be missing"
        );
    }
}

/// FND-10, FND-11, FND-22: refusals that any request can get are listed at every operation that can give them.
#[test]
fn refusals_of_every_kind_are_listed() {
    for operation in operations() {
        let lists = |status: &str| operation.body["responses"].get(status).is_some();
        assert!(lists("414") && lists("431"), "{operation}");
        let keyed = operation.body["parameters"].to_string().contains("Idempotency-Key");
        assert!(!keyed || lists("409"), "{operation}");
        assert_eq!(lists("413"), operation.body.get("requestBody").is_some(), "{operation}");
    }
    for (path, method) in [("/v1/sandbox/clock", "post"), ("/metrics", "get")] {
        assert!(document()["paths"][path][method]["responses"].get("404").is_some(), "{path}");
    }
}

#[test]
fn the_steps_of_the_document_are_those_of_the_code() {
    let kinds = schemas()["TransitionBody"]["oneOf"].as_array().expect("kinds of steps");
    let mut words = Vec::new();
    for kind in kinds.iter().filter_map(|kind| kind["$ref"].as_str()) {
        let to = &schemas()[kind.trim_start_matches("#/components/schemas/")]["properties"]["to"]["enum"];
        words.extend(to.as_array().into_iter().flatten().filter_map(Value::as_str));
    }
    assert_eq!(words, attune::flag::lifecycle::Step::WORDS);
}

/// Two types of one name would be one schema, and a generated client would read the one as the other.
#[test]
fn no_two_types_share_the_name_of_a_schema() {
    let mut found = Vec::new();
    described_types(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut found);
    assert!(found.len() > 80, "{}", found.len());
    let mut seen = BTreeSet::new();
    for name in found {
        assert!(seen.insert(name.clone()), "{name} is the name of two types");
    }
}

/// FND-27: whatever is described is used somewhere, so that no type was described and then written out in place.
#[test]
fn every_schema_is_referred_to() {
    let text = document().to_string();
    for name in schemas().keys() {
        assert!(text.contains(&format!("#/components/schemas/{name}\"")), "{name} is described and not used");
    }
}

/// A page that wrote its entries out would not have their vocabularies.
#[test]
fn pages_name_their_entries() {
    let pages: Vec<_> = schemas().iter().filter(|(name, _)| name.contains("Page_")).collect();
    assert!(pages.len() > 10, "{}", pages.len());
    for (name, page) in pages {
        assert!(page["properties"]["data"]["items"].get("$ref").is_some(), "{name}");
    }
}
