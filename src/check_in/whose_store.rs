//! The parent whose entries are judged, read in one look after her lock was taken.

use diesel::{ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, RunQueryDsl};

use crate::{
    care::{Own, baby::BabyFacts, baby_facts_store},
    db::{
        Conn, on,
        schema::{babies, parents, person_keys, users},
    },
    error::{Error, Result},
    profile::store::{self as profile_store, Facts},
    rules::Profile,
    seal::{PersonKey, Vault},
};

/// The parent whose entries are judged.
pub(super) struct Whose {
    pub(super) parent: Facts,
    pub(super) babies: Vec<BabyFacts>,
    /// What is sealed in the same transaction is sealed with it.
    pub(super) key: PersonKey,
}

type Row = (profile_store::FactsRow, Vec<u8>, Option<baby_facts_store::FactsRow>);

impl Whose {
    pub(super) fn read(conn: &mut Conn, vault: &Vault, own: &Own) -> Result<Self> {
        let query = users::table
            .inner_join(parents::table.on(parents::parent_id.eq(users::id)))
            .inner_join(person_keys::table.on(person_keys::person_id.eq(users::id)))
            .left_join(babies::table.on(babies::parent_id.eq(users::id)))
            .filter(users::id.eq(own.parent()))
            .order(babies::id.asc())
            .select((
                profile_store::facts_columns(),
                person_keys::wrapped,
                baby_facts_store::facts_columns().nullable(),
            ));
        let mut rows = on!(conn, |c| query.load::<Row>(c))?.into_iter();
        let (facts, wrapped, first) =
            rows.next().ok_or_else(|| Error::internal("a parent has no row or no key"))?;
        let babies = first.into_iter().chain(rows.filter_map(|(_, _, baby)| baby));
        Ok(Self {
            parent: profile_store::read_facts(facts)?,
            babies: babies.map(baby_facts_store::read_facts).collect::<Result<_>>()?,
            key: vault.unwrap_person_key(own.parent(), &wrapped)?,
        })
    }

    /// The parent as the rules see her.
    pub(super) fn profile(&self) -> Profile {
        Profile {
            birth_date: self.babies.iter().filter_map(|baby| baby.birth_date).max(),
            contexts: self.parent.contexts.clone(),
            any_baby_visible: self.babies.iter().any(|baby| !baby.hidden),
        }
    }
}
