//! Clients that send slowly on purpose, against the real server: they are cut off and hold nobody up.
//!
//! `ATTUNE_TEST_SLOW_CLIENTS` asks for more of them, such as the 500 of security requirement FND-11, and then the run
//! prints what the others had to wait (`--nocapture`): a time to be read by a person, and no reason to fail.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    start_stop::{Place, registration},
    support::count::asked,
};

fn send(address: &str, bytes: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("connects");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("can");
    stream.write_all(bytes.as_bytes()).expect("sends");
    stream
}

/// What the server said before it closed, or as much of it as a reply's head needs.
fn said(mut stream: TcpStream) -> String {
    let mut heard = vec![0; 4096];
    let length = stream.read(&mut heard).expect("answers or closes");
    String::from_utf8_lossy(&heard[..length]).into_owned()
}

/// Whether nothing came back so far.
fn is_quiet(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).expect("can");
    let nothing = stream.peek(&mut [0]).is_err();
    stream.set_nonblocking(false).expect("can");
    nothing
}

/// What 99 of 100 requests took at most, of a parent who reads three times and then writes.
fn p99(ask: &dyn Fn(usize)) -> Duration {
    let mut times: Vec<Duration> = (0..200)
        .map(|turn| {
            let began = Instant::now();
            ask(turn);
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[197]
}

/// FND-11: heads and half as many bodies that never end, where 16 requests fill the server.
#[test]
fn hundreds_of_slow_clients_hold_nobody_up_and_are_cut_off() {
    let clients = asked("ATTUNE_TEST_SLOW_CLIENTS", 300);
    let slow_bodies = clients / 3;
    let slow_heads = clients - slow_bodies;
    for place in Place::both("slow_clients") {
        let server = place.serve_with(&[], &[("ATTUNE_REQUESTS_AT_ONCE", "16")]);
        let address = server.address.strip_prefix("http://").expect("plain HTTP").to_owned();
        let (status, made) =
            server.send("POST", "/v1/auth/register", None, &[], &registration("maya", "parent"));
        assert_eq!(status, 201, "{made}");
        let token = made["access_token"].as_str().expect("a token");

        let of_others = |turn: usize| {
            let (status, answer) = match turn % 4 {
                0 => server.send("POST", "/v1/check-ins", Some(token), &[], &json!({"mood": 6})),
                _ => server.get("/v1/check-ins?limit=20", Some(token)),
            };
            assert!(matches!(status, 200 | 201), "{status} {answer}");
        };
        let is_measured = clients > 300;
        let idle = is_measured.then(|| p99(&of_others));

        let heads: Vec<TcpStream> = (0..slow_heads)
            .map(|_| send(&address, "GET /v1/help HTTP/1.1\r\nHost: attune.test\r\nX-Slow: "))
            .collect();
        let begun = format!(
            "POST /v1/check-ins HTTP/1.1\r\nHost: attune.test\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{\"mood\": "
        );
        let bodies: Vec<TcpStream> = (0..slow_bodies).map(|_| send(&address, &begun)).collect();

        // All of them came at once, so that some may be refused and whoever comes with them is asked to come again.
        let patiently = |ask: &dyn Fn() -> (u16, Value)| {
            let began = Instant::now();
            loop {
                let (status, body) = ask();
                if status != 503 || began.elapsed() > Duration::from_secs(60) {
                    return (status, body);
                }
            }
        };
        let help = || server.get("/v1/help", None);
        let check_in = || server.send("POST", "/v1/check-ins", Some(token), &[], &json!({"mood": 6}));
        assert_eq!(patiently(&help).0, 200);
        assert_eq!(patiently(&check_in).0, 201);
        let still_waiting = bodies.iter().filter(|body| is_quiet(body)).count();
        assert!(still_waiting > 16, "{still_waiting} bodies are on their way, and a check-in was stored");
        if let Some(idle) = idle {
            let busy = p99(&of_others);
            let waiting = bodies.iter().chain(&heads).filter(|stream| is_quiet(stream)).count();
            let times = busy.as_secs_f64() / idle.as_secs_f64();
            println!(
                "{}: p99 {idle:?} alone, {busy:?} beside {waiting} slow clients, {times:.2} times",
                place.url
            );
        }
        assert_eq!((0..40).filter(|_| patiently(&help).0 == 200).count(), 40);
        assert_eq!((0..19).filter(|_| patiently(&check_in).0 == 201).count(), 19);
        let (status, list) = patiently(&|| server.get("/v1/check-ins", Some(token)));
        assert_eq!(status, 200, "{list}");

        let all = |streams: Vec<TcpStream>, start: &str| {
            streams.into_iter().map(said).filter(|said| said.starts_with(start)).count()
        };
        let (waited, refused): (Vec<TcpStream>, Vec<TcpStream>) = bodies.into_iter().partition(is_quiet);
        let (waited_for, refused_for) = (waited.len(), refused.len());
        assert_eq!(all(waited, "HTTP/1.1 408"), waited_for);
        assert_eq!(all(refused, "HTTP/1.1 "), refused_for);
        assert_eq!(all(heads, "HTTP/1.1 408"), slow_heads);
        assert_eq!(place.count("check_ins"), if is_measured { 20 + 100 } else { 20 });
        assert_eq!(server.stop().0.code(), Some(0));
    }
}
