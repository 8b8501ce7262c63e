//! SQLite: how a connection is made, and the one thread that writes.
//!
//! Writers take turns by a bounded queue instead of by lock timeouts. Nobody is answered before COMMIT has
//! returned. After a panic or a broken transaction the connection is replaced before the next job.

use std::{
    fs::OpenOptions,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use diesel::{
    Connection, QueryableByName, RunQueryDsl, SqliteConnection,
    connection::{AnsiTransactionManager, SimpleConnection},
    sql_query,
    sql_types::Text,
};
use tokio::sync::{mpsc, oneshot};

use super::{Conn, OpenError, transaction};
use crate::error::{Error, Result};

/// How long a write waits for a place in the queue.
const WAIT: Duration = Duration::from_secs(1);

/// Older releases can lose committed transactions (the WAL-reset bug, fixed in 3.51.3); 3.52.0 was withdrawn.
const OLDEST: [u32; 3] = [3, 51, 3];

/// Commits wait for the disk (`synchronous = FULL`), readers never block the writer (WAL). The busy timeout
/// comes first, because switching to WAL needs a lock too.
const PRAGMAS: &str = "PRAGMA busy_timeout = 5000; \
     PRAGMA journal_mode = WAL; \
     PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; \
     PRAGMA trusted_schema = OFF; \
     PRAGMA temp_store = MEMORY;";

/// Opens the file, making it with mode 0600 when it is not there; its folder must exist.
pub(super) fn open_for_writing(path: &Path) -> std::result::Result<Conn, OpenError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(OpenError::new(format!(
            "the folder of the database does not exist: {}",
            folder.display()
        )));
    }
    if !path.exists() {
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map(drop)
            .map_err(|e| OpenError::new(format!("cannot create {}: {e}", path.display())))?;
    }
    open(path)
}

pub(super) fn open_for_reading(path: &Path) -> std::result::Result<Conn, OpenError> {
    let mut conn = open(path)?;
    conn.batch_execute("PRAGMA query_only = ON;").map_err(|e| cannot_open(path, &e))?;
    Ok(conn)
}

fn open(path: &Path) -> std::result::Result<Conn, OpenError> {
    let text = path.to_str().ok_or_else(|| OpenError::new("the path of the database must be UTF-8"))?;
    let mut conn = SqliteConnection::establish(text).map_err(|e| cannot_open(path, &e))?;
    check_version(&mut conn).map_err(|e| cannot_open(path, &e))?;
    conn.batch_execute(PRAGMAS).map_err(|e| cannot_open(path, &e))?;
    Ok(Conn::Sqlite(conn))
}

fn cannot_open(path: &Path, cause: &dyn std::fmt::Display) -> OpenError {
    OpenError::new(format!("cannot open {}: {cause}", path.display()))
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

fn check_version(conn: &mut SqliteConnection) -> std::result::Result<(), OpenError> {
    let row: Version = sql_query("SELECT sqlite_version() AS version")
        .get_result(conn)
        .map_err(|e| OpenError::new(e.to_string()))?;
    if acceptable(&row.version) {
        Ok(())
    } else {
        Err(OpenError::new(format!("SQLite {} may lose committed writes; 3.51.3 is needed", row.version)))
    }
}

fn acceptable(version: &str) -> bool {
    let parts: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
    parts.as_slice() >= OLDEST.as_slice() && parts != [3, 52, 0]
}

/// Answers whether the connection can be used again.
type Job = Box<dyn FnOnce(&mut Conn) -> bool + Send>;

enum Message {
    Job(Job),
    Stop(oneshot::Sender<()>),
}

/// Hands writes to the writer thread. Cheap to clone.
#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
}

impl Writer {
    pub(super) fn start(conn: Conn, path: PathBuf, places: usize) -> std::result::Result<Self, OpenError> {
        let (queue, jobs) = mpsc::channel(places);
        std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || write_in_turn(conn, &path, jobs))
            .map_err(|e| OpenError::new(format!("cannot start the writer: {e}")))?;
        Ok(Self { queue })
    }

    pub(super) async fn run<T, F>(&self, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job = move |conn: &mut Conn| {
            if answer.is_closed() {
                return true; // The caller went away before the write began: do nothing.
            }
            let ran = transaction::run(conn, begin_immediate, f);
            if answer.send(ran.result).is_err() {
                tracing::debug!("the caller of a write went away before its answer");
            }
            ran.sound
        };
        let place = match tokio::time::timeout(WAIT, self.queue.reserve()).await {
            Ok(Ok(place)) => place,
            Ok(Err(_)) => return Err(Error::unavailable("the database is closed")),
            Err(_) => return Err(Error::overloaded()),
        };
        place.send(Message::Job(Box::new(job)));
        answered.await.unwrap_or_else(|_| Err(Error::unavailable("the writer stopped")))
    }

    pub(super) async fn stop(&self) {
        let (done, stopped) = oneshot::channel();
        if self.queue.send(Message::Stop(done)).await.is_ok() && stopped.await.is_err() {
            tracing::debug!("the writer was gone already");
        }
    }
}

fn write_in_turn(mut conn: Conn, path: &Path, mut jobs: mpsc::Receiver<Message>) {
    let mut stopped = None;
    while let Some(message) = jobs.blocking_recv() {
        match message {
            Message::Job(job) => {
                if !job(&mut conn) {
                    replace(&mut conn, path);
                }
            }
            Message::Stop(done) => {
                // What is queued already is still written.
                jobs.close();
                stopped = Some(done);
            }
        }
    }
    drop(conn);
    if let Some(done) = stopped
        && done.send(()).is_err()
    {
        tracing::debug!("nobody waited for the writer to stop");
    }
}

fn replace(conn: &mut Conn, path: &Path) {
    match open(path) {
        Ok(fresh) => *conn = fresh,
        Err(e) => tracing::error!(error = %e, "the writer's connection could not be replaced"),
    }
}

/// IMMEDIATE takes the write lock now; a plain BEGIN takes it at the first insert, where SQLite may answer
/// "database is locked" at once whatever the timeout is.
fn begin_immediate(conn: &mut Conn) -> diesel::QueryResult<()> {
    match conn {
        Conn::Sqlite(sqlite) => AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE"),
        Conn::Postgres(_) => unreachable!("the writer thread is made with a SQLite connection"),
    }
}

#[cfg(test)]
mod tests {
    use super::acceptable;

    #[test]
    fn a_library_that_can_lose_commits_is_refused() {
        for (version, fine) in
            [("3.40.1", false), ("3.51.2", false), ("3.51.3", true), ("3.52.0", false), ("3.53.0", true)]
        {
            assert_eq!(acceptable(version), fine, "{version}");
        }
    }
}
