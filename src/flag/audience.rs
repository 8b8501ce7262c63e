//! Which flags a parent's devices have to read again because another doula sees them now.
//!
//! Nothing of the flag itself is different, only the names beside it. A link that expires by itself writes nothing
//! and so tells nothing; its end was known beforehand.

use jiff::Timestamp;

use super::{store, told_store, visibility};
use crate::{
    care::Grant,
    change::{self, Kind, Op},
    db::Conn,
    error::Result,
};

/// Records a change for each flag that is seen by what a link grants now and was not before, or the reverse. The
/// caller holds the parent's lock.
pub fn changed(conn: &mut Conn, before: Option<Grant>, after: Option<Grant>, now: Timestamp) -> Result<()> {
    let grants: Vec<Grant> = before.into_iter().chain(after).take(1).collect();
    let mut flags = store::granted_unclosed(conn, &grants)?;
    flags.extend(store::granted_closed(conn, &grants)?);
    let told = told_store::told(conn, &grants, &flags)?;
    for flag in &flags {
        let told = told.get(&flag.id).map_or(&[][..], Vec::as_slice);
        let seen = |grant: Option<Grant>| grant.is_some_and(|it| visibility::is_seen(flag, told, &it));
        if seen(before) != seen(after) {
            change::record(conn, flag.parent, Kind::Flag, flag.id.as_str(), Op::Put, now)?;
        }
    }
    Ok(())
}
