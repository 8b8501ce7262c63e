//! What happens when a parent changes or ends what she granted, and the history of it.
//!
//! Nothing is cached: the doula's next request sees the change. How links are made is tested in `care`, who read
//! what in `audit`.

use attune::{db::schema::consent_events, id::UserId};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{
    flag::{flags, only_flag, step},
    support::{Person, TestApp, both_databases},
};

const NOBODY: &str = "0191e7c2-93a4-7c3e-8f00-00000000abcd";
const ALL: [&str; 3] = ["flags", "check_ins", "notes"];

/// Fails unless this parent and this flag are to the doula as if they had never been.
async fn sees_nothing(app: &TestApp, doula: &Person, parent: &Person, flag: &str) {
    for (path, id) in [
        ("/v1/clients/ID", parent.id.as_str()),
        ("/v1/clients/ID/check-ins", &parent.id),
        ("/v1/flags/ID", flag),
    ] {
        let gone = app.get(doula, &path.replace("ID", id)).await.expect(404);
        assert_eq!(gone.comparable(), app.get(doula, &path.replace("ID", NOBODY)).await.comparable());
    }
    let acknowledged = json!({"to": "acknowledged"});
    assert_eq!(
        step(app, doula, flag, acknowledged.clone()).await.comparable(),
        step(app, doula, NOBODY, acknowledged).await.comparable()
    );
    for path in
        ["/v1/clients", "/v1/flags", "/v1/flags?status=all", &format!("/v1/flags?client={}", parent.id)]
    {
        assert_eq!(app.get(doula, path).await.expect(200).list("/data").len(), 0, "{path}");
    }
}

/// Kinds and terms of the consent history, earliest first.
async fn consent_history(app: &TestApp, parent: &Person) -> Vec<(String, String, Value)> {
    let id: UserId = parent.id.parse().unwrap();
    let rows: Vec<(String, String, String)> = app
        .state
        .db
        .read(move |conn| {
            let rows = consent_events::table.filter(consent_events::parent_id.eq(id));
            let columns = (consent_events::kind, consent_events::actor_id, consent_events::terms);
            Ok(rows.order(consent_events::at.asc()).select(columns).load(conn)?)
        })
        .await
        .unwrap();
    rows.into_iter()
        .map(|(kind, actor, terms)| (kind, actor, serde_json::from_str(&terms).unwrap()))
        .collect()
}

both_databases! {
    /// CON-2, CON-4, H38: a link that either side ended shows nothing at the doula's next request.
    async fn ending_a_link_binds_at_the_next_request(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 60).await);
        for ended_by in [&maya, &asha] {
            let link = app.link(&maya, &asha, &ALL, true).await;
            app.check_in(&maya, json!({"mood": 4, "safe_now": "unsure"})).await;
            let flag = only_flag(&app, &asha).await["id"].as_str().unwrap().to_owned();
            app.get(&asha, &format!("/v1/clients/{}/check-ins", maya.id)).await.expect(200);
            app.delete(ended_by, &format!("/v1/care-links/{link}")).await.expect(204);
            sees_nothing(&app, &asha, &maya, &flag).await;
            app.get(&asha, &format!("/v1/care-links/{link}")).await.expect(404);
            app.delete(&asha, &format!("/v1/care-links/{link}")).await.expect(404);
            assert_eq!(app.get(&asha, "/v1/care-links").await.list("/data").len(), 0);
            let ended = app.get(&maya, &format!("/v1/care-links/{link}")).await.expect(200);
            assert!(ended.at("/ended_at").is_string());
            let late = app.patch(&maya, &format!("/v1/care-links/{link}"), json!({"scopes": []})).await;
            assert_eq!(late.expect(409).text("/code"), "invalid_transition");
        }
    }

    /// CON-4: a link with an end of its own shows nothing from that instant on.
    async fn a_link_expires_at_its_instant(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 60).await);
        let end: Timestamp = "2026-11-23T09:05:00Z".parse().unwrap();
        let terms = json!({"scopes": ALL, "private_danger": true, "expires_at": end});
        let link = app.link_with(&maya, &asha, terms).await;
        app.check_in(&maya, json!({"mood": 4, "safe_now": "no"})).await;
        app.state.clock.set(end - SignedDuration::from_secs(20));
        let flag = only_flag(&app, &asha).await["id"].as_str().unwrap().to_owned();
        app.get(&asha, &format!("/v1/clients/{}", maya.id)).await.expect(200);
        app.state.clock.set(end);
        sees_nothing(&app, &asha, &maya, &flag).await;
        let reply = app.check_in(&maya, json!({"mood": 4, "safe_now": "no"})).await;
        assert_eq!(reply.at("/flags/0/seen_by"), &json!([]));
        let ended = app.get(&maya, &format!("/v1/care-links/{link}")).await.expect(200);
        assert_eq!(ended.text("/ended_at"), "2026-11-23T09:05:00Z");
        app.link(&maya, &asha, &["flags"], true).await;
    }

    /// CON-3: a scope that is taken back is gone from every answer, those of flags included.
    async fn narrowing_a_link_binds_at_the_next_request(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 60).await);
        let link = format!("/v1/care-links/{}", app.link(&maya, &asha, &ALL, true).await);
        app.check_in(
            &maya,
            json!({"mood": 4, "safe_now": "unsure", "note": "Hard night", "tags": ["night"]}),
        )
        .await;
        let check_ins = format!("/v1/clients/{}/check-ins", maya.id);
        assert_eq!(app.get(&asha, &check_ins).await.expect(200).text("/data/0/note"), "Hard night");
        assert_eq!(only_flag(&app, &asha).await["evidence"][0]["values"]["safe_now"], "unsure");

        app.patch(&maya, &link, json!({"scopes": ["check_ins"]})).await.expect(200);
        let list = app.get(&asha, &check_ins).await.expect(200);
        assert_eq!((list.body["data"][0].get("note"), list.body["data"][0].get("tags")), (None, None));
        assert_eq!(list.at("/data/0/mood"), 4);

        app.patch(&maya, &link, json!({"scopes": []})).await.expect(200);
        assert_eq!(app.get(&asha, &check_ins).await.expect(403).text("/code"), "scope_not_granted");
        let flag = only_flag(&app, &asha).await;
        assert_eq!((flag["evidence"][0].get("id"), flag["evidence"][0].get("values")), (None, None));
        assert!(!flag["reason"].as_str().unwrap().contains("unsure"));
        assert!(
            app.get(&asha, &format!("/v1/clients/{}", maya.id)).await.body.get("last_check_in_on").is_none()
        );
    }

    /// CON-3: a new link begins at its own start; what came before stays unseen unless she opens it.
    async fn granting_again_does_not_reopen_the_past(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 60).await);
        let link = app.link(&maya, &asha, &ALL, true).await;
        app.check_in(&maya, json!({"mood": 4, "safe_now": "unsure"})).await;
        let flag = only_flag(&app, &asha).await["id"].as_str().unwrap().to_owned();
        app.delete(&maya, &format!("/v1/care-links/{link}")).await.expect(204);
        app.state.clock.advance(SignedDuration::from_mins(1));
        let again = format!("/v1/care-links/{}", app.link(&maya, &asha, &ALL, true).await);
        let view = app.get(&maya, &again).await.expect(200);
        assert_eq!(view.at("/history_from"), view.at("/started_at"));
        app.get(&asha, &format!("/v1/flags/{flag}")).await.expect(404);
        assert_eq!(flags(&app, &asha, "?status=all").await.len(), 0);
        assert_eq!(
            app.get(&asha, &format!("/v1/clients/{}/check-ins", maya.id))
                .await
                .expect(200)
                .list("/data")
                .len(),
            0
        );

        app.patch(&maya, &again, json!({"history_from": "2026-11-23T09:00:00Z"})).await.expect(200);
        assert_eq!(only_flag(&app, &asha).await["id"], flag);
        assert_eq!(
            app.get(&asha, &format!("/v1/clients/{}/check-ins", maya.id))
                .await
                .expect(200)
                .list("/data")
                .len(),
            1
        );
        app.patch(&maya, &again, json!({"history_from": null})).await.expect(200);
        assert_eq!(flags(&app, &asha, "").await.len(), 0);
    }

    /// CON-5: every grant, change and end is kept with its terms and who did it.
    async fn the_history_of_consent_keeps_every_change(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent("Maya").await);
        let link = format!("/v1/care-links/{}", app.link(&maya, &asha, &["check_ins"], false).await);
        app.state.clock.advance(SignedDuration::from_secs(1));
        app.patch(&maya, &link, json!({"scopes": [], "private_danger": true})).await.expect(200);
        app.patch(&maya, &link, json!({"scopes": ["notes"]})).await.expect(422);
        app.state.clock.advance(SignedDuration::from_secs(1));
        app.delete(&asha, &link).await.expect(204);
        app.delete(&maya, &link).await.expect(204);
        let history = consent_history(&app, &maya).await;
        let told: Vec<_> = history
            .iter()
            .map(|(kind, actor, terms)| {
                (kind.as_str(), actor.as_str(), &terms["scopes"], &terms["private_danger"])
            })
            .collect();
        assert_eq!(
            told,
            [
                ("granted", maya.id.as_str(), &json!(["flags", "check_ins"]), &json!(false)),
                ("changed", &maya.id, &json!(["flags"]), &json!(true)),
                ("ended", &asha.id, &json!(["flags"]), &json!(true)),
            ]
        );
        assert!(history[2].2["ended_at"].is_string());
        assert_eq!(consent_history(&app, &asha).await.len(), 0);
    }

    /// SAF-5, H38, H40: a shared doula joins no families; the other parent sees nothing and is never mixed in.
    async fn two_parents_never_see_anything_of_each_other(app: TestApp) {
        let asha = app.doula("Asha").await;
        let (maya, zoe) = (app.parent_with_baby("Maya", 60).await, app.parent_with_baby("Zoe", 60).await);
        app.link(&maya, &asha, &ALL, true).await;
        app.link(&zoe, &asha, &ALL, true).await;
        let sent = app.check_in(&maya, json!({"mood": 4, "safe_now": "no", "note": "mine"})).await;
        let (check_in, flag) = (sent.text("/check_in/id").to_owned(), sent.text("/flags/0/id").to_owned());
        let baby = app.get(&maya, "/v1/babies").await.text("/data/0/id").to_owned();
        let link = app.get(&maya, "/v1/care-links").await.text("/data/0/id").to_owned();
        for (path, id) in [("/v1/check-ins", &check_in), ("/v1/babies", &baby), ("/v1/care-links", &link)] {
            let foreign = app.get(&zoe, &format!("{path}/{id}")).await.expect(404);
            assert_eq!(foreign.comparable(), app.get(&zoe, &format!("{path}/{NOBODY}")).await.comparable());
            let list = app.get(&zoe, path).await.expect(200);
            assert!(!list.body.to_string().contains(id.as_str()), "{path}");
        }
        assert_eq!(app.get(&zoe, "/v1/check-ins").await.list("/data").len(), 0);
        assert_eq!(app.get(&zoe, "/v1/me/flags").await.list("/data").len(), 0);
        for path in [
            "/v1/clients".to_owned(),
            format!("/v1/clients/{}", maya.id),
            format!("/v1/flags/{flag}"),
            "/v1/flags".to_owned(),
        ] {
            assert_eq!(app.get(&zoe, &path).await.expect(403).text("/code"), "wrong_role");
        }
        let with_her_baby = json!({"mood": 5, "baby_id": baby});
        assert_eq!(
            app.post(&zoe, "/v1/check-ins", with_her_baby).await.expect(422).wrong_fields(),
            ["/baby_id"]
        );
        assert_eq!(only_flag(&app, &asha).await["parent"]["id"], maya.id);
        assert_eq!(
            app.get(&asha, &format!("/v1/clients/{}/check-ins", zoe.id))
                .await
                .expect(200)
                .list("/data")
                .len(),
            0
        );
    }
}
