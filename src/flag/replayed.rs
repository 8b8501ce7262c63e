//! A replayed history as flags are revised by: its points, what was changed, what was followed up already.

use std::collections::{HashMap, HashSet};

use jiff::{Timestamp, ToSpan, civil::Date};

use super::{
    evidence_store::{self, FollowedUp},
    record::By,
    store,
};
use crate::{
    care::{Grant, Own},
    change,
    db::Conn,
    error::Result,
    rules::{Finding, Point, RuleId, Settings, Severity, Source, Trigger, says_anew},
};

/// What was changed: as it was, unless it is new, and as it is, unless it is gone. A day that a timer asks about is
/// new each time.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Before.
    pub before: Option<&'a Trigger>,
    /// After.
    pub after: Option<&'a Trigger>,
    /// Nothing was changed: the rules run again because one of them failed.
    pub rerun: bool,
    /// Who made the change.
    pub by: By,
    /// The local day from which on what is usual was begun anew, or is not any more: then nothing that was said changed.
    pub usual_from: Option<Date>,
}

impl<'a> Subject<'a> {
    /// Something that was said, changed or removed.
    pub fn change(before: Option<&'a Trigger>, after: Option<&'a Trigger>, by: By) -> Self {
        Self { before, after, rerun: false, by, usual_from: None }
    }

    /// A restart of what is usual from a local day on, or one that is taken back.
    pub fn usual_from(day: Date, by: By) -> Self {
        Self { usual_from: Some(day), ..Self::change(None, None, by) }
    }
}

impl Subject<'_> {
    pub(super) fn source(&self) -> Option<Source> {
        self.after.or(self.before).and_then(Trigger::source)
    }

    /// Whether the change shows to others what was private.
    pub(super) fn newly_shared(&self) -> bool {
        self.before.is_some_and(Trigger::private) && self.after.is_some_and(|after| !after.private())
    }

    /// Whether the change says to a rule what was not said before.
    pub(super) fn says_anew(&self, rule: RuleId) -> bool {
        match (self.before, self.after) {
            (Some(before), Some(after)) => says_anew(rule, before, after),
            _ => false,
        }
    }
}

/// A replayed history and who may come to know of it.
#[derive(Debug, Clone, Copy)]
pub struct Replayed<'a> {
    /// Everything that was said from the first day on that the change or an unclosed flag touches.
    pub points: &'a [Point],
    /// What was changed.
    pub subject: Subject<'a>,
    /// The live grants of the parent.
    pub readers: &'a [Grant],
    /// The parent's local day now.
    pub today: Date,
    /// The lines in force now.
    pub settings: &'a Settings,
}

impl Replayed<'_> {
    /// What was shared until now.
    pub(super) fn was_shared(&self) -> HashSet<Source> {
        let shared = self.points.iter().filter(|point| !point.trigger.private());
        let mut shared: HashSet<Source> = shared.filter_map(|point| point.trigger.source()).collect();
        if let Some((before, source)) = self.subject.before.and_then(|was| Some((was, was.source()?))) {
            // What became private by this very change was shared until now.
            if before.private() {
                shared.remove(&source)
            } else {
                shared.insert(source)
            };
        }
        shared
    }
}

/// How grave what somebody has followed up was, per rule and source. What was changed is no longer among it for a
/// rule to which it says something anew, or that it no longer bears out.
pub(super) fn still_closed_over(
    conn: &mut Conn,
    own: &Own,
    replayed: &Replayed<'_>,
    now: Timestamp,
) -> Result<HashMap<(RuleId, Source), Severity>> {
    let subject = &replayed.subject;
    let was_shared =
        subject.before.filter(|was| !was.private()).and_then(Trigger::source).into_iter().collect();
    let mut anchors: HashSet<Source> = HashSet::new();
    for point in replayed.points {
        anchors.extend(point.trigger.source());
        anchors.extend(point.findings().into_iter().filter_map(|found| found.anchor(&point.trigger)));
    }
    anchors.extend(subject.source().filter(|_| subject.after.is_none()));
    let silences = silences(replayed.points);
    anchors.extend(silences.iter().flat_map(|silence| silence.names.iter().copied()));
    let mut kept = HashMap::new();
    for FollowedUp { flag, rule, severity, source } in evidence_store::closed_over(conn, own, &anchors)? {
        let changed =
            Some(source) == subject.source() && subject.before.is_some() && subject.before != subject.after;
        if changed && (subject.says_anew(rule) || !bears_out(replayed.points, rule, source)) {
            evidence_store::withdraw(conn, own, flag, &[source], &was_shared, now)?;
        } else {
            let known = kept.entry((rule, source)).or_insert(severity);
            *known = severity.max(*known);
        }
    }
    for Silence { name, names } in silences {
        let severity = names.iter().filter_map(|other| kept.get(&(RuleId::Silence, *other))).max().copied();
        if let Some(severity) = severity {
            kept.insert((RuleId::Silence, name), severity);
        }
    }
    Ok(kept)
}

/// A silence at a point, and every name that it may have had: the day of the last answer, which may have been removed.
struct Silence {
    name: Source,
    names: Vec<Source>,
}

fn silences(points: &[Point]) -> Vec<Silence> {
    let mut found = Vec::new();
    for point in points {
        let Some(quiet) = point.trigger.quiet() else { continue };
        let named = point.findings().into_iter().filter(|found| found.rule == RuleId::Silence);
        for piece in named.flat_map(|found| &found.evidence) {
            let days = piece.local_date.series(1.day()).take_while(|day| *day < quiet.on);
            found.push(Silence { name: piece.source, names: days.map(Source::Silence).collect() });
        }
    }
    found
}

/// Whether this is evidence of a rule at any point, be it taken in by another rule; also when that is not known,
/// because the rule failed.
fn bears_out(points: &[Point], rule: RuleId, of: Source) -> bool {
    let rests =
        |finding: &Finding| finding.rule == rule && finding.evidence.iter().any(|piece| piece.source == of);
    points.iter().any(|point| {
        point.failed().any(|failed| failed == rule)
            || point.findings().into_iter().any(rests)
            || point.all.silenced.iter().any(|(finding, _)| rests(finding))
    })
}

/// What a removed entry, or one that is private now, had said is said of closed flags in general words alone, and her
/// devices learn that others see them now.
pub(super) fn forget_in_closed(
    conn: &mut Conn,
    own: &Own,
    subject: &Subject<'_>,
    now: Timestamp,
) -> Result<()> {
    let Some((before, source)) = subject.before.and_then(|was| Some((was, was.source()?))) else {
        return Ok(());
    };
    let is_shared = subject.after.is_some_and(|after| !after.private());
    if is_shared != before.private() {
        return Ok(());
    }
    for flag in evidence_store::closed_flags_of(conn, own, source)? {
        if !is_shared {
            store::forget_shared_reason(conn, own, flag)?;
        }
        change::record(conn, own.parent(), change::Kind::Flag, flag.as_str(), change::Op::Put, now)?;
    }
    Ok(())
}
