//! Transactions that survive a panic of what runs in them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::{
    Connection,
    connection::{TransactionManager, TransactionManagerStatus},
};

use super::Conn;
use crate::error::{Error, Result};

type Manager = <Conn as Connection>::TransactionManager;

/// Open transaction levels, or `None` when the connection can no longer be trusted.
pub(super) fn depth(conn: &mut Conn) -> Option<u32> {
    match Manager::transaction_manager_status_mut(conn) {
        TransactionManagerStatus::Valid(status) => Some(status.transaction_depth().map_or(0, |n| n.get())),
        TransactionManagerStatus::InError => None,
    }
}

/// What came of a transaction.
pub(super) struct Ran<T> {
    pub(super) result: Result<T>,
    /// False after a panic: diesel's count of open levels may be off by one then, so that a later commit
    /// would say Ok without committing. The connection must be replaced.
    pub(super) sound: bool,
}

/// Runs `f` between `begin` and COMMIT. Rolls back when it fails or panics.
pub(super) fn run<T>(
    conn: &mut Conn,
    begin: impl FnOnce(&mut Conn) -> diesel::QueryResult<()>,
    f: impl FnOnce(&mut Conn) -> Result<T>,
) -> Ran<T> {
    if let Err(e) = begin(conn) {
        return Ran { result: Err(Error::unavailable(e)), sound: false };
    }
    let mut sound = true;
    let failure = match catch_unwind(AssertUnwindSafe(|| f(conn))) {
        // A depth other than 1 means that the COMMIT below would not be the outermost one.
        Ok(Ok(value)) if depth(conn) == Some(1) => match Manager::commit_transaction(conn) {
            Ok(()) => return Ran { result: Ok(value), sound },
            Err(e) => Error::unavailable(e),
        },
        Ok(Ok(_)) => Error::internal("the transaction was not open at its commit"),
        Ok(Err(e)) => e,
        Err(_) => {
            sound = false;
            Error::internal("a database closure panicked")
        }
    };
    while depth(conn).is_some_and(|open| open > 0) {
        if let Err(e) = Manager::rollback_transaction(conn) {
            tracing::error!(error = %e, "rollback failed; the connection will be replaced");
            sound = false;
            break;
        }
    }
    Ran { result: Err(failure), sound: sound && depth(conn) == Some(0) }
}
