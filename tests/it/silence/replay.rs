//! What edits, deletes and late entries do to a silence: it is judged as it was on its morning, by what was known then.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{SINCE, family, kinds, later, own, week};
use crate::{
    flag::{flags, only_flag, step},
    support::{Person, TestApp, both_databases},
};

/// Her entries, newest first.
async fn entries(app: &TestApp, parent: &Person) -> Vec<String> {
    let list = app.get(parent, "/v1/check-ins?limit=100").await.expect(200);
    list.list("/data")
        .iter()
        .map(|entry| format!("/v1/check-ins/{}", entry["id"].as_str().unwrap()))
        .collect()
}

async fn change(app: &TestApp, parent: &Person, entry: &str, patch: Value) {
    app.patch(parent, entry, patch).await.expect(200);
}

both_databases! {
    async fn an_edit_that_says_nothing_of_it_changes_nothing(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        later(&app, "P7D", [&mut maya, &mut asha]).await;
        let before = only_flag(&app, &asha).await;
        for entry in entries(&app, &maya).await {
            change(&app, &maya, &entry, json!({"support": 4})).await;
        }
        assert_eq!(only_flag(&app, &asha).await, before);
        // Also not after she paused, which was not so on the mornings that were asked about.
        app.patch(&maya, "/v1/me", json!({"paused_until": "2026-12-24"})).await.expect(200);
        change(&app, &maya, &entries(&app, &maya).await[0], json!({"support": 5})).await;
        assert_eq!(only_flag(&app, &asha).await, before);
    }

    /// What is written later is an answer on the day on which it is written.
    async fn a_late_entry_ends_the_silence_and_undoes_nothing(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        later(&app, "P5D", [&mut maya, &mut asha]).await;
        let before = only_flag(&app, &asha).await;
        let felt = (app.now() - SignedDuration::from_hours(3 * 24)).to_string();
        app.check_in(&maya, json!({"mood": 6, "occurred_at": felt})).await;
        let after = only_flag(&app, &asha).await;
        let words = format!("{SINCE}a short message is worth it. Something was shared again on 28 November.");
        assert_eq!((&after["status"], &after["reason"]), (&json!("open"), &json!(words)));
        assert_eq!(after["evidence"], before["evidence"]);
        later(&app, "P3D", [&mut maya, &mut asha]).await;
        assert_eq!(kinds(&only_flag(&app, &asha).await), ["raised"], "three days after it was written");
        later(&app, "P4D", [&mut maya, &mut asha]).await;
        assert_eq!(kinds(&only_flag(&app, &asha).await), ["raised", "evidence", "severity"]);
    }

    async fn low_moods_that_are_mended_take_the_sooner_step_back(app: TestApp) {
        let (mut maya, mut asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        week(&app, &maya, json!({"mood": 4})).await;
        for _ in 0..3 {
            app.check_in(&maya, json!({"mood": 1})).await;
        }
        later(&app, "P2D", [&mut maya, &mut asha]).await;
        let flag = only_flag(&app, &asha).await;
        assert_eq!(flag["severity"], "notice");
        for entry in &entries(&app, &maya).await[..3] {
            change(&app, &maya, entry, json!({"mood": 6})).await;
        }
        let corrected = only_flag(&app, &asha).await;
        assert_eq!((&corrected["id"], &corrected["status"]), (&flag["id"], &json!("corrected")));
        later(&app, "P2D", [&mut maya, &mut asha]).await;
        let open = flags(&app, &asha, "").await;
        assert_eq!((open.len(), open[0]["severity"].as_str()), (1, Some("notice")), "after four days it is one again");
    }

    async fn without_the_days_that_made_a_habit_there_was_no_silence(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        later(&app, "P4D", [&mut maya, &mut asha]).await;
        let flag = only_flag(&app, &asha).await;
        for entry in &entries(&app, &maya).await[3..] {
            app.delete(&maya, entry).await.expect(204);
        }
        let corrected = only_flag(&app, &asha).await;
        assert_eq!((&corrected["id"], &corrected["status"]), (&flag["id"], &json!("corrected")));
        assert_eq!(own(&app, &maya).await[0]["status"], "corrected");
        later(&app, "P30D", [&mut maya, &mut asha]).await;
        assert_eq!(flags(&app, &asha, "").await.len(), 0);
    }

    async fn a_last_answer_that_is_removed_makes_the_silence_longer(app: TestApp) {
        let (mut maya, mut asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        for _ in 0..7 {
            app.check_in(&maya, json!({"mood": 6})).await;
            later(&app, "P1D", [&mut maya, &mut asha]).await;
        }
        // 30 November; the last answer is of the 29th.
        later(&app, "P2D", [&mut maya, &mut asha]).await;
        app.delete(&maya, &entries(&app, &maya).await[0]).await.expect(204);
        assert_eq!(flags(&app, &asha, "?status=all").await.len(), 0, "nothing is asked before the morning");
        later(&app, "PT22H", [&mut maya, &mut asha]).await;
        let flag = only_flag(&app, &asha).await;
        let told = |flag: &Value| {
            (flag["severity"].as_str().unwrap().to_owned(), flag["evidence"][0]["local_date"].as_str().unwrap().to_owned())
        };
        assert_eq!(told(&flag), ("notice".to_owned(), "2026-11-28".to_owned()));
        later(&app, "PT2H", [&mut maya, &mut asha]).await;
        app.delete(&maya, &entries(&app, &maya).await[0]).await.expect(204);
        let flag = only_flag(&app, &asha).await;
        assert_eq!(told(&flag), ("notice".to_owned(), "2026-11-27".to_owned()));
        assert!(flag["reason"].as_str().unwrap().contains("after 27 November"), "{flag}");
        assert_eq!(flag["evidence"].as_array().unwrap().len(), 1);
        later(&app, "PT22H", [&mut maya, &mut asha]).await;
        assert_eq!(told(&only_flag(&app, &asha).await), ("follow_up".to_owned(), "2026-11-27".to_owned()));
    }

    /// A person's closing stands, also when the silence has another name by then.
    async fn what_somebody_closed_is_not_raised_again_by_an_edit(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        later(&app, "P7D", [&mut maya, &mut asha]).await;
        let id = only_flag(&app, &asha).await["id"].as_str().unwrap().to_owned();
        step(&app, &asha, &id, json!({"to": "dismissed", "reason": "We talked."})).await.expect(200);
        let all = entries(&app, &maya).await;
        change(&app, &maya, &all[2], json!({"support": 4})).await;
        assert_eq!(flags(&app, &asha, "").await.len(), 0);
        app.delete(&maya, &all[0]).await.expect(204);
        assert_eq!(flags(&app, &asha, "").await.len(), 0);
        later(&app, "P10D", [&mut maya, &mut asha]).await;
        assert_eq!(flags(&app, &asha, "").await.len(), 0);
    }
}
