//! The database, as features see it: [`Db::read`] and [`Db::write`].
//!
//! The URL's scheme picks SQLite (one file, one writer thread) or PostgreSQL (a pool). A read sees committed
//! rows and changes nothing. A write is one transaction: `Ok` means that its commit is durable, `Err` that
//! nothing of it remains. Closures may run twice, so they do nothing outside the connection.

mod checkpoint;
mod conn;
mod copy;
mod failure;
mod health;
mod lease;
mod look;
mod migrate;
mod pool;
mod postgres;
pub mod schema;
mod sqlite;
mod transaction;
pub mod types;
mod writer;

use std::{path::PathBuf, sync::Arc, time::Duration};

pub use conn::{Conn, unique};
pub(crate) use conn::{Kept, on};
pub use copy::{Contents, contents, intact, snapshot};
pub(crate) use failure::is_lock_timeout;
pub use look::{Seen, look, schema_is_current};
pub use migrate::{MigrationState, migrations};
pub(crate) use sqlite::refuse_network;

use crate::error::{Error, Result};

/// Where the data is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// One SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL server, as libpq reads the URL.
    Postgres(String),
}

impl Target {
    /// Reads a database URL. A scheme that is not known is refused, so that a typing mistake never becomes a
    /// new and empty database.
    pub fn parse(url: &str) -> std::result::Result<Self, OpenError> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            if path.is_empty() || path.contains(':') || path.contains('?') {
                return Err(OpenError::new("the SQLite URL needs the path of a file: sqlite://attune.db"));
            }
            Ok(Self::Sqlite(path.into()))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok(Self::Postgres(url.to_owned()))
        } else {
            Err(OpenError::new("the database URL must begin with sqlite:// or postgres://"))
        }
    }
}

/// The database cannot be used; one line for the person who starts the server.
#[derive(Debug)]
pub struct OpenError(String);

impl OpenError {
    pub(crate) fn new(line: impl Into<String>) -> Self {
        Self(line.into().replace('\n', " "))
    }
}

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OpenError {}

/// How much may wait and run at once.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections in the pool: readers on SQLite, everything on PostgreSQL.
    pub pool_size: usize,
    /// Writes waiting for the SQLite writer; more are refused.
    pub writer_queue: usize,
    /// How long a read of SQLite is waited for (security requirement REL-14).
    pub longest_read: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { pool_size: 8, writer_queue: 1024, longest_read: LONGEST_READ }
    }
}

/// The open database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: pool::Pool,
    writer: Option<writer::Writer>,
    longest: Duration,
    health: Arc<health::Health>,
}

/// How long a read of SQLite is waited for.
const LONGEST_READ: Duration = Duration::from_secs(5);
/// How long a call to PostgreSQL is waited for; the server ends a statement earlier by itself.
const LONGEST_CALL: Duration = Duration::from_secs(8);

impl Db {
    /// Opens the database, migrates it when asked to, and starts the writer. Blocks: for start-up only.
    ///
    /// # Errors
    /// One line: the folder is missing or read-only, the server is out of reach, the schema is newer than
    /// this program, or it is older and `migrate` is false. Nothing is created then.
    pub fn open(target: &Target, migrate: bool, limits: Limits) -> std::result::Result<Self, OpenError> {
        let mut conn = match target {
            Target::Sqlite(path) => sqlite::open_for_writing(path, migrate)?,
            Target::Postgres(url) => postgres::connect(url)?,
        };
        let schema = migrate::state(&mut conn)?;
        schema.accept(migrate)?;
        if schema == MigrationState::Older {
            migrate::run(&mut conn)?;
        }
        let writer = match target {
            Target::Sqlite(path) => Some(writer::Writer::start(conn, path.clone(), limits.writer_queue)?),
            Target::Postgres(_) => None,
        };
        let longest = if writer.is_some() { limits.longest_read } else { LONGEST_CALL };
        let pool = pool::Pool::build(target.clone(), limits.pool_size)?;
        Ok(Self { pool, writer, longest, health: Arc::default() })
    }

    /// Runs `f` on a pooled connection. On SQLite the connection refuses writes.
    ///
    /// # Errors
    /// What `f` returns; 503 when no connection is free within one second, the database is away, or the read takes
    /// too long. It then goes on by itself, and nobody hears of it.
    pub async fn read<T, F>(&self, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let late = || Error::unavailable("a read took too long");
        lease::run(&self.pool, self.longest, late, move |conn| transaction::Ran {
            result: f(conn),
            sound: true,
        })
        .await
    }

    /// Runs `f` in one transaction and returns after the commit. `f` may run more than once. Once begun, it is ended
    /// even when the caller is gone: a repetition with the same key then finds it done.
    ///
    /// # Errors
    /// What `f` returns, and then nothing of it remains; 503 when there is no room within one second, the commit
    /// failed, or the database does not answer. The words tell whether it may have been stored.
    pub async fn write<T, F>(&self, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
    {
        let result = match &self.writer {
            Some(writer) => writer.run(f).await,
            None => {
                let late = || transaction::unknown("the database does not answer");
                lease::run(&self.pool, self.longest, late, move |conn| postgres::transaction(conn, f)).await
            }
        };
        self.health.note(&result);
        result
    }

    /// Whether something can be stored now: known from a write of the last seconds, else tried out.
    ///
    /// # Errors
    /// 503 when the disk is full, the database read-only or away.
    pub async fn writable(&self) -> Result<()> {
        self.health.ask(|| self.write(health::touch)).await
    }

    /// Whether the server of the database takes a new connection now; always true of a file. Those who ask at once
    /// share one answer.
    pub async fn is_there(&self) -> bool {
        self.pool.is_there().await
    }

    /// Lets the writes that wait finish, then closes. Later calls are refused with 503.
    pub async fn close(&self) {
        if let Some(writer) = &self.writer {
            writer.stop().await;
        }
        self.pool.close();
    }
}
