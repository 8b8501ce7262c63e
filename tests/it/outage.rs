//! PostgreSQL that goes away, falls silent and comes back, in front of the real server.
//!
//! The limits are those of security requirement REL-13 with a little for the client's own work on a busy machine.
//! `ATTUNE_TEST_OUTAGES` asks for more outages, such as its 50.

use std::{
    thread,
    time::{Duration, Instant},
};

use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query,
};
use serde_json::{Value, json};

use crate::{
    program::Server,
    start_stop::{Place, registration},
    support::{count::asked, postgres, proxy::Proxy},
};

/// Two seconds by the requirement.
const FAILS_WITHIN: Duration = Duration::from_millis(2_400);
/// Five seconds by the requirement.
const RECOVERS_WITHIN: Duration = Duration::from_secs(5);

struct Linked {
    proxy: Proxy,
    direct: String,
    place: Place,
}

/// A place whose database is reached over a link; `None` where PostgreSQL is missing and not required.
fn linked(name: &str) -> Option<Linked> {
    let cluster = postgres::durable()?;
    cluster.create_database(name, None);
    let proxy = Proxy::before(cluster.socket());
    let place = Place { folder: tempfile::tempdir().unwrap(), url: proxy.url(name) };
    Some(Linked { proxy, direct: cluster.url(name), place })
}

fn parent(server: &Server) -> String {
    let (status, made) = server.send("POST", "/v1/auth/register", None, &[], &registration("maya", "parent"));
    assert_eq!(status, 201, "{made}");
    made["access_token"].as_str().unwrap().to_owned()
}

fn count(direct: &str, query: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let row: Count = sql_query(query).get_result(&mut PgConnection::establish(direct).unwrap()).unwrap();
    row.n
}

/// Everything at once, as clients do.
fn during(server: &Server, token: &str) {
    thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                let refused = server.exchange("POST", "/v1/check-ins", Some(token), &[], &json!({"mood": 5}));
                assert_eq!(refused.status, 503, "{}", refused.body);
                assert!(!refused.header("retry-after").is_empty());
                assert_eq!(refused.header("content-type"), "application/problem+json");
                assert!(refused.took < FAILS_WITHIN, "{:?}", refused.took);
            });
        }
        scope.spawn(|| {
            let ready = server.exchange("GET", "/health/ready", None, &[], &Value::Null);
            assert_eq!((ready.status, &ready.body["parts"]["database"]), (503, &json!("away")));
            assert!(ready.took < FAILS_WITHIN, "{:?}", ready.took);
        });
        scope.spawn(|| {
            for _ in 0..5 {
                let live = server.exchange("GET", "/health/live", None, &[], &Value::Null);
                assert_eq!(live.status, 200);
                assert!(live.took < Duration::from_secs(1), "{:?}", live.took);
                thread::sleep(Duration::from_millis(200));
            }
        });
    });
}

/// Until it is ready and takes an entry; how many entries it took and how many it refused until then.
fn recovers(server: &Server, token: &str) -> (usize, usize) {
    let (back, mut taken, mut refused) = (Instant::now(), 0, 0);
    loop {
        let ready = server.get("/health/ready", None);
        let (status, _) = server.send("POST", "/v1/check-ins", Some(token), &[], &json!({"mood": 5}));
        taken += usize::from(status == 201);
        refused += usize::from(status != 201);
        if ready.0 == 200 && status == 201 {
            return (taken, refused);
        }
        assert!(back.elapsed() < RECOVERS_WITHIN, "{status} {ready:?}");
        thread::sleep(Duration::from_millis(50));
    }
}

/// REL-13.
#[test]
fn an_outage_of_either_kind_is_told_and_over_when_it_is_over() {
    let Some(Linked { proxy, direct, place }) = linked("outages") else { return };
    let server = place.serve(&[]);
    let token = parent(&server);
    let outages = asked("ATTUNE_TEST_OUTAGES", 4);
    let (mut acknowledged, mut unanswered) = (0, 0);
    for round in 0..outages {
        if round % 2 == 0 {
            proxy.cut()
        } else {
            proxy.fall_silent()
        }
        during(&server, &token);
        proxy.restore();
        let (taken, refused) = recovers(&server, &token);
        acknowledged += taken;
        unanswered += refused;
    }
    // Each answered 201 is a row. A 503 may be one too, where the link was lost between the commit and its answer;
    // those of an outage itself reached no database, because nothing passes from its beginning on.
    let stored = usize::try_from(count(&direct, "SELECT count(*) AS n FROM check_ins")).unwrap();
    assert!(
        (acknowledged..=acknowledged + unanswered).contains(&stored),
        "{acknowledged} {unanswered} {stored}"
    );
    assert!(acknowledged >= outages, "{acknowledged}");
    // What hangs in a silent connection must not hold up the end.
    proxy.fall_silent();
    let began = Instant::now();
    let refused = server.exchange("POST", "/v1/check-ins", Some(&token), &[], &json!({"mood": 5}));
    assert_eq!(refused.status, 503);
    let (ended, log) = server.stop();
    assert_eq!(ended.code(), Some(0), "{log}");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

/// REL-13: a lock is no outage.
#[test]
fn a_write_that_waits_for_a_lock_is_not_given_up() {
    let Some(Linked { proxy: _proxy, direct, place }) = linked("long_lock") else { return };
    let server = place.serve(&[]);
    let token = parent(&server);
    let mut other = PgConnection::establish(&direct).unwrap();
    other.batch_execute("BEGIN; UPDATE parents SET change_seq = change_seq").unwrap();
    thread::scope(|scope| {
        let waits =
            scope.spawn(|| server.exchange("POST", "/v1/check-ins", Some(&token), &[], &json!({"mood": 5})));
        thread::sleep(Duration::from_millis(2_500));
        other.batch_execute("ROLLBACK").unwrap();
        let answer = waits.join().unwrap();
        assert_eq!(answer.status, 201, "{}", answer.body);
        assert!(answer.took >= Duration::from_millis(2_300), "{:?}", answer.took);
    });
}

/// FND-21, REL-13: the client is told the truth, and its key settles what happened.
#[test]
fn a_commit_whose_answer_is_lost_is_settled_by_the_key() {
    let Some(Linked { proxy, direct, place }) = linked("lost_answer") else { return };
    let server = place.serve(&[]);
    let token = parent(&server);
    for key in ["first", "second", "third"] {
        let before = count(&direct, "SELECT count(*) AS n FROM check_ins");
        proxy.lose_the_answer_to_the_next_commit();
        let mut lost = None;
        // The commit that is met may be one of the server's own.
        for turn in 0..5 {
            let headers = [("Idempotency-Key", &*format!("{key}-{turn}"))];
            let answer =
                server.exchange("POST", "/v1/check-ins", Some(&token), &headers, &json!({"mood": 5}));
            if answer.status == 503 {
                lost = Some((turn, answer));
                break;
            }
            proxy.lose_the_answer_to_the_next_commit();
        }
        let (turn, answer) = lost.expect("one of five was met");
        let detail = answer.body["detail"].as_str().unwrap();
        assert!(detail.contains("may have been stored") && detail.contains("Idempotency-Key"), "{detail}");
        let headers = [("Idempotency-Key", &*format!("{key}-{turn}"))];
        let again = server.exchange("POST", "/v1/check-ins", Some(&token), &headers, &json!({"mood": 5}));
        assert_eq!((again.status, again.header("idempotency-replayed")), (201, "true"), "{}", again.body);
        let after = count(&direct, "SELECT count(*) AS n FROM check_ins");
        assert_eq!(after, before + turn + 1);
    }
}
