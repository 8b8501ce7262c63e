//! What of a flag's history a doula may know of, and from when to when the flag is there for her. Pure.

use jiff::Timestamp;

use super::{event_store::Event, list::Seen, parts::EventKind, visibility::Terms};

/// The events that she may know of, in their order.
pub fn events(seen: &Seen, mut events: Vec<Event>) -> Vec<Event> {
    let terms = Terms::from(&seen.grant);
    events.retain(|event| seen.sight.shows(event.kind, event.private, event.at, terms));
    // For her the flag begins with the first entry that she may know of, whatever others did with it before.
    let begin = events.iter().position(|event| !is_step(event)).unwrap_or(0);
    events.drain(..begin);
    if let Some(first) = events.first_mut() {
        // Any other word would tell that there was something before.
        first.kind = EventKind::Raised;
    }
    events
}

fn is_step(event: &Event) -> bool {
    matches!(event.kind, EventKind::Transition | EventKind::SnoozeEnded)
}

/// From the first to the last of what she may know of. `recorded`: when each piece of evidence that she sees was
/// recorded; `events`: those that she may know of.
pub fn span(seen: &Seen, recorded: &[Timestamp], events: &[Event]) -> (Timestamp, Timestamp) {
    let marked = seen.flag.private.filter(|_| seen.sight.private).map(|mark| mark.at);
    let recorded = || recorded.iter().copied();
    let first = events.iter().map(|event| event.at).min().or_else(|| recorded().min()).or(marked);
    let last = recorded().chain(marked).max();
    let first = first.unwrap_or(seen.flag.raised_at);
    // A silence is told as of a morning, to which a server that was down may come later.
    (first, last.unwrap_or(first).max(first))
}
