//! The clock that can be moved: where it goes, what it refuses, and that everything due has happened by the
//! reply.

use actix_web::test::TestRequest;
use attune::{db::schema::changes, id::UserId};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::{Answer, Backend, Options, Person, TestApp, both_databases, people::PASSWORD};

async fn clock(app: &TestApp, body: Value) -> Answer {
    app.anonymous(TestRequest::post().uri("/v1/sandbox/clock").set_json(body)).await
}

fn shown(answer: &Answer) -> Timestamp {
    answer.text("/now").parse().unwrap()
}

/// Whether the clock shows this instant, or up to half a minute later, since it runs on.
#[track_caller]
fn is_about(now: Timestamp, expected: &str) {
    let late = now.duration_since(expected.parse().unwrap());
    assert!((SignedDuration::ZERO..SignedDuration::from_secs(30)).contains(&late), "{now} for {expected}");
}

/// The same doula with a token of now.
async fn again(app: &TestApp, person: &Person) -> Person {
    let body = json!({"email": person.email, "password": PASSWORD});
    let answer = app.anonymous(TestRequest::post().uri("/v1/auth/login").set_json(body)).await.expect(200);
    Person { token: answer.text("/access_token").into(), ..person.clone() }
}

both_databases! {
    async fn the_clock_goes_where_it_is_told_and_runs_on(app: TestApp) {
        is_about(shown(&clock(&app, json!({"advance": "P3DT4H"})).await.expect(200)), "2026-11-26T13:00:00Z");
        is_about(app.now(), "2026-11-26T13:00:00Z");
        is_about(shown(&clock(&app, json!({"advance": "P1W"})).await.expect(200)), "2026-12-03T13:00:00Z");
        is_about(
            shown(&clock(&app, json!({"set": "2027-03-28T02:30:00+01:00"})).await.expect(200)),
            "2027-03-28T01:30:00Z",
        );
        let back = clock(&app, json!({"set": "2020-01-01T00:00:00Z"})).await.expect(200);
        is_about(shown(&back), "2020-01-01T00:00:00Z");
        let first = shown(&clock(&app, json!({"advance": "PT1S"})).await.expect(200));
        let second = shown(&clock(&app, json!({"advance": "PT1S"})).await.expect(200));
        assert!(second.duration_since(first) >= SignedDuration::from_secs(1));
    }

    async fn everything_goes_by_the_moved_clock(app: TestApp) {
        let maya = app.parent("Maya").await;
        clock(&app, json!({"advance": "PT11M"})).await.expect(200);
        app.get(&maya, "/v1/me").await.expect(401);
        clock(&app, json!({"set": "2026-12-24T18:00:00Z"})).await.expect(200);
        let maya = again(&app, &maya).await;
        let entry = app.check_in(&maya, json!({"mood": 6})).await;
        assert_eq!(entry.text("/check_in/local_date"), "2026-12-24");
        is_about(entry.text("/check_in/recorded_at").parse().unwrap(), "2026-12-24T18:00:00Z");
    }

    async fn what_the_clock_cannot_follow_is_refused_and_it_stays(app: TestApp) {
        for (body, pointer, code) in [
            (json!({}), "/advance", "required"),
            (json!({"advance": null, "set": null}), "/advance", "required"),
            (json!({"advance": "P1D", "set": "2027-01-01T00:00:00Z"}), "/set", "one_of"),
            (json!({"advance": "-PT1S"}), "/advance", "out_of_range"),
            (json!({"advance": "PT0S"}), "/advance", "out_of_range"),
            (json!({"advance": "P401D"}), "/advance", "out_of_range"),
            (json!({"advance": "P1M"}), "/advance", "bad_duration"),
            (json!({"advance": "P1Y"}), "/advance", "bad_duration"),
            (json!({"advance": "an hour"}), "/advance", "bad_duration"),
            (json!({"advance": 3600}), "/advance", "wrong_type"),
            (json!({"set": "2026-11-24"}), "/set", "bad_instant"),
            (json!({"set": "1999-12-31T23:59:59Z"}), "/set", "out_of_range"),
            (json!({"set": "2100-01-01T00:00:00Z"}), "/set", "out_of_range"),
            (json!({"set": 0}), "/set", "wrong_type"),
            (json!({"set": "2027-01-01T00:00:00Z", "zone": "UTC"}), "/zone", "unknown_field"),
        ] {
            let answer = clock(&app, body.clone()).await;
            assert_eq!(answer.status, 422, "{body}");
            assert_eq!(answer.wrong_fields(), [pointer], "{body}");
            assert_eq!(answer.text("/errors/0/code"), code, "{body}");
        }
        let request = TestRequest::post().uri("/v1/sandbox/clock?force=1");
        app.anonymous(request.set_json(json!({"advance": "P1D"}))).await.expect(400);
        let request = TestRequest::post().uri("/v1/sandbox/clock").set_payload("{}");
        app.anonymous(request).await.expect(415);
        is_about(app.now(), "2026-11-23T09:00:00Z");
    }

    /// Snoozes that end at different times, ended by one leap: each once, in order, and only what is due.
    async fn what_falls_due_has_happened_in_order_by_the_reply(app: TestApp) {
        let asha = app.doula("Asha").await;
        let maya = app.parent_with_baby("Maya", 40).await;
        app.link(&maya, &asha, &["check_ins"], true).await;
        let entry =
            json!({"mood": 9, "sped_up": true, "sleep_hours": 3, "safe_now": "no", "contact_me": true});
        let answer = app.check_in(&maya, entry).await;
        let flag = |rule: &str| -> String {
            let flags = answer.list("/flags");
            let found = flags.iter().find(|flag| flag["rule"]["id"] == rule);
            found.unwrap_or_else(|| panic!("no {rule} in {flags:?}"))["id"].as_str().unwrap().to_owned()
        };
        let (last, first, not_yet) = (flag("not_safe"), flag("contact_request"), flag("elation"));
        for (id, hours) in [(&last, 20), (&first, 10), (&not_yet, 40)] {
            let until = (app.now() + SignedDuration::from_hours(hours)).to_string();
            let body = json!({"to": "snoozed", "until": until});
            app.post(&asha, &format!("/v1/flags/{id}/transitions"), body).await.expect(200);
        }
        let before = changes_of(&app, &maya).await.len();

        clock(&app, json!({"advance": "P1D"})).await.expect(200);
        let woken = changes_of(&app, &maya).await.split_off(before);
        assert_eq!(woken, [first.clone(), last.clone()]);
        let asha = again(&app, &asha).await;
        for (id, status) in [(&first, "open"), (&last, "open"), (&not_yet, "snoozed")] {
            let flag = app.get(&asha, &format!("/v1/flags/{id}")).await.expect(200);
            assert_eq!(flag.text("/status"), status, "{}", flag.body);
        }
        clock(&app, json!({"advance": "PT1H"})).await.expect(200);
        assert_eq!(changes_of(&app, &maya).await.len(), before + 2, "nothing ends twice");
    }
}

/// What of a parent's changed, in order.
async fn changes_of(app: &TestApp, parent: &Person) -> Vec<String> {
    let id: UserId = parent.id.parse().unwrap();
    let read = app.state.db.read(move |conn| {
        let rows = changes::table.filter(changes::parent_id.eq(id)).order(changes::seq.asc());
        Ok(rows.select(changes::object_id).load(conn)?)
    });
    read.await.unwrap()
}

#[actix_web::test]
async fn outside_a_sandbox_there_is_no_such_address() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let Some(app) = TestApp::with(backend, Options { settings: vec![], ..Options::default() }).await
        else {
            continue;
        };
        for body in [json!({"advance": "P1D"}), json!({}), json!({"colour": "red"})] {
            let refused = clock(&app, body.clone()).await.expect(404);
            let nowhere = TestRequest::post().uri("/v1/sandbox/clocks").set_json(body);
            assert_eq!(refused.comparable(), app.anonymous(nowhere).await.comparable());
        }
        is_about(app.now(), "2026-11-23T09:00:00Z");
    }
}
