//! What a client may send about a care link, and how it is read into terms with every mistake at once.
//!
//! Nothing is ticked for the parent: scopes and `private_danger` must be said when a link is made.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    Scopes,
    invitation::InvitationCode,
    link::{NeedsCheckIns, Scope, TermsDraft, TermsPatch, latest_expiry},
};
use crate::{
    error::{Error, Result},
    http::{
        field::{Fault, Field, Patch, Reader, Wire},
        json::into_wire,
        value::{Instant, List, string, word},
    },
};

/// A link that a parent makes with the code of her doula.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({
    "code": "7Q2M-X0KD-93FA-TT5C-1RWN-PZ84-HB6E", "scopes": ["flags", "check_ins"], "private_danger": true
}))]
pub struct NewLink {
    /// The code; case, spaces and hyphens do not matter.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    code: Field<SentCode>,
    /// Any of `flags`, `check_ins`, `notes`, `screenings`; `flags` is added, `notes` needs `check_ins`.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 8, required = true)]
    scopes: Field<List<Scope, 8>>,
    /// Whether the doula may be told, without any content, that a private entry was marked as danger.
    #[serde(default)]
    #[schema(value_type = bool, required = true)]
    private_danger: Field<bool>,
    /// What was recorded before stays unseen; not in the future, by default the start of the link.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    history_from: Field<Instant>,
    /// When the link ends by itself; at most twelve months ahead.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Field<Instant>,
    #[serde(flatten)]
    #[schema(ignore)]
    rest: BTreeMap<String, Value>,
}

/// A change of what a link grants.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"scopes": ["flags"], "expires_at": null}))]
pub struct LinkChange {
    /// All scopes that it shall have from now on.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 8)]
    scopes: Field<List<Scope, 8>>,
    /// Whether the doula may be told, without any content, that a private entry was marked as danger.
    #[serde(default)]
    #[schema(value_type = bool)]
    private_danger: Field<bool>,
    /// What was recorded before stays unseen; not in the future, null for the start of the link.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    history_from: Field<Instant>,
    /// When the link ends by itself; at most twelve months ahead, null for no such day.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Field<Instant>,
    #[serde(flatten)]
    #[schema(ignore)]
    rest: BTreeMap<String, Value>,
}

impl NewLink {
    /// Reads a code and the terms.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn read(object: Map<String, Value>, now: Timestamp) -> Result<(InvitationCode, TermsDraft)> {
        let body: Self = into_wire(object)?;
        let mut reader = Reader::default();
        reader.unknown(&body.rest);
        let code = reader.required("code", body.code).and_then(|sent| {
            if sent.0.is_none() {
                no_such_code(&mut reader);
            }
            sent.0
        });
        let scopes = reader.required("scopes", body.scopes).and_then(|list| granted(&mut reader, &list.0));
        let private_danger = reader.required("private_danger", body.private_danger);
        let history_from = reader.optional("history_from", body.history_from).map(|at| at.0);
        let expires_at = reader.optional("expires_at", body.expires_at).map(|at| at.0);
        bounds(&mut reader, history_from, expires_at, now);
        match (code, scopes, private_danger) {
            (Some(code), Some(scopes), Some(private_danger)) if reader.is_clean() => {
                Ok((code, TermsDraft { scopes, private_danger, history_from, expires_at }))
            }
            _ => Err(reader.into_error()),
        }
    }
}

impl LinkChange {
    /// Reads a change of the terms.
    ///
    /// # Errors
    /// 422 with everything that is wrong.
    pub fn read(object: Map<String, Value>, now: Timestamp) -> Result<TermsPatch> {
        let body: Self = into_wire(object)?;
        let mut reader = Reader::default();
        reader.unknown(&body.rest);
        let scopes = match reader.patch_required("scopes", body.scopes) {
            Patch::Set(list) => granted(&mut reader, &list.0).map_or(Patch::Keep, Patch::Set),
            Patch::Keep | Patch::Clear => Patch::Keep,
        };
        let private_danger = reader.patch_required("private_danger", body.private_danger);
        let history_from = instant(reader.patch("history_from", body.history_from));
        let expires_at = instant(reader.patch("expires_at", body.expires_at));
        bounds(&mut reader, history_from.clone().apply(None), expires_at.clone().apply(None), now);
        reader.finish()?;
        Ok(TermsPatch { scopes, private_danger, history_from, expires_at })
    }
}

/// The one refusal of a code, whether it never was one, was used, or is too old.
pub fn unknown_code() -> Error {
    let mut reader = Reader::default();
    no_such_code(&mut reader);
    reader.into_error()
}

fn no_such_code(reader: &mut Reader) {
    reader.wrong(
        "/code",
        "unknown_code",
        "No invitation is open under this code. Ask your doula for a new one.",
    );
}

fn granted(reader: &mut Reader, list: &[Scope]) -> Option<Scopes> {
    match Scopes::of(list) {
        Ok(scopes) => Some(scopes),
        Err(NeedsCheckIns) => {
            reader.wrong(
                "/scopes",
                "needs_check_ins",
                "Notes are part of check-ins: grant check_ins as well.",
            );
            None
        }
    }
}

fn bounds(
    reader: &mut Reader,
    history_from: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    now: Timestamp,
) {
    if history_from.is_some_and(|from| from > now) {
        reader.wrong("/history_from", "out_of_range", "Must not lie in the future.");
    }
    if expires_at.is_some_and(|expires| expires <= now || expires > latest_expiry(now)) {
        reader.wrong("/expires_at", "out_of_range", "Must lie in the future, at most twelve months ahead.");
    }
}

fn instant(patch: Patch<Instant>) -> Patch<Timestamp> {
    match patch {
        Patch::Keep => Patch::Keep,
        Patch::Clear => Patch::Clear,
        Patch::Set(at) => Patch::Set(at.0),
    }
}

/// A code as sent: nothing when it cannot be one, which is answered as a code that nobody made.
struct SentCode(Option<InvitationCode>);

impl std::fmt::Debug for SentCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SentCode")
    }
}

impl Wire for SentCode {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        string(value).map(|typed| Self(InvitationCode::parse(typed)))
    }
}

impl Wire for Scope {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        word(value, &Self::WORDS)
    }
}
