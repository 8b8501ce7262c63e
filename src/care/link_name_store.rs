//! A parent's new name, as far as her links show it.
//!
//! The name itself is stored by the profile; here her other devices are told that her links look different now.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use jiff::Timestamp;

use super::Own;
use crate::{
    change::{self, Kind, Op},
    db::{Conn, schema::care_links},
    error::Result,
    id::CareLinkId,
};

/// Records a change of every link of the parent, because her name is part of what each shows.
pub fn parent_renamed(conn: &mut Conn, own: &Own, now: Timestamp) -> Result<()> {
    let ids: Vec<CareLinkId> = care_links::table
        .filter(care_links::parent_id.eq(own.parent()))
        .order(care_links::id.asc())
        .select(care_links::id)
        .load(conn)?;
    ids.iter()
        .try_for_each(|id| change::record(conn, own.parent(), Kind::CareLink, id.as_str(), Op::Put, now))
}
