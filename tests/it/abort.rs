//! Clients that go away in the middle: nothing of theirs stays open, and everybody else is served as before.

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
};

const ABORTS: usize = 300;
const AT_ONCE: usize = 10;

/// REL-14: cut off after any part of the request, or just after all of it.
#[test]
fn hundreds_of_clients_that_go_away_leave_no_transaction_open() {
    for place in Place::both("aborts") {
        let server = place.serve(&[]);
        let (_, made) = server.send("POST", "/v1/auth/register", None, &[], &registration("maya", "parent"));
        let token = made["access_token"].as_str().unwrap();
        let host = server.address.strip_prefix("http://").unwrap();
        let body = json!({"mood": 4}).to_string();
        let whole = format!(
            "POST /v1/check-ins HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        thread::scope(|scope| {
            for client in 0..AT_ONCE {
                let whole = &whole;
                scope.spawn(move || {
                    for round in 0..ABORTS / AT_ONCE {
                        let mut stream = TcpStream::connect(host).unwrap();
                        let whole_or_part =
                            if (client + round) % 3 == 0 { whole.len() * round / 30 } else { whole.len() };
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
