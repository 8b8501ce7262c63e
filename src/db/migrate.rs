//! Migrations: embedded in the program, run under a lock, and never onto a schema that is newer.

use std::collections::BTreeSet;

use diesel::{
    QueryResult, QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    sql_query,
    sql_types::{BigInt, Text},
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Conn, OpenError};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Any number does, as long as every attune uses the same one.
const ADVISORY_LOCK: i64 = 0x6174_7475_6e65;

/// The embedded migrations of the database that `conn` is connected to.
pub fn migrations(conn: &Conn) -> EmbeddedMigrations {
    match conn {
        Conn::Sqlite(_) => SQLITE,
        Conn::Postgres(_) => POSTGRES,
    }
}

/// How the schema stands to this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MigrationState {
    /// Every migration of this program is applied, and no other.
    Current,
    /// Some are still to be applied.
    Older,
    /// The database has one that this program does not know.
    Newer(String),
}

impl MigrationState {
    /// Whether the database may be used, and migrated if it is older and `migrate` says so.
    ///
    /// # Errors
    /// One line: the schema is newer than this program, or older and to be left alone.
    pub fn accept(&self, migrate: bool) -> Result<(), OpenError> {
        match self {
            Self::Newer(name) => Err(OpenError::new(format!(
                "the database was made by a newer attune (it has migration {name}); start that version"
            ))),
            Self::Older if !migrate => {
                Err(OpenError::new("the database is not migrated; run `attune migrate` first"))
            }
            Self::Older | Self::Current => Ok(()),
        }
    }
}

/// How the schema stands. Reads only, and needs no right but to read.
pub(super) fn state(conn: &mut Conn) -> Result<MigrationState, OpenError> {
    if !has_history(conn)? {
        return Ok(MigrationState::Older);
    }
    let applied = applied(conn).map_err(|e| OpenError::new(format!("cannot read the schema: {e}")))?;
    compare(conn, &applied)
}

/// Asked in our own words: diesel's `applied_migrations` makes its table first, which a role without the right to
/// make tables is refused even where the table is there.
pub(super) fn applied(conn: &mut Conn) -> QueryResult<BTreeSet<String>> {
    #[derive(QueryableByName)]
    struct Applied {
        #[diesel(sql_type = Text)]
        version: String,
    }
    let query = "SELECT CAST(version AS text) AS version FROM __diesel_schema_migrations";
    let rows: Vec<Applied> = sql_query(query).load(conn)?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}

/// How a schema with these migrations stands to this program.
pub(super) fn compare(conn: &Conn, applied: &BTreeSet<String>) -> Result<MigrationState, OpenError> {
    let known: BTreeSet<String> = names(&migrations(conn))
        .map_err(|e| OpenError::new(format!("cannot read the embedded migrations: {e}")))?;
    if let Some(name) = applied.difference(&known).next() {
        return Ok(MigrationState::Newer(name.clone()));
    }
    Ok(if *applied == known { MigrationState::Current } else { MigrationState::Older })
}

pub(super) fn run(conn: &mut Conn) -> Result<(), OpenError> {
    let fail = |e: Box<dyn std::error::Error + Send + Sync>| OpenError::new(format!("migration failed: {e}"));
    match conn {
        // The exclusive transaction makes two processes that start at once take turns.
        Conn::Sqlite(sqlite) => sqlite
            .exclusive_transaction(|sqlite| {
                sqlite
                    .run_pending_migrations(SQLITE)
                    .map(drop)
                    .map_err(diesel::result::Error::QueryBuilderError)
            })
            .map_err(|e| fail(Box::new(e))),
        Conn::Postgres(pg) => {
            pg.batch_execute(&format!(
                "SET lock_timeout = 0; SET statement_timeout = 0; SELECT pg_advisory_lock({ADVISORY_LOCK})"
            ))
            .map_err(|e| fail(Box::new(e)))?;
            let done = pg.run_pending_migrations(POSTGRES).map(drop).map_err(fail);
            pg.batch_execute(&format!("SELECT pg_advisory_unlock({ADVISORY_LOCK})"))
                .map_err(|e| fail(Box::new(e)))?;
            done
        }
    }
}

fn names(source: &EmbeddedMigrations) -> Result<BTreeSet<String>, Box<dyn std::error::Error + Send + Sync>> {
    use diesel::migration::MigrationSource;
    let all = MigrationSource::<diesel::sqlite::Sqlite>::migrations(source)?;
    Ok(all.iter().map(|migration| migration.name().version().to_string()).collect())
}

/// Whether a migration ever ran here; looking must create nothing.
fn has_history(conn: &mut Conn) -> Result<bool, OpenError> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    let query = match conn {
        Conn::Sqlite(_) => {
            "SELECT count(*) AS n FROM sqlite_master WHERE name = '__diesel_schema_migrations'"
        }
        Conn::Postgres(_) => {
            "SELECT count(*) AS n FROM information_schema.tables \
             WHERE table_name = '__diesel_schema_migrations' AND table_schema = current_schema()"
        }
    };
    let row: Count = sql_query(query)
        .get_result(conn)
        .map_err(|e| OpenError::new(format!("cannot read the schema: {e}")))?;
    Ok(row.n > 0)
}
