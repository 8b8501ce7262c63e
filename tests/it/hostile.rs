//! Corpora that are sent to every operation of the document, so that a new one is held to them from its first day.
//!
//! What is particular to one call is tested in `input`; raw bytes in `framing`.

mod late;
mod text;

use std::collections::BTreeSet;

use actix_web::{http::Method, test::TestRequest};
use serde_json::{Value, json};

use crate::{
    authz_coverage::{TABLE, Who},
    input::body::{BROKEN, NO_OBJECT},
    openapi::document::{Operation, operations},
    support::{Answer, Backend, Person, TestApp, both_databases, leak, path::named},
};

/// A parent, her doula, and what an id in a path may name.
struct World {
    maya: Person,
    asha: Person,
    ids: Vec<(&'static str, String)>,
}

impl World {
    async fn new(app: &TestApp) -> Self {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        let baby = app.baby(&maya, 20).await;
        let link = app.link(&maya, &asha, &["check_ins", "notes", "screenings"], true).await;
        let sent = app.check_in(&maya, json!({"mood": 2, "safe_now": "unsure"})).await;
        let form = json!({"instrument": "phq-2", "answers": [0, 1]});
        let form = app.post(&maya, "/v1/screenings", form).await.expect(201);
        let ids = vec![
            ("/v1/screenings", form.text("/screening/id").to_owned()),
            ("/v1/babies", baby),
            ("/v1/care-links", link),
            ("/v1/check-ins", sent.text("/check_in/id").to_owned()),
            ("/v1/clients", maya.id.clone()),
            ("/v1/flags", sent.text("/flags/0/id").to_owned()),
        ];
        Self { maya, asha, ids }
    }

    /// Somebody who may call it.
    fn caller(&self, operation: &Operation) -> &Person {
        let row = TABLE.iter().find(|(method, path, _)| operation.is(method, path));
        if row.is_some_and(|(_, _, who)| *who == Who::Doula) { &self.asha } else { &self.maya }
    }

    /// A request without a body, as somebody.
    fn request(&self, operation: &Operation, person: &Person) -> TestRequest {
        let known = self.ids.iter().find(|(begin, _)| operation.path.starts_with(begin));
        let id = known.map_or("0191e7c2-93a4-7c3e-8f00-00000000ab1e", |(_, id)| id.as_str());
        let path = named(&operation.path).replace("{id}", id);
        TestRequest::with_uri(&path)
            .method(Method::from_bytes(operation.method.as_bytes()).expect("a method"))
            .insert_header(("Authorization", format!("Bearer {}", person.token)))
    }
}

/// Every body of the corpus with the status that it must have.
fn bodies() -> Vec<(u16, Vec<u8>)> {
    let mut all: Vec<(u16, Vec<u8>)> = BROKEN.iter().map(|body| (400, body.to_vec())).collect();
    all.extend(NO_OBJECT.iter().map(|body| (422, body.as_bytes().to_vec())));
    for name in [
        "unknown",
        "",
        "a/b",
        "~",
        "__proto__",
        "constructor",
        "ключ",
        "$where",
        "a b",
        "\u{0}",
        "' OR 1=1 --",
        "%00",
        "..",
        "\u{202e}",
        "\u{feff}mood",
        "mood ",
        "Mood",
        "mood\u{0}",
        "id",
        "user_id",
        "role",
    ] {
        all.push((422, json!({ name: "x" }).to_string().into_bytes()));
    }
    for value in [
        "null",
        "18446744073709551616",
        "-9223372036854775809",
        "1e308",
        "-0.0",
        "\"\\u0000\"",
        "{\"a\":{}}",
        "[[[]]]",
        "\"\\ud83d\\ude00\"",
        "true",
        "\"' OR 1=1\"",
        "123456789012345678901234567890.5",
    ] {
        all.push((422, format!("{{\"unknown\":{value}}}").into_bytes()));
    }
    for levels in [65, 127, 128, 1_000, 30_000] {
        all.push((400, format!("{}1{}", "[".repeat(levels), "]".repeat(levels)).into_bytes()));
        let deep = format!("{}1{}", "{\"a\":".repeat(levels.min(9_000)), "}".repeat(levels.min(9_000)));
        all.push((400, deep.into_bytes()));
    }
    all
}

/// What one database answers to all of it, and that nothing is an error of ours.
async fn answered(backend: Backend) -> Option<Vec<(String, u16, Vec<u8>)>> {
    let app = TestApp::on(backend).await?;
    let world = World::new(&app).await;
    let bodies = bodies();
    let different: BTreeSet<&Vec<u8>> = bodies.iter().map(|(_, body)| body).collect();
    assert!(different.len() >= 120, "only {}", different.len());
    let mut all = Vec::new();
    for operation in operations().iter().filter(|operation| operation.body.get("requestBody").is_some()) {
        let caller = world.caller(operation);
        let optional = operation.path == "/v1/invitations";
        for (status, body) in &bodies {
            if optional && body.is_empty() {
                continue;
            }
            let request = world
                .request(operation, caller)
                .insert_header(("Content-Type", "application/json"))
                .insert_header(("If-Match", "*"));
            let answer = app.send(request.set_payload(body.clone())).await;
            let words = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
            assert_eq!(answer.status, *status, "{operation} {words}: {}", answer.body);
            is_problem(operation, &answer);
            all.push((format!("{operation} {words}"), answer.status, answer.bytes));
        }
    }
    Some(all)
}

fn is_problem(operation: &Operation, answer: &Answer) {
    assert_eq!(answer.header("content-type"), "application/problem+json", "{operation} {}", answer.status);
    assert_eq!(answer.at("/status"), answer.status);
    leak::nothing_leaks(&answer.body.to_string());
}

/// FND-12, FND-16.
#[actix_web::test]
async fn hostile_bodies_get_the_same_answer_from_every_operation_on_both_databases() {
    let embedded = answered(Backend::Sqlite).await.expect("always there");
    assert!(embedded.len() > 120 * 12, "{}", embedded.len());
    if let Some(other) = answered(Backend::Postgres).await {
        for (one, two) in embedded.iter().zip(&other) {
            assert_eq!(one, two);
        }
        assert_eq!(embedded.len(), other.len());
    }
}

/// FND-17, FND-18.
fn has_its_headers(operation: &str, answer: &Answer, personal: bool) {
    let header = |name: &str| answer.header(name).to_owned();
    assert_eq!(header("x-content-type-options"), "nosniff", "{operation}");
    assert_eq!(header("referrer-policy"), "no-referrer", "{operation}");
    assert_eq!(header("cross-origin-resource-policy"), "same-origin", "{operation}");
    let policy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";
    assert_eq!(header("content-security-policy"), policy, "{operation}");
    assert_eq!(header("vary"), "Authorization, Origin", "{operation}");
    assert!(!header("x-request-id").is_empty(), "{operation}");
    for none in ["server", "x-powered-by", "content-encoding", "set-cookie", "access-control-allow-origin"] {
        assert_eq!(header(none), "", "{operation} {none}");
    }
    if personal || answer.status >= 400 {
        assert_eq!(header("cache-control"), "no-store", "{operation} {}", answer.status);
    }
}

both_databases! {
    /// FND-8, FND-17, FND-18, FND-24: on what succeeds and on every sort of refusal.
    async fn every_operation_has_its_headers_whatever_it_answers(app: TestApp) {
        let world = World::new(&app).await;
        let mut seen = BTreeSet::new();
        let mut all = operations();
        // What ends something comes last.
        all.sort_by_key(|operation| operation.method == "DELETE");
        for operation in &all {
            let caller = world.caller(operation).clone();
            let personal = operation.is_secured() || operation.path.starts_with("/v1/auth/");
            let base = || world.request(operation, &caller).insert_header(("Accept-Encoding", "gzip, br, zstd"));
            let json = ("Content-Type", "application/json");
            let query = format!("{}?x=1", named(&operation.path));
            let method = Method::from_bytes(operation.method.as_bytes()).expect("a method");
            let absent = TestRequest::with_uri(&query.replace("{id}", "nobody")).method(method.clone());
            let anonymous = TestRequest::with_uri(&query).method(method);
            let broken = base().insert_header(json).insert_header(("If-Match", "*")).set_payload("{");
            let long = base().insert_header(("X-Long", "x".repeat(17_000)));
            for request in [anonymous, absent, long, broken, base()] {
                let answer = app.send(request).await;
                seen.insert(answer.status);
                has_its_headers(&operation.to_string(), &answer, personal);
            }
        }
        assert!([200, 204, 400, 401, 404, 415, 431].iter().all(|status| seen.contains(status)), "{seen:?}");
        assert!(seen.iter().all(|status| *status < 500), "{seen:?}");
    }

    /// FND-14: from the document, so that no operation is forgotten.
    async fn no_operation_takes_unknown_or_repeated_parameters_or_a_body_on_get(app: TestApp) {
        let world = World::new(&app).await;
        let mut refused = 0;
        for operation in operations() {
            let caller = world.caller(&operation);
            let path = world.request(&operation, caller).to_http_request().path().to_owned();
            let mut queries = vec!["unknown_thing=1".to_owned(), "%00=".to_owned(), "a=1&a=2".to_owned()];
            let parameters = operation.body.get("parameters").and_then(Value::as_array).into_iter().flatten();
            for name in parameters.filter(|one| one["in"] == "query").filter_map(|one| one["name"].as_str()) {
                queries.push(format!("{name}=1&{name}=1"));
            }
            for query in queries {
                let request = world.request(&operation, caller).uri(&format!("{path}?{query}"));
                let request = request.insert_header(("If-Match", "*")).insert_header(("Content-Type", "application/json"));
                // A check-in is read first: beside a danger answer nothing else is refused.
                let body = if operation.path == "/v1/check-ins" { "{\"mood\":5}" } else { "{}" };
                let reads = operation.method == "GET";
                let answer = app.send(if reads { request } else { request.set_payload(body) }).await;
                assert_eq!((answer.status, answer.text("/code")), (400, "bad_parameter"), "{operation} {query}");
                is_problem(&operation, &answer);
                refused += 1;
            }
            if operation.method == "GET" {
                let with_body = world.request(&operation, caller).insert_header(("Content-Length", "2"));
                let answer = app.send(with_body.set_payload("{}")).await;
                assert_eq!(answer.status, 400, "{operation}");
                refused += 1;
            }
        }
        assert!(refused > 150, "{refused}");
    }

    /// FND-19: no origin is allowed, whatever it looks like.
    async fn no_origin_may_read_an_answer(app: TestApp) {
        let maya = app.parent("Maya").await;
        for origin in [
            "null", "https://attune.test", "http://localhost", "http://localhost:3000", "http://127.0.0.1:8080",
            "https://attune.test.evil.example", "https://evilattune.test", "https://attune.test@evil.example",
            "file://", "https://ATTUNE.test", "chrome-extension://abcdef", "https://evil.example, https://attune.test",
        ] {
            for path in ["/v1/me", "/v1/check-ins", "/v1/help", "/v1/nothing"] {
                let signed = ("Authorization", format!("Bearer {}", maya.token));
                let read = TestRequest::get().uri(path).insert_header(signed).insert_header(("Origin", origin));
                let asked = TestRequest::with_uri(path)
                    .method(Method::OPTIONS)
                    .insert_header(("Origin", origin))
                    .insert_header(("Access-Control-Request-Method", "POST"))
                    .insert_header(("Access-Control-Request-Headers", "authorization"));
                for request in [read, asked] {
                    let answer = app.send(request).await;
                    let named = answer.headers.keys().find(|name| name.as_str().starts_with("access-control"));
                    assert_eq!(named, None, "{origin} {path}");
                    assert!(answer.header("vary").contains("Origin"));
                }
            }
        }
    }
}
