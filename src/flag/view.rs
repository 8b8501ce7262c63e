//! A flag as a doula reads it. What is not in a type here cannot leave by accident.
//!
//! Everything is counted over what she sees: the first and last instants, the history, and the tag, which is a
//! keyed hash of the view itself, so that a private change she may not know of moves nothing.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    event_store::Event, evidence_view::EvidenceView, list::Seen, person::PersonView, record::Recorded,
};
use crate::{
    error::{Error, Result},
    id::{FlagId, UserId},
    rules::{
        Reader, render,
        trust::{self, TrustNote},
    },
    seal::Vault,
};

/// A flag for a doula.
#[derive(Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0199f0a2-7c1e-7a52-9d4b-0a4f5ce1b001",
    "parent": {"id": "0199f0a2-7c1e-7a52-9d4b-0a4f5ce1a001", "display_name": "Maya",
        "safe_contact": {"ways": ["message"], "hours": "after 18:00", "note": null}},
    "rule": {"id": "not_safe", "version": 1}, "severity": "urgent",
    "reason": "Answered \"unsure\" on 23 November when asked about being safe right now.",
    "evidence": [{"kind": "check_in", "id": "0199f0a2-7c1e-7a52-9d4b-0a4f5ce1c001",
        "local_date": "2026-11-23", "values": {"mood": 3, "safe_now": "unsure"}}],
    "raised_at": "2026-11-23T09:15:00Z", "last_seen_at": "2026-11-23T09:15:00Z",
    "due_at": "2026-11-23T11:15:00Z", "status": "open", "snoozed_until": null, "notes": [],
    "history": [{"at": "2026-11-23T09:15:00Z", "actor": null, "kind": "raised", "to": "open"}],
    "etag": "\"pFjq0m\""
}))]
pub struct FlagView {
    /// Which flag.
    #[schema(value_type = String, format = Uuid)]
    pub id: FlagId,
    /// Whose.
    pub parent: ParentCard,
    /// The rule that raised it.
    pub rule: RuleView,
    /// `urgent`, `same_day`, `follow_up` or `notice`.
    pub severity: &'static str,
    /// Why, in words; with values only where the scopes allow them.
    pub reason: String,
    /// What it rests on and is shared with you.
    pub evidence: Vec<EvidenceView>,
    /// When it first showed to you.
    #[schema(value_type = String, format = DateTime)]
    pub raised_at: Timestamp,
    /// When the latest entry that you may know of came.
    #[schema(value_type = String, format = DateTime)]
    pub last_seen_at: Timestamp,
    /// When somebody should have acted.
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Timestamp,
    /// `open`, `acknowledged`, `contacted`, `resolved`, `dismissed`, `snoozed` or `corrected`.
    pub status: &'static str,
    /// When a snoozed flag comes back.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub snoozed_until: Option<Timestamp>,
    /// What is written beside it while it is not closed, so that better numbers are not taken for more than they say; none
    /// of it changes the flag.
    pub notes: Vec<NoteView>,
    /// What happened, earliest first.
    pub history: Vec<EventView>,
    /// The tag of this view.
    pub etag: String,
}

/// The parent on a flag, with the ways of contact that are safe.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ParentCard {
    /// Who.
    #[schema(value_type = String, format = Uuid)]
    pub id: UserId,
    /// The name to use.
    pub display_name: String,
    /// Ways, hours and a note; null when the parent said nothing of it: then a message in the app, no call.
    #[schema(value_type = Option<Object>)]
    pub safe_contact: Option<serde_json::Value>,
}

/// A rule by name and version.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RuleView {
    /// Its name; `private_danger` for a private entry that asks for a person.
    pub id: &'static str,
    /// Its version.
    pub version: i32,
}

/// Something that is written beside a flag.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "rise", "version": 2,
    "text": "Mood has been higher since 26 November, after low days between 20 and 24 November, and nobody has noted \
             contact on this flag in between. A rise alone says little; a conversation is still worth having."
}))]
pub struct NoteView {
    /// `all_zero`: a questionnaire came to a total of zero. `rise`: mood is higher after low days without contact.
    /// `full_scale`: the full scale of the short form was filled in since, over the same two weeks.
    pub id: &'static str,
    /// The version of the note's rule.
    pub version: u16,
    /// In words.
    pub text: String,
}

impl From<&TrustNote> for NoteView {
    fn from(note: &TrustNote) -> Self {
        Self { id: note.as_str(), version: trust::VERSION, text: note.words() }
    }
}

/// One thing that happened to a flag.
#[derive(Clone, Serialize, ToSchema)]
pub struct EventView {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who; null for the server.
    pub actor: Option<PersonView>,
    /// `raised`, `evidence`, `severity`, `danger`, `transition` or `snooze_ended`.
    pub kind: &'static str,
    /// The status after it.
    pub to: &'static str,
    /// Why, as the doula wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What else the doula wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The end of a snooze.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
}

impl EventView {
    /// An event and the name of who did it.
    pub fn of(event: Event, actor: Option<PersonView>) -> Self {
        Self {
            at: event.at,
            actor,
            kind: event.kind.as_str(),
            to: event.to.as_str(),
            reason: event.reason,
            note: event.note,
            until: event.until,
        }
    }
}

/// A flag in the reply to the check-in that raised it or added to it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0199f0a2-7c1e-7a52-9d4b-0a4f5ce1b001", "rule": {"id": "not_safe", "version": 1},
    "severity": "urgent",
    "reason": "Answered \"unsure\" on 23 November when asked about being safe right now.",
    "seen_by": ["Asha"]
}))]
pub struct RaisedFlagView {
    /// Which flag.
    #[schema(value_type = String, format = Uuid)]
    pub id: FlagId,
    /// The rule that raised it.
    pub rule: RuleView,
    /// `urgent`, `same_day`, `follow_up` or `notice`.
    pub severity: &'static str,
    /// What your doula reads; when nobody sees the flag, the same in words for you.
    pub reason: String,
    /// The names of those who see it now; empty when nobody does.
    pub seen_by: Vec<String>,
}

impl RaisedFlagView {
    /// What was recorded, and the names of those who see it.
    pub fn of(recorded: &Recorded, seen_by: Vec<String>) -> Self {
        let Recorded { flag, shown_reason, .. } = recorded;
        let reason = shown_reason.clone().unwrap_or_else(|| render(&flag.reason, Reader::Parent));
        Self {
            id: flag.id,
            rule: RuleView { id: flag.rule.as_str(), version: flag.version },
            severity: flag.severity.as_str(),
            reason,
            seen_by,
        }
    }

    /// What one doula sees of it, for the doula herself.
    pub fn seen(seen: &Seen, seen_by: Vec<String>) -> Self {
        let (id, version) = seen.sight.rule(&seen.flag);
        Self {
            id: seen.flag.id,
            rule: RuleView { id, version },
            severity: seen.severity().as_str(),
            reason: seen.reason(),
            seen_by,
        }
    }
}

/// The tag of a view: a keyed hash of all that it says.
///
/// # Errors
/// 500 when the view cannot be written as JSON.
pub fn tag(vault: &Vault, view: &impl Serialize) -> Result<String> {
    let text = serde_json::to_string(view).map_err(Error::internal)?;
    Ok(format!("\"{}\"", vault.index("view tag", &text)))
}
