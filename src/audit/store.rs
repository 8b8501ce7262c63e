//! Rows of the audit.

use diesel::{ExpressionMethods, RunQueryDsl};
use jiff::Timestamp;

use super::Act;
use crate::{
    db::{Conn, on, schema::audit, types::Micros},
    error::Result,
    id::RowId,
};

/// Records one act in the running transaction.
pub fn record(conn: &mut Conn, now: Timestamp, act: &Act<'_>) -> Result<()> {
    let row = (
        audit::id.eq(RowId::new(now)),
        audit::at.eq(Micros::from(now)),
        audit::actor_id.eq(act.actor),
        audit::actor_role.eq(act.role),
        audit::action.eq(act.action),
        audit::parent_id.eq(act.parent),
        audit::link_id.eq(act.link),
        audit::object_id.eq(act.object),
    );
    on!(conn, |c| diesel::insert_into(audit::table).values(row).execute(c))?;
    Ok(())
}
