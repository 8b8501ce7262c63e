//! The flags that exist for a doula, most pressing first.
//!
//! Whatever counts, lists or shows flags to a doula goes through here, so that lists, counts and single flags
//! never disagree about what she may see.

use std::{cmp::Reverse, collections::HashMap};

use jiff::Timestamp;

use super::{
    lifecycle::State,
    mark_store,
    parts::Flag,
    shared_store, silence_store, store, told_store,
    visibility::{self, Sight, Terms, Told},
};
use crate::{
    care::Grant,
    check_in::before_day,
    db::Conn,
    error::Result,
    id::{FlagId, UserId},
    rules::{Reason, Severity},
};

/// A flag together with the right to see it and what of it that right shows.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The flag, of which only the parts in `sight` may be shown.
    pub flag: Flag,
    /// The right.
    pub grant: Grant,
    /// What the right shows.
    pub sight: Sight,
    /// Where the flag stands at the instant of the look.
    pub state: State,
}

impl Seen {
    /// How soon she should look.
    pub fn severity(&self) -> Severity {
        self.sight.severity(&self.flag)
    }

    /// When she should have acted.
    pub fn due_at(&self) -> Timestamp {
        self.sight.due_at(&self.flag)
    }

    /// Why, in words that she may read.
    pub fn reason(&self) -> String {
        self.sight.reason(&self.flag, Terms::from(&self.grant))
    }

    /// Whether that reason tells her values and days.
    pub fn says_values(&self) -> bool {
        self.sight.says_values(&self.flag, Terms::from(&self.grant))
    }

    /// Place in a list: most urgent first, then soonest due.
    pub fn place(&self) -> (Reverse<Severity>, Timestamp, FlagId) {
        (Reverse(self.severity()), self.due_at(), self.flag.id)
    }
}

/// The flags that are not closed, snoozed ones included.
pub fn unclosed(conn: &mut Conn, grants: &[Grant], now: Timestamp) -> Result<Vec<Seen>> {
    let flags = store::granted_unclosed(conn, grants)?;
    see(conn, grants, flags, now)
}

/// The closed flags: of very many only the 1,000 that were closed last.
pub fn closed(conn: &mut Conn, grants: &[Grant], now: Timestamp) -> Result<Vec<Seen>> {
    let flags = store::granted_closed(conn, grants)?;
    see(conn, grants, flags, now)
}

/// Those of one parent, closed or not, that something happened to between two instants: of very many only the 1,000
/// that began last.
pub fn between(
    conn: &mut Conn,
    grant: &Grant,
    from: Timestamp,
    to: Timestamp,
    now: Timestamp,
) -> Result<Vec<Seen>> {
    let flags = mark_store::granted_between(conn, grant, from, to)?;
    see(conn, std::slice::from_ref(grant), flags, now)
}

/// One flag, if it exists for the holder of these grants.
pub fn one(conn: &mut Conn, grants: &[Grant], id: FlagId, now: Timestamp) -> Result<Option<Seen>> {
    let flag = store::granted(conn, grants, id)?;
    Ok(see(conn, grants, flag.into_iter().collect(), now)?.pop())
}

/// What each doula of a parent sees of a flag that was just stored, in the order of the grants; those who see nothing of
/// it are left out.
pub fn by_each(conn: &mut Conn, grants: &[Grant], flag: &Flag, now: Timestamp) -> Result<Vec<Seen>> {
    let hers: Vec<&Grant> = grants.iter().filter(|grant| grant.parent() == flag.parent).collect();
    let Some(first) = hers.first() else { return Ok(Vec::new()) };
    let told = told_store::told_of(conn, first, flag.id)?;
    let mut seen = Vec::with_capacity(hers.len());
    for grant in hers {
        if let Some(sight) = sight(conn, grant, flag, &told)? {
            seen.push(Seen { flag: flag.clone(), grant: *grant, sight, state: flag.state.at(now) });
        }
    }
    Ok(seen)
}

fn see(conn: &mut Conn, grants: &[Grant], flags: Vec<Flag>, now: Timestamp) -> Result<Vec<Seen>> {
    if flags.is_empty() {
        return Ok(Vec::new());
    }
    let by_parent: HashMap<UserId, Grant> = grants.iter().map(|grant| (grant.parent(), *grant)).collect();
    let told = told_store::told(conn, grants, &flags)?;
    let mut seen = Vec::with_capacity(flags.len());
    for flag in flags {
        let Some(grant) = by_parent.get(&flag.parent).copied() else { continue };
        let told = told.get(&flag.id).map_or(&[][..], Vec::as_slice);
        if let Some(sight) = sight(conn, &grant, &flag, told)? {
            let state = flag.state.at(now);
            seen.push(Seen { flag, grant, sight, state });
        }
    }
    seen.sort_by_key(Seen::place);
    Ok(seen)
}

fn sight(conn: &mut Conn, grant: &Grant, flag: &Flag, told: &[Told]) -> Result<Option<Sight>> {
    let Some(mut sight) = visibility::sight(flag, told, Terms::from(grant)) else { return Ok(None) };
    if sight.whole && grant.scopes().check_ins {
        match flag.shared.as_ref().and_then(|part| part.reason.as_ref()) {
            Some(Reason::Silence(_)) => see_silence(conn, grant, flag, told, &mut sight)?,
            Some(reason) => {
                sight.whole = !tells_of_before(flag, grant, reason) && !counts_unseen(conn, grant, reason)?;
            }
            None => {}
        }
    }
    Ok(Some(sight))
}

/// What is closed keeps the numbers that it had. What of them was hidden or removed since cannot be asked of any row, so
/// she reads them only where every day that they count lies after her link began.
fn tells_of_before(flag: &Flag, grant: &Grant, reason: &Reason) -> bool {
    let counted_from = reason.counted_days().map(|(from, _)| before_day(from));
    flag.state.status.is_closed() && counted_from.is_some_and(|from| from < grant.history_from())
}

/// A count of answered days rests on more entries than the low ones that are kept as evidence.
fn counts_unseen(conn: &mut Conn, grant: &Grant, reason: &Reason) -> Result<bool> {
    match reason.counted_days() {
        Some((from, to)) => shared_store::counts_unseen(conn, grant, from, to),
        None => Ok(false),
    }
}

/// A silence names the day of an answer: she sees it only where that answer was shared with her.
fn see_silence(conn: &mut Conn, grant: &Grant, flag: &Flag, told: &[Told], sight: &mut Sight) -> Result<()> {
    let Some(told) = told.iter().map(|piece| piece.at).max() else { return Ok(()) };
    sight.whole = silence_store::last_shared_day(conn, grant, told)?.is_some();
    if sight.whole && !flag.state.status.is_closed() {
        sight.shared_again = silence_store::shared_again(conn, grant, told)?;
    }
    Ok(())
}
