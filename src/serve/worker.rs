//! What the server does by itself: running timers that fall due, and sweeping out what nobody can use any more.
//!
//! A due timer is taken away in the very transaction that does its work, so that it is done once over all
//! processes and kills, and what a killed process had begun is done by another when the lease ends.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use tokio::{
    sync::oneshot,
    time::{MissedTickBehavior, interval},
};

use super::metrics;
use crate::{
    app::App,
    auth, change,
    check_in::{pending, quiet},
    db::Conn,
    error::{Error, Result},
    flag::snooze,
    id::NotAnId,
    idempotency,
    rules::RuleSpec,
    screening,
    seal::Vault,
    timer::{self, Due, Kind},
};

/// How often the worker looks for timers that are due (product decision).
const EVERY: Duration = Duration::from_secs(1);
/// How often it sweeps (product decision).
const SWEEP_EVERY: Duration = Duration::from_secs(60 * 60);
/// After this long another process may take over a timer whose process died (security requirement REL-20).
const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// Timers leased at once: few enough to be done well before their leases end.
const AT_ONCE: i64 = 100;
/// Wait before the second try; each further try waits this much longer.
const BACKOFF: SignedDuration = SignedDuration::from_secs(30);
/// Longest wait before another try.
const LONGEST_BACKOFF: SignedDuration = SignedDuration::from_mins(10);
/// Guess budgets older than this are stale: longer than the longest window that tries are counted over.
const STALE_BUDGET: SignedDuration = SignedDuration::from_hours(24);

/// Works until `stopped` says otherwise; what has been begun is finished.
pub async fn run(app: Arc<App>, mut stopped: oneshot::Receiver<()>) {
    let mut look = interval(EVERY);
    let mut sweep_due = interval(SWEEP_EVERY);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    sweep_due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut was_failing = false;
    loop {
        let outcome = tokio::select! {
            biased;
            _ = &mut stopped => return,
            _ = sweep_due.tick() => sweep(&app).await,
            _ = look.tick() => {
                metrics::upkeep();
                ::metrics::gauge!("requests_in_flight").set(app.gate.taken() as f64);
                run_due(&app, app.clock.now()).await.map(drop)
            }
        };
        // Said once and not every second while the database is away.
        match &outcome {
            Err(e) if !was_failing => {
                tracing::warn!(code = e.code().slug(), cause = ?e.cause(), "background work has to wait");
            }
            Ok(()) if was_failing => tracing::info!("background work goes on"),
            _ => {}
        }
        was_failing = outcome.is_err();
    }
}

/// Runs every timer that is due at `now`, soonest first, until nothing is. Returns how many did their work; one that
/// fails is put off and does not keep the others waiting.
///
/// # Errors
/// 503 when the database is away.
pub async fn run_due(app: &App, now: Timestamp) -> Result<usize> {
    let _turn = app.lifecycle.timers().await;
    let mut done = 0;
    loop {
        let leased = app.db.write(move |conn| timer::store::lease(conn, now, LEASE, AT_ONCE)).await?;
        if leased.is_empty() {
            return Ok(done);
        }
        for due in leased {
            done += usize::from(run_one(app, due, now).await?);
        }
    }
}

async fn run_one(app: &App, due: Due, now: Timestamp) -> Result<bool> {
    let (vault, rules, one) = (Arc::clone(&app.vault), app.rules, due.clone());
    match app.db.write(move |conn| act(conn, &vault, rules, &one, now)).await {
        Ok(acted) => {
            count(due.kind, if acted { "done" } else { "overtaken" });
            Ok(acted)
        }
        Err(e) => {
            count(due.kind, "failed");
            let again = now + backoff(due.attempts);
            let (kind, attempts) = (due.kind.as_str(), due.attempts.saturating_add(1));
            tracing::error!(
                kind, attempts, again_at = %again, code = e.code().slug(), cause = ?e.cause(), "a timer failed"
            );
            app.db.write(move |conn| timer::store::postpone(conn, &due, again)).await?;
            Ok(false)
        }
    }
}

fn act(conn: &mut Conn, vault: &Vault, rules: &[RuleSpec], due: &Due, now: Timestamp) -> Result<bool> {
    change::lock(conn, due.parent)?;
    // Taken before the work, because the work may set the same timer again.
    if !timer::store::take(conn, due)? {
        return Ok(false);
    }
    let broken = |NotAnId| Error::internal("the subject of a timer is no id");
    match due.kind {
        Kind::SnoozeEnd => {
            let flag = due.subject.parse().map_err(broken)?;
            snooze::end(conn, due.parent, flag, now)?;
        }
        Kind::RulesPending => {
            let check_in = due.subject.parse().map_err(broken)?;
            pending::run_again(conn, vault, rules, due.parent, check_in, now)?;
        }
        Kind::ScreeningPending => {
            let form = due.subject.parse().map_err(broken)?;
            screening::pending::run_again(conn, vault, rules, due.parent, form, now)?;
        }
        Kind::QuietDay => quiet::look(conn, vault, rules, due.parent, (&due.subject, due.due_at), now)?,
        Kind::QuietPending => {
            let on = due.subject.parse().map_err(|_| Error::internal("the subject of a timer is no day"))?;
            quiet::ask_again(conn, vault, rules, due.parent, on, now)?;
        }
    }
    Ok(true)
}

/// `attempts` is how often it was tried before the try that just failed.
fn backoff(attempts: i32) -> SignedDuration {
    let tries = attempts.clamp(0, 1_000) + 1;
    (BACKOFF * tries).min(LONGEST_BACKOFF)
}

async fn sweep(app: &App) -> Result<()> {
    let now = app.clock.now();
    let (keys, budgets) = app
        .db
        .write(move |conn| {
            let keys = idempotency::store::purge_expired(conn, now)?;
            Ok((keys, auth::store::purge_budgets(conn, now - STALE_BUDGET)?))
        })
        .await?;
    tracing::debug!(keys, budgets, "swept");
    Ok(())
}

fn count(kind: Kind, outcome: &'static str) {
    ::metrics::counter!("timers_run_total", "kind" => kind.as_str(), "outcome" => outcome).increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_timer_is_tried_again_ever_later_but_at_least_every_ten_minutes() {
        assert_eq!(backoff(0), SignedDuration::from_secs(30));
        assert_eq!(backoff(1), SignedDuration::from_secs(60));
        assert_eq!(backoff(19), SignedDuration::from_mins(10));
        assert_eq!(backoff(i32::MAX), SignedDuration::from_mins(10));
    }
}
