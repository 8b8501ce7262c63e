//! The story of one check-in, from top to bottom, inside one transaction.

use jiff::Timestamp;

use super::{
    CheckIn, Submission, day::local_date, judge::judge, outcome, quota_store, store, view::SubmittedView,
    whose_store::Whose,
};
use crate::{
    app::App,
    audit::Act,
    care::{Own, grant_store},
    change,
    db::Conn,
    error::Result,
    flag::{record::By, replayed::Subject},
    id::CheckInId,
    rules::RuleSpec,
    seal::{PersonKey, Vault},
};

/// What a submission uses besides the connection.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Opens and seals.
    pub vault: &'a Vault,
    /// The rules in force.
    pub rules: &'a [RuleSpec],
    /// Whether a day takes only so many entries.
    pub limited: bool,
    /// For how long after a vaccination no stroking is suggested, in hours.
    pub vaccination_wait_hours: u32,
}

impl<'a> Surroundings<'a> {
    /// Of a running application.
    pub fn of(app: &'a App) -> Self {
        Self {
            vault: &app.vault,
            rules: app.rules,
            limited: app.config.limits_enabled,
            vaccination_wait_hours: app.config.vaccination_wait_hours,
        }
    }
}

/// Stores a check-in, decides what it means, and records all of that. Gives back the parent's key too: the reply is
/// sealed with it.
pub fn submit(
    conn: &mut Conn,
    around: &Surroundings<'_>,
    own: &Own,
    submission: &Submission,
    now: Timestamp,
) -> Result<(CheckInId, SubmittedView, PersonKey)> {
    change::lock(conn, own.parent())?;
    if around.limited && !submission.has_danger_answer() {
        quota_store::check(conn, own, now)?;
    }
    let whose = Whose::read(conn, around.vault, own)?;
    let mut check_in = new_check_in(submission, &whose.parent.time_zone, now);
    store::insert(conn, &whose.key, own, &check_in, &act(own, "check_in.create", &check_in))?;
    let new = check_in.entry().into();
    let present = grant_store::present(conn, own, now)?;
    let subject = Subject::change(None, Some(&new), By::Parent);
    let judged = judge(conn, around, own, &whose, present, subject, now)?;
    check_in.rules_pending = judged.rules_failed;
    let view = outcome::view(conn, around, own, &whose, &check_in, &judged, &submission.left_out, now)?;
    Ok((check_in.id, view, whose.key))
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
        written_at: now,
        said_at: now,
    }
}

/// What is noted of an act of the parent's.
pub(super) fn act<'a>(own: &Own, action: &'static str, check_in: &'a CheckIn) -> Act<'a> {
    Act {
        actor: own.parent(),
        role: "parent",
        action,
        parent: Some(own.parent()),
        link: None,
        object: Some(check_in.id.as_str()),
    }
}
