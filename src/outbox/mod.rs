//! The outbox: what somebody has to be told, as rows of the transaction that is the reason.
//!
//! Nothing leaves the server from here; workers deliver rows after commit. One row per event and recipient,
//! whatever runs twice.

pub mod store;

pub use store::{Notice, enqueue};
