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
    /// When what it says was last said.
    pub at: Timestamp,
    /// When it was first stored: before `at` where it was shared or changed later.
    pub first_at: Timestamp,
    /// Of what was taken back: when another flag marked the same answer as urgent and private, where it still does. Then
    /// nothing was taken back from whoever sees that mark.
    pub marked_at: Option<Timestamp>,
    /// Of what was hidden: when the same answer was said, where it is shared again and urgent. Then nothing was taken back
    /// from whoever saw its mark meanwhile.
    pub shown_at: Option<Timestamp>,
}

impl From<Timestamp> for Told {
    fn from(at: Timestamp) -> Self {
        Self { at, first_at: at, marked_at: None, shown_at: None }
    }
}

impl Terms {
    fn inside(&self, at: Timestamp) -> bool {
        at >= self.history_from
    }

    /// Whether a piece of evidence shows her the shared part.
    fn shows_by(&self, piece: &Told) -> bool {
        let stands = [piece.marked_at, piece.shown_at].into_iter().flatten().any(|at| self.inside(at));
        self.inside(piece.at) && !(self.private_danger && stands)
    }
}

/// Which parts of a flag a doula sees: at least one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sight {
    /// The shared part.
    pub shared: bool,
    /// All that the shared part rests on was said and first stored inside the link.
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
    // What was stored before her link and said anew under her eyes shows her the flag; the day and the answer are of before.
    let whole = told.iter().all(|piece| terms.inside(piece.at) && terms.inside(piece.first_at));
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
