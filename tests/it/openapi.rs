//! The document: what is committed is what the code says, it is complete, and the server does what it says.

pub mod document;
mod shape;

use actix_web::{http::Method, test::TestRequest};
use serde_json::json;

use crate::support::{Backend, Options, Person, TestApp, both_databases, leak, path::named};
use document::{Operation, document, operations};

#[test]
fn the_committed_document_is_the_one_of_the_code() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/openapi.json");
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    // Not assert_eq, which would print both.
    assert!(
        committed == attune::openapi::text(),
        "openapi/openapi.json is out of date. Look at what changes and commit it with the code:\n\
         cargo run -- openapi > openapi/openapi.json"
    );
}

/// A path of the document as a request would have it.
fn concrete(path: &str) -> String {
    named(path).replace("{id}", "0191e7c2-93a4-7c3e-8f00-00000000ab1e")
}

both_databases! {
    /// FND-15: only what is documented answers, and no header changes that.
    async fn any_other_method_is_405_and_says_which_would_do(app: TestApp) {
        let all = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];
        let mut refused = 0;
        for (path, item) in document()["paths"].as_object().expect("paths") {
            let offered: Vec<String> = item.as_object().expect("methods").keys().map(|m| m.to_uppercase()).collect();
            for method in all.iter().filter(|method| !offered.contains(&(**method).to_owned())) {
                let request = TestRequest::with_uri(&concrete(path))
                    .method(Method::from_bytes(method.as_bytes()).expect("a method"))
                    .insert_header(("X-HTTP-Method-Override", offered[0].as_str()));
                let answer = app.send(request).await;
                assert_eq!(answer.status, 405, "{method} {path}: {}", answer.body);
                assert_eq!(answer.header("content-type"), "application/problem+json", "{method} {path}");
                let mut allowed: Vec<&str> = answer.header("allow").split(", ").collect();
                allowed.sort_unstable();
                let mut wanted: Vec<&str> = offered.iter().map(String::as_str).collect();
                wanted.sort_unstable();
                assert_eq!(allowed, wanted, "{method} {path}");
                refused += 1;
            }
        }
        assert!(refused > 150, "{refused}");
    }

    /// FND-16: what the framework refuses looks like what we refuse.
    async fn every_refusal_is_a_problem_document(app: TestApp) {
        let maya = app.parent("Maya").await;
        let json = ("Content-Type", "application/json");
        let cases = [
            (404, TestRequest::get().uri("/")),
            (404, TestRequest::get().uri("/v1/nothing-here")),
            (404, TestRequest::get().uri("/v1/babies/")),
            (404, TestRequest::get().uri("/v1/../etc/passwd")),
            (404, TestRequest::get().uri("/v1/babies/not-an-id")),
            (404, TestRequest::get().uri("/v1/babies/%00")),
            (400, TestRequest::get().uri("/v1/babies?limit=x")),
            (400, TestRequest::get().uri("/v1/me?a=1")),
            (414, TestRequest::get().uri(&format!("/v1/me?{}", "a".repeat(9000)))),
            (431, TestRequest::get().uri("/v1/me").insert_header(("X-Long", "a".repeat(17_000)))),
            (415, TestRequest::post().uri("/v1/babies").set_payload("{}")),
            (400, TestRequest::post().uri("/v1/babies").insert_header(json).set_payload("{")),
            (413, TestRequest::post().uri("/v1/babies").insert_header(json).set_payload(vec![b' '; 65_537])),
            (422, TestRequest::post().uri("/v1/babies").insert_header(json).set_payload("[]")),
        ];
        for (status, request) in cases {
            let request = request.insert_header(("Authorization", format!("Bearer {}", maya.token)));
            let answer = app.send(request).await.expect(status);
            assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.body);
            assert_eq!(answer.at("/status"), status);
            assert!(answer.text("/type").starts_with("/problems/"), "{}", answer.body);
            for member in ["title", "detail", "code"] {
                assert!(!answer.text(&format!("/{member}")).is_empty(), "{}", answer.body);
            }
            leak::nothing_leaks(&answer.body.to_string());
        }
    }

    /// FND-27: what the document shows as an example is taken as it stands, but for secrets and names of rows.
    async fn every_example_is_accepted(app: TestApp) {
        let (maya, asha) = (app.parent("Example").await, app.doula("Asha").await);
        let baby = app.baby(&maya, 20).await;
        let link = app.link(&maya, &asha, &["check_ins", "screenings"], false).await;
        app.check_in(&maya, json!({"mood": 5, "contact_me": true})).await;
        let form = json!({"instrument": "gad-2", "answers": [0, 0]});
        let form = app.post(&maya, "/v1/screenings", form).await.text("/screening/id").to_owned();
        let flag = app.get(&asha, "/v1/flags").await.text("/data/0/id").to_owned();
        let bea = app.doula("Bea").await;
        let code = app.post(&bea, "/v1/invitations", json!({})).await.text("/code").to_owned();
        let entry = app.check_in(&maya, json!({"mood": 5})).await.text("/check_in/id").to_owned();
        let mut leftover = operations().into_iter().filter(|operation| operation.example().is_some()).collect::<Vec<_>>();
        // In this order: registering comes before signing in, moving the clock comes last.
        for (method, path, id, secret, who, status) in [
            ("POST", "/v1/auth/register", "", None, None, 201),
            ("POST", "/v1/auth/login", "", None, None, 200),
            ("POST", "/v1/babies", "", None, Some(&maya), 201),
            ("PATCH", "/v1/babies/{id}", baby.as_str(), None, Some(&maya), 200),
            ("POST", "/v1/check-ins", "", None, Some(&maya), 201),
            ("PATCH", "/v1/check-ins/{id}", entry.as_str(), None, Some(&maya), 200),
            ("POST", "/v1/check-ins/usuals/{measure}/restarts", "", None, Some(&maya), 201),
            ("POST", "/v1/clients/{id}/usuals/{measure}/restarts", maya.id.as_str(), None, Some(&asha), 201),
            ("POST", "/v1/screenings", "", None, Some(&maya), 201),
            ("PATCH", "/v1/screenings/{id}", form.as_str(), None, Some(&maya), 200),
            ("POST", "/v1/clients/{id}/screenings", maya.id.as_str(), None, Some(&asha), 201),
            ("PATCH", "/v1/me", "", None, Some(&maya), 200),
            ("PATCH", "/v1/practice/rules/{rule}", "", None, Some(&asha), 200),
            ("PUT", "/v1/resources/{slug}/feedback", "", None, Some(&maya), 200),
            ("POST", "/v1/invitations", "", None, Some(&asha), 201),
            ("POST", "/v1/care-links", "", Some(("code", &code)), Some(&maya), 201),
            ("PATCH", "/v1/care-links/{id}", link.as_str(), None, Some(&maya), 200),
            ("POST", "/v1/flags/{id}/transitions", flag.as_str(), None, Some(&asha), 200),
            ("POST", "/v1/auth/refresh", "", Some(("refresh_token", &bea.refresh_token)), None, 200),
            ("POST", "/v1/auth/logout", "", Some(("refresh_token", &bea.refresh_token)), None, 204),
            ("POST", "/v1/sandbox/clock", "", None, None, 200),
        ] {
            let found = leftover.iter().position(|operation| operation.is(method, path));
            let operation = leftover.remove(found.unwrap_or_else(|| panic!("{method} {path} shows no example")));
            let mut body = operation.example().expect("filtered");
            if let Some((field, value)) = secret {
                body[field] = json!(value);
            }
            let path = concrete(&path.replace("{id}", id));
            let answer = app.send(request(&app, who, method, &path).await.set_json(&body)).await;
            assert_eq!(answer.status, status, "{method} {path} {body}: {}", answer.body);
        }
        let leftover: Vec<String> = leftover.iter().map(Operation::to_string).collect();
        assert_eq!(leftover, [""; 0], "add these here: an example that nobody tried may be wrong");
    }
}

/// A request as somebody, with the tag of what it is about to change.
async fn request(app: &TestApp, who: Option<&Person>, method: &str, path: &str) -> TestRequest {
    let mut request =
        TestRequest::with_uri(path).method(Method::from_bytes(method.as_bytes()).expect("a method"));
    if let Some(person) = who {
        request = request.insert_header(("Authorization", format!("Bearer {}", person.token)));
        if method == "PATCH" {
            let tag = app.get(person, path).await.header("etag").to_owned();
            request = request.insert_header(("If-Match", tag));
        }
    }
    request
}

#[actix_web::test]
async fn the_document_and_its_page_are_served_unless_they_are_turned_off() {
    let app = TestApp::on(Backend::Sqlite).await.expect("always there");
    let served = app.anonymous(TestRequest::get().uri("/openapi.json")).await.expect(200);
    assert_eq!(served.header("content-type"), "application/json");
    assert_eq!(served.bytes, attune::openapi::text().as_bytes());
    let redirect = app.anonymous(TestRequest::get().uri("/docs")).await.expect(308);
    assert_eq!(redirect.header("location"), "/docs/");
    let page = app.anonymous(TestRequest::get().uri("/docs/")).await.expect(200);
    assert!(page.header("content-type").starts_with("text/html"), "{:?}", page.headers);
    let text = String::from_utf8_lossy(&page.bytes);
    assert!(!text.contains("http://") && !text.contains("https://"), "the page needs the internet: {text}");

    let mut options = Options::default();
    options.settings.push(("docs_enabled", "false".to_owned()));
    let app = TestApp::with(Backend::Sqlite, options).await.expect("always there");
    for path in ["/openapi.json", "/docs", "/docs/", "/docs/index.html"] {
        let answer = app.anonymous(TestRequest::get().uri(path)).await.expect(404);
        assert_eq!(answer.text("/code"), "not_found");
    }
    assert_eq!(app.anonymous(TestRequest::get().uri("/health/live")).await.status, 200);
}

#[test]
fn the_document_says_where_signing_in_is_needed() {
    let scheme = &document()["components"]["securitySchemes"]["access_token"];
    assert_eq!((&scheme["type"], &scheme["scheme"]), (&json!("http"), &json!("bearer")));
    for operation in operations() {
        let secured = operation.is_secured();
        assert_eq!(operation.body["responses"].get("403").is_some(), secured, "{operation}");
        assert!(!secured || operation.body["responses"].get("401").is_some(), "{operation}");
        let wanted = if secured { json!([{"access_token": []}]) } else { json!([]) };
        assert_eq!(operation.body["security"], wanted, "{operation}");
    }
}
