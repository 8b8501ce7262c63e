//! The lines that rules are drawn at, where a practice may draw them elsewhere.
//!
//! `table` says what can be set and within which bounds, `change` what a practice changed, `in_force` which
//! lines counted when. With several practices the strictest line counts. What a rule may not be loosened in has
//! its shipped line as its loosest, so nothing here can loosen it.

use std::sync::LazyLock;

use jiff::Timestamp;

use super::{
    finding::RuleId,
    severity::{DueTimes, Severity},
};

pub mod change;
pub mod in_force;
#[cfg(test)]
mod monotone_edge;
#[cfg(test)]
mod random_edge;
pub mod setting;
pub mod table;
#[cfg(test)]
mod time_edge;

pub use change::{Change, Changed};
pub use in_force::InForce;
pub use setting::{Refused, Setting, Stricter, Topic, Unit};
pub use table::{SettingId, rows};

/// The lines in force for one parent. The default is what ships.
#[derive(Clone, Eq, PartialEq, Debug)]
pub struct Settings {
    values: [u16; SettingId::COUNT],
    off: u64,
    /// Items of the MIBS that some practice named, each a bit of its number.
    watched: u16,
}

static SHIPPED: LazyLock<Settings> = LazyLock::new(|| {
    let mut values = [0; SettingId::COUNT];
    for row in rows() {
        values[row.id as usize] = row.default;
    }
    Settings { values, off: 0, watched: 0 }
});

impl Default for Settings {
    fn default() -> Self {
        SHIPPED.clone()
    }
}

impl Settings {
    /// What is set, in the steps of its unit.
    pub fn get(&self, id: SettingId) -> u16 {
        self.values[id as usize]
    }

    /// What is set, for what is counted on a scale of a check-in.
    pub(super) fn scale(&self, id: SettingId) -> u8 {
        u8::try_from(self.get(id)).unwrap_or(u8::MAX)
    }

    /// What is set, for what is counted in days or entries.
    pub(super) fn count(&self, id: SettingId) -> usize {
        usize::from(self.get(id))
    }

    /// Whether an item of the MIBS is watched by itself: one of the practices named it.
    pub fn watches(&self, item: u16) -> bool {
        item < 16 && self.watched & (1 << item) != 0
    }

    /// Whether a rule is asked.
    pub fn is_on(&self, rule: RuleId) -> bool {
        self.off & bit(rule) == 0
    }

    /// How soon somebody should act on a flag of this rule. A longer time than the shipped one never counts for a
    /// rule that may not be loosened, whatever its severity.
    pub fn due_times(&self, rule: RuleId) -> DueTimes {
        let hours = |severity: Severity| {
            let id = SettingId::due(severity);
            let (set, shipped) = (self.get(id), SHIPPED.get(id));
            if rule.may_loosen() { set } else { set.min(shipped) }
        };
        DueTimes::of_hours(hours)
    }

    /// Sets one thing. What lies beyond its bounds, because they were others when it was stored, is brought back to
    /// them; a rule that may not be loosened stays on.
    pub fn set(&mut self, of: Changed, value: u16) {
        match of {
            Changed::Value(id) => {
                let value = id.row().within_bounds(value);
                self.values[id as usize] = value;
                if id == SettingId::MibsWatched {
                    // Bit 0 is that no item is named.
                    self.watched = (1 << value) & !1;
                }
            }
            Changed::Switch(rule) if value == 0 && rule.may_loosen() => self.off |= bit(rule),
            Changed::Switch(rule) => self.off &= !bit(rule),
        }
    }

    /// The lines of one practice at an instant: of each thing its latest change, until that expires.
    pub fn of_practice<'a>(changes: impl IntoIterator<Item = &'a Change>, at: Timestamp) -> Self {
        let mut settings = Self::default();
        for (of, change) in change::latest(changes, at) {
            if let Some(value) = change.value_at(at) {
                settings.set(of, value);
            }
        }
        settings
    }

    /// Of each thing the stricter of the two: on before off.
    #[must_use]
    pub fn strictest(mut self, other: &Self) -> Self {
        for row in rows() {
            let value = &mut self.values[row.id as usize];
            *value = row.stricter_of(*value, other.get(row.id));
        }
        self.off &= other.off;
        // No number of an item is stricter than another: each that somebody named is watched.
        self.watched |= other.watched;
        self
    }

    /// The lines of several practices together; those that ship when there is none.
    pub fn of_practices(practices: impl IntoIterator<Item = Self>) -> Self {
        practices.into_iter().reduce(|all, one| all.strictest(&one)).unwrap_or_default()
    }
}

fn bit(rule: RuleId) -> u64 {
    1 << rule as u64
}
