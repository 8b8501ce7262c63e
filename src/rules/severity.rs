//! Severity: the four words that say how soon a person should look.
//!
//! The order of the variants is the order of urgency, so `max` picks the graver one. The times
//! are the defaults of the service; those of a practice are in `settings`.

use std::{fmt, str::FromStr};

use jiff::SignedDuration;

/// A stored or sent word that is not on its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownWord;

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a word of this list")
    }
}

impl std::error::Error for UnknownWord {}

/// How soon somebody should look. Ordered: `Urgent` is the highest.
#[derive(Copy, Clone, Eq, PartialEq, Ord, PartialOrd, Hash, Debug)]
pub enum Severity {
    /// When the doula looks next.
    Notice,
    /// Within three days.
    FollowUp,
    /// Today.
    SameDay,
    /// Now.
    Urgent,
}

impl Severity {
    /// Every severity, lowest first.
    pub const ALL: [Self; 4] = [Self::Notice, Self::FollowUp, Self::SameDay, Self::Urgent];

    /// The word used in the API, the database and the data files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::FollowUp => "follow_up",
            Self::SameDay => "same_day",
            Self::Urgent => "urgent",
        }
    }

    /// Time until somebody should have acted, as shipped: 168, 72, 12 or 2 hours (product decision).
    pub fn due_after(self) -> SignedDuration {
        SignedDuration::from_hours(match self {
            Self::Notice => 168,
            Self::FollowUp => 72,
            Self::SameDay => 12,
            Self::Urgent => 2,
        })
    }

    /// One step graver; `Urgent` stays what it is.
    pub fn one_higher(self) -> Self {
        match self {
            Self::Notice => Self::FollowUp,
            Self::FollowUp => Self::SameDay,
            Self::SameDay | Self::Urgent => Self::Urgent,
        }
    }
}

/// How soon somebody should act, by severity, where a practice may want it sooner.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub struct DueTimes([u16; 4]);

impl DueTimes {
    /// Whole hours for each severity.
    pub fn of_hours(hours: impl Fn(Severity) -> u16) -> Self {
        Self(Severity::ALL.map(hours))
    }

    /// Time until somebody should have acted.
    pub fn after(self, severity: Severity) -> SignedDuration {
        SignedDuration::from_hours(i64::from(self.0[severity as usize]))
    }
}

impl FromStr for Severity {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|severity| severity.as_str() == text).ok_or(UnknownWord)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urgent_is_the_highest_and_stays_there() {
        assert!(Severity::Notice < Severity::FollowUp);
        assert!(Severity::FollowUp < Severity::SameDay);
        assert!(Severity::SameDay < Severity::Urgent);
        assert_eq!(Severity::Notice.one_higher(), Severity::FollowUp);
        assert_eq!(Severity::FollowUp.one_higher(), Severity::SameDay);
        assert_eq!(Severity::SameDay.one_higher(), Severity::Urgent);
        assert_eq!(Severity::Urgent.one_higher(), Severity::Urgent);
    }

    #[test]
    fn every_word_reads_back_and_no_other_does() {
        for severity in Severity::ALL {
            assert_eq!(severity.as_str().parse(), Ok(severity));
        }
        assert_eq!("URGENT".parse::<Severity>(), Err(UnknownWord));
        assert_eq!("".parse::<Severity>(), Err(UnknownWord));
    }
}
