//! What a parent chose herself: a pause, how often she wishes to be asked, where she lives. Each moves the look.

use serde_json::{Value, json};

use super::{family, later, week};
use crate::{
    flag::{at, flags, only_flag, step},
    support::{Person, TestApp, both_databases},
};

async fn set(app: &TestApp, parent: &Person, settings: Value) {
    app.patch(parent, "/v1/me", settings).await.expect(200);
}

/// What of silence a doula reads now.
async fn silence(app: &TestApp, doula: &Person) -> Option<String> {
    let flags = flags(app, doula, "").await;
    let found = flags.iter().find(|flag| flag["rule"]["id"] == "silence");
    found.map(|flag| flag["severity"].as_str().unwrap().to_owned())
}

both_databases! {
    async fn h14_a_pause_is_no_silence_and_the_days_count_from_its_end(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        set(&app, &maya, json!({"paused_until": "2026-12-10"})).await;
        later(&app, "P20D", [&mut maya, &mut asha]).await;
        assert_eq!(silence(&app, &asha).await, None, "13 December");
        later(&app, "P1D", [&mut maya, &mut asha]).await;
        assert_eq!(silence(&app, &asha).await.as_deref(), Some("notice"), "14 December");
        later(&app, "P3D", [&mut maya, &mut asha]).await;
        assert_eq!(silence(&app, &asha).await.as_deref(), Some("follow_up"));
    }

    async fn h14_a_pause_that_is_lifted_or_begun_late_moves_the_look(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        set(&app, &maya, json!({"paused_until": "2027-01-10"})).await;
        later(&app, "P10D", [&mut maya, &mut asha]).await;
        set(&app, &maya, json!({"paused_until": null})).await;
        later(&app, "P3D", [&mut maya, &mut asha]).await;
        assert_eq!(silence(&app, &asha).await, None, "three days after it was lifted");
        set(&app, &maya, json!({"paused_until": "2026-12-07"})).await;
        later(&app, "P4D", [&mut maya, &mut asha]).await;
        assert_eq!(silence(&app, &asha).await, None, "three days after the second one");
        later(&app, "P1D", [&mut maya, &mut asha]).await;
        assert_eq!(silence(&app, &asha).await.as_deref(), Some("notice"));
        // What was raised stays, and has no further step while she pauses.
        set(&app, &maya, json!({"paused_until": "2027-01-10"})).await;
        later(&app, "P20D", [&mut maya, &mut asha]).await;
        assert_eq!(silence(&app, &asha).await.as_deref(), Some("notice"));
    }

    async fn h14_her_doula_sees_until_when_she_pauses(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        let until = |client: &Value| client["paused_until"].clone();
        let path = format!("/v1/clients/{}", maya.id);
        assert_eq!(until(&app.get(&asha, &path).await.expect(200).body), Value::Null);
        set(&app, &maya, json!({"paused_until": "2026-11-30"})).await;
        assert_eq!(until(&app.get(&asha, &path).await.expect(200).body), "2026-11-30");
        assert_eq!(until(&app.get(&asha, "/v1/clients").await.expect(200).body["data"][0]), "2026-11-30");
        later(&app, "P7D", [&mut maya, &mut asha]).await;
        assert_eq!(until(&app.get(&asha, &path).await.expect(200).body), "2026-11-30", "the last day of it");
        later(&app, "P1D", [&mut maya, &mut asha]).await;
        assert_eq!(until(&app.get(&asha, &path).await.expect(200).body), Value::Null);
    }

    /// A pause stops what comes of not answering, and nothing of the follow-up.
    async fn h14_a_pause_beside_an_urgent_flag_stops_nothing_of_it(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        app.check_in(&maya, json!({"mood": 3, "safe_now": "no"})).await;
        let before = only_flag(&app, &asha).await;
        set(&app, &maya, json!({"paused_until": "2026-12-20"})).await;
        let after = only_flag(&app, &asha).await;
        assert_eq!(after, before);
        let client = app.get(&asha, &format!("/v1/clients/{}", maya.id)).await.expect(200);
        assert!(client.at("/worth_a_call_today").is_object(), "{}", client.body);
        later(&app, "PT3H", [&mut maya, &mut asha]).await;
        let overdue = only_flag(&app, &asha).await;
        assert_eq!((&overdue["status"], &overdue["due_at"]), (&json!("open"), &before["due_at"]));
        assert!(at(&overdue["due_at"]) < app.now());
        // She may answer in a pause, and danger is danger.
        app.check_in(&maya, json!({"mood": 3, "safe_now": "unsure"})).await;
        let again = only_flag(&app, &asha).await;
        assert_eq!(again["evidence"].as_array().unwrap().len(), 2);
        let taken = step(&app, &asha, again["id"].as_str().unwrap(), json!({"to": "acknowledged"})).await;
        taken.expect(200);
    }

    async fn how_often_she_wishes_to_be_asked_takes_the_place_of_her_habit(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        set(&app, &maya, json!({"check_in_cadence_days": 7})).await;
        later(&app, "P9D", [&mut maya, &mut asha]).await;
        assert_eq!(silence(&app, &asha).await, None);
        later(&app, "P1D", [&mut maya, &mut asha]).await;
        assert_eq!(silence(&app, &asha).await.as_deref(), Some("notice"));
        set(&app, &maya, json!({"check_in_cadence_days": null})).await;
        later(&app, "PT24H", [&mut maya, &mut asha]).await;
        assert_eq!(silence(&app, &asha).await.as_deref(), Some("follow_up"), "her habit again, the next morning");
    }

    async fn a_wish_is_enough_after_one_answer(app: TestApp) {
        let (mut maya, mut asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        app.check_in(&maya, json!({"mood": 6})).await;
        later(&app, "P3D", [&mut maya, &mut asha]).await;
        set(&app, &maya, json!({"check_in_cadence_days": 2})).await;
        later(&app, "P1D", [&mut maya, &mut asha]).await;
        assert_eq!(silence(&app, &asha).await, None, "four days");
        later(&app, "P1D", [&mut maya, &mut asha]).await;
        assert_eq!(silence(&app, &asha).await.as_deref(), Some("notice"), "five days");
    }

    async fn the_morning_follows_her_when_she_moves(app: TestApp) {
        let (mut maya, mut asha) = family(&app).await;
        // Where she lives now it is eight hours earlier: seven o'clock is at 15:00 UTC.
        set(&app, &maya, json!({"time_zone": "America/Los_Angeles"})).await;
        later(&app, "P4D", [&mut maya, &mut asha]).await;
        assert_eq!(silence(&app, &asha).await, None, "one in the morning");
        later(&app, "PT5H59M", [&mut maya, &mut asha]).await;
        assert_eq!(silence(&app, &asha).await, None, "a minute before seven");
        later(&app, "PT2M", [&mut maya, &mut asha]).await;
        assert_eq!(silence(&app, &asha).await.as_deref(), Some("notice"));
    }

    async fn a_sparse_answerer_is_not_missed_after_her_usual_gaps(app: TestApp) {
        let (mut maya, mut asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        for _ in 0..8 {
            app.check_in(&maya, json!({"mood": 6})).await;
            later(&app, "P3D", [&mut maya, &mut asha]).await;
        }
        assert_eq!(flags(&app, &asha, "?status=all").await.len(), 0);
        later(&app, "P8D", [&mut maya, &mut asha]).await;
        assert_eq!(silence(&app, &asha).await, None, "eleven days");
        later(&app, "P1D", [&mut maya, &mut asha]).await;
        assert_eq!(silence(&app, &asha).await.as_deref(), Some("notice"), "twelve");
        week(&app, &maya, json!({"mood": 6})).await;
        assert_eq!(silence(&app, &asha).await.as_deref(), Some("notice"));
    }
}
