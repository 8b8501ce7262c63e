//! The end of a snooze, when its timer falls due.

use jiff::Timestamp;

use super::{
    event_store::{self, Event},
    parts::EventKind,
    store,
};
use crate::{
    audit,
    care::Own,
    change,
    db::Conn,
    error::Result,
    id::{FlagId, UserId},
};

/// Brings a snoozed flag back to where it was. Nothing happens when it is not snoozed, is snoozed for longer
/// by now, or does not exist.
pub fn end(conn: &mut Conn, parent: UserId, id: FlagId, now: Timestamp) -> Result<()> {
    change::lock(conn, parent)?;
    let Some(mut flag) = store::own(conn, &Own::of_timer(parent), id)? else { return Ok(()) };
    let awake = flag.state.at(now);
    if awake == flag.state {
        return Ok(());
    }
    flag.state = awake;
    flag.revision += 1;
    store::update(conn, &flag)?;
    let event = Event::plain(EventKind::SnoozeEnded, awake.status, flag.shared.is_none(), now);
    event_store::insert(conn, &flag, &event, None)?;
    change::record(conn, parent, change::Kind::Flag, id.as_str(), change::Op::Put, now)?;
    audit::record(
        conn,
        now,
        &audit::Act {
            actor: parent,
            role: "system",
            action: "flag.snooze_end",
            parent: Some(parent),
            link: None,
            object: Some(id.as_str()),
        },
    )
}
