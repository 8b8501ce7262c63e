//! What the rules know of a parent beside her check-ins: birth, contexts, whether a baby is shown.
//!
//! No name, no address, nothing that identifies anybody. Reasons never quote what is in here.

use std::str::FromStr;

use jiff::civil::Date;

use super::{history::days_between, severity::UnknownWord};

/// A circumstance that a parent told of and that changes what is asked or raised.
#[derive(Copy, Clone, Eq, PartialEq, Hash, Debug)]
pub enum ParentContext {
    /// A baby died, or is no longer in the family's care.
    Loss,
    /// The child came by adoption, surrogacy or fostering.
    Adoption,
    /// The birth itself was traumatic.
    BirthTrauma,
    /// Bipolar illness or psychosis at some time before.
    ManiaHistory,
}

impl ParentContext {
    /// Every context.
    pub const ALL: [Self; 4] = [Self::Loss, Self::Adoption, Self::BirthTrauma, Self::ManiaHistory];

    /// The word used in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Loss => "loss",
            Self::Adoption => "adoption",
            Self::BirthTrauma => "birth_trauma",
            Self::ManiaHistory => "mania_history",
        }
    }
}

impl FromStr for ParentContext {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|context| context.as_str() == text).ok_or(UnknownWord)
    }
}

/// The parent as the rules see her.
#[derive(Clone, Eq, PartialEq, Debug, Default)]
pub struct Profile {
    /// The latest birth date of her babies, hidden ones included.
    pub birth_date: Option<Date>,
    /// What she told of.
    pub contexts: Vec<ParentContext>,
    /// Whether anything about a baby may be judged or said.
    pub any_baby_visible: bool,
}

impl Profile {
    /// Days from birth to `on`; the day of birth is 0, a day before it is negative. `None` means that the
    /// birth is unknown, which every rule takes as later than day 28.
    pub fn days_since_birth(&self, on: Date) -> Option<i32> {
        self.birth_date.map(|birth| days_between(birth, on))
    }

    /// Whether connection is judged and counted: not after a loss, and not without a baby that is shown
    /// (product decision).
    pub fn connection_counts(&self) -> bool {
        self.any_baby_visible && !self.has(ParentContext::Loss)
    }

    /// Whether the parent told of this context.
    pub fn has(&self, context: ParentContext) -> bool {
        self.contexts.contains(&context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_of_birth_is_day_nought() {
        let day = |text: &str| text.parse::<Date>().expect("a literal");
        let profile = Profile { birth_date: Some(day("2026-11-01")), ..Profile::default() };
        assert_eq!(profile.days_since_birth(day("2026-11-01")), Some(0));
        assert_eq!(profile.days_since_birth(day("2026-11-15")), Some(14));
        assert_eq!(profile.days_since_birth(day("2026-10-31")), Some(-1));
        assert_eq!(Profile::default().days_since_birth(day("2026-11-15")), None);
    }

    #[test]
    fn connection_counts_with_a_baby_to_be_seen_and_without_a_loss() {
        for (any_baby_visible, contexts, counts) in [
            (true, vec![], true),
            (true, vec![ParentContext::BirthTrauma], true),
            (true, vec![ParentContext::Loss], false),
            (false, vec![], false),
        ] {
            let profile = Profile { birth_date: None, contexts, any_baby_visible };
            assert_eq!(profile.connection_counts(), counts, "{profile:?}");
        }
    }

    #[test]
    fn every_context_reads_back() {
        for context in ParentContext::ALL {
            assert_eq!(context.as_str().parse(), Ok(context));
        }
        assert_eq!("nicu".parse::<ParentContext>(), Err(UnknownWord));
    }
}
