//! The folder of a demo: open to its owner alone, with a name nobody can guess, gone when the server has stopped.

use std::{
    fs::{self, DirBuilder, Permissions},
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use crate::{command::Failure, id::RowId};

/// A folder that goes away with this value.
#[derive(Debug)]
pub(super) struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    /// # Errors
    /// The folder for temporary files cannot be written to.
    pub(super) fn make(now: Timestamp) -> Result<Self, Failure> {
        let name = format!("attune-demo-{}-{}", std::process::id(), RowId::new(now));
        let path = std::env::temp_dir().join(name);
        let failed = |e| Failure::refused(format!("cannot make the demo's folder {}: {e}", path.display()));
        // Fails on anything that is there already, a link included.
        DirBuilder::new().mode(0o700).create(&path).map_err(failed)?;
        // The umask may have taken bits from the owner.
        fs::set_permissions(&path, Permissions::from_mode(0o700)).map_err(failed)?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        if let Err(e) = fs::remove_dir_all(&self.0) {
            tracing::warn!(folder = %self.0.display(), error = %e, "the demo's folder could not be removed");
        }
    }
}
