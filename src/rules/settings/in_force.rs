//! Which lines counted for a parent when: those of the practices that cared for her then.
//!
//! A replay judges what was said by the lines of the instant at which it was said. So a line that a practice moves
//! today raises and takes back nothing of what was said before, and judging again what did not change changes nothing.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{
    Settings,
    change::{Change, Changed},
};
use crate::id::PracticeId;

/// For how long a practice cared for a parent.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub struct Care {
    /// Which practice.
    pub practice: PracticeId,
    /// From when.
    pub from: Timestamp,
    /// Until when; the end is no longer part of it.
    pub until: Option<Timestamp>,
}

impl Care {
    fn at(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

/// What is needed to know the lines of any instant.
#[derive(Clone, Eq, PartialEq, Debug, Default)]
pub struct InForce {
    cares: Vec<Care>,
    changes: Vec<(PracticeId, Change)>,
    supposed: Option<Supposed>,
    always: Option<Settings>,
}

/// Values as if they had been set all the time.
#[derive(Clone, Eq, PartialEq, Debug)]
pub struct Supposed {
    /// By this practice; `None` is every one.
    pub practice: Option<PracticeId>,
    /// What.
    pub values: Vec<(Changed, u16)>,
}

impl InForce {
    /// Of the practices that care or cared for a parent, and what they changed, in the order in which they did.
    pub fn new(cares: Vec<Care>, changes: Vec<(PracticeId, Change)>) -> Self {
        Self { cares, changes, ..Self::default() }
    }

    /// The same lines at every instant.
    pub fn always(settings: Settings) -> Self {
        Self { always: Some(settings), ..Self::default() }
    }

    /// The same, had these values been set.
    #[must_use]
    pub fn supposing(self, supposed: Supposed) -> Self {
        Self { supposed: Some(supposed), ..self }
    }

    /// Whether this is supposed to have been set.
    pub fn supposes(&self, of: Changed) -> bool {
        self.supposed.iter().any(|supposed| supposed.values.iter().any(|(set, _)| *set == of))
    }

    /// The lines at an instant.
    pub fn at(&self, at: Timestamp) -> Settings {
        if let Some(settings) = &self.always {
            return settings.clone();
        }
        // Nearly always: nobody has changed anything.
        if self.changes.is_empty() && self.supposed.is_none() {
            return Settings::default();
        }
        let cares = self.cares.iter().filter(|care| care.at(at));
        let practices: BTreeSet<PracticeId> = cares.map(|care| care.practice).collect();
        Settings::of_practices(practices.into_iter().map(|practice| self.of_practice(practice, at)))
    }

    /// The first instant after this one at which other lines may count, as far as is known.
    pub fn moves_after(&self, at: Timestamp) -> Option<Timestamp> {
        if self.changes.is_empty() && self.supposed.is_none() {
            return None;
        }
        let cares = self.cares.iter().flat_map(|care| [Some(care.from), care.until]);
        let changes = self.changes.iter().flat_map(|(_, change)| [Some(change.from), change.until]);
        cares.chain(changes).flatten().filter(|moved| *moved > at).min()
    }

    fn of_practice(&self, practice: PracticeId, at: Timestamp) -> Settings {
        let own = self.changes.iter().filter(|(of, _)| *of == practice).map(|(_, change)| change);
        let mut settings = Settings::of_practice(own, at);
        let supposed =
            self.supposed.iter().filter(|supposed| supposed.practice.is_none_or(|p| p == practice));
        for (of, value) in supposed.flat_map(|supposed| &supposed.values) {
            settings.set(*of, *value);
        }
        settings
    }
}
