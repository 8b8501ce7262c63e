//! What is written beside an open flag: better numbers close nothing, and the doula is told why they may mislead.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{
    flag::{eight_days, flags, only_flag, step},
    screening::evidence::row,
    support::{Person, TestApp, both_databases},
};

const ZERO: &str = "0199f0a2-7c1e-7a52-9d4b-0a4f5ce1c00a";
const PRIVATE_ZERO: &str = "0199f0a2-7c1e-7a52-9d4b-0a4f5ce1c00b";

fn notes(flag: &Value) -> Vec<&str> {
    flag["notes"].as_array().unwrap().iter().map(|note| note["id"].as_str().unwrap()).collect()
}

/// A mood on each of the next days.
async fn moods(app: &TestApp, people: [&mut Person; 3], values: &[u8]) {
    let [parent, one, other] = people;
    for mood in values {
        app.state.clock.advance(SignedDuration::from_hours(24));
        for person in [&mut *parent, &mut *one, &mut *other] {
            *person = app.sign_in(person).await;
        }
        app.check_in(parent, json!({"mood": mood})).await;
    }
}

both_databases! {
    /// H06 among them: a rise after low days closes nothing, and says so until somebody has been in touch.
    async fn a_rise_after_low_days_is_noted_on_the_flag_until_contact(app: TestApp) {
        let (mut maya, mut asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
        let mut few = app.doula("Few").await;
        app.link(&maya, &asha, &["check_ins"], true).await;
        app.link(&maya, &few, &["flags"], true).await;
        eight_days(&app, &maya, json!({"mood": 2})).await;
        assert_eq!(notes(&only_flag(&app, &asha).await), Vec::<&str>::new());
        moods(&app, [&mut maya, &mut asha, &mut few], &[7]).await;
        assert_eq!(notes(&only_flag(&app, &asha).await), Vec::<&str>::new());
        moods(&app, [&mut maya, &mut asha, &mut few], &[8]).await;
        let flag = only_flag(&app, &asha).await;
        assert_eq!((&flag["rule"]["id"], &flag["status"]), (&json!("sustained_low"), &json!("open")));
        let text = "Mood has been higher since 24 November, after low days between 16 and 23 November, and nobody has \
                    noted contact on this flag in between. A rise alone says little; a conversation is still worth having.";
        assert_eq!(flag["notes"], json!([{"id": "rise", "version": 2, "text": text}]));
        assert_eq!(notes(&only_flag(&app, &few).await), Vec::<&str>::new());
        assert_eq!(app.get(&maya, "/v1/me/flags").await.expect(200).at("/data/0").get("notes"), None);

        let id = flag["id"].as_str().unwrap();
        step(&app, &asha, id, json!({"to": "acknowledged"})).await.expect(200);
        assert_eq!(notes(&only_flag(&app, &asha).await), ["rise"]);
        let reply = step(&app, &asha, id, json!({"to": "contacted"})).await.expect(200);
        assert_eq!((notes(&reply.body), reply.text("/status")), (vec![], "contacted"));
    }

    /// H41: only a shared one, only with the scope for it, and only while the flag is not closed.
    async fn a_questionnaire_of_zeros_is_noted_on_the_flag_that_was_open_before_it(app: TestApp) {
        let (maya, asha) = (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await);
        let few = app.doula("Few").await;
        app.link(&maya, &asha, &["screenings"], true).await;
        app.link(&maya, &few, &["check_ins"], true).await;
        app.check_in(&maya, json!({"mood": 5, "safe_now": "unsure"})).await;
        let before = only_flag(&app, &asha).await;
        app.state.clock.advance(SignedDuration::from_mins(5));
        row(&app, &maya, PRIVATE_ZERO, ("epds", 0, 30), true, app.now());
        assert_eq!(only_flag(&app, &asha).await, before);
        row(&app, &maya, ZERO, ("epds", 0, 30), false, app.now());
        let flag = only_flag(&app, &asha).await;
        let text = "The EPDS of 23 November came to a total of 0. That alone is no reason to set this aside: it can also \
                    mean that it did not feel safe to answer.";
        assert_eq!(flag["notes"], json!([{"id": "all_zero", "version": 2, "text": text}]));
        assert_ne!(flag["etag"], before["etag"]);
        assert_eq!((&flag["severity"], &flag["due_at"]), (&before["severity"], &before["due_at"]));
        assert_eq!(notes(&only_flag(&app, &few).await), Vec::<&str>::new());
        let id = flag["id"].as_str().unwrap();
        step(&app, &asha, id, json!({"to": "dismissed", "reason": "spoke at length"})).await.expect(200);
        assert_eq!(notes(&flags(&app, &asha, "?status=all").await[0]), Vec::<&str>::new());
    }

    /// H15, H33: after a loss, or while every baby is hidden, no note names a questionnaire about a baby.
    async fn h33_a_zero_about_a_baby_is_not_named_where_none_may_be_spoken_of(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        let baby = format!("/v1/babies/{}", app.baby(&maya, 60).await);
        app.link(&maya, &asha, &["screenings"], true).await;
        app.check_in(&maya, json!({"mood": 5, "safe_now": "unsure"})).await;
        for (instrument, items) in [("phq-2", 2), ("mibs", 8)] {
            app.advance_minutes(5);
            let zeros = json!({"instrument": instrument, "answers": vec![0; items]});
            app.post(&maya, "/v1/screenings", zeros).await.expect(201);
        }
        for (step, named) in [("shown", "MIBS"), ("loss", "PHQ-2"), ("hidden", "PHQ-2")] {
            match step {
                "loss" => { app.patch(&maya, "/v1/me", json!({"contexts": ["loss"]})).await.expect(200); }
                "hidden" => {
                    app.patch(&maya, "/v1/me", json!({"contexts": []})).await.expect(200);
                    app.patch(&maya, &baby, json!({"hidden": true})).await.expect(200);
                }
                _ => {}
            }
            let flag = only_flag(&app, &asha).await;
            let start = format!("The {named} of 23 November came to a total of 0.");
            assert_eq!(notes(&flag), ["all_zero"], "{step}");
            assert!(flag["notes"][0]["text"].as_str().unwrap().starts_with(&start), "{step}: {}", flag["notes"]);
        }
    }
}
