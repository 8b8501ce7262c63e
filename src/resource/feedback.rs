//! What a parent says about a resource: whether she tried it and whether it helped. Plain values.

use jiff::Timestamp;

/// The text is none of the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownWord;

/// Whether it helped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Helped {
    /// It did.
    Yes,
    /// It did not.
    No,
    /// Hard to say.
    Unsure,
}

impl Helped {
    /// Every answer's word.
    pub const WORDS: [&'static str; 3] = ["yes", "no", "unsure"];

    /// The word used in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unsure => "unsure",
        }
    }
}

impl std::str::FromStr for Helped {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "yes" => Ok(Self::Yes),
            "no" => Ok(Self::No),
            "unsure" => Ok(Self::Unsure),
            _ => Err(UnknownWord),
        }
    }
}

/// One parent's word on one resource; a later one takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// Which resource.
    pub slug: String,
    /// Whether she tried it.
    pub tried: bool,
    /// Whether it helped, if she said.
    pub helped: Option<Helped>,
    /// Her words.
    pub note: Option<String>,
    /// When she said so.
    pub updated_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_reads_back() {
        for word in Helped::WORDS {
            assert_eq!(word.parse::<Helped>().map(Helped::as_str), Ok(word));
        }
        assert_eq!("maybe".parse::<Helped>(), Err(UnknownWord));
    }
}
