//! Looking at the disk: reading the configuration file, and checking the files that settings name.
//!
//! Files with secrets or personal data must be closed to other accounts on the machine. Checks
//! create and change nothing. Whether a folder takes new files is judged by its mode alone; a
//! read-only mount shows itself when the database opens.

use super::{Config, ConfigError, Origin};
use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The configuration file that is read when none is named, if it exists.
pub const DEFAULT_FILE: &str = "attune.toml";

/// Far above any real file; keeps a wrong path from filling the memory.
const LONGEST_FILE: u64 = 256 * 1024;

/// The text of the configuration file: of `named`, which must then exist, or else of
/// [`DEFAULT_FILE`] in the working directory, where `None` says that there is none.
pub fn read_file(named: Option<&Path>) -> Result<Option<String>, ConfigError> {
    let path = named.unwrap_or(Path::new(DEFAULT_FILE));
    let refuse = |problem: String| ConfigError::new(path.display().to_string(), Origin::Disk, problem);
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound && named.is_none() => return Ok(None),
        Err(error) => return Err(refuse(format!("the configuration file cannot be opened: {error}"))),
    };
    // Asked of the open file, so that what is checked is what is read.
    let metadata = file.metadata().map_err(|error| refuse(format!("cannot be looked at: {error}")))?;
    if !metadata.is_file() {
        return Err(refuse("is not a file".into()));
    }
    if let Some(problem) = loose(path, &metadata, "600") {
        return Err(refuse(problem));
    }
    let mut text = String::new();
    let read = file.take(LONGEST_FILE + 1).read_to_string(&mut text);
    match read.map_err(|error| refuse(format!("cannot be read: {error}")))? {
        length if length as u64 > LONGEST_FILE => Err(refuse("is longer than 256 KiB".into())),
        _ => Ok(Some(text)),
    }
}

/// Checks the files and folders that the settings name. A demo has none of its own yet.
pub fn check_files(config: &Config) -> Result<(), Vec<ConfigError>> {
    let mut errors = Vec::new();
    if let (false, Some(path)) = (config.demo, config.database_url.sqlite_path()) {
        check_sqlite(path, &mut errors);
    }
    if let Some(folder) = &config.keys_dir
        && let Some(problem) = folder_problem(folder)
    {
        errors.push(ConfigError::new("keys_dir", Origin::Disk, problem));
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn check_sqlite(path: &Path, errors: &mut Vec<ConfigError>) {
    let mut refuse = |problem: String| errors.push(ConfigError::new("database_url", Origin::Disk, problem));
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match fs::metadata(folder) {
        Err(error) => refuse(format!("the folder {} of the database file: {error}", folder.display())),
        Ok(metadata) if !metadata.is_dir() => refuse(format!("{} is not a folder", folder.display())),
        Ok(metadata) if metadata.permissions().readonly() => {
            refuse(format!("the folder {} is read-only, and SQLite needs to write there", folder.display()));
        }
        Ok(_) => {
            // The journal files hold the same rows as the database file.
            for file in ["", "-wal", "-shm"].map(|ending| beside(path, ending)) {
                if let Some(problem) = database_file_problem(&file) {
                    refuse(problem);
                }
            }
        }
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

fn database_file_problem(path: &Path) -> Option<String> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => Some(format!("{} is not a file", path.display())),
        Ok(metadata) => loose(path, &metadata, "600"),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => Some(format!("{} cannot be looked at: {error}", path.display())),
    }
}

fn folder_problem(folder: &Path) -> Option<String> {
    match fs::metadata(folder) {
        Err(error) => Some(format!("{}: {error}", folder.display())),
        Ok(metadata) if !metadata.is_dir() => Some(format!("{} is not a folder", folder.display())),
        Ok(metadata) => loose(folder, &metadata, "700"),
    }
}

/// What to say when other accounts may do anything with the file; `wanted` is the mode to give it.
fn loose(path: &Path, metadata: &Metadata, wanted: &str) -> Option<String> {
    let mode = metadata.permissions().mode() & 0o777;
    let path = path.display();
    (mode & 0o077 != 0).then(|| {
        format!(
            "{path} is open to other accounts on this machine (mode {mode:03o}); run: chmod {wanted} {path}"
        )
    })
}
