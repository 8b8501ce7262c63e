//! Check-ins as a client sees them: what is stored, what is refused, what comes back.
//!
//! Bounds, times, lists and what the rules make of an entry have files of their own below.

mod bound;
mod elation;
mod low;
mod page;
mod time;

use actix_web::test::TestRequest;
use serde_json::json;

use crate::support::{Person, TestApp, both_databases, people::PASSWORD};

/// Signs somebody in again, after the clock has outlived the access token.
pub(crate) async fn signed_in_again(app: &TestApp, person: &Person) -> Person {
    let body = json!({"email": person.email, "password": PASSWORD});
    let answer = app.anonymous(TestRequest::post().uri("/v1/auth/login").set_json(body)).await.expect(200);
    Person {
        token: answer.text("/access_token").to_owned(),
        refresh_token: answer.text("/refresh_token").to_owned(),
        ..person.clone()
    }
}

both_databases! {
    async fn every_field_comes_back_as_it_was_sent(app: TestApp) {
        let maya = app.parent("Maya").await;
        let baby = app.baby(&maya, 60).await;
        let sent = json!({
            "mood": 6, "connection": 4, "anxiety": 3, "sleep_hours": 4.5, "support": 7, "sped_up": false,
            "safe_now": "yes", "contact_me": false, "note": "  A long night.\nBetter now. é 🌙 ",
            "tags": ["feeding", "night walk"], "baby_id": baby, "private": true,
            "occurred_at": "2026-11-22T23:15:00.123456Z", "time_zone": "Europe/Paris",
        });
        let answer = app.check_in(&maya, sent.clone()).await;
        for (name, value) in sent.as_object().expect("an object") {
            assert_eq!(answer.at(&format!("/check_in/{name}")), value, "{name}");
        }
        assert_eq!(answer.at("/check_in/revision"), 1);
        assert_eq!(answer.at("/check_in/etag"), "\"1\"");
        assert_eq!(answer.at("/check_in/local_date"), "2026-11-23");
        assert_eq!(answer.at("/check_in/incomplete"), false);
        assert_eq!(answer.at("/warnings"), &json!([]));
        assert_eq!(answer.at("/safety"), &json!(null));

        let one = app.get(&maya, &format!("/v1/check-ins/{}", answer.text("/check_in/id"))).await.expect(200);
        assert_eq!(&one.body, answer.at("/check_in"));
        assert_eq!(one.header("etag"), "\"1\"");
        let list = app.get(&maya, "/v1/check-ins").await.expect(200);
        assert_eq!(list.at("/data"), &json!([one.body]));
    }

    async fn only_mood_is_needed_and_the_rest_has_defaults(app: TestApp) {
        let maya = app.parent("Maya").await;
        let answer = app.check_in(&maya, json!({"mood": 5})).await;
        for name in [
            "connection",
            "anxiety",
            "sleep_hours",
            "support",
            "sped_up",
            "safe_now",
            "contact_me",
            "note",
            "baby_id",
        ] {
            assert_eq!(answer.at(&format!("/check_in/{name}")), &json!(null), "{name}");
        }
        assert_eq!(answer.at("/check_in/tags"), &json!([]));
        assert_eq!(answer.at("/check_in/private"), false);
        assert_eq!(answer.at("/check_in/time_zone"), "Europe/London");
        assert_eq!(answer.at("/check_in/occurred_at"), answer.at("/check_in/recorded_at"));
        assert_eq!(answer.at("/flags"), &json!([]));
        let nulls = json!({
            "mood": 5, "connection": null, "anxiety": null, "sleep_hours": null, "support": null,
            "sped_up": null, "safe_now": null, "contact_me": null, "note": null, "tags": null, "baby_id": null,
            "private": null,
            "occurred_at": null, "time_zone": null,
        });
        let same = app.check_in(&maya, nulls).await;
        assert_eq!((same.at("/check_in/tags"), same.at("/check_in/private")), (&json!([]), &json!(false)));
    }

    async fn a_new_check_in_has_a_place_a_tag_and_is_not_kept_by_caches(app: TestApp) {
        let maya = app.parent("Maya").await;
        let answer = app.check_in(&maya, json!({"mood": 5})).await;
        assert_eq!(answer.header("location"), format!("/v1/check-ins/{}", answer.text("/check_in/id")));
        assert_eq!(answer.header("etag"), "\"1\"");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("idempotency-replayed"), "");
        let id = answer.text("/check_in/id");
        assert_eq!((id.len(), &id[14..15]), (36, "7"), "{id}");
        let one = app.get(&maya, answer.header("location")).await.expect(200);
        assert_eq!(one.header("cache-control"), "no-store");
    }

    /// ACC-1: an entry of somebody else and one that never was are the same answer.
    async fn a_check_in_of_another_parent_answers_as_one_that_does_not_exist(app: TestApp) {
        let maya = app.parent("Maya").await;
        let noor = app.parent("Noor").await;
        let id = app
            .check_in(&maya, json!({"mood": 5, "note": "only mine"}))
            .await
            .text("/check_in/id")
            .to_owned();
        let foreign = app.get(&noor, &format!("/v1/check-ins/{id}")).await.expect(404);
        for made_up in ["0199f0a2-7c1e-7a52-9d4b-0a4f5ce1b001", "nonsense", "0", "..%2f", &id.to_uppercase()]
        {
            let unknown = app.get(&noor, &format!("/v1/check-ins/{made_up}")).await;
            assert_eq!(unknown.comparable(), foreign.comparable(), "{made_up}");
        }
        assert_eq!(foreign.at("/code"), "not_found");
        assert_eq!(app.get(&noor, "/v1/check-ins").await.expect(200).at("/data"), &json!([]));
    }

    async fn a_baby_of_another_parent_is_refused_as_an_unknown_one(app: TestApp) {
        let maya = app.parent("Maya").await;
        let noor = app.parent("Noor").await;
        let hers = app.baby(&maya, 60).await;
        let foreign = app.post(&noor, "/v1/check-ins", json!({"mood": 5, "baby_id": hers})).await.expect(422);
        assert_eq!(foreign.wrong_fields(), ["/baby_id"]);
        let made_up = json!({"mood": 5, "baby_id": "0199f0a2-7c1e-7a52-9d4b-0a4f5ce1b001"});
        let unknown = app.post(&noor, "/v1/check-ins", made_up).await;
        assert_eq!(unknown.comparable(), foreign.comparable());
    }

    async fn check_ins_are_for_parents_who_are_signed_in(app: TestApp) {
        let asha = app.doula("Asha").await;
        for path in ["/v1/check-ins", "/v1/check-ins/0199f0a2-7c1e-7a52-9d4b-0a4f5ce1b001"] {
            let doula = app.get(&asha, path).await.expect(403);
            assert_eq!(doula.at("/code"), "wrong_role", "{path}");
            let nobody = app.anonymous(TestRequest::get().uri(path)).await.expect(401);
            assert_eq!(nobody.header("www-authenticate"), "Bearer", "{path}");
        }
        app.post(&asha, "/v1/check-ins", json!({"mood": 5})).await.expect(403);
    }

    /// The reply to an ordinary entry has something to try; after a low one at most one thing.
    async fn suggestions_follow_how_the_parent_is(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 60).await;
        let ordinary = app.check_in(&maya, json!({"mood": 6, "connection": 6, "sleep_hours": 6})).await;
        let suggestions = ordinary.list("/suggestions");
        assert!(!suggestions.is_empty());
        for suggestion in suggestions {
            for name in ["slug", "kind", "touch", "title", "summary"] {
                assert!(suggestion["resource"][name].is_string(), "{name} in {suggestion}");
            }
            assert!(suggestion["resource"]["minutes"].is_u64());
            assert!(suggestion["reasons"].as_array().is_some_and(|reasons| !reasons.is_empty()));
            assert!(suggestion["cautions"].is_array());
        }
        for mood in [3, 0] {
            let low = app.check_in(&maya, json!({"mood": mood})).await;
            assert!(low.list("/suggestions").len() <= 1, "{mood}");
            assert_eq!(low.at("/safety"), &json!(null), "{mood}");
        }
        let unsafe_now = app.check_in(&maya, json!({"mood": 6, "safe_now": "unsure"})).await;
        assert_eq!(unsafe_now.at("/suggestions"), &json!([]));
    }

    async fn asking_for_contact_is_for_the_same_day(app: TestApp) {
        let maya = app.parent("Maya").await;
        let asha = app.doula("Asha").await;
        app.link(&maya, &asha, &["flags"], false).await;
        let answer = app.check_in(&maya, json!({"mood": 6, "contact_me": true})).await;
        let flags = answer.list("/flags");
        assert_eq!(flags.len(), 1);
        assert_eq!(flags[0]["rule"], json!({"id": "contact_request", "version": 1}));
        assert_eq!(flags[0]["severity"], "same_day");
        assert_eq!(flags[0]["seen_by"], json!(["Asha"]));
        assert_eq!(answer.at("/safety"), &json!(null));
        let again = app.check_in(&maya, json!({"mood": 6, "contact_me": true})).await;
        assert_eq!(again.at("/flags/0/id"), &flags[0]["id"], "one open flag per rule");
    }
}
