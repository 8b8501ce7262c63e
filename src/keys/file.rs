//! Key files: where they are, when they are refused, how they are made.
//!
//! Each of the three files holds 64 lower-case hexadecimal characters and a newline, is open to
//! its owner alone, and lies in a folder open to its owner alone. The whole folder appears at
//! once, so that nobody ever sees, or is left with, a part of a set.

use super::{Keys, KeysState, Secret32, hex};
use crate::config::Config;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::hint::black_box;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::{error::Error, fmt};

/// File names, in the order of the fields of [`Keys`].
pub(super) const NAMES: [&str; 3] = ["access-token.key", "sealing.key", "lookup.key"];

/// The folder that is made when `keys_dir` is not given.
const FOLDER: &str = "attune-keys";

/// Values that anyone can read: in this repository, or in RFC 8032 section 7.1 (Ed25519 examples).
pub(super) const PUBLISHED: [&str; 5] = [
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
    "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20",
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
];

/// What is wrong with the keys.
#[derive(Debug)]
#[non_exhaustive]
pub enum KeysProblem {
    /// A file is missing from a place where keys must already be.
    Missing,
    /// Some of the three files are there and this one is not.
    Partial,
    /// Other accounts on the machine may do something with it; the mode, and the one to set.
    Open(u32, u32),
    /// Not a plain file, or not a folder.
    WrongKind,
    /// Fewer than 64 characters, so fewer than 32 bytes.
    TooShort,
    /// More than 64 characters.
    TooLong,
    /// Something else than lower-case hexadecimal characters.
    NotHex,
    /// One byte, repeated.
    OneByte,
    /// A value that is printed somewhere.
    Published,
    /// The same secret as in this other file.
    SameAs(&'static str),
    /// The folder is there with other things in it, or is no folder of its own.
    InTheWay,
    /// The system said no.
    Io(io::Error),
}

/// Why there are no usable keys: the file or folder, and the problem. Holds no part of a key.
#[derive(Debug)]
pub struct KeysError {
    /// The file or folder.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: KeysProblem,
}

impl fmt::Display for KeysError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.problem {
            KeysProblem::Missing => write!(f, "{path}: keys_dir was given, and this is missing from it"),
            KeysProblem::Partial => {
                write!(f, "{path}: is missing while other key files are there; restore it")
            }
            KeysProblem::Open(mode, wanted) => {
                write!(f, "{path}: is open to other accounts (mode {mode:03o}); run: chmod {wanted:o} {path}")
            }
            KeysProblem::WrongKind => write!(f, "{path}: is not a plain file or folder, as it should be"),
            KeysProblem::TooShort => {
                write!(f, "{path}: is shorter than 32 bytes (64 hexadecimal characters)")
            }
            KeysProblem::TooLong => {
                write!(f, "{path}: is longer than 64 hexadecimal characters and a newline")
            }
            KeysProblem::NotHex => {
                write!(f, "{path}: holds something else than lower-case hexadecimal characters")
            }
            KeysProblem::OneByte => write!(f, "{path}: is one byte repeated, which is no secret"),
            KeysProblem::Published => write!(f, "{path}: is a published example, which is no secret"),
            KeysProblem::SameAs(other) => write!(f, "{path}: is the same key as {other}; each needs its own"),
            KeysProblem::InTheWay => {
                write!(
                    f,
                    "{path}: keys belong here, but it is in use otherwise; move it away or give keys_dir"
                )
            }
            KeysProblem::Io(error) => write!(f, "{path}: {error}"),
        }
    }
}

impl Error for KeysError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.problem {
            KeysProblem::Io(error) => Some(error),
            _ => None,
        }
    }
}

/// Reads the keys. `Absent` only when no `keys_dir` was given and none of the files exist.
pub fn load(config: &Config) -> Result<KeysState, KeysError> {
    let folder = folder(config);
    match fs::metadata(&folder) {
        Err(error) if error.kind() == ErrorKind::NotFound && config.keys_dir.is_none() => {
            Ok(KeysState::Absent)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Err(wrong(&folder, KeysProblem::Missing)),
        Err(error) => Err(wrong(&folder, KeysProblem::Io(error))),
        Ok(metadata) if !metadata.is_dir() => Err(wrong(&folder, KeysProblem::WrongKind)),
        Ok(metadata) => {
            let mode = metadata.permissions().mode() & 0o777;
            let found = read_all(&folder, config.keys_dir.is_some())?;
            // An empty folder of any mode is no danger: making the keys replaces it.
            match found {
                Some(_) if mode & 0o077 != 0 => Err(wrong(&folder, KeysProblem::Open(mode, 0o700))),
                Some(keys) => Ok(KeysState::Found(keys)),
                None => Ok(KeysState::Absent),
            }
        }
    }
}

/// Makes the keys on first start, and gives back those that are then in place: when another
/// process was quicker, its keys. Never overwrites a file, and never writes into `keys_dir`.
pub fn create(config: &Config) -> Result<Keys, KeysError> {
    if let KeysState::Found(keys) = load(config)? {
        return Ok(keys);
    }
    put(config, &Keys::random())
}

/// Puts these keys where none are, as [`create`] does.
pub fn put(config: &Config, keys: &Keys) -> Result<Keys, KeysError> {
    let folder = folder(config);
    let parent = parent(&folder);
    let fresh = parent.join(format!("{FOLDER}.new-{}", random_name(&parent)?));
    let result = write_folder(&fresh, keys).and_then(|()| {
        // Replaces nothing but an empty folder: renaming onto a folder with anything in it fails.
        fs::rename(&fresh, &folder).map_err(|error| wrong(&folder, KeysProblem::Io(error)))
    });
    if let Err(error) = result {
        // What could not be put in place must not lie around.
        match fs::remove_dir_all(&fresh) {
            Ok(()) => {}
            Err(removal) if removal.kind() == ErrorKind::NotFound => {}
            Err(removal) => return Err(wrong(&fresh, KeysProblem::Io(removal))),
        }
        return match load(config)? {
            KeysState::Found(keys) => Ok(keys),
            KeysState::Absent if folder.symlink_metadata().is_ok() => {
                Err(wrong(&folder, KeysProblem::InTheWay))
            }
            KeysState::Absent => Err(error),
        };
    }
    sync(&parent)?;
    match load(config)? {
        KeysState::Found(keys) => Ok(keys),
        KeysState::Absent => Err(wrong(&folder, KeysProblem::Partial)),
    }
}

/// `keys_dir`, or a folder beside the SQLite file, or one in the working directory.
pub fn folder(config: &Config) -> PathBuf {
    match (&config.keys_dir, config.database_url.sqlite_path()) {
        (Some(given), _) => given.clone(),
        (None, Some(database)) => parent(database).join(FOLDER),
        (None, None) => PathBuf::from(FOLDER),
    }
}

fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

fn read_all(folder: &Path, required: bool) -> Result<Option<Keys>, KeysError> {
    let paths = NAMES.map(|name| folder.join(name));
    let [first, second, third] = [read(&paths[0])?, read(&paths[1])?, read(&paths[2])?];
    if !required && first.is_none() && second.is_none() && third.is_none() {
        return Ok(None);
    }
    let problem = || if required { KeysProblem::Missing } else { KeysProblem::Partial };
    let access_token_seed = first.ok_or_else(|| wrong(&paths[0], problem()))?;
    let sealing = second.ok_or_else(|| wrong(&paths[1], problem()))?;
    let lookup = third.ok_or_else(|| wrong(&paths[2], problem()))?;
    let keys = Keys { access_token_seed, sealing, lookup };
    for (at, (_, secret)) in keys.named().iter().enumerate() {
        if let Some((other, _)) = keys.named()[..at].iter().find(|(_, other)| other.0 == secret.0) {
            return Err(wrong(&paths[at], KeysProblem::SameAs(other)));
        }
    }
    Ok(Some(keys))
}

fn read(path: &Path) -> Result<Option<Secret32>, KeysError> {
    let system = |error| wrong(path, KeysProblem::Io(error));
    let file = match File::open(path) {
        Ok(file) => file,
        // A link that leads nowhere is a lost key, not a first start.
        Err(error) if error.kind() == ErrorKind::NotFound && path.symlink_metadata().is_err() => {
            return Ok(None);
        }
        Err(error) => return Err(system(error)),
    };
    let metadata = file.metadata().map_err(system)?;
    let mode = metadata.permissions().mode() & 0o777;
    if !metadata.is_file() {
        return Err(wrong(path, KeysProblem::WrongKind));
    }
    if mode & 0o077 != 0 {
        return Err(wrong(path, KeysProblem::Open(mode, 0o600)));
    }
    // One buffer of the final size, so that no copy of the text is left behind by growing.
    let mut text = Vec::with_capacity(80);
    let outcome = file.take(70).read_to_end(&mut text).map_err(system).and_then(|_| {
        let line = text.strip_suffix(b"\n").unwrap_or(&text);
        parse(line).map_err(|problem| wrong(path, problem))
    });
    text.fill(0);
    black_box(&mut text);
    outcome.map(Some)
}

pub(super) fn parse(line: &[u8]) -> Result<Secret32, KeysProblem> {
    match line.len() {
        0..64 => return Err(KeysProblem::TooShort),
        64 => {}
        _ => return Err(KeysProblem::TooLong),
    }
    if PUBLISHED.iter().any(|published| published.as_bytes() == line) {
        return Err(KeysProblem::Published);
    }
    let mut secret = Secret32::new([0; 32]);
    for (byte, pair) in secret.0.iter_mut().zip(line.chunks_exact(2)) {
        for digit in pair {
            let value = match digit {
                b'0'..=b'9' => digit - b'0',
                b'a'..=b'f' => digit - b'a' + 10,
                _ => return Err(KeysProblem::NotHex),
            };
            *byte = (*byte << 4) | value;
        }
    }
    if secret.0.iter().all(|byte| *byte == secret.0[0]) { Err(KeysProblem::OneByte) } else { Ok(secret) }
}

fn write_folder(folder: &Path, keys: &Keys) -> Result<(), KeysError> {
    let system = |error| wrong(folder, KeysProblem::Io(error));
    DirBuilder::new().mode(0o700).create(folder).map_err(system)?;
    // The umask can only take bits away, but it could take the owner's.
    fs::set_permissions(folder, Permissions::from_mode(0o700)).map_err(system)?;
    for (name, secret) in keys.named() {
        write(&folder.join(name), secret)?;
    }
    sync(folder)
}

fn write(path: &Path, secret: &Secret32) -> Result<(), KeysError> {
    let system = |error| wrong(path, KeysProblem::Io(error));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(system)?;
    file.set_permissions(Permissions::from_mode(0o600)).map_err(system)?;
    writeln!(file, "{}", hex(secret.expose())).map_err(system)?;
    file.sync_all().map_err(system)
}

fn sync(folder: &Path) -> Result<(), KeysError> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| wrong(folder, KeysProblem::Io(error)))
}

fn random_name(parent: &Path) -> Result<String, KeysError> {
    let mut bytes = [0; 8];
    let failed = |_| wrong(parent, KeysProblem::Io(io::Error::other("no random numbers")));
    SystemRandom::new().fill(&mut bytes).map_err(failed)?;
    Ok(hex(&bytes))
}

fn wrong(path: &Path, problem: KeysProblem) -> KeysError {
    KeysError { path: path.to_path_buf(), problem }
}
