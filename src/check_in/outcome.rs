//! What a check-in is answered with: help, or something to try; who knows; what was left out.
//!
//! Whatever is said here about who knows is true at the commit, and nothing here can cost the parent her answer.

use std::slice;

use jiff::Timestamp;

use super::{
    CheckIn,
    day::local_date,
    judge::Judged,
    offered,
    submit::Surroundings,
    view::{CheckInView, SubmittedView},
    whose_store::Whose,
};
use crate::{
    auth::store::display_name,
    care::{Grant, Own},
    db::Conn,
    error::{FieldProblem, Result},
    flag::{list, record::Recorded, view::RaisedFlagView},
    help::{
        block::{self, Reach},
        confirmation_store,
        line::Lines,
        view::SafetyView,
    },
    http::reply::Warning,
    id::{BabyId, UserId},
    resource::{catalogue::Catalogue, ranking, situation::Newest, situation_store, view::SuggestionView},
    rules::{self, Family, Severity, Trigger},
    screening::offer_view::OfferView,
    seal::Vault,
};

/// Suggestions beside an ordinary entry.
const SUGGESTIONS: usize = 3;
const NOT_PASSED_ON_YET: &str = "Your answer is stored. Nobody has been told yet: that runs again within a minute, \
     for those whom you allowed to know. Please do not wait for it if you need somebody now. To talk to a person \
     now, use a number shown here, or call your local emergency number.";

/// What was said, as far as the reply depends on it.
#[derive(Clone, Copy)]
pub(crate) struct Said<'a> {
    /// As the rules were asked about it.
    pub(crate) trigger: &'a Trigger,
    /// The baby that it is about, when the parent said which.
    pub(crate) chosen_baby: Option<BabyId>,
    /// How she is by what she just said; `None` when it does not tell.
    pub(crate) newest: Option<Newest>,
    /// It asks for a person, so nothing is suggested beside it.
    pub(crate) asks_for_a_person: bool,
}

/// What follows from something that is stored and judged.
pub(crate) struct Outcome {
    /// Help, when it raises or feeds something urgent.
    pub(crate) safety: Option<SafetyView>,
    /// Something fitting to try.
    pub(crate) suggestions: Vec<SuggestionView>,
    /// Questionnaires that are worth offering now; none beside help.
    pub(crate) offers: Vec<OfferView>,
    /// What it raised or added to.
    pub(crate) flags: Vec<RaisedFlagView>,
    /// What was left out, and what is still to be done.
    pub(crate) warnings: Vec<Warning>,
}

/// The whole reply to a check-in that is stored and judged.
#[allow(clippy::too_many_arguments, reason = "each is a fact of its own, and only two stories call this")]
pub(super) fn view(
    conn: &mut Conn,
    around: &Surroundings<'_>,
    own: &Own,
    whose: &Whose,
    check_in: &CheckIn,
    judged: &Judged,
    left_out: &[FieldProblem],
    now: Timestamp,
) -> Result<SubmittedView> {
    let trigger = check_in.entry().into();
    let newest = Newest {
        mood: check_in.mood,
        connection: check_in.connection,
        anxiety: check_in.anxiety,
        sleep_half_hours: check_in.sleep_half_hours,
        support: check_in.support,
        low: false,
    };
    let said = Said {
        trigger: &trigger,
        chosen_baby: check_in.baby,
        newest: Some(newest),
        asks_for_a_person: false,
    };
    let Outcome { safety, suggestions, offers, flags, warnings } =
        for_parent(conn, around, own, whose, said, judged, left_out, now)?;
    Ok(SubmittedView { check_in: CheckInView::own(check_in), safety, suggestions, offers, flags, warnings })
}

/// What a parent is answered with.
#[allow(clippy::too_many_arguments, reason = "each is a fact of its own, and only two stories call this")]
pub(crate) fn for_parent(
    conn: &mut Conn,
    around: &Surroundings<'_>,
    own: &Own,
    whose: &Whose,
    said: Said<'_>,
    judged: &Judged,
    left_out: &[FieldProblem],
    now: Timestamp,
) -> Result<Outcome> {
    let urgent: Vec<&Recorded> =
        judged.recorded.iter().filter(|recorded| recorded.severity == Severity::Urgent).collect();
    let mut knowing: Vec<UserId> =
        urgent.iter().flat_map(|recorded| recorded.seen_by.iter().copied()).collect();
    knowing.sort_unstable();
    knowing.dedup();
    let names = names(conn, around.vault, &knowing);
    let linked_untold = judged.readers.iter().any(|grant| !knowing.contains(&grant.doula()));
    let reach = if said.trigger.private() {
        Reach { doulas: Vec::new(), told_privately: names, private: true, linked_untold }
    } else {
        Reach { doulas: names, told_privately: Vec::new(), private: false, linked_untold }
    };
    let families: Vec<Family> = urgent.iter().map(|recorded| recorded.family).collect();
    let safety = safety(conn, whose, said.trigger, &families, &reach, judged.rules_failed, now)?;
    let nothing_to_try = safety.is_some() || said.asks_for_a_person;
    let suggestions =
        if nothing_to_try { Vec::new() } else { suggest(conn, around, own, whose, judged, said, now)? };
    let offers = if safety.is_some() { Vec::new() } else { offered::beside(whose, judged, now) };
    Ok(Outcome {
        safety,
        suggestions,
        offers,
        flags: raised(conn, around.vault, &judged.recorded)?,
        warnings: warnings(left_out, judged.rules_failed),
    })
}

/// What a doula is answered with who entered it together with the parent: of everything only what she may see. What
/// suits the parent to try rests on check-ins that she may not see, so nothing is suggested.
#[allow(clippy::too_many_arguments, reason = "each is a fact of its own, and only one story calls this")]
pub(crate) fn for_doula(
    conn: &mut Conn,
    vault: &Vault,
    whose: &Whose,
    grant: &Grant,
    said: Said<'_>,
    judged: &Judged,
    left_out: &[FieldProblem],
    now: Timestamp,
) -> Result<Outcome> {
    let name = names(conn, vault, &[grant.doula()]);
    let (mut flags, mut urgent) = (Vec::new(), Vec::new());
    for one in &judged.recorded {
        for seen in list::by_each(conn, slice::from_ref(grant), &one.flag, now)? {
            if seen.severity() == Severity::Urgent {
                urgent.push(one.family);
            }
            flags.push(RaisedFlagView::seen(&seen, name.clone()));
        }
    }
    let reach = Reach { doulas: name, told_privately: Vec::new(), private: false, linked_untold: false };
    let safety = safety(conn, whose, said.trigger, &urgent, &reach, judged.rules_failed, now)?;
    let offers = match safety {
        Some(_) => Vec::new(),
        None => offered::beside_for_doula(conn, whose, grant, judged, now)?,
    };
    Ok(Outcome {
        safety,
        suggestions: Vec::new(),
        offers,
        flags,
        warnings: warnings(left_out, judged.rules_failed),
    })
}

/// The safety block, when what was said raises or feeds something urgent, of these families, or carries a danger answer
/// whose rule failed.
fn safety(
    conn: &mut Conn,
    whose: &Whose,
    said: &Trigger,
    urgent: &[Family],
    reach: &Reach,
    rules_failed: bool,
    now: Timestamp,
) -> Result<Option<SafetyView>> {
    let Whose { parent, babies, .. } = whose;
    let danger = said.has_danger_answer();
    if urgent.is_empty() && !danger {
        return Ok(None);
    }
    let elated = !danger && urgent.iter().all(|family| *family == Family::Elation);
    let country =
        parent.country.as_deref().or_else(|| crate::help::country::country_of_zone(&parent.time_zone));
    let situation = block::Situation {
        country,
        loss: parent.contexts.contains(&rules::ParentContext::Loss),
        no_baby_visible: babies.iter().all(|baby| baby.hidden),
        finding: if elated { block::Finding::Elation } else { block::Finding::Danger },
        reach,
        now,
        today: local_date(now, &parent.time_zone),
    };
    let confirmations = confirmation_store::all(conn)?;
    let mut safety = block::safety(Lines::embedded(), &confirmations, &situation);
    if rules_failed {
        // Who will be told is not known before the rules have run; nothing may be said that is not true then.
        safety.what_happens_next = NOT_PASSED_ON_YET.to_owned();
    }
    Ok(Some(SafetyView::of(safety)))
}

/// Something fitting to try. What was read to judge the entry is not read again.
fn suggest(
    conn: &mut Conn,
    around: &Surroundings<'_>,
    own: &Own,
    whose: &Whose,
    judged: &Judged,
    said: Said<'_>,
    now: Timestamp,
) -> Result<Vec<SuggestionView>> {
    let options = situation_store::Options {
        vaccination_wait_hours: around.vaccination_wait_hours,
        limit: SUGGESTIONS,
        chosen_baby: said.chosen_baby,
    };
    let mut situation = situation_store::read_beside(
        conn,
        own,
        (&whose.parent, &whose.babies, &judged.history),
        now,
        options,
    )?;
    if let Some(newest) = said.newest {
        situation.newest = Some(graver(newest, situation.newest));
    }
    let catalogue = Catalogue::embedded();
    let ranked = ranking::suggest(catalogue, &situation);
    Ok(ranked.iter().map(|suggestion| SuggestionView::of(suggestion, catalogue)).collect())
}

/// What suits now follows the entry that was just sent, also when it was felt earlier; where an entry that was
/// felt later is lower or sleepier, that one counts.
fn graver(sent: Newest, latest: Option<Newest>) -> Newest {
    let lower = |sent: Option<u8>, latest: Option<u8>| sent.into_iter().chain(latest).min();
    let latest = latest.unwrap_or_default();
    Newest {
        mood: lower(sent.mood, latest.mood),
        sleep_half_hours: lower(sent.sleep_half_hours, latest.sleep_half_hours),
        low: latest.low,
        ..sent
    }
}

/// The flags that the entry raised or added to, with the names of those who learn of it.
fn raised(conn: &mut Conn, vault: &Vault, recorded: &[Recorded]) -> Result<Vec<RaisedFlagView>> {
    let mut views = Vec::with_capacity(recorded.len());
    for one in recorded {
        let names = names(conn, vault, &one.seen_by);
        views.push(RaisedFlagView::of(one, names));
    }
    Ok(views)
}

/// A name that cannot be read must not cost the parent her answer.
fn names(conn: &mut Conn, vault: &Vault, users: &[UserId]) -> Vec<String> {
    let name = |user: &UserId| {
        display_name(conn, vault, *user).unwrap_or_else(|e| {
            tracing::error!(cause = ?e, "the name of a doula cannot be read");
            "Your doula".to_owned()
        })
    };
    users.iter().map(name).collect()
}

/// What was left out, and what is still to be done.
fn warnings(left_out: &[FieldProblem], rules_failed: bool) -> Vec<Warning> {
    let mut warnings: Vec<Warning> = left_out.iter().map(Warning::from).collect();
    if rules_failed {
        warnings.push(Warning {
            pointer: String::new(),
            code: "rules_pending".into(),
            detail: "Your answers are safe. Not everything could be judged; that runs again within a minute."
                .into(),
        });
    }
    warnings
}
