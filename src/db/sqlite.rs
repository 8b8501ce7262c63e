//! SQLite: how a connection is made, and which library is refused.
//!
//! Every connection has the same settings; who reads cannot write. The one that writes belongs to `writer`.

use std::{fs::OpenOptions, io::ErrorKind, os::unix::fs::OpenOptionsExt, path::Path, time::Duration};

use diesel::{
    Connection, QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection, sql_query,
    sql_types::Text,
};

use super::{Conn, MigrationState, OpenError};

/// How often, and how far apart, a connection is set up when another one sets up the same file.
const SWITCH_TRIES: u32 = 250;
const SWITCH_PAUSE: Duration = Duration::from_millis(20);

/// Older releases can lose committed transactions (the WAL-reset bug, fixed in 3.51.3); 3.52.0 was withdrawn.
const OLDEST: [u32; 3] = [3, 51, 3];

/// Commits wait for the disk (`synchronous = FULL`), readers never block the writer (WAL).
const PRAGMAS: &str = "PRAGMA journal_mode = WAL; \
     PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; \
     PRAGMA trusted_schema = OFF; \
     PRAGMA temp_store = MEMORY;";

/// Opens the file; its folder must exist. A file that is not there is made with mode 0600, or refused as not
/// migrated when it is not to be made.
pub(super) fn open_for_writing(path: &Path, make: bool) -> std::result::Result<Conn, OpenError> {
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
        MigrationState::Older.accept(make)?;
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
            Ok(_) => {}
            // Another process that starts now was faster.
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            Err(e) => return Err(OpenError::new(format!("cannot create {}: {e}", path.display()))),
        }
    }
    open(path)
}

pub(super) fn open_for_reading(path: &Path) -> std::result::Result<Conn, OpenError> {
    let mut conn = open(path)?;
    conn.batch_execute("PRAGMA query_only = ON;").map_err(|e| cannot_open(path, &e))?;
    Ok(conn)
}

pub(super) fn open(path: &Path) -> std::result::Result<Conn, OpenError> {
    let text = path.to_str().ok_or_else(|| OpenError::new("the path of the database must be UTF-8"))?;
    let mut conn = SqliteConnection::establish(text).map_err(|e| cannot_open(path, &e))?;
    // First of all: without it, even asking for the version fails while another process sets up the file.
    conn.batch_execute("PRAGMA busy_timeout = 5000;").map_err(|e| cannot_open(path, &e))?;
    check_version(&mut conn).map_err(|e| cannot_open(path, &e))?;
    let mut tries = 0;
    while let Err(e) = conn.batch_execute(PRAGMAS) {
        // Where two switch a new file to WAL at once, SQLite says "locked" to one of them without any patience.
        tries += 1;
        if tries == SWITCH_TRIES || !super::is_lock_timeout(&e) {
            return Err(cannot_open(path, &e));
        }
        std::thread::sleep(SWITCH_PAUSE);
    }
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
