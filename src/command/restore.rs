//! `attune restore`: a backup becomes the database, where there is none.
//!
//! Everything is checked before anything is put in place, and the database comes last: a restore that was refused
//! or cut off leaves no database, so that no server starts on half of one.

use std::{
    fs::File,
    io::{self, BufReader},
    path::Path,
};

use super::{
    Failure,
    backup::{beside, described, draft, examine, in_the_way, is_older, put_in_place},
    not_a_demo, print,
};
use crate::{
    config::Config,
    keys::{self, Keys, KeysState},
    serve::open,
};

/// # Errors
/// Refused: PostgreSQL, something lies where the database is to be, the backup is damaged or newer than this
/// program, the keys are missing or others. Failed: the disk did not do it.
pub(super) fn run(config: &Config, from: &Path, copy_of_keys: Option<&Path>) -> Result<(), Failure> {
    not_a_demo(config)?;
    let Some(place) = config.database_url.sqlite_path() else {
        return Err(Failure::refused(
            "database_url: this command restores SQLite; for PostgreSQL use pg_restore (docs/operations.md, \"Backup\")",
        ));
    };
    if let Some(path) = in_the_way(place) {
        return Err(Failure::refused(format!(
            "{}: exists, and a server may have it open; stop the server and move the database away, with its \
             -wal and -shm if they are there",
            path.display()
        )));
    }
    let given = copy_of_keys.map(|folder| load_copy(config, folder)).transpose()?;
    let draft = copied(from, place)?;
    let (mut seen, contents) = examine(draft.path(), from)?;
    let bound = open::fingerprint(&mut seen)?;
    let older = is_older(&seen);
    drop(seen);
    settle_keys(config, bound.as_deref(), given)?;
    put_in_place(draft, place)?;
    print(&format!("{}: restored, {}", place.display(), described(&contents)))?;
    if older {
        print(
            "Its schema is older than this program: `attune serve` or `attune migrate` brings it up to date.",
        )?;
    }
    print(
        "What came after the backup is not in it: flags too. Tell the doulas from when on they must ask again.",
    )?;
    print(
        "What was withdrawn after the backup is back: care links that were ended or narrowed, entries that were made \
         private or removed, sign-ins that were ended. Review the links with the parents before you start the server \
         for everybody. Devices must read anew from /v1/changes without a cursor. See docs/operations.md, \"Backup\".",
    )
}

fn load_copy(config: &Config, folder: &Path) -> Result<Keys, Failure> {
    if config.keys_dir.is_some() {
        return Err(Failure::refused(
            "--keys: keys_dir is set, so the keys belong there already; give one of the two",
        ));
    }
    let elsewhere = Config { keys_dir: Some(folder.to_owned()), ..config.clone() };
    match keys::load(&elsewhere).map_err(|e| Failure::refused(e.to_string()))? {
        KeysState::Found(keys) => Ok(keys),
        KeysState::Absent => Err(Failure::refused(format!("{}: holds no keys", folder.display()))),
    }
}

/// The bytes of the backup, beside the place where they belong.
fn copied(from: &Path, place: &Path) -> Result<tempfile::NamedTempFile, Failure> {
    let unreadable = |e: io::Error| Failure::refused(format!("{}: cannot be read: {e}", from.display()));
    let mut source = File::open(from).map_err(unreadable)?;
    if !source.metadata().map_err(unreadable)?.is_file() {
        return Err(Failure::refused(format!("{}: is not a file", from.display())));
    }
    // A file with a journal beside it was copied from under a server; without the journal it is not whole.
    if let Some(journal) =
        ["-wal", "-journal"].map(|ending| beside(from, ending)).into_iter().find(|path| path.exists())
    {
        return Err(Failure::refused(format!(
            "{}: is no finished backup: {} lies beside it",
            from.display(),
            journal.display()
        )));
    }
    let draft = draft(place)?;
    io::copy(&mut BufReader::new(&mut source), &mut draft.as_file())
        .map_err(|e| Failure::failed(format!("{}: cannot be copied: {e}", from.display())))?;
    Ok(draft)
}

/// Sees to it that the keys of the backup are where the server looks for them, and replaces none.
fn settle_keys(config: &Config, bound: Option<&str>, given: Option<Keys>) -> Result<(), Failure> {
    if let (Some(bound), Some(given)) = (bound, &given)
        && given.fingerprint() != bound
    {
        return Err(Failure::refused("--keys: the backup was made with other keys than these"));
    }
    let in_place = keys::load(config).map_err(|e| Failure::refused(e.to_string()))?;
    match (in_place, bound, given) {
        (KeysState::Found(keys), Some(bound), _) if keys.fingerprint() != bound => {
            Err(Failure::refused(format!(
                "{}: the backup was made with other keys than these; move them away and give the right ones with --keys",
                keys::folder(config).display()
            )))
        }
        (KeysState::Absent, _, Some(given)) => {
            keys::put(config, &given).map(drop).map_err(|e| Failure::refused(e.to_string()))
        }
        (KeysState::Absent, Some(_), None) => Err(Failure::refused(format!(
            "{}: the keys of the backup are not there; give the folder with their copy with --keys",
            keys::folder(config).display()
        ))),
        (KeysState::Found(_), ..) | (KeysState::Absent, None, None) => Ok(()),
    }
}
