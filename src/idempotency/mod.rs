//! Doing a thing once, however often it is asked for with the same key.
//!
//! The key, a keyed hash of the body and the sealed reply are rows of the transaction that made the thing. A
//! twin that arrives while the first still runs waits for it at the unique key and then gets its reply.

pub mod store;

use serde_json::Value;

use crate::id::UserId;

pub use store::{Done, once};

/// A request that carries an idempotency key.
#[derive(Clone)]
pub struct Attempt {
    /// Who sent it.
    pub user: UserId,
    /// What it does; the same key may be used for another operation.
    pub operation: &'static str,
    /// The key, as sent.
    pub key: String,
    /// The body, parsed; two bodies are the same when they parse to the same value.
    pub body: Value,
}

/// What is answered, now or at a repetition.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// `Location`.
    pub location: Option<String>,
    /// `ETag`, with its quotes.
    pub etag: Option<String>,
    /// JSON text.
    pub body: String,
    /// Whether this is a repetition.
    pub replayed: bool,
}

impl Reply {
    /// 201 with a place, a tag and an object.
    ///
    /// # Errors
    /// 500 when the object cannot be written as JSON.
    pub fn created(
        location: String,
        revision: i64,
        object: &impl serde::Serialize,
    ) -> crate::error::Result<Self> {
        let body = serde_json::to_string(object).map_err(crate::error::Error::internal)?;
        Ok(Self {
            status: 201,
            location: Some(location),
            etag: Some(format!("\"{revision}\"")),
            body,
            replayed: false,
        })
    }
}
