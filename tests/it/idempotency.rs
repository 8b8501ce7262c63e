//! Sending the same thing twice does it once.

use std::sync::mpsc;

use actix_web::test::TestRequest;
use attune::{
    error::Error,
    idempotency::{Attempt, Reply, once},
};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::{
    check_in::signed_in_again,
    support::{Answer, Backend, Person, TestApp, both_databases, people::PASSWORD},
};

const CHECK_INS: &str = "/v1/check-ins";

async fn stored(app: &TestApp, parent: &Person, path: &str) -> usize {
    app.get(parent, &format!("{path}?limit=100")).await.expect(200).list("/data").len()
}

/// A replay is the first answer in everything, and says that it is one.
#[track_caller]
fn is_replay(first: &Answer, second: &Answer) {
    assert_eq!(second.header("idempotency-replayed"), "true");
    assert_eq!(first.header("idempotency-replayed"), "");
    let (status, mut headers, body) = second.comparable();
    headers.retain(|(name, _)| name != "idempotency-replayed");
    assert_eq!((status, headers, body), first.comparable());
}

fn raw(person: &Person, key: &str, body: &'static str) -> TestRequest {
    TestRequest::post()
        .uri(CHECK_INS)
        .insert_header(("Authorization", format!("Bearer {}", person.token)))
        .insert_header(("Idempotency-Key", key))
        .insert_header(("Content-Type", "application/json"))
        .set_payload(body)
}

both_databases! {
    /// H07, FND-21.
    async fn the_same_key_and_body_get_the_first_answer_again(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 60).await;
        let body = json!({"mood": 2, "safe_now": "no", "note": "sent twice"});
        let first = app.post_once(&maya, CHECK_INS, "key-1", body.clone()).await.expect(201);
        for _ in 0..3 {
            let again = app.post_once(&maya, CHECK_INS, "key-1", body.clone()).await.expect(201);
            is_replay(&first, &again);
        }
        assert_eq!(stored(&app, &maya, CHECK_INS).await, 1);
        let other = app.post_once(&maya, CHECK_INS, "key-2", body).await.expect(201);
        assert_ne!(other.at("/check_in/id"), first.at("/check_in/id"));
        assert_eq!(stored(&app, &maya, CHECK_INS).await, 2);
    }

    /// A replay is the stored answer, not a new look: what changed since does not show in it.
    async fn a_replay_does_not_judge_again(app: TestApp) {
        let maya = app.parent("Maya").await;
        let body = json!({"mood": 2, "safe_now": "no"});
        let first = app.post_once(&maya, CHECK_INS, "key-1", body.clone()).await.expect(201);
        let asha = app.doula("Asha").await;
        app.link(&maya, &asha, &["flags"], true).await;
        let again = app.post_once(&maya, CHECK_INS, "key-1", body).await.expect(201);
        is_replay(&first, &again);
        assert_eq!(again.at("/flags/0/seen_by"), &json!([]));
    }

    async fn bodies_are_compared_as_parsed(app: TestApp) {
        let maya = app.parent("Maya").await;
        let first = app.send(raw(&maya, "k", r#"{"mood":5,"note":"é","tags":["a","b"]}"#)).await.expect(201);
        for same in [
            r#"{ "tags" : ["a", "b"], "note":"é",   "mood":5 }"#,
            "{\n\t\"note\": \"\\u00e9\",\r\n\t\"tags\": [\"a\",\"b\"],\n\t\"mood\": 5\n}",
            r#"{"mo\u006fd":5,"tags":["\u0061","b"],"note":"é"}"#,
        ] {
            is_replay(&first, &app.send(raw(&maya, "k", same)).await.expect(201));
        }
        for other in [
            r#"{"mood":5,"note":"e","tags":["a","b"]}"#,
            r#"{"mood":5,"note":"é","tags":["b","a"]}"#,
            r#"{"mood":5,"note":"é","tags":["a","b"],"private":false}"#,
            r#"{"mood":6,"note":"é","tags":["a","b"]}"#,
        ] {
            let refused = app.send(raw(&maya, "k", other)).await.expect(422);
            assert_eq!(refused.at("/code"), "idempotency_key_reused", "{other}");
            assert_eq!(refused.header("idempotency-replayed"), "");
        }
        assert_eq!(stored(&app, &maya, CHECK_INS).await, 1);
    }

    async fn a_refused_request_keeps_no_key(app: TestApp) {
        let maya = app.parent("Maya").await;
        app.post_once(&maya, CHECK_INS, "k", json!({"mood": 11})).await.expect(422);
        app.send(raw(&maya, "k", "{")).await.expect(400);
        let stranger = Person { token: "x".into(), ..maya.clone() };
        app.post_once(&stranger, CHECK_INS, "k", json!({"mood": 5})).await.expect(401);
        let taken = app.post_once(&maya, CHECK_INS, "k", json!({"mood": 5})).await.expect(201);
        assert_eq!(taken.header("idempotency-replayed"), "");
    }

    async fn keys_belong_to_a_person_and_an_operation(app: TestApp) {
        let maya = app.parent("Maya").await;
        let noor = app.parent("Noor").await;
        let hers = app.post_once(&maya, CHECK_INS, "same", json!({"mood": 5})).await.expect(201);
        let other = app.post_once(&noor, CHECK_INS, "same", json!({"mood": 6})).await.expect(201);
        assert_ne!(hers.at("/check_in/id"), other.at("/check_in/id"));
        let baby = app.post_once(&maya, "/v1/babies", "same", json!({"name": "Lu"})).await.expect(201);
        assert_eq!(baby.header("idempotency-replayed"), "");
    }

    /// FND-21: 72 hours and no more.
    async fn a_key_is_kept_for_72_hours(app: TestApp) {
        let maya = app.parent("Maya").await;
        let first = app.post_once(&maya, CHECK_INS, "k", json!({"mood": 5})).await.expect(201);
        app.advance_hours(71);
        let maya = signed_in_again(&app, &maya).await;
        is_replay(&first, &app.post_once(&maya, CHECK_INS, "k", json!({"mood": 5})).await.expect(201));
        app.post_once(&maya, CHECK_INS, "k", json!({"mood": 6})).await.expect(422);
        app.advance_hours(2);
        let maya = signed_in_again(&app, &maya).await;
        let fresh = app.post_once(&maya, CHECK_INS, "k", json!({"mood": 6})).await.expect(201);
        assert_eq!(fresh.header("idempotency-replayed"), "");
        assert_eq!(stored(&app, &maya, CHECK_INS).await, 2);
    }

    /// FND-21: a replay is authorised afresh.
    async fn a_replay_needs_a_live_sign_in(app: TestApp) {
        let maya = app.parent("Maya").await;
        let body = json!({"mood": 5});
        app.post_once(&maya, CHECK_INS, "k", body.clone()).await.expect(201);
        let logout = json!({"refresh_token": maya.refresh_token});
        app.anonymous(TestRequest::post().uri("/v1/auth/logout").set_json(logout)).await.expect(204);
        app.post_once(&maya, CHECK_INS, "k", body.clone()).await.expect(401);
        let maya = signed_in_again(&app, &maya).await;
        assert_eq!(app.post_once(&maya, CHECK_INS, "k", body).await.header("idempotency-replayed"), "true");
    }

    /// H07: thirty at once are one entry, one flag and thirty equal answers.
    async fn thirty_twins_at_once_have_one_effect(app: TestApp) {
        let maya = app.parent("Maya").await;
        let asha = app.doula("Asha").await;
        app.link(&maya, &asha, &["flags", "check_ins"], false).await;
        let body = json!({"mood": 1, "safe_now": "no", "contact_me": true});
        let answers = join_all((0..30).map(|_| app.post_once(&maya, CHECK_INS, "twin", body.clone()))).await;
        let replayed =
            answers.iter().filter(|answer| answer.header("idempotency-replayed") == "true").count();
        assert!(
            answers.iter().all(|answer| answer.status == 201),
            "{:?}",
            answers.iter().map(|a| a.status).collect::<Vec<_>>()
        );
        assert!(answers.iter().all(|answer| answer.bytes == answers[0].bytes));
        assert_eq!(replayed, 29);
        assert_eq!(stored(&app, &maya, CHECK_INS).await, 1);
        let flags = app.get(&asha, "/v1/flags").await.expect(200);
        assert!(
            flags
                .list("/data")
                .iter()
                .all(|flag| flag["evidence"].as_array().is_some_and(|all| all.len() == 1)),
            "{}",
            flags.body
        );
    }

    async fn every_creating_call_takes_a_key(app: TestApp) {
        let maya = app.parent("Maya").await;
        let asha = app.doula("Asha").await;
        let baby = json!({"name": "Lu", "birth_date": "2026-10-01"});
        let first = app.post_once(&maya, "/v1/babies", "k", baby.clone()).await.expect(201);
        is_replay(&first, &app.post_once(&maya, "/v1/babies", "k", baby).await.expect(201));
        assert_eq!(stored(&app, &maya, "/v1/babies").await, 1);
        app.post_once(&maya, "/v1/babies", "k", json!({"name": "Mo"})).await.expect(422);

        let code = app.post_once(&asha, "/v1/invitations", "k", json!({})).await.expect(201);
        is_replay(&code, &app.post_once(&asha, "/v1/invitations", "k", json!({})).await.expect(201));

        let terms = json!({"code": code.at("/code"), "scopes": ["flags"], "private_danger": false});
        let link = app.post_once(&maya, "/v1/care-links", "k", terms.clone()).await.expect(201);
        is_replay(&link, &app.post_once(&maya, "/v1/care-links", "k", terms.clone()).await.expect(201));
        assert_eq!(stored(&app, &maya, "/v1/care-links").await, 1);
        let spent = app.post_once(&maya, "/v1/care-links", "other", terms).await;
        assert!((400..500).contains(&spent.status), "a code is good once: {}", spent.body);
    }

    async fn a_key_has_one_to_255_visible_characters(app: TestApp) {
        let maya = app.parent("Maya").await;
        let longest = "k".repeat(255);
        for fine in ["k", "!~", "a,b;c=\"d\"", longest.as_str()] {
            app.post_once(&maya, CHECK_INS, fine, json!({"mood": 5})).await.expect(201);
        }
        for wrong in ["", "a b", "clé", &"k".repeat(256)] {
            let refused = app.post_once(&maya, CHECK_INS, wrong, json!({"mood": 5})).await.expect(400);
            assert_eq!(
                (refused.at("/code"), refused.at("/help")),
                (&json!("bad_header"), &json!("/v1/help")),
                "{wrong:?}"
            );
        }
        let twice = raw(&maya, "a", r#"{"mood":5}"#).append_header(("Idempotency-Key", "a"));
        app.send(twice).await.expect(400);
        assert_eq!(stored(&app, &maya, CHECK_INS).await, 4);
    }

    /// FND-21: never on the calls that hand out tokens.
    async fn sign_ins_are_never_replayed(app: TestApp) {
        let maya = app.parent("Maya").await;
        let login = || {
            let body: Value = json!({"email": maya.email, "password": PASSWORD});
            TestRequest::post().uri("/v1/auth/login").insert_header(("Idempotency-Key", "k")).set_json(body)
        };
        let first = app.anonymous(login()).await.expect(200);
        let second = app.anonymous(login()).await.expect(200);
        assert_ne!(first.text("/refresh_token"), second.text("/refresh_token"));
        assert_eq!(second.header("idempotency-replayed"), "");
    }
}

/// FND-21: a twin waits for the first as long as a lock may be waited for, and then says so instead of doing it again.
#[actix_web::test]
async fn a_twin_of_a_request_that_does_not_end_is_told_that_it_still_runs() {
    let Some(app) = TestApp::on(Backend::Postgres).await else { return };
    let maya = app.parent("Maya").await;
    let body = json!({"mood": 5});
    let attempt = Attempt {
        user: maya.id.parse().expect("an id"),
        operation: "create_check_in",
        key: "slow".to_owned(),
        body: body.clone(),
    };
    let (begun, begins) = mpsc::channel();
    let (release, hold) = mpsc::channel::<()>();
    let (db, vault, now) = (app.state.db.clone(), app.state.vault.clone(), app.now());
    let first = actix_web::rt::spawn(async move {
        db.write(move |conn| {
            once(conn, &vault, Some(&attempt), now, |_| {
                begun.send(()).map_err(Error::internal)?;
                hold.recv().map_err(Error::internal)?;
                Reply::created("/v1/check-ins/first".into(), 1, &json!({"first": true}))
            })
        })
        .await
    });
    actix_web::rt::task::spawn_blocking(move || begins.recv()).await.expect("no panic").expect("begins");
    let twin = app.post_once(&maya, CHECK_INS, "slow", body.clone()).await.expect(409);
    assert_eq!((twin.at("/code"), twin.at("/help")), (&json!("in_progress"), &json!("/v1/help")));
    assert_eq!(twin.header("retry-after"), "1");
    release.send(()).expect("it waits");
    first.await.expect("no panic").expect("writes");
    let twin = app.post_once(&maya, CHECK_INS, "slow", body).await.expect(201);
    assert_eq!((twin.header("idempotency-replayed"), twin.at("/first")), ("true", &json!(true)));
    assert_eq!(stored(&app, &maya, CHECK_INS).await, 0);
}
