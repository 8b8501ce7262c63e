//! From findings to flags: opens them or adds to them, inside the transaction of the check-in.
//!
//! Each change leaves its evidence, one event, a number in the parent's change sequence, an audit row and the
//! notices to those who may see it. Judging again what was judged before changes nothing.

use std::{collections::HashSet, slice};

use jiff::Timestamp;
use serde_json::json;

use super::{
    event_store::{self, Event},
    evidence_store,
    list::{self, Seen},
    merge::{self, Brought, Change},
    parts::{EventKind, Flag},
    store,
};
use crate::{
    audit,
    care::{Grant, Own},
    change,
    db::Conn,
    error::{Error, Result},
    id::{CareLinkId, FlagId, UserId},
    outbox,
    rules::{Evidence, Family, Finding, Point, Settings, Severity, Silenced, Source, Trigger},
    seal::PersonKey,
    timer,
};

/// What the rules said at one point, and who may come to know of it.
#[derive(Debug, Clone, Copy)]
pub struct Raised<'a> {
    /// What was said, stored already, and both verdicts.
    pub point: &'a Point,
    /// The live grants of the parent.
    pub readers: &'a [Grant],
    /// The lines in force now.
    pub settings: &'a Settings,
    /// Who made it so.
    pub by: By,
}

/// What became of one finding.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The flag as it is now.
    pub flag: Flag,
    /// How grave the flag is now, over all evidence.
    pub severity: Severity,
    /// The family of its rule.
    pub family: Family,
    /// The doulas who learn of what was said by it, in the order of the readers: of a shared one those who see the
    /// shared part, of a private one those who see the private mark.
    pub seen_by: Vec<UserId>,
    /// The reason in the words of the doula who reads the most of it; absent when nobody sees it.
    pub shown_reason: Option<String>,
}

impl Recorded {
    /// A flag that rests on this. `told`: of something private those who may know have been told.
    pub(super) fn of(flag: Flag, trigger: &Trigger, told: bool, seen: &[Seen]) -> Self {
        // That a doula sees an older part of the flag tells her nothing of a private entry.
        let learns =
            |seen: &&Seen| if trigger.private() { told && seen.sight.private } else { seen.sight.shared };
        Self {
            severity: flag.severity,
            family: flag.rule.family(),
            seen_by: seen.iter().filter(learns).map(|seen| seen.grant.doula()).collect(),
            shown_reason: seen.iter().max_by_key(|seen| detail(seen)).map(Seen::reason),
            flag,
        }
    }
}

/// Records findings as flags, gravest first. The check-in is stored and the parent is locked.
///
/// # Errors
/// Those of the database; then nothing of the check-in may remain.
pub fn record(
    conn: &mut Conn,
    key: &PersonKey,
    own: &Own,
    raised: &Raised<'_>,
    now: Timestamp,
) -> Result<Vec<Recorded>> {
    let findings = raised.point.findings();
    if findings.is_empty() {
        return Ok(Vec::new());
    }
    let mut recorded = Vec::with_capacity(findings.len());
    for finding in findings {
        let Some((flag, change)) = keep(conn, own, raised, finding, now)? else { continue };
        let seen = list::by_each(conn, raised.readers, &flag, now)?;
        if let Some(change) = change {
            leave_traces(conn, key, &flag, change, raised.by, &seen, now)?;
        }
        let told = change.is_some_and(|change| change.tells_private);
        recorded.push(Recorded::of(flag, &raised.point.trigger, told, &seen));
    }
    Ok(recorded)
}

/// Stores the flag of a finding with its evidence. `None` when a closed flag has taken this in: what a
/// person closed stays closed, however often it is judged, unless it weighs more than what she closed. No change: the
/// flag knows all of it.
pub(super) fn keep(
    conn: &mut Conn,
    own: &Own,
    raised: &Raised<'_>,
    finding: &Finding,
    now: Timestamp,
) -> Result<Option<(Flag, Option<Change>)>> {
    let trigger = &raised.point.trigger;
    let evidence = evidence_of(finding, raised.point);
    let brought = brought(raised, finding);
    let anchor = finding.anchor(trigger);
    if let Some(anchor) = anchor
        && evidence_store::closed_over_at(conn, own, finding.rule, anchor)? >= Some(finding.severity)
    {
        return Ok(None);
    }
    let mut unclosed = store::unclosed_of_rule(conn, own, finding.rule)?;
    if unclosed.is_none() {
        let (flag, change) = merge::open(FlagId::timeless(), own.parent(), &brought, now);
        if store::insert(conn, &flag)? {
            for piece in &evidence {
                evidence_store::insert(conn, own, flag.id, piece, now)?;
            }
            return Ok(Some((flag, Some(change))));
        }
        unclosed = store::unclosed_of_rule(conn, own, finding.rule)?;
    }
    let flag = unclosed.ok_or_else(|| Error::internal("a flag is neither there nor can it be opened"))?;
    let pieces = evidence_store::pieces(conn, own, flag.id)?;
    let is_fresh = |piece: &&Evidence| !pieces.iter().any(|known| known.holds(piece));
    let fresh: Vec<&Evidence> = evidence.iter().filter(is_fresh).collect();
    let known = |source: Source| pieces.iter().any(|known| !known.withdrawn && known.source == source);
    let brought = Brought {
        // Whatever shows the safety block is passed on like a danger answer, so that what the block says is true.
        new_danger: calls(finding) && anchor.is_some_and(|anchor| !known(anchor)),
        new_evidence: !fresh.is_empty(),
        new_shared_evidence: fresh.iter().any(|piece| !piece.private),
        ..brought
    };
    let Some((next, change)) = merge::add(&flag, &brought, now) else { return Ok(Some((flag, None))) };
    store::update(conn, &next)?;
    // Whose link began after the first step of a silence learns of it by the second.
    let renewed =
        |piece: &&Evidence| piece.source.is_silence() && !piece.private && merge::weighs_more(&flag, &next);
    for piece in evidence.iter().filter(|piece| is_fresh(piece) || renewed(piece)) {
        evidence_store::put(conn, own, next.id, piece, now)?;
    }
    wake(conn, &flag, &next)?;
    Ok(Some((next, Some(change))))
}

/// Whether a finding shows the safety block.
pub(super) fn calls(finding: &Finding) -> bool {
    finding.danger_answer || finding.severity == Severity::Urgent
}

/// Whether it is something private that makes a finding call for a person: what is shared alone does not.
pub(super) fn calls_privately(finding: &Finding, point: &Point) -> bool {
    let shared = point.shared.findings.iter().find(|shared| shared.rule == finding.rule);
    match shared {
        _ if point.trigger.private() => true,
        Some(shared) => !calls(shared),
        None if finding.private_danger => finding.evidence.iter().any(|piece| piece.private),
        None => !point.trigger.has_danger_answer(),
    }
}

/// Takes the timer of a snooze away that ended before its time.
pub(super) fn wake(conn: &mut Conn, was: &Flag, is: &Flag) -> Result<()> {
    if was.state.snooze.is_some() && is.state.snooze.is_none() {
        timer::cancel(conn, is.parent, timer::Kind::SnoozeEnd, is.id.as_str())?;
    }
    Ok(())
}

pub(super) fn brought<'a>(raised: &Raised<'_>, finding: &'a Finding) -> Brought<'a> {
    let shared = raised.point.shared.findings.iter().find(|shared| shared.rule == finding.rule);
    // A private half asks for a person as it would by itself, whichever half came last.
    let graver = shared.is_none_or(|shared| shared.severity < finding.severity);
    let private_ground = graver && finding.evidence.iter().any(|piece| piece.private);
    let only_private = finding.private_danger && private_ground && shared.is_none();
    Brought {
        finding,
        shared: merge::shared_weight(finding, shared),
        private_trigger: raised.point.trigger.private() || only_private,
        private_ground,
        private_call: calls_privately(finding, raised.point),
        new_danger: finding.danger_answer,
        new_evidence: true,
        new_shared_evidence: true,
        private_readers: raised.readers.iter().any(Grant::private_danger),
        due: raised.settings.due_times(finding.rule),
    }
}

/// A finding's own evidence and that of what it took in, each source once. What a private entry took in brings
/// no shared entries along: a doula would see the evidence grow by something that she may not know of.
pub(super) fn evidence_of(finding: &Finding, point: &Point) -> Vec<Evidence> {
    let silenced: &[Silenced] = &point.all.silenced;
    let taken_in = silenced
        .iter()
        .filter(|(_, by)| *by == finding.rule)
        .flat_map(|(of, _)| &of.evidence)
        .filter(|piece| piece.private || !point.trigger.private());
    let mut once = HashSet::new();
    let pieces = finding.evidence.iter().chain(taken_in).filter(|piece| once.insert(piece.source));
    // A silence is no doula's to know of while only private answers make it one.
    let kept_back = !point.shared.findings.iter().any(|shared| shared.rule == finding.rule);
    let told = |piece: &Evidence| Evidence {
        private: piece.private || (piece.source.is_silence() && kept_back),
        ..*piece
    };
    pieces.map(told).collect()
}

/// What each doula sees of the flag now; those who see nothing of it are left out.
pub(super) fn seen_by(conn: &mut Conn, flag: &Flag, readers: &[Grant], now: Timestamp) -> Result<Vec<Seen>> {
    let mut seen = Vec::with_capacity(readers.len());
    for grant in readers {
        seen.extend(list::one(conn, slice::from_ref(grant), flag.id, now)?);
    }
    Ok(seen)
}

/// How much of the reason a doula reads.
fn detail(seen: &Seen) -> (bool, bool) {
    (seen.sight.shared, seen.says_values())
}

/// Who made a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The parent, by what she wrote.
    Parent,
    /// A doula, by what she entered together with the parent.
    Doula(UserId, CareLinkId),
    /// Nobody: a timer asked.
    Server,
}

/// Writes what a change leaves behind.
pub(super) fn leave_traces(
    conn: &mut Conn,
    key: &PersonKey,
    flag: &Flag,
    change: Change,
    by: By,
    seen_by: &[Seen],
    now: Timestamp,
) -> Result<()> {
    let event = Event::plain(change.kind, flag.state.status, change.private, now);
    let seq = event_store::insert(conn, flag, &event, None)?;
    let (actor, role, link) = match by {
        By::Parent => (flag.parent, "parent", None),
        By::Doula(doula, link) => (doula, "doula", Some(link)),
        By::Server => (flag.parent, "system", None),
    };
    let act = audit::Act {
        actor,
        role,
        action: match change.kind {
            _ if seq == 1 => "flag.raise",
            EventKind::Transition => "flag.correct",
            _ => "flag.add",
        },
        parent: Some(flag.parent),
        link,
        object: Some(flag.id.as_str()),
    };
    let what = (change::Kind::Flag, flag.id.as_str(), change::Op::Put);
    change::record_act(conn, flag.parent, what, &act, now)?;
    let event = format!("{}/{seq}", flag.id);
    for seen in seen_by {
        let Seen { sight, grant, .. } = seen;
        if (change.tells_shared && sight.shared) || (change.tells_private && sight.private) {
            // Nothing of the reason travels with it: she comes and reads what she may see by then.
            let body = json!({ "flag": flag.id, "severity": seen.severity().as_str() });
            let notice =
                outbox::Notice { event: &event, recipient: grant.doula(), kind: "flag", body: &body };
            outbox::enqueue(conn, key, &notice, now)?;
        }
    }
    Ok(())
}
