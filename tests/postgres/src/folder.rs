//! Folders of private servers: short enough for a socket's address, and gone after their process.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use crate::{FOLDER_PREFIX, say};

/// Kernels refuse socket addresses from about 104 bytes on; the server adds `/.s.PGSQL.65535.lock`.
const LONGEST_SOCKET_FOLDER: usize = 80;

/// Where such a folder is made.
pub(crate) fn short_temporary_folder() -> PathBuf {
    let folder = env::temp_dir();
    let room = format!("/{FOLDER_PREFIX}{}-123456", u32::MAX).len();
    if folder.as_os_str().len() + room <= LONGEST_SOCKET_FOLDER { folder } else { PathBuf::from("/tmp") }
}

/// Deletes what earlier processes left: a killed one cannot tidy up, and each folder takes some 50 MB.
pub(crate) fn sweep(parent: &Path) {
    if !Path::new("/proc/self").exists() {
        return;
    }
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(|name| name.strip_prefix(FOLDER_PREFIX)?.split('-').next());
        let Some(owner) = owner.filter(|pid| pid.bytes().all(|byte| byte.is_ascii_digit())) else { continue };
        if Path::new("/proc").join(owner).exists() {
            continue;
        }
        match fs::remove_dir_all(entry.path()) {
            Ok(()) => {}
            // Another run sweeps at the same time, or it is another user's, who will sweep it.
            Err(error)
                if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied) => {}
            Err(error) => say(&format!("left behind and not removed: {}: {error}", entry.path().display())),
        }
    }
}

/// The path as a part of an address.
pub(crate) fn percent_encoded(path: &Path) -> String {
    let mut text = String::new();
    for &byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}
