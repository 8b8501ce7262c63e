//! Reading and changing the rules of a practice.

use serde_json::json;

use super::{RULES, minute, path, set, set_value, setting};
use crate::support::both_databases;

both_databases! {
    async fn every_rule_is_listed_with_its_words_lines_and_bounds(app: TestApp) {
        let asha = app.doula("Asha").await;
        let list = app.get(&asha, RULES).await.expect(200);
        let ids: Vec<&str> = list.list("/data").iter().map(|rule| rule["id"].as_str().expect("text")).collect();
        let mut expected: Vec<&str> = attune::rules::RuleId::ALL.iter().map(|rule| rule.as_str()).collect();
        expected.push("due_times");
        assert_eq!(ids, expected);
        let low = app.get(&asha, &path("sustained_low")).await.expect(200);
        assert_eq!(low.at("/version"), attune::rules::RuleId::SustainedLow.version());
        assert_eq!(low.at("/family"), "level");
        assert_eq!(low.at("/enabled"), true);
        assert_eq!(low.at("/steps/0/severity"), "follow_up");
        assert!(low.text("/words").contains("mood was 3 or lower"));
        assert!(low.text("/source").contains("Product decision"));
        assert_eq!(low.text("/etag"), low.header("etag"));
        let line = setting(&app, &asha, "sustained_low", "line").await;
        assert_eq!(
            line,
            json!({
                "name": "line", "meaning": "a day counts as low when mood is at this value or lower",
                "unit": "points", "default": 3, "current": 3, "min": 2, "max": 5, "step": 1, "stricter": "higher",
                "may_loosen": true, "changed": null
            })
        );
        let sleep = setting(&app, &asha, "elation", "sleep").await;
        assert_eq!((&sleep["min"], &sleep["step"], &sleep["unit"]), (&json!(4), &json!(0.5), &json!("hours")));
        app.get(&asha, &path("no_such_rule")).await.expect(404);
        app.get(&asha, &format!("{RULES}?limit=1")).await.expect(400);
    }

    async fn an_admin_draws_a_line_elsewhere_and_everybody_reads_who_and_why(app: TestApp) {
        let asha = app.doula("Asha").await;
        let bea = app.db_colleague(&asha, "Bea").await;
        let body = json!({
            "settings": {"line": 4, "share": 60}, "reason": "Half of our families are far from anybody.",
            "until": "2026-12-24T12:00:00Z"
        });
        let view = set(&app, &asha, "sustained_low", body).await;
        assert!(view.text("/words").contains("mood was 4 or lower"));
        for reader in [&asha, &bea] {
            let line = setting(&app, reader, "sustained_low", "line").await;
            assert_eq!(line["current"], 4);
            assert_eq!(line["changed"]["by"], json!({"id": asha.id, "display_name": "Asha"}));
            assert_eq!(line["changed"]["reason"], "Half of our families are far from anybody.");
            assert_eq!(minute(&line["changed"]["at"]), "2026-11-23T09:00");
            assert_eq!(line["changed"]["until"], "2026-12-24T12:00:00Z");
        }
        let other = app.doula("Cleo").await;
        assert_eq!(setting(&app, &other, "sustained_low", "line").await["current"], 3, "her practice is another");
        let half = set_value(&app, &asha, "elation", "sleep", json!(4.5)).await;
        assert_eq!(half.at("/settings/1/current"), 4.5);
        set_value(&app, &asha, "sustained_low", "line", json!(null)).await;
        assert_eq!(setting(&app, &asha, "sustained_low", "line").await["changed"], json!(null));
        assert_eq!(setting(&app, &asha, "sustained_low", "share").await["current"], 60, "what is not named stays");
    }

    /// H25.
    async fn h25_who_is_no_admin_reads_and_changes_nothing(app: TestApp) {
        let asha = app.doula("Asha").await;
        let bea = app.db_colleague(&asha, "Bea").await;
        let tag = app.get(&bea, &path("sustained_low")).await.expect(200).header("etag").to_owned();
        let body = json!({"enabled": false, "reason": "Too many of them."});
        let refused = app.patch_if(&bea, &path("sustained_low"), &tag, body.clone()).await.expect(403);
        assert_eq!(refused.text("/code"), "not_an_admin");
        // Before the body is looked at, and after the path.
        app.patch_if(&bea, &path("sustained_low"), &tag, json!({"x": 1})).await.expect(403);
        app.patch_if(&bea, &path("no_such_rule"), &tag, body.clone()).await.expect(404);
        assert_eq!(app.get(&asha, &path("sustained_low")).await.expect(200).at("/enabled"), true);
        app.outside(&format!(
            "UPDATE practice_members SET is_admin = true WHERE user_id = '{}' AND joined_at = 0", bea.id
        ));
        app.patch_if(&bea, &path("sustained_low"), &tag, body).await.expect(200);
    }

    /// H25: danger, elation and requests, and whatever else may only be made stricter.
    async fn h25_what_may_not_be_loosened_is_refused_with_its_field(app: TestApp) {
        let asha = app.doula("Asha").await;
        for rule in ["not_safe", "elation", "contact_request", "urgent_taken_back"] {
            let refused = app
                .patch(&asha, &path(rule), json!({"enabled": false, "reason": "Too many of them."}))
                .await
                .expect(422);
            assert_eq!(refused.at("/errors/0/pointer"), "/enabled");
            assert_eq!(refused.at("/errors/0/code"), "may_not_loosen");
        }
        for (rule, name, looser) in [
            ("elation", "mood", json!(9)),
            ("elation", "sleep", json!(3.5)),
            ("elation", "within", json!(2)),
            ("due_times", "urgent", json!(3)),
            ("due_times", "same_day", json!(24)),
        ] {
            let body = json!({"settings": {name: looser}, "reason": "Too many of them."});
            let refused = app.patch(&asha, &path(rule), body).await.expect(422);
            assert_eq!(refused.at("/errors/0/pointer"), &json!(format!("/settings/{name}")), "{rule}");
            assert_eq!(refused.at("/errors/0/code"), "may_not_loosen", "{rule} {name}");
        }
        let body = json!({"enabled": 1, "settings": {"line": 9, "mood": 1}, "until": "2020-01-01T00:00:00Z", "x": 1});
        let refused = app.patch(&asha, &path("sustained_low"), body).await.expect(422);
        assert_eq!(refused.list("/errors").len(), 6, "{}", refused.body);
        assert_eq!(app.get(&asha, &format!("{RULES}/history")).await.expect(200).list("/data").len(), 0);
    }

    async fn a_change_rests_on_what_was_read(app: TestApp) {
        let asha = app.doula("Asha").await;
        let low = path("sustained_low");
        let tag = app.get(&asha, &low).await.expect(200).header("etag").to_owned();
        let body = json!({"settings": {"line": 4}, "reason": "Sooner."});
        let without = app.send(
            actix_web::test::TestRequest::patch()
                .uri(&low)
                .insert_header(("Authorization", format!("Bearer {}", asha.token)))
                .set_json(&body),
        );
        assert_eq!(without.await.expect(428).text("/code"), "revision_required");
        let changed = app.patch_if(&asha, &low, &tag, body.clone()).await.expect(200);
        assert_ne!(changed.header("etag"), tag);
        assert_eq!(app.patch_if(&asha, &low, &tag, body.clone()).await.expect(412).text("/code"), "stale_revision");
        // A change of another rule leaves this one as it was read.
        set_value(&app, &asha, "anxiety_stays", "line", json!(7)).await;
        app.patch_if(&asha, &low, changed.header("etag"), body).await.expect(200);
    }
}
