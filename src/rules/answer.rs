//! That something was answered and when, without what: all that silence needs to know of most answers.

use jiff::{SignedDuration, Timestamp, civil::Date};

use super::{entry::Entry, form::Form};

/// A clock that is a little off, or an answer on the stroke of midnight, backdates nothing (product decision).
const SENT_AT_ONCE: SignedDuration = SignedDuration::from_hours(1);

/// An answer of any kind.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub struct Answer {
    /// The local day it speaks of.
    pub local_date: Date,
    /// When it was felt or filled in.
    pub occurred_at: Timestamp,
    /// When it was first stored.
    pub recorded_at: Timestamp,
}

impl Answer {
    /// Whether it was written later than it was felt.
    pub fn is_backdated(&self) -> bool {
        self.recorded_at.duration_since(self.occurred_at) > SENT_AT_ONCE
    }
}

impl From<&Entry> for Answer {
    fn from(entry: &Entry) -> Self {
        let Entry { local_date, occurred_at, recorded_at, .. } = *entry;
        Self { local_date, occurred_at, recorded_at }
    }
}

impl From<&Form> for Answer {
    fn from(form: &Form) -> Self {
        let Form { local_date, occurred_at, recorded_at, .. } = *form;
        Self { local_date, occurred_at, recorded_at }
    }
}
