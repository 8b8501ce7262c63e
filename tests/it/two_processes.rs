//! Two real servers on one PostgreSQL: the promises of `concurrency`, kept between processes.
//!
//! The order of changes races between two applications in one process (`changes/race.rs`): each has its own connections
//! there, and nothing else to share.
//!
//! Clients do what 503 and `Retry-After` ask of them, and send the same request again, now to the one server and now
//! to the other.

use std::{
    collections::BTreeSet,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    program::{Exchange, Server},
    start_stop::{Place, registration},
    support::postgres,
};

struct Pair {
    place: Place,
    servers: [Server; 2],
}

impl Pair {
    /// One after the other on a database without a table, so that the first one makes the schema and the keys; `None`
    /// where PostgreSQL is missing.
    fn start(name: &str) -> Option<Self> {
        let cluster = postgres::durable()?;
        cluster.create_database(name, None);
        let place = Place { folder: tempfile::tempdir().unwrap(), url: cluster.url(name) };
        let first = place.serve(&[]);
        let second = place.serve(&["--no-migrate"]);
        Some(Self { place, servers: [first, second] })
    }

    fn person(&self, name: &str, role: &str) -> Value {
        let (status, made) =
            self.servers[0].send("POST", "/v1/auth/register", None, &[], &registration(name, role));
        assert_eq!(status, 201, "{made}");
        made
    }

    /// Sends `times` requests at once, half to each server.
    fn race(&self, times: usize, send: impl Fn(&Server, usize) -> Exchange + Sync) -> Vec<Exchange> {
        thread::scope(|scope| {
            let send = &send;
            let each = |number: usize| {
                move || {
                    for turn in 0..100 {
                        let answer = send(&self.servers[(number + turn) % 2], number);
                        if answer.status != 503 {
                            return answer;
                        }
                        assert!(!answer.header("retry-after").is_empty(), "503 says when to come back");
                        thread::sleep(Duration::from_millis(20));
                    }
                    panic!("refused a hundred times over")
                }
            };
            let clients: Vec<_> = (0..times).map(|number| scope.spawn(each(number))).collect();
            clients.into_iter().map(|client| client.join().unwrap()).collect()
        })
    }

    fn stop(self) {
        for server in self.servers {
            let (ended, log) = server.stop();
            assert_eq!(ended.code(), Some(0), "{log}");
        }
    }
}

fn token(person: &Value) -> &str {
    person["access_token"].as_str().unwrap()
}

fn count(answers: &[Exchange], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

fn statuses(answers: &[Exchange]) -> Vec<u16> {
    answers.iter().map(|answer| answer.status).collect()
}

/// FND-21, FND-22, REL-4, REL-9, H07.
#[test]
fn what_races_between_two_servers_happens_once() {
    let Some(pair) = Pair::start("two_servers") else { return };
    let (maya, asha) = (pair.person("maya", "parent"), pair.person("asha", "doula"));
    let [one, two] = &pair.servers;
    let (status, invitation) = one.send("POST", "/v1/invitations", Some(token(&asha)), &[], &json!({}));
    assert_eq!(status, 201, "{invitation}");
    let terms = json!({"code": invitation["code"], "scopes": ["check_ins"], "private_danger": true});
    assert_eq!(two.send("POST", "/v1/care-links", Some(token(&maya)), &[], &terms).0, 201);

    // Twins by key.
    let body = json!({"mood": 6, "note": "Again and again."});
    let key = [("Idempotency-Key", "tap-tap-tap")];
    let twins =
        pair.race(30, |server, _| server.exchange("POST", "/v1/check-ins", Some(token(&maya)), &key, &body));
    assert_eq!(count(&twins, 201), 30, "{:?}", statuses(&twins));
    assert!(twins.iter().all(|twin| twin.body == twins[0].body));
    assert_eq!(twins.iter().filter(|twin| twin.header("idempotency-replayed") == "true").count(), 29);
    assert_eq!(pair.place.count("check_ins"), 1);

    // Danger answers. Each has a key of its own, because a 503 may stand for one that was stored.
    let dangers = pair.race(30, |server, number| {
        let key = [("Idempotency-Key", &*format!("danger-{number}"))];
        let body = json!({"mood": 3, "safe_now": if number % 3 == 0 { "no" } else { "unsure" }});
        server.exchange("POST", "/v1/check-ins", Some(token(&maya)), &key, &body)
    });
    assert_eq!(count(&dangers, 201), 30, "{:?}", statuses(&dangers));
    let ids: BTreeSet<&str> =
        dangers.iter().map(|answer| answer.body["check_in"]["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 30);
    assert_eq!(pair.place.count("flags WHERE rule = 'not_safe' AND closed_at IS NULL"), 1);
    assert_eq!(pair.place.count("flags"), 1);
    assert_eq!(pair.place.count("(SELECT DISTINCT source_id FROM flag_evidence) AS evidence"), 30);
    for server in &pair.servers {
        let (_, flags) = server.get("/v1/flags", Some(token(&asha)));
        assert_eq!(flags["data"].as_array().map(Vec::len), Some(1), "{flags}");
        assert_eq!(flags["data"][0]["severity"], "urgent");
    }

    // Edits with one tag.
    let tag = one.exchange("GET", "/v1/me", Some(token(&maya)), &[], &Value::Null);
    let tag = [("If-Match", tag.header("etag"))];
    let edits = pair.race(100, |server, number| {
        server.exchange(
            "PATCH",
            "/v1/me",
            Some(token(&maya)),
            &tag,
            &json!({"display_name": format!("M {number}")}),
        )
    });
    assert_eq!((count(&edits, 200), count(&edits, 412)), (1, 99), "{:?}", statuses(&edits));
    let taken = edits.iter().find(|edit| edit.status == 200).unwrap();
    for server in &pair.servers {
        assert_eq!(server.get("/v1/me", Some(token(&maya))).1, taken.body);
    }

    // Renewals with one token.
    let renewals = pair.race(20, |server, _| {
        let body = json!({"refresh_token": maya["refresh_token"]});
        server.exchange("POST", "/v1/auth/refresh", None, &[], &body)
    });
    assert_eq!(count(&renewals, 200), 20, "{:?}", statuses(&renewals));
    let successors: BTreeSet<&str> =
        renewals.iter().map(|answer| answer.body["refresh_token"].as_str().unwrap()).collect();
    assert_eq!(successors.len(), 1);
    pair.stop();
}

/// FND-22, CON-2: an invitation, a step that two doulas take, and reading on while a link ends.
#[test]
fn consent_and_steps_are_the_same_at_both_servers() {
    let Some(pair) = Pair::start("two_consents") else { return };
    let parents: Vec<Value> = (0..4).map(|number| pair.person(&format!("p{number}"), "parent")).collect();
    let doulas: Vec<Value> = ["asha", "bela"].map(|name| pair.person(name, "doula")).into();
    let [one, two] = &pair.servers;
    let invite = |doula: &Value| {
        let (status, invitation) = one.send("POST", "/v1/invitations", Some(token(doula)), &[], &json!({}));
        assert_eq!(status, 201, "{invitation}");
        json!({"code": invitation["code"], "scopes": ["check_ins"], "private_danger": false})
    };

    // One invitation, four parents, twenty tries.
    let terms = invite(&doulas[0]);
    let tries = pair.race(20, |server, number| {
        server.exchange("POST", "/v1/care-links", Some(token(&parents[number % 4])), &[], &terms)
    });
    assert_eq!((count(&tries, 201), count(&tries, 422)), (1, 19), "{:?}", statuses(&tries));
    let won = tries.iter().position(|answer| answer.status == 201).unwrap();
    let maya = &parents[won % 4];
    for server in &pair.servers {
        let (_, links) = server.get("/v1/care-links", Some(token(&doulas[0])));
        assert_eq!(links["data"].as_array().map(Vec::len), Some(1), "{links}");
    }
    assert_eq!(two.send("POST", "/v1/care-links", Some(token(maya)), &[], &invite(&doulas[1])).0, 201);

    // Both doulas, one step.
    let body = json!({"mood": 5, "contact_me": true});
    let (status, raised) = two.send("POST", "/v1/check-ins", Some(token(maya)), &[], &body);
    assert_eq!(status, 201, "{raised}");
    let step = format!("/v1/flags/{}/transitions", raised["flags"][0]["id"].as_str().unwrap());
    let steps = pair.race(20, |server, number| {
        let doula = token(&doulas[number / 2 % 2]);
        server.exchange("POST", &step, Some(doula), &[], &json!({"to": "acknowledged"}))
    });
    // Whoever was first may say so again.
    let taken_by = |doula: usize| {
        (0..20).filter(|number| number / 2 % 2 == doula && steps[*number].status == 200).count()
    };
    assert!(matches!((taken_by(0), taken_by(1)), (10, 0) | (0, 10)), "{:?}", statuses(&steps));
    assert_eq!(count(&steps, 409), 10);
    assert_eq!(pair.place.count("flag_events WHERE kind = 'transition'"), 1);

    // Whoever ends a link at the one server is read no more at the other, from the next request on.
    let link = format!("/v1/care-links/{}", tries[won].body["id"].as_str().unwrap());
    let path = check_ins_of_the_client(two, token(&doulas[0]));
    for server in &pair.servers {
        assert_eq!(server.get(&path, Some(token(&doulas[0]))).0, 200);
    }
    thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let began = Instant::now();
            let mut after = 0;
            while began.elapsed() < Duration::from_secs(20) && after < 50 {
                let (status, _) = two.get(&path, Some(token(&doulas[0])));
                assert!(matches!(status, 200 | 404), "{status}");
                assert!(after == 0 || status == 404, "read after it was refused");
                after += usize::from(status == 404);
            }
            after
        });
        let ended = one.exchange("DELETE", &link, Some(token(maya)), &[], &Value::Null);
        assert_eq!(ended.status, 204);
        assert_eq!(two.get(&path, Some(token(&doulas[0]))).0, 404, "the link has ended");
        assert_eq!(reading.join().unwrap(), 50);
    });
    pair.stop();
}

/// Where a doula reads the check-ins of her only client.
fn check_ins_of_the_client(server: &Server, doula: &str) -> String {
    let (_, clients) = server.get("/v1/clients", Some(doula));
    format!("/v1/clients/{}/check-ins", clients["data"][0]["id"].as_str().unwrap())
}

/// AUTH-4: the budget is one for all processes.
#[test]
fn a_password_is_guessed_at_ten_times_whoever_is_asked() {
    let Some(pair) = Pair::start("two_guessed") else { return };
    pair.person("maya", "parent");
    let body = json!({"email": "maya@example.org", "password": "not the password at all"});
    let guesses = pair.race(200, |server, _| server.exchange("POST", "/v1/auth/login", None, &[], &body));
    assert_eq!((count(&guesses, 401), count(&guesses, 429)), (10, 190), "{:?}", statuses(&guesses));
    pair.stop();
}

/// REL-20, REL-21: both workers look every second, and each timer does its work once.
#[test]
fn a_timer_that_both_servers_see_does_its_work_once() {
    const PARENTS: i64 = 12;
    let Some(pair) = Pair::start("two_workers") else { return };
    let asha = pair.person("asha", "doula");
    let [one, two] = &pair.servers;
    for number in 0..PARENTS {
        let parent = pair.person(&format!("p{number}"), "parent");
        let (_, invitation) = one.send("POST", "/v1/invitations", Some(token(&asha)), &[], &json!({}));
        let terms = json!({"code": invitation["code"], "scopes": ["check_ins"], "private_danger": true});
        assert_eq!(two.send("POST", "/v1/care-links", Some(token(&parent)), &[], &terms).0, 201);
        let body = json!({"mood": 5, "contact_me": true});
        assert_eq!(one.send("POST", "/v1/check-ins", Some(token(&parent)), &[], &body).0, 201);
    }
    let (_, flags) = one.get("/v1/flags?limit=50", Some(token(&asha)));
    let flags = flags["data"].as_array().unwrap();
    assert_eq!(flags.len(), 12);
    let until = (attune::clock::Clock::default().now() + jiff::SignedDuration::from_hours(1)).to_string();
    for flag in flags {
        let path = format!("/v1/flags/{}/transitions", flag["id"].as_str().unwrap());
        let (status, answer) =
            one.send("POST", &path, Some(token(&asha)), &[], &json!({"to": "snoozed", "until": until}));
        assert_eq!(status, 200, "{answer}");
    }
    assert_eq!(pair.place.count("timers"), PARENTS);
    // All at once, an hour early.
    pair.place.execute("UPDATE flags SET snoozed_until = 1");
    pair.place.execute("UPDATE timers SET due_at = 1");
    let began = Instant::now();
    while pair.place.count("timers") > 0 {
        assert!(began.elapsed() < Duration::from_secs(20), "timers are not run");
        thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(pair.place.count("flag_events WHERE kind = 'snooze_ended'"), PARENTS);
    assert_eq!(pair.place.count("flags WHERE status = 'open'"), PARENTS);
    pair.stop();
}
