//! What may be sent to begin a usual anew: days and their bounds, the reason, repetitions, and how many of a day.

use serde_json::{Value, json};

use super::{OWN, RESTARTS, measure, of_client};
use crate::support::{Backend, Options, TestApp, both_databases};

both_databases! {
    async fn what_is_wrong_is_named_with_its_pointer(app: TestApp) {
        let (maya, asha) = (app.parent_with_baby("Maya", 90).await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        let client = format!("{}/mood/restarts", of_client(&maya));
        for (body, wrong) in [
            (json!({}), &[("/reason", "required")][..]),
            (json!({"reason": null}), &[("/reason", "required")]),
            (json!({"reason": ""}), &[("/reason", "required")]),
            (json!({"reason": " \n"}), &[("/reason", "required")]),
            (json!({"reason": 7}), &[("/reason", "wrong_type")]),
            (json!({"reason": "x".repeat(501)}), &[("/reason", "too_long")]),
            (json!({"reason": "a\u{0}b"}), &[("/reason", "bad_character")]),
            (json!({"reason": "r", "from": "2026-11-24"}), &[("/from", "out_of_range")]),
            (json!({"reason": "r", "from": "2026-09-27"}), &[("/from", "out_of_range")]),
            (json!({"reason": "r", "from": "2199-01-01"}), &[("/from", "out_of_range")]),
            (json!({"reason": "r", "from": "yesterday"}), &[("/from", "bad_date")]),
            (json!({"reason": "r", "from": "2026-11-31"}), &[("/from", "bad_date")]),
            (json!({"reason": "r", "from": 20261123}), &[("/from", "wrong_type")]),
            (json!({"reason": "r", "measure": "mood"}), &[("/measure", "unknown_field")]),
            (
                json!({"from": "2027-01-01", "why": 1}),
                &[("/why", "unknown_field"), ("/from", "out_of_range"), ("/reason", "required")],
            ),
        ] {
            for (person, path) in [(&maya, RESTARTS), (&asha, client.as_str())] {
                let refused = app.post(person, path, body.clone()).await.expect(422);
                let named: Vec<(&str, &str)> = refused
                    .list("/errors")
                    .iter()
                    .map(|error| (error["pointer"].as_str().expect("text"), error["code"].as_str().expect("text")))
                    .collect();
                assert_eq!(named, wrong, "{path} {body}");
            }
        }
        for path in ["/v1/check-ins/usuals/sleep/restarts", "/v1/check-ins/usuals/Mood/restarts"] {
            app.post(&maya, path, json!({"reason": "r"})).await.expect(404);
        }
        for day in ["2026-11-24", "yesterday", "2026-11-2", "20261123"] {
            app.delete(&maya, &format!("{RESTARTS}/{day}")).await.expect(404);
        }
        let longest = json!({"reason": "ä".repeat(500), "from": "2026-09-28"});
        app.post(&maya, RESTARTS, longest).await.expect(201);
    }

    async fn a_refusal_tells_nobody_when_a_baby_was_born_and_no_day_lies_ahead_of_where_she_is(app: TestApp) {
        let from = |day: &str| json!({"from": day, "reason": "Other days now."});
        let bea = app.doula("Bea").await;
        let mut said = Vec::new();
        for (name, days) in [("Noor", Some(20)), ("Rosa", Some(200)), ("Mina", None)] {
            let parent = match days {
                Some(days) => app.parent_with_baby(name, days).await,
                None => app.parent(name).await,
            };
            app.link(&parent, &bea, &["check_ins"], false).await;
            let path = format!("{}/mood/restarts", of_client(&parent));
            said.push(app.post(&bea, &path, from("2026-09-27")).await.expect(422).at("/errors").clone());
            app.post(&bea, &path, from("2026-09-28")).await.expect(201);
        }
        assert!(said.iter().all(|errors| *errors == said[0]), "{said:?}");
        // At nine in London it is still yesterday in Pago Pago.
        let ines = app.register("Ines", "parent", "Pacific/Pago_Pago", "GB").await;
        let asha = app.doula("Asha").await;
        app.link(&ines, &asha, &["check_ins"], true).await;
        let client = format!("{}/mood/restarts", of_client(&ines));
        for (person, path) in [(&ines, RESTARTS), (&asha, client.as_str())] {
            assert_eq!(app.post(person, path, from("2026-11-23")).await.expect(422).wrong_fields(), ["/from"]);
            let today = app.post(person, path, json!({"reason": "Other days now."})).await.expect(201);
            assert_eq!(today.text("/from"), "2026-11-22", "today, where it is not said");
        }
    }

    async fn the_same_once_more_is_what_is_there(app: TestApp) {
        let (maya, noor) = (app.parent_with_baby("Maya", 60).await, app.parent_with_baby("Noor", 60).await);
        let asha = app.doula("Asha").await;
        let body = json!({"from": "2026-11-20", "reason": "Other days now."});
        let first = app.post_once(&maya, RESTARTS, "key", body.clone()).await.expect(201);
        app.advance_minutes(1);
        let twice = app.post_once(&maya, RESTARTS, "key", body.clone()).await.expect(201);
        assert_eq!((twice.header("idempotency-replayed"), &twice.body), ("true", &first.body));
        let other_words = json!({"from": "2026-11-20", "reason": "Something else."});
        let same = app.post(&maya, RESTARTS, other_words.clone()).await.expect(200);
        assert_eq!((same.header("location"), &same.body), ("", &first.body), "what was said first stays");
        let reused = app.post_once(&maya, RESTARTS, "key", other_words).await.expect(422);
        assert_eq!(reused.text("/code"), "idempotency_key_reused");
        // Taken back, the same day is a new one.
        app.delete(&maya, &format!("{RESTARTS}/2026-11-20")).await.expect(204);
        let again = app.post(&maya, RESTARTS, body.clone()).await.expect(201);
        assert_ne!(again.at("/recorded_at"), first.at("/recorded_at"));
        let restarts = measure(&app.get(&maya, OWN).await.expect(200), "mood")["restarts"].clone();
        let withdrawn: Vec<bool> =
            restarts.as_array().expect("a list").iter().map(|one| one["withdrawn_at"] != Value::Null).collect();
        assert_eq!(withdrawn, [false, true]);
        // A key is good for one client and one measure.
        for client in [&maya, &noor] {
            app.link(client, &asha, &["check_ins"], true).await;
        }
        let path = |client, measure| format!("{}/{measure}/restarts", of_client(client));
        app.post_once(&asha, &path(&maya, "mood"), "k", body.clone()).await.expect(201);
        for other in [path(&noor, "mood"), path(&maya, "anxiety")] {
            let reused = app.post_once(&asha, &other, "k", body.clone()).await.expect(422);
            assert_eq!(reused.text("/code"), "idempotency_key_reused");
        }
    }
}

/// LIM-5: each has weeks judged again, so a day takes only so many.
#[actix_web::test]
async fn a_day_takes_twenty_restarts() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let options = Options { settings: vec![("sandbox", "true".into())], ..Options::default() };
        let Some(app) = TestApp::with(backend, options).await else { continue };
        let maya = app.parent("Maya").await;
        let from = |day: i64| json!({"from": format!("2026-11-{day:02}"), "reason": "Other days now."});
        for day in 1..=20 {
            app.post(&maya, RESTARTS, from(day)).await.expect(201);
        }
        let full = app.post(&maya, RESTARTS, from(21)).await.expect(429);
        assert_eq!(full.text("/code"), "too_many_requests");
        assert!(full.header("retry-after").parse::<i64>().is_ok_and(|seconds| seconds > 80_000));
        app.post(&maya, RESTARTS, from(20)).await.expect(200);
        app.delete(&maya, &format!("{RESTARTS}/2026-11-20")).await.expect(204);
        app.advance_hours(24);
        let maya = app.sign_in(&maya).await;
        app.post(&maya, RESTARTS, from(21)).await.expect(201);
    }
}
