//! What every route shares: reading bodies and queries, pages, tags, problem documents, and what is added to
//! each reply. Knows nothing of check-ins or flags.

pub mod edge;
pub mod etag;
pub mod field;
pub mod json;
mod mend;
pub mod page;
pub mod peer;
pub mod problem;
pub mod query;
pub mod reply;
pub mod value;
