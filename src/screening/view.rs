//! Filled-in questionnaires as they go out.
//!
//! A parent reads the total and what it means in words for her. What is for who follows up, the name of the band and
//! the parts of a scale, only a doula reads. No view says that somebody has or has not a condition.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;

use super::{filled::Screening, offer_view::OfferView};
use crate::{
    check_in::outcome::Outcome,
    flag::view::RaisedFlagView,
    help::view::SafetyView,
    http::{etag, reply::Warning},
    id::{ScreeningId, UserId},
    resource::view::SuggestionView,
};

/// One questionnaire that was filled in.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "019ab0e2-93a4-7c3e-8f00-000000000002", "revision": 1, "etag": "\"1\"", "instrument": "phq-2",
    "version": "1", "answers": {"1": 1, "2": 1}, "total": 2, "possible": 6,
    "band": {"meaning": "One step below the usual line; the full PHQ-9 is worth offering."},
    "keying_doubt": false, "keying_confirmed": false, "private": false, "incomplete": false,
    "rules_pending": false, "entered_by": null, "occurred_at": "2026-11-23T09:15:00Z",
    "time_zone": "Europe/London", "local_date": "2026-11-23", "recorded_at": "2026-11-23T09:15:00Z"
}))]
pub struct ScreeningView {
    #[schema(value_type = String, format = Uuid)]
    id: ScreeningId,
    /// 1, and one more with each change.
    revision: i64,
    etag: String,
    /// Which questionnaire.
    instrument: String,
    /// The version that it was scored by.
    version: String,
    /// What was answered, by item, as it was sent.
    #[schema(value_type = BTreeMap<String, i32>)]
    answers: BTreeMap<String, u8>,
    /// The total when it was stored, never computed again; null when it is incomplete.
    total: Option<u16>,
    /// The highest total that what was asked could have come to.
    possible: u16,
    /// What the total meant when it was stored; null without a total.
    band: Option<BandView>,
    /// The sums of its parts whose items were all answered; only a doula reads them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, i32>>)]
    subscales: Option<BTreeMap<String, u16>>,
    /// The numbers look as if they had been entered by their place on the paper. Please look again, and say so with
    /// `keying_confirmed` when they are right.
    keying_doubt: bool,
    /// Somebody looked at the numbers again, and they are right.
    keying_confirmed: bool,
    private: bool,
    /// An answer was not given, or something was left out because the form carried a danger answer.
    incomplete: bool,
    /// A rule failed on it and will run again within a minute.
    rules_pending: bool,
    /// The doula who entered it together with the parent; null when the parent sent it herself.
    #[schema(value_type = Option<String>, format = Uuid)]
    entered_by: Option<UserId>,
    #[schema(value_type = String, format = DateTime)]
    occurred_at: Timestamp,
    time_zone: String,
    /// The local day that it counts for.
    #[schema(value_type = String, format = Date)]
    local_date: Date,
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
}

/// What a total means.
#[derive(Serialize, ToSchema)]
pub struct BandView {
    /// For who follows up; only a doula reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    label: Option<String>,
    /// In words for the parent; null where nothing follows from the total.
    #[schema(required)]
    meaning: Option<String>,
}

/// The reply to a questionnaire: the form, and what follows from it.
#[derive(Serialize, ToSchema)]
pub struct SubmittedScreeningView {
    /// The form as stored.
    screening: ScreeningView,
    /// Help, when the form raises or feeds something urgent; show it first.
    safety: Option<SafetyView>,
    /// Something fitting to try; empty beside `safety`, and beside a result that asks for a person.
    suggestions: Vec<SuggestionView>,
    /// Questionnaires that are worth offering now; empty beside `safety`.
    offers: Vec<OfferView>,
    /// What the form raised or added to, and who can see it now.
    flags: Vec<RaisedFlagView>,
    /// What was left out, and what is still to be done.
    warnings: Vec<Warning>,
}

impl SubmittedScreeningView {
    /// A form and what follows from it.
    pub(crate) fn of(screening: ScreeningView, outcome: Outcome) -> Self {
        let Outcome { safety, suggestions, offers, flags, warnings } = outcome;
        Self { screening, safety, suggestions, offers, flags, warnings }
    }
}

impl ScreeningView {
    /// As the parent sees her own.
    pub fn own(it: &Screening) -> Self {
        // Of a scale from which nothing follows there is nothing to tell her.
        let meaning = it.band.as_ref().and_then(|band| band.meaning.clone());
        let band = meaning.map(|meaning| BandView { label: None, meaning: Some(meaning) });
        Self::of(it, band, None)
    }

    /// As a doula sees it.
    pub fn for_doula(it: &Screening) -> Self {
        let band = it.band.clone();
        let band = band.map(|band| BandView { label: Some(band.label), meaning: band.meaning });
        Self::of(it, band, Some(it.subscales.clone()))
    }

    fn of(it: &Screening, band: Option<BandView>, subscales: Option<BTreeMap<String, u16>>) -> Self {
        Self {
            id: it.id,
            revision: it.revision,
            etag: etag::of(it.revision),
            instrument: it.instrument.clone(),
            version: it.version.clone(),
            answers: it.answers.clone(),
            total: it.total,
            possible: it.possible,
            band,
            subscales,
            keying_doubt: it.keying_doubt,
            keying_confirmed: it.keying_confirmed,
            private: it.private,
            incomplete: it.incomplete,
            rules_pending: it.rules_pending,
            entered_by: it.entered_by,
            occurred_at: it.occurred_at,
            time_zone: it.time_zone.clone(),
            local_date: it.local_date,
            recorded_at: it.recorded_at,
        }
    }
}
