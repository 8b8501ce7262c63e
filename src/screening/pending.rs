//! Rules that failed on a filled-in questionnaire, run again by a timer.

use jiff::Timestamp;

use super::store;
use crate::{
    care::{Own, grant_store},
    change::{self, Kind, Op},
    check_in::{judge::judge, submit::Surroundings, whose_store::Whose},
    db::Conn,
    error::Result,
    flag::{record::By, replayed::Subject},
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
    // Suggestions are not made again, so how long a vaccination counts does not matter here.
    let around = Surroundings { vault, rules, limited: false, vaccination_wait_hours: 0 };
    let whose = Whose::read(conn, vault, &own)?;
    let form = it.form().into();
    let present = grant_store::present(conn, &own, now)?;
    let subject = Subject { before: Some(&form), after: Some(&form), rerun: true, by: By::Parent };
    judge(conn, &around, &own, &whose, present, subject, now)?;
    // Her other devices show the form as waiting for its rules until they learn of this.
    change::record(conn, parent, Kind::Screening, id.as_str(), Op::Put, now)
}
