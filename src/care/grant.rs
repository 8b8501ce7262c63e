//! Proofs of access. Only this file makes them.

use jiff::Timestamp;

use crate::{
    auth::{Doula, Parent},
    id::{CareLinkId, UserId},
};

/// The right of a parent to everything of her own.
#[derive(Debug, Clone, Copy)]
pub struct Own(UserId);

impl Own {
    /// A signed-in parent has it.
    pub fn of(parent: &Parent) -> Self {
        Self(parent.id())
    }

    /// Of a parent in whose place the server itself acts: when a timer falls due, or rules are rehearsed.
    pub(crate) fn of_timer(parent: UserId) -> Self {
        Self(parent)
    }

    /// Of a parent who lets this doula see her questionnaires, and fills one in together with her.
    pub(crate) fn together_with(grant: &Grant) -> Option<Self> {
        grant.scopes.screenings.then_some(Self(grant.parent))
    }

    /// Of a parent who lets this doula see her check-ins, where the doula begins anew what is usual for her.
    pub(crate) fn begun_anew_by(grant: &Grant) -> Option<Self> {
        grant.scopes.check_ins.then_some(Self(grant.parent))
    }

    /// Whose.
    pub fn parent(&self) -> UserId {
        self.0
    }
}

/// What a parent lets a doula see; flags are part of every link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scopes {
    /// Check-ins that are not private, without note and tags.
    pub check_ins: bool,
    /// Note and tags of those.
    pub notes: bool,
    /// Questionnaires that are not private.
    pub screenings: bool,
}

/// The right of a doula to what one parent granted her, as it stood in the transaction that read it.
#[derive(Debug, Clone, Copy)]
pub struct Grant {
    link: CareLinkId,
    parent: UserId,
    doula: UserId,
    scopes: Scopes,
    private_danger: bool,
    history_from: Timestamp,
}

/// A care link as its row says; `store` reads it.
#[derive(Debug, Clone, Copy)]
pub(super) struct LinkFacts {
    pub(super) link: CareLinkId,
    pub(super) parent: UserId,
    pub(super) doula: UserId,
    pub(super) scopes: Scopes,
    pub(super) private_danger: bool,
    pub(super) history_from: Timestamp,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) ended_at: Option<Timestamp>,
}

impl LinkFacts {
    /// Whether the link binds at `now`: neither ended nor expired. It began when it was made, so a clock that was
    /// set back since does not take it away.
    pub(super) fn is_live(&self, now: Timestamp) -> bool {
        self.ended_at.is_none_or(|ended| now < ended) && self.expires_at.is_none_or(|expires| now < expires)
    }

    /// The grant of the doula who asks.
    pub(super) fn grant_to(&self, doula: &Doula, now: Timestamp) -> Option<Grant> {
        (self.doula == doula.id()).then(|| self.grant(now)).flatten()
    }

    /// The grant that a parent's own transaction reads to learn who can see what she writes.
    pub(super) fn grant_seen_by(&self, own: &Own, now: Timestamp) -> Option<Grant> {
        (self.parent == own.parent()).then(|| self.grant(now)).flatten()
    }

    /// What the link grants at `now`, for telling what a change of it changes.
    pub(super) fn grant(&self, now: Timestamp) -> Option<Grant> {
        self.is_live(now).then_some(Grant {
            link: self.link,
            parent: self.parent,
            doula: self.doula,
            scopes: self.scopes,
            private_danger: self.private_danger,
            history_from: self.history_from,
        })
    }
}

impl Grant {
    /// The link that it comes from, for the audit.
    pub fn link(&self) -> CareLinkId {
        self.link
    }

    /// Whose data.
    pub fn parent(&self) -> UserId {
        self.parent
    }

    /// Who may see it.
    pub fn doula(&self) -> UserId {
        self.doula
    }

    /// Which parts of it.
    pub fn scopes(&self) -> Scopes {
        self.scopes
    }

    /// Whether she may be told, without any content, that a private entry was marked as danger.
    pub fn private_danger(&self) -> bool {
        self.private_danger
    }

    /// What was recorded before stays unseen.
    pub fn history_from(&self) -> Timestamp {
        self.history_from
    }
}
