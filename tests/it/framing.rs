//! Raw bytes against the listening program: framing, limits, and what stands behind a request in the same packet.
//!
//! What the framework refuses before our code sees it has the right status and no body; that, and what cannot be seen
//! from here at all, stands in the tests whose names begin with `known_limit`.

mod corpus;
mod wire;

use std::{collections::BTreeSet, thread};

use serde_json::json;

use crate::{
    program::Server,
    start_stop::{Place, registration},
    support::leak,
};
use corpus::{SMUGGLED, Wanted};
use wire::{Seen, until_closed, until_quiet};

/// A server on each database, with a parent's token and the address to connect to.
fn servers(name: &str) -> Vec<(Place, Server, String, String)> {
    let mut all = Vec::new();
    for place in Place::both(name) {
        let server = place.serve(&[]);
        let (status, made) =
            server.send("POST", "/v1/auth/register", None, &[], &registration("maya", "parent"));
        assert_eq!(status, 201, "{made}");
        let token = made["access_token"].as_str().unwrap().to_owned();
        let address = server.address.trim_start_matches("http://").to_owned();
        all.push((place, server, token, address));
    }
    all
}

/// A POST of a check-in with these further lines.
fn post(token: &str, lines: &str, body: &str) -> String {
    format!(
        "POST /v1/check-ins HTTP/1.1\r\nHost: attune.test\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\n{lines}\r\n{body}"
    )
}

fn get(target: &str, lines: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: attune.test\r\n{lines}\r\n")
}

/// One answer, which is a problem document, and the connection is over.
fn is_problem_and_closed(name: &str, seen: &Seen, status: u16) {
    assert_eq!((seen.statuses(), seen.closed), (vec![status], true), "{name}: {seen:?}");
    let (_, head, body) = &seen.answers[0];
    assert!(head.contains("content-type: application/problem+json"), "{name}: {head}");
    assert!(head.contains("connection: close"), "{name}: {head}");
    leak::nothing_leaks(body);
}

/// Sends each at once, so that those that linger do so together.
fn each<T: Sync>(cases: &[T], check: impl Fn(&T) + Sync) {
    thread::scope(|scope| {
        let check = &check;
        let running: Vec<_> = cases.iter().map(|case| scope.spawn(move || check(case))).collect();
        for one in running {
            if let Err(panic) = one.join() {
                std::panic::resume_unwind(panic);
            }
        }
    });
}

/// FND-6, FND-7: refused or dropped, closed, and the request behind it is not answered.
#[test]
fn no_ambiguous_request_is_served_nor_what_stands_behind_it() {
    let corpus = corpus::all();
    assert!(corpus.len() >= 60, "{}", corpus.len());
    let kinds: BTreeSet<&str> = corpus.iter().map(|(name, ..)| *name).collect();
    assert!(kinds.len() >= 40, "{}", kinds.len());
    for (_place, server, token, address) in servers("framing") {
        each(&corpus, |(name, request, wanted)| {
            let bytes = request.replace("<token>", &token) + SMUGGLED;
            let seen = until_closed(&address, bytes.as_bytes());
            match wanted {
                Wanted::Problem(status) => is_problem_and_closed(name, &seen, *status),
                Wanted::Refused(status) => {
                    assert_eq!(
                        (seen.statuses(), seen.closed),
                        (vec![*status], true),
                        "{name}: {request:?} {seen:?}"
                    );
                }
                Wanted::Dropped => {
                    // Which of the two depends on whether the handler or the framework is first to see it.
                    assert!(matches!(seen.statuses()[..], [] | [400]) && seen.closed, "{name}: {seen:?}");
                }
            }
        });
        assert_eq!(server.get("/health/live", None), (200, json!({"status": "ok"})));
        assert_eq!(
            server.get("/v1/check-ins", Some(&token)).1["data"],
            json!([]),
            "nothing was stored by any of it"
        );
    }
}

/// FND-9: counted while it arrives, whatever the head says, and nothing behind it is read.
#[test]
fn a_body_over_its_limit_is_413_and_ends_the_connection() {
    let (one_over, most) = ("x".repeat(65_537), format!("{{\"mood\":5}}{}", " ".repeat(65_526)));
    assert_eq!(most.len(), 65_536);
    let chunked = "Transfer-Encoding: chunked\r\n";
    for (_place, server, token, address) in servers("body_limit") {
        let small_chunks = format!("1000\r\n{}\r\n", "x".repeat(4096)).repeat(17);
        let cases = [
            ("one byte over", post(&token, "Content-Length: 65537\r\n", &one_over)),
            ("a claim of 1 GiB", post(&token, "Content-Length: 1073741824\r\n", "{}")),
            (
                "one byte over in one chunk",
                post(&token, chunked, &format!("10001\r\n{one_over}\r\n0\r\n\r\n")),
            ),
            ("many small chunks", post(&token, chunked, &format!("{small_chunks}0\r\n\r\n"))),
            ("small chunks that never end", post(&token, chunked, &small_chunks)),
            ("a chunk that claims 1 GiB", post(&token, chunked, &format!("40000000\r\n{one_over}"))),
        ];
        each(&cases, |(name, request)| {
            // What does not end is not followed by anything.
            let whole = !(name.contains("claim") || name.contains("never"));
            let request = if whole { format!("{request}{SMUGGLED}") } else { request.clone() };
            is_problem_and_closed(name, &until_closed(&address, request.as_bytes()), 413);
        });
        for (lines, body) in
            [("Content-Length: 65536\r\n", most.clone()), (chunked, format!("10000\r\n{most}\r\n0\r\n\r\n"))]
        {
            let seen = until_quiet(&address, (post(&token, lines, &body) + SMUGGLED).as_bytes());
            assert_eq!((seen.statuses(), seen.closed), (vec![201, 200], false), "{lines}");
        }
        assert_eq!(server.get("/v1/check-ins", Some(&token)).1["data"].as_array().map(Vec::len), Some(2));
    }
}

/// FND-9: whoever has not said who she is cannot make the server read on.
#[test]
fn a_body_that_nobody_wants_is_not_waited_for() {
    for (_place, _server, _, address) in servers("unwanted_body") {
        let cases = [
            (401, "a length", post("none", "Content-Length: 70000\r\n", "{\"mood\"")),
            (401, "chunks", post("none", "Transfer-Encoding: chunked\r\n", "40000000\r\n{\"mood\"")),
            (
                404,
                "no route",
                post("none", "Transfer-Encoding: chunked\r\n", "5\r\n").replace("check-ins", "nowhere"),
            ),
            (405, "no method", post("none", "Content-Length: 9\r\n", "{").replace("check-ins", "help")),
        ];
        each(&cases, |(status, name, request)| {
            is_problem_and_closed(name, &until_closed(&address, request.as_bytes()), *status);
        });
    }
}

/// FND-10, FND-16.
#[test]
fn heads_have_limits() {
    for (_place, _server, _, address) in servers("head_limits") {
        let line = |length: usize| format!("X-A: {}\r\n", "a".repeat(length));
        for (name, request, status) in [
            ("a header", get("/v1/help", &line(16_382)), 431),
            ("a target", get(&format!("/v1/help?{}", "a".repeat(8_184)), ""), 414),
            ("a longer target", get(&format!("/v1/help?{}", "a".repeat(60_000)), ""), 414),
        ] {
            is_problem_and_closed(name, &until_closed(&address, (request + SMUGGLED).as_bytes()), status);
        }
        for request in [get("/v1/help", &line(16_381)), get("/v1/help", &"X-A: 1\r\n".repeat(95))] {
            assert_eq!(until_quiet(&address, request.as_bytes()).statuses(), [200]);
        }
    }
}

/// FND-6: the harness would see a second answer, and there is none once a reply said that it is the last.
#[test]
fn behind_a_reply_that_closes_nothing_is_answered() {
    for (_place, _server, _, address) in servers("pipelined") {
        let two = until_quiet(&address, (get("/v1/help", "") + SMUGGLED).as_bytes());
        assert_eq!((two.statuses(), two.closed), (vec![200, 200], false));
        let asked = get("/v1/help", "Connection: close\r\n") + SMUGGLED + SMUGGLED;
        let one = until_closed(&address, asked.as_bytes());
        assert_eq!((one.statuses(), one.closed), (vec![200], true));
        let many = until_quiet(&address, SMUGGLED.repeat(16).as_bytes());
        assert_eq!((many.statuses().len(), many.closed), (16, false));
    }
}

/// FND-6: one reading is allowed, so it is the one that is served.
#[test]
fn what_has_one_meaning_is_served_once() {
    for (_place, _server, _, address) in servers("one_meaning") {
        for request in [
            get("http://attune.test/v1/help", ""),
            format!("\r\n\r\n{SMUGGLED}"),
            get(
                "/v1/help",
                "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
            ),
        ] {
            let seen = until_quiet(&address, request.as_bytes());
            assert_eq!(seen.statuses(), [200], "{request:?}");
            assert!(seen.answers[0].1.starts_with("http/1.1 200"), "{seen:?}");
        }
    }
}

/// FND-16: what the framework refuses by itself has no body and tells nothing; there is no place to add one.
#[test]
fn known_limit_refusals_of_the_framework_have_no_body() {
    for (_place, _server, _, address) in servers("framework") {
        let many = "X-A: 1\r\n".repeat(96);
        for (request, status) in [
            (get("/v1/help", "Content-Length: x\r\n"), 400),
            (get("/v1/help", &many), 431),
            (get("/v1/help", &format!("X-A: {}\r\n", "a".repeat(140_000))), 431),
            // A target that the framework cannot hold is malformed to it; up to 64 KiB it is 414.
            (get(&format!("/v1/help?{}", "a".repeat(66_000)), ""), 400),
        ] {
            let seen = until_closed(&address, request.as_bytes());
            assert_eq!((seen.statuses(), seen.closed), (vec![status], true));
            let (_, head, body) = &seen.answers[0];
            assert_eq!(body, "");
            assert!(!head.contains("server:") && !head.contains("actix"), "{head}");
        }
    }
}

/// FND-6: lines that end with LF alone read as if they ended with CRLF, as RFC 9112 (2.2) allows. There is one
/// reading, so one answer; a proxy in front sends CRLF. A fragment in a target is not looked at.
#[test]
fn known_limit_a_bare_line_feed_ends_a_line_of_the_head() {
    for (_place, _server, _, address) in servers("bare_lf") {
        for request in [
            "GET /v1/help HTTP/1.1\nHost: attune.test\n\n".to_owned(),
            "GET /v1/help HTTP/1.1\r\nHost: attune.test\n\r\n".to_owned(),
            get("/v1/help#part", ""),
        ] {
            assert_eq!(until_quiet(&address, request.as_bytes()).statuses(), [200], "{request:?}");
        }
        // Lengths and hosts count in it as in any other.
        let both = post("none", "Content-Length: 5\nTransfer-Encoding: chunked\n", "0\r\n\r\n")
            .replace("\r\n", "\n");
        let two_hosts = "GET /v1/help HTTP/1.1\nHost: attune.test\nHost: other.test\n\n".to_owned();
        for request in [both, two_hosts] {
            let seen = until_closed(&address, (request + SMUGGLED).as_bytes());
            assert_eq!((seen.statuses(), seen.closed), (vec![400], true));
        }
    }
}

/// FND-9: the framework invites a body before our code sees its head. It is neither read nor kept: the refusal
/// follows at once, and the connection is closed.
#[test]
fn known_limit_a_body_is_invited_before_its_sender_is_known() {
    for (_place, _server, token, address) in servers("expect") {
        let expect = "Expect: 100-continue\r\nContent-Length: ";
        for (token, length, status) in
            [("none", 70_000, 401), (token.as_str(), 70_000, 413), ("none", 10, 401)]
        {
            let seen = until_closed(&address, post(token, &format!("{expect}{length}\r\n"), "").as_bytes());
            assert_eq!((seen.statuses(), seen.closed), (vec![100, status], true), "{length}");
        }
        let taken =
            until_quiet(&address, post(&token, &format!("{expect}10\r\n"), "{\"mood\":5}").as_bytes());
        assert_eq!(taken.statuses(), [100, 201]);
    }
}
