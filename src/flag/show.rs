//! Makes the doula's view of flags out of what she sees of them.

use jiff::Timestamp;

use super::{
    event_store::{self, Event},
    list::Seen,
    parts::EventKind,
    person::People,
    shared_store::{self, SharedCheckIn},
    silence_store::{self, SharedSilence},
    view::{self, EventView, EvidenceView, FlagView, RuleView},
    visibility::Terms,
};
use crate::{db::Conn, error::Result, rules::RuleId, seal::Vault};

/// The view of one flag.
///
/// # Errors
/// Those of the database, and 500 when something sealed does not open.
pub fn show(conn: &mut Conn, people: &mut People<'_>, vault: &Vault, seen: &Seen) -> Result<FlagView> {
    let Seen { flag, grant, sight, state } = seen;
    let evidence = if sight.shared { shared_store::shared(conn, grant, flag.id)? } else { Vec::new() };
    let silences = match flag.rule {
        RuleId::Silence if sight.shared => silence_store::shared(conn, grant, flag.id)?,
        _ => Vec::new(),
    };
    let terms = Terms::from(grant);
    let mut events = event_store::granted(conn, vault, grant, flag.id)?;
    events.retain(|event| sight.shows(event.kind, event.private, event.at, terms));
    // For her the flag begins with the first entry that she may know of, whatever others did with it before.
    let begin = events.iter().position(|event| !is_step(event)).unwrap_or(0);
    events.drain(..begin);
    if let Some(first) = events.first_mut() {
        // Any other word would tell that there was something before.
        first.kind = EventKind::Raised;
    }
    let recorded: Vec<Timestamp> = evidence
        .iter()
        .map(|piece| piece.recorded_at)
        .chain(silences.iter().map(|silence| silence.recorded_at))
        .collect();
    let (raised_at, last_seen_at) = span(seen, &recorded, &events);
    let (rule, version) = sight.rule(flag);
    let mut view = FlagView {
        id: flag.id,
        parent: people.parent(conn, flag.parent)?,
        rule: RuleView { id: rule, version },
        severity: seen.severity().as_str(),
        reason: seen.reason(),
        evidence: evidence
            .into_iter()
            .map(|piece| piece_of(piece, terms.check_ins))
            .chain(silences.into_iter().map(silence_of))
            .collect(),
        raised_at,
        last_seen_at,
        due_at: seen.due_at(),
        status: state.status.as_str(),
        snoozed_until: state.snooze.map(|snooze| snooze.until),
        history: Vec::with_capacity(events.len()),
        etag: String::new(),
    };
    for mut event in events {
        // What another doula wrote may hold what the parent told her; it takes the scope for answers to read it.
        if event.actor != Some(grant.doula()) && !terms.check_ins {
            (event.reason, event.note) = (None, None);
        }
        let actor = event.actor.map(|who| people.person(conn, who)).transpose()?;
        view.history.push(EventView::of(event, actor));
    }
    view.etag = view::tag(vault, &view)?;
    Ok(view)
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

fn piece_of(piece: SharedCheckIn, check_ins: bool) -> EvidenceView {
    EvidenceView {
        kind: "check_in",
        id: check_ins.then_some(piece.id),
        local_date: piece.local_date,
        values: check_ins.then(|| piece.answers.into()),
    }
}

fn silence_of(silence: SharedSilence) -> EvidenceView {
    EvidenceView { kind: "silence", id: None, local_date: silence.local_date, values: None }
}
