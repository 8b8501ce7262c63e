//! SQLite: how a connection is made, and which library is refused.
//!
//! Every connection has the same settings; who reads cannot write. The one that writes belongs to `writer`.

use std::{fs::OpenOptions, io::ErrorKind, os::unix::fs::OpenOptionsExt, path::Path, time::Duration};

use diesel::{
    Connection, QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection, sql_query,
    sql_types::Text,
};

use super::{Conn, MigrationState, OpenError};

/// How often, and how far apart, a connection is set up when another one sets up the same file.
const SWITCH_TRIES: u32 = 250;
const SWITCH_PAUSE: Duration = Duration::from_millis(20);

/// Older releases can lose committed transactions (the WAL-reset bug, fixed in 3.51.3); 3.52.0 was withdrawn.
const OLDEST: [u32; 3] = [3, 51, 3];

/// Commits wait for the disk (`synchronous = FULL`), readers never block the writer (WAL).
const PRAGMAS: &str = "PRAGMA journal_mode = WAL; \
     PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; \
     PRAGMA trusted_schema = OFF; \
     PRAGMA temp_store = MEMORY;";

/// Of the one connection that writes. It alone changes the file, so what it has read stays good from one commit to the
/// next: 8 MiB hold what a small practice uses on a day. Checkpoints are made beside it (`checkpoint`); its own commits
/// make one only behind 16 MiB of log. After a long reader the log is cut to 64 MiB (REL-19).
const WRITER_PRAGMAS: &str =
    "PRAGMA cache_size = -8192; PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 4096;";

/// Opens the file; its folder must exist. A file that is not there is made with mode 0600, or refused as not
/// migrated when it is not to be made.
pub(super) fn open_for_writing(path: &Path, make: bool) -> std::result::Result<Conn, OpenError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(OpenError::new(format!(
            "the folder of the database does not exist: {}",
            folder.display()
        )));
    }
    refuse_network(folder)?;
    if !path.exists() {
        MigrationState::Older.accept(make)?;
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
            Ok(_) => {}
            // Another process that starts now was faster.
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            Err(e) => return Err(OpenError::new(format!("cannot create {}: {e}", path.display()))),
        }
    }
    open_to_write(path)
}

/// A connection for the one that writes to a file that is there.
pub(super) fn open_to_write(path: &Path) -> std::result::Result<Conn, OpenError> {
    let mut conn = open(path)?;
    conn.batch_execute(WRITER_PRAGMAS).map_err(|e| cannot_open(path, &e))?;
    Ok(conn)
}

pub(super) fn open_for_reading(path: &Path) -> std::result::Result<Conn, OpenError> {
    let mut conn = open(path)?;
    conn.batch_execute("PRAGMA query_only = ON;").map_err(|e| cannot_open(path, &e))?;
    Ok(conn)
}

fn open(path: &Path) -> std::result::Result<Conn, OpenError> {
    let text = path.to_str().ok_or_else(|| OpenError::new("the path of the database must be UTF-8"))?;
    let mut conn = SqliteConnection::establish(text).map_err(|e| cannot_open(path, &e))?;
    // First of all: without it, even asking for the version fails while another process sets up the file.
    conn.batch_execute("PRAGMA busy_timeout = 5000;").map_err(|e| cannot_open(path, &e))?;
    check_version(&mut conn).map_err(|e| cannot_open(path, &e))?;
    let mut tries = 0;
    while let Err(e) = conn.batch_execute(PRAGMAS) {
        // Where two switch a new file to WAL at once, SQLite says "locked" to one of them without any patience.
        tries += 1;
        if tries == SWITCH_TRIES || !super::is_lock_timeout(&e) {
            return Err(cannot_open(path, &e));
        }
        std::thread::sleep(SWITCH_PAUSE);
    }
    check_settings(&mut conn).map_err(|e| cannot_open(path, &e))?;
    Ok(Conn::Sqlite(conn))
}

#[derive(QueryableByName)]
struct InForce {
    #[diesel(sql_type = Text)]
    settings: String,
}

/// Reads back what was set: SQLite answers a pragma that it did not follow with nothing at all (REL-2).
fn check_settings(conn: &mut SqliteConnection) -> std::result::Result<(), OpenError> {
    const ASK: &str = "SELECT journal_mode || ' ' || synchronous || ' ' || foreign_keys || ' ' || trusted_schema || ' ' \
         || timeout AS settings FROM pragma_journal_mode, pragma_synchronous, pragma_foreign_keys, \
         pragma_trusted_schema, pragma_busy_timeout";
    let row: InForce = sql_query(ASK).get_result(conn).map_err(|e| OpenError::new(e.to_string()))?;
    // synchronous 2 is FULL.
    match row.settings.as_str() {
        "wal 2 1 0 5000" => Ok(()),
        other => Err(OpenError::new(format!("SQLite did not take its settings ({other})"))),
    }
}

/// File systems that lie across a network, by the number that the kernel gives them: locks there hold for one machine
/// only, or for none, and the shared memory of the write-ahead log is not shared at all.
const NETWORK: &[(i64, &str)] = &[
    (0x6969, "NFS"),
    (0x517B, "SMB"),
    (0xFE53_4D42, "SMB2"),
    (0xFF53_4D42, "CIFS"),
    (0x0102_1997, "9P"),
    (0x5346_414F, "AFS"),
    (0x6B41_4653, "kAFS"),
    (0x00C3_6400, "Ceph"),
    (0x7375_7245, "Coda"),
    (0x564C, "NCP"),
    (0x0BD0_0BD0, "Lustre"),
];

/// Refuses a file or folder on a network file system (security requirement REL-2).
pub(crate) fn refuse_network(path: &Path) -> std::result::Result<(), OpenError> {
    #[cfg(target_os = "linux")]
    #[allow(clippy::useless_conversion, reason = "the width of the number depends on the architecture")]
    match rustix::fs::statfs(path).map(|found| network_name(i64::from(found.f_type))) {
        Ok(Some(name)) => {
            return Err(OpenError::new(format!(
                "{} lies on a network file system ({name}), where SQLite can lose or damage data; use a local disk \
                 or PostgreSQL",
                path.display()
            )));
        }
        Ok(None) => {}
        // What cannot be asked about is refused by what comes next, with a better reason.
        Err(e) => tracing::debug!(error = %e, "the file system cannot be told"),
    }
    Ok(())
}

fn network_name(kind: i64) -> Option<&'static str> {
    // Some architectures have a signed 32-bit number here.
    NETWORK.iter().find(|(number, _)| kind & 0xFFFF_FFFF == *number).map(|(_, name)| *name)
}

fn cannot_open(path: &Path, cause: &dyn std::fmt::Display) -> OpenError {
    OpenError::new(format!("cannot open {}: {cause}", path.display()))
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

fn check_version(conn: &mut SqliteConnection) -> std::result::Result<(), OpenError> {
    let row: Version = sql_query("SELECT sqlite_version() AS version")
        .get_result(conn)
        .map_err(|e| OpenError::new(e.to_string()))?;
    if acceptable(&row.version) {
        Ok(())
    } else {
        Err(OpenError::new(format!("SQLite {} may lose committed writes; 3.51.3 is needed", row.version)))
    }
}

fn acceptable(version: &str) -> bool {
    let parts: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
    parts.as_slice() >= OLDEST.as_slice() && parts != [3, 52, 0]
}

#[cfg(test)]
mod tests {
    use super::{acceptable, network_name, refuse_network};

    #[test]
    fn a_file_system_across_a_network_is_told_from_a_local_one() {
        let nfs_signed_smb2_ext4_tmpfs = [0x6969, -28_095_166, 0xFE53_4D42, 0xEF53, 0x0102_1994];
        let names = nfs_signed_smb2_ext4_tmpfs.map(network_name);
        assert_eq!(names, [Some("NFS"), Some("SMB2"), Some("SMB2"), None, None]);
        refuse_network(std::path::Path::new("/")).expect("the root is local where tests run");
    }

    #[test]
    fn a_library_that_can_lose_commits_is_refused() {
        for (version, fine) in
            [("3.40.1", false), ("3.51.2", false), ("3.51.3", true), ("3.52.0", false), ("3.53.0", true)]
        {
            assert_eq!(acceptable(version), fine, "{version}");
        }
    }
}
