//! One thing that can be set: whose it is, what it means, its unit, its shipped value and its bounds.
//!
//! The bounds are its loosest and its strictest value. Which direction is stricter follows from them, and so does
//! whether it may be loosened at all: not where the loosest value is the shipped one.

use super::{
    super::{finding::RuleId, severity::UnknownWord},
    table::SettingId,
};

/// What a setting belongs to.
#[derive(Copy, Clone, Eq, PartialEq, Hash, Debug)]
pub enum Topic {
    /// A rule.
    Rule(RuleId),
    /// The times until somebody should act, of all rules.
    DueTimes,
}

impl Topic {
    /// Every topic, rules first.
    pub fn all() -> impl Iterator<Item = Self> {
        RuleId::ALL.into_iter().map(Self::Rule).chain([Self::DueTimes])
    }

    /// The word used in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rule(rule) => rule.as_str(),
            Self::DueTimes => "due_times",
        }
    }

    /// The rule, if it is one.
    pub fn rule(self) -> Option<RuleId> {
        match self {
            Self::Rule(rule) => Some(rule),
            Self::DueTimes => None,
        }
    }

    /// What can be set of it.
    pub fn settings(self) -> impl Iterator<Item = &'static Setting> {
        super::rows().filter(move |row| row.of == self)
    }

    /// The setting of this name.
    pub fn setting(self, name: &str) -> Option<&'static Setting> {
        self.settings().find(|row| row.name == name)
    }
}

impl std::str::FromStr for Topic {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::all().find(|topic| topic.as_str() == text).ok_or(UnknownWord)
    }
}

/// What a value counts.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub enum Unit {
    /// Steps of a scale from 0 to 10.
    Points,
    /// The total of a questionnaire.
    Score,
    /// Days.
    Days,
    /// Whole hours.
    Hours,
    /// Hours in steps of a half.
    HalfHours,
    /// Parts of a hundred.
    Percent,
    /// The number of an item of a questionnaire.
    Item,
}

impl Unit {
    /// The word used in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::Score => "score",
            Self::Days => "days",
            Self::Hours | Self::HalfHours => "hours",
            Self::Percent => "percent",
            Self::Item => "item",
        }
    }

    /// How many steps make one.
    pub fn steps(self) -> u16 {
        match self {
            Self::Points | Self::Score | Self::Days | Self::Hours | Self::Percent | Self::Item => 1,
            Self::HalfHours => 2,
        }
    }

    /// A number of steps as a number of the unit.
    pub fn number(self, steps: u16) -> f64 {
        f64::from(steps) / f64::from(self.steps())
    }

    /// A number of steps to be read aloud, with its unit.
    pub fn words(self, steps: u16) -> String {
        let number = self.number(steps);
        match self {
            Self::Points | Self::Score => number.to_string(),
            Self::Percent => format!("{number} %"),
            Self::Item if steps == 0 => "none".to_owned(),
            Self::Item => format!("item {number}"),
            Self::Days | Self::Hours | Self::HalfHours => {
                let word = self.as_str();
                let word = if steps == self.steps() { word.trim_end_matches('s') } else { word };
                format!("{number} {word}")
            }
        }
    }
}

/// Which values raise more.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub enum Stricter {
    /// Lower ones.
    Lower,
    /// Higher ones.
    Higher,
}

impl Stricter {
    /// The word used in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lower => "lower",
            Self::Higher => "higher",
        }
    }
}

/// Why a value cannot be set.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub enum Refused {
    /// It lies beyond the bounds.
    OutOfRange,
    /// It would raise less than what ships, where that may not be.
    MayNotLoosen,
    /// It lies between two steps of the unit.
    BetweenSteps,
}

/// One thing that can be set. Values are in steps of the unit.
#[derive(Debug)]
pub struct Setting {
    /// Which.
    pub id: SettingId,
    /// Of what.
    pub of: Topic,
    /// Its name among the settings of the same topic.
    pub name: &'static str,
    /// What it means, to be read before its value.
    pub meaning: &'static str,
    /// What it counts.
    pub unit: Unit,
    /// What ships.
    pub default: u16,
    /// The bound beyond which it would raise too little.
    pub loosest: u16,
    /// The bound beyond which it would raise too much.
    pub strictest: u16,
}

impl Setting {
    /// Which values raise more.
    pub fn stricter(&self) -> Stricter {
        if self.strictest < self.loosest { Stricter::Lower } else { Stricter::Higher }
    }

    /// Whether values that raise less than what ships may be set.
    pub fn may_loosen(&self) -> bool {
        self.loosest != self.default
    }

    /// The smallest value.
    pub fn min(&self) -> u16 {
        self.loosest.min(self.strictest)
    }

    /// The largest value.
    pub fn max(&self) -> u16 {
        self.loosest.max(self.strictest)
    }

    /// The nearest value within the bounds.
    pub fn within_bounds(&self, value: u16) -> u16 {
        value.clamp(self.min(), self.max())
    }

    /// The value of two that raises more.
    pub fn stricter_of(&self, one: u16, other: u16) -> u16 {
        match self.stricter() {
            Stricter::Lower => one.min(other),
            Stricter::Higher => one.max(other),
        }
    }

    /// Whether a value raises less than what ships.
    pub fn is_looser(&self, value: u16) -> bool {
        value != self.default && self.stricter_of(value, self.default) == self.default
    }

    /// A number of the unit as a value to be set.
    ///
    /// # Errors
    /// Why it cannot be set.
    pub fn accept(&self, number: f64) -> Result<u16, Refused> {
        let steps = number * f64::from(self.unit.steps());
        let beyond = |strict: bool| match (strict, self.may_loosen()) {
            (false, false) => Refused::MayNotLoosen,
            _ => Refused::OutOfRange,
        };
        if steps < f64::from(self.min()) {
            return Err(beyond(self.stricter() == Stricter::Lower));
        }
        if steps.is_nan() || steps > f64::from(self.max()) {
            return Err(beyond(self.stricter() == Stricter::Higher));
        }
        if steps.fract() != 0.0 {
            return Err(Refused::BetweenSteps);
        }
        // Within the bounds, which are whole numbers of 16 bits, and whole itself.
        Ok(steps as u16)
    }

    /// What can be set, in words.
    pub fn bounds_in_words(&self) -> String {
        format!("{} to {}", self.unit.number(self.min()), self.unit.words(self.max()))
    }
}
