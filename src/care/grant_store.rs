//! Proofs of access, read from care links in the transaction that is about to use them.
//!
//! A grant is read anew by every request and every write, so a link that was ended or narrowed binds the next
//! one. Whoever also writes for the parent takes her lock first: then no link changes in between.

use jiff::Timestamp;

use super::{
    Grant, Own, line_store,
    link_store::{self, Wanted},
};
use crate::{
    auth::Doula,
    db::Conn,
    error::Result,
    id::UserId,
    rules::{InForce, Settings},
};

/// What care there is for a parent at an instant.
#[derive(Debug)]
pub struct Present {
    /// Who can see what she shares, one grant for each doula, oldest link first.
    pub readers: Vec<Grant>,
    /// The lines of their practices together.
    pub settings: Settings,
    /// When these lines may be others by themselves: one of them runs out, or a link expires. `None` where none of the
    /// practices has set anything.
    pub moves_at: Option<Timestamp>,
}

/// What care there is for the parent at `now`.
pub fn present(conn: &mut Conn, own: &Own, now: Timestamp) -> Result<Present> {
    let (links, settings, moves_at) = line_store::live(conn, own, now)?;
    let readers = links.iter().filter_map(|link| link.facts().grant_seen_by(own, now)).collect();
    Ok(Present { readers, settings, moves_at })
}

/// Which lines counted for the parent when.
pub fn in_force(conn: &mut Conn, own: &Own) -> Result<InForce> {
    line_store::in_force(conn, own)
}

/// What the doula may see of one parent at `now`; `None` without a live link, as for somebody who is unknown.
pub fn for_doula(conn: &mut Conn, doula: &Doula, client: UserId, now: Timestamp) -> Result<Option<Grant>> {
    let wanted = Wanted { parent: Some(client), ..Wanted::default() };
    Ok(granted(conn, doula, wanted, now)?.pop())
}

/// What the doula may see at `now`, one grant for each of her clients, newest link first.
pub fn all_for_doula(conn: &mut Conn, doula: &Doula, now: Timestamp) -> Result<Vec<Grant>> {
    granted(conn, doula, Wanted::default(), now)
}

/// Who can see at `now` what the parent shares, one grant for each doula, oldest link first.
pub fn readers(conn: &mut Conn, own: &Own, now: Timestamp) -> Result<Vec<Grant>> {
    Ok(present(conn, own, now)?.readers)
}

fn granted(conn: &mut Conn, doula: &Doula, wanted: Wanted, now: Timestamp) -> Result<Vec<Grant>> {
    let links = link_store::page_of_doula(conn, doula, wanted, None, i64::MAX, now)?;
    Ok(links.iter().filter_map(|link| link.facts().grant_to(doula, now)).collect())
}
