//! The rows of idempotency keys.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, Queryable, RunQueryDsl,
    backend::Backend,
    query_builder::{AstPass, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{Binary, HasSqlType, Integer, Nullable, Text},
};
use jiff::{SignedDuration, Timestamp};

use super::{Attempt, Reply};
use crate::{
    db::{self, Conn, on, schema::idempotency_keys as keys, types::Micros},
    error::{Error, ErrorCode, Result},
    id::UserId,
    seal::{Cell, PersonKey, Vault, store::person_key},
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

/// What `work` answers with, and the key of the person if it had that at hand.
pub struct Done {
    reply: Reply,
    key: Option<PersonKey>,
}

impl Done {
    /// The reply is sealed with this key, which is that of the person who sent the attempt.
    pub fn with_key(reply: Reply, key: PersonKey) -> Self {
        Self { reply, key: Some(key) }
    }
}

impl From<Reply> for Done {
    fn from(reply: Reply) -> Self {
        Self { reply, key: None }
    }
}

/// Runs `work` unless the same attempt was made before; then answers as it did.
///
/// # Errors
/// What `work` returns, and then the key is free again; 422 when the key came with another body; 409 when
/// the first attempt has been running for more than five seconds.
pub fn once<D: Into<Done>>(
    conn: &mut Conn,
    vault: &Vault,
    attempt: Option<&Attempt>,
    now: Timestamp,
    work: impl FnOnce(&mut Conn) -> Result<D>,
) -> Result<Reply> {
    let Some(attempt) = attempt else { return Ok(work(conn)?.into().reply) };
    let body_hash = vault.index("idempotent body", &canonical(&attempt.body));
    // A client may put anything into its keys, so they are kept as keyed hashes.
    let key = vault.index("idempotency key", &attempt.key);
    if !claim(conn, attempt, &key, &body_hash, now)? {
        return replay(conn, vault, attempt, &key, &body_hash);
    }
    let Done { reply, key: at_hand } = work(conn)?.into();
    let of_sender = match at_hand {
        Some(at_hand) if at_hand.person() == attempt.user => at_hand,
        _ => person_key(conn, vault, attempt.user)?,
    };
    let sealed = of_sender.seal(cell(&row_of(attempt, &key)), &reply.body)?;
    let keep = Keep { attempt, key: &key, reply: &reply, status: i32::from(reply.status), sealed };
    on!(conn, |c| keep.execute(c))?;
    Ok(reply)
}

/// Takes the key; false when it is taken.
fn claim(conn: &mut Conn, attempt: &Attempt, key: &str, body_hash: &str, now: Timestamp) -> Result<bool> {
    if insert(conn, attempt, key, body_hash, now)? {
        return Ok(true);
    }
    // Rarely: an old key that the sweep has not met yet gives its place to this one.
    let freed = diesel::delete(keys::table.find((attempt.user, attempt.operation, key)))
        .filter(keys::expires_at.le(Micros::from(now)))
        .execute(conn)?;
    Ok(freed > 0 && insert(conn, attempt, key, body_hash, now)?)
}

/// One statement on both databases, without a savepoint; it waits for a twin that runs.
fn insert(conn: &mut Conn, attempt: &Attempt, key: &str, body_hash: &str, now: Timestamp) -> Result<bool> {
    let row = (
        keys::user_id.eq(attempt.user),
        keys::operation.eq(attempt.operation),
        keys::key.eq(key),
        keys::body_hash.eq(body_hash),
        keys::status.eq(0),
        keys::expires_at.eq(Micros::from(now + KEPT)),
    );
    // The connection over both cannot say this, each of the two can.
    let inserted =
        on!(conn, |c| diesel::insert_into(keys::table).values(row).on_conflict_do_nothing().execute(c));
    match inserted {
        Ok(rows) => Ok(rows == 1),
        Err(e) if db::is_lock_timeout(&e) => {
            Err(Error::new(ErrorCode::InProgress, "The first request with this key still runs.")
                .retry_after(1))
        }
        Err(e) => Err(e.into()),
    }
}

/// Stores the reply with its key. Written out because diesel keeps no update prepared: each costs PostgreSQL a
/// message more, and both databases parse and plan it anew.
struct Keep<'a> {
    attempt: &'a Attempt,
    key: &'a str,
    reply: &'a Reply,
    status: i32,
    sealed: Vec<u8>,
}

impl<DB: Backend> QueryFragment<DB> for Keep<'_>
where
    UserId: ToSql<Text, DB>,
    str: ToSql<Text, DB>,
    i32: ToSql<Integer, DB>,
    Option<String>: ToSql<Nullable<Text>, DB>,
    Vec<u8>: ToSql<Binary, DB>,
    DB: HasSqlType<Nullable<Text>>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE idempotency_keys SET status = ");
        out.push_bind_param::<Integer, _>(&self.status)?;
        out.push_sql(", location = ");
        out.push_bind_param::<Nullable<Text>, _>(&self.reply.location)?;
        out.push_sql(", etag = ");
        out.push_bind_param::<Nullable<Text>, _>(&self.reply.etag)?;
        out.push_sql(", body_sealed = ");
        out.push_bind_param::<Binary, _>(&self.sealed)?;
        out.push_sql(" WHERE user_id = ");
        out.push_bind_param::<Text, _>(&self.attempt.user)?;
        out.push_sql(" AND operation = ");
        out.push_bind_param::<Text, _>(self.attempt.operation)?;
        out.push_sql(" AND key = ");
        out.push_bind_param::<Text, _>(self.key)?;
        Ok(())
    }
}

impl QueryId for Keep<'_> {
    type QueryId = Keep<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C> RunQueryDsl<C> for Keep<'_> {}

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
