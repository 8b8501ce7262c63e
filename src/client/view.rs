//! A client as her doula reads of her.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;

use crate::id::UserId;

/// A parent who granted something to you.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0199f0a2-7c1e-7a52-9d4b-0a4f5ce1a001", "display_name": "Maya", "open_flags": 1,
    "worth_a_call_today": {"reason": "Asked on 23 November for someone to get in touch."},
    "scopes": ["flags", "check_ins"], "linked_since": "2026-11-01T10:00:00Z",
    "last_check_in_on": "2026-11-23", "paused_until": null, "etag": "\"pFjq0m\""
}))]
pub struct ClientView {
    /// Her user id.
    #[schema(value_type = String, format = Uuid)]
    pub id: UserId,
    /// The name to use.
    pub display_name: String,
    /// Flags that you see and that are not closed, snoozed ones included.
    pub open_flags: usize,
    /// Why a call is worth it today; null when nothing presses.
    pub worth_a_call_today: Option<WorthACall>,
    /// What she lets you see.
    pub scopes: Vec<&'static str>,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub linked_since: Timestamp,
    /// The latest day with a check-in shared with you, null when there is none; absent without the scope
    /// `check_ins`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub last_check_in_on: Option<Option<Date>>,
    /// The last local day of a pause of check-ins that she chose; null when there is none. A pause puts nothing off but
    /// what comes of not answering.
    #[schema(value_type = Option<String>, format = Date)]
    pub paused_until: Option<Date>,
    /// The tag of this view.
    pub etag: String,
}

/// Why a call is worth it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WorthACall {
    /// The reason of the flag that presses most.
    pub reason: String,
}
