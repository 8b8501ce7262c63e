//! What the document must have at every operation; reads the text that is served, not the types behind it.

use std::{collections::BTreeSet, fmt, sync::OnceLock};

use serde_json::{Value, json};

/// The document.
pub fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| serde_json::from_str(attune::openapi::text()).expect("JSON"))
}

/// One operation of the document.
pub struct Operation {
    /// In capitals.
    pub method: String,
    /// With its parameters in braces.
    pub path: String,
    /// What the document says.
    pub body: &'static Value,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

impl Operation {
    /// Whether it is this one.
    pub fn is(&self, method: &str, path: &str) -> bool {
        self.method == method && self.path == path
    }

    /// Whether it needs a sign-in.
    pub fn is_secured(&self) -> bool {
        self.body["security"] != json!([])
    }

    /// The example of its body, if it takes one.
    pub fn example(&self) -> Option<Value> {
        let schema = self.body.pointer("/requestBody/content/application~1json/schema")?;
        let schema = match schema.get("oneOf").and_then(Value::as_array) {
            Some(either) => either.iter().find(|one| one.get("$ref").is_some())?,
            None => schema,
        };
        resolved(schema).get("example").cloned()
    }

    fn parameters(&self) -> impl Iterator<Item = &'static Value> {
        self.body.get("parameters").and_then(Value::as_array).into_iter().flatten()
    }

    fn responses(&self) -> impl Iterator<Item = (u16, &'static Value)> {
        let responses = self.body["responses"].as_object().expect("responses").iter();
        responses.map(|(status, response)| (status.parse().expect("a status"), response))
    }
}

/// Every operation.
pub fn operations() -> Vec<Operation> {
    let paths = document()["paths"].as_object().expect("paths");
    let operations: Vec<Operation> = paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().expect("methods").iter().map(move |(method, body)| Operation {
                method: method.to_uppercase(),
                path: path.clone(),
                body,
            })
        })
        .collect();
    assert!(operations.len() >= 35, "only {}", operations.len());
    operations
}

/// What a reference leads to.
fn resolved(value: &'static Value) -> &'static Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(target) => document()
            .pointer(target.trim_start_matches('#'))
            .unwrap_or_else(|| panic!("{target} leads nowhere")),
        None => value,
    }
}

#[test]
fn the_document_is_openapi_3_1() {
    assert!(document()["openapi"].as_str().expect("text").starts_with("3.1."));
    assert_eq!(document()["info"]["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn every_operation_is_named_described_and_can_succeed() {
    let mut names = BTreeSet::new();
    let tags: Vec<&str> =
        document()["tags"].as_array().expect("tags").iter().filter_map(|tag| tag["name"].as_str()).collect();
    for operation in operations() {
        let name = operation.body["operationId"].as_str().unwrap_or_default().to_owned();
        assert!(!name.is_empty(), "{operation} has no operationId");
        assert!(names.insert(name.clone()), "{operation}: the operationId {name} is taken");
        assert!(
            !operation.body["summary"].as_str().unwrap_or_default().is_empty(),
            "{operation} has no summary"
        );
        let tag = operation.body["tags"][0].as_str().unwrap_or_default();
        assert!(tags.contains(&tag), "{operation}: the tag {tag:?} is not described");
        assert!(
            operation.responses().any(|(status, _)| (200..300).contains(&status)),
            "{operation} never succeeds"
        );
    }
}

/// FND-16.
#[test]
fn every_documented_refusal_is_a_problem_document() {
    for operation in operations() {
        let statuses: Vec<u16> = operation.responses().map(|(status, _)| status).collect();
        assert!(statuses.contains(&400) && statuses.contains(&500), "{operation}: {statuses:?}");
        for (status, response) in operation.responses().filter(|(status, _)| *status >= 400) {
            // Not ready is an answer of its own: it says which part is not.
            if operation.is("GET", "/health/ready") && status == 503 {
                continue;
            }
            let content = resolved(response)["content"].as_object();
            let content = content.unwrap_or_else(|| panic!("{operation}: {status} has no content"));
            assert_eq!(
                content.keys().collect::<Vec<_>>(),
                ["application/problem+json"],
                "{operation} {status}"
            );
            let schema = &content["application/problem+json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/Problem", "{operation} {status}");
        }
    }
}

#[test]
fn every_body_is_described_with_an_example() {
    for operation in operations() {
        let takes = matches!(operation.method.as_str(), "POST" | "PUT" | "PATCH");
        assert_eq!(operation.body.get("requestBody").is_some(), takes, "{operation}");
        if takes {
            assert!(
                operation.example().is_some_and(|example| example.is_object()),
                "{operation} shows no example"
            );
            for status in ["413", "415", "422"] {
                assert!(operation.body["responses"].get(status).is_some(), "{operation} without {status}");
            }
        }
    }
}

#[test]
fn every_path_parameter_is_described() {
    for operation in operations() {
        let in_path: Vec<&str> =
            operation.path.split('{').skip(1).filter_map(|part| part.split('}').next()).collect();
        let described: Vec<&str> = operation
            .parameters()
            .filter(|parameter| parameter["in"] == "path")
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();
        assert_eq!(in_path, described, "{operation}");
        assert!(in_path.is_empty() || operation.body["responses"].get("404").is_some(), "{operation}");
    }
}

/// FND-20.
#[test]
fn no_secret_travels_in_an_address() {
    let mut seen = 0;
    for operation in operations() {
        for parameter in operation.parameters().filter(|parameter| parameter["in"] != "header") {
            let name = parameter["name"].as_str().expect("text").to_lowercase();
            for secret in [
                "token",
                "password",
                "secret",
                "code",
                "email",
                "authorization",
                "session",
                "api_key",
                "name",
            ] {
                assert!(!name.contains(secret), "{operation}: {name}");
            }
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}

/// FND-21, FND-22.
#[test]
fn headers_that_an_operation_reads_are_described() {
    for operation in operations() {
        let header = |name: &str| operation.parameters().find(|p| p["in"] == "header" && p["name"] == name);
        let creates = operation.method == "POST"
            && operation.body["responses"].get("201").is_some()
            && !operation.path.starts_with("/v1/auth/");
        let key = header("Idempotency-Key");
        assert_eq!(key.is_some(), creates, "{operation}");
        assert!(key.is_none_or(|key| key["required"] != json!(true)), "{operation}");
        let tag = header("If-Match").map(|tag| tag["required"] == json!(true));
        match operation.method.as_str() {
            "PATCH" => assert_eq!(tag, Some(true), "{operation}"),
            "DELETE" | "POST" => assert_ne!(tag, Some(true), "{operation}"),
            _ => assert_eq!(tag, None, "{operation}"),
        }
    }
}
