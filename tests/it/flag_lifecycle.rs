//! What may become of a flag: every step from every status, snoozes and their end, and what stays closed.
//!
//! How flags are raised, listed and told again is tested in `flag`.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{
    flag::{at, flags, only_flag, step},
    support::{Person, TestApp, both_databases},
};

const REASON: &str = "Talked it through.";

fn to(app: &TestApp, word: &str) -> Value {
    match word {
        "resolved" | "dismissed" => json!({"to": word, "reason": REASON}),
        "snoozed" => json!({"to": word, "until": app.now() + SignedDuration::from_hours(1)}),
        _ => json!({"to": word}),
    }
}

async fn walk(app: &TestApp, doula: &Person, flag: &str, steps: &[&str]) {
    for word in steps {
        let taken = step(app, doula, flag, to(app, word)).await.expect(200);
        assert_eq!(taken.text("/status"), *word);
    }
}

async fn family(app: &TestApp) -> (Person, Person, Person) {
    let (asha, bela, maya) =
        (app.doula("Asha").await, app.doula("Bela").await, app.parent_with_baby("Maya", 60).await);
    app.link(&maya, &asha, &["check_ins"], true).await;
    app.link(&maya, &bela, &["check_ins"], true).await;
    (asha, bela, maya)
}

async fn danger(app: &TestApp, parent: &Person) -> String {
    app.check_in(parent, json!({"mood": 4, "safe_now": "no"})).await.text("/flags/0/id").to_owned()
}

async fn run_clock(app: &TestApp, by: &str) {
    let request = actix_web::test::TestRequest::post().uri("/v1/sandbox/clock");
    app.send(request.set_json(json!({"advance": by}))).await.expect(200);
}

both_databases! {
    /// H22: one arrow at a time; dismissed and snoozed from the first three; closed stays closed.
    async fn every_step_from_every_status(app: TestApp) {
        let (asha, bela, maya) = family(&app).await;
        let words = ["acknowledged", "contacted", "resolved", "dismissed", "snoozed"];
        let table: [(&[&str], &str); 8] = [
            (&[], "a--ds"),
            (&["acknowledged"], "-c-ds"),
            (&["acknowledged", "contacted"], "--rds"),
            (&["acknowledged", "contacted", "resolved"], "-----"),
            (&["dismissed"], "-----"),
            (&["snoozed"], "a--ds"),
            (&["acknowledged", "snoozed"], "-c-ds"),
            (&["acknowledged", "contacted", "snoozed"], "--rds"),
        ];
        for (path, allowed) in table {
            for (word, letter) in words.iter().zip(allowed.chars()) {
                let id = danger(&app, &maya).await;
                walk(&app, &asha, &id, path).await;
                let before = app.get(&bela, &format!("/v1/flags/{id}")).await.expect(200).body;
                app.state.clock.advance(SignedDuration::from_millis(5));
                let taken = step(&app, &bela, &id, to(&app, word)).await;
                if letter == '-' {
                    let refused = taken.expect(409);
                    assert_eq!(refused.text("/code"), "invalid_transition", "{path:?} {word}");
                    assert_eq!(refused.at("/flag"), &before);
                    assert_eq!(app.get(&bela, &format!("/v1/flags/{id}")).await.body, before);
                } else {
                    assert_eq!(taken.expect(200).text("/status"), *word, "{path:?} {word}");
                }
            }
        }
    }

    /// H22: nobody resolves what nobody followed up.
    async fn resolved_without_contact_is_refused(app: TestApp) {
        let (asha, _, maya) = family(&app).await;
        let id = danger(&app, &maya).await;
        for path in [&[][..], &["acknowledged"]] {
            walk(&app, &asha, &id, path).await;
            let refused =
                step(&app, &asha, &id, json!({"to": "resolved", "reason": "She is fine."})).await.expect(409);
            assert_eq!(
                (refused.text("/code"), refused.text("/flag/id")),
                ("invalid_transition", id.as_str())
            );
        }
        walk(&app, &asha, &id, &["contacted", "resolved"]).await;
    }

    async fn the_same_step_again_is_fine_for_the_same_doula_alone(app: TestApp) {
        let (asha, bela, maya) = family(&app).await;
        let id = danger(&app, &maya).await;
        for word in ["acknowledged", "contacted", "snoozed", "resolved"] {
            let body = to(&app, word);
            let first = step(&app, &asha, &id, body.clone()).await.expect(200);
            let again = step(&app, &asha, &id, body.clone()).await.expect(200);
            assert_eq!(again.body, first.body, "nothing is added to the history");
            // A snooze by another doula with an end of its own is a step that every unclosed flag allows.
            if word != "snoozed" {
                let other = step(&app, &bela, &id, body).await.expect(409);
                assert_eq!((other.text("/code"), other.at("/flag")), ("invalid_transition", &first.body));
            }
        }
    }

    async fn steps_ask_for_their_fields(app: TestApp) {
        let (asha, _, maya) = family(&app).await;
        let id = danger(&app, &maya).await;
        walk(&app, &asha, &id, &["acknowledged", "contacted"]).await;
        for (body, pointer) in [
            (json!({}), "/to"),
            (json!({"to": null}), "/to"),
            (json!({"to": "open"}), "/to"),
            (json!({"to": "corrected"}), "/to"),
            (json!({"to": 1}), "/to"),
            (json!({"to": "resolved"}), "/reason"),
            (json!({"to": "resolved", "reason": null}), "/reason"),
            (json!({"to": "dismissed"}), "/reason"),
            (json!({"to": "dismissed", "reason": ""}), "/reason"),
            (json!({"to": "dismissed", "reason": "  "}), "/reason"),
            (json!({"to": "dismissed", "reason": 5}), "/reason"),
            (json!({"to": "snoozed"}), "/until"),
            (json!({"to": "snoozed", "until": "2026-11-23T08:59:00Z"}), "/until"),
            (json!({"to": "snoozed", "until": "soon"}), "/until"),
            (json!({"to": "contacted", "actor": asha.id}), "/actor"),
        ] {
            assert_eq!(
                step(&app, &asha, &id, body.clone()).await.expect(422).wrong_fields(),
                [pointer],
                "{body}"
            );
        }
        assert_eq!(only_flag(&app, &asha).await["status"], "contacted");
        let refused = app
            .post(&maya, &format!("/v1/flags/{id}/transitions"), json!({"to": "resolved", "reason": "x"}))
            .await;
        assert_eq!(refused.expect(403).text("/code"), "wrong_role");
    }

    async fn the_history_says_who_did_what_and_why(app: TestApp) {
        let (asha, bela, maya) = family(&app).await;
        let id = danger(&app, &maya).await;
        walk(&app, &asha, &id, &["acknowledged"]).await;
        let note = json!({"to": "contacted", "note": "Rang at nine; her sister is there."});
        step(&app, &bela, &id, note).await.expect(200);
        let done = step(&app, &asha, &id, json!({"to": "resolved", "reason": REASON})).await.expect(200);
        let told: Vec<Value> = done
            .list("/history")
            .iter()
            .map(|event| {
                let mut event = event.clone();
                event.as_object_mut().unwrap().remove("at");
                event
            })
            .collect();
        let (by_asha, by_bela) =
            (json!({"id": asha.id, "display_name": "Asha"}), json!({"id": bela.id, "display_name": "Bela"}));
        assert_eq!(
            told,
            [
                json!({"actor": null, "kind": "raised", "to": "open"}),
                json!({"actor": by_asha, "kind": "transition", "to": "acknowledged"}),
                json!({"actor": by_bela, "kind": "transition", "to": "contacted", "note": "Rang at nine; her sister is there."}),
                json!({"actor": by_asha, "kind": "transition", "to": "resolved", "reason": REASON}),
            ]
        );
        let own = app.get(&maya, "/v1/me/flags").await.expect(200);
        let steps: Vec<&str> =
            own.list("/data/0/history").iter().map(|event| event["to"].as_str().unwrap()).collect();
        assert_eq!(steps, ["open", "acknowledged", "contacted", "resolved"]);
        assert_eq!(own.text("/data/0/status"), "resolved");
        assert!(!own.body.to_string().contains("sister") && !own.body.to_string().contains(REASON));
    }

    async fn a_closed_flag_stays_closed_and_new_evidence_opens_a_new_one(app: TestApp) {
        let (asha, _, maya) = family(&app).await;
        let mut closed = Vec::new();
        for (path, status) in
            [(&["dismissed"][..], "dismissed"), (&["acknowledged", "contacted", "resolved"], "resolved")]
        {
            let id = danger(&app, &maya).await;
            assert!(!closed.contains(&id));
            walk(&app, &asha, &id, path).await;
            assert_eq!(flags(&app, &asha, "").await.len(), 0);
            closed.push(id.clone());
            let next = danger(&app, &maya).await;
            assert_ne!(next, id);
            let found = flags(&app, &asha, "").await;
            assert_eq!(
                (found.len(), &found[0]["id"], found[0]["evidence"].as_array().unwrap().len()),
                (1, &json!(next), 1)
            );
            assert_eq!(app.get(&asha, &format!("/v1/flags/{id}")).await.text("/status"), status);
            walk(&app, &asha, &next, &["dismissed"]).await;
            closed.push(next);
        }
        assert_eq!(flags(&app, &asha, "?status=all").await.len(), 4);
    }

    /// H22: nothing closes by itself because she feels better.
    async fn a_better_day_closes_nothing(app: TestApp) {
        let (asha, _, maya) = family(&app).await;
        danger(&app, &maya).await;
        let before = only_flag(&app, &asha).await;
        let reply = app
            .check_in(&maya, json!({"mood": 9, "connection": 9, "sleep_hours": 8, "safe_now": "yes"}))
            .await;
        assert_eq!(reply.at("/flags"), &json!([]));
        assert_eq!(only_flag(&app, &asha).await, before);
    }

    async fn a_snoozed_flag_is_out_of_the_list_until_it_comes_back_to_where_it_was(app: TestApp) {
        let (asha, bela, maya) = family(&app).await;
        let id = danger(&app, &maya).await;
        for (path, back) in
            [(&[][..], "open"), (&["acknowledged"], "acknowledged"), (&["contacted"], "contacted")]
        {
            walk(&app, &asha, &id, path).await;
            let until = app.now() + SignedDuration::from_mins(2);
            let off = step(&app, &asha, &id, json!({"to": "snoozed", "until": until})).await.expect(200);
            assert_eq!((off.text("/status"), at(off.at("/snoozed_until"))), ("snoozed", until));
            assert_eq!(flags(&app, &bela, "").await.len(), 0);
            assert_eq!(flags(&app, &bela, "?status=snoozed").await[0]["id"], id);
            assert_eq!(flags(&app, &bela, "?status=all").await.len(), 1);
            run_clock(&app, "PT1M").await;
            assert_eq!(only_flag(&app, &asha).await["status"], "snoozed");
            run_clock(&app, "PT1M").await;
            let list = flags(&app, &asha, "").await;
            assert_eq!((&list[0]["status"], &list[0]["snoozed_until"]), (&json!(back), &Value::Null));
            let last = list[0]["history"].as_array().unwrap().last().unwrap().clone();
            assert_eq!(
                (&last["kind"], &last["to"], &last["actor"]),
                (&json!("snooze_ended"), &json!(back), &Value::Null)
            );
        }
    }

    async fn a_snoozed_flag_takes_the_steps_of_where_it_came_from_and_then_does_not_come_back(app: TestApp) {
        let (asha, _, maya) = family(&app).await;
        let id = danger(&app, &maya).await;
        walk(&app, &asha, &id, &["acknowledged"]).await;
        let until = app.now() + SignedDuration::from_mins(2);
        step(&app, &asha, &id, json!({"to": "snoozed", "until": until})).await.expect(200);
        step(&app, &asha, &id, to(&app, "resolved")).await.expect(409);
        let reached = step(&app, &asha, &id, json!({"to": "contacted"})).await.expect(200);
        assert_eq!((reached.text("/status"), reached.at("/snoozed_until")), ("contacted", &Value::Null));
        run_clock(&app, "PT3M").await;
        assert_eq!(only_flag(&app, &asha).await["history"], *reached.at("/history"));
    }

    async fn a_longer_snooze_replaces_the_first(app: TestApp) {
        let (asha, _, maya) = family(&app).await;
        let id = danger(&app, &maya).await;
        for minutes in [1, 4] {
            let until = app.now() + SignedDuration::from_mins(minutes);
            step(&app, &asha, &id, json!({"to": "snoozed", "until": until})).await.expect(200);
        }
        run_clock(&app, "PT2M").await;
        assert_eq!(only_flag(&app, &asha).await["status"], "snoozed");
        run_clock(&app, "PT2M").await;
        assert_eq!(only_flag(&app, &asha).await["status"], "open");
    }

    async fn at_most_one_unclosed_flag_exists_per_parent_and_rule(app: TestApp) {
        let (asha, _, maya) = family(&app).await;
        let zoe = app.parent("Zoe").await;
        app.link(&zoe, &asha, &["flags"], true).await;
        for _ in 0..3 {
            for parent in [&maya, &zoe] {
                app.check_in(
                    parent,
                    json!({"mood": 4, "safe_now": "no", "contact_me": true, "sped_up": true}),
                )
                .await;
            }
        }
        let mut found: Vec<_> = flags(&app, &asha, "?status=all")
            .await
            .iter()
            .map(|flag| {
                let rule = flag["rule"]["id"].as_str().unwrap().to_owned();
                (flag["parent"]["display_name"].as_str().unwrap().to_owned(), rule)
            })
            .collect();
        found.sort();
        let rules = ["contact_request", "elation", "not_safe"];
        let expected: Vec<_> = ["Maya", "Zoe"]
            .iter()
            .flat_map(|who| rules.map(|rule| ((*who).to_owned(), rule.to_owned())))
            .collect();
        assert_eq!(found, expected);
    }
}
