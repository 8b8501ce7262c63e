//! Requests of random parents, made in a buffer that is used again.

use std::{fmt::Write, net::SocketAddr};

/// What a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// Sends a check-in with a note and a key.
    Write,
    /// Reads the newest twenty.
    Read,
}

/// Who sends, and what chance decides.
pub struct Senders {
    host: SocketAddr,
    tokens: Vec<String>,
    state: u64,
    keys: u64,
    body: String,
    request: String,
}

impl Senders {
    /// Over the parents' access tokens.
    pub fn new(host: SocketAddr, tokens: &[String]) -> Self {
        // Keys of one run are not those of another: the clock is only a seed here.
        let seed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let keys = seed.map_or(1, |since| since.as_nanos() as u64);
        let (body, request) = (String::with_capacity(512), String::with_capacity(2048));
        Self { host, tokens: tokens.to_vec(), state: 0x9e37_79b9_7f4a_7c15, keys, body, request }
    }

    /// Where the server listens.
    pub fn host(&self) -> SocketAddr {
        self.host
    }

    /// Moves to a server that was started again.
    pub fn to(&mut self, host: SocketAddr) {
        self.host = host;
    }

    /// A whole number below `below` (splitmix64).
    fn below(&mut self, below: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    }

    /// The bytes of the next request.
    pub fn request(&mut self, job: Job) -> &[u8] {
        let parents = self.tokens.len() as u64;
        let who = self.below(parents) as usize;
        let (mood, connection, anxiety) = (3 + self.below(7), 3 + self.below(7), self.below(5));
        let sleep = 4.0 + self.below(9) as f64 / 2.0;
        // As often as the limits write a flag.
        let asks = self.below(1000) < 64;
        self.keys = self.keys.wrapping_add(1);
        let (line, head) = match job {
            Job::Read => ("GET /v1/check-ins?limit=20 HTTP/1.1", String::new()),
            Job::Write => {
                self.body.clear();
                let written = write!(
                    self.body,
                    "{{\"mood\":{mood},\"connection\":{connection},\"anxiety\":{anxiety},\"sleep_hours\":{sleep},\
                     \"note\":\"Up at two and at five again; the walk in the morning did some good.\"{}}}",
                    if asks { ",\"contact_me\":true" } else { "" }
                );
                debug_assert!(written.is_ok(), "a String takes everything");
                let head = format!(
                    "Idempotency-Key: speed-{:016x}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n",
                    self.keys,
                    self.body.len()
                );
                ("POST /v1/check-ins HTTP/1.1", head)
            }
        };
        self.request.clear();
        for part in
            [line, "\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ", &self.tokens[who], "\r\n", &head, "\r\n"]
        {
            self.request.push_str(part);
        }
        if job == Job::Write {
            self.request.push_str(&self.body);
        }
        self.request.as_bytes()
    }
}
