//! A questionnaire that was filled in, as stored.
//!
//! Its total, its parts and what counts by itself were decided when it was stored and are never computed again.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::scoring::Answers;
use crate::{
    id::{ScreeningId, UserId},
    rules::Form,
};

/// What the total meant when it was stored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// For who follows up.
    pub label: String,
    /// For the parent; `None` of a scale from which nothing follows.
    pub meaning: Option<String>,
}

/// One questionnaire that was filled in.
#[derive(Clone, PartialEq)]
#[allow(missing_docs, reason = "the columns are explained where they are made, in the migration")]
pub struct Screening {
    pub id: ScreeningId,
    pub revision: i64,
    pub instrument: String,
    pub version: String,
    pub answers: Answers,
    pub total: Option<u16>,
    pub possible: u16,
    pub subscales: BTreeMap<String, u16>,
    pub band: Option<Reached>,
    pub self_harm: Option<u8>,
    pub harm: Option<u8>,
    pub watched: Option<u8>,
    pub danger_answer: bool,
    pub keying_doubt: bool,
    pub keying_confirmed: bool,
    pub private: bool,
    pub incomplete: bool,
    pub rules_pending: bool,
    pub entered_by: Option<UserId>,
    pub occurred_at: Timestamp,
    pub time_zone: String,
    pub local_date: Date,
    pub recorded_at: Timestamp,
    pub written_at: Timestamp,
    pub said_at: Timestamp,
}

impl Screening {
    /// What the rules see of it.
    pub fn form(&self) -> Form {
        Form {
            id: self.id,
            local_date: self.local_date,
            occurred_at: self.occurred_at,
            recorded_at: self.recorded_at,
            said_at: self.said_at,
            private: self.private,
            instrument: self.instrument.clone(),
            version: self.version.clone(),
            answers: self.answers.clone(),
            total: self.total,
            possible: self.possible,
            subscales: self.subscales.clone(),
            self_harm: self.self_harm,
            harm: self.harm,
            watched: self.watched,
            keying_doubt: self.keying_doubt && !self.keying_confirmed,
            incomplete: self.incomplete,
            danger_answer: self.danger_answer,
        }
    }
}
