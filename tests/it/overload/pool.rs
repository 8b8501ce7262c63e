//! The connections to the database when they are at work: what is left for care, and what readiness makes of it.
//!
//! Reads are held up by a channel, so that it is known how many connections are taken.

use std::sync::mpsc;

use actix_web::{rt, test::TestRequest};
use attune::{
    admission::{Class, as_class},
    db::Db,
    error::{Error, ErrorCode, Result},
};
use serde_json::json;

use crate::support::both_databases;

/// Connections of the application of tests.
const CONNECTIONS: usize = 6;

/// Reads of this class that are running when this returns, and end when the senders are dropped.
async fn at_work(
    db: &Db,
    class: Class,
    many: usize,
) -> (Vec<mpsc::Sender<()>>, Vec<rt::task::JoinHandle<Result<bool>>>) {
    let (begun, begins) = mpsc::channel();
    let (mut holds, mut jobs) = (Vec::new(), Vec::new());
    for _ in 0..many {
        let (release, hold) = mpsc::channel::<()>();
        holds.push(release);
        let (db, begun) = (db.clone(), begun.clone());
        jobs.push(rt::spawn(as_class(class, async move {
            db.read(move |_| {
                begun.send(()).map_err(Error::internal)?;
                Ok(hold.recv().is_err())
            })
            .await
        })));
    }
    let all = rt::task::spawn_blocking(move || (0..many).try_for_each(|_| begins.recv()));
    all.await.expect("no panic").expect("all begin");
    (holds, jobs)
}

both_databases! {
    /// LIM-3: every check-in begins with a read for its sign-in.
    async fn the_last_connections_are_for_care(app: TestApp) {
        let maya = app.parent("Maya").await;
        let (holds, jobs) = at_work(&app.state.db, Class::Usual, CONNECTIONS - 1).await;
        let refused = app.get(&maya, "/v1/me").await.expect(503);
        assert_eq!(refused.text("/code"), "overloaded");
        let list = as_class(Class::Extra, app.state.db.read(|_| Ok(()))).await;
        assert_eq!(list.expect_err("no room").code(), ErrorCode::Overloaded);
        app.check_in(&maya, json!({"mood": 6})).await;
        drop(holds);
        for job in jobs {
            assert!(job.await.expect("no panic").expect("reads"));
        }
        app.get(&maya, "/v1/me").await.expect(200);
    }

    /// REL-12: who is busy is not away. A proxy that takes the only server out for it makes an outage of a queue.
    async fn a_busy_database_keeps_the_server_ready(app: TestApp) {
        let (holds, jobs) = at_work(&app.state.db, Class::Care, CONNECTIONS).await;
        let ready = app.anonymous(TestRequest::get().uri("/health/ready")).await.expect(200);
        assert_eq!(ready.at("/parts"), &json!({"database": "ok", "migrations": "unknown", "stopping": false}));
        drop(holds);
        for job in jobs {
            assert!(job.await.expect("no panic").expect("reads"));
        }
        let ready = app.anonymous(TestRequest::get().uri("/health/ready")).await.expect(200);
        assert_eq!(ready.at("/parts/migrations"), "ok");
    }
}
