//! Questionnaires in a picture: whose totals are marked, and for whom.

use std::sync::atomic::{AtomicU32, Ordering};

use jiff::SignedDuration;
use serde_json::json;

use super::{OWN, felt, of_client, part, picture, words};
use crate::support::{Person, TestApp, both_databases};

/// A questionnaire with its total and the highest that there could be.
type Form = (&'static str, Option<u16>, u16);

/// Lays down the row of a questionnaire that was filled in some days ago.
fn filled(app: &TestApp, parent: &Person, days_ago: i64, (instrument, total, possible): Form, private: bool) {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let id = format!("019ab0e2-93a4-7c3e-8f00-{:012x}", NEXT.fetch_add(1, Ordering::Relaxed));
    let at = app.now() - SignedDuration::from_hours(24 * days_ago);
    let (day, at, now) = (at.strftime("%F"), at.as_microsecond(), app.now().as_microsecond());
    let (parent, incomplete) = (&parent.id, total.is_none());
    let total = total.map_or("NULL".to_owned(), |total| total.to_string());
    app.outside(&format!(
        "INSERT INTO screenings (parent_id, id, instrument, version, answers, total, possible, subscales, \
         danger_answer, keying_doubt, keying_confirmed, private, incomplete, rules_pending, occurred_at, time_zone, \
         local_date, recorded_at, updated_at, said_at) VALUES ('{parent}', '{id}', '{instrument}', '1', '{{}}', {total}, \
         {possible}, '{{}}', FALSE, FALSE, FALSE, {private}, {incomplete}, FALSE, {at}, 'Europe/London', '{day}', \
         {now}, {now}, {now})"
    ));
}

both_databases! {
    async fn totals_are_marked_on_their_days(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 60).await;
        filled(&app, &maya, 20, ("gad-7", Some(7), 21), false);
        filled(&app, &maya, 1, ("gad-7", Some(14), 21), true);
        filled(&app, &maya, 2, ("who-5", Some(20), 25), false);
        let drawn = picture(app.get(&maya, OWN).await);
        assert_eq!(
            part(&drawn, "Questionnaires"),
            "GAD-7, 0 to 21: 3 Nov: 7; 22 Nov: 14. WHO-5, 0 to 25, less is heavier: 21 Nov: 20. Whatever a total is, if \
             something feels wrong, say so."
        );
        let before = picture(app.get(&maya, &format!("{OWN}?from=2026-11-01&to=2026-11-20")).await);
        assert!(part(&before, "Questionnaires").starts_with("GAD-7, 0 to 21: 3 Nov: 7. "));
        let none = picture(app.get(&maya, &format!("{OWN}?to=2026-11-02")).await);
        assert_eq!(part(&none, "Questionnaires"), "");
    }

    /// H41: a total needs its scope, and a private one is not there, nor one from before the link.
    async fn h41_a_doula_sees_the_totals_that_are_shared_with_her(app: TestApp) {
        let (maya, asha, bea) =
            (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await, app.doula("Bea").await);
        filled(&app, &maya, 20, ("gad-7", Some(7), 21), false);
        app.advance_minutes(5);
        app.link(&maya, &asha, &["screenings"], false).await;
        app.link(&maya, &bea, &["check_ins"], false).await;
        felt(&app, &maya, 0, json!({"mood": 6})).await;
        filled(&app, &maya, 2, ("phq-2", Some(2), 6), false);
        let (client, seen) = (of_client(&maya), "PHQ-2, 0 to 6: 21 Nov: 2. Whatever");
        let shared = [picture(app.get(&asha, &client).await), picture(app.get(&bea, &client).await)];
        let titles: Vec<String> = words(&shared[0])[1..].to_vec();
        assert_eq!(titles[0], "Check-ins | Check-ins are not shared with you.");
        assert!(part(&shared[0], "Questionnaires").starts_with(seen), "{titles:?}");
        assert!(!shared[0].contains("Mood") && !shared[0].contains("GAD-7"), "{titles:?}");
        assert_eq!(part(&shared[1], "Questionnaires"), "");
        // A private one leaves no trace for either of them.
        filled(&app, &maya, 0, ("gad-7", Some(1), 21), true);
        filled(&app, &maya, 0, ("who-5", Some(25), 25), true);
        let after = [picture(app.get(&asha, &client).await), picture(app.get(&bea, &client).await)];
        assert_eq!(shared, after);
    }

    /// H33: a bonding scale is about the baby.
    async fn h33_after_a_loss_no_scale_about_a_baby_is_marked(app: TestApp) {
        let (maya, asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins", "screenings"], false).await;
        filled(&app, &maya, 0, ("mibs", Some(0), 24), false);
        filled(&app, &maya, 0, ("phq-2", Some(1), 6), false);
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

    async fn a_form_that_is_incomplete_is_marked_without_a_total(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 60).await;
        filled(&app, &maya, 0, ("phq-9", None, 27), false);
        let drawn = picture(app.get(&maya, OWN).await);
        assert!(part(&drawn, "Questionnaires").starts_with("PHQ-9, 0 to 27: 23 Nov: no total."), "{drawn}");
    }
}
