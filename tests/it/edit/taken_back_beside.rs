//! H23: what was unsaid is taken back from everybody who read it, whatever else the same entry says or marks.

use serde_json::json;

use super::path;
use crate::{
    flag::{flags, notices},
    support::both_databases,
};

const DANGER: &str = "no";

both_databases! {
    /// H23: the same entry stands as urgent by another rule, and that is another thing that was said; hidden or followed up
    /// afterwards as well.
    async fn h23_what_is_unsaid_is_taken_back_beside_what_else_the_entry_says(app: TestApp) {
        for (number, hide) in [false, true].into_iter().enumerate() {
            let (maya, asha) = (app.parent(&format!("Maya{number}")).await, app.doula(&format!("Asha{number}")).await);
            app.link(&maya, &asha, &["check_ins"], true).await;
            let both = json!({"mood": 9, "sleep_hours": 2, "sped_up": true, "safe_now": DANGER});
            let first = app.check_in(&maya, both).await;
            assert_eq!(flags(&app, &asha, "?severity=urgent").await.len(), 2);
            let before = notices(&app, &asha).await;
            app.patch(&maya, &path(&first), json!({"sped_up": false, "mood": 6, "sleep_hours": 8})).await.expect(200);
            if hide {
                app.patch(&maya, &path(&first), json!({"private": true})).await.expect(200);
            }
            let seen = flags(&app, &asha, "").await;
            let rules: Vec<&str> = seen.iter().filter_map(|flag| flag["rule"]["id"].as_str()).collect();
            assert!(rules.contains(&"urgent_taken_back"), "{hide}: {rules:?}");
            assert!(notices(&app, &asha).await > before);
        }
    }

    /// H23: a shared answer that is unsaid is taken back also from a doula who reads the mark of something else that rests
    /// on the same entry.
    async fn h23_what_is_unsaid_is_taken_back_beside_the_mark_of_something_else(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins", "screenings"], true).await;
        let first = app.check_in(&maya, json!({"mood": 5, "sleep_hours": 4, "safe_now": DANGER})).await;
        let unreal = json!({"instrument": "weekly-reflection", "answers": {"unreal": 1}, "private": true});
        app.post(&maya, "/v1/screenings", unreal).await.expect(201);
        app.advance_minutes(1);
        app.patch(&maya, &path(&first), json!({"safe_now": "yes"})).await.expect(200);
        let seen = flags(&app, &asha, "").await;
        let rules: Vec<&str> = seen.iter().filter_map(|flag| flag["rule"]["id"].as_str()).collect();
        assert!(rules.contains(&"private_danger") && rules.contains(&"urgent_taken_back"), "{rules:?}");
        // Hidden afterwards it is still unsaid, whatever mark rests on the entry.
        app.patch(&maya, &path(&first), json!({"private": true})).await.expect(200);
        let seen = flags(&app, &asha, "").await;
        assert!(seen.iter().any(|flag| flag["rule"]["id"] == "urgent_taken_back"), "{seen:?}");
    }
}
