//! A care link as both sides see it.
//!
//! Names are sealed with the key of the person they belong to, so making a view asks the database.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::link::Link;
use crate::{
    auth,
    db::Conn,
    error::{Error, Result},
    http::etag,
    id::{CareLinkId, UserId},
    seal::Vault,
};

/// A care link.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "0191e7c2-93a4-7c3e-8f00-000000000001",
    "parent": {"id": "0191e7c2-93a4-7c3e-8f00-000000000002", "display_name": "Maya"},
    "doula": {"id": "0191e7c2-93a4-7c3e-8f00-000000000003", "display_name": "Asha"},
    "scopes": ["flags", "check_ins"], "private_danger": true, "history_from": "2026-11-23T09:15:00Z",
    "started_at": "2026-11-23T09:15:00Z", "expires_at": null, "ended_at": null, "etag": "\"1\""
}))]
pub struct LinkView {
    /// Which one.
    #[schema(value_type = String, format = Uuid)]
    pub id: CareLinkId,
    /// Who granted.
    pub parent: LinkedPersonView,
    /// To whom.
    pub doula: LinkedPersonView,
    /// Any of `flags`, `check_ins`, `notes`, `screenings`.
    #[schema(value_type = Vec<String>)]
    pub scopes: Vec<&'static str>,
    /// Whether the doula may be told, without any content, that a private entry was marked as danger.
    pub private_danger: bool,
    /// What was recorded before stays unseen.
    #[schema(value_type = String, format = DateTime)]
    pub history_from: Timestamp,
    /// From when it binds.
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Timestamp,
    /// When it ends by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// Tag of this revision, for `If-Match`.
    pub etag: String,
}

/// Somebody with an account, by name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "0191e7c2-93a4-7c3e-8f00-000000000003", "display_name": "Asha"}))]
pub struct LinkedPersonView {
    /// Their user id.
    #[schema(value_type = String, format = Uuid)]
    pub id: UserId,
    /// What they are called.
    pub display_name: String,
}

impl LinkView {
    /// The link as it stands at `now`; one that has expired shows its end.
    pub fn of(conn: &mut Conn, vault: &Vault, link: &Link, now: Timestamp) -> Result<Self> {
        let mut views = Self::all(conn, vault, std::slice::from_ref(link), now)?;
        views.pop().ok_or_else(|| Error::internal("a link has no view"))
    }

    /// Some links as they stand at `now`, in their order; asks for all names at once.
    pub fn all(conn: &mut Conn, vault: &Vault, links: &[Link], now: Timestamp) -> Result<Vec<Self>> {
        let people: Vec<UserId> = links.iter().flat_map(|link| [link.parent, link.doula]).collect();
        let names = auth::store::display_names(conn, vault, &people)?;
        let person = |id: UserId| match names.get(&id) {
            Some(name) => Ok(LinkedPersonView { id, display_name: name.clone() }),
            None => Err(Error::internal("a linked person has no name or key")),
        };
        let view = |link: &Link| {
            Ok(Self {
                id: link.id,
                parent: person(link.parent)?,
                doula: person(link.doula)?,
                scopes: link.terms.scopes.words(),
                private_danger: link.terms.private_danger,
                history_from: link.terms.history_from,
                started_at: link.started_at,
                expires_at: link.terms.expires_at,
                ended_at: link.ended_by(now),
                etag: etag::of(link.revision),
            })
        };
        links.iter().map(view).collect()
    }
}
