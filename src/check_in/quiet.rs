//! What becomes due without an answer: a timer looks at a parent's quiet days and asks the rules about one.
//!
//! Each day is asked about as it was on its morning, also by a server that was down meanwhile, one after the other.
//! A look that comes too early, because something changed since it was set, only sets the next one.

use jiff::{Timestamp, civil::Date};

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
    rules::{
        self, Ahead, Context, History, InForce, LOOK_BACK_DAYS, Quiet, RuleSpec, Trigger, lived::A_MOMENT,
        next_due,
    },
    seal::Vault,
    timer::{self, Kind, NEXT},
};

/// Looks at what is due at `due_at`, asks about it, and sets the next look. One that only works out again when that is
/// (`subject` is not [`NEXT`]) asks about nothing.
///
/// # Errors
/// Those of the database; then nothing of it remains and the timer is still there.
pub fn look(
    conn: &mut Conn,
    vault: &Vault,
    rules: &[RuleSpec],
    parent: UserId,
    (subject, due_at): (&str, Timestamp),
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
    let asks = subject == NEXT;
    // As of then. What only works it out again knows of answers that came meanwhile.
    let answered_at = history.answers().map(|answer| answer.recorded_at).max().filter(|_| !asks);
    let after = answered_at.map_or(due_at - A_MOMENT, |at| at.max(due_at - A_MOMENT));
    if !asks && whose.quiet.look_at.is_some_and(|at| at <= after) {
        // The next look is late, and does all of this.
        return Ok(());
    }
    let (profile, zone) = (whose.profile(), whose.zone());
    let lines = grant_store::in_force(conn, &own)?;
    let known = whose.quiet.known;
    let ahead = Ahead { history: &history, profile: &profile, lines: &lines, known, zone: &zone };
    let due = next_due(&ahead, after);
    let Some(due) = due.filter(|due| asks && due.at == due_at) else {
        // Something changed since it was set, or it was set only to be looked at again.
        return next_look::set(conn, &own, &whose, &history, &lines, known, after);
    };
    let quiet = Quiet { on: due.on, at: due.at, known };
    quiet_store::insert(conn, &own, &quiet)?;
    let history = said.with_quiet_days(asked.into_iter().chain([quiet]).collect());
    let recorded = ask(conn, rules, &own, &whose, &lines, &history, quiet, now)?;
    let known = next_look::known_with(known, &recorded);
    next_look::set(conn, &own, &whose, &history, &lines, known, due.at)
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
    let lines = grant_store::in_force(conn, &own)?;
    ask(conn, rules, &own, &whose, &lines, &history, quiet, now).map(drop)
}

#[allow(clippy::too_many_arguments, reason = "each is a fact of its own, and only two stories call this")]
fn ask(
    conn: &mut Conn,
    rules: &[RuleSpec],
    own: &Own,
    whose: &Whose,
    lines: &InForce,
    history: &History,
    quiet: Quiet,
    now: Timestamp,
) -> Result<Vec<Recorded>> {
    let Present { readers, settings, .. } = grant_store::present(conn, own, now)?;
    // By the lines of that morning, as a replay judges it.
    let then = lines.at(quiet.at);
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
