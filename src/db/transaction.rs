//! Transactions that survive a panic of what runs in them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::{
    Connection,
    connection::{TransactionManager, TransactionManagerStatus},
};

use super::Conn;
use crate::error::{Cause, Error, ErrorCode, Result};

pub(super) type Manager = <Conn as Connection>::TransactionManager;

/// Open transaction levels, or `None` when the connection can no longer be trusted.
pub(super) fn depth(conn: &mut Conn) -> Option<u32> {
    match Manager::transaction_manager_status_mut(conn) {
        TransactionManagerStatus::Valid(status) => Some(status.transaction_depth().map_or(0, |n| n.get())),
        TransactionManagerStatus::InError => None,
    }
}

/// A commit without an answer: a lost connection leaves it open whether the server had done it already.
pub(super) fn unknown(e: impl Into<Cause>) -> Error {
    let detail = "It may have been stored. Send it again with the same Idempotency-Key.";
    Error::new(ErrorCode::Unavailable, detail).retry_after(2).caused_by(e)
}

/// What came of a transaction.
pub(super) struct Ran<T> {
    pub(super) result: Result<T>,
    /// False after a panic: diesel's count of open levels may be off by one then, so that a later commit
    /// would say Ok without committing. The connection must be replaced.
    pub(super) sound: bool,
}

/// Runs `f` between `begin` and its commit: in a transaction, or in a savepoint when one is open already. Undoes
/// what `f` did when it fails or panics.
pub(super) fn run<T>(
    conn: &mut Conn,
    begin: impl FnOnce(&mut Conn) -> diesel::QueryResult<()>,
    f: impl FnOnce(&mut Conn) -> Result<T>,
) -> Ran<T> {
    let Some(base) = depth(conn) else {
        return Ran { result: Err(Error::unavailable("the connection is broken")), sound: false };
    };
    if let Err(e) = begin(conn) {
        return Ran { result: Err(Error::unavailable(e)), sound: false };
    }
    let (failure, mut sound) = match catch_unwind(AssertUnwindSafe(|| f(conn))) {
        // Any other depth means that what follows would not commit what `f` wrote, or not only that.
        Ok(Ok(value)) if depth(conn) == Some(base + 1) => match Manager::commit_transaction(conn) {
            Ok(()) => return Ran { result: Ok(value), sound: depth(conn) == Some(base) },
            // A savepoint that cannot be released is gone, and SQLite has rolled back everything around it.
            Err(e) => (unknown(e), false),
        },
        Ok(Ok(_)) => (Error::internal("a write left a transaction of its own open or closed ours"), false),
        Ok(Err(e)) => (e, true),
        Err(_) => (Error::internal("a database closure panicked"), false),
    };
    while depth(conn).is_some_and(|open| open > base) {
        if let Err(e) = Manager::rollback_transaction(conn) {
            tracing::error!(error = %e, "rollback failed; the connection will be replaced");
            sound = false;
            break;
        }
    }
    Ran { result: Err(failure), sound: sound && depth(conn) == Some(base) }
}
