//! The database and its keys, opened together or not at all.
//!
//! The order is the point: look first, then decide, and only then make anything. A database that was written with
//! other keys, or with keys that are gone, is never touched, and no key is made beside it.

use crate::{
    command::Failure,
    config::Config,
    db::{self, Db, Limits, OpenError, Seen, Target},
    keys::{self, Keys, KeysState},
    seal::store::{bind_keys, keys_fingerprint},
};

/// An open database, and the keys that it was written with.
pub struct Opened {
    /// The database.
    pub db: Db,
    /// The keys.
    pub keys: Keys,
}

/// Where the database is.
///
/// # Errors
/// Refused when the URL names no database that attune can use.
pub fn target(config: &Config) -> Result<Target, Failure> {
    match config.database_url.sqlite_path() {
        Some(path) => Ok(Target::Sqlite(path.to_owned())),
        None => Target::parse(config.database_url.expose()).map_err(refused),
    }
}

/// Opens both. Keys are made when there are none and the database was never written with any; a demo has keys
/// that are written nowhere.
///
/// # Errors
/// Refused with one line, and then nothing was made: the database cannot be used, its schema is newer or may not be
/// migrated, or the keys are missing, unsafe or others.
pub async fn open(config: &Config) -> Result<Opened, Failure> {
    let target = target(config)?;
    let keys = {
        let mut seen = db::look(&target).map_err(refused)?;
        accept(seen.as_ref(), config)?;
        let bound = seen.as_mut().map(fingerprint).transpose()?.flatten();
        if config.demo { Keys::random() } else { fitting_keys(config, bound.as_deref())? }
    };
    let limits =
        Limits { pool_size: config.pool_size, writer_queue: config.writer_queue, ..Limits::default() };
    let db = Db::open(&target, config.migrate, limits).map_err(refused)?;
    let own = keys.fingerprint();
    let offered = own.clone();
    let bound = db
        .write(move |conn| bind_keys(conn, &offered))
        .await
        .map_err(|e| Failure::refused_by(&e, "the fingerprint of the keys could not be stored"))?;
    if bound != own {
        db.close().await;
        return Err(other_keys());
    }
    Ok(Opened { db, keys })
}

/// Whether what was seen, or is still to be made, may be used.
///
/// # Errors
/// Refused when the schema is newer, or would have to be migrated and must not be; outside a sandbox also when the
/// server is set up so that a power cut loses what was acknowledged (security requirement REL-3).
pub fn accept(seen: Option<&Seen>, config: &Config) -> Result<(), Failure> {
    if let Some(name) = seen.and_then(|seen| seen.volatile)
        && !config.sandbox
    {
        return Err(Failure::refused(format!(
            "PostgreSQL runs with {name}=off, so that a power cut loses what people were told is stored; turn it on"
        )));
    }
    let nothing = db::MigrationState::Older;
    seen.map_or(&nothing, |seen| &seen.schema).accept(config.migrate).map_err(refused)
}

/// The fingerprint of the keys that a database was written with, if any was.
///
/// # Errors
/// Refused when the database cannot be read.
pub fn fingerprint(seen: &mut Seen) -> Result<Option<String>, Failure> {
    if !seen.has_table("facts").map_err(refused)? {
        return Ok(None);
    }
    keys_fingerprint(&mut seen.conn).map_err(|e| Failure::refused_by(&e, "the database cannot be read"))
}

/// Compares what lies on the disk with what the database was written with; `None` when there is neither.
///
/// # Errors
/// Refused when the two do not fit or the key files cannot be used.
pub fn compare_keys(config: &Config, bound: Option<&str>) -> Result<Option<Keys>, Failure> {
    let found = keys::load(config).map_err(|e| Failure::refused(e.to_string()))?;
    match (found, bound) {
        (KeysState::Found(keys), Some(bound)) if keys.fingerprint() != bound => Err(other_keys()),
        (KeysState::Found(keys), _) => Ok(Some(keys)),
        (KeysState::Absent, None) => Ok(None),
        (KeysState::Absent, Some(_)) => Err(Failure::refused(
            "the database was written with keys that are not here; put them back, or name their folder in keys_dir",
        )),
    }
}

fn fitting_keys(config: &Config, bound: Option<&str>) -> Result<Keys, Failure> {
    match compare_keys(config, bound)? {
        Some(keys) => Ok(keys),
        None => keys::create(config).map_err(|e| Failure::refused(e.to_string())),
    }
}

fn other_keys() -> Failure {
    Failure::refused("the database was written with other keys than these; put the right ones back")
}

fn refused(e: OpenError) -> Failure {
    Failure::refused(e.to_string())
}
