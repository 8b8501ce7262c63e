//! Where the wrapped keys of people are kept, and the fingerprint of the keys that wrapped them.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use jiff::Timestamp;

use super::{PersonKey, VERSION, Vault};
use crate::{
    db::{
        Conn, on,
        schema::{facts, person_keys},
        types::Micros,
    },
    error::{Error, Result},
    id::UserId,
};

const FINGERPRINT: &str = "keys_fingerprint";

/// Makes and stores the data key of a new person; their row in `users` exists already.
pub fn insert_person_key(
    conn: &mut Conn,
    vault: &Vault,
    person: UserId,
    now: Timestamp,
) -> Result<PersonKey> {
    let (key, wrapped) = vault.new_person_key(person)?;
    insert_wrapped(conn, person, &wrapped, now)?;
    Ok(key)
}

/// Stores a wrapped data key that was made before.
pub fn insert_wrapped(conn: &mut Conn, person: UserId, wrapped: &[u8], now: Timestamp) -> Result<()> {
    diesel::insert_into(person_keys::table)
        .values((
            person_keys::person_id.eq(person),
            person_keys::key_version.eq(i32::from(VERSION)),
            person_keys::wrapped.eq(wrapped),
            person_keys::created_at.eq(Micros::from(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The data key of a person.
///
/// # Errors
/// 500 when there is none or it does not unwrap.
pub fn person_key(conn: &mut Conn, vault: &Vault, person: UserId) -> Result<PersonKey> {
    let query = person_keys::table.find(person).select(person_keys::wrapped);
    let wrapped: Option<Vec<u8>> = on!(conn, |c| query.first(c)).optional()?;
    let wrapped = wrapped.ok_or_else(|| Error::internal("a person has no key"))?;
    vault.unwrap_person_key(person, &wrapped)
}

/// The fingerprint of the keys that this database was written with, if any was.
pub fn keys_fingerprint(conn: &mut Conn) -> Result<Option<String>> {
    Ok(facts::table.find(FINGERPRINT).select(facts::value).first(conn).optional()?)
}

/// Binds the database to these keys, unless it is bound already. Returns what it is bound to.
pub fn bind_keys(conn: &mut Conn, fingerprint: &str) -> Result<String> {
    crate::db::unique(conn, |conn| {
        diesel::insert_into(facts::table)
            .values((facts::name.eq(FINGERPRINT), facts::value.eq(fingerprint)))
            .execute(conn)
    })?;
    keys_fingerprint(conn)?.ok_or_else(|| Error::internal("the fingerprint was not stored"))
}
