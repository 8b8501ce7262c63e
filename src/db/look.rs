//! Looking at a database before anything is decided: whether it is there and how its schema stands.
//!
//! Used at start-up, so that a refusal leaves nothing behind: no file, no table, no keys. Nothing here creates or
//! changes anything, and a connection that comes from here refuses to write.

use std::path::Path;

use diesel::{
    Connection, QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection, sql_query,
    sql_types::Text,
};

use super::{Conn, MigrationState, OpenError, Target, migrate, postgres, sqlite};
use crate::error::{Error, Result};

/// A database that is there.
pub struct Seen {
    /// How its schema stands to this program.
    pub schema: MigrationState,
    /// The PostgreSQL setting that is off and without which the server can lose what it has committed.
    pub volatile: Option<&'static str>,
    /// Opened for reading.
    pub conn: Conn,
}

/// Opens what is there; `None` when the SQLite file does not exist but could be made.
///
/// # Errors
/// One line: the folder is missing, the file is no database, or the server is out of reach.
pub fn look(target: &Target) -> std::result::Result<Option<Seen>, OpenError> {
    let mut conn = match target {
        Target::Sqlite(path) if !path.exists() => return nothing_yet(path).map(|()| None),
        Target::Sqlite(path) => {
            sqlite::refuse_network(path)?;
            open_file(path)?
        }
        Target::Postgres(url) => {
            let mut conn = postgres::connect(url)?;
            // What is read in one transaction is of one instant, as it is on SQLite.
            let asked = "SET default_transaction_read_only = on; SET default_transaction_isolation = 'repeatable read'";
            conn.batch_execute(asked)
                .map_err(|e| OpenError::new(format!("cannot look into PostgreSQL: {e}")))?;
            conn
        }
    };
    let volatile = match &mut conn {
        Conn::Sqlite(_) => None,
        Conn::Postgres(pg) => postgres::volatile(pg)?,
    };
    let schema = migrate::state(&mut conn)?;
    Ok(Some(Seen { schema, volatile, conn }))
}

impl Seen {
    /// Whether there is a table of this name.
    ///
    /// # Errors
    /// One line when the database cannot be read.
    pub fn has_table(&mut self, name: &str) -> std::result::Result<bool, OpenError> {
        has_table(&mut self.conn, name)
    }
}

/// Whether the schema is exactly the one of this program. Cheap: one small query.
pub fn schema_is_current(conn: &mut Conn) -> Result<bool> {
    let applied = migrate::applied(conn)?;
    let state = migrate::compare(conn, &applied).map_err(|e| Error::internal(e.to_string()))?;
    Ok(state == MigrationState::Current)
}

fn nothing_yet(path: &Path) -> std::result::Result<(), OpenError> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
            Err(OpenError::new(format!("the folder of the database does not exist: {}", folder.display())))
        }
        _ => Ok(()),
    }
}

fn open_file(path: &Path) -> std::result::Result<Conn, OpenError> {
    let mut conn = open_existing(path)?;
    conn.batch_execute("PRAGMA query_only = ON").map_err(|e| unreadable(&e))?;
    Ok(Conn::Sqlite(conn))
}

/// Opens a file that is there, and never makes one.
pub(super) fn open_existing(path: &Path) -> std::result::Result<SqliteConnection, OpenError> {
    let failed =
        |cause: &dyn std::fmt::Display| OpenError::new(format!("cannot open {}: {cause}", path.display()));
    let text = path.to_str().ok_or_else(|| OpenError::new("the path of the database must be UTF-8"))?;
    let escaped = text.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    // Not read-only: after a crash the journal has to be read back first. `rw` never makes a file.
    let mut conn = SqliteConnection::establish(&format!("file:{escaped}?mode=rw")).map_err(|e| failed(&e))?;
    // The last one reads the file for the first time, so that another kind of file is refused by its name.
    conn.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA trusted_schema = OFF; PRAGMA schema_version;")
        .map_err(|e| failed(&e))?;
    Ok(conn)
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

fn has_table(conn: &mut Conn, name: &str) -> std::result::Result<bool, OpenError> {
    let query = match conn {
        Conn::Sqlite(_) => "SELECT name AS word FROM sqlite_master WHERE type = 'table'",
        Conn::Postgres(_) => {
            "SELECT CAST(table_name AS text) AS word FROM information_schema.tables \
             WHERE table_schema = current_schema()"
        }
    };
    let rows: Vec<Word> = sql_query(query).load(conn).map_err(|e| unreadable(&e))?;
    Ok(rows.iter().any(|row| row.word == name))
}

fn unreadable(cause: &dyn std::fmt::Display) -> OpenError {
    OpenError::new(format!("cannot read the schema: {cause}"))
}
