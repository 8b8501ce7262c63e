//! PostgreSQL: how a connection is made, and transactions that are run again when the server asks for it.

use diesel::{
    Connection, PgConnection,
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
};

use super::{
    Conn, OpenError,
    failure::wants_retry,
    transaction::{self, Ran},
};
use crate::error::Result;

/// Runs after the first one, when the server reports a serialization failure or a deadlock.
const RETRIES: u32 = 3;

/// Set on every connection: a lock wait ends after 5 s, as long as the twin of an idempotent request waits; a
/// statement a little later, so that the reason is known; a transaction that idles after 10 s. Commits reach the
/// disk.
const SETTINGS: &str = "SET synchronous_commit = on; \
     SET statement_timeout = '6s'; \
     SET lock_timeout = '5s'; \
     SET idle_in_transaction_session_timeout = '10s'; \
     SET client_min_messages = warning; \
     SET TIME ZONE 'UTC';";

pub(super) fn connect(url: &str) -> std::result::Result<Conn, OpenError> {
    let failed = |cause: String| OpenError::new(format!("cannot connect to PostgreSQL: {cause}"));
    let mut conn = PgConnection::establish(&with_timeout(url)).map_err(|e| failed(e.to_string()))?;
    conn.batch_execute(SETTINGS).map_err(|e| failed(e.to_string()))?;
    Ok(Conn::Postgres(conn))
}

/// A server that does not answer must not hold a request for minutes.
fn with_timeout(url: &str) -> String {
    if url.contains("connect_timeout=") {
        return url.to_owned();
    }
    let mark = if url.contains('?') { '&' } else { '?' };
    format!("{url}{mark}connect_timeout=2")
}

pub(super) fn transaction<T>(conn: &mut Conn, f: impl Fn(&mut Conn) -> Result<T>) -> Ran<T> {
    let mut tries = 0;
    loop {
        let ran = transaction::run(conn, begin, &f);
        match &ran.result {
            Err(e) if wants_retry(e) && tries < RETRIES => {
                tries += 1;
                // Later tries wait longer, so that two transactions do not meet again at the same place.
                std::thread::sleep(std::time::Duration::from_millis(u64::from(5 * tries * tries)));
            }
            _ => return ran,
        }
    }
}

fn begin(conn: &mut Conn) -> diesel::QueryResult<()> {
    match conn {
        Conn::Postgres(pg) => AnsiTransactionManager::begin_transaction(pg),
        Conn::Sqlite(_) => unreachable!("the pool of a PostgreSQL target holds PostgreSQL connections"),
    }
}
