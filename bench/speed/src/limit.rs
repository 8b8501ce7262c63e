//! What the databases can do with nothing in front of them.

use std::{
    io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{fail, process::Cluster};

/// Writes and reads of a second.
#[derive(Debug, Clone, Copy, Default)]
pub struct Limit {
    /// Check-ins stored.
    pub writes: f64,
    /// Pages of twenty read.
    pub reads: f64,
}

/// The C loop over the server's own SQLite, built beside this program.
const LOOP: &str = env!("SQLITE_LOOP");

/// Runs the loop, in a process of its own.
pub fn sqlite(folder: &Path, seconds: u64, group: i32) -> io::Result<Limit> {
    let folder = tempfile::tempdir_in(folder)?;
    let mut command = Command::new(LOOP);
    command.arg("loop").arg(folder.path().join("limit.db"));
    let output = command.args([seconds.to_string(), group.to_string()]).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut numbers = text.split_whitespace().map(str::parse);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(writes)), Some(Ok(reads))) => Ok(Limit { writes, reads }),
        _ => Err(fail(format!("the SQLite loop: {}", String::from_utf8_lossy(&output.stderr)))),
    }
}

/// Runs statements on an SQLite file.
pub fn execute(path: &str, sql: &str) -> io::Result<()> {
    let done = Command::new(LOOP).args(["execute", path, sql]).status()?;
    if done.success() { Ok(()) } else { Err(fail("SQLite did not take the statements")) }
}

/// Makes the tables of the limit on a cluster.
pub fn prepare_postgres(cluster: &Cluster) -> io::Result<()> {
    cluster.sql("postgres", "CREATE DATABASE limits")?;
    cluster.file("limits", &script("schema.sql"))?;
    cluster.file("limits", &script("seed.sql"))
}

/// pgbench with eight clients.
pub fn postgres(cluster: &Cluster, seconds: u64) -> io::Result<Limit> {
    let writes = cluster.pgbench("limits", &script("write.sql"), seconds)?;
    let reads = cluster.pgbench("limits", &script("read.sql"), seconds)?;
    Ok(Limit { writes, reads })
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../limits").join(name)
}
