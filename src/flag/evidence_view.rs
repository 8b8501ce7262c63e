//! What a flag rests on, as a doula reads it: which check-in or questionnaire, of which day, with which values.
//!
//! That there was something on a day is part of the flag. Which it was, and what it said, takes the scope for its kind.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    shared_store::{Answers, SharedCheckIn, SharedForm},
    silence_store::SharedSilence,
    visibility::Terms,
};

/// One thing that a flag rests on.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EvidenceView {
    /// `check_in`, `screening`, or `silence`: that nothing was answered.
    pub kind: &'static str,
    /// Which check-in, with the scope `check_ins`; which questionnaire, with the scope `screenings`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub id: Option<String>,
    /// The local day that it was felt or filled in on; of a silence the day of the last answer that was shared with you.
    #[schema(value_type = String, format = Date)]
    pub local_date: jiff::civil::Date,
    /// What was answered, with the scope for its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<ValuesView>,
}

/// The answers of a check-in, or the numbers of a questionnaire; what was not answered is absent.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct ValuesView {
    /// 0 to 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mood: Option<i16>,
    /// 0 to 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection: Option<i16>,
    /// 0 to 10, 10 worst.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anxiety: Option<i16>,
    /// Over 24 hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sleep_hours: Option<f64>,
    /// 0 to 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub support: Option<i16>,
    /// Unusually full of energy, hardly needing sleep.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sped_up: Option<bool>,
    /// `yes`, `unsure` or `no`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub safe_now: Option<String>,
    /// Asked for contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_me: Option<bool>,
    /// Of a questionnaire, which one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instrument: Option<String>,
    /// Of a questionnaire, what was answered, by item, as it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, i32>>)]
    pub answers: Option<BTreeMap<String, u8>>,
    /// Of a questionnaire, its total when it was stored; absent when it is incomplete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u16>,
    /// Of a questionnaire, the highest total that what was asked could have come to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub possible: Option<u16>,
}

impl From<Answers> for ValuesView {
    fn from(answers: Answers) -> Self {
        Self {
            mood: answers.mood,
            connection: answers.connection,
            anxiety: answers.anxiety,
            sleep_hours: answers.sleep_half_hours.map(|halves| f64::from(halves) / 2.0),
            support: answers.support,
            sped_up: answers.sped_up,
            safe_now: answers.safe_now,
            contact_me: answers.contact_me,
            ..Self::default()
        }
    }
}

impl From<SharedForm> for ValuesView {
    fn from(form: SharedForm) -> Self {
        Self {
            instrument: Some(form.instrument),
            answers: Some(form.answers),
            total: form.total,
            possible: Some(form.possible),
            ..Self::default()
        }
    }
}

impl EvidenceView {
    /// All that a doula sees of a flag's evidence, earliest day first, each with the instant at which it was recorded.
    pub fn all(
        check_ins: Vec<SharedCheckIn>,
        forms: Vec<SharedForm>,
        silences: Vec<SharedSilence>,
        terms: Terms,
    ) -> Vec<(Timestamp, Self)> {
        let check_ins = check_ins.into_iter().map(|piece| (piece.recorded_at, Self::check_in(piece, terms)));
        let forms = forms.into_iter().map(|piece| (piece.recorded_at, Self::form(piece, terms)));
        let silences = silences.into_iter().map(|silence| (silence.recorded_at, Self::silence(silence)));
        let mut all: Vec<(Timestamp, Self)> = check_ins.chain(forms).chain(silences).collect();
        // Each kind comes in order, and a stable sort keeps it among those of one day and instant.
        all.sort_by_key(|(recorded_at, piece)| (piece.local_date, *recorded_at));
        all
    }

    fn check_in(piece: SharedCheckIn, terms: Terms) -> Self {
        Self {
            kind: "check_in",
            id: terms.check_ins.then(|| piece.id.as_str().to_owned()),
            local_date: piece.local_date,
            values: terms.check_ins.then(|| piece.answers.into()),
        }
    }

    fn form(piece: SharedForm, terms: Terms) -> Self {
        Self {
            kind: "screening",
            id: terms.screenings.then(|| piece.id.as_str().to_owned()),
            local_date: piece.local_date,
            values: terms.screenings.then(|| piece.into()),
        }
    }

    fn silence(silence: SharedSilence) -> Self {
        Self { kind: "silence", id: None, local_date: silence.local_date, values: None }
    }
}
