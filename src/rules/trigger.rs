//! What the rules are asked about: an entry, a questionnaire, or a day on which nobody wrote anything.
//!
//! All three have a place in time and a local day, so that a history can be judged in the order in which it was
//! met, whatever it is made of.

use std::borrow::Cow;

use jiff::{Timestamp, civil::Date};

use super::{entry::Entry, form::Form, quiet::Quiet, source::Source};

/// What the rules are asked about.
#[derive(Clone, Eq, PartialEq, Debug)]
pub enum Trigger {
    /// A check-in.
    Entry(Entry),
    /// A questionnaire that was filled in.
    Form(Form),
    /// A day without an answer.
    Day(Quiet),
}

impl Trigger {
    /// The check-in, if it is one.
    pub fn entry(&self) -> Option<&Entry> {
        match self {
            Self::Entry(entry) => Some(entry),
            Self::Form(_) | Self::Day(_) => None,
        }
    }

    /// The questionnaire, if it is one.
    pub fn form(&self) -> Option<&Form> {
        match self {
            Self::Form(form) => Some(form),
            Self::Entry(_) | Self::Day(_) => None,
        }
    }

    /// The day without an answer, if it is one.
    pub fn quiet(&self) -> Option<&Quiet> {
        match self {
            Self::Day(quiet) => Some(quiet),
            Self::Entry(_) | Self::Form(_) => None,
        }
    }

    /// What it is as evidence; a day is none.
    pub fn source(&self) -> Option<Source> {
        match self {
            Self::Entry(entry) => Some(entry.id.into()),
            Self::Form(form) => Some(form.id.into()),
            Self::Day(_) => None,
        }
    }

    /// The local day it was felt, filled in or asked on.
    pub fn local_date(&self) -> Date {
        match self {
            Self::Entry(entry) => entry.local_date,
            Self::Form(form) => form.local_date,
            Self::Day(quiet) => quiet.on,
        }
    }

    /// When it was felt, filled in or asked.
    pub fn occurred_at(&self) -> Timestamp {
        match self {
            Self::Entry(entry) => entry.occurred_at,
            Self::Form(form) => form.occurred_at,
            Self::Day(quiet) => quiet.at,
        }
    }

    /// When what it says was last said.
    pub fn said_at(&self) -> Timestamp {
        match self {
            Self::Entry(entry) => entry.said_at,
            Self::Form(form) => form.said_at,
            Self::Day(quiet) => quiet.at,
        }
    }

    /// When it came in; a day is asked at its morning.
    pub fn recorded_at(&self) -> Timestamp {
        match self {
            Self::Entry(entry) => entry.recorded_at,
            Self::Form(form) => form.recorded_at,
            Self::Day(quiet) => quiet.at,
        }
    }

    /// Whether it is kept from doulas. That nothing was said is nothing that a parent said in private.
    pub fn private(&self) -> bool {
        match self {
            Self::Entry(entry) => entry.private,
            Self::Form(form) => form.private,
            Self::Day(_) => false,
        }
    }

    /// Whether an answer in it raises `urgent` by itself, whatever else is in it or missing from it.
    pub fn has_danger_answer(&self) -> bool {
        match self {
            Self::Entry(entry) => entry.has_danger_answer(),
            Self::Form(form) => form.danger_answer,
            Self::Day(_) => false,
        }
    }

    /// The same as a doula may have it judged.
    pub(super) fn shared(&self) -> Cow<'_, Self> {
        match self {
            Self::Day(quiet) => Cow::Owned(Self::Day(quiet.shared())),
            Self::Entry(_) | Self::Form(_) => Cow::Borrowed(self),
        }
    }

    /// Its place in the order of time: by instant, a day after what was said at its instant, then by name.
    pub(super) fn place(&self) -> (Timestamp, bool, Option<String>) {
        (self.occurred_at(), self.quiet().is_some(), self.source().map(|source| source.key()))
    }
}

impl From<Entry> for Trigger {
    fn from(entry: Entry) -> Self {
        Self::Entry(entry)
    }
}

impl From<Form> for Trigger {
    fn from(form: Form) -> Self {
        Self::Form(form)
    }
}
