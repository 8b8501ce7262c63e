//! What comes after a flag was raised: more evidence, graver answers, and who is told again.
//!
//! Lists and filters are tested in `flag`, what doulas do in `flag_lifecycle`.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{
    flag::{at, flags, minutes, notices, only_flag, step},
    support::both_databases,
};

both_databases! {
    /// H07: the graver answer after the first is added, not swallowed and not a second flag; and told again.
    async fn no_after_unsure_adds_to_the_one_flag(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 60).await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        app.check_in(&maya, json!({"mood": 4, "safe_now": "unsure"})).await;
        let first = only_flag(&app, &asha).await;
        assert_eq!(notices(&app, &asha).await, 1);
        minutes(&app, 5);
        let sent = app.check_in(&maya, json!({"mood": 2, "safe_now": "no"})).await;
        let second = only_flag(&app, &asha).await;
        assert_eq!((&second["id"], sent.text("/flags/0/id")), (&first["id"], first["id"].as_str().unwrap()));
        assert_eq!(second["evidence"].as_array().unwrap().len(), 2);
        assert_eq!(second["reason"], "Answered \"no\" on 23 November when asked about being safe right now.");
        assert!(at(&second["due_at"]) <= at(&first["due_at"]));
        assert_eq!(second["raised_at"], first["raised_at"]);
        assert_eq!(second["last_seen_at"], *sent.at("/check_in/recorded_at"));
        assert_eq!(notices(&app, &asha).await, 2);
    }

    /// H08: nobody overlooks today's answer because yesterday's flag is taken or put off.
    async fn a_new_danger_answer_reopens_a_taken_or_snoozed_flag(app: TestApp) {
        let (mut asha, mut maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 60).await);
        let mut zoe = app.parent("Zoe").await;
        app.link(&maya, &asha, &["check_ins"], true).await;
        app.link(&zoe, &asha, &["check_ins"], true).await;
        let id =
            app.check_in(&maya, json!({"mood": 4, "safe_now": "no"})).await.text("/flags/0/id").to_owned();
        let until = app.now() + SignedDuration::from_hours(24);
        let (taken, reached) = (json!({"to": "acknowledged"}), json!({"to": "contacted"}));
        let put_off = json!({"to": "snoozed", "until": until});
        for steps in [vec![&taken], vec![&taken, &reached], vec![&put_off], vec![&taken, &put_off]] {
            for to in steps {
                step(&app, &asha, &id, to.clone()).await.expect(200);
            }
            // Somebody else waits, less pressing; then the clock has moved past the first due time.
            app.check_in(&zoe, json!({"mood": 4, "contact_me": true})).await;
            app.advance_hours(3);
            (asha, maya, zoe) = (app.sign_in(&asha).await, app.sign_in(&maya).await, app.sign_in(&zoe).await);
            let before = notices(&app, &asha).await;
            let sent = app.check_in(&maya, json!({"mood": 4, "safe_now": "unsure"})).await;
            let list = flags(&app, &asha, "").await;
            assert_eq!((&list[0]["id"], &list[0]["status"]), (&json!(id), &json!("open")));
            let due = at(&list[0]["due_at"]).duration_since(at(sent.at("/check_in/recorded_at")));
            assert_eq!(due, SignedDuration::from_hours(2));
            assert_eq!(list[0]["snoozed_until"], Value::Null);
            assert_eq!(notices(&app, &asha).await, before + 1);
            assert_eq!(list[0]["history"].as_array().unwrap().last().unwrap()["kind"], "danger");
        }
    }

    /// H18: what can wait until she looks sends no message; what cannot, does.
    async fn a_notice_writes_to_nobody(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 60).await);
        app.link(&maya, &asha, &["flags"], true).await;
        app.check_in(&maya, json!({"mood": 8, "sleep_hours": 4})).await;
        assert_eq!(
            (only_flag(&app, &asha).await["severity"].as_str(), notices(&app, &asha).await),
            (Some("notice"), 0)
        );
        app.check_in(&maya, json!({"mood": 5, "contact_me": true})).await;
        assert_eq!(notices(&app, &asha).await, 1);
    }

    /// H18: low days that a danger answer belongs to are its evidence, not a second flag.
    async fn one_fact_raises_one_flag(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 60).await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        for days_ago in (1..8).rev() {
            let occurred_at = app.now() - SignedDuration::from_hours(24 * days_ago);
            app.check_in(&maya, json!({"mood": 2, "occurred_at": occurred_at})).await;
        }
        app.check_in(&maya, json!({"mood": 2, "safe_now": "no"})).await;
        let flag = only_flag(&app, &asha).await;
        assert_eq!(
            (&flag["rule"]["id"], flag["evidence"].as_array().unwrap().len()),
            (&json!("not_safe"), 8)
        );
    }

    async fn severity_rises_and_shortens_the_due_time_and_never_falls(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 60).await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        app.check_in(&maya, json!({"mood": 8, "sleep_hours": 4})).await;
        let notice = only_flag(&app, &asha).await;
        minutes(&app, 1);
        app.check_in(&maya, json!({"mood": 6, "sped_up": true})).await;
        let same_day = only_flag(&app, &asha).await;
        minutes(&app, 1);
        let sent = app.check_in(&maya, json!({"mood": 6, "sped_up": true, "sleep_hours": 3})).await;
        let urgent = only_flag(&app, &asha).await;
        minutes(&app, 1);
        app.check_in(&maya, json!({"mood": 8, "sleep_hours": 4})).await;
        let after = only_flag(&app, &asha).await;
        let severities = [&notice, &same_day, &urgent, &after].map(|flag| flag["severity"].as_str().unwrap());
        assert_eq!(severities, ["notice", "same_day", "urgent", "urgent"]);
        assert!(at(&same_day["due_at"]) < at(&notice["due_at"]));
        assert_eq!(
            at(&urgent["due_at"]),
            at(sent.at("/check_in/recorded_at")) + SignedDuration::from_hours(2)
        );
        assert_eq!((&after["due_at"], &after["reason"]), (&urgent["due_at"], &urgent["reason"]));
        assert_eq!(after["evidence"].as_array().unwrap().len(), 4);
    }

    async fn a_request_that_is_repeated_is_due_when_the_first_one_was(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 60).await);
        app.link(&maya, &asha, &["flags"], true).await;
        app.check_in(&maya, json!({"mood": 5, "contact_me": true})).await;
        let first = only_flag(&app, &asha).await;
        minutes(&app, 3);
        app.check_in(&maya, json!({"mood": 5, "contact_me": true})).await;
        let second = only_flag(&app, &asha).await;
        assert_eq!((&second["due_at"], second["evidence"].as_array().unwrap().len()), (&first["due_at"], 2));
    }
}
