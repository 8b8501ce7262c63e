//! Hostile and careless input: refused with the same words on both databases, never an error of ours.
//!
//! Here is the head of a request: methods, sizes, ids, headers, parameters. Bodies have files of their own.

pub mod body;
mod field;

use actix_web::{http::Method, test::TestRequest};
use serde_json::json;

use crate::support::{Answer, Person, both_databases, leak};

fn signed(request: TestRequest, person: &Person, path: &str) -> TestRequest {
    request.uri(path).insert_header(("Authorization", format!("Bearer {}", person.token)))
}

/// Every refusal is a problem document that says nothing of how the server is made.
#[track_caller]
fn is_problem(answer: &Answer) {
    assert!(answer.status < 500, "{} {}", answer.status, answer.body);
    assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.body);
    assert_eq!(answer.at("/status"), answer.status);
    assert_eq!(answer.text("/type"), format!("/problems/{}", answer.text("/code")));
    assert!(answer.at("/title").is_string() && answer.at("/detail").is_string());
    leak::nothing_leaks(&answer.body.to_string());
}

fn is_made_by_the_server(id: &str) -> bool {
    id.len() == 36 && id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

both_databases! {
    /// FND-15, FND-16.
    async fn what_is_not_offered_says_what_is(app: TestApp) {
        let maya = app.parent("Maya").await;
        for (path, methods) in [
            ("/v1/check-ins", vec!["GET", "POST"]),
            ("/v1/check-ins/0199f0a2-7c1e-7a52-9d4b-0a4f5ce1b001", vec!["DELETE", "GET", "PATCH"]),
            ("/v1/babies/0199f0a2-7c1e-7a52-9d4b-0a4f5ce1b001", vec!["DELETE", "GET", "PATCH"]),
            ("/v1/auth/login", vec!["POST"]),
            ("/v1/help", vec!["GET"]),
            ("/v1/resources/six-slow-breaths/feedback", vec!["PUT"]),
        ] {
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND"] {
                if methods.contains(&method) {
                    continue;
                }
                let name = Method::from_bytes(method.as_bytes()).expect("a method");
                let refused =
                    app.send(signed(TestRequest::default().method(name), &maya, path)).await.expect(405);
                is_problem(&refused);
                let mut allowed: Vec<&str> = refused
                    .header("allow")
                    .split(", ")
                    .filter(|m| !matches!(*m, "HEAD" | "OPTIONS"))
                    .collect();
                allowed.sort_unstable();
                assert_eq!(allowed, methods, "{method} {path}");
                assert_eq!(refused.at("/code"), "method_not_allowed");
            }
        }
    }

    async fn a_method_in_a_header_is_ignored(app: TestApp) {
        let maya = app.parent("Maya").await;
        for name in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
            let request = signed(TestRequest::get(), &maya, "/v1/check-ins").insert_header((name, "DELETE"));
            app.send(request).await.expect(200);
        }
    }

    async fn unknown_paths_are_problem_documents(app: TestApp) {
        let maya = app.parent("Maya").await;
        for path in [
            "/",
            "/v1",
            "/v1/",
            "/v2/check-ins",
            "/v1/check-ins/",
            "/v1//check-ins",
            "/v1/checkins",
            "/v1/check-ins/%00",
            "/%2e%2e/etc/passwd",
            "/v1/check-ins/%ff",
            "/wp-login.php",
        ] {
            let refused = app.get(&maya, path).await.expect(404);
            is_problem(&refused);
            assert_eq!(refused.at("/code"), "not_found", "{path}");
        }
    }

    async fn a_body_may_have_64_kib_and_no_more(app: TestApp) {
        let maya = app.parent("Maya").await;
        let body = |length: usize| format!("{}{}", r#"{"mood":5}"#, " ".repeat(length - 10));
        let request = |length: usize| {
            signed(TestRequest::post(), &maya, "/v1/check-ins")
                .insert_header(("Content-Type", "application/json"))
                .set_payload(body(length))
        };
        app.send(request(65_536)).await.expect(201);
        for length in [65_537, 200_000] {
            // Once with its length in the head, and once with a head that promises less than comes.
            let declared = app.send(request(length)).await.expect(413);
            is_problem(&declared);
            let streamed =
                app.send(request(length).insert_header(("Content-Length", "10"))).await.expect(413);
            assert_eq!(streamed.at("/code"), "body_too_large");
        }
        let lied = request(10).insert_header(("Content-Length", "1000000000000"));
        app.send(lied).await.expect(413);
        let unknown_first = TestRequest::post()
            .uri("/v1/check-ins")
            .insert_header(("Content-Type", "application/json"))
            .set_payload(body(70_000));
        app.anonymous(unknown_first).await.expect(401);
    }

    /// FND-10.
    async fn targets_and_headers_have_their_limits(app: TestApp) {
        let maya = app.parent("Maya").await;
        for path in [format!("/v1/check-ins?cursor={}", "x".repeat(8200)), format!("/{}", "x".repeat(8200))] {
            let refused = app.get(&maya, &path).await.expect(414);
            is_problem(&refused);
        }
        app.get(&maya, &format!("/v1/check-ins?cursor={}", "x".repeat(1900))).await.expect(400);
        for name in ["X-Anything", "Cookie", "Accept-Language", "Idempotency-Key"] {
            let long =
                signed(TestRequest::get(), &maya, "/v1/check-ins").insert_header((name, "x".repeat(16_400)));
            let refused = app.send(long).await.expect(431);
            is_problem(&refused);
            let fine =
                signed(TestRequest::get(), &maya, "/v1/check-ins").insert_header((name, "x".repeat(8000)));
            app.send(fine).await.expect(200);
        }
        let token = TestRequest::get()
            .uri("/v1/check-ins")
            .insert_header(("Authorization", format!("Bearer {}", "x".repeat(15_000))));
        app.send(token).await.expect(401);
    }

    async fn a_request_id_is_kept_when_it_is_harmless_and_else_made(app: TestApp) {
        let maya = app.parent("Maya").await;
        let longest = "a".repeat(64);
        for own in ["abcdefgh", "A-1-b-2-c", "0199f0a2-7c1e-7a52-9d4b-0a4f5ce1b001", longest.as_str()] {
            let answer = app
                .send(signed(TestRequest::get(), &maya, "/v1/me").insert_header(("X-Request-Id", own)))
                .await;
            assert_eq!(answer.header("x-request-id"), own);
        }
        let too_long = "a".repeat(65);
        for bad in ["abcdefg", "with space", "semi;colon", "new%0aline", "ünïcödé1", "", too_long.as_str()]
        {
            let answer = app
                .send(signed(TestRequest::get(), &maya, "/v1/me").insert_header(("X-Request-Id", bad)))
                .await;
            let id = answer.header("x-request-id");
            assert!(is_made_by_the_server(id), "{bad:?} became {id:?}");
        }
        for path in ["/v1/me", "/v1/nothing", "/v1/check-ins?x=1"] {
            let answer = app
                .send(
                    signed(TestRequest::get(), &maya, path)
                        .insert_header(("X-Request-Id", "only-in-the-head")),
                )
                .await;
            assert_eq!(answer.header("x-request-id"), "only-in-the-head", "{path}");
            assert!(!String::from_utf8_lossy(&answer.bytes).contains("only-in-the-head"), "{path}");
        }
    }

    async fn every_reply_has_its_security_headers(app: TestApp) {
        let maya = app.parent("Maya").await;
        let replies = [
            app.get(&maya, "/v1/me").await.expect(200),
            app.check_in(&maya, json!({"mood": 5})).await,
            app.get(&maya, "/v1/nothing").await.expect(404),
            app.post(&maya, "/v1/check-ins", json!({})).await.expect(422),
            app.anonymous(TestRequest::get().uri("/v1/me")).await.expect(401),
            app.delete(&maya, "/v1/check-ins").await.expect(405),
            app.get(&maya, "/v1/help").await.expect(200),
        ];
        for reply in &replies {
            assert_eq!(reply.header("x-content-type-options"), "nosniff");
            assert_eq!(reply.header("referrer-policy"), "no-referrer");
            assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin");
            assert!(
                reply
                    .header("content-security-policy")
                    .starts_with("default-src 'none'; frame-ancestors 'none'")
            );
            assert!(!reply.header("x-request-id").is_empty());
            assert_eq!((reply.header("server"), reply.header("x-powered-by")), ("", ""));
            assert!(reply.header("vary").contains("Authorization"));
        }
        assert!(replies[..6].iter().all(|reply| reply.header("cache-control") == "no-store"));
    }

    /// FND-14.
    async fn no_list_takes_unknown_or_repeated_parameters(app: TestApp) {
        let maya = app.parent("Maya").await;
        let asha = app.doula("Asha").await;
        let lists = [
            (&maya, "/v1/check-ins", true),
            (&maya, "/v1/babies", true),
            (&maya, "/v1/care-links", true),
            (&asha, "/v1/care-links", true),
            (&maya, "/v1/resources", true),
            (&maya, "/v1/suggestions", true),
            (&asha, "/v1/flags", true),
            (&asha, "/v1/clients", true),
            (&maya, "/v1/auth/sessions", false),
            (&maya, "/v1/me", false),
            (&maya, "/v1/help", false),
        ];
        for (person, path, paged) in lists {
            app.get(person, path).await.expect(200);
            for (query, wrong) in [
                ("x=1", "x"),
                ("Limit=5", "Limit"),
                ("limit=5;x", "limit"),
                ("x=1&x=1", "x"),
                ("%00=1", "\u{0}"),
            ] {
                let refused = app.get(person, &format!("{path}?{query}")).await.expect(400);
                is_problem(&refused);
                assert!(
                    refused.wrong_fields().contains(&wrong.to_owned()),
                    "{path}?{query} {}",
                    refused.body
                );
                assert_eq!(refused.at("/code"), "bad_parameter");
            }
            for limit in ["0", "101", "-1", "1.0", "ten", "", "%20", "99999999999999999999", "1&limit=1"] {
                let answer = app.get(person, &format!("{path}?limit={limit}")).await.expect(400);
                assert!(answer.wrong_fields().contains(&"limit".to_owned()), "{path}?limit={limit}");
            }
            if paged {
                app.get(person, &format!("{path}?limit=1")).await.expect(200);
            }
        }
    }

    /// FND-14.
    async fn a_get_with_a_body_is_refused(app: TestApp) {
        let maya = app.parent("Maya").await;
        for path in ["/v1/check-ins", "/v1/me", "/v1/help", "/v1/resources"] {
            let request = signed(TestRequest::get(), &maya, path)
                .insert_header(("Content-Length", "2"))
                .set_payload("{}");
            let refused = app.send(request).await.expect(400);
            is_problem(&refused);
            let empty = signed(TestRequest::get(), &maya, path).insert_header(("Content-Length", "0"));
            app.send(empty).await.expect(200);
        }
    }
}
