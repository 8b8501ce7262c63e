//! A care link and its terms: what a parent grants to one doula, from when, and until when.
//!
//! Plain values and pure functions. That a link is live is decided here and in `grant`, for an instant that is
//! handed in; nobody keeps the answer.

use std::str::FromStr;

use jiff::{Timestamp, ToSpan, tz::TimeZone};

use super::grant::{LinkFacts, Scopes};
use crate::{
    http::field::Patch,
    id::{CareLinkId, UserId},
};

/// One thing that a doula may be let see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// That there is a flag, and of what kind; no link is without it.
    Flags,
    /// Shared check-ins, but for her own words.
    CheckIns,
    /// Her own words in them: the note and the tags.
    Notes,
    /// Shared questionnaires.
    Screenings,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 4] = [Self::Flags, Self::CheckIns, Self::Notes, Self::Screenings];
    /// Their words, in the same order.
    pub const WORDS: [&'static str; 4] = ["flags", "check_ins", "notes", "screenings"];

    /// The word used in the API and in the history of consent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Flags => "flags",
            Self::CheckIns => "check_ins",
            Self::Notes => "notes",
            Self::Screenings => "screenings",
        }
    }
}

/// The text is not the word of a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownScope;

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(word: &str) -> Result<Self, UnknownScope> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word).ok_or(UnknownScope)
    }
}

/// Notes were granted without the check-ins that they are part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NeedsCheckIns;

impl Scopes {
    /// The scopes of a list, in any order; flags are added when left out.
    ///
    /// # Errors
    /// When notes come without check-ins.
    pub fn of(list: &[Scope]) -> Result<Self, NeedsCheckIns> {
        let has = |scope| list.contains(&scope);
        let scopes = Self {
            check_ins: has(Scope::CheckIns),
            notes: has(Scope::Notes),
            screenings: has(Scope::Screenings),
        };
        if scopes.notes && !scopes.check_ins { Err(NeedsCheckIns) } else { Ok(scopes) }
    }

    /// Their words, flags first.
    pub fn words(self) -> Vec<&'static str> {
        let granted = |scope: &Scope| match scope {
            Scope::Flags => true,
            Scope::CheckIns => self.check_ins,
            Scope::Notes => self.notes,
            Scope::Screenings => self.screenings,
        };
        Scope::ALL.into_iter().filter(granted).map(Scope::as_str).collect()
    }
}

/// What the parent agreed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Which parts of her data.
    pub scopes: Scopes,
    /// Whether the doula may be told, without any content, that a private entry was marked as danger.
    pub private_danger: bool,
    /// What was recorded before stays unseen.
    pub history_from: Timestamp,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

/// The latest end that may be agreed on at `now`: twelve months ahead (security requirement CON-6).
pub fn latest_expiry(now: Timestamp) -> Timestamp {
    now.to_zoned(TimeZone::UTC).saturating_add(12.months()).timestamp()
}

/// A care link, live or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Which one.
    pub id: CareLinkId,
    /// Who granted.
    pub parent: UserId,
    /// To whom.
    pub doula: UserId,
    /// What.
    pub terms: Terms,
    /// From when.
    pub started_at: Timestamp,
    /// When somebody ended it.
    pub ended_at: Option<Timestamp>,
    /// Raised by every change.
    pub revision: i64,
}

impl Link {
    pub(super) fn facts(&self) -> LinkFacts {
        LinkFacts {
            link: self.id,
            parent: self.parent,
            doula: self.doula,
            scopes: self.terms.scopes,
            private_danger: self.terms.private_danger,
            history_from: self.terms.history_from,
            expires_at: self.terms.expires_at,
            ended_at: self.ended_at,
        }
    }

    /// Whether it binds at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.facts().is_live(now)
    }

    /// When it ended, as seen at `now`: by somebody, or by itself at its expiry.
    pub fn ended_by(&self, now: Timestamp) -> Option<Timestamp> {
        self.ended_at.or(self.terms.expires_at.filter(|expires| *expires <= now))
    }
}

/// Terms that a parent proposes for a new link.
#[derive(Debug, Clone, Copy)]
pub struct TermsDraft {
    pub(super) scopes: Scopes,
    pub(super) private_danger: bool,
    /// `None`: from the start of the link.
    pub(super) history_from: Option<Timestamp>,
    pub(super) expires_at: Option<Timestamp>,
}

impl TermsDraft {
    /// The terms of a link that starts at `now`.
    pub fn begin(self, now: Timestamp) -> Terms {
        Terms {
            scopes: self.scopes,
            private_danger: self.private_danger,
            history_from: self.history_from.unwrap_or(now),
            expires_at: self.expires_at,
        }
    }
}

/// A change of some of the terms.
#[derive(Debug, Clone)]
pub struct TermsPatch {
    pub(super) scopes: Patch<Scopes>,
    pub(super) private_danger: Patch<bool>,
    /// Emptied, it is the start of the link again.
    pub(super) history_from: Patch<Timestamp>,
    pub(super) expires_at: Patch<Timestamp>,
}

impl TermsPatch {
    /// The link's terms with the changes in them.
    pub fn apply(self, link: &Link) -> Terms {
        Terms {
            scopes: self.scopes.or(link.terms.scopes),
            private_danger: self.private_danger.or(link.terms.private_danger),
            history_from: self.history_from.apply(Some(link.terms.history_from)).unwrap_or(link.started_at),
            expires_at: self.expires_at.apply(link.terms.expires_at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a literal")
    }

    fn link() -> Link {
        let scopes = Scopes { check_ins: true, notes: false, screenings: false };
        let draft = TermsDraft { scopes, private_danger: true, history_from: None, expires_at: None };
        let started_at = at("2026-11-23T09:15:00Z");
        Link {
            id: CareLinkId::new(started_at),
            parent: UserId::new(started_at),
            doula: UserId::new(started_at),
            terms: draft.begin(started_at),
            started_at,
            ended_at: None,
            revision: 1,
        }
    }

    #[test]
    fn flags_are_part_of_every_link_and_notes_need_check_ins() {
        type Outcome<'a> = Result<&'a [&'a str], NeedsCheckIns>;
        let cases: [(&[Scope], Outcome<'_>); 5] = [
            (&[], Ok(&["flags"])),
            (&[Scope::Screenings, Scope::Flags, Scope::Screenings], Ok(&["flags", "screenings"])),
            (&[Scope::Notes, Scope::CheckIns], Ok(&["flags", "check_ins", "notes"])),
            (&[Scope::Notes], Err(NeedsCheckIns)),
            (&Scope::ALL, Ok(&Scope::WORDS)),
        ];
        for (list, expected) in cases {
            let words = Scopes::of(list).map(Scopes::words);
            assert_eq!(words.as_deref().map_err(|e| *e), expected, "{list:?}");
        }
        for word in Scope::WORDS {
            assert_eq!(word.parse().map(Scope::as_str), Ok(word));
        }
        assert_eq!("trends".parse::<Scope>(), Err(UnknownScope));
    }

    #[test]
    fn history_begins_with_the_link_unless_the_parent_says_otherwise() {
        let keep = TermsPatch {
            scopes: Patch::Keep,
            private_danger: Patch::Keep,
            history_from: Patch::Keep,
            expires_at: Patch::Keep,
        };
        assert_eq!(link().terms.history_from, link().started_at);
        assert_eq!(keep.clone().apply(&link()), link().terms);
        let earlier = at("2026-11-01T00:00:00Z");
        let opened = TermsPatch { history_from: Patch::Set(earlier), ..keep.clone() }.apply(&link());
        assert_eq!(opened.history_from, earlier);
        let opened = Link { terms: opened, ..link() };
        let closed = TermsPatch { history_from: Patch::Clear, private_danger: Patch::Set(false), ..keep };
        let expected = Terms { private_danger: false, ..link().terms };
        assert_eq!(closed.apply(&opened), expected);
    }

    #[test]
    fn a_link_binds_up_to_its_end_also_when_the_clock_was_set_back() {
        let (start, end, later) = (link().started_at, at("2026-12-01T00:00:00Z"), at("2026-12-24T00:00:00Z"));
        let before = at("2026-11-30T23:59:59.999999Z");
        let expiring = Link { terms: Terms { expires_at: Some(end), ..link().terms }, ..link() };
        let ended = Link { ended_at: Some(end), ..link() };
        for link in [expiring, ended] {
            assert!(link.is_live(start) && link.is_live(before));
            assert!(!link.is_live(end) && !link.is_live(later) && link.is_live(at("2026-11-23T09:14:59Z")));
            assert_eq!(link.ended_by(later), Some(end));
        }
        assert_eq!(expiring.ended_by(before), None);
        assert!(link().is_live(later) && link().ended_by(later).is_none());
    }

    #[test]
    fn a_link_may_be_agreed_on_for_twelve_months() {
        assert_eq!(latest_expiry(at("2026-11-23T09:15:00Z")), at("2027-11-23T09:15:00Z"));
        assert_eq!(latest_expiry(at("2028-02-29T09:15:00Z")), at("2029-02-28T09:15:00Z"));
    }
}
