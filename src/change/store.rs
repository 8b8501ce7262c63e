//! Rows of the change sequence.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use jiff::Timestamp;

use crate::{
    db::{
        Conn,
        schema::{changes, parents},
        types::Micros,
    },
    error::{Error, Result},
    id::UserId,
};

/// What kind of thing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A check-in.
    CheckIn,
    /// A baby.
    Baby,
    /// A care link.
    CareLink,
    /// A flag.
    Flag,
    /// The parent's own settings.
    Profile,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// It was made or changed.
    Put,
    /// It is gone.
    Delete,
}

/// Makes the running transaction the only one that writes for this parent until it ends.
///
/// # Errors
/// 500 when there is no such parent.
pub fn lock(conn: &mut Conn, parent: UserId) -> Result<()> {
    next(conn, parent, 0).map(drop)
}

/// Records a change under the parent's next number.
pub fn record(
    conn: &mut Conn,
    parent: UserId,
    kind: Kind,
    object: &str,
    op: Op,
    now: Timestamp,
) -> Result<()> {
    let seq = next(conn, parent, 1)?;
    let kind = match kind {
        Kind::CheckIn => "check_in",
        Kind::Baby => "baby",
        Kind::CareLink => "care_link",
        Kind::Flag => "flag",
        Kind::Profile => "profile",
    };
    let op = match op {
        Op::Put => "put",
        Op::Delete => "delete",
    };
    diesel::insert_into(changes::table)
        .values((
            changes::parent_id.eq(parent),
            changes::seq.eq(seq),
            changes::kind.eq(kind),
            changes::object_id.eq(object),
            changes::op.eq(op),
            changes::at.eq(Micros::from(now)),
        ))
        .execute(conn)?;
    Ok(())
}

fn next(conn: &mut Conn, parent: UserId, by: i64) -> Result<i64> {
    let seq: Option<i64> = diesel::update(parents::table.find(parent))
        .set(parents::change_seq.eq(parents::change_seq + by))
        .returning(parents::change_seq)
        .get_result(conn)
        .optional()?;
    seq.ok_or_else(|| Error::internal("a parent has no row of her own"))
}
