//! What a finding can rest on: a check-in, a questionnaire, or that nothing was answered.
//!
//! A source is a name, not a value: what was said stays with the check-in or the questionnaire.

use jiff::civil::Date;

use crate::id::{CheckInId, NotAnId, ScreeningId};

/// What a piece of evidence is about.
#[derive(Copy, Clone, Eq, PartialEq, Ord, PartialOrd, Hash, Debug)]
pub enum Source {
    /// A check-in.
    CheckIn(CheckInId),
    /// A questionnaire that was filled in.
    Screening(ScreeningId),
    /// No answer since this local day, on which she last answered.
    Silence(Date),
}

impl Source {
    /// The word used in the API and the database.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::CheckIn(_) => "check_in",
            Self::Screening(_) => "screening",
            Self::Silence(_) => "silence",
        }
    }

    /// What names it among those of its kind: an id, or the day in ISO form.
    pub fn key(&self) -> String {
        match self {
            Self::CheckIn(id) => id.as_str().to_owned(),
            Self::Screening(id) => id.as_str().to_owned(),
            Self::Silence(since) => since.to_string(),
        }
    }

    /// The source of this kind and key, as they were stored.
    ///
    /// # Errors
    /// The kind is unknown to this version, or the key is none of its kind.
    pub fn of(kind: &str, key: &str) -> Result<Self, NotAnId> {
        match kind {
            "check_in" => key.parse().map(Self::CheckIn),
            "screening" => key.parse().map(Self::Screening),
            "silence" => key.parse().map(Self::Silence).map_err(|_| NotAnId),
            _ => Err(NotAnId),
        }
    }

    /// Whether it is that nothing was answered.
    pub fn is_silence(&self) -> bool {
        matches!(self, Self::Silence(_))
    }

    /// The check-in, if it is one.
    pub fn check_in(&self) -> Option<CheckInId> {
        match self {
            Self::CheckIn(id) => Some(*id),
            Self::Screening(_) | Self::Silence(_) => None,
        }
    }
}

impl From<CheckInId> for Source {
    fn from(id: CheckInId) -> Self {
        Self::CheckIn(id)
    }
}

impl From<ScreeningId> for Source {
    fn from(id: ScreeningId) -> Self {
        Self::Screening(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::sample::{TODAY, day, entry};

    #[test]
    fn every_source_is_named_so_that_it_reads_back() {
        let id = entry(1, TODAY).id;
        let screening = id.as_str().parse().expect("an id");
        for source in [Source::CheckIn(id), Source::Screening(screening), Source::Silence(day(TODAY))] {
            assert_eq!(Source::of(source.kind(), &source.key()), Ok(source));
        }
        assert!(Source::of("silence", id.as_str()).is_err());
        assert!(Source::of("check_in", TODAY).is_err());
        assert!(Source::of("letter", id.as_str()).is_err());
    }
}
