//! What a flag shows when private and shared entries meet in it, and when a link begins after it.
//!
//! The table of rules and scopes for one entry is in `flag_privacy`.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{
    flag::{at, flags, minutes, notices, only_flag, step},
    flag_privacy::{MARK, shows_mark_alone},
    support::{Person, TestApp, both_databases},
};

/// A parent with two doulas who see values: Asha may be told of private danger, Bela may not.
async fn family(app: &TestApp) -> (Person, Person, Person) {
    let (asha, bela, maya) =
        (app.doula("Asha").await, app.doula("Bela").await, app.parent_with_baby("Maya", 60).await);
    app.link(&maya, &asha, &["check_ins"], true).await;
    app.link(&maya, &bela, &["check_ins"], false).await;
    (asha, bela, maya)
}

/// Everything that a doula can read of her clients and their flags.
async fn everything(app: &TestApp, doula: &Person, parent: &Person) -> Vec<Value> {
    let mut all = Vec::new();
    for path in ["/v1/flags?status=all", "/v1/clients", &format!("/v1/clients/{}/check-ins", parent.id)] {
        all.push(app.get(doula, path).await.expect(200).body);
    }
    all
}

fn kinds(flag: &Value) -> Vec<&str> {
    flag["history"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect()
}

both_databases! {
    /// H41: with the first shared evidence a doula sees the shared part, and of it only that.
    async fn the_first_shared_evidence_shows_the_shared_part(app: TestApp) {
        let (asha, bela, maya) = family(&app).await;
        app.check_in(&maya, json!({"mood": 1, "safe_now": "no", "private": true})).await;
        shows_mark_alone(&only_flag(&app, &asha).await, "urgent");
        assert_eq!(flags(&app, &bela, "?status=all").await.len(), 0);
        minutes(&app, 1);
        let shared = app.check_in(&maya, json!({"mood": 4, "safe_now": "unsure"})).await;
        assert_eq!(shared.at("/flags/0/seen_by"), &json!(["Asha", "Bela"]));
        let words = "Answered \"unsure\" on 23 November when asked about being safe right now.";
        let (of_asha, of_bela) = (only_flag(&app, &asha).await, only_flag(&app, &bela).await);
        assert_eq!(of_asha["reason"], format!("{words} They also {}", &MARK["They ".len()..]));
        assert_eq!(of_bela["reason"], words);
        for flag in [&of_asha, &of_bela] {
            assert_eq!((&flag["rule"]["id"], &flag["severity"]), (&json!("not_safe"), &json!("urgent")));
            let evidence = flag["evidence"].as_array().unwrap();
            assert_eq!((evidence.len(), &evidence[0]["id"]), (1, shared.at("/check_in/id")));
        }
        assert_eq!(of_bela["raised_at"], *shared.at("/check_in/recorded_at"));
        assert_eq!(of_bela["last_seen_at"], of_bela["raised_at"]);
        assert_eq!(of_bela["history"].as_array().unwrap().len(), 1);
        assert_eq!(at(&of_bela["due_at"]), at(&of_bela["raised_at"]) + SignedDuration::from_hours(2));
        assert!(at(&of_asha["raised_at"]) < at(&of_bela["raised_at"]));
    }

    /// H41: a graver private entry moves nothing that a doula without the consent can read.
    async fn a_private_entry_changes_nothing_for_a_doula_who_may_not_be_told(app: TestApp) {
        let (asha, bela, maya) = family(&app).await;
        for (shared, private) in [
            (
                json!({"mood": 6, "sped_up": true}),
                json!({"mood": 6, "sped_up": true, "sleep_hours": 2, "private": true}),
            ),
            (json!({"mood": 4, "safe_now": "unsure"}), json!({"mood": 1, "safe_now": "no", "private": true})),
            (json!({"mood": 5, "contact_me": true}), json!({"mood": 5, "contact_me": true, "private": true})),
        ] {
            app.check_in(&maya, shared).await;
            minutes(&app, 1);
            let (before, told) = (everything(&app, &bela, &maya).await, notices(&app, &bela).await);
            let asha_told = notices(&app, &asha).await;
            let reply = app.check_in(&maya, private).await;
            assert_eq!(everything(&app, &bela, &maya).await, before);
            assert_eq!(notices(&app, &bela).await, told);
            assert_eq!(notices(&app, &asha).await, asha_told + 1);
            let flag = app.get(&asha, &format!("/v1/flags/{}", reply.text("/flags/0/id"))).await.expect(200);
            assert!(flag.text("/reason").ends_with(&MARK["They ".len()..]));
            assert_eq!(flag.list("/evidence").len(), 1);
            assert_eq!(reply.at("/flags/0/seen_by"), &json!(["Asha"]));
        }
        let elation = app.get(&bela, "/v1/flags?severity=same_day").await.expect(200);
        assert_eq!(elation.list("/data").len(), 2, "elation and the request are as shared");
        let own = app.get(&maya, "/v1/me/flags").await.expect(200);
        let urgent = own.list("/data").iter().filter(|flag| flag["severity"] == "urgent").count();
        assert_eq!(urgent, 2, "her own list says how grave it is");
    }

    /// H41: days of which some are private are spoken of in general, and private ones are neither listed nor
    /// counted.
    async fn low_days_that_are_partly_private_are_told_without_numbers(app: TestApp) {
        let (asha, bela, maya) = family(&app).await;
        let mut shared = Vec::new();
        for days_ago in (0..8).rev() {
            let private = days_ago % 2 == 1;
            let occurred_at = app.now() - SignedDuration::from_hours(24 * days_ago);
            let reply =
                app.check_in(&maya, json!({"mood": 2, "private": private, "occurred_at": occurred_at})).await;
            if !private {
                shared.push(reply.at("/check_in/id").clone());
            }
        }
        for doula in [&asha, &bela] {
            let flag = only_flag(&app, doula).await;
            assert_eq!(
                flag["reason"],
                "Mood has been low on most days lately: a conversation is worth having."
            );
            let listed: Vec<Value> =
                flag["evidence"].as_array().unwrap().iter().map(|piece| piece["id"].clone()).collect();
            assert_eq!(listed, shared);
        }
        let own = app.get(&maya, "/v1/me/flags").await.expect(200);
        assert!(own.text("/data/0/reason").contains("8 of the 8 days"));
    }

    /// H38, H41: a flag shows from its first evidence inside the link, and nothing from before.
    async fn what_was_recorded_before_the_history_of_a_link_stays_unseen(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 60).await);
        let first = app.check_in(&maya, json!({"mood": 4, "safe_now": "unsure"})).await;
        app.check_in(&maya, json!({"mood": 4, "safe_now": "no", "private": true})).await;
        minutes(&app, 1);
        let link = format!("/v1/care-links/{}", app.link(&maya, &asha, &["check_ins"], true).await);
        let id = first.text("/flags/0/id");
        assert_eq!(flags(&app, &asha, "?status=all").await.len(), 0);
        app.get(&asha, &format!("/v1/flags/{id}")).await.expect(404);
        assert_eq!(app.get(&asha, "/v1/clients").await.at("/data/0/open_flags"), 0);
        assert_eq!(app.get(&maya, "/v1/me/flags").await.at("/data/0/seen_by"), &json!([]));

        minutes(&app, 1);
        let second = app.check_in(&maya, json!({"mood": 4, "safe_now": "no"})).await;
        let flag = only_flag(&app, &asha).await;
        assert_eq!(flag["id"], id);
        let evidence = flag["evidence"].as_array().unwrap();
        assert_eq!((evidence.len(), &evidence[0]["id"]), (1, second.at("/check_in/id")));
        assert_eq!(flag["raised_at"], *second.at("/check_in/recorded_at"));
        let words = flag["reason"].as_str().unwrap();
        assert!(!words.contains("unsure") && !words.contains("privately"), "{words}");
        assert!(!flag.to_string().contains(first.text("/check_in/id")));

        app.patch(&maya, &link, json!({"history_from": "2026-11-23T09:00:00Z"})).await.expect(200);
        let flag = only_flag(&app, &asha).await;
        assert_eq!(
            (&flag["raised_at"], flag["evidence"].as_array().unwrap().len()),
            (first.at("/check_in/recorded_at"), 2)
        );
        assert!(flag["reason"].as_str().unwrap().ends_with(&MARK["They ".len()..]));
    }

    /// H39: what she decides about private danger binds at the next request, both ways.
    async fn the_consent_to_private_danger_can_be_given_and_taken_back(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 60).await);
        let link = format!("/v1/care-links/{}", app.link(&maya, &asha, &["check_ins"], true).await);
        app.check_in(&maya, json!({"mood": 4, "safe_now": "no", "private": true})).await;
        shows_mark_alone(&only_flag(&app, &asha).await, "urgent");
        app.patch(&maya, &link, json!({"private_danger": false})).await.expect(200);
        assert_eq!(flags(&app, &asha, "?status=all").await.len(), 0);
        assert_eq!(app.get(&asha, "/v1/clients").await.at("/data/0/worth_a_call_today"), &Value::Null);
        app.patch(&maya, &link, json!({"private_danger": true})).await.expect(200);
        shows_mark_alone(&only_flag(&app, &asha).await, "urgent");
    }

    /// H39: a note that waits for a doula is made only where she sees something.
    async fn only_those_who_may_be_told_are_written_to(app: TestApp) {
        let (asha, bela, maya) = family(&app).await;
        app.check_in(&maya, json!({"mood": 4, "safe_now": "no", "private": true})).await;
        assert_eq!((notices(&app, &asha).await, notices(&app, &bela).await), (1, 0));
        app.check_in(&maya, json!({"mood": 4, "safe_now": "unsure"})).await;
        assert_eq!((notices(&app, &asha).await, notices(&app, &bela).await), (2, 1));
    }

    /// H41: what was done and written while all of it was private stays with those who could see it.
    async fn steps_taken_while_a_flag_was_private_are_not_shown_with_its_shared_part(app: TestApp) {
        let (asha, bela, maya) = family(&app).await;
        let asked = json!({"mood": 5, "contact_me": true, "private": true});
        let id = app.check_in(&maya, asked).await.text("/flags/0/id").to_owned();
        let taken = json!({"to": "acknowledged", "note": "Told me on the phone."});
        step(&app, &asha, &id, taken).await.expect(200);
        step(&app, &bela, &id, json!({"to": "contacted"})).await.expect(404);
        minutes(&app, 1);
        app.check_in(&maya, json!({"mood": 5, "contact_me": true})).await;
        let (of_asha, of_bela) = (only_flag(&app, &asha).await, only_flag(&app, &bela).await);
        assert!(
            of_asha.to_string().contains("on the phone") && !of_bela.to_string().contains("on the phone")
        );
        assert_eq!(of_bela["history"].as_array().unwrap().len(), 1);
        assert_eq!(
            (&of_asha["status"], &of_bela["status"]),
            (&json!("open"), &json!("open")),
            "what is shared now has been seen by nobody"
        );
    }

    /// H41: a private entry is no evidence towards a doula, whatever was answered in it before and after.
    async fn a_private_entry_never_gives_a_date_a_count_or_a_name_away(app: TestApp) {
        let (_, bela, maya) = family(&app).await;
        for body in [
            json!({"mood": 2, "private": true}),
            json!({"mood": 9, "sleep_hours": 3, "private": true}),
            json!({"mood": 4, "safe_now": "no", "contact_me": true, "private": true}),
        ] {
            app.check_in(&maya, body).await;
        }
        let client = app.get(&bela, &format!("/v1/clients/{}", maya.id)).await.expect(200);
        assert_eq!((client.at("/open_flags"), client.at("/worth_a_call_today")), (&json!(0), &Value::Null));
        assert_eq!(client.at("/last_check_in_on"), &Value::Null);
        assert_eq!(
            app.get(&bela, &format!("/v1/clients/{}/check-ins", maya.id))
                .await
                .expect(200)
                .list("/data")
                .len(),
            0
        );
        assert_eq!(flags(&app, &bela, "?status=all").await.len(), 0);
        assert_eq!(app.get(&maya, "/v1/me/flags").await.list("/data").len(), 3);
    }

    /// H03, H41: a private half that an edit makes grave asks for a person as a new one does, whichever half came last,
    /// and shows nothing to who may not be told.
    async fn h03_a_private_half_that_an_edit_makes_grave_is_told_like_a_new_one(app: TestApp) {
        let unreal = json!({"instrument": "weekly-reflection", "answers": {"unreal": 1}});
        for (by_edit, form_first) in [(false, true), (true, true), (true, false), (false, false)] {
            let name = format!("{by_edit}{form_first}");
            let maya = app.parent(&format!("Maya{name}")).await;
            let (asha, bela) = (app.doula(&format!("Asha{name}")).await, app.doula(&format!("Bela{name}")).await);
            app.link(&maya, &asha, &["check_ins", "screenings"], true).await;
            app.link(&maya, &bela, &["check_ins", "screenings"], false).await;
            let rested = json!({"mood": 5, "sleep_hours": if by_edit { 8 } else { 4 }, "private": true});
            let mut check_in = None;
            if !form_first {
                check_in = Some(app.check_in(&maya, rested.clone()).await);
            }
            app.post(&maya, "/v1/screenings", unreal.clone()).await.expect(201);
            if form_first && by_edit {
                check_in = Some(app.check_in(&maya, rested.clone()).await);
            }
            minutes(&app, 1);
            let (before, told) = (everything(&app, &bela, &maya).await, notices(&app, &bela).await);
            let asha_told = notices(&app, &asha).await;
            match (by_edit, form_first) {
                (true, _) => {
                    let place = format!("/v1/check-ins/{}", check_in.as_ref().unwrap().text("/check_in/id"));
                    let reply = app.patch(&maya, &place, json!({"sleep_hours": 4})).await.expect(200);
                    assert_eq!(reply.at("/flags/0/seen_by"), &json!([asha.name]), "{name}: {}", reply.body);
                }
                (false, true) => drop(app.check_in(&maya, rested).await),
                (false, false) => {}
            }
            let grave_now = by_edit || form_first;
            assert_eq!(notices(&app, &asha).await, asha_told + i64::from(grave_now), "{name}");
            assert_eq!(everything(&app, &bela, &maya).await, before, "{name}");
            assert_eq!(notices(&app, &bela).await, told, "{name}");
            let (of_asha, of_bela) = (only_flag(&app, &asha).await, only_flag(&app, &bela).await);
            assert_eq!((&of_asha["rule"]["id"], &of_asha["severity"]), (&json!("unreal"), &json!("urgent")), "{name}");
            assert!(of_asha["reason"].as_str().unwrap().ends_with(&MARK["They ".len()..]), "{name}: {of_asha}");
            let grave = if grave_now { app.now() } else { at(&of_asha["raised_at"]) };
            let off = at(&of_asha["due_at"]).duration_since(grave + SignedDuration::from_hours(2));
            assert!(off.abs() < SignedDuration::from_secs(30), "{name}: {off:?}");
            assert_eq!(kinds(&of_asha), if grave_now { vec!["raised", "danger"] } else { vec!["raised"] }, "{name}");
            assert_eq!((&of_bela["severity"], kinds(&of_bela)), (&json!("same_day"), vec!["raised"]), "{name}");
        }
    }

    /// H41: a shared form that only a private entry makes grave is no danger to who may not know of that entry.
    async fn h41_a_shared_half_that_a_private_one_makes_grave_is_no_danger_to_others(app: TestApp) {
        let (mut asha, mut bela, mut maya) = family(&app).await;
        for link in app.get(&maya, "/v1/care-links").await.expect(200).list("/data") {
            let link = format!("/v1/care-links/{}", link["id"].as_str().unwrap());
            app.patch(&maya, &link, json!({"scopes": ["check_ins", "screenings"]})).await.expect(200);
        }
        let unreal = json!({"instrument": "weekly-reflection", "answers": {"unreal": 1}});
        app.post(&maya, "/v1/screenings", unreal.clone()).await.expect(201);
        app.advance_hours(7 * 24);
        for person in [&mut asha, &mut bela, &mut maya] {
            *person = app.sign_in(person).await;
        }
        app.check_in(&maya, json!({"mood": 5, "sleep_hours": 4, "private": true})).await;
        let (asha_told, bela_told) = (notices(&app, &asha).await, notices(&app, &bela).await);
        app.post(&maya, "/v1/screenings", unreal).await.expect(201);
        let (of_asha, of_bela) = (only_flag(&app, &asha).await, only_flag(&app, &bela).await);
        assert_eq!((&of_asha["severity"], &of_bela["severity"]), (&json!("urgent"), &json!("same_day")));
        assert_eq!(of_bela["evidence"].as_array().unwrap().len(), 2);
        for flag in [&of_asha, &of_bela] {
            assert_eq!(kinds(flag), ["raised", "evidence"], "the second form was shared");
        }
        assert_eq!((notices(&app, &asha).await, notices(&app, &bela).await), (asha_told + 1, bela_told));
        assert!(at(&of_asha["due_at"]) <= app.now() + SignedDuration::from_hours(2), "{of_asha}");
    }
}
