//! The audit: who did or read what, of whom, and by which link. No content, ever.
//!
//! A row is written in the transaction of what it tells about; a read that cannot be recorded fails.

pub mod store;

use crate::id::{CareLinkId, UserId};

pub use store::record;

/// One entry to record.
#[derive(Debug, Clone)]
pub struct Act<'a> {
    /// Who acted.
    pub actor: UserId,
    /// In which role: `parent`, `doula`, `operator` or `system`.
    pub role: &'static str,
    /// What was done, as a stable word such as `check_in.create`.
    pub action: &'static str,
    /// Whose data it was, if a parent's.
    pub parent: Option<UserId>,
    /// The care link that gave the right, if one did.
    pub link: Option<CareLinkId>,
    /// Id of the object.
    pub object: Option<&'a str>,
}
