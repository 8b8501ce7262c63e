//! A flag after what it rests on was worked out again from the changed history. Pure.
//!
//! What the history still says replaces what the flag said; where the flag stands, and since when, stays with the
//! people who work on it. Weight that is new is told as by a new entry; weight that is gone is told to nobody.

use jiff::Timestamp;

use super::{
    lifecycle::{State, Status},
    merge::{Change, due_anew, worth_a_notice},
    parts::{EventKind, Flag, PrivatePart, SharedPart},
};
use crate::rules::{DueTimes, Severity};

/// What the new count brings beside weight.
#[derive(Debug, Clone, Copy)]
pub struct News {
    /// An entry is evidence now that was not before.
    pub evidence: bool,
    /// One of those is shared.
    pub shared_evidence: bool,
    /// An entry is no longer evidence.
    pub gone: bool,
    /// One of those was shared.
    pub shared_gone: bool,
    /// What is shared calls for a person, and the flag did not know of it.
    pub shared_danger: bool,
    /// Something private does.
    pub private_danger: bool,
    /// Some doula may be told of private danger.
    pub private_readers: bool,
    /// How soon somebody should act on a flag of this rule.
    pub due: DueTimes,
}

/// The flag with the weight of `counted`, which was built from the whole history; `None` when nothing changes.
pub fn recount(flag: &Flag, counted: &Flag, news: News, now: Timestamp) -> Option<(Flag, Change)> {
    let was = flag.state.at(now).status;
    let due = Due { times: news.due, now };
    let mut next = Flag {
        version: counted.version,
        severity: counted.severity,
        reason: counted.reason.clone(),
        due_at: due.of(flag.due_at, flag.raised_at, flag.severity, counted.severity),
        shared: counted.shared.as_ref().map(|part| due.shared_part(flag.shared.as_ref(), part)),
        private: counted.private.map(|part| due.private_part(flag.private, part)),
        ..flag.clone()
    };
    let rose = next.severity > flag.severity;
    let shared_news =
        rises(flag.shared.as_ref().map(|p| p.severity), next.shared.as_ref().map(|p| p.severity));
    let private_news = rises(flag.private.map(|p| p.severity), next.private.map(|p| p.severity));
    if flag.shared.is_none() && next.shared.is_some() {
        // Steps on the private mark were steps on something else: what is shared now has been seen by nobody.
        next.state = State::plain(Status::Open);
    }
    if news.shared_danger || news.private_danger {
        next.due_at = due_anew(next.due_at, was, due.from(now, next.severity), now);
        if news.shared_danger
            && let Some(part) = &mut next.shared
        {
            part.due_at = due_anew(part.due_at, was, due.from(now, part.severity), now);
        }
        if news.private_danger
            && let Some(part) = &mut next.private
        {
            part.due_at = due_anew(part.due_at, was, due.from(now, part.severity), now);
        }
        // Without a reader the step back would only show that something private happened.
        if news.shared_danger || news.private_readers {
            next.state = State::plain(Status::Open);
        }
    }
    let danger = news.shared_danger || news.private_danger;
    // What is shared is not hidden behind the private call that it came with.
    let shared_came = shared_news || (news.shared_evidence && next.shared.is_some());
    let joined = danger && !news.shared_danger && shared_came;
    let kind = if danger && !joined {
        EventKind::Danger
    } else if shared_news || (!joined && (rose || private_news)) {
        EventKind::Severity
    } else if news.evidence || news.gone || next != *flag {
        EventKind::Evidence
    } else {
        return None;
    };
    let private = match kind {
        EventKind::Danger => !news.shared_danger,
        EventKind::Severity => !shared_news,
        // What private entries do to the flag leaves no trace in what is shared.
        _ => {
            let shared = news.shared_evidence || news.shared_gone || next.shared != flag.shared;
            !shared || next.shared.is_none()
        }
    };
    let change = Change {
        kind,
        private,
        tells_shared: (shared_news || news.shared_danger) && worth_a_notice(next.shared.as_ref()),
        tells_private: next.private.is_some() && (private_news || news.private_danger),
    };
    if danger || rose || news.evidence {
        next.last_seen_at = now;
    }
    next.revision += 1;
    Some((next, change))
}

fn rises(old: Option<Severity>, new: Option<Severity>) -> bool {
    new.is_some_and(|new| old.is_none_or(|old| new > old))
}

/// When somebody should act, counted at `now`.
#[derive(Clone, Copy)]
struct Due {
    times: DueTimes,
    now: Timestamp,
}

impl Due {
    fn from(self, since: Timestamp, severity: Severity) -> Timestamp {
        since + self.times.after(severity)
    }

    /// More weight shortens the time, less lengthens it, counted from when the flag was raised.
    fn of(self, old: Timestamp, since: Timestamp, was: Severity, is: Severity) -> Timestamp {
        match is.cmp(&was) {
            std::cmp::Ordering::Greater => old.min(self.from(self.now, is)),
            std::cmp::Ordering::Equal => old,
            std::cmp::Ordering::Less => old.max(self.from(since, is)),
        }
    }

    fn shared_part(self, old: Option<&SharedPart>, counted: &SharedPart) -> SharedPart {
        let (due_at, at) = match old {
            Some(old) => (self.of(old.due_at, old.at, old.severity, counted.severity), old.at),
            None => (self.from(self.now, counted.severity), self.now),
        };
        SharedPart { due_at, at, ..counted.clone() }
    }

    fn private_part(self, old: Option<PrivatePart>, counted: PrivatePart) -> PrivatePart {
        let due_at = match old {
            Some(old) => self.of(old.due_at, old.at, old.severity, counted.severity),
            None => self.from(self.now, counted.severity),
        };
        PrivatePart { due_at, ..counted }
    }
}

/// Which parts of a flag have become urgent by the count: all of it, the shared part, the private mark.
pub fn newly_urgent(flag: &Flag, counted: &Flag) -> (bool, bool, bool) {
    let urgent = |severity: Option<Severity>| severity == Some(Severity::Urgent);
    let shared = |flag: &Flag| urgent(flag.shared.as_ref().map(|part| part.severity));
    let private = |flag: &Flag| urgent(flag.private.map(|part| part.severity));
    (
        urgent(Some(counted.severity)) && !urgent(Some(flag.severity)),
        shared(counted) && !shared(flag),
        private(counted) && !private(flag),
    )
}
