//! High mood or energy on little sleep, as it answers a check-in.

use serde_json::{Value, json};

use crate::support::{Answer, both_databases};

/// Rule and severity of the only flag in a reply; empty words without one.
#[track_caller]
fn raised(answer: &Answer) -> (&str, &str) {
    let flags = answer.list("/flags");
    assert!(flags.len() <= 1, "{}", answer.body);
    let word = |pointer: &str| flags.first().and_then(|flag| flag.pointer(pointer)).and_then(Value::as_str);
    (word("/rule/id").unwrap_or_default(), word("/severity").unwrap_or_default())
}

both_databases! {
    /// H02: very high on very little sleep is for the same day, and the second day of it is urgent.
    async fn very_high_on_very_little_sleep_is_urgent_on_its_second_day(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 60).await;
        let asha = app.doula("Asha").await;
        app.link(&maya, &asha, &["flags"], false).await;
        let very_high = json!({"mood": 9, "sleep_hours": 3, "occurred_at": "2026-11-22T09:00:00Z"});
        let first = app.check_in(&maya, very_high).await;
        assert_eq!(raised(&first), ("elation", "same_day"));
        assert_eq!(first.at("/safety"), &json!(null));

        let second = app.check_in(&maya, json!({"mood": 9, "sleep_hours": 3})).await;
        assert_eq!(raised(&second), ("elation", "urgent"));
        assert_eq!(second.at("/flags/0/id"), first.at("/flags/0/id"), "one open flag per rule");
        assert_eq!(second.at("/flags/0/seen_by"), &json!(["Asha"]));
        assert_eq!(second.at("/suggestions"), &json!([]));
        assert_eq!(second.at("/safety/level"), "urgent");
        assert_eq!(second.at("/safety/emergency/phone"), "999");
        assert!(second.text("/safety/message").contains("doctor"), "{}", second.body);
        assert!(!second.list("/safety/lines").is_empty());
        assert!(second.text("/safety/what_happens_next").contains("Asha"));
    }

    async fn the_steps_of_elation_have_their_severities(app: TestApp) {
        for (at, (body, severity)) in [
            (json!({"mood": 8, "sleep_hours": 4}), "notice"),
            (json!({"mood": 8, "sleep_hours": 4.5}), ""),
            (json!({"mood": 7, "sleep_hours": 0}), ""),
            (json!({"mood": 10}), ""),
            (json!({"mood": 9, "sleep_hours": 3.5}), "notice"),
            (json!({"mood": 9, "sleep_hours": 3}), "same_day"),
            (json!({"mood": 5, "sped_up": true}), "same_day"),
            (json!({"mood": 5, "sped_up": true, "sleep_hours": 5.5}), "same_day"),
            (json!({"mood": 5, "sped_up": true, "sleep_hours": 5}), "urgent"),
            (json!({"mood": 5, "sped_up": false, "sleep_hours": 2}), ""),
        ]
        .into_iter()
        .enumerate()
        {
            let parent = app.parent_with_baby(&format!("Parent{at}"), 29).await;
            let answer = app.check_in(&parent, body.clone()).await;
            let rule = if severity.is_empty() { "" } else { "elation" };
            assert_eq!(raised(&answer), (rule, severity), "{body}");
            assert_eq!(answer.at("/safety").is_object(), severity == "urgent", "{body}");
            assert_eq!(answer.list("/suggestions").is_empty(), severity == "urgent", "{body}");
        }
    }

    async fn the_first_four_weeks_and_a_history_of_mania_weigh_more(app: TestApp) {
        for (name, age, severity) in [("Maya", 0, "urgent"), ("Noor", 28, "urgent"), ("Ines", 29, "same_day")]
        {
            let parent = app.parent_with_baby(name, age).await;
            let answer = app.check_in(&parent, json!({"mood": 9, "sleep_hours": 3})).await;
            assert_eq!(raised(&answer), ("elation", severity), "day {age}");
        }
        let elif = app.parent_with_baby("Elif", 200).await;
        app.patch(&elif, "/v1/me", json!({"contexts": ["mania_history"]})).await.expect(200);
        let answer = app.check_in(&elif, json!({"mood": 8, "sleep_hours": 4})).await;
        assert_eq!(raised(&answer), ("elation", "follow_up"));
    }

    /// H02: nothing in the answer to an elated day reads as praise.
    async fn an_elated_day_is_never_called_well(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 10).await;
        let answer = app.check_in(&maya, json!({"mood": 10, "sleep_hours": 1})).await;
        assert_eq!(answer.at("/safety/level"), "urgent");
        let words = answer.body["safety"].to_string().to_lowercase()
            + &answer.body["flags"].to_string().to_lowercase();
        for praise in ["great", "well done", "wonderful", "keep it up", "good news", "!"] {
            assert!(!words.contains(praise), "{praise} in {words}");
        }
    }
}
