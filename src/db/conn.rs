//! `Conn`: one connection type over both databases.
//!
//! diesel's `MultiConnection` cannot do a few things, and here is what we do then:
//! - `on_conflict`: `on!` hands the statement to the connection behind it; or an insert inside a nested transaction and
//!   a look at the unique violation ([`unique`]). PostgreSQL aborts a transaction after a failed statement, so the
//!   nesting is not optional.
//! - columns of UUID, JSON or timestamp types: text and 64-bit microseconds (`db::types`).
//! - several rows in one insert: a loop inside the transaction.

use diesel::{
    Connection, PgConnection, QueryResult, RunQueryDsl, SqliteConnection,
    backend::Backend,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    result::{DatabaseErrorKind, Error as DieselError},
};

/// A connection to SQLite or PostgreSQL.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// A PostgreSQL connection.
    Postgres(PgConnection),
    /// A SQLite connection.
    Sqlite(SqliteConnection),
}

/// Runs one statement on the connection behind a [`Conn`]: `on!(conn, |c| query.first(c))`. There diesel finds what it
/// keeps prepared by the type of the query; a [`Conn`] hides that type, and the whole text is written for each look-up.
macro_rules! on {
    ($conn:expr, |$inner:ident| $run:expr) => {
        match $conn {
            $crate::db::Conn::Postgres($inner) => $run,
            $crate::db::Conn::Sqlite($inner) => $run,
        }
    };
}
pub(crate) use on;

/// A statement that stays prepared although diesel would throw it away after each use, as it does with every update and
/// delete and every list: `on!(conn, |c| Kept(update).execute(c))`. It is found again by its text, so it must be one of
/// a few: all columns always set, lists of a fixed length.
pub(crate) struct Kept<Q>(pub(crate) Q);

impl<Q, DB> QueryFragment<DB> for Kept<Q>
where
    Q: QueryFragment<DB>,
    DB: Backend,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<Q> QueryId for Kept<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Kept<Q> {
    type SqlType = Q::SqlType;
}

impl<Q, C> RunQueryDsl<C> for Kept<Q> {}

/// Runs an insert or update that may meet a unique key. `Ok(None)` means that the key was taken and that
/// nothing of `work` remains.
pub fn unique<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> QueryResult<T>) -> QueryResult<Option<T>> {
    match conn.transaction(work) {
        Ok(value) => Ok(Some(value)),
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(None),
        Err(other) => Err(other),
    }
}
