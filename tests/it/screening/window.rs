//! What refuses a form, with its reason and the way to help; and what does not.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{SCREENINGS, fill_in, path, raised};
use crate::support::both_databases;

both_databases! {
    async fn every_mistake_is_named_and_the_refusal_points_to_help(app: TestApp) {
        let maya = app.parent("Maya").await;
        for (body, fields) in [
            (json!({}), vec!["/instrument"]),
            (json!({"instrument": "beck", "answers": [1]}), vec!["/instrument"]),
            (json!({"instrument": "phq-2", "version": "0", "answers": [1, 1]}), vec!["/version"]),
            (json!({"instrument": "phq-2", "answers": [1]}), vec!["/answers"]),
            (json!({"instrument": "phq-2", "answers": [1, 4], "total": 5, "occurred_at": "x", "surprise": 1}),
                vec!["/answers/1", "/occurred_at", "/surprise"]),
            (json!({"instrument": "phq-2", "answers": {"1": 1, "x": 2}}), vec!["/answers/2", "/answers/x"]),
            (json!({"instrument": "phq-2", "answers": [1, 1], "total": 3}), vec!["/total"]),
            (json!({"instrument": "phq-2", "answers": [1, 1], "time_zone": "Europe/Paris"}), vec!["/time_zone"]),
        ] {
            let refused = app.post(&maya, SCREENINGS, body.clone()).await.expect(422);
            assert_eq!(refused.wrong_fields(), fields, "{body}");
            assert_eq!((refused.text("/code"), refused.text("/help")), ("invalid", "/v1/help"), "{body}");
        }
        assert_eq!(app.get(&maya, SCREENINGS).await.list("/data").len(), 0, "nothing is stored");
    }

    async fn the_same_again_comes_too_soon_until_the_day_that_the_refusal_names(app: TestApp) {
        let mut maya = app.parent("Maya").await;
        let (low, other) = (json!({"instrument": "phq-9", "answers": [0, 0, 0, 0, 0, 0, 0, 0, 0]}), json!([0, 0]));
        app.post(&maya, SCREENINGS, low.clone()).await.expect(201);
        let refused = app.post(&maya, SCREENINGS, low.clone()).await.expect(409);
        assert_eq!((refused.text("/code"), refused.text("/repeat_from")), ("too_soon", "2026-12-07"));
        assert_eq!(refused.text("/help"), "/v1/help");
        assert!(refused.text("/detail").contains("2026-12-07"), "{}", refused.body);
        // Another one is another one, its own short form too.
        fill_in(&app, &maya, "phq-2", other).await;
        // Before it is no better than after it.
        let mut earlier = low.clone();
        earlier["occurred_at"] = json!("2026-11-11T09:00:00Z");
        assert_eq!(app.post(&maya, SCREENINGS, earlier.clone()).await.expect(409).text("/code"), "too_soon");
        earlier["occurred_at"] = json!("2026-11-09T10:00:00Z");
        app.post(&maya, SCREENINGS, earlier).await.expect(201);
        for (days, status) in [(13, 409), (1, 201)] {
            app.state.clock.advance(SignedDuration::from_hours(24 * days));
            maya = app.sign_in(&maya).await;
            assert_eq!(app.post(&maya, SCREENINGS, low.clone()).await.status, status, "{days}");
        }
    }

    async fn a_form_that_was_removed_or_has_no_total_opens_no_window(app: TestApp) {
        let maya = app.parent("Maya").await;
        let first = fill_in(&app, &maya, "phq-9", json!([0, 0, 0, 0, 0, 0, 0, 0, 0])).await;
        app.delete(&maya, &path(&first)).await.expect(204);
        // One with a danger answer and a gap has no total.
        fill_in(&app, &maya, "phq-9", json!({"9": 1})).await;
        fill_in(&app, &maya, "phq-9", json!([0, 0, 0, 0, 0, 0, 0, 0, 0])).await;
    }

    async fn h33_nothing_about_a_baby_is_asked_while_every_baby_is_hidden(app: TestApp) {
        let lou = app.parent_with_baby("Lou", 20).await;
        let mibs = json!({"instrument": "mibs", "answers": [0, 0, 0, 0, 0, 0, 0, 0]});
        app.patch(&lou, "/v1/me", json!({"contexts": ["loss"]})).await.expect(200);
        let refused = app.post(&lou, SCREENINGS, mibs.clone()).await.expect(409);
        assert_eq!((refused.text("/code"), refused.text("/help")), ("not_applicable", "/v1/help"));
        // Her own weekly one leaves out what is about a baby, and says what it is a share of.
        let answers = json!({"enjoyed": 0, "weighed_down": 4, "worry_loop": 4, "alone": 2, "could_rest": 2});
        let weekly = fill_in(&app, &lou, "weekly-reflection", answers).await;
        assert_eq!((weekly.at("/screening/total"), weekly.at("/screening/possible")), (&json!(16), &json!(20)));
        assert_eq!(raised(&weekly), [("weekly_reflection", "follow_up")]);
        // Twins: one baby is shown again.
        let baby = app.get(&lou, "/v1/babies").await.text("/data/0/id").to_owned();
        app.patch(&lou, &format!("/v1/babies/{baby}"), json!({"hidden": false})).await.expect(200);
        app.post(&lou, SCREENINGS, mibs.clone()).await.expect(201);
        // Who has recorded no baby fills in what she chooses.
        let noor = app.parent("Noor").await;
        app.post(&noor, SCREENINGS, mibs).await.expect(201);
    }

    async fn a_pause_never_refuses_a_form(app: TestApp) {
        let maya = app.parent("Maya").await;
        app.patch(&maya, "/v1/me", json!({"paused_until": "2026-12-20"})).await.expect(200);
        fill_in(&app, &maya, "phq-2", json!([0, 0])).await;
    }

    /// H09: a total that is sent must agree as well; that is tested with the other mistakes.
    async fn h09_a_doubt_about_the_key_lasts_until_it_is_confirmed(app: TestApp) {
        let maya = app.parent("Maya").await;
        let sent = fill_in(&app, &maya, "epds", json!([3, 3, 0, 3, 0, 0, 0, 0, 0, 0])).await;
        assert_eq!(raised(&sent), [("epds_keying", "same_day")]);
        assert_eq!((sent.at("/screening/total"), sent.at("/screening/keying_doubt")), (&json!(9), &json!(true)));
        let sure = app.patch(&maya, &path(&sent), json!({"keying_confirmed": true})).await.expect(200);
        assert_eq!(raised(&sure), []);
        assert_eq!((sure.at("/screening/total"), sure.at("/screening/keying_confirmed")), (&json!(9), &json!(true)));
        let flags = app.get(&maya, "/v1/me/flags").await.expect(200);
        assert_eq!(flags.text("/data/0/status"), "corrected");
        let unsure = app.patch(&maya, &path(&sent), json!({"keying_confirmed": false})).await.expect(200);
        assert_eq!(raised(&unsure), [("epds_keying", "same_day")]);
    }

    /// LIM-7: as many as of check-ins; a danger answer is never counted against anybody.
    async fn h28_a_day_takes_so_many_forms_and_every_danger_answer(app: TestApp) {
        let _ = app;
        let options = crate::support::Options { settings: vec![("sandbox", "true".into())], ..Default::default() };
        let backend = if app.is_sqlite() { crate::support::Backend::Sqlite } else { crate::support::Backend::Postgres };
        let app = crate::support::TestApp::with(backend, options).await.expect("is there");
        let maya = app.parent("Maya").await;
        let part = json!({"instrument": "weekly-reflection", "answers": {"alone": 1}});
        for _ in 0..200 {
            app.post(&maya, SCREENINGS, part.clone()).await.expect(201);
        }
        let refused = app.post(&maya, SCREENINGS, part).await.expect(429);
        assert_eq!(refused.text("/help"), "/v1/help");
        let danger = fill_in(&app, &maya, "weekly-reflection", json!({"self_harm": 2})).await;
        assert_ne!(danger.at("/safety"), &Value::Null);
    }
}
