//! `attune backup`: one file with everything in the SQLite database, made while the server runs or not.
//!
//! The file appears whole and checked under its name, or not at all. The keys are never in it: who finds a backup
//! must not be able to read the words in it. What both directions share is here too.

use std::{
    ffi::OsString,
    fs::File,
    io,
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::{Failure, not_a_demo, print};
use crate::{
    config::Config,
    db::{self, Contents, MigrationState, Seen, Target},
    keys,
    serve::open,
};

/// # Errors
/// Refused: PostgreSQL, no database, one of a newer attune, keys that are not its own, a file that exists. Failed:
/// the disk did not do it. Nothing is left behind then.
pub(super) fn run(config: &Config, to: &Path) -> Result<(), Failure> {
    not_a_demo(config)?;
    let Some(database) = config.database_url.sqlite_path() else {
        return Err(Failure::refused(
            "database_url: this command copies SQLite; for PostgreSQL use pg_dump (docs/operations.md, \"Backup\")",
        ));
    };
    if let Some(path) = in_the_way(to) {
        return Err(Failure::refused(format!("{}: exists; a backup overwrites nothing", path.display())));
    }
    let seen = db::look(&open::target(config)?).map_err(|e| Failure::refused(e.to_string()))?;
    let mut seen = seen.ok_or_else(|| {
        Failure::refused(format!("{}: there is no database to back up", database.display()))
    })?;
    seen.schema.accept(true).map_err(|e| Failure::refused(e.to_string()))?;
    let bound = open::fingerprint(&mut seen)?;
    open::compare_keys(config, bound.as_deref())?;
    drop(seen);

    let draft = draft(to)?;
    db::snapshot(database, draft.path()).map_err(|e| Failure::failed(e.to_string()))?;
    let (mut seen, contents) = examine(draft.path(), to)?;
    if open::fingerprint(&mut seen)? != bound {
        return Err(Failure::failed("the keys of the database changed meanwhile; try again"));
    }
    drop(seen);
    let bytes = put_in_place(draft, to)?;
    print(&format!("{}: {}, {bytes} bytes; read back and found sound", to.display(), described(&contents)))?;
    print(&format!(
        "The keys are not in it. They are in {}: keep a copy of them in another place than this one, since nobody \
         can read the words in a backup without them.",
        keys::folder(config).display()
    ))?;
    print(
        "Numbers and answers are in it as they are in the database: encrypt it before it leaves this machine.",
    )
}

/// An empty file beside the place that it is for, closed to others, and gone unless it is put there.
///
/// # Errors
/// Refused on a network file system. Failed: nothing can be written there.
pub(super) fn draft(place: &Path) -> Result<NamedTempFile, Failure> {
    let folder = folder(place);
    let failed = |e: io::Error| Failure::failed(format!("{}: cannot write there: {e}", folder.display()));
    let whole = folder.canonicalize().map_err(failed)?;
    // SQLite writes a backup and reads every copy back. Said before the work instead of after it.
    db::refuse_network(&whole).map_err(|e| Failure::refused(e.to_string()))?;
    tempfile::Builder::new().prefix(".attune-copy-").tempfile_in(whole).map_err(failed)
}

/// Opens a copy that must be whole; `name` is what messages call it.
///
/// # Errors
/// Refused: it is damaged, of another program, or of a newer attune.
pub(super) fn examine(copy: &Path, name: &Path) -> Result<(Seen, Contents), Failure> {
    let refused = |e: db::OpenError| Failure::refused(format!("{}: {e}", name.display()));
    let unreadable = || Failure::refused(format!("{}: cannot be read", name.display()));
    let mut seen = db::look(&Target::Sqlite(copy.to_owned())).map_err(refused)?.ok_or_else(unreadable)?;
    db::intact(&mut seen).map_err(refused)?;
    seen.schema.accept(true).map_err(refused)?;
    let contents = db::contents(&mut seen).map_err(refused)?;
    Ok((seen, contents))
}

/// Gives a draft its name, on the disk as well. Its length in bytes.
///
/// # Errors
/// Refused when the name was taken meanwhile.
pub(super) fn put_in_place(draft: NamedTempFile, place: &Path) -> Result<u64, Failure> {
    let failed = |e: io::Error| Failure::failed(format!("{}: cannot be written: {e}", place.display()));
    draft.as_file().sync_all().map_err(failed)?;
    let file = draft.persist_noclobber(place).map_err(|e| failed(e.error))?;
    File::open(folder(place)).and_then(|folder| folder.sync_all()).map_err(failed)?;
    Ok(file.metadata().map_err(failed)?.len())
}

/// What lies where a database file is to be, or where SQLite would take it for a part of that file.
pub(super) fn in_the_way(place: &Path) -> Option<PathBuf> {
    ["", "-wal", "-shm", "-journal"]
        .map(|ending| beside(place, ending))
        .into_iter()
        .find(|path| path.symlink_metadata().is_ok())
}

/// `a.db` and `-wal` are `a.db-wal`.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

/// How many check-ins, and the newest one's instant.
pub(super) fn described(contents: &Contents) -> String {
    match contents.newest {
        Some(newest) => format!("{} check-ins, the newest stored at {newest}", contents.check_ins),
        None => "no check-ins".to_owned(),
    }
}

/// Whether a server would have to bring the schema up to date.
pub(super) fn is_older(seen: &Seen) -> bool {
    seen.schema == MigrationState::Older
}

fn folder(place: &Path) -> &Path {
    match place.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
