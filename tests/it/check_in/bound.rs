//! Bounds of every field, each refused with its own pointer and all of them at once.

use serde_json::{Value, json};

use crate::support::both_databases;

both_databases! {
    async fn every_field_has_its_bounds(app: TestApp) {
        let maya = app.parent("Maya").await;
        let scale = [(json!(-1), false), (json!(0), true), (json!(10), true), (json!(11), false)];
        let mut cases: Vec<(&str, Value, bool, &str, &str)> = Vec::new();
        for (name, pointer) in [
            ("mood", "/mood"),
            ("connection", "/connection"),
            ("anxiety", "/anxiety"),
            ("support", "/support"),
        ] {
            for (value, fine) in &scale {
                cases.push((name, value.clone(), *fine, pointer, "out_of_range"));
            }
            cases.push((name, json!(6.5), false, pointer, "out_of_range"));
            cases.push((name, json!("6"), false, pointer, "wrong_type"));
        }
        for (hours, fine) in [
            (-0.5, false),
            (0.0, true),
            (0.5, true),
            (23.5, true),
            (24.0, true),
            (24.5, false),
            (4.25, false),
        ] {
            cases.push(("sleep_hours", json!(hours), fine, "/sleep_hours", "out_of_range"));
        }
        cases.push(("sleep_hours", json!("4"), false, "/sleep_hours", "wrong_type"));
        for name in ["sped_up", "contact_me", "private"] {
            let pointer = match name {
                "sped_up" => "/sped_up",
                "contact_me" => "/contact_me",
                _ => "/private",
            };
            cases.push((name, json!(true), true, pointer, ""));
            cases.push((name, json!("true"), false, pointer, "wrong_type"));
            cases.push((name, json!(1), false, pointer, "wrong_type"));
        }
        cases.push(("safe_now", json!("yes"), true, "", ""));
        cases.push(("safe_now", json!("Yes"), false, "/safe_now", "unknown_word"));
        cases.push(("safe_now", json!(true), false, "/safe_now", "wrong_type"));
        for (text, fine) in [
            ("x".repeat(4000), true),
            ("🌙".repeat(4000), true),
            ("x".repeat(4001), false),
            ("🌙".repeat(4001), false),
        ] {
            cases.push(("note", json!(text), fine, "/note", "too_long"));
        }
        cases.push(("tags", json!(vec!["x"; 10]), true, "", ""));
        cases.push(("tags", json!(vec!["x"; 11]), false, "/tags", "too_many"));
        cases.push(("tags", json!(["é".repeat(40)]), true, "", ""));
        cases.push(("tags", json!(["fine", "é".repeat(41)]), false, "/tags/1", "too_long"));
        cases.push(("tags", json!(["fine", "also", ""]), false, "/tags/2", "too_short"));
        cases.push(("tags", json!(["two\nlines"]), false, "/tags/0", "bad_character"));
        cases.push(("time_zone", json!("Europe/Paris"), true, "", ""));
        cases.push(("time_zone", json!("Europe/Atlantis"), false, "/time_zone", "unknown_zone"));
        for (name, value, fine, pointer, code) in cases {
            let mut body = json!({"mood": 5});
            body[name] = value.clone();
            let answer = app.post(&maya, "/v1/check-ins", body).await;
            if fine {
                let stored = answer.expect(201);
                if name != "tags" {
                    assert_eq!(stored.at(&format!("/check_in/{name}")), &value, "{name}");
                }
            } else {
                let refused = answer.expect(422);
                assert_eq!(refused.wrong_fields(), [pointer], "{name}");
                assert_eq!(refused.at("/errors/0/code"), code, "{name} {value}");
                assert_eq!(refused.at("/help"), "/v1/help");
            }
        }
    }

    async fn all_that_is_wrong_is_named_at_once(app: TestApp) {
        let maya = app.parent("Maya").await;
        let body = json!({
            "mood": 11, "connection": -1, "anxiety": "bad", "sleep_hours": 25, "support": 3.5,
            "sped_up": "a bit", "safe_now": "perhaps", "contact_me": 1, "note": 5, "tags": ["", 7], "baby_id": "mine",
            "private": "no",
            "occurred_at": "yesterday", "time_zone": "Home", "feeling": "fine", "a/b~c": 1,
        });
        let refused = app.post(&maya, "/v1/check-ins", body).await.expect(422);
        assert_eq!(refused.at("/code"), "invalid");
        assert_eq!(refused.at("/type"), "/problems/invalid");
        assert_eq!(refused.header("content-type"), "application/problem+json");
        assert_eq!(
            refused.wrong_fields(),
            [
                "/anxiety",
                "/a~1b~0c",
                "/baby_id",
                "/connection",
                "/contact_me",
                "/feeling",
                "/mood",
                "/note",
                "/occurred_at",
                "/private",
                "/safe_now",
                "/sleep_hours",
                "/sped_up",
                "/support",
                "/tags/0",
                "/tags/1",
                "/time_zone",
            ]
        );
        assert_eq!(app.get(&maya, "/v1/check-ins").await.expect(200).at("/data"), &json!([]));
    }

    async fn mood_is_required_and_unknown_fields_are_refused(app: TestApp) {
        let maya = app.parent("Maya").await;
        for body in [json!({}), json!({"mood": null}), json!({"anxiety": 3, "safe_now": "yes"})] {
            let refused = app.post(&maya, "/v1/check-ins", body).await.expect(422);
            assert_eq!(refused.wrong_fields(), ["/mood"]);
            assert_eq!(refused.at("/errors/0/code"), "required");
        }
        for name in
            ["Mood", "id", "revision", "local_date", "recorded_at", "incomplete", "parent_id", "safenow"]
        {
            let mut body = json!({"mood": 5});
            body[name] = json!(1);
            let refused = app.post(&maya, "/v1/check-ins", body).await.expect(422);
            assert_eq!(refused.wrong_fields(), [format!("/{name}")]);
            assert_eq!(refused.at("/errors/0/code"), "unknown_field");
        }
    }
}
