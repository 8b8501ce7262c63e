//! Guessing at passwords: budgets per account and per address, and that they hurt nobody who is signed in.

use std::net::SocketAddr;

use actix_web::test::TestRequest;
use futures_util::future::join_all;
use jiff::SignedDuration;
use serde_json::json;

use super::auth::login;
use crate::support::{Answer, Backend, Options, TestApp, people::PASSWORD};

const WRONG: &str = "not the password at all";

/// Both databases, with limits.
async fn limited() -> Vec<TestApp> {
    let options = Options { settings: vec![("sandbox", "true".into())], ..Options::default() };
    let mut apps = Vec::new();
    for backend in [Backend::Sqlite, Backend::Postgres] {
        apps.extend(TestApp::with(backend, options.clone()).await);
    }
    apps
}

async fn login_from(app: &TestApp, peer: &str, email: &str, password: &str) -> Answer {
    let peer: SocketAddr = peer.parse().unwrap();
    let body = json!({"email": email, "password": password});
    app.send(
        TestRequest::post()
            .uri("/v1/auth/login")
            .insert_header(("Host", "localhost"))
            .peer_addr(peer)
            .set_json(body),
    )
    .await
}

fn wait_minutes(app: &TestApp, minutes: i64) {
    app.state.clock.advance(SignedDuration::from_mins(minutes));
}

/// AUTH-4, AUTH-7, AUTH-9.
#[actix_web::test]
async fn ten_wrong_passwords_block_the_password_and_nothing_else() {
    for app in limited().await {
        let maya = app.parent("Maya").await;
        for _ in 0..10 {
            login(&app, &maya.email, WRONG).await.expect(401);
        }
        let blocked = login(&app, &maya.email, PASSWORD).await.expect(429);
        assert_eq!(blocked.text("/code"), "too_many_requests");
        assert_eq!(blocked.header("retry-after"), "900");
        app.get(&maya, "/v1/me").await.expect(200);

        wait_minutes(&app, 2);
        for _ in 0..10 {
            login(&app, "nobody@example.org", WRONG).await.expect(401);
        }
        let unknown = login(&app, "nobody@example.org", WRONG).await;
        assert_eq!(unknown.comparable(), blocked.comparable(), "an unknown address is counted alike");

        login(&app, &maya.email, PASSWORD).await.expect(429);
        wait_minutes(&app, 14);
        login(&app, &maya.email, PASSWORD).await.expect(200);
    }
}

/// AUTH-4: the address is counted in the form it is compared by.
#[actix_web::test]
async fn another_spelling_of_an_address_is_no_new_budget() {
    for app in limited().await {
        let maya = app.parent("Maya").await;
        for number in 0..10 {
            let spelling = if number % 2 == 0 { "MAYA@example.org" } else { " maya@Example.ORG" };
            login(&app, spelling, WRONG).await.expect(401);
        }
        login(&app, &maya.email, PASSWORD).await.expect(429);
    }
}

#[actix_web::test]
async fn the_right_password_gives_the_budget_back() {
    for app in limited().await {
        let maya = app.parent("Maya").await;
        for _ in 0..3 {
            for _ in 0..9 {
                login(&app, &maya.email, WRONG).await.expect(401);
            }
            login(&app, &maya.email, PASSWORD).await.expect(200);
            wait_minutes(&app, 2);
        }
    }
}

/// AUTH-4: parallel guesses, through two processes and from many addresses, share one budget.
#[actix_web::test]
async fn of_parallel_guesses_ten_are_looked_at() {
    for app in limited().await {
        let maya = app.parent("Maya").await;
        let twin = app.twin().await;
        let guesses = (0..40).map(|number| {
            let (app, peer) = (if number % 2 == 0 { &app } else { &twin }, format!("192.0.2.{number}:4000"));
            let email = maya.email.clone();
            async move { login_from(app, &peer, &email, WRONG).await.status }
        });
        let statuses = join_all(guesses).await;
        let of = |status| statuses.iter().filter(|one| **one == status).count();
        assert_eq!((of(401), of(429)), (10, 30), "{statuses:?}");
    }
}

/// AUTH-5.
#[actix_web::test]
async fn an_address_has_thirty_tries_a_minute() {
    for app in limited().await {
        for number in 0..30 {
            login_from(&app, "192.0.2.1:4000", &format!("p{number}@example.org"), WRONG).await.expect(401);
        }
        let refused = login_from(&app, "192.0.2.1:5000", "p30@example.org", WRONG).await.expect(429);
        assert_eq!(refused.header("retry-after"), "60");
        login_from(&app, "192.0.2.2:4000", "p30@example.org", WRONG).await.expect(401);
        wait_minutes(&app, 1);
        login_from(&app, "192.0.2.1:4000", "p31@example.org", WRONG).await.expect(401);
    }
}

/// AUTH-5: nobody but a listed proxy may say who is behind it, in whatever header.
#[actix_web::test]
async fn a_header_gives_no_new_address() {
    for app in limited().await {
        let peer: SocketAddr = "192.0.2.1:4000".parse().unwrap();
        for number in 0..31 {
            let name = ["X-Forwarded-For", "Forwarded", "X-Real-IP", "True-Client-IP", "CF-Connecting-IP"]
                [number % 5];
            let own = format!("198.51.100.{number}");
            let value = if name == "Forwarded" { format!("for={own}") } else { own };
            let body = json!({"email": format!("p{number}@example.org"), "password": WRONG});
            let request = TestRequest::post()
                .uri("/v1/auth/login")
                .insert_header(("Host", "localhost"))
                .peer_addr(peer)
                .insert_header((name, value));
            let answer = app.send(request.set_json(body)).await;
            assert_eq!(answer.status, if number < 30 { 401 } else { 429 }, "{number}");
        }
    }
}

/// AUTH-5: registering and signing in are counted together.
#[actix_web::test]
async fn registrations_spend_the_same_budget() {
    for app in limited().await {
        let peer: SocketAddr = "192.0.2.1:4000".parse().unwrap();
        for number in 0..30 {
            let body = json!({"email": "maya", "number": number});
            let request = TestRequest::post()
                .uri("/v1/auth/register")
                .insert_header(("Host", "localhost"))
                .peer_addr(peer)
                .set_json(body);
            app.send(request).await.expect(422);
        }
        login_from(&app, "192.0.2.1:4000", "p@example.org", WRONG).await.expect(429);
    }
}
