//! Check-ins by day and by week, for the parent herself and for a doula.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::{Answer, Person, TestApp, both_databases};

/// Sends a check-in of some days ago.
async fn felt(app: &TestApp, parent: &Person, days_ago: i64, mut body: Value) {
    body["occurred_at"] = (app.now() - SignedDuration::from_hours(24 * days_ago)).to_string().into();
    app.check_in(parent, body).await;
}

fn one(count: u32, mean: f64, min: f64, max: f64) -> Value {
    json!({"count": count, "mean": mean, "min": min, "max": max, "own_usual": null})
}

fn dates(answer: &Answer) -> Vec<&str> {
    answer.list("/days").iter().map(|day| day["date"].as_str().expect("a day")).collect()
}

both_databases! {
    async fn a_summary_has_each_day_and_week_with_an_entry(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 60).await;
        felt(&app, &maya, 0, json!({"mood": 6, "connection": 4, "sleep_hours": 4.5})).await;
        felt(&app, &maya, 0, json!({"mood": 3, "anxiety": 5, "private": true})).await;
        felt(&app, &maya, 1, json!({"mood": 5, "support": 2})).await;
        felt(&app, &maya, 3, json!({"mood": 6, "support": 3})).await;
        felt(&app, &maya, 4, json!({"mood": 6})).await;
        let answer = app.get(&maya, "/v1/check-ins/summary").await.expect(200);
        assert_eq!(dates(&answer), ["2026-11-19", "2026-11-20", "2026-11-22", "2026-11-23"]);
        assert_eq!(answer.at("/days/3"), &json!({"date": "2026-11-23", "measures": {
            "mood": one(2, 4.5, 3.0, 6.0), "connection": one(1, 4.0, 4.0, 4.0),
            "anxiety": one(1, 5.0, 5.0, 5.0), "sleep_hours": one(1, 4.5, 4.5, 4.5), "support": null,
        }}));
        assert_eq!(answer.list("/weeks").len(), 2);
        assert_eq!(answer.at("/weeks/0"), &json!({
            "week": "2026-W47", "from": "2026-11-16", "to": "2026-11-22", "measures": {
                "mood": one(3, 5.67, 5.0, 6.0), "connection": null, "anxiety": null, "sleep_hours": null,
                "support": one(2, 2.5, 2.0, 3.0),
            },
        }));
        assert_eq!(answer.text("/weeks/1/week"), "2026-W48");
        assert_eq!(answer.at("/weeks/1/measures/mood"), &one(2, 4.5, 3.0, 6.0));
    }

    async fn the_days_are_the_last_four_weeks_or_those_asked_for(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 60).await;
        assert_eq!(app.get(&maya, "/v1/check-ins/summary").await.expect(200).body, json!({"days": [], "weeks": []}));
        felt(&app, &maya, 10, json!({"mood": 5})).await;
        felt(&app, &maya, 3, json!({"mood": 5})).await;
        for (query, expected) in [
            ("", &["2026-11-13", "2026-11-20"][..]),
            ("?from=2026-11-14", &["2026-11-20"]),
            ("?to=2026-11-19", &["2026-11-13"]),
            ("?from=2026-11-13&to=2026-11-13", &["2026-11-13"]),
            ("?from=2026-11-14&to=2026-11-19", &[]),
            ("?from=2025-11-23", &["2026-11-13", "2026-11-20"]),
        ] {
            let answer = app.get(&maya, &format!("/v1/check-ins/summary{query}")).await.expect(200);
            assert_eq!(dates(&answer), expected, "{query}");
        }
        let week = app.get(&maya, "/v1/check-ins/summary?from=2026-11-19&to=2026-11-20").await.expect(200);
        assert_eq!((week.text("/weeks/0/from"), week.text("/weeks/0/to")), ("2026-11-19", "2026-11-20"));
        app.advance_hours(24 * 20);
        let maya = app.sign_in(&maya).await;
        assert_eq!(dates(&app.get(&maya, "/v1/check-ins/summary").await.expect(200)), ["2026-11-20"]);
    }

    async fn days_that_make_no_span_are_refused_by_name(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], false).await;
        let shared = format!("/v1/clients/{}/summary", maya.id);
        for (person, path) in [(&maya, "/v1/check-ins/summary"), (&asha, shared.as_str())] {
            for (query, wrong) in [
                ("from=2026-11-24", &["from"][..]),
                ("from=2026-11-02&to=2026-11-01", &["from"]),
                ("from=2025-11-22", &["from"]),
                ("from=1900-01-01&to=2200-12-31", &["from"]),
                ("from=yesterday&to=2026-13-01", &["from", "to"]),
                ("limit=5", &["limit"]),
            ] {
                let answer = app.get(person, &format!("{path}?{query}")).await.expect(400);
                assert_eq!((answer.text("/code"), answer.wrong_fields()), ("bad_parameter", wrong.iter().map(|w| (*w).to_owned()).collect()), "{query}");
            }
        }
    }

    /// H41: what is private or was recorded before the link counts for nothing in what a doula reads.
    async fn a_doula_reads_the_summary_of_what_is_shared(app: TestApp) {
        let (maya, asha, bea) =
            (app.parent_with_baby("Maya", 60).await, app.doula("Asha").await, app.doula("Bea").await);
        felt(&app, &maya, 0, json!({"mood": 1})).await;
        felt(&app, &maya, 2, json!({"mood": 1})).await;
        app.advance_minutes(5);
        app.link(&maya, &asha, &["check_ins"], true).await;
        app.link(&maya, &bea, &["flags"], true).await;
        felt(&app, &maya, 0, json!({"mood": 6, "connection": 7, "note": "my own words"})).await;
        felt(&app, &maya, 0, json!({"mood": 2, "private": true})).await;
        felt(&app, &maya, 1, json!({"mood": 2, "private": true})).await;
        let path = format!("/v1/clients/{}/summary", maya.id);
        let shared = app.get(&asha, &path).await.expect(200);
        assert_eq!(dates(&shared), ["2026-11-23"]);
        assert_eq!(shared.at("/days/0/measures/mood"), &one(1, 6.0, 6.0, 6.0));
        assert_eq!(shared.at("/weeks/0/measures/connection"), &one(1, 7.0, 7.0, 7.0));
        assert!(!shared.body.to_string().contains("words"));
        assert_eq!(dates(&app.get(&maya, "/v1/check-ins/summary").await), ["2026-11-21", "2026-11-22", "2026-11-23"]);
        assert_eq!(app.get(&bea, &path).await.expect(403).text("/code"), "scope_not_granted");
        assert_eq!(app.get(&app.doula("Cara").await, &path).await.expect(404).text("/code"), "not_found");
    }

    /// H33: after a loss, and while no baby may be spoken of, nothing is made of connection.
    async fn connection_is_left_out_after_a_loss_or_with_every_baby_hidden(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], false).await;
        let baby = format!("/v1/babies/{}", app.baby(&maya, 60).await);
        felt(&app, &maya, 0, json!({"mood": 5, "connection": 4})).await;
        let client = format!("/v1/clients/{}/summary", maya.id);
        for (step, counts) in [("shown", true), ("hidden", false), ("shown again", true), ("loss", false)] {
            match step {
                "hidden" => { app.patch(&maya, &baby, json!({"hidden": true})).await.expect(200); }
                "shown again" => { app.patch(&maya, &baby, json!({"hidden": false})).await.expect(200); }
                "loss" => {
                    app.patch(&maya, "/v1/me", json!({"contexts": ["loss"]})).await.expect(200);
                    app.patch(&maya, &baby, json!({"hidden": false})).await.expect(200);
                }
                _ => {}
            }
            for (person, path) in [(&maya, "/v1/check-ins/summary"), (&asha, client.as_str())] {
                let answer = app.get(person, path).await.expect(200);
                for part in ["/days/0/measures", "/weeks/0/measures"] {
                    let expected = counts.then(|| one(1, 4.0, 4.0, 4.0));
                    assert_eq!(answer.at(part).get("connection"), expected.as_ref(), "{step} {path}");
                    assert_eq!(answer.at(part)["mood"], one(1, 5.0, 5.0, 5.0), "{step} {path}");
                }
            }
        }
    }

    /// A parent who travels ahead of home sees today's entry although home is still in yesterday.
    async fn an_entry_of_a_day_ahead_of_home_is_in_the_summary(app: TestApp) {
        let maya = app.register("Maya", "parent", "Pacific/Pago_Pago", "GB").await;
        app.check_in(&maya, json!({"mood": 5, "time_zone": "Pacific/Kiritimati"})).await;
        app.check_in(&maya, json!({"mood": 7})).await;
        assert_eq!(dates(&app.get(&maya, "/v1/check-ins/summary").await), ["2026-11-22", "2026-11-23"]);
    }
}
