//! The story of one check-in, from top to bottom, inside one transaction.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};

use super::{
    CheckIn, Submission,
    day::local_date,
    history_store, outcome, store,
    view::{CheckInView, SubmittedView},
};
use crate::{
    app::App,
    audit::{self, Act},
    care::{Grant, Own, baby::BabyFacts, baby_store, grant_store},
    change::{self, Kind, Op},
    db::Conn,
    error::{Error, Result},
    flag::record::{Raised, Recorded, record},
    id::CheckInId,
    profile::store::{Facts, facts},
    rules::{self, Evaluation, History, Moment, Profile, RuleSpec},
    seal::Vault,
    timer,
};

/// How many local days back the rules look.
const HISTORY_DAYS: i64 = 60;
/// After how long rules that failed run again.
const PENDING: SignedDuration = SignedDuration::from_secs(30);

/// What a submission uses besides the connection.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Opens and seals.
    pub vault: &'a Vault,
    /// The rules in force.
    pub rules: &'a [RuleSpec],
    /// For how long after a vaccination no stroking is suggested, in hours.
    pub vaccination_wait_hours: u32,
}

impl<'a> Surroundings<'a> {
    /// Of a running application.
    pub fn of(app: &'a App) -> Self {
        Self {
            vault: &app.vault,
            rules: app.rules,
            vaccination_wait_hours: app.config.vaccination_wait_hours,
        }
    }
}

/// Stores a check-in, decides what it means, and records all of that.
pub fn submit(
    conn: &mut Conn,
    around: &Surroundings<'_>,
    own: &Own,
    submission: &Submission,
    now: Timestamp,
) -> Result<(CheckInId, SubmittedView)> {
    change::lock(conn, own.parent())?;
    let parent = facts(conn, own)?;
    let babies = baby_store::facts(conn, own)?;
    let mut check_in = new_check_in(submission, &parent.time_zone, now);
    store::insert(conn, around.vault, own, &check_in)?;

    let judged = judge(conn, around, own, &parent, &babies, &check_in, now)?;
    if judged.rules_failed {
        check_in.rules_pending = true;
    }
    change::record(conn, own.parent(), Kind::CheckIn, check_in.id.as_str(), Op::Put, now)?;
    audit::record(conn, now, &act(own, "check_in.create", &check_in))?;

    let safety = outcome::safety(conn, &parent, &babies, &check_in, &judged, around.vault, now)?;
    let suggestions =
        if safety.is_some() { Vec::new() } else { outcome::suggest(conn, around, own, &check_in, now)? };
    let flags = outcome::raised(conn, around.vault, &judged.recorded)?;
    let view = SubmittedView {
        check_in: CheckInView::own(&check_in),
        safety,
        suggestions,
        flags,
        warnings: outcome::warnings(submission, judged.rules_failed),
    };
    Ok((check_in.id, view))
}

/// What the rules said of a check-in, and what became of it.
pub(super) struct Judged {
    pub(super) recorded: Vec<Recorded>,
    pub(super) readers: Vec<Grant>,
    pub(super) rules_failed: bool,
}

/// Runs the rules on a stored check-in and records what they find.
pub(super) fn judge(
    conn: &mut Conn,
    around: &Surroundings<'_>,
    own: &Own,
    parent: &Facts,
    babies: &[BabyFacts],
    check_in: &CheckIn,
    now: Timestamp,
) -> Result<Judged> {
    let today = local_date(now, &parent.time_zone);
    let from = today.min(check_in.local_date).checked_sub(HISTORY_DAYS.days()).map_err(Error::internal)?;
    let history = history_store::history(conn, own, from)?;
    let (all, shared) = evaluate(around.rules, &history, &profile(parent, babies), check_in, today);
    let readers = grant_store::readers(conn, own, now)?;
    let raised = Raised { all: &all, shared: &shared, trigger: &check_in.entry(), readers: &readers };
    let recorded = record(conn, around.vault, own, &raised, now)?;
    let rules_failed = !all.failed.is_empty() || !shared.failed.is_empty();
    if rules_failed {
        tracing::error!(check_in = %check_in.id, failed = ?all.failed, "a rule failed; it will run again");
        metrics::counter!("rules_failed_total").increment(1);
        store::set_rules_pending(conn, own, check_in.id, true)?;
        timer::set(conn, own.parent(), timer::Kind::RulesPending, check_in.id.as_str(), now + PENDING)?;
    }
    Ok(Judged { recorded, readers, rules_failed })
}

/// Two verdicts: on everything, which is the parent's own truth, and on what is not private, which is all
/// that a doula may learn from.
fn evaluate(
    specs: &[RuleSpec],
    history: &History,
    profile: &Profile,
    check_in: &CheckIn,
    today: Date,
) -> (Evaluation, Evaluation) {
    let trigger = check_in.entry();
    let moment = Moment { today };
    let all = rules::evaluate(specs, history, profile, &trigger, moment);
    let shared = if check_in.private {
        Evaluation::default()
    } else {
        rules::evaluate(specs, &history.shared(), profile, &trigger, moment)
    };
    (all, shared)
}

fn new_check_in(submission: &Submission, default_zone: &str, now: Timestamp) -> CheckIn {
    let answers = &submission.answers;
    let time_zone = answers.time_zone.clone().unwrap_or_else(|| default_zone.to_owned());
    CheckIn {
        id: CheckInId::new(now),
        revision: 1,
        mood: answers.mood,
        connection: answers.connection,
        anxiety: answers.anxiety,
        sleep_half_hours: answers.sleep_half_hours,
        support: answers.support,
        sped_up: answers.sped_up,
        safe_now: answers.safe_now,
        contact_me: answers.contact_me,
        note: answers.note.clone(),
        tags: answers.tags.clone(),
        baby: answers.baby,
        private: answers.private,
        incomplete: submission.is_incomplete(),
        rules_pending: false,
        occurred_at: answers.occurred_at,
        local_date: local_date(answers.occurred_at, &time_zone),
        time_zone,
        recorded_at: now,
    }
}

/// A parent as the rules see her.
pub(super) fn profile(parent: &Facts, babies: &[BabyFacts]) -> Profile {
    Profile {
        birth_date: babies.iter().filter_map(|baby| baby.birth_date).max(),
        contexts: parent.contexts.clone(),
        any_baby_visible: babies.iter().any(|baby| !baby.hidden),
    }
}

fn act<'a>(own: &Own, action: &'static str, check_in: &'a CheckIn) -> Act<'a> {
    Act {
        actor: own.parent(),
        role: "parent",
        action,
        parent: Some(own.parent()),
        link: None,
        object: Some(check_in.id.as_str()),
    }
}
