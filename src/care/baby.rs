//! A baby as the parent describes it, and which of its conditions are in force on a day.
//!
//! Plain values and pure functions; reading bodies and storing rows happen elsewhere. Everything that says
//! something about a baby must first ask whether the baby is hidden.

use std::str::FromStr;

use jiff::{ToSpan, civil::Date};

use crate::{id::BabyId, resource::catalogue::Context};

/// The text is none of the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownWord;

/// A circumstance of a baby that lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BabyContext {
    /// In a neonatal unit now.
    Nicu,
    /// Born early.
    Preterm,
    /// One of twins or more.
    Multiples,
}

impl BabyContext {
    /// Every context.
    pub const ALL: [Self; 3] = [Self::Nicu, Self::Preterm, Self::Multiples];
    /// Their words, in the same order.
    pub const WORDS: [&'static str; 3] = ["nicu", "preterm", "multiples"];

    /// The word used in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nicu => "nicu",
            Self::Preterm => "preterm",
            Self::Multiples => "multiples",
        }
    }
}

impl FromStr for BabyContext {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|context| context.as_str() == word).ok_or(UnknownWord)
    }
}

impl From<BabyContext> for Context {
    fn from(context: BabyContext) -> Self {
        match context {
            BabyContext::Nicu => Self::Nicu,
            BabyContext::Preterm => Self::Preterm,
            BabyContext::Multiples => Self::Multiples,
        }
    }
}

/// What a passing condition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConditionKind {
    /// A vaccine was given on the first day of the condition.
    Vaccination,
    /// Fever or illness.
    Fever,
    /// Broken, infected or newly rashy skin.
    Skin,
}

impl ConditionKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Vaccination, Self::Fever, Self::Skin];
    /// Their words, in the same order.
    pub const WORDS: [&'static str; 3] = ["vaccination", "fever", "skin"];

    /// The word used in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Vaccination => "vaccination",
            Self::Fever => "fever",
            Self::Skin => "skin",
        }
    }
}

impl FromStr for ConditionKind {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or(UnknownWord)
    }
}

impl From<ConditionKind> for Context {
    fn from(kind: ConditionKind) -> Self {
        match kind {
            ConditionKind::Vaccination => Self::VaccinationRecent,
            ConditionKind::Fever => Self::Fever,
            ConditionKind::Skin => Self::SkinCondition,
        }
    }
}

/// Something that passes and that speaks against touching skin meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    /// What it is.
    pub kind: ConditionKind,
    /// First day, included.
    pub since: Date,
    /// Last day, included; open without one, but for a vaccination, which ends by itself.
    pub until: Option<Date>,
}

impl Condition {
    /// Whether it counts on `today`. `vaccination_wait_hours` is the wait after a vaccine, 0 to 168. The hour
    /// of the vaccine is not known, so the wait counts from the end of its day.
    fn is_in_force(&self, today: Date, vaccination_wait_hours: u32) -> bool {
        if today < self.since {
            return false;
        }
        match (self.until, self.kind) {
            (Some(until), _) => today <= until,
            (None, ConditionKind::Vaccination) => {
                let days = i64::from(vaccination_wait_hours.div_ceil(24));
                // A day past the end of the calendar is later than every day that can be asked about.
                days > 0 && self.since.checked_add(days.days()).map_or(true, |last| today <= last)
            }
            (None, ConditionKind::Fever | ConditionKind::Skin) => true,
        }
    }
}

/// The kinds of condition that count on `today`, each once. `vaccination_wait_hours`: 0 to 168, default 48
/// (trainers' custom, no trial supports a number; product decision).
pub fn in_force(conditions: &[Condition], today: Date, vaccination_wait_hours: u32) -> Vec<ConditionKind> {
    let counts = |kind: &ConditionKind| {
        conditions.iter().any(|c| c.kind == *kind && c.is_in_force(today, vaccination_wait_hours))
    };
    ConditionKind::ALL.into_iter().filter(counts).collect()
}

/// The yes of the baby's own team to touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clearance {
    /// Who gave it, in the parent's words.
    pub given_by: String,
    /// On which day.
    pub given_on: Date,
}

/// A baby of one parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baby {
    /// Which one.
    pub id: BabyId,
    /// Name or nickname, if she told it.
    pub name: Option<String>,
    /// Day of birth, if known.
    pub birth_date: Option<Date>,
    /// Day it was due, if known.
    pub due_date: Option<Date>,
    /// What lasts.
    pub contexts: Vec<BabyContext>,
    /// What passes, as the parent sent it.
    pub conditions: Vec<Condition>,
    /// The yes of the baby's team to touch.
    pub clearance: Option<Clearance>,
    /// Nothing may be said or suggested about this baby.
    pub hidden: bool,
    /// Raised by every change.
    pub revision: i64,
}

/// What rules and ranking use of a baby: no text that a person wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BabyFacts {
    /// Which one.
    pub id: BabyId,
    /// Day of birth, if known.
    pub birth_date: Option<Date>,
    /// Day it was due, if known.
    pub due_date: Option<Date>,
    /// What lasts.
    pub contexts: Vec<BabyContext>,
    /// What passes; ask [`in_force`] which of it counts.
    pub conditions: Vec<Condition>,
    /// The baby's team said yes to touch.
    pub cleared_for_massage: bool,
    /// Nothing may be said or suggested about this baby.
    pub hidden: bool,
}

/// The day that days since birth count from: the latest birth, hidden babies included.
pub fn latest_birth(babies: &[BabyFacts]) -> Option<Date> {
    babies.iter().filter_map(|baby| baby.birth_date).max()
}

/// Whether anything about a baby may be said at all.
pub fn any_visible(babies: &[BabyFacts]) -> bool {
    babies.iter().any(|baby| !baby.hidden)
}
