//! When an entry was felt, and which local day that was.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::support::both_databases;

fn at(text: &str) -> Timestamp {
    text.parse().expect("a literal")
}

both_databases! {
    async fn an_entry_may_lie_two_weeks_back_and_no_more(app: TestApp) {
        let maya = app.parent("Maya").await;
        let back = SignedDuration::from_hours(14 * 24);
        let minute = SignedDuration::from_mins(1);
        let oldest = (app.now() - back + minute).to_string();
        let stored = app.check_in(&maya, json!({"mood": 5, "occurred_at": oldest})).await;
        assert_eq!(stored.at("/check_in/occurred_at"), &json!(oldest));
        assert_eq!(stored.at("/check_in/local_date"), "2026-11-09");
        for late in [
            app.now() - back - SignedDuration::from_secs(1),
            at("1970-01-01T00:00:00Z"),
            at("0001-01-01T00:00:00Z"),
        ] {
            let body = json!({"mood": 5, "occurred_at": late.to_string()});
            let refused = app.post(&maya, "/v1/check-ins", body).await.expect(422);
            assert_eq!(refused.wrong_fields(), ["/occurred_at"], "{late}");
        }
    }

    async fn a_clock_that_runs_ten_minutes_ahead_is_taken_as_now(app: TestApp) {
        let maya = app.parent("Maya").await;
        for minutes in [1, 5, 9] {
            let ahead = (app.now() + SignedDuration::from_mins(minutes)).to_string();
            let stored = app.check_in(&maya, json!({"mood": 5, "occurred_at": ahead})).await;
            assert_eq!(stored.at("/check_in/occurred_at"), stored.at("/check_in/recorded_at"), "{minutes}");
        }
        // A minute to spare, because the clock of the test runs on.
        for ahead in [
            app.now() + SignedDuration::from_mins(11),
            at("2027-11-23T09:00:00Z"),
            at("9999-12-30T00:00:00Z"),
        ] {
            let body = json!({"mood": 5, "occurred_at": ahead.to_string()});
            let refused = app.post(&maya, "/v1/check-ins", body).await.expect(422);
            assert_eq!(refused.wrong_fields(), ["/occurred_at"], "{ahead}");
        }
    }

    async fn an_instant_may_be_written_with_an_offset_and_comes_back_in_utc(app: TestApp) {
        let maya = app.parent("Maya").await;
        for (sent, kept) in [
            ("2026-11-22T23:30:00+02:00", "2026-11-22T21:30:00Z"),
            ("2026-11-22T21:30:00.5Z", "2026-11-22T21:30:00.5Z"),
            ("2026-11-22T21:30:00.123456Z", "2026-11-22T21:30:00.123456Z"),
            ("2026-11-22t21:30:00z", "2026-11-22T21:30:00Z"),
        ] {
            let stored = app.check_in(&maya, json!({"mood": 5, "occurred_at": sent})).await;
            assert_eq!(stored.at("/check_in/occurred_at"), kept, "{sent}");
        }
    }

    async fn the_local_day_is_that_of_the_profile_or_of_the_sent_zone(app: TestApp) {
        // Mid-morning UTC: one instant in three days around the date line.
        for (name, profile, sent, day) in [
            ("Ana", "Pacific/Kiritimati", None, "2026-11-23"),
            ("Bea", "Pacific/Pago_Pago", None, "2026-11-21"),
            ("Cleo", "Europe/London", None, "2026-11-22"),
            ("Dora", "Pacific/Pago_Pago", Some("Pacific/Kiritimati"), "2026-11-23"),
            ("Eve", "Pacific/Kiritimati", Some("Pacific/Pago_Pago"), "2026-11-21"),
            ("Fay", "Europe/London", Some("UTC"), "2026-11-22"),
        ] {
            let parent = app.register(name, "parent", profile, "GB").await;
            let body = json!({"mood": 5, "occurred_at": "2026-11-22T10:30:00Z", "time_zone": sent});
            let stored = app.check_in(&parent, body).await;
            assert_eq!(stored.at("/check_in/local_date"), day, "{name}");
            assert_eq!(stored.at("/check_in/time_zone"), sent.unwrap_or(profile), "{name}");
        }
    }

    async fn the_local_day_follows_both_clock_changes(app: TestApp) {
        // Clocks in Paris go back on 2026-10-25 at 01:00 UTC, and forward on 2027-03-28 at 01:00 UTC.
        for (now, name, cases) in [
            (
                "2026-10-26T09:00:00Z",
                "Maya",
                [
                    ("2026-10-24T21:59:59Z", "2026-10-24"),
                    ("2026-10-24T22:00:00Z", "2026-10-25"),
                    ("2026-10-25T22:59:59Z", "2026-10-25"),
                    ("2026-10-25T23:00:00Z", "2026-10-26"),
                ],
            ),
            (
                "2027-03-29T09:00:00Z",
                "Noor",
                [
                    ("2027-03-27T22:59:59Z", "2027-03-27"),
                    ("2027-03-27T23:00:00Z", "2027-03-28"),
                    ("2027-03-28T21:59:59Z", "2027-03-28"),
                    ("2027-03-28T22:00:00Z", "2027-03-29"),
                ],
            ),
        ] {
            app.state.clock.set(at(now));
            let in_paris = app.register(name, "parent", "Europe/Paris", "FR").await;
            let travelling = app.register(&format!("{name}2"), "parent", "America/New_York", "US").await;
            for (felt, day) in cases {
                let own = app.check_in(&in_paris, json!({"mood": 5, "occurred_at": felt})).await;
                assert_eq!(own.at("/check_in/local_date"), day, "{felt}");
                let body = json!({"mood": 5, "occurred_at": felt, "time_zone": "Europe/Paris"});
                let sent = app.check_in(&travelling, body).await;
                assert_eq!(sent.at("/check_in/local_date"), day, "{felt}");
            }
        }
    }

    async fn a_stored_local_day_stays_when_the_profile_moves(app: TestApp) {
        let maya = app.parent("Maya").await;
        let stored = app.check_in(&maya, json!({"mood": 5, "occurred_at": "2026-11-22T23:30:00Z"})).await;
        assert_eq!(stored.at("/check_in/local_date"), "2026-11-22");
        app.patch(&maya, "/v1/me", json!({"time_zone": "Asia/Tokyo"})).await.expect(200);
        let before = app.get(&maya, stored.header("location")).await.expect(200);
        assert_eq!(
            (before.at("/local_date"), before.at("/time_zone")),
            (&json!("2026-11-22"), &json!("Europe/London"))
        );
        let after = app.check_in(&maya, json!({"mood": 5, "occurred_at": "2026-11-22T23:30:00Z"})).await;
        assert_eq!(after.at("/check_in/local_date"), "2026-11-23");
    }
}
