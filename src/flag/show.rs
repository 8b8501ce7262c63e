//! Makes the doula's view of flags out of what she sees of them.

use jiff::{Timestamp, ToSpan, tz::TimeZone};

use super::{
    event_store::{self, Event},
    evidence_view::EvidenceView,
    lifecycle::Status,
    list::Seen,
    parts::EventKind,
    person::People,
    shared_store, silence_store,
    view::{self, EventView, FlagView, NoteView, RuleView},
    visibility::Terms,
};
use crate::{
    check_in::{history_store, span::Span},
    db::Conn,
    error::Result,
    rules::{
        LOOK_BACK_DAYS, RuleId,
        trust::{self, Beside, TrustNote},
    },
    screening,
    seal::Vault,
};

/// The view of one flag.
///
/// # Errors
/// Those of the database, and 500 when something sealed does not open.
pub fn show(conn: &mut Conn, people: &mut People<'_>, vault: &Vault, seen: &Seen) -> Result<FlagView> {
    let Seen { flag, grant, sight, state } = seen;
    let terms = Terms::from(grant);
    let (mut check_ins, mut forms, mut silences) = (Vec::new(), Vec::new(), Vec::new());
    if sight.shared {
        check_ins = shared_store::shared(conn, grant, flag.id)?;
        forms = shared_store::shared_forms(conn, grant, flag.id)?;
        if flag.rule == RuleId::Silence {
            silences = silence_store::shared(conn, grant, flag.id)?;
        }
    }
    let of_forms = flag.reason.of_questionnaires() || shared_store::rests_on_forms(conn, grant, flag.id)?;
    let of_check_ins = flag.reason.of_check_ins() || !check_ins.is_empty();
    let (recorded, evidence): (Vec<Timestamp>, Vec<EvidenceView>) =
        EvidenceView::all(check_ins, forms, silences, terms).into_iter().unzip();
    let mut events = event_store::granted(conn, vault, grant, flag.id)?;
    events.retain(|event| sight.shows(event.kind, event.private, event.at, terms));
    // For her the flag begins with the first entry that she may know of, whatever others did with it before.
    let begin = events.iter().position(|event| !is_step(event)).unwrap_or(0);
    events.drain(..begin);
    if let Some(first) = events.first_mut() {
        // Any other word would tell that there was something before.
        first.kind = EventKind::Raised;
    }
    let (raised_at, last_seen_at) = span(seen, &recorded, &events);
    let (rule, version) = sight.rule(flag);
    let mut view = FlagView {
        id: flag.id,
        parent: people.parent(conn, flag.parent)?,
        rule: RuleView { id: rule, version },
        severity: seen.severity().as_str(),
        reason: seen.reason(),
        evidence,
        raised_at,
        last_seen_at,
        due_at: seen.due_at(),
        status: state.status.as_str(),
        snoozed_until: state.snooze.map(|snooze| snooze.until),
        notes: notes(conn, seen, raised_at, &events)?.iter().map(NoteView::from).collect(),
        history: Vec::with_capacity(events.len()),
        etag: String::new(),
    };
    for mut event in events {
        // What another doula wrote may hold what the parent told her; it takes the scopes for her answers to read it.
        let may_read = (terms.check_ins || !of_check_ins) && (terms.screenings || !of_forms);
        if event.actor != Some(grant.doula()) && !may_read {
            (event.reason, event.note) = (None, None);
        }
        let actor = event.actor.map(|who| people.person(conn, who)).transpose()?;
        view.history.push(EventView::of(event, actor));
    }
    view.etag = view::tag(vault, &view)?;
    Ok(view)
}

/// What is written beside the flag, by what she may see of the parent's answers.
fn notes(conn: &mut Conn, seen: &Seen, raised_at: Timestamp, events: &[Event]) -> Result<Vec<TrustNote>> {
    let Seen { flag, grant, sight, state } = seen;
    if !sight.shared || state.status.is_closed() || !trust::doubts(flag.rule) {
        return Ok(Vec::new());
    }
    let from = raised_at.to_zoned(TimeZone::UTC).date().saturating_sub(i64::from(LOOK_BACK_DAYS).days());
    let history = history_store::shared_days(conn, grant, Span { from, to: None })?
        .with_forms(screening::store::shared_forms(conn, grant, from)?);
    let contacts =
        events.iter().filter(|event| event.to == Status::Contacted && event.kind == EventKind::Transition);
    let beside = Beside { rule: flag.rule, raised_at, contacted_at: contacts.map(|event| event.at).max() };
    Ok(trust::notes(&history, beside))
}

fn is_step(event: &Event) -> bool {
    matches!(event.kind, EventKind::Transition | EventKind::SnoozeEnded)
}

/// From the first to the last of what she may know of.
fn span(seen: &Seen, recorded: &[Timestamp], events: &[Event]) -> (Timestamp, Timestamp) {
    let marked = seen.flag.private.filter(|_| seen.sight.private).map(|mark| mark.at);
    let recorded = || recorded.iter().copied();
    let first = events.iter().map(|event| event.at).min().or_else(|| recorded().min()).or(marked);
    let last = recorded().chain(marked).max();
    let first = first.unwrap_or(seen.flag.raised_at);
    // A silence is told as of a morning, to which a server that was down may come later.
    (first, last.unwrap_or(first).max(first))
}
