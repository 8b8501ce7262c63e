//! Rules that failed on a check-in, run again by a timer.

use jiff::Timestamp;

use super::{judge, store};
use crate::{
    care::Own,
    change::{self, Kind, Op},
    db::Conn,
    error::Result,
    id::{CheckInId, UserId},
    rules::RuleSpec,
    seal::Vault,
};

/// Runs the rules on a check-in that is marked as pending. What was raised before stays as it is; a rule that
/// fails again sets the timer again.
pub fn run_again(
    conn: &mut Conn,
    vault: &Vault,
    rules: &[RuleSpec],
    parent: UserId,
    id: CheckInId,
    now: Timestamp,
) -> Result<()> {
    let own = Own::of_timer(parent);
    change::lock(conn, parent)?;
    let Some(check_in) = store::find_own(conn, vault, &own, id)? else { return Ok(()) };
    if !check_in.rules_pending {
        return Ok(());
    }
    store::set_rules_pending(conn, &own, id, false)?;
    judge::again(conn, vault, rules, &own, &check_in.entry().into(), now)?;
    // Her other devices show the entry as waiting for its rules until they learn of this.
    change::record(conn, parent, Kind::CheckIn, id.as_str(), Op::Put, now)
}
