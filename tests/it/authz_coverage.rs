//! Who may call what: a row for every operation of the document, and every row is tried.
//!
//! A new operation fails here until somebody says who it is for. What is tried of each: no token, a token that is
//! none, a sign-in that has ended, every other role; and for whatever has an id, that somebody else's looks the same
//! as one that does not exist (`foreign`).

mod foreign;
mod world;

use std::collections::BTreeSet;

use actix_web::{http::Method, test::TestRequest};
use serde_json::{Value, json};

use crate::support::{Answer, Person, TestApp, both_databases, path::named, people::PASSWORD};
use Who::{Anyone, Caller, Doula, Parent, Sandbox};
use world::World;

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Without a sign-in.
    Anyone,
    /// Whoever is signed in, as parent, doula or operator.
    Caller,
    /// A parent or a doula.
    EitherSide,
    /// A parent.
    Parent,
    /// A doula.
    Doula,
    /// Anybody on the same machine, and only in a sandbox.
    Sandbox,
}

/// Every operation, in the order of the document.
pub const TABLE: &[(&str, &str, Who)] = &[
    ("GET", "/.well-known/jwks.json", Anyone),
    ("GET", "/health/live", Anyone),
    ("GET", "/health/ready", Anyone),
    ("GET", "/metrics", Anyone),
    ("POST", "/v1/auth/login", Anyone),
    ("POST", "/v1/auth/logout", Anyone),
    ("POST", "/v1/auth/refresh", Anyone),
    ("POST", "/v1/auth/register", Anyone),
    ("GET", "/v1/auth/sessions", Caller),
    ("DELETE", "/v1/auth/sessions/{id}", Caller),
    ("GET", "/v1/babies", Parent),
    ("POST", "/v1/babies", Parent),
    ("DELETE", "/v1/babies/{id}", Parent),
    ("GET", "/v1/babies/{id}", Parent),
    ("PATCH", "/v1/babies/{id}", Parent),
    ("GET", "/v1/care-links", Who::EitherSide),
    ("POST", "/v1/care-links", Parent),
    ("DELETE", "/v1/care-links/{id}", Who::EitherSide),
    ("GET", "/v1/care-links/{id}", Who::EitherSide),
    ("PATCH", "/v1/care-links/{id}", Parent),
    ("GET", "/v1/changes", Parent),
    ("GET", "/v1/check-ins", Parent),
    ("POST", "/v1/check-ins", Parent),
    ("GET", "/v1/check-ins/chart.svg", Parent),
    ("GET", "/v1/check-ins/summary", Parent),
    ("GET", "/v1/check-ins/usuals", Parent),
    ("POST", "/v1/check-ins/usuals/{measure}/restarts", Parent),
    ("DELETE", "/v1/check-ins/usuals/{measure}/restarts/{from}", Parent),
    ("DELETE", "/v1/check-ins/{id}", Parent),
    ("GET", "/v1/check-ins/{id}", Parent),
    ("PATCH", "/v1/check-ins/{id}", Parent),
    ("GET", "/v1/check-ins/{id}/revisions", Parent),
    ("GET", "/v1/clients", Doula),
    ("GET", "/v1/clients/{id}", Doula),
    ("GET", "/v1/clients/{id}/chart.svg", Doula),
    ("GET", "/v1/clients/{id}/check-ins", Doula),
    ("GET", "/v1/clients/{id}/screenings", Doula),
    ("POST", "/v1/clients/{id}/screenings", Doula),
    ("GET", "/v1/clients/{id}/screenings/offers", Doula),
    ("GET", "/v1/clients/{id}/summary", Doula),
    ("GET", "/v1/clients/{id}/usuals", Doula),
    ("POST", "/v1/clients/{id}/usuals/{measure}/restarts", Doula),
    ("DELETE", "/v1/clients/{id}/usuals/{measure}/restarts/{from}", Doula),
    ("GET", "/v1/flags", Doula),
    ("GET", "/v1/flags/{id}", Doula),
    ("POST", "/v1/flags/{id}/transitions", Doula),
    ("GET", "/v1/help", Anyone),
    ("GET", "/v1/instruments", Anyone),
    ("GET", "/v1/instruments/{instrument}", Anyone),
    ("POST", "/v1/invitations", Doula),
    ("GET", "/v1/me", Caller),
    ("PATCH", "/v1/me", Caller),
    ("GET", "/v1/me/flags", Parent),
    ("GET", "/v1/practice/rules", Doula),
    ("GET", "/v1/practice/rules/history", Doula),
    ("GET", "/v1/practice/rules/{rule}", Doula),
    ("PATCH", "/v1/practice/rules/{rule}", Doula),
    ("GET", "/v1/resources", Anyone),
    ("GET", "/v1/resources/{slug}", Anyone),
    ("PUT", "/v1/resources/{slug}/feedback", Parent),
    ("POST", "/v1/sandbox/clock", Sandbox),
    ("GET", "/v1/screenings", Parent),
    ("POST", "/v1/screenings", Parent),
    ("GET", "/v1/screenings/offers", Parent),
    ("DELETE", "/v1/screenings/{id}", Parent),
    ("GET", "/v1/screenings/{id}", Parent),
    ("PATCH", "/v1/screenings/{id}", Parent),
    ("GET", "/v1/suggestions", Parent),
];

impl Who {
    /// Whether a role may call.
    fn includes(self, role: &str) -> bool {
        match self {
            Anyone | Caller | Sandbox => true,
            Self::EitherSide => role != "operator",
            Parent => role == "parent",
            Doula => role == "doula",
        }
    }

    fn needs_a_sign_in(self) -> bool {
        !matches!(self, Anyone | Sandbox)
    }
}

/// ACC-1: no operation without a row, no row without an operation.
#[test]
fn every_operation_has_a_row() {
    let document: Value = serde_json::from_str(attune::openapi::text()).expect("JSON");
    let mut wanted = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            let method = method.to_uppercase();
            let row = TABLE.iter().find(|(m, p, _)| *m == method && p == path);
            let (_, _, who) = row.unwrap_or_else(|| panic!("who may call {method} {path}? Add a row"));
            assert_eq!(
                (operation["security"] != serde_json::json!([])),
                who.needs_a_sign_in(),
                "{method} {path}"
            );
            wanted.insert((method, path.clone()));
        }
    }
    let rows: BTreeSet<(String, String)> =
        TABLE.iter().map(|(m, p, _)| ((*m).to_owned(), (*p).to_owned())).collect();
    assert_eq!(rows, wanted);
    assert_eq!(rows.len(), TABLE.len(), "a row is there twice");
}

/// A request of a row, with a body that is fine for it.
pub fn request(method: &str, path: &str, id: &str) -> TestRequest {
    let concrete = named(path).replace("{id}", id);
    let request =
        TestRequest::with_uri(&concrete).method(Method::from_bytes(method.as_bytes()).expect("a method"));
    match fine_body(method, path) {
        Some(body) => request.set_json(body),
        None => request,
    }
}

/// The same as somebody.
pub fn signed(person: &Person, method: &str, path: &str, id: &str) -> TestRequest {
    request(method, path, id).insert_header(("Authorization", format!("Bearer {}", person.token)))
}

/// A body that is fine, if the operation takes one.
pub fn fine_body(method: &str, path: &str) -> Option<Value> {
    Some(match (method, path) {
        ("POST", "/v1/auth/login") => json!({"email": "maya@example.org", "password": PASSWORD}),
        ("POST", "/v1/auth/register") => json!({
            "email": "rosa@example.org", "password": PASSWORD, "display_name": "Rosa", "role": "parent",
            "time_zone": "Europe/London"
        }),
        ("POST", "/v1/auth/logout" | "/v1/auth/refresh") => json!({"refresh_token": "not one"}),
        ("POST" | "PATCH", "/v1/babies" | "/v1/babies/{id}") => json!({"name": "Noor"}),
        ("POST", "/v1/care-links") => {
            json!({"code": "7Q2M-X0KD-93FA-TT5C-1RWN-PZ84-HB6E", "scopes": ["flags"], "private_danger": false})
        }
        ("PATCH", "/v1/care-links/{id}") => {
            json!({"scopes": ["flags", "check_ins", "notes", "screenings"]})
        }
        ("POST", "/v1/check-ins") => json!({"mood": 6}),
        ("PATCH", "/v1/check-ins/{id}") => json!({"mood": 5}),
        ("POST", restarts) if restarts.ends_with("/restarts") => json!({"reason": "Back at work."}),
        ("POST", "/v1/flags/{id}/transitions") => json!({"to": "acknowledged"}),
        ("POST", "/v1/invitations") => json!({}),
        ("PATCH", "/v1/me") => json!({"display_name": "Somebody"}),
        ("PATCH", "/v1/practice/rules/{rule}") => json!({"settings": {"line": 4}, "reason": "Sooner."}),
        ("PUT", "/v1/resources/{slug}/feedback") => json!({"tried": true}),
        ("POST", "/v1/screenings" | "/v1/clients/{id}/screenings") => {
            json!({"instrument": "phq-2", "answers": [0, 1]})
        }
        ("PATCH", "/v1/screenings/{id}") => json!({"private": true}),
        ("POST", "/v1/sandbox/clock") => json!({"advance": "PT1S"}),
        ("POST" | "PUT" | "PATCH", _) => panic!("what would be a fine body of {method} {path}?"),
        _ => return None,
    })
}

#[track_caller]
fn refused(answer: &Answer, challenge: &str, row: &str) {
    assert_eq!((answer.status, answer.text("/code")), (401, "unauthenticated"), "{row}: {}", answer.body);
    assert_eq!(answer.header("www-authenticate"), challenge, "{row}");
}

both_databases! {
    /// ACC-1: before anything else, and whatever the id is.
    async fn nobody_gets_in_without_a_live_sign_in(app: TestApp) {
        let world = World::new(&app).await;
        let ended = world.ended(&app).await;
        for (method, path, who) in TABLE.iter().filter(|(_, _, who)| who.needs_a_sign_in()) {
            let row = format!("{method} {path} {who:?}");
            for id in [world.absent(), world.object_at(path)] {
                refused(&app.send(request(method, path, id)).await, "Bearer", &row);
                let invalid = "Bearer error=\"invalid_token\"";
                let garbage = request(method, path, id).insert_header(("Authorization", "Bearer not-a-token"));
                refused(&app.send(garbage).await, invalid, &row);
                // Before the body is looked at.
                if fine_body(method, path).is_some() {
                    refused(&app.send(request(method, path, id).set_payload("{")).await, "Bearer", &row);
                }
                refused(&app.send(signed(&ended, method, path, id)).await, invalid, &row);
                let refresh = Person { token: world.maya.refresh_token.clone(), ..world.maya.clone() };
                refused(&app.send(signed(&refresh, method, path, id)).await, invalid, &row);
            }
        }
        world.is_untouched(&app).await;
    }

    /// ACC-1, ACC-10: an operator runs the server and sees nobody.
    async fn every_other_role_is_refused(app: TestApp) {
        let world = World::new(&app).await;
        let operator = world::db_operator(&app).await;
        let mut refusals = 0;
        for (method, path, who) in TABLE {
            for (role, person) in [("parent", &world.nora), ("doula", &world.bea), ("operator", &operator)] {
                if who.includes(role) {
                    continue;
                }
                for id in [world.absent(), world.object_at(path)] {
                    let answer = app.send(signed(person, method, path, id)).await;
                    let seen = (answer.status, answer.body["code"].as_str());
                    assert_eq!(seen, (403, Some("wrong_role")), "{role} {method} {path}: {}", answer.body);
                    refusals += 1;
                }
            }
        }
        assert!(refusals > 80, "{refusals}");
        world.is_untouched(&app).await;
    }

    /// ACC-1: whoever may call gets past the door.
    async fn every_role_that_may_is_let_in(app: TestApp) {
        let world = World::new(&app).await;
        let operator = world::db_operator(&app).await;
        for (method, path, who) in TABLE.iter().filter(|(_, _, who)| who.needs_a_sign_in()) {
            for (role, person) in [("parent", &world.nora), ("doula", &world.bea), ("operator", &operator)] {
                if who.includes(role) {
                    let answer = app.send(signed(person, method, path, world.absent())).await;
                    assert!(!matches!(answer.status, 401 | 403 | 500..), "{role} {method} {path}: {}", answer.body);
                }
            }
        }
    }

    async fn what_is_for_anyone_answers_without_a_sign_in(app: TestApp) {
        let world = World::new(&app).await;
        for (method, path, who) in TABLE.iter().filter(|(_, _, who)| !who.needs_a_sign_in()) {
            let fine = match *path {
                "/v1/auth/register" => 201,
                // The token in the body is what is refused here; see below.
                "/v1/auth/logout" | "/v1/auth/refresh" => 401,
                // Counted by the running program alone, which is asked elsewhere.
                "/metrics" => 404,
                _ => 200,
            };
            let answer = app.send(request(method, path, "")).await;
            assert_eq!(answer.status, fine, "{method} {path} {who:?}: {}", answer.body);
        }
        let token = json!({"refresh_token": world.nora.refresh_token});
        for (path, status) in [("/v1/auth/refresh", 200), ("/v1/auth/logout", 204)] {
            app.send(TestRequest::post().uri(path).set_json(&token)).await.expect(status);
        }
    }
}

#[actix_web::test]
async fn the_clock_is_moved_in_a_sandbox_only() {
    use crate::support::{Backend, Options};
    let options = Options { settings: vec![], ..Options::default() };
    let app = TestApp::with(Backend::Sqlite, options).await.expect("always there");
    let before = app.now();
    let answer = app.send(request("POST", "/v1/sandbox/clock", "")).await.expect(404);
    assert_eq!(answer.text("/code"), "not_found");
    assert!(app.now().duration_since(before).as_secs() < 1, "the clock was moved");
}
