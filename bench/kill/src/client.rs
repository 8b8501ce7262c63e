//! Requests as a careful client sends them: what is not known to have happened is sent again.
//!
//! One agent for all: it opens a connection for each request that runs at the same time.

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::server::Address;

/// Longer than the server gives a request, so that its own refusal comes first.
const TIMEOUT: Duration = Duration::from_secs(15);
/// After this a request counts as never answered; a busy machine may see many kills before it answers one.
const GIVE_UP: Duration = Duration::from_secs(300);

/// What a server has answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `Idempotency-Replayed` was `true`.
    pub replayed: bool,
    /// `ETag`, empty without one.
    pub etag: String,
    /// The body.
    pub text: String,
}

impl Answer {
    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// A text in the body, empty when it is not there.
    pub fn word(&self, pointer: &str) -> String {
        self.json().pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// Nothing was done, and the same may be sent again.
    fn is_to_be_repeated(&self) -> bool {
        matches!(self.status, 429 | 503) || (self.status == 409 && self.word("/code") == "in_progress")
    }
}

/// A request.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// `GET`, `POST`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// Path with query.
    pub path: String,
    /// Access token, empty without one.
    pub token: &'a str,
    /// A header besides the usual ones: name and value.
    pub header: Option<(&'static str, &'a str)>,
    /// The JSON body.
    pub body: Option<&'a Value>,
}

/// Sends requests to wherever the server is.
#[derive(Debug, Clone)]
pub struct Client {
    agent: ureq::Agent,
    address: Arc<Address>,
}

impl Client {
    /// A client for the server at this address.
    pub fn new(address: Arc<Address>) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(TIMEOUT))
            .max_idle_connections(256)
            .max_idle_connections_per_host(256);
        Self { agent: config.build().into(), address }
    }

    /// Sends once. `None`: no answer, and nobody knows whether it was done.
    pub fn once(&self, request: &Request<'_>) -> Option<Answer> {
        let address = self.address.wait()?;
        let mut builder =
            ureq::http::Request::builder().method(request.method).uri(format!("{address}{}", request.path));
        if !request.token.is_empty() {
            builder = builder.header("Authorization", format!("Bearer {}", request.token));
        }
        if let Some((name, value)) = request.header {
            builder = builder.header(name, value);
        }
        let answer = match request.body {
            Some(body) => {
                let builder = builder.header("Content-Type", "application/json");
                self.agent.run(builder.body(body.to_string()).ok()?)
            }
            None => self.agent.run(builder.body(()).ok()?),
        };
        let mut answer = answer.ok()?;
        let header = |name: &str| {
            answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let (replayed, etag) = (header("idempotency-replayed") == "true", header("etag"));
        let status = answer.status().as_u16();
        // A body that breaks off leaves the outcome as unknown as no answer at all.
        let text = answer.body_mut().read_to_string().ok()?;
        Some(Answer { status, replayed, etag, text })
    }

    /// Sends until there is an answer that says what happened, and how often it was sent. `None`: never.
    pub fn insist(&self, request: &Request<'_>) -> (Option<Answer>, u32) {
        let (began, mut sent) = (Instant::now(), 0);
        while began.elapsed() < GIVE_UP && !self.address.is_over() {
            sent += 1;
            match self.once(request) {
                Some(answer) if !answer.is_to_be_repeated() => return (Some(answer), sent),
                // Sooner than a server that is full asks for; the load is to stay on while it recovers.
                Some(_) => thread::sleep(Duration::from_millis(50)),
                None => thread::sleep(Duration::from_millis(1)),
            }
        }
        (None, sent)
    }

    /// Reads or makes something that must be there.
    ///
    /// # Errors
    /// In words, when the answer has another status.
    pub fn expect(&self, request: &Request<'_>, status: u16) -> Result<Answer, String> {
        match self.insist(request).0 {
            Some(answer) if answer.status == status => Ok(answer),
            other => Err(format!("{} {}: {other:?}", request.method, request.path)),
        }
    }

    /// Reads something that must be there.
    ///
    /// # Errors
    /// In words, when it is not.
    pub fn get(&self, token: &str, path: String) -> Result<Value, String> {
        let request = Request { method: "GET", path, token, header: None, body: None };
        self.expect(&request, 200).map(|answer| answer.json())
    }

    /// Makes something without a key.
    ///
    /// # Errors
    /// In words, when it is refused.
    pub fn make(&self, token: &str, path: &str, body: &Value) -> Result<Value, String> {
        let request =
            Request { method: "POST", path: path.to_owned(), token, header: None, body: Some(body) };
        self.expect(&request, 201).map(|answer| answer.json())
    }
}
