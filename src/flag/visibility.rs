//! Who sees which part of a flag, and in which words (H41). Pure.
//!
//! A doula sees the shared part from its first evidence inside her link, and the private mark when the parent
//! allowed it. Numbers and days are said only when all that they count lies inside the link.

use jiff::{Timestamp, civil::Date};

use super::parts::{EventKind, Flag, PrivatePart, SharedPart};
use crate::{
    care::Grant,
    rules::{PRIVATE_DANGER_WORDS, Reader, Severity, render, shared_again},
};

/// The rule's name while only the private mark may be seen.
const PRIVATE_RULE: &str = "private_danger";

/// What of a link decides about flags.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// What was recorded before stays unseen.
    pub history_from: Timestamp,
    /// May be told, without content, of private danger.
    pub private_danger: bool,
    /// May see values.
    pub check_ins: bool,
    /// Whether answers of questionnaires may be shown.
    pub screenings: bool,
}

impl From<&Grant> for Terms {
    fn from(grant: &Grant) -> Self {
        Self {
            history_from: grant.history_from(),
            private_danger: grant.private_danger(),
            check_ins: grant.scopes().check_ins,
            screenings: grant.scopes().screenings,
        }
    }
}

/// A piece of shared evidence, as far as it decides who sees a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// When it was recorded.
    pub at: Timestamp,
    /// Of what was taken back: when another flag marked the same answer as urgent and private, where it still does. Then
    /// nothing was taken back from whoever sees that mark.
    pub marked_at: Option<Timestamp>,
}

impl From<Timestamp> for Told {
    fn from(at: Timestamp) -> Self {
        Self { at, marked_at: None }
    }
}

impl Terms {
    fn inside(&self, at: Timestamp) -> bool {
        at >= self.history_from
    }

    /// Whether a piece of evidence shows her the shared part.
    fn shows_by(&self, piece: &Told) -> bool {
        let marked = self.private_danger && piece.marked_at.is_some_and(|at| self.inside(at));
        self.inside(piece.at) && !marked
    }
}

/// Which parts of a flag a doula sees: at least one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sight {
    /// The shared part.
    pub shared: bool,
    /// All that the shared part rests on lies inside the link.
    pub whole: bool,
    /// The private mark.
    pub private: bool,
    /// The day on which something was shared again, of a silence that she sees whole and that nobody has closed.
    pub shared_again: Option<Date>,
}

/// What a doula sees of a flag; `None` when it does not exist for her. `told`: each piece of its shared evidence.
pub fn sight(flag: &Flag, told: &[Told], terms: Terms) -> Option<Sight> {
    let shared = flag.shared.is_some() && told.iter().any(|piece| terms.shows_by(piece));
    let private = terms.private_danger && flag.private.is_some_and(|private| terms.inside(private.at));
    let whole = told.iter().all(|piece| terms.inside(piece.at));
    (shared || private).then_some(Sight { shared, whole: shared && whole, private, shared_again: None })
}

/// Whether a flag exists for the doula of a grant.
pub fn is_seen(flag: &Flag, told: &[Told], grant: &Grant) -> bool {
    sight(flag, told, Terms::from(grant)).is_some()
}

impl Sight {
    /// Name and version of the rule that she may know of.
    pub fn rule(self, flag: &Flag) -> (&'static str, i32) {
        if self.shared { (flag.rule.as_str(), flag.version) } else { (PRIVATE_RULE, 1) }
    }

    /// How soon she should look: the graver of the parts that she sees.
    pub fn severity(self, flag: &Flag) -> Severity {
        let shared = self.shared_part(flag).map(|part| part.severity);
        let private = self.private_part(flag).map(|part| part.severity);
        shared.max(private).unwrap_or(Severity::Notice)
    }

    /// When she should have acted: the sooner of the parts that she sees.
    pub fn due_at(self, flag: &Flag) -> Timestamp {
        let shared = self.shared_part(flag).map(|part| part.due_at);
        let private = self.private_part(flag).map(|part| part.due_at);
        shared.into_iter().chain(private).min().unwrap_or(flag.due_at)
    }

    /// Whether the reason may tell her values and days.
    pub fn says_values(self, flag: &Flag, terms: Terms) -> bool {
        let reason = self.shared_part(flag).and_then(|part| part.reason.as_ref());
        reason.is_some_and(|reason| {
            self.whole
                && (terms.check_ins || !reason.of_check_ins())
                && (terms.screenings || !reason.of_questionnaires())
        })
    }

    /// The reason in words that she may read.
    pub fn reason(self, flag: &Flag, terms: Terms) -> String {
        let Some(part) = self.shared_part(flag) else { return format!("They {PRIVATE_DANGER_WORDS}.") };
        let check_ins = self.says_values(flag, terms);
        let words = match &part.reason {
            Some(reason) => render(reason, Reader::Doula { check_ins }),
            // General words depend on the rule alone, so the parent's own reason gives nothing away here.
            None => render(&flag.reason, Reader::Doula { check_ins: false }),
        };
        let words = match self.shared_again {
            Some(on) if check_ins => format!("{words} {}", shared_again(on)),
            _ => words,
        };
        if self.private { format!("{words} They also {PRIVATE_DANGER_WORDS}.") } else { words }
    }

    /// Whether she sees an event of the flag's history.
    pub fn shows(self, kind: EventKind, private: bool, at: Timestamp, terms: Terms) -> bool {
        // That more private entries were added is content; that one asked for a person is not.
        let allowed = !private || (self.private && kind != EventKind::Evidence);
        at >= terms.history_from && allowed
    }

    fn shared_part(self, flag: &Flag) -> Option<&SharedPart> {
        flag.shared.as_ref().filter(|_| self.shared)
    }

    fn private_part(self, flag: &Flag) -> Option<PrivatePart> {
        flag.private.filter(|_| self.private)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        flag::{
            lifecycle::{State, Status},
            parts::Flag,
        },
        rules::{LowDays, Reason, SafeNow},
    };

    fn at(hour: i64) -> Timestamp {
        let base: Timestamp = "2026-11-23T00:00:00Z".parse().expect("a literal");
        base + jiff::SignedDuration::from_hours(hour)
    }

    fn terms(history_from: i64, private_danger: bool, check_ins: bool) -> Terms {
        Terms { history_from: at(history_from), private_danger, check_ins, screenings: false }
    }

    fn flag(reason: Reason, shared: Option<Option<Reason>>, private: bool) -> Flag {
        Flag {
            id: "0191e7c2-93a4-7c3e-8f00-000000000009".parse().expect("a literal"),
            parent: "0191e7c2-93a4-7c3e-8f00-000000000001".parse().expect("a literal"),
            rule: reason.rule(),
            version: 1,
            severity: Severity::Urgent,
            reason,
            due_at: at(2),
            shared: shared.map(|reason| SharedPart {
                severity: Severity::FollowUp,
                reason,
                due_at: at(72),
                at: at(0),
            }),
            private: private.then(|| PrivatePart { severity: Severity::Urgent, due_at: at(12), at: at(10) }),
            state: State::plain(Status::Open),
            raised_at: at(0),
            last_seen_at: at(0),
            closed_at: None,
            revision: 1,
        }
    }

    fn reasons() -> Vec<Reason> {
        let day = |text: &str| text.parse().expect("a literal");
        let low = LowDays { line: 3, low: 9, answered: 11, from: day("2026-11-10"), to: day("2026-11-23") };
        vec![
            Reason::NotSafe { answer: SafeNow::Unsure, on: day("2026-11-23") },
            Reason::ContactRequest { on: day("2026-11-23") },
            Reason::SustainedLow(low),
            Reason::LowConnection(low),
        ]
    }

    fn has_values(words: &str) -> bool {
        words.contains(|letter: char| letter.is_ascii_digit()) || words.contains("unsure")
    }

    /// H41: private by private_danger by history by scope. Evidence recorded at 0 and 20, the mark at 10.
    #[test]
    fn h41_every_mix_of_parts_and_terms() {
        for reason in reasons() {
            for shared in [None, Some(None), Some(Some(reason.clone()))] {
                for (private, allowed, check_ins, from) in mixes() {
                    let flag = flag(reason.clone(), shared.clone(), private);
                    let recorded = if shared.is_some() { vec![at(0).into(), at(20).into()] } else { vec![] };
                    let terms = terms(from, allowed, check_ins);
                    let sees_shared = shared.is_some() && from <= 20;
                    let sees_private = private && allowed && from <= 10;
                    let found = sight(&flag, &recorded, terms);
                    assert_eq!(found.is_some(), sees_shared || sees_private);
                    let Some(found) = found else { continue };
                    assert_eq!((found.shared, found.private), (sees_shared, sees_private));
                    let words = found.reason(&flag, terms);
                    let may_say = sees_shared && check_ins && from <= 0 && matches!(shared, Some(Some(_)));
                    assert_eq!(has_values(&words), may_say, "{words}");
                    assert_eq!(words.contains(PRIVATE_DANGER_WORDS), sees_private, "{words}");
                    let severity = if sees_private { Severity::Urgent } else { Severity::FollowUp };
                    assert_eq!(found.severity(&flag), severity);
                    assert_eq!(found.due_at(&flag), if sees_private { at(12) } else { at(72) });
                    let named = if sees_shared { reason.rule().as_str() } else { PRIVATE_RULE };
                    assert_eq!(found.rule(&flag).0, named);
                }
            }
        }
    }

    fn mixes() -> Vec<(bool, bool, bool, i64)> {
        let two = [false, true];
        let mut all = Vec::new();
        for private in two {
            for allowed in two {
                for check_ins in two {
                    all.extend([0, 5, 15, 25].map(|from| (private, allowed, check_ins, from)));
                }
            }
        }
        all
    }

    #[test]
    fn h41_a_private_event_shows_only_with_the_mark_and_never_as_evidence() {
        let seen = |private| Sight { shared: true, whole: true, private, shared_again: None };
        let terms = terms(5, true, true);
        for (mark, kind, private, hour, shown) in [
            (false, EventKind::Raised, false, 6, true),
            (false, EventKind::Raised, false, 4, false),
            (false, EventKind::Danger, true, 6, false),
            (true, EventKind::Danger, true, 6, true),
            (true, EventKind::Evidence, true, 6, false),
            (false, EventKind::Evidence, false, 6, true),
        ] {
            assert_eq!(seen(mark).shows(kind, private, at(hour), terms), shown, "{kind:?} {private} {hour}");
        }
    }

    /// H23: what was hidden, and is still marked for her, was not taken back from her.
    #[test]
    fn h23_what_she_still_sees_marked_does_not_show_her_that_it_was_taken_back() {
        let flag =
            flag(Reason::UrgentTakenBack { on: "2026-11-23".parse().expect("a literal") }, Some(None), false);
        for (marked_at, allowed, from, shown) in [
            (None, true, 0, true),
            (Some(at(5)), true, 0, false),
            (Some(at(5)), false, 0, true),
            // The mark lies before her link, but what was taken back does not.
            (Some(at(5)), true, 6, true),
        ] {
            let piece = Told { at: at(10), marked_at };
            let found = sight(&flag, &[piece], terms(from, allowed, true));
            assert_eq!(found.is_some(), shown, "{marked_at:?} {allowed} {from}");
            // Another piece that is gone for good shows it all the same.
            assert!(sight(&flag, &[piece, at(10).into()], terms(from, allowed, true)).is_some());
        }
    }
}
