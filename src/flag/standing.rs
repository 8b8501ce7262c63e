//! The open flags that rest on something, for a reply to a change that changed nothing.

use jiff::Timestamp;

use super::{
    evidence_store,
    record::{self, Recorded},
    store,
};
use crate::{
    care::{Grant, Own},
    db::Conn,
    error::Result,
    rules::{Family, RuleId, Trigger},
};

/// Gravest first.
pub fn standing(
    conn: &mut Conn,
    own: &Own,
    of: &Trigger,
    readers: &[Grant],
    now: Timestamp,
) -> Result<Vec<Recorded>> {
    let mut recorded = Vec::new();
    for rule in RuleId::ALL.into_iter().filter(|rule| rule.family() != Family::System) {
        let Some(flag) = store::unclosed_of_rule(conn, own, rule)? else { continue };
        let known = evidence_store::known(conn, own, flag.id)?;
        if of.source().is_some_and(|source| known.contains(&source)) {
            let seen = record::seen_by(conn, &flag, readers, now)?;
            recorded.push(Recorded::of(flag, of, true, &seen));
        }
    }
    recorded.sort_by_key(|one| (std::cmp::Reverse(one.severity), one.flag.rule));
    Ok(recorded)
}
