//! Changing and removing a check-in: revisions, tags, danger first, and what becomes of the flags.
//!
//! `edit/follow_up.rs` has flags that somebody works on, `edit/taken_back.rs` what an urgent answer leaves behind,
//! `edit/replay.rs` the comparison with a history that was never edited, `edit/usual.rs` the same over weeks, in which
//! something becomes usual.

mod follow_up;
mod long_life;
mod replay;
mod taken_back;
mod taken_back_beside;
mod usual;

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::{
    flag::{eight_days, flags},
    support::{Answer, Person, TestApp, both_databases},
};

fn path(reply: &Answer) -> String {
    format!("/v1/check-ins/{}", reply.text("/check_in/id"))
}

async fn own_flags(app: &TestApp, parent: &Person) -> Vec<Value> {
    app.get(parent, "/v1/me/flags?limit=100").await.expect(200).list("/data").to_vec()
}

fn rules_and_status(flags: &[Value]) -> Vec<(&str, &str)> {
    let word =
        |flag: &'_ Value, pointer: &str| flag.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let mut all: Vec<(&str, &str)> = flags
        .iter()
        .map(|flag| {
            assert!(word(flag, "/rule/id").is_some());
            (flag["rule"]["id"].as_str().unwrap(), flag["status"].as_str().unwrap())
        })
        .collect();
    all.sort_unstable();
    all
}

both_databases! {
    async fn an_edit_changes_what_it_names_and_keeps_the_revision_before(app: TestApp) {
        let maya = app.parent("Maya").await;
        let sent = json!({"mood": 6, "connection": 4, "note": "first words", "tags": ["feeding"], "sleep_hours": 4.5});
        let first = app.check_in(&maya, sent).await;
        app.advance_minutes(5);
        let patch = json!({"mood": 5, "connection": null, "note": "second words"});
        let reply = app.patch(&maya, &path(&first), patch).await.expect(200);
        let now = reply.at("/check_in");
        assert_eq!((reply.at("/check_in/revision"), reply.header("etag")), (&json!(2), "\"2\""));
        assert_eq!(
            (&now["mood"], &now["connection"], &now["note"], &now["tags"], &now["sleep_hours"]),
            (&json!(5), &Value::Null, &json!("second words"), &json!(["feeding"]), &json!(4.5))
        );
        assert_eq!(now["recorded_at"], *first.at("/check_in/recorded_at"));
        assert_eq!(app.get(&maya, &path(&first)).await.expect(200).body, *now);

        let revisions = app.get(&maya, &format!("{}/revisions", path(&first))).await.expect(200);
        let kept = revisions.list("/data");
        assert_eq!(kept.len(), 2);
        assert_eq!((&kept[0]["revision"], &kept[0]["note"]), (&json!(2), &json!("second words")));
        assert_eq!(
            (&kept[1]["revision"], &kept[1]["mood"], &kept[1]["connection"], &kept[1]["note"], &kept[1]["tags"]),
            (&json!(1), &json!(6), &json!(4), &json!("first words"), &json!(["feeding"]))
        );
        let written: Vec<&str> = kept.iter().map(|kept| &kept["written_at"].as_str().unwrap()[..16]).collect();
        assert_eq!(written, ["2026-11-23T09:05", "2026-11-23T09:00"]);
    }

    async fn revisions_come_in_pages_and_only_to_her(app: TestApp) {
        let (maya, ben, asha) = (app.parent("Maya").await, app.parent("Ben").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins", "notes"], true).await;
        let first = app.check_in(&maya, json!({"mood": 1})).await;
        for mood in 2..=5 {
            app.patch(&maya, &path(&first), json!({"mood": mood})).await.expect(200);
        }
        let mut url = format!("{}/revisions?limit=2", path(&first));
        let mut moods = Vec::new();
        loop {
            let page = app.get(&maya, &url).await.expect(200);
            moods.extend(page.list("/data").iter().map(|kept| kept["mood"].as_i64().unwrap()));
            let Some(cursor) = page.at("/next_cursor").as_str() else { break };
            url = format!("{}/revisions?limit=2&cursor={cursor}", path(&first));
        }
        assert_eq!(moods, [5, 4, 3, 2, 1]);
        let revisions = format!("{}/revisions", path(&first));
        app.get(&asha, &revisions).await.expect(403);
        let nobodys = app.get(&ben, "/v1/check-ins/0191e7c2-93a4-7c3e-8f00-000000000001/revisions").await;
        assert_eq!(app.get(&ben, &revisions).await.expect(404).comparable(), nobodys.comparable());
    }

    async fn an_edit_needs_the_tag_of_what_it_changes(app: TestApp) {
        let maya = app.parent("Maya").await;
        let first = app.check_in(&maya, json!({"mood": 6})).await;
        let bare = TestRequest::patch().uri(&path(&first)).set_json(json!({"mood": 5}));
        let bare = bare.insert_header(("Authorization", format!("Bearer {}", maya.token)));
        let refused = app.send(bare).await.expect(428);
        assert_eq!(refused.at("/help"), "/v1/help");
        app.patch_if(&maya, &path(&first), "\"1\"", json!({"mood": 5})).await.expect(200);
        let stale = app.patch_if(&maya, &path(&first), "\"1\"", json!({"safe_now": "no"})).await.expect(412);
        assert_eq!(stale.at("/help"), "/v1/help");
        app.patch_if(&maya, &path(&first), "W/\"2\"", json!({"mood": 5})).await.expect(412);
        assert_eq!(app.get(&maya, &path(&first)).await.at("/mood"), 5);
    }

    async fn what_cannot_be_changed_so_is_named_and_nothing_changes(app: TestApp) {
        let maya = app.parent("Maya").await;
        let first = app.check_in(&maya, json!({"mood": 6})).await;
        for (patch, wrong) in [
            (json!({"mood": null}), vec!["/mood"]),
            (json!({"mood": 11, "anxiety": "high"}), vec!["/anxiety", "/mood"]),
            (json!({"private": null}), vec!["/private"]),
            (json!({"occurred_at": null, "time_zone": null}), vec!["/occurred_at", "/time_zone"]),
            (json!({"occurred_at": "2026-11-09T08:59:59Z"}), vec!["/occurred_at"]),
            (json!({"occurred_at": "2026-11-23T09:11:00Z"}), vec!["/occurred_at"]),
            (json!({"baby_id": "0191e7c2-93a4-7c3e-8f00-000000000001"}), vec!["/baby_id"]),
            (json!({"revision": 4, "id": "x"}), vec!["/id", "/revision"]),
        ] {
            let refused = app.patch(&maya, &path(&first), patch.clone()).await.expect(422);
            assert_eq!(refused.wrong_fields(), wrong, "{patch}");
        }
        let same = app.patch(&maya, &path(&first), json!({"mood": 6})).await.expect(200);
        assert_eq!(same.at("/check_in/revision"), 1, "nothing changed, so there is nothing to keep");
        app.patch(&maya, &path(&first), json!({})).await.expect(200);
        assert_eq!(app.get(&maya, &path(&first)).await.body, *first.at("/check_in"));
    }

    /// H03: what else is wrong in it never costs the danger answer, in an edit neither.
    async fn h03_an_edit_with_a_danger_answer_is_taken_whatever_else_is_in_it(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        let first = app.check_in(&maya, json!({"mood": 6})).await;
        let patch = json!({"safe_now": "no", "mood": 99, "occurred_at": "soon", "zone": 1});
        let reply = app.patch(&maya, &path(&first), patch).await.expect(200);
        assert_eq!((reply.at("/check_in/mood"), reply.at("/check_in/incomplete")), (&json!(6), &json!(true)));
        assert_eq!(reply.at("/safety/level"), "urgent");
        let left_out: Vec<&str> =
            reply.list("/warnings").iter().map(|warning| warning["pointer"].as_str().unwrap()).collect();
        assert_eq!(left_out.len(), 3, "{left_out:?}");
        assert_eq!(flags(&app, &asha, "").await[0]["severity"], "urgent");
        let whole = app.patch(&maya, &path(&first), json!({"anxiety": 7})).await.expect(200);
        assert_eq!(whole.at("/check_in/incomplete"), false, "she went over it");
    }

    async fn an_edit_that_newly_says_no_is_told_as_at_once_as_a_new_entry(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        let first = app.check_in(&maya, json!({"mood": 6, "safe_now": "yes"})).await;
        app.advance_hours(30);
        let (maya, asha) = (app.sign_in(&maya).await, app.sign_in(&asha).await);
        // A link that is younger than the entry: the answer was given after it began.
        app.link(&maya, &asha, &["check_ins"], true).await;
        let reply = app.patch(&maya, &path(&first), json!({"safe_now": "no"})).await.expect(200);
        assert_eq!(reply.at("/flags/0/seen_by"), &json!(["Asha"]));
        assert_eq!(reply.at("/suggestions"), &json!([]));
        let seen = flags(&app, &asha, "").await;
        assert_eq!(seen[0]["rule"]["id"], "not_safe");
        assert!(seen[0]["due_at"].as_str().unwrap().starts_with("2026-11-24T17:00:"), "two hours from the edit");
        assert_eq!(seen[0]["evidence"], json!([]), "the entry itself is older than the link");
    }

    async fn a_new_no_after_everything_was_followed_up_is_told_again(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        let first = app.check_in(&maya, json!({"mood": 6, "safe_now": "unsure"})).await;
        let step = |to: &str| json!({"to": to, "reason": "We talked."});
        let flag = format!("/v1/flags/{}/transitions", first.text("/flags/0/id"));
        app.post(&asha, &flag, step("dismissed")).await.expect(200);
        let noted = app.patch(&maya, &path(&first), json!({"note": "a word"})).await.expect(200);
        assert_eq!(noted.at("/flags"), &json!([]), "a note says nothing new");
        assert!(flags(&app, &asha, "").await.is_empty());
        let graver = app.patch(&maya, &path(&first), json!({"safe_now": "no"})).await.expect(200);
        assert_ne!(graver.text("/flags/0/id"), first.text("/flags/0/id"));
        assert_eq!(flags(&app, &asha, "").await.len(), 1);
        let again = format!("/v1/flags/{}/transitions", graver.text("/flags/0/id"));
        app.post(&asha, &again, step("dismissed")).await.expect(200);
        app.patch(&maya, &path(&first), json!({"safe_now": "yes"})).await.expect(200);
        assert!(flags(&app, &asha, "").await.is_empty(), "what she closed stays closed");
        app.patch(&maya, &path(&first), json!({"safe_now": "no"})).await.expect(200);
        assert_eq!(flags(&app, &asha, "").await.len(), 1, "yes, then no again, is said anew");
    }

    /// H22: a better day closes nothing; a value that was mended does.
    async fn h22_a_flag_closes_as_corrected_only_when_no_point_of_the_history_raises_it(app: TestApp) {
        let (maya, asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        let days = eight_days(&app, &maya, json!({"mood": 2})).await;
        let (maya, asha) = (app.sign_in(&maya).await, app.sign_in(&asha).await);
        assert_eq!(flags(&app, &asha, "").await[0]["rule"]["id"], "sustained_low");
        app.advance_minutes(3);
        app.check_in(&maya, json!({"mood": 10})).await;
        assert_eq!(flags(&app, &asha, "").await.len(), 1, "a better hour closes nothing");
        app.patch(&maya, &path(&days[0]), json!({"mood": 9})).await.expect(200);
        app.patch(&maya, &path(&days[1]), json!({"mood": 9})).await.expect(200);
        assert_eq!(flags(&app, &asha, "").await.len(), 1, "six of eight are still most");
        let id = flags(&app, &asha, "").await[0]["id"].as_str().unwrap().to_owned();
        app.patch(&maya, &path(&days[2]), json!({"mood": 9})).await.expect(200);
        assert!(flags(&app, &asha, "").await.is_empty());
        let closed = app.get(&asha, &format!("/v1/flags/{id}")).await.expect(200);
        assert_eq!((closed.at("/status"), closed.at("/evidence")), (&json!("corrected"), &json!([])));
        let last = closed.list("/history").last().unwrap().clone();
        assert_eq!((last["to"].as_str(), &last["by"]), (Some("corrected"), &Value::Null), "{last}");
        assert_eq!(rules_and_status(&own_flags(&app, &maya).await), [("sustained_low", "corrected")]);
    }

    async fn a_removed_check_in_is_gone_with_its_revisions(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins", "notes"], true).await;
        let first = app.check_in(&maya, json!({"mood": 6, "note": "words"})).await;
        app.patch(&maya, &path(&first), json!({"note": "other words"})).await.expect(200);
        let request = TestRequest::delete().uri(&path(&first)).insert_header(("If-Match", "\"1\""));
        let request = request.insert_header(("Authorization", format!("Bearer {}", maya.token)));
        app.send(request).await.expect(412);
        app.delete(&maya, &path(&first)).await.expect(204);
        for gone in [path(&first), format!("{}/revisions", path(&first))] {
            app.get(&maya, &gone).await.expect(404);
        }
        app.delete(&maya, &path(&first)).await.expect(404);
        assert_eq!(app.get(&maya, "/v1/check-ins").await.at("/data"), &json!([]));
        let hers = app.get(&asha, &format!("/v1/clients/{}/check-ins", maya.id)).await.expect(200);
        assert_eq!(hers.at("/data"), &json!([]));
    }

    /// H15: an edit that moves an entry moves its day, also over the date line.
    async fn an_edit_moves_an_entry_to_another_day(app: TestApp) {
        let maya = app.parent("Maya").await;
        let first = app.check_in(&maya, json!({"mood": 6})).await;
        let moved = app.patch(&maya, &path(&first), json!({"occurred_at": "2026-11-20T23:30:00Z"})).await.expect(200);
        assert_eq!(moved.at("/check_in/local_date"), "2026-11-20");
        let flown = app.patch(&maya, &path(&first), json!({"time_zone": "Pacific/Kiritimati"})).await.expect(200);
        assert_eq!(flown.at("/check_in/local_date"), "2026-11-21");
        let ahead = app.patch(&maya, &path(&first), json!({"occurred_at": "2026-11-23T09:10:00Z"})).await.expect(200);
        assert!(ahead.text("/check_in/occurred_at").starts_with("2026-11-23T09:00:"), "a little ahead is now");
        let line = json!({"occurred_at": "2026-11-23T08:30:00Z", "time_zone": "Pacific/Pago_Pago"});
        app.patch(&maya, &path(&first), line).await.expect(200);
        let list = app.get(&maya, "/v1/check-ins?from=2026-11-22&to=2026-11-22").await.expect(200);
        assert_eq!(list.list("/data").len(), 1, "in Pago Pago it is still yesterday");
    }

    async fn sharing_a_private_answer_tells_those_who_did_not_know(app: TestApp) {
        let (maya, asha, bea) = (app.parent("Maya").await, app.doula("Asha").await, app.doula("Bea").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        app.link(&maya, &bea, &["check_ins"], false).await;
        let first = app.check_in(&maya, json!({"mood": 3, "safe_now": "no", "private": true})).await;
        assert_eq!(first.at("/safety/share_offer"), true);
        assert!(flags(&app, &bea, "").await.is_empty());
        let shared = app.patch(&maya, &path(&first), json!({"private": false})).await.expect(200);
        assert_eq!(shared.at("/flags/0/seen_by"), &json!(["Asha", "Bea"]));
        assert_eq!(shared.at("/safety/share_offer"), false);
        let seen = flags(&app, &bea, "").await;
        assert_eq!((seen[0]["rule"]["id"].as_str(), seen[0]["evidence"][0]["values"]["safe_now"].as_str()),
            (Some("not_safe"), Some("no")));
        assert_eq!(rules_and_status(&own_flags(&app, &maya).await), [("not_safe", "open")], "nothing was taken back");
    }
}
