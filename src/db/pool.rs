//! The pool of connections, and what keeps a doubtful one out of it.

use std::time::Duration;

use deadpool::managed::{self, Metrics, Object, PoolError, RecycleError, RecycleResult};
use diesel::connection::SimpleConnection;

use super::{Conn, OpenError, Target, postgres, sqlite, transaction};
use crate::error::{Error, Result};

/// How long a request waits for a connection.
const WAIT: Duration = Duration::from_secs(1);
/// How long opening a connection may take.
const CONNECT: Duration = Duration::from_secs(2);

pub(super) type Pool = managed::Pool<Manager>;

/// A connection, and what is known against it.
pub(super) struct Pooled {
    conn: Conn,
    suspect: bool,
    discarded: bool,
}

impl Pooled {
    pub(super) fn conn(&mut self) -> &mut Conn {
        // Still true if what follows panics: `finished` is never reached then.
        self.suspect = true;
        &mut self.conn
    }

    /// Keeps the connection from being used again.
    pub(super) fn discard(&mut self) {
        self.discarded = true;
    }

    pub(super) fn finished<T>(&mut self, result: &Result<T>) {
        self.suspect = result.is_err();
    }
}

/// Opens connections for reading on SQLite, for everything on PostgreSQL.
pub(super) struct Manager(Target);

impl managed::Manager for Manager {
    type Type = Pooled;
    type Error = OpenError;

    async fn create(&self) -> std::result::Result<Pooled, OpenError> {
        let target = self.0.clone();
        let connect = move || match &target {
            Target::Sqlite(path) => sqlite::open_for_reading(path),
            Target::Postgres(url) => postgres::connect(url),
        };
        let conn =
            tokio::task::spawn_blocking(connect).await.map_err(|e| OpenError::new(e.to_string()))??;
        Ok(Pooled { conn, suspect: false, discarded: false })
    }

    async fn recycle(&self, pooled: &mut Pooled, _: &Metrics) -> RecycleResult<OpenError> {
        let idle = !pooled.discarded && transaction::depth(&mut pooled.conn) == Some(0);
        if !idle || (pooled.suspect && pooled.conn.batch_execute("SELECT 1").is_err()) {
            return Err(RecycleError::message("the connection is in an unknown state"));
        }
        pooled.suspect = false;
        Ok(())
    }
}

pub(super) fn build(target: Target, size: usize) -> std::result::Result<Pool, managed::BuildError> {
    Pool::builder(Manager(target))
        .max_size(size)
        .runtime(deadpool::Runtime::Tokio1)
        .wait_timeout(Some(WAIT))
        .create_timeout(Some(CONNECT))
        .build()
}

pub(super) async fn get(pool: &Pool) -> Result<Object<Manager>> {
    pool.get().await.map_err(|e| match e {
        PoolError::Timeout(managed::TimeoutType::Wait) => Error::overloaded(),
        PoolError::Backend(e) => Error::unavailable(e),
        other => Error::unavailable(other.to_string()),
    })
}
