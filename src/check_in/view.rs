//! Check-ins as they go out.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;

use super::CheckIn;
use crate::{
    care::Scopes,
    flag::view::RaisedFlagView,
    help::view::SafetyView,
    http::{etag, reply::Warning},
    id::{BabyId, CheckInId},
    resource::view::SuggestionView,
    screening::offer_view::OfferView,
};

/// One check-in.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "019ab0e2-93a4-7c3e-8f00-000000000001", "revision": 1, "etag": "\"1\"", "mood": 6, "connection": 4,
    "anxiety": 3, "sleep_hours": 4.5, "support": null, "sped_up": null, "safe_now": null, "contact_me": null,
    "note": "A long night.", "tags": [], "baby_id": null, "private": false, "incomplete": false,
    "rules_pending": false, "occurred_at": "2026-11-23T09:15:00Z", "time_zone": "Europe/London",
    "local_date": "2026-11-23", "recorded_at": "2026-11-23T09:15:00Z"
}))]
pub struct CheckInView {
    #[schema(value_type = String, format = Uuid)]
    id: CheckInId,
    /// 1, and one more with each edit.
    revision: i64,
    etag: String,
    /// 0 to 10; null only when the entry is incomplete.
    mood: Option<u8>,
    /// 0 to 10.
    connection: Option<u8>,
    /// 0 to 10, 10 the worst.
    anxiety: Option<u8>,
    /// Hours over the last 24.
    sleep_hours: Option<f64>,
    /// 0 to 10.
    support: Option<u8>,
    sped_up: Option<bool>,
    /// `yes`, `unsure` or `no`.
    safe_now: Option<&'static str>,
    contact_me: Option<bool>,
    /// Absent for a doula without the scope `notes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    note: Option<Option<String>>,
    /// Absent for a doula without the scope `notes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<String>>,
    #[schema(value_type = Option<String>, format = Uuid)]
    baby_id: Option<BabyId>,
    private: bool,
    /// Something was left out because the entry carried a danger answer.
    incomplete: bool,
    /// A rule failed on it and will run again within a minute.
    rules_pending: bool,
    #[schema(value_type = String, format = DateTime)]
    occurred_at: Timestamp,
    time_zone: String,
    /// The local day that it counts for.
    #[schema(value_type = String, format = Date)]
    local_date: Date,
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
}

impl CheckInView {
    /// As the parent sees her own.
    pub fn own(check_in: &CheckIn) -> Self {
        Self::with_words(check_in, true)
    }

    /// As a doula sees it.
    pub fn for_doula(check_in: &CheckIn, scopes: Scopes) -> Self {
        Self::with_words(check_in, scopes.notes)
    }

    fn with_words(check_in: &CheckIn, words: bool) -> Self {
        Self {
            id: check_in.id,
            revision: check_in.revision,
            etag: etag::of(check_in.revision),
            mood: check_in.mood,
            connection: check_in.connection,
            anxiety: check_in.anxiety,
            sleep_hours: check_in.sleep_half_hours.map(|halves| f64::from(halves) / 2.0),
            support: check_in.support,
            sped_up: check_in.sped_up,
            safe_now: check_in.safe_now.map(crate::rules::SafeNow::as_str),
            contact_me: check_in.contact_me,
            note: words.then(|| check_in.note.clone()),
            tags: words.then(|| check_in.tags.clone()),
            baby_id: check_in.baby,
            private: check_in.private,
            incomplete: check_in.incomplete,
            rules_pending: check_in.rules_pending,
            occurred_at: check_in.occurred_at,
            time_zone: check_in.time_zone.clone(),
            local_date: check_in.local_date,
            recorded_at: check_in.recorded_at,
        }
    }
}

/// The reply to a check-in: the entry, and what follows from it.
#[derive(Serialize, ToSchema)]
pub struct SubmittedView {
    /// The entry as stored.
    pub check_in: CheckInView,
    /// Help, when the entry raises or feeds something urgent; show it first.
    pub safety: Option<SafetyView>,
    /// Something fitting to try; empty beside `safety`.
    pub suggestions: Vec<SuggestionView>,
    /// Questionnaires that are worth offering now; empty beside `safety`.
    pub offers: Vec<OfferView>,
    /// What the entry raised or added to, and who can see it now.
    pub flags: Vec<RaisedFlagView>,
    /// What was left out, and what is still to be done.
    pub warnings: Vec<Warning>,
}
