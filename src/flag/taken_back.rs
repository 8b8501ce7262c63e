//! The flag that an urgent one leaves behind when what made it urgent is changed or removed (H23).
//!
//! It is for those who could see the urgent one and see it no longer, and for nobody else; a doula closes it. Who still
//! reads the private mark of an answer that was only hidden is not told that it was taken back (`visibility::Told`). Of a
//! private answer it carries no content.

use std::slice;

use jiff::{Timestamp, civil::Date};

use super::{
    evidence_store::Piece,
    inherit_store,
    merge::{self, Brought},
    parts::Flag,
    record, store, told_store,
    visibility::{self, Terms, Told},
};
use crate::{
    care::{Grant, Own},
    db::Conn,
    error::Result,
    id::FlagId,
    rules::{Finding, Reason, RuleId, Settings, Severity},
    seal::PersonKey,
};

/// What was taken back.
#[derive(Clone, Copy)]
pub(super) struct Taken<'a> {
    /// The flag as it was.
    pub(super) from: &'a Flag,
    /// Its shared evidence as it was.
    pub(super) seen: &'a [&'a Piece],
    /// The flag as it is, stored with its evidence; `None` when it closed.
    pub(super) to: Option<&'a Flag>,
    /// The parent's local day.
    pub(super) on: Date,
    /// The lines in force now.
    pub(super) settings: &'a Settings,
}

/// Opens the flag, or adds to the one that is open and tells again, when somebody no longer sees something urgent that
/// she saw: in the shared part, or in the private mark.
pub(super) fn raise(
    conn: &mut Conn,
    key: &PersonKey,
    own: &Own,
    taken: &Taken<'_>,
    readers: &[Grant],
    now: Timestamp,
) -> Result<()> {
    let (mut shared, mut private) = (false, false);
    let told: Vec<Told> = taken.seen.iter().map(|piece| piece.recorded_at.into()).collect();
    for grant in readers {
        let Some(was) = visibility::sight(taken.from, &told, Terms::from(grant)) else { continue };
        if was.severity(taken.from) != Severity::Urgent || is_urgent_for(conn, taken.to, grant)? {
            continue;
        }
        if was.shared && taken.from.shared.as_ref().is_some_and(|part| part.severity == Severity::Urgent) {
            shared = true;
        } else {
            private = true;
        }
    }
    for (lost, private) in [(shared, false), (private, true)] {
        if lost {
            raise_part(conn, key, own, taken, private, readers, now)?;
        }
    }
    Ok(())
}

fn is_urgent_for(conn: &mut Conn, flag: Option<&Flag>, grant: &Grant) -> Result<bool> {
    let Some(flag) = flag else { return Ok(false) };
    let told = told_store::told(conn, slice::from_ref(grant), slice::from_ref(flag))?;
    let told = told.get(&flag.id).map_or(&[][..], Vec::as_slice);
    let sight = visibility::sight(flag, told, Terms::from(grant));
    Ok(sight.is_some_and(|sight| sight.severity(flag) == Severity::Urgent))
}

fn raise_part(
    conn: &mut Conn,
    key: &PersonKey,
    own: &Own,
    taken: &Taken<'_>,
    private: bool,
    readers: &[Grant],
    now: Timestamp,
) -> Result<()> {
    let reason = Reason::UrgentTakenBack { on: taken.on };
    let rule = RuleId::UrgentTakenBack;
    let finding = Finding {
        rule,
        version: rule.version(),
        severity: Severity::SameDay,
        reason: reason.clone(),
        evidence: Vec::new(),
        about: None,
        danger_answer: true,
        private_danger: true,
    };
    let brought = Brought {
        finding: &finding,
        shared: (!private).then_some((finding.severity, Some(reason))),
        private_trigger: private,
        private_ground: private,
        private_call: private,
        new_danger: true,
        new_evidence: true,
        new_shared_evidence: !private,
        private_readers: readers.iter().any(Grant::private_danger),
        due: taken.settings.due_times(rule),
    };
    let open = store::unclosed_of_rule(conn, own, rule)?;
    let (mut flag, change) = match &open {
        Some(open) => match merge::add(open, &brought, now) {
            Some(added) => added,
            None => return Ok(()),
        },
        None => merge::open(FlagId::timeless(), own.parent(), &brought, now),
    };
    if private && let (Some(part), Some(was)) = (&mut flag.private, taken.from.private) {
        // Who could not see the urgent mark, because it was made before her link, does not see this one.
        let older = open.as_ref().and_then(|open| open.private).map(|part| part.at);
        part.at = older.map_or(was.at, |older| older.max(was.at));
    }
    match &open {
        Some(open) => {
            store::update(conn, &flag)?;
            record::wake(conn, open, &flag)?;
        }
        None => {
            store::insert(conn, &flag)?;
        }
    }
    if !private {
        inherit_store::inherit(conn, own, flag.id, taken.from.rule, taken.seen, now)?;
    }
    let seen = record::seen_by(conn, &flag, readers, now)?;
    record::leave_traces(conn, key, &flag, change, record::By::Parent, &seen, now)
}
