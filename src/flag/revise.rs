//! Flags after the past was changed: what the replayed history still raises stays or is opened, what no point of
//! it raises closes as corrected.
//!
//! A person's closing stands: what she followed up is not raised again, unless an edit says it anew. Something
//! urgent that is taken back leaves a flag of its own for the same readers (H23), because nobody can tell a slip
//! from another hand on the phone.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::{
    counted::{Uncounted, counted},
    evidence_store::{self, Piece},
    lifecycle::{State, Status},
    merge::{self, Change},
    parts::{EventKind, Flag},
    record::{self, Raised, Recorded, calls, calls_privately, evidence_of},
    recount::{News, newly_urgent, recount},
    replayed::{Replayed, Subject, forget_in_closed, still_closed_over},
    store,
    taken_back::{self, Taken},
};
use crate::{
    care::{Grant, Own},
    db::Conn,
    error::Result,
    id::FlagId,
    rules::{Evidence, Family, Finding, Point, RuleId, Source, Trigger},
    seal::PersonKey,
};

/// Brings the flags in line with the history and says which of them rest on the changed entry. The change is
/// stored and the parent is locked.
///
/// # Errors
/// Those of the database; then nothing of the change may remain.
pub fn revise(
    conn: &mut Conn,
    key: &PersonKey,
    own: &Own,
    replayed: &Replayed<'_>,
    now: Timestamp,
) -> Result<Vec<Recorded>> {
    if let Subject { before: Some(before), after: Some(after), .. } = replayed.subject
        && before.local_date() != after.local_date()
        && let Some(source) = after.source()
    {
        evidence_store::move_day(conn, own, source, after.local_date())?;
    }
    let closed_over = still_closed_over(conn, own, replayed, now)?;
    let failed: HashSet<RuleId> = replayed.points.iter().flat_map(Point::failed).collect();
    let mut work = Work { key, own, replayed, now };
    let mut recorded = Vec::new();
    for rule in RuleId::ALL.into_iter().filter(|rule| rule.family() != Family::System) {
        let mut raising: Vec<(&Point, &Finding)> = Vec::new();
        for point in replayed.points {
            // What was followed up is not raised again, unless it weighs more now than what was followed up.
            let stands = |found: &&Finding| {
                let anchor = found.anchor(&point.trigger);
                let followed_up = anchor.and_then(|anchor| closed_over.get(&(rule, anchor)).copied());
                found.rule == rule && Some(found.severity) > followed_up
            };
            raising.extend(point.findings().into_iter().filter(stands).map(|found| (point, found)));
        }
        let flag = store::unclosed_of_rule(conn, own, rule)?;
        let outcome = if failed.contains(&rule) {
            work.only_add(conn, &raising)?
        } else {
            match (flag, raising.is_empty()) {
                (None, true) => None,
                (None, false) => work.open(conn, &raising)?,
                (Some(flag), true) => work.correct(conn, &flag)?,
                (Some(flag), false) => work.count_again(conn, &flag, &raising)?,
            }
        };
        recorded.extend(outcome);
    }
    forget_in_closed(conn, own, &replayed.subject, now)?;
    recorded.sort_by_key(|one| (std::cmp::Reverse(one.severity), one.flag.rule));
    Ok(recorded)
}

struct Work<'a> {
    key: &'a PersonKey,
    own: &'a Own,
    replayed: &'a Replayed<'a>,
    now: Timestamp,
}

impl Work<'_> {
    fn raised<'p>(&'p self, point: &'p Point) -> Raised<'p> {
        let Replayed { readers, settings, subject, .. } = *self.replayed;
        Raised { point, readers, settings, by: subject.by }
    }

    /// A rule that failed somewhere takes nothing back: what it would have said there is not known.
    fn only_add(&mut self, conn: &mut Conn, raising: &[(&Point, &Finding)]) -> Result<Option<Recorded>> {
        let mut last = None;
        for (point, finding) in raising {
            let raised = self.raised(point);
            let Some((flag, change)) = record::keep(conn, self.own, &raised, finding, self.now)? else {
                continue;
            };
            last = self.tell(conn, flag, change, &evidence_of(finding, point), false)?.or(last);
        }
        Ok(last)
    }

    /// The flag as if nobody had seen it yet: what each point brings, one after the other.
    fn counted(&self, id: FlagId, raising: &[(&Point, &Finding)]) -> Option<(Flag, Vec<Evidence>)> {
        let raised = raising.iter().map(|(point, finding)| (self.raised(point), *finding));
        counted(Uncounted { id, parent: self.own.parent() }, raised, self.now)
    }

    fn open(&mut self, conn: &mut Conn, raising: &[(&Point, &Finding)]) -> Result<Option<Recorded>> {
        let Some((flag, evidence)) = self.counted(FlagId::timeless(), raising) else { return Ok(None) };
        // The partial unique index has its say: the parent is locked, so nobody else opens one meanwhile.
        if !store::insert(conn, &flag)? {
            return self.only_add(conn, raising);
        }
        for piece in &evidence {
            evidence_store::insert(conn, self.own, flag.id, piece, self.now)?;
        }
        let change = Change {
            kind: EventKind::Raised,
            private: flag.shared.is_none(),
            tells_shared: merge::worth_a_notice(flag.shared.as_ref()),
            tells_private: flag.private.is_some(),
        };
        self.tell(conn, flag, Some(change), &evidence, false)
    }

    fn count_again(
        &mut self,
        conn: &mut Conn,
        flag: &Flag,
        raising: &[(&Point, &Finding)],
    ) -> Result<Option<Recorded>> {
        let Some((counted, evidence)) = self.counted(flag.id, raising) else { return Ok(None) };
        let pieces = evidence_store::pieces(conn, self.own, flag.id)?;
        let was: HashMap<Source, &Piece> =
            pieces.iter().filter(|piece| !piece.withdrawn).map(|piece| (piece.source, piece)).collect();
        let is: HashSet<Source> = evidence.iter().map(|piece| piece.source).collect();
        let gone: Vec<Source> = was.keys().filter(|id| !is.contains(*id)).copied().collect();
        let (shared_danger, private_danger) = self.calling(flag, &counted, raising, &was);
        let was_shared = self.was_shared(&pieces);
        let news = News {
            evidence: is.iter().any(|id| !was.contains_key(id)),
            shared_evidence: evidence.iter().any(|piece| !piece.private && !was.contains_key(&piece.source)),
            gone: !gone.is_empty(),
            shared_gone: gone.iter().any(|id| was_shared.contains(id)),
            shared_danger,
            private_danger,
            private_readers: self.replayed.readers.iter().any(Grant::private_danger),
            due: self.replayed.settings.due_times(flag.rule),
        };
        let changed = recount(flag, &counted, news, self.now);
        let subject = self.replayed.subject.source();
        let anew = self.replayed.subject.says_anew(flag.rule) || self.replayed.subject.newly_shared();
        for piece in &evidence {
            let outdated = was.get(&piece.source).is_none_or(|known| known.is_outdated(piece));
            if outdated || (anew && subject == Some(piece.source)) {
                evidence_store::put(conn, self.own, flag.id, piece, self.now)?;
            }
        }
        evidence_store::withdraw(conn, self.own, flag.id, &gone, &was_shared, self.now)?;
        let was_known = subject.is_some_and(|id| was.contains_key(&id));
        let Some((next, change)) = changed else {
            // The flag says the same, but perhaps not to everybody any more.
            self.take_back(conn, flag, &pieces, Some(flag))?;
            return self.tell(conn, flag.clone(), None, &evidence, was_known);
        };
        store::update(conn, &next)?;
        record::wake(conn, flag, &next)?;
        self.take_back(conn, flag, &pieces, Some(&next))?;
        self.tell(conn, next, Some(change), &evidence, was_known)
    }

    /// Whether what is shared and whether something private calls for a person in a way that the flag did not know of: it
    /// is new in it, it says so anew, or only the changed history makes it urgent. A shared entry that only its private
    /// half makes urgent calls privately, whichever of the two came last.
    fn calling(
        &self,
        flag: &Flag,
        counted: &Flag,
        raising: &[(&Point, &Finding)],
        was: &HashMap<Source, &Piece>,
    ) -> (bool, bool) {
        let subject = &self.replayed.subject;
        let (whole, shared, private) = newly_urgent(flag, counted);
        let is_news = |trigger: &Trigger, found: &Finding, privately: bool| {
            let Some(anchor) = found.anchor(trigger) else { return false };
            let known = was.get(&anchor);
            let anew = subject.source() == Some(anchor)
                && (subject.says_anew(flag.rule)
                    || (subject.rerun && known.is_some_and(|piece| trigger.said_at() > piece.recorded_at)));
            known.is_none() || anew || whole || if privately { private } else { shared }
        };
        let mut called = (false, false);
        for (point, found) in raising.iter().filter(|(_, found)| calls(found)) {
            let privately = calls_privately(found, point);
            if is_news(&point.trigger, found, privately) {
                if privately { called.1 = true } else { called.0 = true }
            }
        }
        called
    }

    /// Closes a flag that no point raises. Who could see it sees what became of it.
    fn correct(&mut self, conn: &mut Conn, flag: &Flag) -> Result<Option<Recorded>> {
        let pieces = evidence_store::pieces(conn, self.own, flag.id)?;
        let gone: Vec<Source> =
            pieces.iter().filter(|piece| !piece.withdrawn).map(|piece| piece.source).collect();
        evidence_store::withdraw(conn, self.own, flag.id, &gone, &self.was_shared(&pieces), self.now)?;
        let mut next = flag.clone();
        next.state = State::plain(Status::Corrected);
        next.closed_at = Some(self.now);
        next.revision += 1;
        store::update(conn, &next)?;
        record::wake(conn, flag, &next)?;
        let change = Change {
            kind: EventKind::Transition,
            private: next.shared.is_none(),
            tells_shared: false,
            tells_private: false,
        };
        record::leave_traces(conn, self.key, &next, change, self.replayed.subject.by, &[], self.now)?;
        self.take_back(conn, flag, &pieces, None)?;
        Ok(None)
    }

    /// What doulas could see until now, silences of the flag among it.
    fn was_shared(&self, pieces: &[Piece]) -> HashSet<Source> {
        let silences = pieces.iter().filter(|piece| piece.source.is_silence() && !piece.kept_back);
        self.replayed.was_shared().into_iter().chain(silences.map(|piece| piece.source)).collect()
    }

    fn take_back(
        &self,
        conn: &mut Conn,
        before: &Flag,
        pieces: &[Piece],
        after: Option<&Flag>,
    ) -> Result<()> {
        let was_shared = self.replayed.was_shared();
        let seen = |piece: &&Piece| {
            piece.withdrawn_shared || (!piece.withdrawn && was_shared.contains(&piece.source))
        };
        let seen: Vec<&Piece> = pieces.iter().filter(seen).collect();
        let Replayed { readers, settings, today, .. } = *self.replayed;
        let taken = Taken { from: before, seen: &seen, to: after, on: today, settings };
        taken_back::raise(conn, self.key, self.own, &taken, readers, self.now)
    }

    /// Writes what a change leaves behind, and says so when the changed entry is part of the flag.
    fn tell(
        &self,
        conn: &mut Conn,
        flag: Flag,
        change: Option<Change>,
        evidence: &[Evidence],
        was_known: bool,
    ) -> Result<Option<Recorded>> {
        let seen = record::seen_by(conn, &flag, self.replayed.readers, self.now)?;
        if let Some(change) = change {
            record::leave_traces(conn, self.key, &flag, change, self.replayed.subject.by, &seen, self.now)?;
        }
        let Some(after) = self.replayed.subject.after else { return Ok(None) };
        if !after.source().is_some_and(|source| evidence.iter().any(|piece| piece.source == source)) {
            return Ok(None);
        }
        let told = was_known || change.is_some_and(|change| change.tells_private);
        Ok(Some(Recorded::of(flag, after, told, &seen)))
    }
}
