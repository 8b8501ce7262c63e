//! Rules that failed on a filled-in questionnaire, run again by a timer.

use jiff::Timestamp;

use super::store;
use crate::{
    care::Own,
    change::{self, Kind, Op},
    check_in::judge,
    db::Conn,
    error::Result,
    id::{ScreeningId, UserId},
    rules::RuleSpec,
    seal::Vault,
};

/// Runs the rules on a form that is marked as pending. What was raised before stays as it is; a rule that fails again
/// sets the timer again.
pub fn run_again(
    conn: &mut Conn,
    vault: &Vault,
    rules: &[RuleSpec],
    parent: UserId,
    id: ScreeningId,
    now: Timestamp,
) -> Result<()> {
    let own = Own::of_timer(parent);
    change::lock(conn, parent)?;
    let Some(it) = store::find_own(conn, &own, id)?.filter(|it| it.rules_pending) else { return Ok(()) };
    store::set_rules_pending(conn, &own, id, false)?;
    judge::again(conn, vault, rules, &own, &it.form().into(), now)?;
    // Her other devices show the form as waiting for its rules until they learn of this.
    change::record(conn, parent, Kind::Screening, id.as_str(), Op::Put, now)
}
