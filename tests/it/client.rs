//! A doula's clients: in which order, who is worth a call today, and their check-ins as far as they are shared.
//!
//! Ended and narrowed links are tested in `consent`, private flags in `flag_privacy`.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{
    flag::{eight_days, flags, minutes, step},
    support::{Person, TestApp, both_databases},
};

const NOBODY: &str = "0191e7c2-93a4-7c3e-8f00-00000000abcd";

async fn names(app: &TestApp, doula: &Person) -> Vec<String> {
    let list = app.get(doula, "/v1/clients").await.expect(200);
    list.list("/data").iter().map(|client| client["display_name"].as_str().unwrap().to_owned()).collect()
}

async fn client(app: &TestApp, doula: &Person, parent: &Person) -> Value {
    app.get(doula, &format!("/v1/clients/{}", parent.id)).await.expect(200).body
}

async fn check_ins(app: &TestApp, doula: &Person, parent: &Person, query: &str) -> Vec<Value> {
    let list = app.get(doula, &format!("/v1/clients/{}/check-ins{query}", parent.id)).await.expect(200);
    list.list("/data").to_vec()
}

both_databases! {
    async fn a_doula_without_clients_has_an_empty_list_and_parents_have_none(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent("Maya").await);
        let list = app.get(&asha, "/v1/clients").await.expect(200);
        assert_eq!(list.body, json!({"data": [], "next_cursor": null, "has_more": false, "rules_off": []}));
        for path in [
            "/v1/clients".to_owned(),
            format!("/v1/clients/{}", maya.id),
            format!("/v1/clients/{}/check-ins", maya.id),
        ] {
            assert_eq!(app.get(&maya, &path).await.expect(403).text("/code"), "wrong_role");
        }
    }

    async fn a_client_is_shown_with_what_she_granted(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 60).await);
        let link = app.link(&maya, &asha, &["check_ins"], false).await;
        app.check_in(&maya, json!({"mood": 6})).await;
        let started = app.get(&maya, &format!("/v1/care-links/{link}")).await.at("/started_at").clone();
        let one = app.get(&asha, &format!("/v1/clients/{}", maya.id)).await.expect(200);
        let expected = json!({
            "id": maya.id, "display_name": "Maya", "open_flags": 0, "worth_a_call_today": null,
            "scopes": ["flags", "check_ins"], "linked_since": started, "last_check_in_on": "2026-11-23", "paused_until": null,
            "etag": one.header("etag"),
        });
        assert_eq!(one.body, expected);
        assert_eq!(app.get(&asha, "/v1/clients").await.at("/data"), &json!([expected]));
    }

    async fn the_most_pressing_client_comes_first(app: TestApp) {
        let asha = app.doula("Asha").await;
        let mut parents = Vec::new();
        for name in ["Zita", "Yara", "Xenia", "Wanda", "Abby"] {
            let parent = app.parent_with_baby(name, 60).await;
            app.link(&parent, &asha, &["check_ins"], true).await;
            parents.push(parent);
        }
        assert_eq!(names(&app, &asha).await, ["Abby", "Wanda", "Xenia", "Yara", "Zita"]);
        app.check_in(&parents[4], json!({"mood": 8, "sleep_hours": 4})).await;
        app.check_in(&parents[3], json!({"mood": 5, "contact_me": true})).await;
        app.check_in(&parents[1], json!({"mood": 5, "safe_now": "unsure"})).await;
        minutes(&app, 1);
        app.check_in(&parents[0], json!({"mood": 5, "safe_now": "no"})).await;
        assert_eq!(names(&app, &asha).await, ["Yara", "Zita", "Wanda", "Abby", "Xenia"]);
    }

    async fn pages_of_clients_follow_each_other(app: TestApp) {
        let (asha, bela) = (app.doula("Asha").await, app.doula("Bela").await);
        for name in ["Ann", "Bea", "Cea"] {
            let parent = app.parent(name).await;
            app.link(&parent, &asha, &["flags"], false).await;
        }
        let first = app.get(&asha, "/v1/clients?limit=2").await.expect(200);
        assert_eq!((first.list("/data").len(), first.at("/has_more")), (2, &json!(true)));
        let next = format!("/v1/clients?limit=2&cursor={}", first.text("/next_cursor"));
        let second = app.get(&asha, &next).await.expect(200);
        assert_eq!((second.list("/data").len(), second.text("/data/0/display_name")), (1, "Cea"));
        assert_eq!((second.at("/has_more"), second.at("/next_cursor")), (&json!(false), &Value::Null));
        assert_eq!(app.get(&bela, &next).await.expect(400).text("/code"), "bad_cursor");
        assert_eq!(
            app.get(&asha, "/v1/clients?limit=0&order=name").await.expect(400).wrong_fields(),
            ["limit", "order"]
        );
    }

    async fn danger_and_a_request_are_worth_a_call_until_they_are_closed(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 60).await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        for (body, words) in [
            (json!({"mood": 5, "contact_me": true}), "Asked on 23 November for someone to get in touch."),
            (
                json!({"mood": 5, "safe_now": "no"}),
                "Answered \"no\" on 23 November when asked about being safe right now.",
            ),
        ] {
            let id = app.check_in(&maya, body).await.text("/flags/0/id").to_owned();
            for to in ["acknowledged", "contacted"] {
                assert_eq!(client(&app, &asha, &maya).await["worth_a_call_today"], json!({"reason": words}));
                step(&app, &asha, &id, json!({"to": to})).await.expect(200);
            }
            let found = client(&app, &asha, &maya).await;
            assert_eq!(
                (&found["worth_a_call_today"]["reason"], &found["open_flags"]),
                (&json!(words), &json!(1))
            );
            step(&app, &asha, &id, json!({"to": "resolved", "reason": "Talked."})).await.expect(200);
            let found = client(&app, &asha, &maya).await;
            assert_eq!((&found["worth_a_call_today"], &found["open_flags"]), (&Value::Null, &json!(0)));
        }
    }

    async fn a_notice_is_not_worth_a_call_and_an_urgent_flag_is_until_it_is_closed(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 60).await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        app.check_in(&maya, json!({"mood": 8, "sleep_hours": 4})).await;
        let found = client(&app, &asha, &maya).await;
        assert_eq!((&found["worth_a_call_today"], &found["open_flags"]), (&Value::Null, &json!(1)));
        let id =
            app.check_in(&maya, json!({"mood": 5, "safe_now": "no"})).await.text("/flags/0/id").to_owned();
        assert!(client(&app, &asha, &maya).await["worth_a_call_today"].is_object());
        let until = app.now() + SignedDuration::from_mins(3);
        step(&app, &asha, &id, json!({"to": "snoozed", "until": until})).await.expect(200);
        let found = client(&app, &asha, &maya).await;
        assert!(found["worth_a_call_today"].is_object(), "an urgent flag that is put off is not closed");
        assert_eq!(found["open_flags"], json!(2));
        let close = json!({"to": "dismissed", "reason": "spoke to her"});
        step(&app, &asha, &id, close).await.expect(200);
        let found = client(&app, &asha, &maya).await;
        assert_eq!((&found["worth_a_call_today"], &found["open_flags"]), (&Value::Null, &json!(1)));
    }

    async fn a_follow_up_is_worth_a_call_on_the_day_that_it_is_due(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 60).await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        eight_days(&app, &maya, json!({"mood": 2})).await;
        let list = flags(&app, &asha, "").await;
        assert_eq!(
            (&list[0]["severity"], &list[0]["due_at"].as_str().unwrap()[..10]),
            (&json!("follow_up"), "2026-11-26")
        );
        for (at, worth) in [
            ("2026-11-23T09:05:00Z", false),
            ("2026-11-25T23:59:00Z", false),
            ("2026-11-26T00:00:00Z", true),
            ("2026-11-28T09:00:00Z", true),
        ] {
            app.state.clock.set(at.parse().unwrap());
            let asha = app.sign_in(&asha).await;
            let found = client(&app, &asha, &maya).await;
            assert_eq!(found["worth_a_call_today"].is_object(), worth, "{at}");
        }
    }

    async fn the_last_check_in_day_needs_the_scope_and_is_never_a_private_one(app: TestApp) {
        let (asha, bela, maya) = (app.doula("Asha").await, app.doula("Bela").await, app.parent("Maya").await);
        app.check_in(&maya, json!({"mood": 6})).await;
        minutes(&app, 1);
        app.link(&maya, &asha, &["check_ins"], true).await;
        app.link(&maya, &bela, &["screenings"], true).await;
        assert_eq!(client(&app, &asha, &maya).await["last_check_in_on"], Value::Null, "from before the link");
        app.check_in(&maya, json!({"mood": 6, "occurred_at": "2026-11-20T12:00:00Z"})).await;
        assert_eq!(client(&app, &asha, &maya).await["last_check_in_on"], "2026-11-20");
        app.check_in(&maya, json!({"mood": 6, "private": true})).await;
        assert_eq!(client(&app, &asha, &maya).await["last_check_in_on"], "2026-11-20");
        assert_eq!(client(&app, &bela, &maya).await.get("last_check_in_on"), None);
    }

    /// CON-1: each field by its scope, a whole list outside the scopes is refused, private entries never.
    async fn check_ins_are_shown_as_the_scopes_allow(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 60).await;
        let (asha, bela, cleo) = (app.doula("Asha").await, app.doula("Bela").await, app.doula("Cleo").await);
        app.link(&maya, &asha, &["check_ins", "notes"], true).await;
        app.link(&maya, &bela, &["check_ins"], true).await;
        app.link(&maya, &cleo, &["flags", "screenings"], true).await;
        let body = json!({
            "mood": 6, "connection": 4, "anxiety": 3, "sleep_hours": 4.5, "support": 7, "sped_up": false,
            "safe_now": "yes", "contact_me": false, "note": "A long night.", "tags": ["feeding"],
        });
        let shared = app.check_in(&maya, body).await;
        let private = app.check_in(&maya, json!({"mood": 2, "note": "Only mine.", "private": true})).await;

        let full = check_ins(&app, &asha, &maya, "").await;
        assert_eq!(full, [shared.at("/check_in").clone()]);
        let mut without = shared.at("/check_in").clone();
        for words in ["note", "tags"] {
            without.as_object_mut().unwrap().remove(words);
        }
        assert_eq!(check_ins(&app, &bela, &maya, "").await, [without]);
        let refused = app.get(&cleo, &format!("/v1/clients/{}/check-ins", maya.id)).await.expect(403);
        assert_eq!(refused.text("/code"), "scope_not_granted");
        for doula in [&asha, &bela, &cleo] {
            let path = format!("/v1/check-ins/{}", private.text("/check_in/id"));
            assert_eq!(app.get(doula, &path).await.expect(403).text("/code"), "wrong_role");
        }
    }

    async fn check_ins_are_newest_first_by_day_and_by_page(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent("Maya").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        for (mood, at) in
            [(5, "2026-11-20T12:00:00Z"), (7, "2026-11-22T12:00:00Z"), (6, "2026-11-21T12:00:00Z")]
        {
            app.check_in(&maya, json!({"mood": mood, "occurred_at": at})).await;
            app.check_in(&maya, json!({"mood": 0, "occurred_at": at, "private": true})).await;
        }
        let moods =
            |list: &[Value]| list.iter().map(|entry| entry["mood"].as_i64().unwrap()).collect::<Vec<_>>();
        assert_eq!(moods(&check_ins(&app, &asha, &maya, "").await), [7, 6, 5]);
        assert_eq!(moods(&check_ins(&app, &asha, &maya, "?from=2026-11-21&to=2026-11-21").await), [6]);
        assert_eq!(moods(&check_ins(&app, &asha, &maya, "?to=2026-11-21").await), [6, 5]);
        let path = format!("/v1/clients/{}/check-ins", maya.id);
        let first = app.get(&asha, &format!("{path}?limit=2")).await.expect(200);
        let cursor = first.text("/next_cursor");
        let second = app.get(&asha, &format!("{path}?limit=2&cursor={cursor}")).await.expect(200);
        assert_eq!((moods(first.list("/data")), moods(second.list("/data"))), (vec![7, 6], vec![5]));
        assert_eq!(second.at("/has_more"), false);
        app.get(&asha, &format!("{path}?limit=2&to=2026-11-21&cursor={cursor}")).await.expect(400);
        let wrong = app.get(&asha, &format!("{path}?from=yesterday&limit=101&x=1")).await.expect(400);
        assert_eq!(wrong.wrong_fields(), ["from", "limit", "x"]);
    }

    async fn the_history_of_a_link_goes_by_when_an_entry_was_recorded(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent("Maya").await);
        app.check_in(&maya, json!({"mood": 5})).await;
        minutes(&app, 1);
        let link = app.link(&maya, &asha, &["check_ins"], true).await;
        app.check_in(&maya, json!({"mood": 6, "occurred_at": "2026-11-15T12:00:00Z"})).await;
        let seen = check_ins(&app, &asha, &maya, "").await;
        assert_eq!((seen.len(), &seen[0]["mood"]), (1, &json!(6)));
        let opened = json!({"history_from": "2026-11-23T09:00:00Z"});
        app.patch(&maya, &format!("/v1/care-links/{link}"), opened).await.expect(200);
        assert_eq!(check_ins(&app, &asha, &maya, "").await.len(), 2);
    }

    /// ACC-3, H38: somebody else's client answers as nobody.
    async fn a_foreign_client_answers_as_one_that_does_not_exist(app: TestApp) {
        let (asha, bela, maya) = (app.doula("Asha").await, app.doula("Bela").await, app.parent("Maya").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        app.check_in(&maya, json!({"mood": 5})).await;
        for id in [&maya.id, &asha.id] {
            for below in ["", "/check-ins", "/check-ins?limit=1"] {
                let foreign = app.get(&bela, &format!("/v1/clients/{id}{below}")).await.expect(404);
                let absent = app.get(&bela, &format!("/v1/clients/{NOBODY}{below}")).await;
                assert_eq!(foreign.comparable(), absent.comparable());
            }
        }
        assert_eq!(names(&app, &bela).await.len(), 0);
        app.get(&bela, "/v1/clients/maya").await.expect(404);
    }
}
