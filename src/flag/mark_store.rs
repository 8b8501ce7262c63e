//! Flags of a time, for the days of a picture.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use jiff::Timestamp;

use super::{parts::Flag, store::Row};
use crate::{
    care::{Grant, Own},
    db::{Conn, schema::flags, types::Micros},
    error::Result,
    id::UserId,
};

/// Flags that are looked at; of very many those that began last.
const MOST: i64 = 1_000;

/// The parent's own flags that began before the end of a time and were last fed after its begin.
pub fn own_between(conn: &mut Conn, own: &Own, from: Timestamp, to: Timestamp) -> Result<Vec<Flag>> {
    between(conn, own.parent(), from, to)
}

/// The same of the parent of a grant. What of them the doula sees is not decided here.
pub fn granted_between(conn: &mut Conn, grant: &Grant, from: Timestamp, to: Timestamp) -> Result<Vec<Flag>> {
    between(conn, grant.parent(), from, to)
}

fn between(conn: &mut Conn, parent: UserId, from: Timestamp, to: Timestamp) -> Result<Vec<Flag>> {
    let rows: Vec<Row> = flags::table
        .filter(flags::parent_id.eq(parent))
        .filter(flags::raised_at.lt(Micros::from(to)))
        .filter(flags::last_seen_at.ge(Micros::from(from)))
        .order((flags::raised_at.desc(), flags::id.desc()))
        .limit(MOST)
        .load(conn)?;
    rows.into_iter().map(Row::read).collect()
}
