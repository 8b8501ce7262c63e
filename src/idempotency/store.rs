//! The rows of idempotency keys.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl};
use jiff::{SignedDuration, Timestamp};

use super::{Attempt, Reply};
use crate::{
    db::{self, Conn, schema::idempotency_keys as keys, types::Micros},
    error::{Error, ErrorCode, Result},
    seal::{Cell, Vault, store::person_key},
};

/// How long a reply can be had again.
const KEPT: SignedDuration = SignedDuration::from_hours(72);

#[derive(Queryable)]
struct Row {
    body_hash: String,
    status: i32,
    location: Option<String>,
    etag: Option<String>,
    body_sealed: Option<Vec<u8>>,
    expires_at: Micros,
}

/// Runs `work` unless the same attempt was made before; then answers as it did.
///
/// # Errors
/// What `work` returns, and then the key is free again; 422 when the key came with another body; 409 when
/// the first attempt has been running for more than five seconds.
pub fn once(
    conn: &mut Conn,
    vault: &Vault,
    attempt: Option<&Attempt>,
    now: Timestamp,
    work: impl FnOnce(&mut Conn) -> Result<Reply>,
) -> Result<Reply> {
    let Some(attempt) = attempt else { return work(conn) };
    let body_hash = vault.index("idempotent body", &canonical(&attempt.body));
    // A client may put anything into its keys, so they are kept as keyed hashes.
    let key = vault.index("idempotency key", &attempt.key);
    if !claim(conn, attempt, &key, &body_hash, now)? {
        return replay(conn, vault, attempt, &key, &body_hash);
    }
    let reply = work(conn)?;
    let sealed = person_key(conn, vault, attempt.user)?.seal(cell(&row_of(attempt, &key)), &reply.body)?;
    diesel::update(keys::table.find((attempt.user, attempt.operation, &key)))
        .set((
            keys::status.eq(i32::from(reply.status)),
            keys::location.eq(&reply.location),
            keys::etag.eq(&reply.etag),
            keys::body_sealed.eq(sealed),
        ))
        .execute(conn)?;
    Ok(reply)
}

/// Takes the key; false when it is taken.
fn claim(conn: &mut Conn, attempt: &Attempt, key: &str, body_hash: &str, now: Timestamp) -> Result<bool> {
    diesel::delete(keys::table.find((attempt.user, attempt.operation, key)))
        .filter(keys::expires_at.le(Micros::from(now)))
        .execute(conn)?;
    let inserted = db::unique(conn, |conn| {
        diesel::insert_into(keys::table)
            .values((
                keys::user_id.eq(attempt.user),
                keys::operation.eq(attempt.operation),
                keys::key.eq(key),
                keys::body_hash.eq(body_hash),
                keys::status.eq(0),
                keys::expires_at.eq(Micros::from(now + KEPT)),
            ))
            .execute(conn)
    });
    match inserted {
        Ok(row) => Ok(row.is_some()),
        Err(e) if db::is_lock_timeout(&e) => {
            Err(Error::new(ErrorCode::InProgress, "The first request with this key still runs.")
                .retry_after(1))
        }
        Err(e) => Err(e.into()),
    }
}

fn replay(conn: &mut Conn, vault: &Vault, attempt: &Attempt, key: &str, body_hash: &str) -> Result<Reply> {
    let row: Option<Row> = keys::table
        .find((attempt.user, attempt.operation, key))
        .select((
            keys::body_hash,
            keys::status,
            keys::location,
            keys::etag,
            keys::body_sealed,
            keys::expires_at,
        ))
        .first(conn)
        .optional()?;
    // Its owner rolled back between our insert and this look: the same request may simply be sent again.
    let row = row.ok_or_else(|| Error::unavailable("an idempotency key vanished while it was waited for"))?;
    if row.body_hash != body_hash {
        return Err(Error::new(
            ErrorCode::IdempotencyKeyReused,
            "Use a new Idempotency-Key for a request that differs.",
        ));
    }
    let sealed = row.body_sealed.ok_or_else(|| Error::internal("a committed key has no reply"))?;
    tracing::debug!(until = Timestamp::from(row.expires_at).as_second(), "repeated a stored reply");
    Ok(Reply {
        status: u16::try_from(row.status).map_err(Error::internal)?,
        location: row.location,
        etag: row.etag,
        body: person_key(conn, vault, attempt.user)?.open(cell(&row_of(attempt, key)), &sealed)?,
        replayed: true,
    })
}

/// Deletes the keys that nobody can use any more; returns how many there were.
pub fn purge_expired(conn: &mut Conn, now: Timestamp) -> Result<usize> {
    Ok(diesel::delete(keys::table.filter(keys::expires_at.le(Micros::from(now)))).execute(conn)?)
}

/// The row below its person: the same key may be used for several operations.
fn row_of(attempt: &Attempt, key: &str) -> String {
    format!("{}/{key}", attempt.operation)
}

fn cell(row: &str) -> Cell<'_> {
    Cell { table: "idempotency_keys", column: "body_sealed", row }
}

/// serde_json keeps the keys of its maps sorted, so equal values have equal text.
fn canonical(body: &serde_json::Value) -> String {
    body.to_string()
}
