//! What becomes due without an answer: a timer looks at a parent's quiet days and asks the rules about one.
//!
//! Each day is asked about as it was on its morning, also by a server that was down meanwhile, one after the other.
//! A look that comes too early, because something changed since it was set, only sets the next one.

use jiff::{SignedDuration, Timestamp, civil::Date};

use super::{
    history_store,
    judge::{PENDING, back},
    next_look, quiet_store, usual_store,
    whose_store::Whose,
};
use crate::{
    care::{
        Own,
        grant_store::{self, Present},
    },
    change,
    db::Conn,
    error::Result,
    flag::record::{By, Raised, Recorded, record},
    id::UserId,
    rules::{self, Context, History, LOOK_BACK_DAYS, Quiet, RuleSpec, Trigger, next_due},
    seal::Vault,
    timer::{self, Kind},
};

/// The least that tells two instants apart.
const A_MOMENT: SignedDuration = SignedDuration::from_micros(1);

/// Looks at what is due at `due_at`, asks about it, and sets the next look.
///
/// # Errors
/// Those of the database; then nothing of it remains and the timer is still there.
pub fn look(
    conn: &mut Conn,
    vault: &Vault,
    rules: &[RuleSpec],
    parent: UserId,
    due_at: Timestamp,
    now: Timestamp,
) -> Result<()> {
    let own = Own::of_timer(parent);
    change::lock(conn, parent)?;
    let whose = Whose::read(conn, vault, &own)?;
    let Some(last) = quiet_store::last_answered_day(conn, &own)? else { return Ok(()) };
    let from = back(last, LOOK_BACK_DAYS);
    let asked = quiet_store::since(conn, &own, from)?;
    let said = history_store::history(conn, &own, from)?;
    let history = said.clone().with_quiet_days(asked.clone());
    let profile = whose.profile();
    let present = grant_store::present(conn, &own, now)?;
    let settings = present.settings.clone();
    let known = whose.quiet.known;
    let context =
        Context { history: &history, profile: &profile, settings: &settings, usual: &[], today: last };
    let due = next_due(&context, known, &whose.zone(), due_at - A_MOMENT);
    let Some(due) = due.filter(|due| due.at == due_at) else {
        // Something changed since it was set, or it was set only to be looked at again.
        return next_look::set(conn, &own, &whose, &context, known, due_at - A_MOMENT);
    };
    let quiet = Quiet { on: due.on, at: due.at, known };
    quiet_store::insert(conn, &own, &quiet)?;
    let history = said.with_quiet_days(asked.into_iter().chain([quiet]).collect());
    let recorded = ask(conn, rules, &own, &whose, present, &history, quiet, now)?;
    let context = Context { history: &history, ..context };
    next_look::set(conn, &own, &whose, &context, next_look::known_with(known, &recorded), due.at)
}

/// Asks again about a day on which a rule failed. What was raised before stays as it is.
///
/// # Errors
/// Those of the database.
pub fn ask_again(
    conn: &mut Conn,
    vault: &Vault,
    rules: &[RuleSpec],
    parent: UserId,
    on: Date,
    now: Timestamp,
) -> Result<()> {
    let own = Own::of_timer(parent);
    change::lock(conn, parent)?;
    let Some(quiet) = quiet_store::find(conn, &own, on)? else { return Ok(()) };
    let whose = Whose::read(conn, vault, &own)?;
    let Some(last) = quiet_store::last_answered_day(conn, &own)? else { return Ok(()) };
    let from = back(last.min(on), LOOK_BACK_DAYS);
    let history = history_store::history(conn, &own, from)?.with_quiet_days(vec![quiet]);
    let present = grant_store::present(conn, &own, now)?;
    ask(conn, rules, &own, &whose, present, &history, quiet, now).map(drop)
}

#[allow(clippy::too_many_arguments, reason = "each is a fact of its own, and only two stories call this")]
fn ask(
    conn: &mut Conn,
    rules: &[RuleSpec],
    own: &Own,
    whose: &Whose,
    present: Present,
    history: &History,
    quiet: Quiet,
    now: Timestamp,
) -> Result<Vec<Recorded>> {
    let Present { readers, settings } = present;
    // By the lines of that morning, as a replay judges it.
    let then = grant_store::in_force(conn, own)?.at(quiet.at);
    let profile = whose.profile();
    let whole = Context { history, profile: &profile, settings: &then, usual: &[], today: quiet.on };
    // A day without an answer freezes nothing.
    let mut usuals = usual_store::frozen(conn, own)?;
    let point = rules::judge(rules, &whole, &mut usuals, &Trigger::Day(quiet));
    if point.failed().next().is_some() {
        note_failed(conn, own, quiet.on, &point.failed().collect::<Vec<_>>(), now)?;
    }
    let raised = Raised { point: &point, readers: &readers, settings: &settings, by: By::Server };
    record(conn, &whose.key, own, &raised, now)
}

/// Lets a day on which rules failed be asked about again.
pub(super) fn note_failed(
    conn: &mut Conn,
    own: &Own,
    on: Date,
    failed: &[rules::RuleId],
    now: Timestamp,
) -> Result<()> {
    tracing::error!(%on, ?failed, "a rule failed on a day without an answer; it will run again");
    metrics::counter!("rules_failed_total").increment(1);
    timer::set(conn, own.parent(), Kind::QuietPending, &on.to_string(), now + PENDING)
}
