//! Invitations and care links: how a parent grants something to a doula, and on which terms.
//!
//! What ending and changing a link does to what a doula sees is tested in `consent`.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::{Person, TestApp, both_databases};

async fn code(app: &TestApp, doula: &Person) -> Value {
    app.post(doula, "/v1/invitations", json!({})).await.expect(201).at("/code").clone()
}

fn at(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

both_databases! {
    /// AUTH-17: long enough that nobody guesses it, for one week, for a doula to make alone.
    async fn a_doula_makes_a_code_for_one_week(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent("Maya").await);
        let before = app.now();
        let made = app.post(&asha, "/v1/invitations", json!({})).await.expect(201);
        let life = at(made.at("/expires_at")).duration_since(before);
        assert!(life >= SignedDuration::from_hours(168) && life < SignedDuration::from_hours(169), "{life}");
        // 28 characters of five bits are 140 bits.
        let letters = made.text("/code").replace('-', "");
        assert!(letters.len() >= 28 && letters.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()));
        assert_ne!(code(&app, &asha).await, made.at("/code").clone());
        assert_eq!(made.header("cache-control"), "no-store");
        assert_eq!(
            app.post(&maya, "/v1/invitations", json!({})).await.expect(403).text("/code"),
            "wrong_role"
        );
        let refused = app.post(&asha, "/v1/invitations", json!({"role": "doula"})).await.expect(422);
        assert_eq!(refused.wrong_fields(), ["/role"]);
    }

    /// AUTH-17: a code works once, until its week is over, and a refusal does not say what was wrong with it.
    async fn unknown_used_and_expired_codes_are_refused_alike(app: TestApp) {
        let (asha, maya, zoe) = (app.doula("Asha").await, app.parent("Maya").await, app.parent("Zoe").await);
        let (used, expired, last_hour) =
            (code(&app, &asha).await, code(&app, &asha).await, code(&app, &asha).await);
        let link = |code: &Value| json!({"code": code, "scopes": ["flags"], "private_danger": false});
        app.post(&maya, "/v1/care-links", link(&used)).await.expect(201);
        app.advance_hours(167);
        let (kim, zoe) = (app.parent("Kim").await, app.sign_in(&zoe).await);
        app.post(&kim, "/v1/care-links", link(&last_hour)).await.expect(201);
        app.advance_hours(1);
        let zoe = app.sign_in(&zoe).await;
        let unknown = app
            .post(&zoe, "/v1/care-links", link(&json!("0000-0000-0000-0000-0000-0000-0000")))
            .await
            .expect(422);
        assert_eq!(unknown.wrong_fields(), ["/code"]);
        for code in [&used, &expired, &json!("nonsense")] {
            assert_eq!(app.post(&zoe, "/v1/care-links", link(code)).await.comparable(), unknown.comparable());
        }
        assert_eq!(app.get(&zoe, "/v1/care-links").await.list("/data").len(), 0);
    }

    /// AUTH-17: a code makes no doula of a parent and no parent of a doula.
    async fn only_a_parent_can_use_a_code(app: TestApp) {
        let (asha, bela, maya) = (app.doula("Asha").await, app.doula("Bela").await, app.parent("Maya").await);
        let body = json!({"code": code(&app, &asha).await, "scopes": [], "private_danger": true});
        for doula in [&asha, &bela] {
            let refused = app.post(doula, "/v1/care-links", body.clone()).await.expect(403);
            assert_eq!(refused.text("/code"), "wrong_role");
        }
        app.post(&maya, "/v1/care-links", body).await.expect(201);
        assert_eq!(app.get(&maya, "/v1/me").await.text("/role"), "parent");
    }

    async fn a_refused_link_leaves_the_code_unspent(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent("Maya").await);
        let code = code(&app, &asha).await;
        app.post(&maya, "/v1/care-links", json!({"code": code, "scopes": []})).await.expect(422);
        let typed = code.as_str().unwrap().to_lowercase().replace('-', " ");
        let made = app
            .post(&maya, "/v1/care-links", json!({"code": typed, "scopes": [], "private_danger": true}))
            .await;
        assert_eq!(made.expect(201).at("/scopes"), &json!(["flags"]));
    }

    async fn a_link_is_shown_to_both_sides_with_its_terms(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent("Maya").await);
        let terms = json!({
            "code": code(&app, &asha).await, "scopes": ["notes", "check_ins"], "private_danger": true,
            "history_from": "2026-11-01T00:00:00Z", "expires_at": "2027-11-23T09:00:00Z",
        });
        let made = app.post(&maya, "/v1/care-links", terms).await.expect(201);
        let path = format!("/v1/care-links/{}", made.text("/id"));
        assert_eq!(made.header("location"), path);
        let expected = json!({
            "id": made.at("/id"), "parent": {"id": maya.id, "display_name": "Maya"},
            "doula": {"id": asha.id, "display_name": "Asha"}, "scopes": ["flags", "check_ins", "notes"],
            "private_danger": true, "history_from": "2026-11-01T00:00:00Z", "started_at": made.at("/started_at"),
            "expires_at": "2027-11-23T09:00:00Z", "ended_at": null, "etag": made.header("etag"),
        });
        assert_eq!(made.body, expected);
        for side in [&maya, &asha] {
            let one = app.get(side, &path).await.expect(200);
            assert_eq!((&one.body, one.header("etag")), (&expected, made.header("etag")));
            assert_eq!(app.get(side, "/v1/care-links").await.expect(200).at("/data"), &json!([expected]));
        }
    }

    /// CON-1: nothing is granted that was not asked for.
    async fn scopes_are_a_list_to_which_flags_belong_and_notes_need_check_ins(app: TestApp) {
        let maya = app.parent("Maya").await;
        for (number, (scopes, granted)) in [
            (json!([]), json!(["flags"])),
            (json!(["screenings"]), json!(["flags", "screenings"])),
            (json!(["check_ins", "flags"]), json!(["flags", "check_ins"])),
            (json!(["notes", "check_ins"]), json!(["flags", "check_ins", "notes"])),
        ]
        .into_iter()
        .enumerate()
        {
            let doula = app.doula(&format!("Doula{number}")).await;
            let body = json!({"code": code(&app, &doula).await, "scopes": scopes, "private_danger": false});
            assert_eq!(app.post(&maya, "/v1/care-links", body).await.expect(201).at("/scopes"), &granted);
        }
        let asha = app.doula("Asha").await;
        let code = code(&app, &asha).await;
        for (scopes, pointer) in [
            (json!(["notes"]), "/scopes"),
            (json!(["notes", "flags", "screenings"]), "/scopes"),
            (json!(["flags", "everything"]), "/scopes/1"),
            (json!("flags"), "/scopes"),
            (Value::Null, "/scopes"),
        ] {
            let body = json!({"code": code, "scopes": scopes, "private_danger": false});
            assert_eq!(app.post(&maya, "/v1/care-links", body).await.expect(422).wrong_fields(), [pointer]);
        }
        let link = app.link(&maya, &asha, &["flags"], false).await;
        let path = format!("/v1/care-links/{link}");
        assert_eq!(
            app.patch(&maya, &path, json!({"scopes": ["notes"]})).await.expect(422).wrong_fields(),
            ["/scopes"]
        );
    }

    /// H39: the question is asked, nothing is ticked for her.
    async fn private_danger_must_be_answered(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent("Maya").await);
        let code = code(&app, &asha).await;
        for answer in [Value::Null, json!("yes"), json!(1)] {
            let body = json!({"code": code, "scopes": ["flags"], "private_danger": answer});
            assert_eq!(
                app.post(&maya, "/v1/care-links", body).await.expect(422).wrong_fields(),
                ["/private_danger"]
            );
        }
        let none =
            app.post(&maya, "/v1/care-links", json!({"code": code, "scopes": ["flags"]})).await.expect(422);
        assert_eq!(none.wrong_fields(), ["/private_danger"]);
        let link = app.link(&maya, &asha, &["flags"], false).await;
        let path = format!("/v1/care-links/{link}");
        let cleared = app.patch(&maya, &path, json!({"private_danger": null})).await.expect(422);
        assert_eq!(cleared.wrong_fields(), ["/private_danger"]);
        assert_eq!(
            app.patch(&maya, &path, json!({"private_danger": true})).await.expect(200).at("/private_danger"),
            true
        );
    }

    /// ACC-6 among them: what the server decides is no field.
    async fn terms_have_bounds_and_every_mistake_is_named(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent("Maya").await);
        let body = json!({
            "code": code(&app, &asha).await, "scopes": ["flags"], "private_danger": true,
            "history_from": "2026-11-24T09:00:00Z", "expires_at": "2026-11-23T08:59:59Z", "doula_id": asha.id,
            "started_at": "2026-01-01T00:00:00Z",
        });
        let refused = app.post(&maya, "/v1/care-links", body).await.expect(422);
        assert_eq!(refused.wrong_fields(), ["/doula_id", "/expires_at", "/history_from", "/started_at"]);
        let all = app.post(&maya, "/v1/care-links", json!({})).await.expect(422);
        assert_eq!(all.wrong_fields(), ["/code", "/private_danger", "/scopes"]);
        let link = app.link(&maya, &asha, &["flags"], true).await;
        for (body, pointer) in [
            (json!({"history_from": "2026-11-24T09:00:00Z"}), "/history_from"),
            (json!({"expires_at": "2026-11-23T08:00:00Z"}), "/expires_at"),
            (json!({"expires_at": "tomorrow"}), "/expires_at"),
            (json!({"code": "x"}), "/code"),
            (json!({"ended_at": null}), "/ended_at"),
        ] {
            let refused = app.patch(&maya, &format!("/v1/care-links/{link}"), body.clone()).await.expect(422);
            assert_eq!(refused.wrong_fields(), [pointer], "{body}");
        }
    }

    async fn a_second_live_link_with_the_same_doula_is_refused(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent("Maya").await);
        let link = app.link(&maya, &asha, &["flags"], true).await;
        let second =
            json!({"code": code(&app, &asha).await, "scopes": ["check_ins"], "private_danger": false});
        assert_eq!(
            app.post(&maya, "/v1/care-links", second.clone()).await.expect(409).text("/code"),
            "already_linked"
        );
        assert_eq!(app.get(&maya, "/v1/care-links").await.list("/data").len(), 1);
        app.delete(&maya, &format!("/v1/care-links/{link}")).await.expect(204);
        let again = app.post(&maya, "/v1/care-links", second).await.expect(201);
        assert_ne!(again.text("/id"), link);
        assert_eq!(app.get(&maya, "/v1/care-links").await.list("/data").len(), 2);
        assert_eq!(app.get(&asha, "/v1/care-links").await.list("/data").len(), 1);
    }

    /// ACC-3: to others a link answers as one that does not exist; only the parent changes the terms.
    async fn a_foreign_link_answers_as_none_at_all(app: TestApp) {
        let (asha, bela) = (app.doula("Asha").await, app.doula("Bela").await);
        let (maya, zoe) = (app.parent("Maya").await, app.parent("Zoe").await);
        let link = format!("/v1/care-links/{}", app.link(&maya, &asha, &["flags"], true).await);
        app.link(&zoe, &bela, &["flags"], true).await;
        let none = "/v1/care-links/0191e7c2-93a4-7c3e-8f00-00000000abcd";
        for stranger in [&zoe, &bela] {
            for (foreign, absent) in [
                (app.get(stranger, &link).await, app.get(stranger, none).await),
                (app.delete(stranger, &link).await, app.delete(stranger, none).await),
            ] {
                assert_eq!(foreign.clone().expect(404).comparable(), absent.comparable());
            }
        }
        for body in [json!({"scopes": []}), json!({"scopes": 1}), json!([])] {
            let foreign = app.patch_if(&zoe, &link, "\"1\"", body.clone()).await.expect(404);
            assert_eq!(foreign.comparable(), app.patch_if(&zoe, none, "\"1\"", body).await.comparable());
        }
        let doula = app.patch_if(&asha, &link, "\"1\"", json!({"scopes": ["check_ins"]})).await.expect(403);
        assert_eq!(doula.text("/code"), "wrong_role");
        assert_eq!(app.get(&maya, &link).await.expect(200).at("/scopes"), &json!(["flags"]));
    }

    async fn a_change_of_terms_needs_the_tag_that_it_rests_on(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent("Maya").await);
        let link = format!("/v1/care-links/{}", app.link(&maya, &asha, &["flags"], true).await);
        let tag = app.get(&maya, &link).await.header("etag").to_owned();
        let changed = app.patch_if(&maya, &link, &tag, json!({"scopes": ["check_ins"]})).await.expect(200);
        assert_eq!(changed.at("/scopes"), &json!(["flags", "check_ins"]));
        app.patch_if(&maya, &link, &tag, json!({"scopes": []})).await.expect(412);
        app.patch_if(&maya, &link, &format!("W/{}", changed.header("etag")), json!({"scopes": []}))
            .await
            .expect(412);
        assert_eq!(app.get(&maya, &link).await.at("/scopes"), &json!(["flags", "check_ins"]));
    }
}
