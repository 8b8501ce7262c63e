//! The fixed list of what refuses even a danger answer. Each refusal says where help is.

use serde_json::json;

use super::post;
use crate::support::{Answer, both_databases};

const DANGER: &str = r#"{"mood":5,"safe_now":"no"}"#;

#[track_caller]
fn points_to_help(answer: Answer, status: u16, code: &str) {
    let refused = answer.expect(status);
    assert_eq!(refused.at("/code"), code);
    assert_eq!(refused.at("/status"), status);
    assert_eq!(refused.at("/help"), "/v1/help");
    assert_eq!(refused.header("content-type"), "application/problem+json");
}

both_databases! {
    /// H03: the list of what still refuses does not grow.
    async fn what_still_refuses_points_to_help(app: TestApp) {
        let maya = app.parent("Maya").await;
        let asha = app.doula("Asha").await;
        let raw = |body: &str| {
            let json = ("Content-Type", "application/json");
            post(&maya, "/v1/check-ins").insert_header(json).set_payload(body.to_owned())
        };
        for broken in [
            r#"{"safe_now":"no""#,
            "",
            "safe_now=no",
            r#"{"safe_now":"no"}}"#,
            r#"{"safe_now":"no","note":"\ud800}"#,
        ] {
            points_to_help(app.send(raw(broken)).await, 400, "bad_json");
        }
        points_to_help(app.send(raw(r#"{"safe_now":"no","safe_now":"no"}"#)).await, 400, "bad_json");
        points_to_help(app.send(raw(r#"{"mood":5,"mood":5,"safe_now":"no"}"#)).await, 400, "bad_json");
        points_to_help(app.send(raw(r#"[{"safe_now":"no"}]"#)).await, 422, "invalid");

        let unsigned =
            actix_web::test::TestRequest::post().uri("/v1/check-ins").set_json(json!({"safe_now": "no"}));
        points_to_help(app.send(unsigned).await, 401, "unauthenticated");
        let forged = raw(DANGER).insert_header(("Authorization", "Bearer nonsense"));
        points_to_help(app.send(forged).await, 401, "unauthenticated");
        points_to_help(
            app.post(&asha, "/v1/check-ins", json!({"mood": 5, "safe_now": "no"})).await,
            403,
            "wrong_role",
        );

        let long = format!(r#"{{"safe_now":"no","note":"{}"}}"#, "x".repeat(66_000));
        points_to_help(app.send(raw(&long)).await, 413, "body_too_large");
        for kind in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"] {
            points_to_help(
                app.send(raw(DANGER).insert_header(("Content-Type", kind))).await,
                415,
                "unsupported_media_type",
            );
        }
        points_to_help(
            app.send(raw(DANGER).insert_header(("Content-Encoding", "gzip"))).await,
            415,
            "unsupported_media_type",
        );

        app.post_once(&maya, "/v1/check-ins", "used", json!({"mood": 5})).await.expect(201);
        let reused =
            app.post_once(&maya, "/v1/check-ins", "used", json!({"mood": 5, "safe_now": "no"})).await;
        points_to_help(reused, 422, "idempotency_key_reused");

        points_to_help(
            app.send(post(&maya, &format!("/v1/check-ins?{}", "x".repeat(9000)))).await,
            414,
            "target_too_long",
        );
        points_to_help(
            app.send(raw(DANGER).insert_header(("X-Note", "x".repeat(17_000)))).await,
            431,
            "header_too_large",
        );

        let stored = app.get(&maya, "/v1/check-ins").await.expect(200);
        assert_eq!(stored.list("/data").len(), 1, "a refusal stores nothing");
    }

    async fn a_refusal_of_an_ordinary_entry_points_to_help_too(app: TestApp) {
        let maya = app.parent("Maya").await;
        points_to_help(app.post(&maya, "/v1/check-ins", json!({"mood": 11})).await, 422, "invalid");
        let elsewhere = app.post(&maya, "/v1/babies", json!({"name": 5})).await.expect(422);
        assert_eq!(elsewhere.body.get("help"), None);
    }
}
