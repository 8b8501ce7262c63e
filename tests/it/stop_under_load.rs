//! Stopping while many write: nobody who was taken in is left without an answer, and nothing acknowledged is missing.
//!
//! A few stops here; `ATTUNE_TEST_STOPS` asks for more, such as the 50 of security requirement REL-23.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    start_stop::{Place, registration},
    support::count::asked,
};

const CLIENTS: usize = 8;
/// The server says that it is not ready for 300 ms before it closes its doors; what was sent well before that was
/// taken in.
const TAKEN_IN: Duration = Duration::from_millis(150);

/// What became of a request over a connection of its own.
#[derive(Debug, PartialEq)]
enum Came {
    /// Nobody took the connection.
    Refused,
    /// It was taken, the request was sent, and it ended without an answer.
    Reset,
    Status(u16),
}

fn post(host: &str, token: &str) -> (Instant, Came) {
    let body = json!({"mood": 5, "safe_now": "unsure"}).to_string();
    let Ok(mut stream) = TcpStream::connect(host) else { return (Instant::now(), Came::Refused) };
    let connected = Instant::now();
    let head = format!(
        "POST /v1/check-ins HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut answer = String::new();
    let sent = stream.write_all(format!("{head}{body}").as_bytes());
    if sent.and_then(|()| stream.read_to_string(&mut answer)).is_err() {
        return (connected, Came::Reset);
    }
    let status = answer.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
    (connected, status.map_or(Came::Reset, Came::Status))
}

/// REL-23.
#[test]
fn a_stop_under_load_resets_nobody_and_loses_nothing() {
    let stops: usize = asked("ATTUNE_TEST_STOPS", 2);
    for place in Place::both("stops_under_load") {
        let mut acknowledged = 0;
        for stop in 0..stops {
            let server = place.serve(&[]);
            // Somebody else each time: with a thousand answers in a day it would be her history that is slow.
            let person = registration(&format!("maya{stop}"), "parent");
            let (status, made) = server.send("POST", "/v1/auth/register", None, &[], &person);
            assert_eq!(status, 201, "{made}");
            let token = made["access_token"].as_str().unwrap().to_owned();
            let host = server.address.strip_prefix("http://").unwrap().to_owned();
            let (pid, over) = (server.pid().to_string(), AtomicBool::new(false));
            let answers: Mutex<Vec<(Instant, Came)>> = Mutex::default();
            let (asked, said_so) = thread::scope(|scope| {
                for _ in 0..CLIENTS {
                    scope.spawn(|| {
                        while !over.load(Ordering::SeqCst) {
                            let (at, came) = post(&host, &token);
                            let is_over = !matches!(came, Came::Status(_));
                            answers.lock().unwrap().push((at, came));
                            if is_over {
                                break;
                            }
                        }
                    });
                }
                while answers.lock().unwrap().len() < 40 {
                    thread::sleep(Duration::from_millis(5));
                }
                let asked = Instant::now();
                let sent = std::process::Command::new("kill").args(["-TERM", &pid]).status();
                assert!(sent.unwrap().success());
                // Still open, and already not ready.
                let mut ready = self::ready(&host);
                while ready.is_none() && asked.elapsed() < Duration::from_secs(2) {
                    ready = self::ready(&host);
                }
                let (ended, log) = server.wait();
                assert_eq!(ended.code(), Some(0), "{log}");
                assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
                over.store(true, Ordering::SeqCst);
                (asked, ready)
            });
            assert_eq!(said_so, Some(json!(true)), "not ready comes first");
            let answers = answers.into_inner().unwrap();
            let reset =
                answers.iter().filter(|(at, came)| *at < asked + TAKEN_IN && *came == Came::Reset).count();
            assert_eq!(reset, 0, "of {}", answers.len());
            assert!(
                !answers.iter().any(|(_, came)| matches!(came, Came::Status(status) if *status != 201)),
                "{answers:?}"
            );
            acknowledged += answers.iter().filter(|(_, came)| *came == Came::Status(201)).count();
        }
        let stored = usize::try_from(place.count("check_ins")).unwrap();
        // A connection that ended without an answer may have been heard.
        assert!((acknowledged..=acknowledged + CLIENTS * stops).contains(&stored), "{acknowledged} {stored}");
    }
}

/// Whether it says that it is stopping; `None` when it does not say 503 at all.
fn ready(host: &str) -> Option<Value> {
    let mut stream = TcpStream::connect(host).ok()?;
    let head = format!("GET /health/ready HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let body: Value = serde_json::from_str(body).ok()?;
    head.starts_with("HTTP/1.1 503").then(|| body["parts"]["stopping"].clone())
}
