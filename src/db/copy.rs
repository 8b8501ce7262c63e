//! A copy of an SQLite database while others write to it, and the checks of a file that says it is one.
//!
//! The copy is what one read transaction sees, so it holds every write that was acknowledged before it began and no
//! half of a later one. Where the file belongs and what becomes of it is decided by the commands.

use std::path::Path;

use diesel::{
    QueryableByName, RunQueryDsl, sql_query,
    sql_types::{BigInt, Nullable, Text},
};
use jiff::Timestamp;

use super::{OpenError, Seen, look};

/// What can be told of a database in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contents {
    /// Number of check-ins.
    pub check_ins: i64,
    /// When the newest of them was stored.
    pub newest: Option<Timestamp>,
}

/// Copies the database into an empty file, whose absolute path this is.
///
/// # Errors
/// One line: the database cannot be read, or the copy cannot be written.
pub fn snapshot(from: &Path, into: &Path) -> Result<(), OpenError> {
    let text = into.to_str().ok_or_else(|| OpenError::new("the path of the copy must be UTF-8"))?;
    // May write, because that is what VACUUM asks for; what it writes is the copy.
    let mut conn = look::open_existing(from)?;
    sql_query("VACUUM INTO ?")
        .bind::<Text, _>(text)
        .execute(&mut conn)
        .map(drop)
        .map_err(|e| OpenError::new(format!("cannot copy {}: {e}", from.display())))
}

/// Whether every page, index and reference of a database is sound, and attune wrote it.
///
/// # Errors
/// One line with the first thing that is wrong.
pub fn intact(seen: &mut Seen) -> Result<(), OpenError> {
    #[derive(QueryableByName)]
    struct Finding {
        #[diesel(sql_type = Text)]
        finding: String,
    }
    let query = "SELECT integrity_check AS finding FROM pragma_integrity_check WHERE integrity_check <> 'ok' \
         UNION ALL \
         SELECT 'a row of ' || \"table\" || ' refers to none of ' || \"parent\" FROM pragma_foreign_key_check";
    let found: Vec<Finding> = sql_query(query).load(&mut seen.conn).map_err(damaged)?;
    if let Some(first) = found.first() {
        return Err(damaged(&first.finding));
    }
    for table in ["__diesel_schema_migrations", "facts", "check_ins"] {
        if !seen.has_table(table)? {
            return Err(OpenError::new(format!("is no database of attune: it has no table {table}")));
        }
    }
    Ok(())
}

/// What a database that is intact holds.
///
/// # Errors
/// One line when it cannot be read.
pub fn contents(seen: &mut Seen) -> Result<Contents, OpenError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        check_ins: i64,
        #[diesel(sql_type = Nullable<BigInt>)]
        newest: Option<i64>,
    }
    let query = "SELECT count(*) AS check_ins, max(recorded_at) AS newest FROM check_ins";
    let row: Row = sql_query(query).get_result(&mut seen.conn).map_err(damaged)?;
    let newest = row.newest.map(Timestamp::from_microsecond).transpose().map_err(damaged)?;
    Ok(Contents { check_ins: row.check_ins, newest })
}

fn damaged(cause: impl std::fmt::Display) -> OpenError {
    OpenError::new(format!("is damaged: {cause}"))
}
