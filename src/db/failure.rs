//! What a diesel error means to a caller.
//!
//! A query that fails is our mistake (500), except where the database is away, full or out of time: then
//! nothing was changed and the same request may be sent again (503).

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::error::Error;

impl From<DieselError> for Error {
    fn from(e: DieselError) -> Self {
        if is_passing(&e) { Self::unavailable(e) } else { Self::internal(e) }
    }
}

/// The database ended the transaction to let another one go first; running it again is the cure.
pub(super) fn wants_retry(e: &Error) -> bool {
    let Some(DieselError::DatabaseError(kind, info)) =
        e.cause().and_then(|cause| cause.downcast_ref::<DieselError>())
    else {
        return false;
    };
    // 40P01 has no kind of its own in diesel.
    matches!(kind, DatabaseErrorKind::SerializationFailure) || info.message().contains("deadlock detected")
}

fn is_passing(e: &DieselError) -> bool {
    match e {
        DieselError::BrokenTransactionManager => true,
        DieselError::DatabaseError(kind, info) => match kind {
            DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::UnableToSendCommand
            | DatabaseErrorKind::SerializationFailure
            | DatabaseErrorKind::ReadOnlyTransaction => true,
            _ => {
                const PASSING: &[&str] = &[
                    "database is locked",
                    "database or disk is full",
                    "disk I/O error",
                    "attempt to write a readonly database",
                    "unable to open database file",
                    "No space left on device",
                    "statement timeout",
                    "lock timeout",
                    "deadlock detected",
                    "could not connect",
                    "connection to server",
                    "connection not open",
                    "timeout expired",
                    "could not receive data",
                    "could not send data",
                    "closed the connection",
                    "no connection to the server",
                    "terminating",
                ];
                PASSING.iter().any(|words| info.message().contains(words))
            }
        },
        _ => false,
    }
}

/// Another transaction held a lock for too long.
pub(crate) fn is_lock_timeout(e: &DieselError) -> bool {
    matches!(e, DieselError::DatabaseError(_, info)
        if info.message().contains("lock timeout") || info.message().contains("database is locked"))
}

/// The connection is gone, and the others of the pool with it.
pub(super) fn is_lost(e: &Error) -> bool {
    const WORDS: &[&str] = &[
        "closed the connection",
        "connection not open",
        "no connection to the server",
        "terminating connection",
        "could not receive data",
        "could not send data",
        "connection to server",
    ];
    match e.cause().and_then(|cause| cause.downcast_ref::<DieselError>()) {
        Some(DieselError::BrokenTransactionManager) => true,
        Some(DieselError::DatabaseError(kind, info)) => {
            matches!(kind, DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand)
                || WORDS.iter().any(|words| info.message().contains(words))
        }
        _ => false,
    }
}
