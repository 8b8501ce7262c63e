//! Sign-ins: how they are renewed, how long they last, and how they end.

use actix_web::test::TestRequest;
use jiff::SignedDuration;
use serde_json::json;

use super::auth::login;
use crate::support::{Answer, Person, TestApp, both_databases, people::PASSWORD};

async fn refresh(app: &TestApp, token: &str) -> Answer {
    let body = json!({"refresh_token": token});
    app.anonymous(TestRequest::post().uri("/v1/auth/refresh").set_json(body)).await
}

async fn logout(app: &TestApp, person: &Person) -> Answer {
    let bearer = format!("Bearer {}", person.token);
    let request = TestRequest::post().uri("/v1/auth/logout").insert_header(("Authorization", bearer));
    app.send(request.set_json(json!({"refresh_token": person.refresh_token}))).await
}

/// The same person on another device.
async fn sign_in(app: &TestApp, person: &Person, device: &str) -> Person {
    let body = json!({"email": person.email, "password": PASSWORD});
    let request =
        TestRequest::post().uri("/v1/auth/login").insert_header(("User-Agent", device)).set_json(body);
    renewed(person, &app.send(request).await.expect(200))
}

fn renewed(person: &Person, answer: &Answer) -> Person {
    Person {
        token: answer.text("/access_token").into(),
        refresh_token: answer.text("/refresh_token").into(),
        ..person.clone()
    }
}

fn wait(app: &TestApp, seconds: i64) {
    app.state.clock.advance(SignedDuration::from_secs(seconds));
}

/// Renews every `minutes` and says after how many minutes it no longer worked; an hour of slack at most.
async fn lives_for(app: &TestApp, person: &Person, minutes: i64, most: i64) -> i64 {
    let mut token = person.refresh_token.clone();
    for step in 1..=most {
        wait(app, minutes * 60);
        let answer = refresh(app, &token).await;
        if answer.status == 401 {
            return step * minutes;
        }
        token = answer.expect(200).text("/refresh_token").into();
    }
    i64::MAX
}

both_databases! {
    /// SES-6.
    async fn a_lost_reply_costs_nothing_for_ten_seconds(app: TestApp) {
        let maya = app.parent("Maya").await;
        let first = refresh(&app, &maya.refresh_token).await.expect(200);
        assert_ne!(first.text("/refresh_token"), maya.refresh_token);
        wait(&app, 8);
        let again = refresh(&app, &maya.refresh_token).await.expect(200);
        assert_eq!(again.text("/refresh_token"), first.text("/refresh_token"));
        app.get(&renewed(&maya, &first), "/v1/me").await.expect(200);
        refresh(&app, first.text("/refresh_token")).await.expect(200);
    }

    /// SES-6, RFC 9700 section 4.14.
    async fn a_spent_token_that_comes_late_ends_the_sign_in(app: TestApp) {
        let maya = app.parent("Maya").await;
        let phone = sign_in(&app, &maya, "Android").await;
        let next = renewed(&maya, &refresh(&app, &maya.refresh_token).await.expect(200));
        wait(&app, 11);
        assert_eq!(refresh(&app, &maya.refresh_token).await.expect(401).text("/code"), "bad_credentials");
        refresh(&app, &next.refresh_token).await.expect(401);
        app.get(&next, "/v1/me").await.expect(401);
        app.get(&phone, "/v1/me").await.expect(200);
    }

    /// SES-6: the ten seconds are for the immediate predecessor alone.
    async fn a_token_of_two_generations_ago_ends_the_sign_in_at_once(app: TestApp) {
        let maya = app.parent("Maya").await;
        let second = renewed(&maya, &refresh(&app, &maya.refresh_token).await.expect(200));
        let third = renewed(&maya, &refresh(&app, &second.refresh_token).await.expect(200));
        refresh(&app, &maya.refresh_token).await.expect(401);
        refresh(&app, &third.refresh_token).await.expect(401);
        app.get(&third, "/v1/me").await.expect(401);
    }

    /// SES-6: who guesses must not be able to sign others out.
    async fn a_forged_refresh_token_opens_and_ends_nothing(app: TestApp) {
        let maya = app.parent("Maya").await;
        let refusal = refresh(&app, "junk").await.expect(401);
        let mut swapped: Vec<char> = maya.refresh_token.chars().collect();
        let middle = swapped.len() - 10;
        swapped[middle] = if swapped[middle] == 'A' { 'B' } else { 'A' };
        let swapped: String = swapped.into_iter().collect();
        let cut = &maya.refresh_token[..maya.refresh_token.len() - 2];
        let padded = format!("{}=", maya.refresh_token);
        for forged in [swapped.as_str(), cut, &padded, &maya.token[..150], "A"] {
            assert_eq!(refresh(&app, forged).await.comparable(), refusal.comparable());
            let body = json!({"refresh_token": forged});
            app.anonymous(TestRequest::post().uri("/v1/auth/logout").set_json(body)).await.expect(401);
        }
        app.get(&maya, "/v1/me").await.expect(200);
        refresh(&app, &maya.refresh_token).await.expect(200);
    }

    /// SES-11.
    async fn signing_out_works_with_an_expired_token_and_twice(app: TestApp) {
        let maya = app.parent("Maya").await;
        wait(&app, 606);
        app.get(&maya, "/v1/me").await.expect(401);
        let answer = logout(&app, &maya).await.expect(204);
        assert_eq!(answer.header("clear-site-data"), "\"cache\", \"storage\"");
        assert!(answer.bytes.is_empty());
        logout(&app, &maya).await.expect(204);
        refresh(&app, &maya.refresh_token).await.expect(401);
    }

    /// SES-5, SES-11.
    async fn signing_out_refuses_the_access_token_from_the_next_request_on(app: TestApp) {
        let maya = app.parent("Maya").await;
        let laptop = sign_in(&app, &maya, "Windows").await;
        logout(&app, &maya).await.expect(204);
        app.get(&maya, "/v1/me").await.expect(401);
        app.get(&laptop, "/v1/me").await.expect(200);
    }

    /// SES-9, SES-5 on another process.
    async fn a_person_sees_her_devices_and_signs_one_out(app: TestApp) {
        let maya = app.parent("Maya").await;
        let noor = app.parent("Noor").await;
        let phone = sign_in(&app, &maya, "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X)").await;
        let list = app.get(&phone, "/v1/auth/sessions").await.expect(200);
        let sessions = list.list("/data");
        assert_eq!(sessions.len(), 2);
        assert_eq!((&sessions[0]["device"], &sessions[0]["current"]), (&json!("iPhone"), &json!(true)));
        let other = (&sessions[1]["device"], &sessions[1]["current"]);
        assert_eq!(other, (&json!("Unknown device"), &json!(false)));
        assert!(sessions[0]["last_used_at"].as_str().unwrap().starts_with("2026-11-23T09:00:00"));

        let first = format!("/v1/auth/sessions/{}", sessions[1]["id"].as_str().unwrap());
        app.delete(&noor, &first).await.expect(404);
        app.get(&maya, "/v1/me").await.expect(200);
        app.delete(&phone, &first).await.expect(204);
        app.get(&maya, "/v1/me").await.expect(401);
        app.twin().await.get(&maya, "/v1/me").await.expect(401);
        refresh(&app, &maya.refresh_token).await.expect(401);
        app.delete(&phone, &first).await.expect(404);
        assert_eq!(app.get(&phone, "/v1/auth/sessions").await.expect(200).list("/data").len(), 1);
    }

    /// SAF-6: whoever holds the device does not learn that it was signed out from elsewhere.
    async fn an_ended_sign_in_looks_like_an_expired_one(app: TestApp) {
        let maya = app.parent("Maya").await;
        let phone = sign_in(&app, &maya, "Android").await;
        let list = app.get(&phone, "/v1/auth/sessions").await.expect(200);
        let other = list.list("/data").iter().find(|session| session["current"] == json!(false)).unwrap();
        app.delete(&phone, &format!("/v1/auth/sessions/{}", other["id"].as_str().unwrap())).await.expect(204);
        let ended = app.get(&maya, "/v1/me").await.expect(401);
        let ended_refresh = refresh(&app, &maya.refresh_token).await.expect(401);

        wait(&app, 606);
        assert_eq!(app.get(&phone, "/v1/me").await.comparable(), ended.comparable());
        wait(&app, 31 * 24 * 3600);
        assert_eq!(refresh(&app, &phone.refresh_token).await.comparable(), ended_refresh.comparable());
    }

    /// SES-7.
    async fn the_eleventh_sign_in_ends_the_oldest(app: TestApp) {
        let maya = app.parent("Maya").await;
        let mut devices = vec![maya.clone()];
        for _ in 0..9 {
            devices.push(renewed(&maya, &login(&app, &maya.email, PASSWORD).await.expect(200)));
        }
        app.get(&maya, "/v1/me").await.expect(200);
        devices.push(renewed(&maya, &login(&app, &maya.email, PASSWORD).await.expect(200)));
        app.get(&devices[0], "/v1/me").await.expect(401);
        for device in &devices[1..] {
            app.get(device, "/v1/me").await.expect(200);
        }
        assert_eq!(app.get(&devices[10], "/v1/auth/sessions").await.expect(200).list("/data").len(), 10);
    }

    /// SES-7: one hour without use, twelve hours in any case.
    async fn a_doula_stays_signed_in_for_a_shift(app: TestApp) {
        let asha = app.doula("Asha").await;
        wait(&app, 61 * 60);
        refresh(&app, &asha.refresh_token).await.expect(401);
        let asha = sign_in(&app, &asha, "").await;
        // Twelve hours are twelve times 59 minutes and a little.
        assert_eq!(lives_for(&app, &asha, 59, 14).await, 13 * 59);
    }

    /// SES-7: fourteen days without use, thirty in any case.
    async fn a_parent_stays_signed_in_on_her_phone(app: TestApp) {
        let maya = app.parent("Maya").await;
        wait(&app, 14 * 24 * 3600 + 60);
        refresh(&app, &maya.refresh_token).await.expect(401);
        let maya = sign_in(&app, &maya, "").await;
        let nearly_idle = 14 * 24 * 60 - 1;
        // Thirty days end in the third stretch.
        assert_eq!(lives_for(&app, &maya, nearly_idle, 4).await, 3 * nearly_idle);
    }

    /// SES-7: no access token outlives the sign-in that it belongs to.
    async fn an_access_token_ends_with_its_sign_in(app: TestApp) {
        let asha = app.doula("Asha").await;
        let mut current = asha.clone();
        for _ in 0..12 {
            wait(&app, 59 * 60 + 50);
            current = renewed(&asha, &refresh(&app, &current.refresh_token).await.expect(200));
        }
        app.get(&current, "/v1/me").await.expect(200);
        wait(&app, 3 * 60);
        app.get(&current, "/v1/me").await.expect(401);
    }
}
