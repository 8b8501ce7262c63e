//! Filling through the interface: parents with a baby and two doulas each, and a fortnight of entries.

use std::{
    io,
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{fail, wire::Client};

/// Entries of each parent before anything is measured.
pub const ENTRIES: usize = 30;
/// Parents of one doula, for each of the two links.
const PARENTS_OF_A_DOULA: usize = 50;
const HANDS: usize = 8;

/// Whom to fill in, and with what.
#[derive(Debug, Clone, Copy)]
pub struct Filling {
    /// How many parents.
    pub parents: usize,
    /// Entries of each, eleven hours apart.
    pub entries: usize,
    /// Where they live.
    pub zone: &'static str,
    /// What the server's clock shows.
    pub now: Timestamp,
}

/// Registers parents, links each to two doulas, and sends each one's entries. Returns their access tokens.
pub fn fill(address: SocketAddr, filling: Filling) -> io::Result<Vec<String>> {
    let Filling { parents, entries, zone, now } = filling;
    let place = zone.rsplit('/').next().unwrap_or_default().to_lowercase();
    let doulas = parents.div_ceil(PARENTS_OF_A_DOULA) + 1;
    let doulas = in_parallel(doulas, |at| {
        let mut client = Client::new(address)?;
        register(&mut client, &format!("doula{at}.{place}"), "doula", zone)
    })?;
    in_parallel(parents, |at| {
        let mut client = Client::new(address)?;
        let token = register(&mut client, &format!("parent{at}.{place}"), "parent", zone)?;
        let born = json!({"birth_date": (now - SignedDuration::from_hours(40 * 24)).to_string()[..10]});
        expect(&mut client, 201, "POST", "/v1/babies", &token, &born)?;
        let first = at / PARENTS_OF_A_DOULA;
        for doula in [&doulas[first], &doulas[first + 1]] {
            let invitation = expect(&mut client, 201, "POST", "/v1/invitations", doula, &json!({}))?;
            let scopes = json!(["flags", "check_ins", "notes"]);
            let terms = json!({"code": invitation["code"], "scopes": scopes, "private_danger": true});
            expect(&mut client, 201, "POST", "/v1/care-links", &token, &terms)?;
        }
        for back in (1..=entries as i64).rev() {
            let entry = json!({
                "mood": 4 + back % 4, "connection": 3 + back % 5, "anxiety": 2 + back % 3,
                "sleep_hours": 4.0 + (back % 6) as f64 / 2.0, "occurred_at": now - SignedDuration::from_hours(back * 11),
                "note": format!("Entry {back} of this fortnight: woken at one and at four, slept again after that."),
            });
            expect(&mut client, 201, "POST", "/v1/check-ins", &token, &entry)?;
        }
        Ok(token)
    })
}

fn register(client: &mut Client, name: &str, role: &str, zone: &str) -> io::Result<String> {
    let body = json!({
        "email": format!("{name}@example.org"), "password": "a long enough password", "display_name": name,
        "role": role, "time_zone": zone, "country": "GB",
    });
    for _ in 0..200 {
        match client.send("POST", "/v1/auth/register", None, Some(&body))? {
            (201, answer) => return text(&answer["access_token"]),
            // Password hashing has a short queue; who is refused comes again.
            (503, _) => thread::sleep(std::time::Duration::from_millis(50)),
            (status, answer) => return Err(fail(format!("register: {status} {answer}"))),
        }
    }
    Err(fail("registration stayed overloaded"))
}

/// Sends a request that must be answered with this status.
///
/// # Errors
/// The answer was another one.
pub fn expect(
    client: &mut Client,
    wanted: u16,
    method: &str,
    path: &str,
    token: &str,
    body: &Value,
) -> io::Result<Value> {
    match client.send(method, path, Some(token), Some(body))? {
        (status, answer) if status == wanted => Ok(answer),
        (status, answer) => Err(fail(format!("{method} {path}: {status} {answer}"))),
    }
}

fn text(value: &Value) -> io::Result<String> {
    value.as_str().map(str::to_owned).ok_or_else(|| fail("a text is missing in an answer"))
}

/// Does the numbered pieces of work with a few threads; results in order.
fn in_parallel<T: Send>(count: usize, work: impl Fn(usize) -> io::Result<T> + Sync) -> io::Result<Vec<T>> {
    let next = AtomicUsize::new(0);
    let hand = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                return Ok(done);
            }
            done.push((at, work(at)?));
        }
    };
    let mut all = Vec::with_capacity(count);
    thread::scope(|scope| {
        let hands: Vec<_> = (0..HANDS).map(|_| scope.spawn(hand)).collect();
        for hand in hands {
            let done: io::Result<Vec<(usize, T)>> = hand.join().map_err(|_| fail("filling panicked"))?;
            all.extend(done?);
        }
        Ok::<(), io::Error>(())
    })?;
    all.sort_by_key(|(at, _)| *at);
    Ok(all.into_iter().map(|(_, value)| value).collect())
}
