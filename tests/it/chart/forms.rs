//! Questionnaires in a picture: whose totals are marked, and for whom.

use serde_json::{Value, json};

use super::{OWN, felt, of_client, part, picture, words};
use crate::support::{Person, TestApp, both_databases};

/// Sends a questionnaire as it is filled in now.
async fn filled(app: &TestApp, parent: &Person, instrument: &str, answers: Value, private: bool) {
    let body = json!({"instrument": instrument, "answers": answers, "private": private});
    app.post(parent, "/v1/screenings", body).await.expect(201);
}

/// Some days later; whoever was signed in is so again.
async fn days_later<const MANY: usize>(app: &TestApp, days: i64, mut people: [&mut Person; MANY]) {
    app.advance_hours(24 * days);
    for person in &mut people {
        **person = app.sign_in(person).await;
    }
}

both_databases! {
    async fn totals_are_marked_on_their_days(app: TestApp) {
        let mut maya = app.parent_with_baby("Maya", 60).await;
        filled(&app, &maya, "gad-7", json!([1, 1, 1, 1, 1, 1, 1]), false).await;
        days_later(&app, 18, [&mut maya]).await;
        filled(&app, &maya, "who-5", json!([4, 4, 4, 4, 4]), false).await;
        days_later(&app, 1, [&mut maya]).await;
        filled(&app, &maya, "gad-7", json!([2, 2, 2, 2, 2, 2, 2]), true).await;
        days_later(&app, 1, [&mut maya]).await;
        let drawn = picture(app.get(&maya, OWN).await);
        assert_eq!(
            part(&drawn, "Questionnaires"),
            "GAD-7, 0 to 21: 23 Nov: 7; 12 Dec: 14. WHO-5, 0 to 25, less is heavier: 11 Dec: 20. Whatever a total is, if \
             something feels wrong, say so."
        );
        let before = picture(app.get(&maya, &format!("{OWN}?from=2026-11-21&to=2026-12-10")).await);
        assert!(part(&before, "Questionnaires").starts_with("GAD-7, 0 to 21: 23 Nov: 7. "));
        let none = picture(app.get(&maya, &format!("{OWN}?to=2026-11-22")).await);
        assert_eq!(part(&none, "Questionnaires"), "");
    }

    /// H41: a total needs its scope, and a private one is not there, nor one from before the link.
    async fn h41_a_doula_sees_the_totals_that_are_shared_with_her(app: TestApp) {
        let mut maya = app.parent_with_baby("Maya", 60).await;
        filled(&app, &maya, "gad-7", json!([1, 1, 1, 1, 1, 1, 1]), false).await;
        days_later(&app, 18, [&mut maya]).await;
        let (mut asha, mut bea) = (app.doula("Asha").await, app.doula("Bea").await);
        app.link(&maya, &asha, &["screenings"], false).await;
        app.link(&maya, &bea, &["check_ins"], false).await;
        filled(&app, &maya, "phq-2", json!([1, 0]), false).await;
        days_later(&app, 2, [&mut maya, &mut asha, &mut bea]).await;
        felt(&app, &maya, 0, json!({"mood": 6})).await;
        let (client, seen) = (of_client(&maya), "PHQ-2, 0 to 6: 11 Dec: 1. Whatever");
        let shared = [picture(app.get(&asha, &client).await), picture(app.get(&bea, &client).await)];
        let titles: Vec<String> = words(&shared[0])[1..].to_vec();
        assert_eq!(titles[0], "Check-ins | Check-ins are not shared with you.");
        assert!(part(&shared[0], "Questionnaires").starts_with(seen), "{titles:?}");
        assert!(!shared[0].contains("Mood") && !shared[0].contains("GAD-7"), "{titles:?}");
        assert_eq!(part(&shared[1], "Questionnaires"), "");
        // A private one leaves no trace for either of them.
        filled(&app, &maya, "gad-7", json!([1, 0, 0, 0, 0, 0, 0]), true).await;
        filled(&app, &maya, "who-5", json!([5, 5, 5, 5, 5]), true).await;
        let after = [picture(app.get(&asha, &client).await), picture(app.get(&bea, &client).await)];
        assert_eq!(shared, after);
    }

    /// H33: a bonding scale is about the baby.
    async fn h33_after_a_loss_no_scale_about_a_baby_is_marked(app: TestApp) {
        let (maya, asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins", "screenings"], false).await;
        filled(&app, &maya, "mibs", json!([0, 0, 0, 0, 0, 0, 0, 0]), false).await;
        filled(&app, &maya, "phq-2", json!([1, 0]), false).await;
        for shown in [true, false] {
            if !shown {
                app.patch(&maya, "/v1/me", json!({"contexts": ["loss"]})).await.expect(200);
            }
            for (person, path) in [(&maya, OWN.to_owned()), (&asha, of_client(&maya))] {
                let said = part(&picture(app.get(person, &path).await), "Questionnaires");
                assert_eq!(said.contains("MIBS"), shown, "{path}: {said}");
                assert!(said.contains("PHQ-2"), "{path}: {said}");
            }
        }
    }

    /// H15: a light total hides no answer that is urgent by itself, and of a form with gaps no total is made up.
    async fn h15_an_urgent_item_is_marked_beside_its_total_and_no_gap_makes_one(app: TestApp) {
        let (mut maya, mut asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins", "screenings"], false).await;
        filled(&app, &maya, "phq-9", json!([0, 0, 0, 0, 0, 0, 0, 0, 1]), false).await;
        days_later(&app, 1, [&mut maya, &mut asha]).await;
        filled(&app, &maya, "epds", json!({"1": 0, "10": 1}), false).await;
        for (person, path) in [(&maya, OWN.to_owned()), (&asha, of_client(&maya))] {
            let drawn = picture(app.get(person, &path).await);
            let said = part(&drawn, "Questionnaires");
            assert!(said.contains("PHQ-9, 0 to 27: 23 Nov: 1.") && said.contains("24 Nov: no total."), "{path}: {said}");
            assert!(part(&drawn, "Flags").starts_with("1: urgent, 23 Nov to 24 Nov, open. "), "{path}: {drawn}");
        }
    }
}
