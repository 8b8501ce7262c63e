//! One's own account: what `/v1/me` shows, what may be changed, and what is for parents only.
//!
//! Signing up and in is tested in `auth`; what a loss does to babies in `baby`.

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::support::both_databases;

both_databases! {
    async fn a_parent_sees_her_account_and_settings(app: TestApp) {
        let maya = app.parent("Maya").await;
        let me = app.get(&maya, "/v1/me").await.expect(200);
        assert_eq!(me.header("cache-control"), "no-store");
        let expected = json!({
            "id": maya.id, "role": "parent", "email": "maya@example.org", "display_name": "Maya",
            "time_zone": "Europe/London", "country": "GB", "locale": null, "quiet_hours": null,
            "created_at": me.at("/created_at"), "etag": me.header("etag"), "contexts": [],
            "check_in_cadence_days": null, "paused_until": null, "safe_contact": null,
        });
        assert_eq!(me.body, expected);
        assert!(me.text("/created_at").starts_with("2026-11-23T09:"));
    }

    async fn a_doula_has_no_settings_of_parents(app: TestApp) {
        let asha = app.doula("Asha").await;
        let me = app.get(&asha, "/v1/me").await.expect(200);
        assert_eq!(me.text("/role"), "doula");
        for (name, value) in [
            ("contexts", json!(["loss"])),
            ("check_in_cadence_days", json!(1)),
            ("paused_until", json!("2026-11-24")),
            ("safe_contact", json!({"ways": ["message"]})),
            ("contexts", Value::Null),
            ("safe_contact", json!("")),
        ] {
            assert!(me.body.get(name).is_none(), "{name}");
            let refused =
                app.patch(&asha, "/v1/me", json!({"display_name": "Asha R", name: value})).await.expect(422);
            assert_eq!(refused.wrong_fields(), [format!("/{name}")]);
        }
        assert_eq!(app.get(&asha, "/v1/me").await.body, me.body);
        let changed =
            app.patch(&asha, "/v1/me", json!({"display_name": "Asha R", "time_zone": "Asia/Tokyo"})).await;
        let changed = changed.expect(200);
        assert_eq!((changed.text("/display_name"), changed.text("/time_zone")), ("Asha R", "Asia/Tokyo"));
    }

    async fn every_setting_can_be_set_and_emptied(app: TestApp) {
        let maya = app.parent("Maya").await;
        let settings = json!({
            "display_name": "Maya O'Neill", "time_zone": "America/St_Johns", "country": "CA", "locale": "fr-CA",
            "quiet_hours": {"from": "22:30", "to": "07:00"},
            "contexts": ["loss", "adoption", "birth_trauma", "mania_history"], "check_in_cadence_days": 30,
            "paused_until": "2027-01-22",
            "safe_contact": {"ways": ["text message"], "hours": "weekdays before noon", "note": "No voicemail."},
        });
        let changed = app.patch(&maya, "/v1/me", settings.clone()).await.expect(200);
        let read = app.get(&maya, "/v1/me").await.expect(200);
        assert_eq!(changed.body, read.body);
        assert_eq!(changed.header("etag"), read.text("/etag"));
        for (name, sent) in settings.as_object().unwrap() {
            assert_eq!(&read.body[name], sent, "{name}");
        }
        let nulls = json!({
            "country": null, "locale": null, "quiet_hours": null, "contexts": null, "check_in_cadence_days": null,
            "paused_until": null, "safe_contact": null,
        });
        let emptied = app.patch(&maya, "/v1/me", nulls.clone()).await.expect(200).body;
        for name in nulls.as_object().unwrap().keys().filter(|name| *name != "contexts") {
            assert_eq!(emptied[name], Value::Null, "{name}");
        }
        assert_eq!((&emptied["contexts"], &emptied["display_name"]), (&json!([]), &json!("Maya O'Neill")));
    }

    async fn a_patch_of_an_object_leaves_its_other_parts_alone(app: TestApp) {
        let maya = app.parent("Maya").await;
        let first = json!({
            "quiet_hours": {"from": "22:00", "to": "07:00"},
            "safe_contact": {"ways": ["message"], "hours": "mornings", "note": "No calls."},
        });
        app.patch(&maya, "/v1/me", first).await.expect(200);
        let second =
            json!({"quiet_hours": {"to": "06:30"}, "safe_contact": {"hours": null, "ways": ["e-mail"]}});
        let changed = app.patch(&maya, "/v1/me", second).await.expect(200);
        assert_eq!(changed.at("/quiet_hours"), &json!({"from": "22:00", "to": "06:30"}));
        assert_eq!(
            changed.at("/safe_contact"),
            &json!({"ways": ["e-mail"], "hours": null, "note": "No calls."})
        );
    }

    async fn what_is_out_of_its_bounds_is_named(app: TestApp) {
        let maya = app.parent("Maya").await;
        let before = app.get(&maya, "/v1/me").await.body;
        for (body, pointer) in [
            (json!({"display_name": ""}), "/display_name"),
            (json!({"display_name": "x".repeat(81)}), "/display_name"),
            (json!({"display_name": "two\nlines"}), "/display_name"),
            (json!({"display_name": null}), "/display_name"),
            (json!({"time_zone": "Mars/Olympus"}), "/time_zone"),
            (json!({"time_zone": null}), "/time_zone"),
            (json!({"country": "XX"}), "/country"),
            (json!({"country": "GBR"}), "/country"),
            (json!({"locale": "as you like it"}), "/locale"),
            (json!({"quiet_hours": {"from": "25:00", "to": "07:00"}}), "/quiet_hours/from"),
            (json!({"quiet_hours": {"from": "22:00"}}), "/quiet_hours/to"),
            (json!({"quiet_hours": {"from": "22:00", "to": "22:00"}}), "/quiet_hours/to"),
            (json!({"quiet_hours": "at night"}), "/quiet_hours"),
            (json!({"contexts": ["loss", "grief"]}), "/contexts/1"),
            (json!({"check_in_cadence_days": 0}), "/check_in_cadence_days"),
            (json!({"check_in_cadence_days": 31}), "/check_in_cadence_days"),
            (json!({"check_in_cadence_days": 1.5}), "/check_in_cadence_days"),
            (json!({"paused_until": "2026-11-22"}), "/paused_until"),
            (json!({"paused_until": "2027-01-23"}), "/paused_until"),
            (json!({"safe_contact": {"ways": ["a", "b", "c", "d", "e", "f"]}}), "/safe_contact/ways"),
            (json!({"safe_contact": {"ways": ["x".repeat(41)]}}), "/safe_contact/ways/0"),
            (json!({"safe_contact": {"hours": "x".repeat(201)}}), "/safe_contact/hours"),
            (json!({"safe_contact": {"note": "x".repeat(501)}}), "/safe_contact/note"),
            (json!({"safe_contact": {"phone": "1"}}), "/safe_contact/phone"),
        ] {
            assert_eq!(
                app.patch(&maya, "/v1/me", body.clone()).await.expect(422).wrong_fields(),
                [pointer],
                "{body}"
            );
        }
        let all = json!({"display_name": 1, "time_zone": "x", "country": "x", "locale": 1, "nickname": "M"});
        let refused = app.patch(&maya, "/v1/me", all).await.expect(422);
        assert_eq!(
            refused.wrong_fields(),
            ["/country", "/display_name", "/locale", "/nickname", "/time_zone"]
        );
        assert_eq!(app.get(&maya, "/v1/me").await.body, before);
    }

    /// ACC-6: role, address, id and times are not the client's to set.
    async fn nobody_sets_what_is_not_a_setting(app: TestApp) {
        for person in [app.parent("Maya").await, app.doula("Asha").await] {
            let before = app.get(&person, "/v1/me").await.body;
            for name in ["id", "role", "email", "created_at", "password", "etag", "revision", "disabled_at"] {
                let refused = app.patch(&person, "/v1/me", json!({name: "doula"})).await.expect(422);
                assert_eq!(refused.wrong_fields(), [format!("/{name}")]);
            }
            assert_eq!(app.get(&person, "/v1/me").await.body, before);
        }
    }

    async fn an_edit_of_settings_needs_the_tag_that_it_rests_on(app: TestApp) {
        let maya = app.parent("Maya").await;
        let tag = app.get(&maya, "/v1/me").await.header("etag").to_owned();
        let bare = TestRequest::patch()
            .uri("/v1/me")
            .insert_header(("Authorization", format!("Bearer {}", maya.token)));
        app.send(bare.set_json(json!({"country": "FR"}))).await.expect(428);
        app.patch_if(&maya, "/v1/me", &format!("W/{tag}"), json!({"country": "FR"})).await.expect(412);
        app.patch_if(&maya, "/v1/me", &tag, json!({"country": "FR"})).await.expect(200);
        let late = app.patch_if(&maya, "/v1/me", &tag, json!({"country": "DE"})).await.expect(412);
        assert_eq!(late.text("/code"), "stale_revision");
        assert_eq!(app.get(&maya, "/v1/me").await.text("/country"), "FR");
        app.anonymous(TestRequest::get().uri("/v1/me")).await.expect(401);
    }

    async fn a_loss_is_told_and_taken_back_in_the_settings(app: TestApp) {
        let maya = app.parent("Maya").await;
        let baby = format!("/v1/babies/{}", app.baby(&maya, 3).await);
        app.patch(&maya, "/v1/me", json!({"contexts": ["loss"]})).await.expect(200);
        assert_eq!(app.get(&maya, &baby).await.at("/hidden"), true);
        app.patch(&maya, &baby, json!({"hidden": false})).await.expect(200);
        app.patch(&maya, "/v1/me", json!({"contexts": []})).await.expect(200);
        app.patch(&maya, "/v1/me", json!({"contexts": ["mania_history", "loss"]})).await.expect(200);
        assert_eq!(app.get(&maya, &baby).await.at("/hidden"), true);
        app.delete(&maya, &baby).await.expect(204);
        let contexts = app.get(&maya, "/v1/me").await.at("/contexts").clone();
        assert_eq!(contexts.as_array().unwrap().len(), 2);
        assert!(contexts.as_array().unwrap().contains(&json!("loss")));
    }
}
