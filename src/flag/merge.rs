//! What one evaluation makes of a flag: a new one, or more weight for the one that is not closed. Pure.
//!
//! Severity only rises and then shortens the due time (H07). A new danger answer brings an unclosed flag back
//! to open and tells again (H08). What rests on private entries never moves the shared part.

use jiff::Timestamp;

use super::{
    lifecycle::{State, Status},
    parts::{EventKind, Flag, PrivatePart, SharedPart},
};
use crate::{
    id::{FlagId, UserId},
    rules::{DueTimes, Finding, Reason, Severity},
};

/// What a finding brings to its flag.
#[derive(Debug, Clone)]
pub struct Brought<'a> {
    /// Over all entries.
    pub finding: &'a Finding,
    /// Over shared entries: severity, and the reason unless only general words may be said.
    pub shared: Option<(Severity, Option<Reason>)>,
    /// The triggering entry is private.
    pub private_trigger: bool,
    /// What is private makes it graver than what is shared alone.
    pub private_ground: bool,
    /// What calls for a person in it is private.
    pub private_call: bool,
    /// The triggering entry carries a danger answer that the flag does not rest on yet.
    pub new_danger: bool,
    /// Some evidence is new in the flag.
    pub new_evidence: bool,
    /// Some of the new evidence is shared.
    pub new_shared_evidence: bool,
    /// Some doula may be told of private danger.
    pub private_readers: bool,
    /// How soon somebody should act on a flag of this rule.
    pub due: DueTimes,
}

/// What a flag's history and its readers are told of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// What happened.
    pub kind: EventKind,
    /// Only for those who may know of private danger.
    pub private: bool,
    /// Those who see the shared part get a notice.
    pub tells_shared: bool,
    /// Those who may know of private danger get a contentless notice.
    pub tells_private: bool,
}

/// What the shared part of a flag takes from a finding: how grave it is, and why unless only general words may be said.
/// `shared` is the finding of the same rule over shared entries alone, if there is one.
pub fn shared_weight(finding: &Finding, shared: Option<&Finding>) -> Option<(Severity, Option<Reason>)> {
    Some((finding.shared_severity(shared)?, shared.map(|shared| shared.reason.clone())))
}

/// A new flag.
pub fn open(id: FlagId, parent: UserId, brought: &Brought<'_>, now: Timestamp) -> (Flag, Change) {
    let finding = brought.finding;
    let shared = brought.shared.clone().map(|(severity, reason)| SharedPart {
        severity,
        reason,
        due_at: brought.due_at(severity, now),
        at: now,
    });
    let private = brought.private_danger().map(|severity| PrivatePart {
        severity,
        due_at: brought.due_at(severity, now),
        at: now,
    });
    let change = Change {
        kind: EventKind::Raised,
        private: shared.is_none(),
        tells_shared: worth_a_notice(shared.as_ref()),
        tells_private: private.is_some(),
    };
    let flag = Flag {
        id,
        parent,
        rule: finding.rule,
        version: i32::from(finding.version),
        severity: finding.severity,
        reason: finding.reason.clone(),
        due_at: brought.due_at(finding.severity, now),
        shared,
        private,
        state: State::plain(Status::Open),
        raised_at: now,
        last_seen_at: now,
        closed_at: None,
        revision: 1,
    };
    (flag, change)
}

/// The flag with more weight; `None` when nothing is new.
pub fn add(flag: &Flag, brought: &Brought<'_>, now: Timestamp) -> Option<(Flag, Change)> {
    let finding = brought.finding;
    let was = flag.state.at(now).status;
    let mut next = flag.clone();
    if finding.severity >= flag.severity {
        next.severity = finding.severity;
        next.reason = finding.reason.clone();
        next.version = i32::from(finding.version);
    }
    let rose = finding.severity > flag.severity;
    if rose {
        next.due_at = flag.due_at.min(brought.due_at(finding.severity, now));
    }
    let shared_news = add_shared(&mut next, brought, now);
    let private_news = add_private(&mut next, brought, now);
    if flag.shared.is_none() && next.shared.is_some() && !brought.private_trigger {
        // Steps on the private mark were steps on something else: what is shared now has been seen by nobody.
        next.state = State::plain(Status::Open);
    }
    if brought.new_danger {
        next.due_at = due_anew(next.due_at, was, brought.due_at(next.severity, now), now);
        if brought.private_call {
            if let Some(private) = &mut next.private {
                private.due_at = due_anew(private.due_at, was, brought.due_at(private.severity, now), now);
            }
        } else if let Some(shared) = &mut next.shared {
            shared.due_at = due_anew(shared.due_at, was, brought.due_at(shared.severity, now), now);
        }
        // Without a reader the step back would only show that something private happened.
        if !brought.private_call || brought.private_readers {
            next.state = State::plain(Status::Open);
        }
    }
    // What is shared is not hidden behind the private call that it came with.
    let shared_came = shared_news || (brought.new_shared_evidence && next.shared.is_some());
    let joined = brought.new_danger && brought.private_call && shared_came;
    let kind = if brought.new_danger && !joined {
        EventKind::Danger
    } else if shared_news || (!joined && (rose || private_news)) {
        EventKind::Severity
    } else if brought.new_evidence {
        EventKind::Evidence
    } else {
        return None;
    };
    let private = match kind {
        EventKind::Danger => brought.private_call,
        EventKind::Severity => !shared_news,
        _ => !brought.new_shared_evidence || next.shared.is_none(),
    };
    let shared_danger = brought.new_danger && !brought.private_call;
    let private_danger = brought.new_danger && brought.private_call && next.private.is_some();
    let change = Change {
        kind,
        private,
        tells_shared: (shared_news || shared_danger) && worth_a_notice(next.shared.as_ref()),
        tells_private: private_news || private_danger,
    };
    next.last_seen_at = now;
    next.revision += 1;
    Some((next, change))
}

/// Whether a flag weighs more after than before, for anybody.
pub(super) fn weighs_more(before: &Flag, after: &Flag) -> bool {
    let shared = |flag: &Flag| flag.shared.as_ref().map(|part| part.severity);
    after.severity > before.severity || shared(after) > shared(before)
}

/// Adds weight to the shared part; true when it is new or graver.
fn add_shared(flag: &mut Flag, brought: &Brought<'_>, now: Timestamp) -> bool {
    let Some((severity, reason)) = brought.shared.clone() else { return false };
    let Some(old) = &mut flag.shared else {
        flag.shared = Some(SharedPart { severity, reason, due_at: brought.due_at(severity, now), at: now });
        return true;
    };
    let graver = severity > old.severity;
    if graver {
        old.due_at = old.due_at.min(brought.due_at(severity, now));
    }
    // General words never replace what shared entries have said as gravely before.
    if graver || (severity == old.severity && reason.is_some()) {
        old.reason = reason;
    }
    old.severity = old.severity.max(severity);
    graver
}

/// Adds weight to the private mark; true when it is new or graver.
fn add_private(flag: &mut Flag, brought: &Brought<'_>, now: Timestamp) -> bool {
    let Some(severity) = brought.private_danger() else { return false };
    let fresh = brought.due_at(severity, now);
    let Some(old) = &mut flag.private else {
        flag.private = Some(PrivatePart { severity, due_at: fresh, at: now });
        return true;
    };
    let graver = severity > old.severity;
    if graver {
        old.due_at = old.due_at.min(fresh);
    }
    old.severity = old.severity.max(severity);
    if brought.new_evidence {
        old.at = now;
    }
    graver
}

impl Brought<'_> {
    /// What a private entry, or a private half, asks of a person; nothing below `same_day` does.
    pub(super) fn private_danger(&self) -> Option<Severity> {
        let asks = (self.private_trigger || self.private_ground) && self.finding.private_danger;
        (asks && self.finding.severity >= Severity::SameDay).then_some(self.finding.severity)
    }

    fn due_at(&self, severity: Severity, now: Timestamp) -> Timestamp {
        now + self.due.after(severity)
    }
}

/// The due time after a new danger answer: counted from now, but not later than one that still waits for its
/// first look.
pub(super) fn due_anew(old: Timestamp, was: Status, fresh: Timestamp, now: Timestamp) -> Timestamp {
    if was == Status::Open && old > now { old.min(fresh) } else { fresh }
}

/// A notice is for looking at next time; nobody is written to about it.
pub(super) fn worth_a_notice(shared: Option<&SharedPart>) -> bool {
    shared.is_some_and(|shared| shared.severity > Severity::Notice)
}
