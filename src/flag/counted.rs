//! A flag as a replayed history makes it, as if nobody had seen it yet. Pure.

use jiff::Timestamp;

use super::{
    merge::{self, Brought},
    parts::Flag,
    record::{Raised, brought, evidence_of},
};
use crate::{
    id::{FlagId, UserId},
    rules::{Evidence, Finding},
};

/// Which flag of whom.
#[derive(Debug, Clone, Copy)]
pub(super) struct Uncounted {
    pub(super) id: FlagId,
    pub(super) parent: UserId,
}

/// What each point brings, one after the other; `None` when there is none.
pub(super) fn counted<'a>(
    of: Uncounted,
    raising: impl Iterator<Item = (Raised<'a>, &'a Finding)>,
    now: Timestamp,
) -> Option<(Flag, Vec<Evidence>)> {
    let mut counted: Option<Flag> = None;
    let mut evidence: Vec<Evidence> = Vec::new();
    let mut private_at = None;
    for (raised, finding) in raising {
        let pieces = evidence_of(finding, raised.point);
        let fresh: Vec<&Evidence> = pieces.iter().filter(|piece| !holds(&evidence, piece)).collect();
        let brings = Brought {
            new_danger: false,
            new_evidence: !fresh.is_empty(),
            new_shared_evidence: fresh.iter().any(|piece| !piece.private),
            ..brought(&raised, finding)
        };
        if brings.private_danger().is_some() {
            // A private half that was said anew counts as said then, whichever half comes last.
            let halves = pieces.iter().filter(|piece| piece.private).map(|piece| piece.said_at);
            private_at = private_at.max(halves.chain([raised.point.trigger.said_at()]).max());
        }
        let next = match &counted {
            None => merge::open(of.id, of.parent, &brings, now).0,
            Some(flag) => merge::add(flag, &brings, now).map_or_else(|| flag.clone(), |(next, _)| next),
        };
        let rose = counted.as_ref().is_none_or(|flag| merge::weighs_more(flag, &next));
        counted = Some(next);
        for piece in pieces {
            add(&mut evidence, piece, rose);
        }
    }
    let mut flag = counted?;
    if let (Some(part), Some(at)) = (&mut flag.private, private_at) {
        part.at = at;
    }
    flag.revision = 1;
    Some((flag, evidence))
}

/// Whether all that a piece would add is there already, as of a stored one `Piece::holds` says it.
fn holds(evidence: &[Evidence], piece: &Evidence) -> bool {
    evidence.iter().any(|known| known.source == piece.source && (!known.private || piece.private))
}

/// Each source once, as it was first brought; a silence that doulas know of as of the morning that told them most.
fn add(evidence: &mut Vec<Evidence>, piece: Evidence, rose: bool) {
    let silence = piece.source.is_silence() && !piece.private;
    match evidence.iter_mut().find(|known| known.source == piece.source) {
        None => evidence.push(piece),
        Some(known) if silence && (known.private || rose) => *known = piece,
        Some(_) => {}
    }
}
