//! Rows of the outbox.

use diesel::{ExpressionMethods, RunQueryDsl};
use jiff::Timestamp;

use crate::{
    db::{Conn, on, schema::outbox, types::Micros},
    error::Result,
    id::UserId,
    seal::{Cell, PersonKey},
};

/// One thing to tell one person.
#[derive(Debug, Clone)]
pub struct Notice<'a> {
    /// Stable name of the event; the same event is told to the same person once.
    pub event: &'a str,
    /// Who is to be told.
    pub recipient: UserId,
    /// Neutral kind, such as `flag`.
    pub kind: &'static str,
    /// What the delivery needs to know, as JSON; sealed with the key of the person it is about.
    pub body: &'a serde_json::Value,
}

/// Adds a notice about the owner of `key`, unless the event was added for this recipient before.
pub fn enqueue(conn: &mut Conn, key: &PersonKey, notice: &Notice<'_>, now: Timestamp) -> Result<()> {
    let row = format!("{}/{}", notice.event, notice.recipient);
    let sealed =
        key.seal(Cell { table: "outbox", column: "body_sealed", row: &row }, &notice.body.to_string())?;
    let row = (
        outbox::parent_id.eq(key.person()),
        outbox::event_id.eq(notice.event),
        outbox::recipient_id.eq(notice.recipient),
        outbox::kind.eq(notice.kind),
        outbox::body_sealed.eq(&sealed),
        outbox::created_at.eq(Micros::from(now)),
        outbox::due_at.eq(Micros::from(now)),
    );
    on!(conn, |c| diesel::insert_into(outbox::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}
