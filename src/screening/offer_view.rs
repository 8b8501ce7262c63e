//! What is worth offering as it goes out, in the words of who reads it.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::offer::{Because, Offer};

/// A questionnaire that is worth offering.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "instrument": "phq-9",
    "reason": "After your PHQ-2 of 23 November, the PHQ-9 can tell a little more, if you like. Talking about it is just as \
        good.",
    "note": null, "open_from": "2026-11-23", "late_from": null,
    "because": {"kind": "screening", "id": "019ab0e2-93a4-7c3e-8f00-000000000002", "local_date": "2026-11-23"}
}))]
pub struct OfferView {
    /// Which questionnaire.
    instrument: String,
    /// Why, in words for who reads it.
    reason: String,
    /// Of a form whose words may not be shown: who holds it.
    note: Option<&'static str>,
    /// From this day on it may be filled in; a day that is past means now.
    #[schema(value_type = String, format = Date)]
    open_from: Date,
    /// From this day on it is late; null where nothing is late.
    #[schema(value_type = Option<String>, format = Date)]
    late_from: Option<Date>,
    /// What asks for it.
    because: BecauseView,
}

/// What asks for a questionnaire.
#[derive(Serialize, ToSchema)]
pub struct BecauseView {
    /// A questionnaire that was filled in, or a flag that nobody has closed.
    kind: &'static str,
    /// Which one.
    #[schema(value_type = String, format = Uuid)]
    id: String,
    /// The local day of the one, or the first of the other.
    #[schema(value_type = String, format = Date)]
    local_date: Date,
}

impl OfferView {
    /// For the parent.
    pub fn own(offer: &Offer) -> Self {
        Self::of(offer, offer.for_the_parent())
    }

    /// For a doula who may see her questionnaires.
    pub fn for_doula(offer: &Offer) -> Self {
        Self::of(offer, offer.for_a_doula())
    }

    fn of(offer: &Offer, reason: String) -> Self {
        let (kind, id) = match &offer.because {
            Because::Screening { id, .. } => ("screening", id.as_str().to_owned()),
            Because::Flag(id) => ("flag", id.as_str().to_owned()),
        };
        Self {
            instrument: offer.instrument.id.clone(),
            reason,
            note: offer.note(),
            open_from: offer.open_from,
            late_from: offer.late_from,
            because: BecauseView { kind, id, local_date: offer.asked_on },
        }
    }
}
