//! The story of one check-in, from top to bottom, inside one transaction.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};

use super::{
    CheckIn, Submission,
    day::local_date,
    history_store, store,
    view::{CheckInView, SubmittedView},
};
use crate::{
    app::App,
    audit::{self, Act},
    care::{Grant, Own, baby::BabyFacts, baby_store, grant_store},
    change::{self, Kind, Op},
    db::Conn,
    error::{Error, Result},
    flag::{
        record::{Raised, Recorded, record},
        view::RaisedFlagView,
    },
    help::{
        block::{self, Reach},
        confirmation_store,
        line::Lines,
        view::SafetyView,
    },
    http::reply::Warning,
    id::{CheckInId, UserId},
    profile::store::{Facts, facts},
    resource::{catalogue::Catalogue, ranking, situation_store, view::SuggestionView},
    rules::{self, Evaluation, Family, History, Moment, Profile, RuleSpec, Severity},
    seal::Vault,
    timer,
};

/// How many local days back the rules look.
const HISTORY_DAYS: i64 = 60;
/// After how long rules that failed run again.
const PENDING: SignedDuration = SignedDuration::from_secs(30);
/// Suggestions beside an ordinary entry.
const SUGGESTIONS: usize = 3;

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
    let mut check_in = new_check_in(submission, &parent.time_zone, now)?;
    store::insert(conn, around.vault, own, &check_in)?;

    let judged = judge(conn, around, own, &parent, &babies, &check_in, now)?;
    if judged.rules_failed {
        check_in.rules_pending = true;
    }
    change::record(conn, own.parent(), Kind::CheckIn, check_in.id.as_str(), Op::Put, now)?;
    audit::record(conn, now, &act(own, "check_in.create", &check_in))?;

    let safety = safety(conn, &parent, &babies, &check_in, &judged, around.vault, now)?;
    let suggestions = if safety.is_some() { Vec::new() } else { suggest(conn, around, own, &check_in, now)? };
    let flags = raised(conn, around.vault, own, &judged.recorded, now)?;
    let view = SubmittedView {
        check_in: CheckInView::own(&check_in),
        safety,
        suggestions,
        flags,
        warnings: warnings(submission, judged.rules_failed),
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
    let today = today(&parent.time_zone, now)?;
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

fn new_check_in(submission: &Submission, default_zone: &str, now: Timestamp) -> Result<CheckIn> {
    let answers = &submission.answers;
    let time_zone = answers.time_zone.clone().unwrap_or_else(|| default_zone.to_owned());
    Ok(CheckIn {
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
        local_date: local_date(answers.occurred_at, &time_zone)?,
        time_zone,
        recorded_at: now,
    })
}

fn profile(parent: &Facts, babies: &[BabyFacts]) -> Profile {
    Profile {
        birth_date: babies.iter().filter_map(|baby| baby.birth_date).max(),
        contexts: parent.contexts.clone(),
        any_baby_visible: babies.iter().any(|baby| !baby.hidden),
    }
}

fn today(zone: &str, now: Timestamp) -> Result<Date> {
    Ok(now.to_zoned(TimeZone::get(zone).map_err(Error::internal)?).date())
}

/// The safety block, when the entry raises or feeds something urgent, or carries a danger answer whose rule
/// failed.
fn safety(
    conn: &mut Conn,
    parent: &Facts,
    babies: &[BabyFacts],
    check_in: &CheckIn,
    judged: &Judged,
    vault: &Vault,
    now: Timestamp,
) -> Result<Option<SafetyView>> {
    let urgent: Vec<&Recorded> =
        judged.recorded.iter().filter(|recorded| recorded.severity == Severity::Urgent).collect();
    let danger = check_in.entry().has_danger_answer();
    if urgent.is_empty() && !danger {
        return Ok(None);
    }
    let mut knowing: Vec<UserId> =
        urgent.iter().flat_map(|recorded| recorded.seen_by.iter().copied()).collect();
    knowing.sort_unstable();
    knowing.dedup();
    let names = names(conn, vault, &knowing)?;
    let linked_untold = judged.readers.iter().any(|grant| !knowing.contains(&grant.doula()));
    let reach = if check_in.private {
        Reach { doulas: Vec::new(), told_privately: names, private: true, linked_untold }
    } else {
        Reach { doulas: names, told_privately: Vec::new(), private: false, linked_untold }
    };
    let elated = !danger && urgent.iter().all(|recorded| recorded.family == Family::Elation);
    let country =
        parent.country.as_deref().or_else(|| crate::help::country::country_of_zone(&parent.time_zone));
    let situation = block::Situation {
        country,
        loss: parent.contexts.contains(&rules::ParentContext::Loss),
        no_baby_visible: babies.iter().all(|baby| baby.hidden),
        finding: if elated { block::Finding::Elation } else { block::Finding::Danger },
        reach: &reach,
        now,
        today: today(&parent.time_zone, now)?,
    };
    let confirmations = confirmation_store::all(conn)?;
    Ok(Some(SafetyView::of(block::safety(Lines::embedded(), &confirmations, &situation))))
}

fn suggest(
    conn: &mut Conn,
    around: &Surroundings<'_>,
    own: &Own,
    check_in: &CheckIn,
    now: Timestamp,
) -> Result<Vec<SuggestionView>> {
    let options = situation_store::Options {
        vaccination_wait_hours: around.vaccination_wait_hours,
        limit: SUGGESTIONS,
        chosen_baby: check_in.baby,
    };
    let situation = situation_store::read(conn, own, now, options)?;
    let catalogue = Catalogue::embedded();
    let ranked = ranking::suggest(catalogue, &situation);
    Ok(ranked.iter().map(|suggestion| SuggestionView::of(suggestion, catalogue)).collect())
}

fn raised(
    conn: &mut Conn,
    vault: &Vault,
    own: &Own,
    recorded: &[Recorded],
    now: Timestamp,
) -> Result<Vec<RaisedFlagView>> {
    let mut views = Vec::with_capacity(recorded.len());
    for one in recorded {
        let names = names(conn, vault, &one.seen_by)?;
        views.push(RaisedFlagView::of(one, names));
    }
    tracing::debug!(parent = %own.parent(), flags = views.len(), at = now.as_second(), "judged");
    Ok(views)
}

fn names(conn: &mut Conn, vault: &Vault, users: &[UserId]) -> Result<Vec<String>> {
    users.iter().map(|user| crate::auth::store::display_name(conn, vault, *user)).collect()
}

fn warnings(submission: &Submission, rules_failed: bool) -> Vec<Warning> {
    let mut warnings: Vec<Warning> = submission.left_out.iter().map(Warning::from).collect();
    if rules_failed {
        warnings.push(Warning {
            pointer: String::new(),
            code: "rules_pending".into(),
            detail: "Your check-in is safe. Not everything could be judged; that runs again within a minute."
                .into(),
        });
    }
    warnings
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
