//! Babies of a parent: what may be said of them, changing them, and who never gets to see one.
//!
//! What a hidden baby does to suggestions and rules is tested where those are. Days are counted from the tests'
//! Monday, 23 November 2026.

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::support::{Answer, Person, TestApp, both_databases};

/// An id that nothing has.
const NOBODY: &str = "0191e7c2-93a4-7c3e-8f00-00000000abcd";

fn noor() -> Value {
    json!({
        "name": "Noor", "birth_date": "2026-11-01", "due_date": "2026-11-20", "contexts": ["preterm", "multiples"],
        "conditions": [
            {"kind": "vaccination", "since": "2026-11-22", "until": null},
            {"kind": "fever", "since": "2026-11-20", "until": "2026-11-21"},
        ],
        "massage_clearance": {"given_by": "Dr Roy, neonatal unit", "given_on": "2026-11-20"}, "hidden": false,
    })
}

/// A PATCH with any content type and perhaps without a tag.
async fn patch_as(
    app: &TestApp,
    who: &Person,
    path: &str,
    kind: &str,
    tag: Option<&str>,
    body: &str,
) -> Answer {
    let mut request = TestRequest::patch().uri(path);
    request = request.insert_header(("Authorization", format!("Bearer {}", who.token)));
    request = request.insert_header(("Content-Type", kind.to_owned()));
    if let Some(tag) = tag {
        request = request.insert_header(("If-Match", tag.to_owned()));
    }
    app.send(request.set_payload(body.to_owned())).await
}

async fn delete_if(app: &TestApp, who: &Person, path: &str, tag: &str) -> Answer {
    let request =
        TestRequest::delete().uri(path).insert_header(("Authorization", format!("Bearer {}", who.token)));
    app.send(request.insert_header(("If-Match", tag.to_owned()))).await
}

async fn hidden(app: &TestApp, parent: &Person) -> Vec<bool> {
    let list = app.get(parent, "/v1/babies").await.expect(200);
    list.list("/data").iter().map(|baby| baby["hidden"].as_bool().unwrap()).collect()
}

both_databases! {
    async fn a_baby_is_added_read_listed_and_removed(app: TestApp) {
        let maya = app.parent("Maya").await;
        let made = app.post(&maya, "/v1/babies", noor()).await.expect(201);
        let path = format!("/v1/babies/{}", made.text("/id"));
        assert_eq!(made.header("location"), path);
        assert_eq!(made.header("cache-control"), "no-store");
        let mut expected = noor();
        expected["id"] = made.at("/id").clone();
        expected["etag"] = made.header("etag").into();
        assert_eq!(made.body, expected);
        let read = app.get(&maya, &path).await.expect(200);
        assert_eq!((read.header("etag"), &read.body), (made.header("etag"), &expected));
        let list = app.get(&maya, "/v1/babies").await.expect(200);
        assert_eq!(list.body, json!({"data": [expected], "next_cursor": null, "has_more": false}));

        assert!(app.delete(&maya, &path).await.expect(204).bytes.is_empty());
        for gone in [app.get(&maya, &path).await, app.delete(&maya, &path).await] {
            assert_eq!(gone.expect(404).text("/code"), "not_found");
        }
        assert_eq!(app.get(&maya, "/v1/babies").await.expect(200).list("/data").len(), 0);
    }

    async fn nothing_need_be_said_of_a_baby_and_null_says_nothing(app: TestApp) {
        let maya = app.parent("Maya").await;
        let nulls = json!({
            "name": null, "birth_date": null, "due_date": null, "contexts": null, "conditions": null,
            "massage_clearance": null, "hidden": null,
        });
        for body in [json!({}), nulls] {
            let made = app.post(&maya, "/v1/babies", body).await.expect(201).body;
            assert_eq!(
                (&made["name"], &made["birth_date"], &made["due_date"]),
                (&Value::Null, &Value::Null, &Value::Null)
            );
            assert_eq!((&made["contexts"], &made["conditions"]), (&json!([]), &json!([])));
            assert_eq!((&made["massage_clearance"], &made["hidden"]), (&Value::Null, &json!(false)));
        }
    }

    async fn what_lies_in_its_bounds_is_taken(app: TestApp) {
        let maya = app.parent("Maya").await;
        for body in [
            json!({"birth_date": "2016-11-23"}),
            json!({"birth_date": "2026-11-24"}),
            json!({"due_date": "2027-11-23"}),
            json!({"name": "é".repeat(80)}),
            json!({"contexts": ["nicu", "preterm", "multiples"]}),
            json!({"conditions": [{"kind": "skin", "since": "2026-11-23", "until": "2026-11-23"}]}),
        ] {
            let made = app.post(&maya, "/v1/babies", body.clone()).await.expect(201);
            for (name, sent) in body.as_object().unwrap() {
                assert_eq!(&made.body[name], sent);
            }
        }
    }

    /// ACC-6: what a client may not set is refused as a field that is not known.
    async fn what_is_wrong_is_named_and_all_of_it_at_once(app: TestApp) {
        let maya = app.parent("Maya").await;
        let path = format!("/v1/babies/{}", app.baby(&maya, 30).await);
        for (body, pointer) in [
            (json!({"birth_date": "2026-11-25"}), "/birth_date"),
            (json!({"birth_date": "2016-11-22"}), "/birth_date"),
            (json!({"birth_date": "2026-02-30"}), "/birth_date"),
            (json!({"birth_date": 20261101}), "/birth_date"),
            (json!({"due_date": "2027-11-24"}), "/due_date"),
            (json!({"name": ""}), "/name"),
            (json!({"name": "é".repeat(81)}), "/name"),
            (json!({"name": "a\u{0}b"}), "/name"),
            (json!({"contexts": ["nicu", "twins"]}), "/contexts/1"),
            (json!({"contexts": "nicu"}), "/contexts"),
            (json!({"conditions": [{"kind": "cold", "since": "2026-11-22"}]}), "/conditions/0/kind"),
            (json!({"conditions": [{"kind": "fever"}]}), "/conditions/0/since"),
            (json!({"conditions": [{"kind": "fever", "since": "2026-11-25"}]}), "/conditions/0/since"),
            (
                json!({"conditions": [{"kind": "fever", "since": "2026-11-22", "until": "2026-11-21"}]}),
                "/conditions/0/until",
            ),
            (json!({"massage_clearance": {"given_by": "Dr Roy"}}), "/massage_clearance/given_on"),
            (
                json!({"massage_clearance": {"given_by": "", "given_on": "2026-11-20"}}),
                "/massage_clearance/given_by",
            ),
            (json!({"hidden": "yes"}), "/hidden"),
            (json!({"weight": 4}), "/weight"),
            (json!({"id": NOBODY}), "/id"),
            (json!({"parent_id": NOBODY}), "/parent_id"),
        ] {
            let refused = app.post(&maya, "/v1/babies", body.clone()).await.expect(422);
            assert_eq!(refused.wrong_fields(), [pointer], "{body}");
            assert_eq!(
                app.patch(&maya, &path, body.clone()).await.expect(422).wrong_fields(),
                [pointer],
                "{body}"
            );
        }
        let all = json!({"name": 1, "birth_date": "soon", "contexts": ["x"], "hidden": 0, "extra": true});
        let refused = app.post(&maya, "/v1/babies", all).await.expect(422);
        assert_eq!(refused.wrong_fields(), ["/birth_date", "/contexts/0", "/extra", "/hidden", "/name"]);
        assert_eq!(app.get(&maya, "/v1/babies").await.expect(200).list("/data").len(), 1);
    }

    async fn a_patch_changes_what_it_names_and_null_empties(app: TestApp) {
        let maya = app.parent("Maya").await;
        let made = app.post(&maya, "/v1/babies", noor()).await.expect(201);
        let path = format!("/v1/babies/{}", made.text("/id"));
        let changed = app
            .patch(&maya, &path, json!({"name": "Nour", "massage_clearance": {"given_on": "2026-11-21"}}))
            .await;
        let changed = changed.expect(200);
        let mut expected = noor();
        expected["name"] = "Nour".into();
        expected["massage_clearance"]["given_on"] = "2026-11-21".into();
        expected["id"] = made.at("/id").clone();
        expected["etag"] = changed.header("etag").into();
        assert_eq!(changed.body, expected);
        assert_ne!(changed.header("etag"), made.header("etag"));

        let nulls = json!({
            "name": null, "birth_date": null, "due_date": null, "contexts": null, "conditions": null,
            "massage_clearance": null,
        });
        let emptied = app.patch(&maya, &path, nulls).await.expect(200).body;
        assert_eq!(emptied["name"], Value::Null);
        assert_eq!((&emptied["birth_date"], &emptied["due_date"]), (&Value::Null, &Value::Null));
        assert_eq!((&emptied["contexts"], &emptied["conditions"]), (&json!([]), &json!([])));
        assert_eq!(emptied["massage_clearance"], Value::Null);
        let refused = app.patch(&maya, &path, json!({"hidden": null})).await.expect(422);
        assert_eq!(refused.wrong_fields(), ["/hidden"]);
    }

    async fn an_edit_needs_the_tag_that_it_rests_on(app: TestApp) {
        let maya = app.parent("Maya").await;
        let made = app.post(&maya, "/v1/babies", noor()).await.expect(201);
        let (path, tag) = (format!("/v1/babies/{}", made.text("/id")), made.header("etag").to_owned());
        let (json, merge, body) = ("application/json", "application/merge-patch+json", r#"{"name":"Nour"}"#);
        let none = patch_as(&app, &maya, &path, json, None, body).await.expect(428);
        assert_eq!(none.text("/code"), "revision_required");
        for stale in ["\"0\"", "\"99\"", &format!("W/{tag}"), "1", ""] {
            let refused = patch_as(&app, &maya, &path, json, Some(stale), body).await.expect(412);
            assert_eq!(refused.text("/code"), "stale_revision");
        }
        let first = patch_as(&app, &maya, &path, merge, Some(&tag), body).await.expect(200);
        patch_as(&app, &maya, &path, json, Some(&tag), body).await.expect(412);
        assert_eq!(patch_as(&app, &maya, &path, "text/plain", Some(&tag), body).await.status, 415);

        delete_if(&app, &maya, &path, &tag).await.expect(412);
        assert_eq!(app.get(&maya, &path).await.expect(200).text("/name"), "Nour");
        delete_if(&app, &maya, &path, first.header("etag")).await.expect(204);
        app.get(&maya, &path).await.expect(404);
    }

    /// ACC-3, SAF-5: whatever is sent with it, a baby of somebody else answers as one that does not exist.
    async fn a_foreign_baby_answers_as_none_at_all(app: TestApp) {
        let (maya, zoe, asha) = (app.parent("Maya").await, app.parent("Zoe").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["flags", "check_ins", "notes"], true).await;
        let hers = format!("/v1/babies/{}", app.baby(&maya, 30).await);
        let none = format!("/v1/babies/{NOBODY}");
        let big = format!("{{\"name\":\"{}\"}}", "x".repeat(70_000));
        for body in [r#"{"name":"Nour"}"#, r#"{"name":""}"#, "{}", "[]", "{\"name\"", &big] {
            for tag in [None, Some("\"1\""), Some("\"7\""), Some("*")] {
                let foreign = patch_as(&app, &zoe, &hers, "application/json", tag, body).await.expect(404);
                let absent = patch_as(&app, &zoe, &none, "application/json", tag, body).await.expect(404);
                assert_eq!(foreign.comparable(), absent.comparable());
            }
        }
        for (foreign, absent) in [
            (app.get(&zoe, &hers).await, app.get(&zoe, &none).await),
            (app.delete(&zoe, &hers).await, app.delete(&zoe, &none).await),
            (delete_if(&app, &zoe, &hers, "\"9\"").await, delete_if(&app, &zoe, &none, "\"9\"").await),
        ] {
            assert_eq!(foreign.clone().expect(404).comparable(), absent.comparable());
        }
        app.get(&zoe, "/v1/babies/not-an-id").await.expect(404);
        assert_eq!(app.get(&zoe, "/v1/babies").await.expect(200).list("/data").len(), 0);
        for refused in
            [app.get(&asha, &hers).await, app.get(&asha, &none).await, app.get(&asha, "/v1/babies").await]
        {
            assert_eq!(refused.expect(403).text("/code"), "wrong_role");
        }
        app.get(&maya, &hers).await.expect(200);
    }

    async fn after_a_loss_every_baby_is_hidden_until_the_parent_shows_one_again(app: TestApp) {
        let maya = app.parent("Maya").await;
        let (first, second) = (app.baby(&maya, 30).await, app.baby(&maya, 30).await);
        let before = app.get(&maya, &format!("/v1/babies/{first}")).await.header("etag").to_owned();
        assert_eq!(hidden(&app, &maya).await, [false, false]);
        app.patch(&maya, "/v1/me", json!({"contexts": ["loss"]})).await.expect(200);
        assert_eq!(hidden(&app, &maya).await, [true, true]);
        assert_ne!(app.get(&maya, &format!("/v1/babies/{first}")).await.header("etag"), before);

        app.baby(&maya, 1).await;
        assert_eq!(hidden(&app, &maya).await, [true, true, true]);
        let shown =
            app.patch(&maya, &format!("/v1/babies/{second}"), json!({"hidden": false})).await.expect(200);
        assert_eq!(shown.at("/hidden"), false);
        app.patch(&maya, "/v1/me", json!({"contexts": ["loss", "birth_trauma"], "country": "FR"}))
            .await
            .expect(200);
        assert_eq!(hidden(&app, &maya).await, [true, false, true]);

        app.delete(&maya, &format!("/v1/babies/{first}")).await.expect(204);
        assert_eq!(app.get(&maya, "/v1/me").await.at("/contexts"), &json!(["loss", "birth_trauma"]));
    }
}
