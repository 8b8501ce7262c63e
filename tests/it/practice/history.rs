//! Who changed what of the rules, why and until when: written once and read for ever.

use serde_json::{Value, json};

use super::{RULES, minute, set, set_value};
use crate::support::{Person, TestApp, both_databases};

async fn history(app: &TestApp, doula: &Person, query: &str) -> Vec<Value> {
    app.get(doula, &format!("{RULES}/history{query}")).await.expect(200).list("/data").to_vec()
}

both_databases! {
    /// H25.
    async fn h25_each_change_stays_with_who_why_and_until_when(app: TestApp) {
        let asha = app.doula("Asha").await;
        let bea = app.db_colleague(&asha, "Bea").await;
        set_value(&app, &asha, "sustained_low", "line", json!(4)).await;
        app.advance_hours(1);
        let (asha, bea) = (app.sign_in(&asha).await, app.sign_in(&bea).await);
        let until = "2026-11-30T09:00:00Z";
        let body = json!({"enabled": false, "settings": {"line": null}, "reason": "Moving house.", "until": until});
        set(&app, &asha, "sustained_low", body).await;
        set_value(&app, &asha, "elation", "sleep", json!(4.5)).await;
        let all = history(&app, &bea, "").await;
        let mut read = all.clone();
        for change in &mut read {
            change["at"] = json!(minute(&change["at"]));
        }
        let by = json!({"id": asha.id, "display_name": "Asha"});
        let expected = json!([
            {"rule": "elation", "settings": {"sleep": 4.5}, "by": by, "reason": "We talked about it.",
             "at": "2026-11-23T10:00", "until": null, "etag": "\"3\""},
            {"rule": "sustained_low", "enabled": false, "settings": {"line": null}, "by": by, "reason": "Moving house.",
             "at": "2026-11-23T10:00", "until": until, "etag": "\"2\""},
            {"rule": "sustained_low", "settings": {"line": 4}, "by": by, "reason": "We talked about it.",
             "at": "2026-11-23T09:00", "until": null, "etag": "\"1\""},
        ]);
        assert_eq!(Value::Array(read), expected);
        assert_eq!(history(&app, &bea, "?rule=sustained_low").await, all[1..]);
        app.get(&asha, &format!("{RULES}/history?rule=nothing")).await.expect(400);
        let cleo = app.doula("Cleo").await;
        assert!(history(&app, &cleo, "").await.is_empty(), "another practice");
    }

    async fn the_history_comes_by_pages(app: TestApp) {
        let asha = app.doula("Asha").await;
        for line in [4, 5, 2] {
            set_value(&app, &asha, "sustained_low", "line", json!(line)).await;
        }
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = app.get(&asha, &format!("{RULES}/history?limit=1{cursor}")).await.expect(200);
            seen.push(page.at("/data/0/settings/line").clone());
            let Some(next) = page.at("/next_cursor").as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(seen, [json!(2), json!(5), json!(4)]);
    }

    /// A reason may name a family, so it is sealed like everything that people write.
    async fn a_reason_is_nowhere_in_the_clear(app: TestApp) {
        let asha = app.doula("Asha").await;
        let body = json!({"enabled": false, "reason": "Marker-4711 asked us to.", "until": "2026-12-01T00:00:00Z"});
        set(&app, &asha, "anxiety_stays", body).await;
        assert_eq!(history(&app, &asha, "").await[0]["reason"], "Marker-4711 asked us to.");
        // Any row in which the words could be read makes this fail.
        let search = if app.is_sqlite() {
            "instr(CAST(reason_sealed AS TEXT), 'Marker-4711') > 0"
        } else {
            "position('Marker-4711' in encode(reason_sealed, 'escape')) > 0"
        };
        app.outside(&format!(
            "INSERT INTO facts (name, value) SELECT NULL, NULL FROM rule_changes WHERE {search} OR changes LIKE '%4711%'"
        ));
    }
}
