//! Mood or connection that stays low over two weeks, entered after the fact.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::{Answer, Person, TestApp, both_databases};

fn days_ago(app: &TestApp, days: i64) -> String {
    let at: Timestamp = app.now() - SignedDuration::from_hours(24 * days);
    at.to_string()
}

/// One entry a day with these values of a measure, the last one today; the answer to the last.
async fn one_a_day(app: &TestApp, parent: &Person, measure: &str, values: &[u8]) -> Answer {
    let mut last = None;
    for (at, value) in values.iter().enumerate() {
        let back = i64::try_from(values.len() - 1 - at).expect("few");
        let mut body = json!({"mood": 6, "occurred_at": days_ago(app, back)});
        body[measure] = json!(value);
        let answer = app.check_in(parent, body).await;
        if back > 0 {
            assert_eq!(answer.at("/safety"), &json!(null));
        }
        last = Some(answer);
    }
    last.expect("at least one value")
}

fn rules(answer: &Answer) -> Vec<(&str, &str)> {
    fn word(value: &Value) -> &str {
        value.as_str().expect("a word")
    }
    answer.list("/flags").iter().map(|flag| (word(&flag["rule"]["id"]), word(&flag["severity"]))).collect()
}

/// Three days of mood 3 with less than four hours of sleep; the answer to the last.
async fn low_and_short(app: &TestApp, parent: &Person) -> Answer {
    for back in [4, 2] {
        let body = json!({"mood": 3, "sleep_hours": 3.5, "occurred_at": days_ago(app, back)});
        assert_eq!(rules(&app.check_in(parent, body).await), []);
    }
    app.check_in(parent, json!({"mood": 3, "sleep_hours": 3.5})).await
}

both_databases! {
    async fn low_mood_on_eight_of_fourteen_days_asks_for_a_conversation(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 60).await;
        let seven = one_a_day(&app, &maya, "mood", &[3; 7]).await;
        assert_eq!(rules(&seven), []);
        // The eighth answered day lies before the others: the history counts by day, not by arrival.
        let body = json!({"mood": 3, "occurred_at": days_ago(&app, 12)});
        let eighth = app.check_in(&maya, body).await;
        assert_eq!(rules(&eighth), [("sustained_low", "follow_up")]);
        assert_eq!(eighth.at("/safety"), &json!(null));
        let ninth = app.check_in(&maya, json!({"mood": 2})).await;
        assert_eq!(ninth.at("/flags/0/id"), eighth.at("/flags/0/id"));
    }

    async fn seven_in_ten_of_the_answered_days_must_be_low(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 60).await;
        let enough = one_a_day(&app, &maya, "mood", &[6, 6, 6, 3, 3, 3, 3, 3, 3, 3, 3]).await;
        assert_eq!(rules(&enough), [("sustained_low", "follow_up")]);
        let noor = app.parent_with_baby("Noor", 60).await;
        let too_few = one_a_day(&app, &noor, "mood", &[6, 6, 6, 6, 3, 3, 3, 3, 3, 3, 3, 3]).await;
        assert_eq!(rules(&too_few), []);
        let ines = app.parent_with_baby("Ines", 60).await;
        let not_low = one_a_day(&app, &ines, "mood", &[5; 14]).await;
        assert_eq!(rules(&not_low), []);
        let kim = app.parent_with_baby("Kim", 60).await;
        let rather_low = one_a_day(&app, &kim, "mood", &[4; 8]).await;
        assert_eq!(rules(&rather_low), [("sustained_low", "follow_up")]);
    }

    /// The first days are often tearful and pass; what is said of safety counts from the first hour.
    async fn nothing_is_called_lasting_before_day_fourteen(app: TestApp) {
        let early = app.parent_with_baby("Early", 13).await;
        assert_eq!(rules(&one_a_day(&app, &early, "connection", &[1; 12]).await), []);
        assert_eq!(rules(&one_a_day(&app, &early, "anxiety", &[10; 12]).await), []);
        let low = app.parent_with_baby("Low", 13).await;
        let lasting = one_a_day(&app, &low, "mood", &[1; 12]).await;
        assert_eq!(rules(&lasting), [("low_first_days", "notice")]);
        let later = app.parent_with_baby("Later", 14).await;
        assert_eq!(rules(&one_a_day(&app, &later, "mood", &[3; 8]).await), [("sustained_low", "follow_up")]);
        let unknown = app.parent("Unknown").await;
        assert_eq!(
            rules(&one_a_day(&app, &unknown, "mood", &[3; 8]).await),
            [("sustained_low", "follow_up")]
        );
    }

    /// H13: low mood of the first days is a notice, and with it little sleep is one too.
    async fn three_low_days_of_five_in_the_first_two_weeks_are_a_notice(app: TestApp) {
        let early = app.parent_with_baby("Early", 9).await;
        assert_eq!(rules(&one_a_day(&app, &early, "mood", &[3, 6, 6, 3]).await), []);
        let body = json!({"mood": 2, "sleep_hours": 3.5, "occurred_at": days_ago(&app, 2)});
        let third = app.check_in(&early, body).await;
        assert_eq!(third.at("/flags"), &json!([]), "the day's mean is 4");
        let body = json!({"mood": 1, "occurred_at": days_ago(&app, 2)});
        assert_eq!(rules(&app.check_in(&early, body).await), [("low_first_days", "notice")]);
        let short = app.parent_with_baby("Short", 13).await;
        assert_eq!(
            rules(&low_and_short(&app, &short).await),
            [("low_first_days", "notice"), ("low_with_little_sleep", "notice")]
        );
    }

    async fn low_mood_with_little_sleep_on_three_days_of_five_asks_for_a_conversation(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 14).await;
        let found = low_and_short(&app, &maya).await;
        assert_eq!(rules(&found), [("low_with_little_sleep", "follow_up")]);
        // More of the same is no new flag.
        let again = app.check_in(&maya, json!({"mood": 2, "sleep_hours": 3})).await;
        assert_eq!(again.at("/flags/0/id"), found.at("/flags/0/id"));
        let noor = app.parent_with_baby("Noor", 60).await;
        one_a_day(&app, &noor, "sleep_hours", &[3, 3, 3]).await;
        let slept = app.check_in(&noor, json!({"mood": 0, "sleep_hours": 4})).await;
        assert_eq!(rules(&slept), []);
    }

    async fn anxiety_that_stays_is_a_notice(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 60).await;
        assert_eq!(rules(&one_a_day(&app, &maya, "anxiety", &[8; 7]).await), []);
        let noor = app.parent_with_baby("Noor", 60).await;
        let stays = one_a_day(&app, &noor, "anxiety", &[8, 7, 10, 8, 8, 9, 8, 8]).await;
        assert_eq!(rules(&stays), [("anxiety_stays", "notice")]);
    }

    async fn low_connection_that_stays_asks_for_a_conversation(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 60).await;
        assert_eq!(rules(&one_a_day(&app, &maya, "connection", &[3; 7]).await), []);
        let noor = app.parent_with_baby("Noor", 60).await;
        let stays = one_a_day(&app, &noor, "connection", &[0, 3, 3, 1, 2, 3, 3, 3]).await;
        assert_eq!(rules(&stays), [("low_connection", "follow_up")]);
    }

    /// H33: after a loss, and while no baby may be spoken of, connection is stored and nothing is made of it.
    async fn low_connection_says_nothing_after_a_loss_or_with_every_baby_hidden(app: TestApp) {
        let grieving = app.parent("Grieving").await;
        let baby = app.baby(&grieving, 60).await;
        app.patch(&grieving, "/v1/me", json!({"contexts": ["loss"]})).await.expect(200);
        let quiet = one_a_day(&app, &grieving, "connection", &[1; 9]).await;
        assert_eq!(rules(&quiet), []);
        assert_eq!(quiet.at("/check_in/connection"), 1);
        app.patch(&grieving, &format!("/v1/babies/{baby}"), json!({"hidden": false})).await.expect(200);
        assert_eq!(rules(&app.check_in(&grieving, json!({"mood": 6, "connection": 1})).await), []);

        let hidden = app.parent("Hidden").await;
        let baby = app.baby(&hidden, 60).await;
        let path = format!("/v1/babies/{baby}");
        app.patch(&hidden, &path, json!({"hidden": true})).await.expect(200);
        assert_eq!(rules(&one_a_day(&app, &hidden, "connection", &[1; 9]).await), []);
        app.patch(&hidden, &path, json!({"hidden": false})).await.expect(200);
        let shown = app.check_in(&hidden, json!({"mood": 6, "connection": 1})).await;
        assert_eq!(rules(&shown), [("low_connection", "follow_up")]);
        assert_eq!(rules(&one_a_day(&app, &app.parent("Nobaby").await, "connection", &[1; 9]).await), []);
    }

    /// Danger silences what rests on the same entries: one fact, one flag.
    async fn a_danger_answer_among_low_days_is_one_urgent_flag(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 60).await;
        for ago in (1..=7).rev() {
            app.check_in(&maya, json!({"mood": 3, "occurred_at": days_ago(&app, ago)})).await;
        }
        let answer = app.check_in(&maya, json!({"mood": 1, "safe_now": "no"})).await;
        assert_eq!(rules(&answer), [("not_safe", "urgent")]);
        assert_eq!(answer.at("/safety/level"), "urgent");
    }

    /// Felt before the low days, it is to them what it would have been if it had been sent then.
    async fn a_backdated_danger_answer_is_judged_and_the_days_after_it_are_judged_again(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 60).await;
        one_a_day(&app, &maya, "mood", &[3; 7]).await;
        let body = json!({"mood": 1, "safe_now": "no", "occurred_at": days_ago(&app, 9)});
        let backdated = app.check_in(&maya, body).await;
        assert_eq!(rules(&backdated), [("not_safe", "urgent"), ("sustained_low", "follow_up")]);
        assert_eq!(backdated.at("/safety/level"), "urgent");

        let noor = app.parent_with_baby("Noor", 60).await;
        let body = json!({"mood": 1, "safe_now": "no", "occurred_at": days_ago(&app, 9)});
        assert_eq!(rules(&app.check_in(&noor, body).await), [("not_safe", "urgent")]);
        assert_eq!(rules(&one_a_day(&app, &noor, "mood", &[3; 7]).await), [("sustained_low", "follow_up")]);
    }
}
