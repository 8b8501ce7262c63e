//! Rules that failed on a check-in, run again by a timer.

use jiff::Timestamp;

use super::{
    store,
    submit::{Surroundings, judge},
};
use crate::{
    care::{Own, baby_store},
    change,
    db::Conn,
    error::Result,
    id::{CheckInId, UserId},
    profile::store::facts,
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
    // Suggestions are not made again, so how long a vaccination counts does not matter here.
    let around = Surroundings { vault, rules, vaccination_wait_hours: 0 };
    let facts = facts(conn, &own)?;
    let babies = baby_store::facts(conn, &own)?;
    judge(conn, &around, &own, &facts, &babies, &check_in, now)?;
    Ok(())
}
