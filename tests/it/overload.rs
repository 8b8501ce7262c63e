//! What happens when the server is full: who is refused first, how, and that everything works again afterwards.
//!
//! The gate is filled by hand, so that it is known how full it is; nothing here depends on how fast the machine is.

mod page;
mod pool;
mod quota;
mod slow;

use actix_web::test::TestRequest;
use attune::{
    admission::{Class, OPERATIONS, Place, as_class, class_of},
    db::Limits,
    error::ErrorCode,
};
use futures_util::future::join_all;
use serde_json::json;

use crate::{
    support::{Answer, TestApp, both_databases},
    writer::{begun, held, put, rows, sqlite},
};

/// Places of the usual application, the default of the setting.
const PLACES: usize = 128;

/// Takes this many places, for as long as what is returned lives.
fn taken(app: &TestApp, places: usize) -> Vec<Place> {
    let before = app.state.gate.taken();
    let taken: Vec<Place> =
        (0..places).map(|_| app.state.gate.enter(Class::Care).expect("there is room")).collect();
    assert_eq!(app.state.gate.taken(), before + places);
    taken
}

#[track_caller]
fn refused(answer: Answer) -> Answer {
    let answer = answer.expect(503);
    assert_eq!(answer.at("/code"), "overloaded");
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert!(!answer.header("x-request-id").is_empty());
    let seconds: u32 = answer.header("retry-after").parse().expect("says when to come back");
    assert!((1..=4).contains(&seconds), "{seconds}");
    answer
}

both_databases! {
    /// LIM-2, LIM-3, LIM-5.
    async fn lists_are_refused_first_and_check_ins_last(app: TestApp) {
        let maya = app.parent("Maya").await;
        let asha = app.doula("Asha").await;
        app.link(&maya, &asha, &["check_ins", "flags"], true).await;

        let half = taken(&app, PLACES / 2);
        for list in ["/v1/check-ins", "/v1/check-ins/summary", "/v1/resources?q=sleep"] {
            refused(app.get(&maya, list).await);
        }
        refused(app.get(&asha, "/v1/clients").await);
        refused(app.anonymous(TestRequest::get().uri("/openapi.json")).await);
        app.get(&maya, "/v1/me").await.expect(200);
        app.check_in(&maya, json!({"mood": 6})).await;

        let three_quarters = taken(&app, PLACES / 4);
        refused(app.get(&maya, "/v1/me").await);
        refused(app.post(&maya, "/v1/babies", json!({})).await);
        app.check_in(&maya, json!({"mood": 6})).await;
        app.anonymous(TestRequest::get().uri("/v1/help?country=GB")).await.expect(200);
        let flags = app.get(&asha, "/v1/flags").await.expect(200);
        assert!(flags.list("/data").is_empty());
        let refresh = json!({"refresh_token": maya.refresh_token});
        app.anonymous(TestRequest::post().uri("/v1/auth/refresh").set_json(refresh)).await.expect(200);

        let all = taken(&app, PLACES / 4);
        refused(app.get(&asha, "/v1/flags").await);
        // A refused danger answer points there, so it is there.
        app.anonymous(TestRequest::get().uri("/v1/help?country=GB")).await.expect(200);
        app.anonymous(TestRequest::get().uri("/health/live")).await.expect(200);
        app.anonymous(TestRequest::get().uri("/health/ready")).await.expect(200);

        drop((half, three_quarters, all));
        assert_eq!(app.state.gate.taken(), 0, "whatever was answered gave its place back");
        let stored = app.get(&maya, "/v1/check-ins").await.expect(200);
        assert_eq!(stored.list("/data").len(), 2);
    }

    /// H28, LIM-2.
    async fn a_danger_answer_refused_because_the_server_is_full_points_to_help_and_is_taken_later(app: TestApp) {
        let maya = app.parent("Maya").await;
        let full = taken(&app, PLACES);
        let danger = || app.post_once(&maya, "/v1/check-ins", "mine", json!({"mood": 2, "safe_now": "no"}));
        let answer = refused(danger().await);
        assert_eq!(answer.at("/help"), "/v1/help");
        drop(full);
        let taken = danger().await.expect(201);
        assert!(taken.at("/safety").is_object());
        assert_eq!(app.get(&maya, "/v1/check-ins").await.expect(200).list("/data").len(), 1);
    }

    /// LIM-1: the work itself holds the places here, behind a writer that is stuck.
    async fn work_under_way_fills_the_server_until_it_is_done(app: TestApp) {
        let maya = app.parent("Maya").await;
        let (release, writing) = held(&app.state.db).await;
        let others = taken(&app, PLACES - 8);
        let mut waiting = Vec::new();
        for _ in 0..8 {
            waiting.push(begun(Box::pin(app.post(&maya, "/v1/check-ins", json!({"mood": 5})))).await);
        }
        assert_eq!(app.state.gate.taken(), PLACES);
        refused(app.get(&maya, "/v1/check-ins").await);
        let care = refused(app.post(&maya, "/v1/check-ins", json!({"mood": 5})).await);
        assert_eq!(care.at("/help"), "/v1/help");

        release.send(()).expect("it waits");
        writing.await.expect("no panic").expect("writes");
        for answer in join_all(waiting).await {
            answer.expect(201);
        }
        drop(others);
        assert_eq!(app.state.gate.taken(), 0);
        assert_eq!(app.get(&maya, "/v1/check-ins").await.expect(200).list("/data").len(), 8);
    }

    async fn a_caller_who_goes_away_gives_the_place_back(app: TestApp) {
        let maya = app.parent("Maya").await;
        let (release, writing) = held(&app.state.db).await;
        let waiting = begun(Box::pin(app.post(&maya, "/v1/check-ins", json!({"mood": 5})))).await;
        assert_eq!(app.state.gate.taken(), 1);
        drop(waiting);
        assert_eq!(app.state.gate.taken(), 0);
        release.send(()).expect("it waits");
        writing.await.expect("no panic").expect("writes");
    }
}

/// LIM-3: the queue of the one writer keeps a quarter for what a parent says of herself.
#[actix_web::test]
async fn the_last_places_of_the_writers_queue_are_for_care() {
    let (_database, db) = sqlite(Limits { writer_queue: 4, ..Limits::default() });
    let (release, first) = held(&db).await;
    let mut queued = Vec::new();
    for name in ["a", "b", "c"] {
        queued.push(begun(Box::pin(db.write(move |conn| put(conn, name)))).await);
    }
    let refused = db.write(|conn| put(conn, "refused")).await.expect_err("no room");
    assert_eq!(refused.code(), ErrorCode::Overloaded);
    let care = begun(Box::pin(as_class(Class::Care, db.write(|conn| put(conn, "care"))))).await;
    let too_much = as_class(Class::Care, db.write(|conn| put(conn, "too much"))).await;
    assert_eq!(too_much.expect_err("the queue has an end").code(), ErrorCode::Overloaded);
    release.send(()).expect("it waits");
    first.await.expect("no panic").expect("writes");
    care.await.expect("writes");
    for write in queued {
        write.await.expect("writes");
    }
    assert_eq!(rows(&db).await, ["a", "b", "c", "care", "held"]);
    db.write(|conn| put(conn, "later")).await.expect("there is room again");
}

/// LIM-3: an operation that nobody thought about would be kept up or refused by chance.
#[test]
fn every_operation_of_the_document_has_a_class() {
    let document: serde_json::Value = serde_json::from_str(attune::openapi::text()).expect("JSON");
    let mut seen = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        let template = path
            .split('/')
            .map(|part| if part.starts_with('{') { "{}" } else { part })
            .collect::<Vec<_>>()
            .join("/");
        for method in ["get", "put", "post", "patch", "delete"].iter().filter(|m| item.get(**m).is_some()) {
            let method = method.to_uppercase();
            let row = OPERATIONS.iter().find(|(by, path, _)| *by == method && *path == template);
            let (_, _, class) = row.unwrap_or_else(|| panic!("{method} {template} has no class"));
            assert_eq!(class_of(&method, &template.replace("{}", "x")), *class);
            seen += 1;
        }
    }
    assert!(seen >= 40, "{seen} operations");
}
