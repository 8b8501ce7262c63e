//! A rule that is switched off: said where doulas look, and on again when its time is over (H25).

use serde_json::json;

use super::{flag, flags, path, set};
use crate::support::{Person, TestApp, both_databases};

/// Anxiety that is high on each of the last eight days, ending today.
async fn anxious(app: &TestApp, maya: &Person) {
    for ago in (0..8).rev() {
        let at = (app.now() - jiff::SignedDuration::from_hours(24 * ago)).to_string();
        app.check_in(maya, json!({"mood": 6, "anxiety": 9, "occurred_at": at})).await;
    }
}

both_databases! {
    /// H25: off until a day, said on the page where doulas look; then asked again without anybody's doing.
    async fn h25_a_rule_that_is_off_is_shown_and_comes_back_by_itself(app: TestApp) {
        let asha = app.doula("Asha").await;
        let bea = app.db_colleague(&asha, "Bea").await;
        let maya = app.parent_with_baby("Maya", 100).await;
        app.link(&maya, &bea, &["check_ins"], false).await;
        for list in ["/v1/clients", "/v1/flags"] {
            assert_eq!(app.get(&bea, list).await.expect(200).at("/rules_off"), &json!([]));
        }
        let body = json!({"enabled": false, "reason": "Moving house.", "until": "2026-11-25T09:00:00Z"});
        let view = set(&app, &asha, "anxiety_stays", body).await;
        assert_eq!(view.at("/enabled"), false);
        assert_eq!(view.at("/off/reason"), "Moving house.");
        let off = json!([{
            "rule": "anxiety_stays", "title": "High anxiety that stays", "since": view.at("/off/at"),
            "until": "2026-11-25T09:00:00Z"
        }]);
        for list in ["/v1/clients", "/v1/flags"] {
            assert_eq!(app.get(&bea, list).await.expect(200).at("/rules_off"), &off, "{list}");
        }
        let cleo = app.doula("Cleo").await;
        assert_eq!(app.get(&cleo, "/v1/flags").await.expect(200).at("/rules_off"), &json!([]));
        anxious(&app, &maya).await;
        assert_eq!(flags(&app, &bea).await, []);

        app.advance_hours(48);
        let (asha, bea, maya) = (app.sign_in(&asha).await, app.sign_in(&bea).await, app.sign_in(&maya).await);
        for list in ["/v1/clients", "/v1/flags"] {
            assert_eq!(app.get(&bea, list).await.expect(200).at("/rules_off"), &json!([]), "{list}");
        }
        assert_eq!(app.get(&asha, &path("anxiety_stays")).await.expect(200).at("/enabled"), true);
        app.check_in(&maya, json!({"mood": 6, "anxiety": 9})).await;
        assert_eq!(flags(&app, &bea).await, [flag("anxiety_stays", "notice")]);
    }

    async fn a_rule_that_is_off_for_good_says_so_until_somebody_switches_it_on(app: TestApp) {
        let asha = app.doula("Asha").await;
        set(&app, &asha, "anxiety_stays", json!({"enabled": false, "reason": "Not with us."})).await;
        app.advance_hours(24 * 400);
        let asha = app.sign_in(&asha).await;
        let off = app.get(&asha, "/v1/clients").await.expect(200);
        assert_eq!(off.at("/rules_off/0/until"), &json!(null));
        set(&app, &asha, "anxiety_stays", json!({"enabled": true, "reason": "We want it back."})).await;
        assert_eq!(app.get(&asha, "/v1/clients").await.expect(200).at("/rules_off"), &json!([]));
    }

    /// A flag that stands is a matter between people; switching its rule off does not touch it.
    async fn switching_a_rule_off_closes_no_flag(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 100).await);
        app.link(&maya, &asha, &["check_ins"], false).await;
        anxious(&app, &maya).await;
        assert_eq!(flags(&app, &asha).await, [flag("anxiety_stays", "notice")]);
        app.advance_minutes(1);
        set(&app, &asha, "anxiety_stays", json!({"enabled": false, "reason": "Not with us."})).await;
        let sent = app.check_in(&maya, json!({"mood": 6, "anxiety": 9, "note": "a walk"})).await;
        // An edit has the history replayed: what was said while the rule was on is judged with it.
        let entry = format!("/v1/check-ins/{}", sent.text("/check_in/id"));
        app.patch(&maya, &entry, json!({"mood": 7})).await.expect(200);
        assert_eq!(flags(&app, &asha).await, [flag("anxiety_stays", "notice")]);
    }
}
