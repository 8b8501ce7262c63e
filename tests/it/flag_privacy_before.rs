//! What a flag shows of answers that were stored before a link and said anew inside it.

use serde_json::{Value, json};

use crate::{
    flag::{flags, minutes, only_flag, step},
    support::both_databases,
};

fn says_values(flag: &Value) -> bool {
    flag["reason"].as_str().unwrap().contains(|letter: char| letter.is_ascii_digit())
}

both_databases! {
    /// H41: what was stored before the link and shared inside it shows her that somebody is asked for; its day and its values
    /// are of before. Removing it afterwards says no more.
    async fn what_is_shared_later_than_the_link_began_keeps_its_day_and_values(app: TestApp) {
        let (asha, maya) = (app.doula("Asha").await, app.parent_with_baby("Maya", 60).await);
        let scopes = ["check_ins", "screenings"];
        let older = app.doula("Olga").await;
        app.link(&maya, &older, &scopes, false).await;
        minutes(&app, 1);
        let entry = json!({"mood": 4, "safe_now": "no", "contact_me": true, "private": true});
        let entry = app.check_in(&maya, entry).await;
        let form = json!({"instrument": "phq-9", "answers": [1, 1, 1, 1, 1, 1, 1, 1, 2], "private": true});
        let form = app.post(&maya, "/v1/screenings", form).await.expect(201);
        minutes(&app, 1);
        app.link(&maya, &asha, &scopes, false).await;
        minutes(&app, 1);
        let entry = format!("/v1/check-ins/{}", entry.text("/check_in/id"));
        let form = format!("/v1/screenings/{}", form.text("/screening/id"));
        for path in [&entry, &form] {
            app.patch(&maya, path, json!({"private": false})).await.expect(200);
        }
        let (hers, all) = (flags(&app, &asha, "").await, flags(&app, &older, "").await);
        assert_eq!((hers.len(), all.len()), (3, 3), "{hers:?}");
        for (hers, all) in hers.iter().zip(&all) {
            assert!(says_values(all) && !says_values(hers), "{} {}", all["reason"], hers["reason"]);
            assert_eq!((hers["evidence"].as_array().unwrap().len(), all["evidence"].as_array().unwrap().len()), (0, 1));
        }
        for path in [&entry, &form] {
            app.delete(&maya, path).await.expect(204);
        }
        let hers = flags(&app, &asha, "?status=corrected").await;
        assert_eq!(hers.len(), 3);
        assert!(!hers.iter().any(says_values), "{hers:?}");
    }

    /// H41: what is closed keeps its numbers, and hiding or removing what they counted of before the link uncovers none.
    async fn what_is_hidden_of_before_the_link_uncovers_nothing_in_what_is_closed(app: TestApp) {
        for (number, by_removing) in [false, true].into_iter().enumerate() {
            let (mut asha, mut maya) = (
                app.doula(&format!("Asha{number}")).await,
                app.parent_with_baby(&format!("Maya{number}"), 60).await,
            );
            let mut before = Vec::new();
            for day in 0..13 {
                if day == 3 {
                    app.link(&maya, &asha, &["check_ins"], true).await;
                    minutes(&app, 1);
                }
                let sent = app.check_in(&maya, json!({"mood": if day < 3 { 7 } else { 2 }})).await;
                if day < 3 {
                    before.push(format!("/v1/check-ins/{}", sent.text("/check_in/id")));
                }
                app.advance_hours(24);
                (asha, maya) = (app.sign_in(&asha).await, app.sign_in(&maya).await);
            }
            let flag = only_flag(&app, &asha).await;
            assert!(flag["rule"]["id"] == "sustained_low" && !says_values(&flag), "{flag}");
            let close = json!({"to": "dismissed", "reason": "We have talked."});
            step(&app, &asha, flag["id"].as_str().unwrap(), close).await.expect(200);
            for entry in before {
                if by_removing {
                    app.delete(&maya, &entry).await.expect(204);
                } else {
                    app.patch(&maya, &entry, json!({"private": true})).await.expect(200);
                }
            }
            let closed = only_flag(&app, &asha).await;
            assert_eq!(closed["status"], "dismissed");
            assert!(!says_values(&closed), "{}", closed["reason"]);
        }
    }
}
