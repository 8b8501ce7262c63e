//! The story of one filled-in questionnaire, from top to bottom, inside one transaction.
//!
//! It is the same whether the parent sends it or a doula enters it together with her; only the doula is told no more
//! than she may see.

use jiff::{Timestamp, ToSpan, civil::Date};

use super::{
    asks::asks_for_a_person,
    body::NewScreening,
    catalogue::Catalogue,
    filled::{Reached, Screening},
    instrument::Instrument,
    quota_store,
    scoring::{self, Score},
    sent::Sent,
    store,
};
use crate::{
    audit::Act,
    care::{Grant, Own, grant_store},
    change,
    check_in::{
        judge::judge,
        local_date,
        outcome::{self, Outcome, Said},
        submit::Surroundings,
        whose_store::Whose,
    },
    db::Conn,
    error::{Error, ErrorCode, Result},
    flag::{record::By, replayed::Subject},
    id::ScreeningId,
    rules,
    seal::PersonKey,
};

/// Stores a form, decides what it means, and records all of that. `grant`: that of the doula who enters it. Gives back
/// the parent's key too: a reply to her is sealed with it.
///
/// # Errors
/// 422 with every wrong field; 409 when it comes too soon or does not apply; 429 when a day has had enough. None of
/// them with a danger answer.
pub(crate) fn submit(
    conn: &mut Conn,
    around: &Surroundings<'_>,
    own: &Own,
    grant: Option<&Grant>,
    body: NewScreening,
    overlooked: &[(&'static str, &'static str)],
    now: Timestamp,
) -> Result<(Screening, Outcome, PersonKey)> {
    change::lock(conn, own.parent())?;
    let whose = Whose::read(conn, around.vault, own)?;
    let no_baby = whose.no_baby_to_ask_about();
    let mut sent = Sent::read(body, no_baby, now)?;
    for (code, detail) in overlooked {
        sent.overlook(code, *detail);
    }
    if around.limited && !sent.urgent.danger {
        quota_store::check(conn, own, now)?;
    }
    let local_date = local_date(sent.occurred_at, &whose.parent.time_zone);
    let reasons =
        [not_applicable(sent.instrument, no_baby), too_soon(conn, own, grant, sent.instrument, local_date)?];
    for refusal in reasons.into_iter().flatten() {
        if !sent.urgent.danger {
            return Err(refusal);
        }
        sent.overlook(refusal.code().slug(), refusal.detail().to_owned());
    }
    let present = grant_store::present(conn, own, now)?;
    let mut it = screening(&sent, &whose, grant, local_date, now);
    it.watched = rules::watched(&it.instrument, &it.answers, &present.settings);
    store::insert(conn, own, &it, &act(own, grant, "screening.create", it.id.as_str()))?;
    let trigger = it.form().into();
    let by = grant.map_or(By::Parent, |grant| By::Doula(grant.doula(), grant.link()));
    let subject = Subject::change(None, Some(&trigger), by);
    let judged = judge(conn, around, own, &whose, present, subject, now)?;
    it.rules_pending = judged.rules_failed;
    // Nothing to try is the answer to a result that asks for a person (clinical table: touch and reading).
    let flags = judged.recorded.iter().map(|one| one.severity);
    let asks_for_a_person = asks_for_a_person(&it, flags, Catalogue::loaded());
    let said = Said { trigger: &trigger, chosen_baby: None, newest: None, asks_for_a_person };
    let outcome = match grant {
        None => outcome::for_parent(conn, around, own, &whose, said, &judged, &sent.left_out, now)?,
        Some(grant) => {
            outcome::for_doula(conn, around.vault, &whose, grant, said, &judged, &sent.left_out, now)?
        }
    };
    Ok((it, outcome, whose.key))
}

/// A questionnaire about a baby, where no baby may be spoken of.
fn not_applicable(of: &Instrument, no_baby: bool) -> Option<Error> {
    // In words that may stand in any reply, after a loss too (H33).
    let detail = "This questionnaire is about somebody who is hidden here at present, so it is not asked.";
    (of.about_a_baby() && no_baby).then(|| Error::new(ErrorCode::NotApplicable, detail))
}

/// The same questionnaire was filled in within its window, before that day or after it. For a doula only those count
/// that she may know of.
fn too_soon(
    conn: &mut Conn,
    own: &Own,
    grant: Option<&Grant>,
    of: &Instrument,
    on: Date,
) -> Result<Option<Error>> {
    let window = i64::from(of.min_repeat_days);
    let Some(last) = store::last_within(conn, own, grant, &of.id, on, window)? else { return Ok(None) };
    let again = last.saturating_add(window.days()).to_string();
    let detail =
        format!("This questionnaire was filled in on {last}. It may be filled in again from {again} on.");
    let refusal = Error::new(ErrorCode::TooSoon, detail).with_extra("repeat_from", again.into());
    Ok(Some(refusal))
}

fn screening(
    sent: &Sent,
    whose: &Whose,
    grant: Option<&Grant>,
    local_date: Date,
    now: Timestamp,
) -> Screening {
    let Score { total, possible, subscales } = sent.score.clone();
    // A form of which something was left out has no total, whatever could still be added up.
    let total = total.filter(|_| sent.left_out.is_empty());
    Screening {
        id: ScreeningId::new(now),
        revision: 1,
        instrument: sent.instrument.id.clone(),
        version: sent.instrument.version.clone(),
        answers: sent.answers.clone(),
        total,
        possible,
        subscales,
        band: total.and_then(|total| reached(sent.instrument, total, possible)),
        self_harm: sent.urgent.self_harm,
        harm: sent.urgent.harm,
        watched: None,
        danger_answer: sent.urgent.danger,
        keying_doubt: scoring::keying_in_doubt(&sent.instrument.id, &sent.answers),
        keying_confirmed: false,
        private: sent.private,
        incomplete: total.is_none(),
        rules_pending: false,
        entered_by: grant.map(Grant::doula),
        occurred_at: sent.occurred_at,
        time_zone: whose.parent.time_zone.clone(),
        local_date,
        recorded_at: now,
        written_at: now,
        said_at: now,
    }
}

/// What a total means.
fn reached(of: &Instrument, total: u16, possible: u16) -> Option<Reached> {
    let band = of.band_of(total, possible)?;
    let meaning = (!of.informational_only).then(|| band.meaning.clone());
    Some(Reached { label: band.label.clone(), meaning })
}

/// What was done to a form, and by whom.
pub(super) fn act<'a>(own: &Own, grant: Option<&Grant>, action: &'static str, id: &'a str) -> Act<'a> {
    Act {
        actor: grant.map_or(own.parent(), Grant::doula),
        role: if grant.is_some() { "doula" } else { "parent" },
        action,
        parent: Some(own.parent()),
        link: grant.map(Grant::link),
        object: Some(id),
    }
}
