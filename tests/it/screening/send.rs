//! Sending a form, reading it again, sharing and removing it.

use serde_json::{Value, json};

use super::{SCREENINGS, fill_in, path, raised};
use crate::{
    flag::{only_flag, step},
    support::both_databases,
};

both_databases! {
    async fn a_form_is_stored_with_its_total_and_read_again_as_it_was(app: TestApp) {
        let maya = app.parent("Maya").await;
        let body = json!({"instrument": "phq-2", "version": "1", "answers": [1, 1], "total": 2});
        let sent = app.post(&maya, SCREENINGS, body).await.expect(201);
        assert_eq!((sent.header("location"), sent.header("etag")), (path(&sent).as_str(), "\"1\""));
        let form = sent.at("/screening");
        assert_eq!((&form["total"], &form["possible"], &form["incomplete"]), (&json!(2), &json!(6), &json!(false)));
        assert_eq!(form["answers"], json!({"1": 1, "2": 1}));
        // What is for who follows up is not for her.
        assert_eq!(form["band"], json!({"meaning": "One step below the usual line; the full PHQ-9 is worth offering."}));
        assert_eq!((form.get("subscales"), &form["entered_by"]), (None, &Value::Null));
        assert_eq!((&form["local_date"], &form["time_zone"]), (&json!("2026-11-23"), &json!("Europe/London")));
        assert_eq!(raised(&sent), [("phq2", "notice")]);
        assert_eq!((sent.at("/safety"), sent.at("/warnings")), (&Value::Null, &json!([])));
        let read = app.get(&maya, &path(&sent)).await.expect(200);
        assert_eq!((&read.body, read.header("etag")), (form, "\"1\""));
        assert_eq!(app.get(&maya, SCREENINGS).await.expect(200).at("/data"), &json!([form]));
    }

    async fn answers_by_item_and_turned_items_come_to_the_same(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 60).await;
        let answers: serde_json::Map<String, Value> = (1..=25).map(|item| (item.to_string(), json!(0))).collect();
        let sent = fill_in(&app, &maya, "pbq", Value::Object(answers)).await;
        // Eight items run the other way, and nought on each is five.
        assert_eq!((sent.at("/screening/total"), sent.at("/screening/possible")), (&json!(40), &json!(125)));
        assert_eq!(raised(&sent), [("pbq", "follow_up")]);
        assert_eq!(sent.list("/suggestions"), [] as [Value; 0], "a result that asks for a person");
        // Keyed numbers are never turned around.
        let epds = fill_in(&app, &maya, "epds", json!([1, 1, 1, 1, 1, 1, 1, 1, 1, 0])).await;
        assert_eq!(epds.at("/screening/total"), 9);
    }

    async fn an_optional_gap_leaves_a_form_without_a_total(app: TestApp) {
        let maya = app.parent("Maya").await;
        let sent = fill_in(&app, &maya, "weekly-reflection", json!({"alone": 4, "self_harm": 0})).await;
        let form = sent.at("/screening");
        assert_eq!((&form["total"], &form["band"], &form["incomplete"]), (&Value::Null, &Value::Null, &json!(true)));
        assert_eq!(raised(&sent), []);
        assert!(!sent.list("/suggestions").is_empty(), "an ordinary form has something to try beside it");
        // It opens no window: she may go over it at once.
        fill_in(&app, &maya, "weekly-reflection", json!([0, 0, 0, 0, 0, 0, 0, 0, 0, 0])).await;
    }

    async fn the_same_key_is_answered_as_the_first_time_and_stores_nothing_more(app: TestApp) {
        let maya = app.parent("Maya").await;
        let body = json!({"instrument": "gad-7", "answers": [1, 1, 1, 1, 1, 1, 1]});
        let first = app.post_once(&maya, SCREENINGS, "gad", body.clone()).await.expect(201);
        // Without the key it would come too soon.
        let again = app.post_once(&maya, SCREENINGS, "gad", body).await.expect(201);
        assert_eq!((&again.body, again.header("idempotency-replayed")), (&first.body, "true"));
        assert_eq!(again.header("location"), first.header("location"));
        let other = json!({"instrument": "phq-2", "answers": [0, 0]});
        let reused = app.post_once(&maya, SCREENINGS, "gad", other).await.expect(422);
        assert_eq!((reused.text("/code"), reused.text("/help")), ("idempotency_key_reused", "/v1/help"));
        assert_eq!(app.get(&maya, SCREENINGS).await.list("/data").len(), 1);
    }

    async fn the_list_goes_from_the_newest_back_in_pages_and_days(app: TestApp) {
        let maya = app.parent("Maya").await;
        for (instrument, at) in [("phq-2", "2026-11-20T08:00:00Z"), ("gad-2", "2026-11-22T08:00:00Z"), ("who-5", "2026-11-21T08:00:00Z")] {
            let answers = if instrument == "who-5" { json!([4, 4, 4, 4, 4]) } else { json!([0, 0]) };
            let body = json!({"instrument": instrument, "answers": answers, "occurred_at": at});
            app.post(&maya, SCREENINGS, body).await.expect(201);
        }
        let names = |page: &crate::support::Answer| -> Vec<String> {
            page.list("/data").iter().map(|one| one["instrument"].as_str().unwrap_or_default().to_owned()).collect()
        };
        let first = app.get(&maya, "/v1/screenings?limit=2").await.expect(200);
        assert_eq!((names(&first), first.at("/has_more")), (vec!["gad-2".into(), "who-5".into()], &json!(true)));
        let rest = app.get(&maya, &format!("/v1/screenings?limit=2&cursor={}", first.text("/next_cursor"))).await.expect(200);
        assert_eq!(names(&rest), ["phq-2"]);
        let days = app.get(&maya, "/v1/screenings?from=2026-11-21&to=2026-11-21").await.expect(200);
        assert_eq!(names(&days), ["who-5"]);
        let wrong = app.get(&maya, "/v1/screenings?instrument=phq-2&limit=0").await.expect(400);
        assert_eq!(wrong.wrong_fields(), ["instrument", "limit"]);
        // A cursor of another list fits nowhere else.
        let foreign = app.get(&maya, &format!("/v1/check-ins?cursor={}", first.text("/next_cursor"))).await.expect(400);
        assert_eq!(foreign.text("/code"), "bad_cursor");
    }

    async fn a_change_needs_its_tag_and_takes_only_what_may_change(app: TestApp) {
        let maya = app.parent("Maya").await;
        let sent = fill_in(&app, &maya, "phq-2", json!([3, 3])).await;
        let at = path(&sent);
        for (tag, status, code) in [("", 428, "revision_required"), ("\"2\"", 412, "stale_revision")] {
            let answer = if tag.is_empty() {
                let request = actix_web::test::TestRequest::patch().uri(&at).insert_header(("Authorization", format!("Bearer {}", maya.token)));
                app.send(request.set_json(json!({"private": true}))).await
            } else {
                app.patch_if(&maya, &at, tag, json!({"private": true})).await
            };
            assert_eq!((answer.status, answer.text("/code")), (status, code), "{tag}");
        }
        let wrong = app.patch(&maya, &at, json!({"answers": [0, 0], "private": null, "keying_confirmed": 1})).await.expect(422);
        assert_eq!(wrong.wrong_fields(), ["/answers", "/keying_confirmed", "/private"]);
        let hidden = app.patch(&maya, &at, json!({"private": true})).await.expect(200);
        assert_eq!((hidden.header("etag"), hidden.at("/screening/private")), ("\"2\"", &json!(true)));
        assert_eq!((hidden.at("/screening/total"), hidden.at("/screening/revision")), (&json!(6), &json!(2)));
        // The same again changes nothing.
        let same = app.patch(&maya, &at, json!({"private": true})).await.expect(200);
        assert_eq!(same.header("etag"), "\"2\"");
        app.delete(&maya, &at).await.expect(204);
        app.get(&maya, &at).await.expect(404);
        app.delete(&maya, &at).await.expect(404);
    }

    async fn her_devices_learn_of_a_form_its_changes_and_its_end(app: TestApp) {
        let maya = app.parent("Maya").await;
        let start = app.get(&maya, "/v1/changes").await.expect(200).text("/next_cursor").to_owned();
        let sent = fill_in(&app, &maya, "gad-2", json!([0, 1])).await;
        let since = format!("/v1/changes?cursor={start}");
        let told = app.get(&maya, &since).await.expect(200);
        assert_eq!(told.at("/data/0/object"), &app.get(&maya, &path(&sent)).await.body);
        assert_eq!((told.text("/data/0/kind"), told.text("/data/0/op")), ("screening", "put"));
        app.delete(&maya, &path(&sent)).await.expect(204);
        let told = app.get(&maya, &since).await.expect(200);
        let last = told.list("/data").iter().find(|one| one["kind"] == "screening").expect("a tombstone");
        assert_eq!((&last["op"], &last["object"]), (&json!("delete"), &Value::Null));
        assert!(!told.body.to_string().contains("gad-2"), "nothing of it is left: {}", told.body);
    }

    async fn what_was_done_to_a_form_is_in_the_audit(app: TestApp) {
        use attune::db::schema::audit;
        use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
        let maya = app.parent("Maya").await;
        let sent = fill_in(&app, &maya, "phq-2", json!([0, 0])).await;
        app.patch(&maya, &path(&sent), json!({"private": true})).await.expect(200);
        app.delete(&maya, &path(&sent)).await.expect(204);
        let id = sent.text("/screening/id").to_owned();
        let acts: Vec<(String, String)> = app.state.db.read(move |conn| {
            Ok(audit::table.filter(audit::object_id.eq(&id)).order(audit::id.asc()).select((audit::actor_role, audit::action)).load(conn)?)
        }).await.expect("reads");
        let mut acts: Vec<(&str, &str)> = acts.iter().map(|(role, action)| (role.as_str(), action.as_str())).collect();
        acts.sort_unstable();
        assert_eq!(acts, [("parent", "screening.create"), ("parent", "screening.delete"), ("parent", "screening.edit")]);
    }

    /// A total that asks for a person has nothing to try beside it, however the reply comes about.
    async fn a_change_of_a_form_that_asks_for_a_person_suggests_nothing_either(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["screenings"], false).await;
        let sent = fill_in(&app, &maya, "phq-9", json!([2, 2, 2, 2, 2, 2, 0, 0, 0])).await;
        assert_eq!((sent.at("/screening/total"), sent.at("/suggestions")), (&json!(12), &json!([])));
        // Somebody has followed it up, so no flag stands for it any more.
        let flag = only_flag(&app, &asha).await;
        let talked = json!({"to": "dismissed", "reason": "We talked."});
        step(&app, &asha, flag["id"].as_str().unwrap_or_default(), talked).await.expect(200);
        let mut without_a_flag = 0;
        for body in [json!({"private": true}), json!({"private": true}), json!({"private": false})] {
            let reply = app.patch(&maya, &path(&sent), body.clone()).await.expect(200);
            assert_eq!(reply.at("/suggestions"), &json!([]), "{body}");
            without_a_flag += usize::from(reply.list("/flags").is_empty());
        }
        assert!(without_a_flag > 0, "a flag alone would keep suggestions back");
        let light = fill_in(&app, &maya, "gad-7", json!([1, 1, 1, 0, 0, 0, 0])).await;
        let reply = app.patch(&maya, &path(&light), json!({"private": true})).await.expect(200);
        assert!(!reply.list("/suggestions").is_empty(), "{}", reply.body);
    }
}
