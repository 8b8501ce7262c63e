//! The change sequence of a parent: one number per change of anything of hers, for her other devices.
//!
//! Taking a number is also how the writes of one parent take turns on PostgreSQL: the number is raised on her
//! row, which stays locked until commit. A write of hers takes one before it looks at anything else.

pub mod store;

pub use store::{Kind, Op, lock, record};
