//! What every route shares: reading bodies and queries, pages, tags, problem documents, and what is added to
//! each reply. Knows nothing of check-ins or flags.

pub mod admit;
mod arrival;
pub mod connection;
pub mod edge;
pub mod etag;
pub mod field;
mod head;
pub mod json;
mod mend;
pub mod page;
pub mod peer;
pub mod problem;
pub mod query;
pub mod reply;
pub mod retry;
pub mod value;
pub mod watch;
