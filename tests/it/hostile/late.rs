//! What was found late and mended, each with the case that showed it.

use std::{
    sync::mpsc,
    time::{Duration, Instant},
};

use actix_web::{rt, test::TestRequest};
use attune::{
    db::schema::{timers, users},
    error::Error,
    id::UserId,
    serve::worker::run_due,
};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use futures_util::future::{join, join_all};
use serde_json::{Value, json};

use crate::{
    start_stop::Place,
    support::{Person, both_databases},
};

both_databases! {
    /// H03, H20: a name that cannot be read costs the parent neither her answer nor the truth of it.
    async fn a_doula_whose_name_cannot_be_read_is_your_doula(app: TestApp) {
        let (maya, asha) = (app.parent_with_baby("Maya", 40).await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        let id: UserId = asha.id.parse().expect("an id");
        let damaged = app.state.db.write(move |conn| {
            let row = diesel::update(users::table.filter(users::id.eq(id)));
            Ok(row.set(users::display_name_sealed.eq(vec![7_u8; 60])).execute(conn)?)
        });
        assert_eq!(damaged.await.expect("writes"), 1);
        let answer = app.check_in(&maya, json!({"mood": 4, "safe_now": "no"})).await;
        assert_eq!(answer.at("/flags/0/seen_by"), &json!(["Your doula"]));
        assert!(answer.text("/safety/what_happens_next").contains("Your doula"), "{}", answer.body);
    }

    /// H34: the lower of what was just sent and what was felt last decides, in either order.
    async fn a_low_entry_brings_one_suggestion_also_when_it_is_backdated(app: TestApp) {
        let earlier = "2026-11-22T09:00:00Z";
        for (name, first, second) in [
            ("Maya", json!({"mood": 8}), json!({"mood": 1, "occurred_at": earlier})),
            ("Noor", json!({"mood": 1}), json!({"mood": 8, "occurred_at": earlier})),
        ] {
            let parent = app.parent_with_baby(name, 60).await;
            app.check_in(&parent, first).await;
            let answer = app.check_in(&parent, second).await;
            assert_eq!(answer.list("/suggestions").len(), 1, "{name} {}", answer.body);
        }
        let ines = app.parent_with_baby("Ines", 60).await;
        assert!(app.check_in(&ines, json!({"mood": 8})).await.list("/suggestions").len() > 1);
    }

    /// H41: what a doula writes at a step may hold what the parent told her.
    async fn the_words_of_a_step_are_for_those_who_may_read_answers(app: TestApp) {
        let maya = app.parent_with_baby("Maya", 40).await;
        let (asha, bea, cleo) = (app.doula("Asha").await, app.doula("Bea").await, app.doula("Cleo").await);
        for (doula, scopes) in [(&asha, &["check_ins"][..]), (&bea, &["flags"]), (&cleo, &["check_ins"])] {
            app.link(&maya, doula, scopes, false).await;
        }
        let sent = app.check_in(&maya, json!({"mood": 5, "contact_me": true})).await;
        let path = format!("/v1/flags/{}", sent.text("/flags/0/id"));
        let step = json!({"to": "acknowledged", "note": "She told me of her nights."});
        app.post(&asha, &format!("{path}/transitions"), step).await.expect(200);
        for (doula, words) in [(&asha, true), (&bea, false), (&cleo, true)] {
            let flag = app.get(doula, &path).await.expect(200);
            assert_eq!(flag.body.to_string().contains("her nights"), words, "{} {}", doula.name, flag.body);
            assert_eq!(flag.text("/history/1/to"), "acknowledged");
        }
    }

    /// REL-21: a timer of a newer program waits for that program, and keeps nobody else waiting.
    async fn a_timer_of_an_unknown_kind_is_left_alone(app: TestApp) {
        let maya = app.parent("Maya").await;
        let (id, due) = (maya.id.parse::<UserId>().expect("an id"), app.now().as_microsecond() - 1);
        let set = app.state.db.write(move |conn| {
            let row = (
                timers::parent_id.eq(id.as_str()),
                timers::kind.eq("weekly_letter"),
                timers::subject_id.eq("x"),
                timers::due_at.eq(due),
                timers::attempts.eq(0),
            );
            Ok(diesel::insert_into(timers::table).values(row).execute(conn)?)
        });
        assert_eq!(set.await.expect("writes"), 1);
        assert_eq!(run_due(&app.state, app.now()).await.expect("runs"), 0);
        let kept = app.state.db.read(|conn| {
            let row = timers::table.filter(timers::kind.eq("weekly_letter"));
            Ok(row.select((timers::attempts, timers::leased_until)).first::<(i32, Option<i64>)>(conn)?)
        });
        assert_eq!(kept.await.expect("reads"), (0, None));
    }

    /// SES-8: a renewal that meets a sign-out hands out nothing that works.
    async fn a_renewal_that_loses_to_a_sign_out_gives_nothing(app: TestApp) {
        let twin = app.twin().await;
        for round in 0..5 {
            let maya = app.parent(&format!("Maya{round}")).await;
            let body = json!({"refresh_token": maya.refresh_token});
            let call = |path: &str| TestRequest::post().uri(path).set_json(&body);
            let renewals = join_all((0..6).map(|number| {
                let app = if number % 2 == 0 { &app } else { &twin };
                app.anonymous(call("/v1/auth/refresh"))
            }));
            let (renewed, ended) = join(renewals, twin.anonymous(call("/v1/auth/logout"))).await;
            ended.expect(204);
            for answer in renewed {
                assert!(matches!(answer.status, 200 | 401), "{}", answer.body);
                if answer.status == 200 {
                    let token = answer.text("/access_token").to_owned();
                    let late = Person { token, ..maya.clone() };
                    app.get(&late, "/v1/me").await.expect(401);
                    let again = json!({"refresh_token": answer.at("/refresh_token")});
                    let request = TestRequest::post().uri("/v1/auth/refresh").set_json(again);
                    app.anonymous(request).await.expect(401);
                }
            }
        }
    }

    /// H02, H08: what shows the block is passed on, also when the flag was taken before.
    async fn urgent_elation_reopens_a_flag_that_was_taken(app: TestApp) {
        let (maya, asha) = (app.parent_with_baby("Maya", 10).await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], false).await;
        let high = json!({"mood": 10, "sleep_hours": 1});
        let first = app.check_in(&maya, high.clone()).await;
        assert_eq!(first.text("/safety/level"), "urgent");
        let path = format!("/v1/flags/{}", first.text("/flags/0/id"));
        app.post(&asha, &format!("{path}/transitions"), json!({"to": "acknowledged"})).await.expect(200);
        let second = app.check_in(&maya, high).await;
        assert_eq!(second.at("/flags/0/id"), first.at("/flags/0/id"));
        assert_eq!(app.get(&asha, &path).await.expect(200).text("/status"), "open");
    }

    /// H29, REL-13: while every connection is held, help comes from what is known.
    async fn help_does_not_wait_for_a_database_that_is_stuck(app: TestApp) {
        let (begun, begins) = mpsc::channel();
        let mut holds = Vec::new();
        let jobs: Vec<_> = (0..12)
            .map(|_| {
                let (release, hold) = mpsc::channel::<()>();
                holds.push(release);
                let (db, begun) = (app.state.db.clone(), begun.clone());
                rt::spawn(async move {
                    db.read(move |_| {
                        begun.send(()).map_err(Error::internal)?;
                        // Ends when the sender is dropped.
                        Ok(hold.recv().is_err())
                    })
                    .await
                })
            })
            .collect();
        rt::task::spawn_blocking(move || begins.recv()).await.expect("no panic").expect("begins");
        // Every other reader gets its turn to ask for a connection.
        rt::task::yield_now().await;
        let asked = Instant::now();
        let page = app.anonymous(TestRequest::get().uri("/v1/help?country=GB")).await.expect(200);
        assert!(asked.elapsed() < Duration::from_secs(3), "{:?}", asked.elapsed());
        assert_eq!(page.text("/emergency/phone"), "999");
        drop(holds);
        let mut served = 0;
        for job in jobs {
            served += usize::from(job.await.expect("no panic").is_ok());
        }
        assert!(served > 0);
    }
}

/// Behind a proxy everybody seems to come from loopback, so what loopback may see is shown to nobody.
#[test]
fn metrics_are_not_public_behind_a_proxy_and_log_lines_have_their_request() {
    let place = Place { folder: tempfile::tempdir().unwrap(), url: "sqlite://attune.db".into() };
    let server = place.serve(&[]);
    assert_eq!(server.get("/metrics", None).0, 200);
    // FND-24: the id of a request stands on its line in the log.
    let id = [("X-Request-Id", "the-one-id-of-this-request")];
    assert_eq!(server.send("POST", "/v1/auth/login", None, &id, &json!({})).0, 422);
    let (_, log) = server.stop();
    assert!(log.contains("the-one-id-of-this-request"), "{log}");
    let server = place.serve_with(
        &[],
        &[
            ("ATTUNE_BEHIND_TLS_PROXY", "true"),
            ("ATTUNE_TRUSTED_PROXIES", "127.0.0.1"),
            ("ATTUNE_PUBLIC_URL", "https://attune.test"),
        ],
    );
    let (status, body) = server.get("/metrics", None);
    assert_eq!((status, &body["code"]), (404, &Value::from("not_found")));
}
