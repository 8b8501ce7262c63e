//! Measures the release server: the main job's write and the read of twenty on both databases, each in turn with
//! what the database alone can do in the same run, and prints one table. `bench/README.md` says how to read it.
//!
//! An answer that is not 2xx ends the run, except where too much is sent on purpose. With `--timers` it measures instead
//! what happens by time alone, and fails when something of it happened twice or not at all.

#![expect(
    clippy::disallowed_methods,
    reason = "a program of its own: it has no configuration and no movable clock"
)]

mod fill;
mod grow;
mod limit;
mod load;
mod measure;
mod overload;
mod process;
mod request;
mod table;
mod timers;
mod wire;

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use clap::{Parser, ValueEnum};

use measure::{Database, measure};
use process::Cluster;

/// Measures attune's speed.
#[derive(Debug, Parser)]
#[command(name = "attune-speed")]
pub struct Arguments {
    /// Seconds of each load and each limit.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// Rounds; the median counts.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Parents to fill in; targets are for 1,000.
    #[arg(long, default_value_t = 1_000)]
    parents: usize,
    /// Connections of the closed load.
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// One database only.
    #[arg(long)]
    only: Option<Which>,
    /// Then grow to a million check-ins and measure again. Not with `--overload`, which leaves so many entries of one day
    /// behind that a write takes longer in any database.
    #[arg(long, conflicts_with = "overload")]
    growth: bool,
    /// Then send three times the peak for so many seconds.
    #[arg(long, default_value_t = 0, default_missing_value = "60", num_args = 0..=1)]
    overload: u64,
    /// Measure timers and nothing else: idling beside many that are not due, many due at once, and a server that was down.
    #[arg(long)]
    timers: bool,
    /// Families of whom nothing is due, for `--timers`.
    #[arg(long, default_value_t = 100_000)]
    waiting: usize,
    /// Seconds of idling that are looked at, for `--timers`.
    #[arg(long, default_value_t = 30)]
    idle: u64,
    /// Leave out the limits: no ratios.
    #[arg(long)]
    no_limits: bool,
    /// A server that is built already.
    #[arg(long)]
    server: Option<PathBuf>,
    /// Further settings of the server.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    set: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    Sqlite,
    Postgres,
}

impl Arguments {
    fn settings(&self) -> BTreeMap<String, String> {
        let pairs = self.set.iter().filter_map(|pair| pair.split_once('='));
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    fn wants(&self, which: Which) -> bool {
        self.only.is_none_or(|only| only == which)
    }
}

/// An error in words.
pub fn fail(words: impl Into<String>) -> io::Error {
    io::Error::other(words.into())
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("attune-speed: {e}");
            ExitCode::FAILURE
        }
    }
}

fn run(with: &Arguments) -> io::Result<()> {
    let program = match &with.server {
        Some(path) => fs::canonicalize(path)?,
        None => build()?,
    };
    // Beside the program, not in /tmp: that may be memory, where a commit waits for no disk.
    let beside = program.parent().ok_or_else(|| fail("the server has no folder"))?;
    let folder = tempfile::Builder::new().prefix("speed-").tempdir_in(beside)?;
    if with.timers {
        return timers::run(with, &program, folder.path());
    }
    let mut all = Vec::new();
    if with.wants(Which::Sqlite) {
        let own = folder.path().join("sqlite");
        fs::create_dir(&own)?;
        all.push(measure(&Database::Sqlite(own.join("attune.db")), &own, &program, with)?);
    }
    if with.wants(Which::Postgres) {
        let data = cluster_folder()?;
        if let Some(cluster) = Cluster::start(data.path())? {
            cluster.sql("postgres", "CREATE DATABASE attune")?;
            let own = folder.path().join("postgres");
            fs::create_dir(&own)?;
            all.push(measure(&Database::Postgres(&cluster), &own, &program, with)?);
        }
    }
    print!("{}", table::table(&all, with.connections, with.parents));
    Ok(())
}

/// Builds the release server and says where it is.
fn build() -> io::Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    process::run(Command::new(cargo).args(["build", "--release", "-p", "attune"]).current_dir(&root))?;
    // This program lies beside it, whatever folder cargo builds in.
    let own = std::env::current_exe()?;
    let folder = own.parent().ok_or_else(|| fail("this program has no folder"))?;
    fs::canonicalize(folder.join("attune"))
}

/// Where a private PostgreSQL has its data: a socket's address must be short, and another user must be able to reach
/// the folder.
fn cluster_folder() -> io::Result<tempfile::TempDir> {
    tempfile::Builder::new().prefix("attune-speed-").tempdir_in(short_folder())
}

/// The first of these that is on a disk as far as one can tell, and short enough for a socket.
fn short_folder() -> &'static Path {
    ["/var/tmp", "/tmp"].map(Path::new).into_iter().find(|path| path.is_dir()).unwrap_or(Path::new("/"))
}
