//! Rules that failed on a check-in, run again by a timer.

use jiff::Timestamp;

use super::{judge::judge, store, submit::Surroundings, whose_store::Whose};
use crate::{
    care::{Own, grant_store},
    change::{self, Kind, Op},
    db::Conn,
    error::Result,
    flag::{record::By, replayed::Subject},
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
    // Suggestions are not made again, so how long a vaccination counts does not matter here.
    let around = Surroundings { vault, rules, limited: false, vaccination_wait_hours: 0 };
    let whose = Whose::read(conn, vault, &own)?;
    let entry = check_in.entry().into();
    let present = grant_store::present(conn, &own, now)?;
    let subject = Subject { before: Some(&entry), after: Some(&entry), rerun: true, by: By::Parent };
    judge(conn, &around, &own, &whose, present, subject, now)?;
    // Her other devices show the entry as waiting for its rules until they learn of this.
    change::record(conn, parent, Kind::CheckIn, id.as_str(), Op::Put, now)
}
