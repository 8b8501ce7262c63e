//! A form that a doula enters together with a parent, and what doulas see of forms.

use serde_json::{Value, json};

use super::{SCREENINGS, fill_in, path, raised};
use crate::{
    flag::only_flag,
    support::{Person, both_databases},
};

fn of(client: &Person) -> String {
    format!("/v1/clients/{}/screenings", client.id)
}

both_databases! {
    async fn a_doula_with_the_scope_enters_a_form_and_it_says_who_did(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["screenings"], false).await;
        let body = json!({"instrument": "epds", "answers": [1, 1, 1, 1, 1, 1, 1, 2, 2, 0], "total": 11});
        let entered = app.post(&asha, &of(&maya), body).await.expect(201);
        let form = entered.at("/screening");
        assert_eq!((&form["entered_by"], &form["total"]), (&json!(asha.id), &json!(11)));
        assert_eq!((form["band"]["label"].as_str(), &form["subscales"]), (Some("middle"), &json!({})));
        assert_eq!((raised(&entered), entered.at("/flags/0/seen_by")), (vec![("epds", "notice")], &json!(["Asha"])));
        assert_eq!((entered.at("/safety"), entered.list("/suggestions").len()), (&Value::Null, 0));
        assert_eq!((entered.header("location"), entered.header("etag")), (of(&maya).as_str(), "\"1\""));
        assert_eq!(app.get(&asha, &of(&maya)).await.expect(200).at("/data"), &json!([form]));
        // It is the parent's: she reads, hides and removes it.
        let own = app.get(&maya, &path(&entered)).await.expect(200);
        assert_eq!((own.at("/entered_by"), own.at("/band").get("label")), (&json!(asha.id), None));
        app.patch(&maya, &path(&entered), json!({"private": true})).await.expect(200);
        assert_eq!(app.get(&asha, &of(&maya)).await.list("/data").len(), 0);
        app.delete(&maya, &path(&entered)).await.expect(204);
        // Only the parent says what is private.
        let private = json!({"instrument": "phq-2", "answers": [0, 0], "private": true});
        assert_eq!(app.post(&asha, &of(&maya), private).await.expect(422).wrong_fields(), ["/private"]);
    }

    async fn without_the_scope_it_is_refused_and_without_a_link_there_is_nobody(app: TestApp) {
        let (maya, asha, bea) = (app.parent("Maya").await, app.doula("Asha").await, app.doula("Bea").await);
        let link = app.link(&maya, &asha, &["check_ins", "notes"], true).await;
        let danger = json!({"instrument": "phq-9", "answers": {"9": 1}});
        for answer in [app.get(&asha, &of(&maya)).await, app.post(&asha, &of(&maya), danger.clone()).await] {
            assert_eq!((answer.status, answer.text("/code")), (403, "scope_not_granted"));
        }
        assert_eq!(app.post(&asha, &of(&maya), danger.clone()).await.text("/help"), "/v1/help");
        for answer in [app.get(&bea, &of(&maya)).await, app.post(&bea, &of(&maya), danger.clone()).await] {
            assert_eq!((answer.status, answer.text("/code")), (404, "not_found"));
        }
        // A change of the scopes binds at the next request, also for a key that was used before.
        let at = format!("/v1/care-links/{link}");
        app.patch(&maya, &at, json!({"scopes": ["screenings"]})).await.expect(200);
        app.post_once(&asha, &of(&maya), "once", danger.clone()).await.expect(201);
        app.patch(&maya, &at, json!({"scopes": ["flags"]})).await.expect(200);
        app.post_once(&asha, &of(&maya), "once", danger).await.expect(403);
        assert_eq!(app.get(&maya, SCREENINGS).await.list("/data").len(), 1);
    }

    async fn a_key_belongs_to_one_client(app: TestApp) {
        let (maya, noor, asha) = (app.parent("Maya").await, app.parent("Noor").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["screenings"], false).await;
        app.link(&noor, &asha, &["screenings"], false).await;
        let body = json!({"instrument": "phq-2", "answers": [0, 1]});
        let first = app.post_once(&asha, &of(&maya), "same", body.clone()).await.expect(201);
        let again = app.post_once(&asha, &of(&maya), "same", body.clone()).await.expect(201);
        assert_eq!((again.header("idempotency-replayed"), &again.body), ("true", &first.body));
        let other = app.post_once(&asha, &of(&noor), "same", body).await.expect(422);
        assert_eq!(other.text("/code"), "idempotency_key_reused");
    }

    /// Danger first, in her hands too; and the reply shows her no more than she may see.
    async fn a_danger_answer_that_is_entered_is_taken_and_shows_help_and_nobody_else(app: TestApp) {
        let (maya, asha, bea) = (app.parent("Maya").await, app.doula("Asha").await, app.doula("Bea").await);
        app.link(&maya, &asha, &["screenings"], false).await;
        app.link(&maya, &bea, &["check_ins", "screenings"], true).await;
        // What is private of the same rule stays unknown to her.
        let hidden = json!({"instrument": "weekly-reflection", "answers": {"unreal": 3}, "private": true});
        app.post(&maya, SCREENINGS, hidden).await.expect(201);
        let own = app.post(&asha, &of(&maya), json!({"instrument": "weekly-reflection", "answers": {"unreal": 1}})).await.expect(201);
        assert_eq!((raised(&own), own.at("/safety")), (vec![("unreal", "same_day")], &Value::Null), "{}", own.body);
        let body = json!({"instrument": "epds", "answers": {"10": 1}, "private": true, "total": 40});
        let entered = app.post(&asha, &of(&maya), body).await.expect(201);
        assert_eq!(raised(&entered), [("self_harm_item", "urgent")]);
        assert_eq!((entered.text("/safety/level"), entered.at("/flags/0/seen_by")), ("urgent", &json!(["Asha"])));
        assert!(!entered.body.to_string().contains("Bea"), "{}", entered.body);
        assert_eq!((entered.at("/screening/private"), entered.at("/screening/incomplete")), (&json!(false), &json!(true)));
    }

    /// A window that only a private form opened tells a doula nothing of it.
    async fn a_private_form_closes_no_window_to_a_doula(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["screenings"], false).await;
        let body = json!({"instrument": "phq-2", "answers": [0, 1]});
        let mut hidden = body.clone();
        hidden["private"] = json!(true);
        app.post(&maya, SCREENINGS, hidden).await.expect(201);
        app.post(&asha, &of(&maya), body.clone()).await.expect(201);
        let refused = app.post(&asha, &of(&maya), body).await.expect(409);
        assert_eq!((refused.text("/code"), refused.text("/repeat_from")), ("too_soon", "2026-12-07"));
    }

    async fn doulas_see_what_is_shared_from_their_link_on(app: TestApp) {
        let (maya, asha, late) = (app.parent("Maya").await, app.doula("Asha").await, app.doula("Late").await);
        app.link(&maya, &asha, &["screenings"], false).await;
        fill_in(&app, &maya, "phq-2", json!([1, 2])).await;
        let hidden = json!({"instrument": "gad-2", "answers": [1, 2], "private": true});
        app.post(&maya, SCREENINGS, hidden).await.expect(201);
        app.advance_minutes(1);
        app.link(&maya, &late, &["screenings"], false).await;
        let names = |list: &crate::support::Answer| -> Vec<String> {
            list.list("/data").iter().map(|one| one["instrument"].as_str().unwrap_or_default().to_owned()).collect()
        };
        assert_eq!(names(&app.get(&asha, &of(&maya)).await.expect(200)), ["phq-2"]);
        assert_eq!(names(&app.get(&late, &of(&maya)).await.expect(200)), [] as [&str; 0]);
        assert_eq!(only_flag(&app, &asha).await["rule"]["id"], "phq2");
    }

    async fn the_audit_says_which_doula_entered_it_and_by_which_link(app: TestApp) {
        use attune::db::schema::audit;
        use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        let link = app.link(&maya, &asha, &["screenings"], false).await;
        app.post(&asha, &of(&maya), json!({"instrument": "phq-2", "answers": [3, 3]})).await.expect(201);
        app.get(&asha, &of(&maya)).await.expect(200);
        let doula: attune::id::UserId = asha.id.parse().expect("an id");
        let acts: Vec<(String, Option<String>)> = app.state.db.read(move |conn| {
            Ok(audit::table.filter(audit::actor_id.eq(doula)).filter(audit::link_id.is_not_null())
                .order(audit::id.asc()).select((audit::action, audit::link_id)).load(conn)?)
        }).await.expect("reads");
        // Acts of one instant have no order.
        let mut acts: Vec<(&str, Option<&str>)> = acts.iter().map(|(action, link)| (action.as_str(), link.as_deref())).collect();
        let link = Some(link.as_str());
        acts.sort_unstable();
        assert_eq!(acts, [("client.screenings", link), ("flag.raise", link), ("screening.create", link)]);
    }
}
