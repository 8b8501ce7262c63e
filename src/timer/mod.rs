//! Timers: what is to happen at an instant, as rows found by an index.
//!
//! Cost grows with what is due, not with how many families there are. A due row is leased by a conditional
//! update, so several processes do each once, and it goes away in the transaction of what it did; a server
//! that was down catches up.

pub mod store;

pub use store::{Due, Kind, cancel, set};
