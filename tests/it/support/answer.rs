//! An answer of the application, with what tests ask of it.

use actix_web::http::header::HeaderMap;
use serde_json::Value;

/// Status, headers and body of an answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// The body's bytes.
    pub bytes: Vec<u8>,
    /// The body as JSON; null when it is not JSON.
    pub body: Value,
}

impl Answer {
    pub(super) fn new(status: u16, headers: HeaderMap, bytes: Vec<u8>) -> Self {
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        Self { status, headers, bytes, body }
    }

    /// The answer, if it has this status; else the test fails and shows it.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    /// A member of the body by JSON pointer; the test fails when it is missing.
    #[track_caller]
    pub fn at(&self, pointer: &str) -> &Value {
        self.body.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {}", self.body))
    }

    /// A text member of the body.
    #[track_caller]
    pub fn text(&self, pointer: &str) -> &str {
        self.at(pointer).as_str().unwrap_or_else(|| panic!("{pointer} is no text in {}", self.body))
    }

    /// The entries of a list in the body.
    #[track_caller]
    pub fn list(&self, pointer: &str) -> &[Value] {
        self.at(pointer)
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_else(|| panic!("{pointer} is no list in {}", self.body))
    }

    /// A header as text, empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Pointers and parameters of a refusal, sorted.
    pub fn wrong_fields(&self) -> Vec<String> {
        let errors = self.body.get("errors").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut names: Vec<String> = errors
            .iter()
            .filter_map(|error| error.get("pointer").or_else(|| error.get("parameter")))
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect();
        names.sort();
        names
    }

    /// Everything that a stranger could tell two answers apart by, but for the request id and the date.
    pub fn comparable(&self) -> (u16, Vec<(String, String)>, Vec<u8>) {
        let mut headers: Vec<(String, String)> = self
            .headers
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "x-request-id" | "date"))
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        headers.sort();
        (self.status, headers, self.bytes.clone())
    }
}
