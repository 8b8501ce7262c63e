//! How many entries a day takes, and what is never counted against it.

use futures_util::future::join_all;
use jiff::SignedDuration;
use serde_json::json;

use crate::support::{Backend, Options, TestApp};

/// LIM-5, LIM-7, H28.
#[actix_web::test]
async fn a_day_takes_two_hundred_entries_and_any_number_of_danger_answers() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let options = Options { settings: vec![("sandbox", "true".into())], ..Options::default() };
        let Some(app) = TestApp::with(backend, options).await else { continue };
        let (maya, noor) = (app.parent("Maya").await, app.parent("Noor").await);
        app.post_once(&maya, "/v1/check-ins", "first", json!({"mood": 6})).await.expect(201);
        app.advance_minutes(1);
        for _ in 0..49 {
            let many = (0..4).map(|_| app.post(&maya, "/v1/check-ins", json!({"mood": 6})));
            for answer in join_all(many).await {
                answer.expect(201);
            }
        }
        for _ in 0..3 {
            app.check_in(&maya, json!({"mood": 6})).await;
        }

        let full = app.post(&maya, "/v1/check-ins", json!({"mood": 6})).await.expect(429);
        assert_eq!((full.at("/code"), full.at("/help")), (&json!("too_many_requests"), &json!("/v1/help")));
        let seconds: i64 = full.header("retry-after").parse().expect("a number");
        // The clock goes on while the test runs.
        assert!((86_000..=24 * 3600 - 60 + 1).contains(&seconds), "{seconds}");

        let again = app.post_once(&maya, "/v1/check-ins", "first", json!({"mood": 6})).await.expect(201);
        assert_eq!(again.header("idempotency-replayed"), "true");
        for answer in ["no", "unsure"] {
            let taken = app.check_in(&maya, json!({"mood": 6, "safe_now": answer})).await;
            assert!(taken.at("/safety").is_object(), "{}", taken.body);
        }
        let many = (0..4).map(|_| app.post(&maya, "/v1/check-ins", json!({"mood": 6})));
        for answer in join_all(many).await {
            answer.expect(429);
        }
        app.check_in(&noor, json!({"mood": 6})).await;

        let full = app.post(&maya, "/v1/check-ins", json!({"mood": 6})).await.expect(429);
        let seconds: i64 = full.header("retry-after").parse().expect("a number");
        app.state.clock.advance(SignedDuration::from_secs(seconds));
        let maya = app.sign_in(&maya).await;
        app.check_in(&maya, json!({"mood": 6})).await;
    }
}

/// LIM-7: where limits are off, as for a load test, there is no quota either.
#[actix_web::test]
async fn without_limits_a_day_takes_more() {
    let app = TestApp::on(Backend::Sqlite).await.expect("always there");
    let maya = app.parent("Maya").await;
    for _ in 0..201 {
        app.check_in(&maya, json!({"mood": 6})).await;
    }
}
