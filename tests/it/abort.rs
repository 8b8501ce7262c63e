//! Clients that go away in the middle: nothing of theirs stays open, and everybody else is served as before.
//!
//! `ATTUNE_TEST_ABORTS` asks for more of them, such as the 10,000 of security requirement REL-14.

use std::{
    io::Write,
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query};
use serde_json::{Value, json};

use crate::{
    program::Exchange,
    start_stop::{Place, registration},
    support::count::asked,
};

const AT_ONCE: usize = 10;

/// REL-14: cut off after any part of the request, or just after all of it.
#[test]
fn hundreds_of_clients_that_go_away_leave_no_transaction_open() {
    let aborts = asked("ATTUNE_TEST_ABORTS", 300);
    for place in Place::both("aborts") {
        // The usual limits are those of people, and all of these come from one address.
        let limits = [("ATTUNE_SANDBOX", "true"), ("ATTUNE_LIMITS_ENABLED", "false")];
        let server = place.serve_with(&[], &limits);
        let parent = |name: String| {
            let (status, made) =
                server.send("POST", "/v1/auth/register", None, &[], &registration(&name, "parent"));
            assert_eq!(status, 201, "{made}");
            made["access_token"].as_str().unwrap().to_owned()
        };
        let parents = 1 + aborts / 300;
        let tokens: Vec<String> = (0..parents).map(|number| parent(format!("maya{number}"))).collect();
        let token = &*tokens[0];
        let host = server.address.strip_prefix("http://").unwrap();
        let body = json!({"mood": 4}).to_string();
        let whole = |token: &str| {
            format!(
                "POST /v1/check-ins HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\
                 Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            )
        };
        let requests: Vec<String> = tokens.iter().map(|token| whole(token)).collect();
        thread::scope(|scope| {
            for client in 0..AT_ONCE {
                let requests = &requests;
                scope.spawn(move || {
                    for round in 0..aborts / AT_ONCE {
                        let whole = &requests[round % requests.len()];
                        let mut stream = TcpStream::connect(host).unwrap();
                        let whole_or_part = if (client + round) % 3 == 0 {
                            whole.len() * (round % 30) / 30
                        } else {
                            whole.len()
                        };
                        stream.write_all(&whole.as_bytes()[..whole_or_part]).unwrap();
                        // So that some go before it begins and some in the middle.
                        thread::sleep(Duration::from_micros(700 * u64::try_from(round % 7).unwrap()));
                    }
                });
            }
        });
        // More than there are connections, at once: each place of the pool is there.
        thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    // What the others left behind may still be worked on for a moment.
                    until(200, || {
                        server.exchange("GET", "/v1/check-ins?limit=1", Some(token), &[], &Value::Null)
                    });
                    until(201, || {
                        server.exchange("POST", "/v1/check-ins", Some(token), &[], &json!({"mood": 5}))
                    });
                });
            }
        });
        if !place.url.starts_with("sqlite://") {
            assert_eq!(open_transactions(&place.url), 0);
        }
        let (ended, log) = server.stop();
        assert_eq!(ended.code(), Some(0), "{log}");
        assert!(!log.contains("ERROR") && !log.contains("panicked"), "{log}");
    }
}

/// Sends again while what the others left is still worked on: a write that has begun is ended. A place that is never
/// given back would keep it from ever being done.
fn until(status: u16, send: impl Fn() -> Exchange) {
    let began = Instant::now();
    loop {
        let answer = send();
        if answer.status == status {
            return;
        }
        assert!(answer.status == 503 && began.elapsed() < Duration::from_secs(40), "{}", answer.body);
    }
}

fn open_transactions(url: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let row: Count = sql_query(
        "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() \
         AND pid <> pg_backend_pid() AND xact_start IS NOT NULL AND backend_type = 'client backend'",
    )
    .get_result(&mut PgConnection::establish(url).unwrap())
    .unwrap();
    row.n
}
