//! Names of the people on a page of flags, each opened once.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::view::ParentCard;
use crate::{auth, db::Conn, error::Result, id::UserId, seal::Vault};

/// Somebody by id and name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonView {
    /// Who.
    #[schema(value_type = String, format = Uuid)]
    pub id: UserId,
    /// The name they go by.
    pub display_name: String,
}

/// What was opened so far.
pub struct People<'a> {
    vault: &'a Vault,
    names: HashMap<UserId, String>,
    cards: HashMap<UserId, ParentCard>,
}

impl<'a> People<'a> {
    /// Nobody yet.
    pub fn new(vault: &'a Vault) -> Self {
        Self { vault, names: HashMap::new(), cards: HashMap::new() }
    }

    /// The name of a person.
    pub fn name(&mut self, conn: &mut Conn, of: UserId) -> Result<String> {
        if let Some(name) = self.names.get(&of) {
            return Ok(name.clone());
        }
        let name = auth::store::display_name(conn, self.vault, of)?;
        self.names.insert(of, name.clone());
        Ok(name)
    }

    /// A person by id and name.
    pub fn person(&mut self, conn: &mut Conn, of: UserId) -> Result<PersonView> {
        Ok(PersonView { id: of, display_name: self.name(conn, of)? })
    }

    /// A parent with the ways of contact that are safe. The caller holds a grant of hers.
    pub fn parent(&mut self, conn: &mut Conn, of: UserId) -> Result<ParentCard> {
        if let Some(card) = self.cards.get(&of) {
            return Ok(card.clone());
        }
        let display_name = self.name(conn, of)?;
        let safe_contact = auth::store::safe_contact(conn, self.vault, of)?;
        let card = ParentCard { id: of, display_name, safe_contact };
        self.cards.insert(of, card.clone());
        Ok(card)
    }
}
