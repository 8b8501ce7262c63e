//! Timers: what is to happen at an instant, as rows found by an index.
//!
//! Only rows that are due are looked at, however many families there are. A conditional update leases one, so
//! that of several processes one takes it; it goes in the transaction of what it did. After a pause the server
//! finds what fell due meanwhile.

pub mod store;

pub use store::{Due, Kind, LINES, NEXT, cancel, look_again, set};
