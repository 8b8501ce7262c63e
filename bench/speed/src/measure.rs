//! One database measured: filled, started anew, and loaded in turn with its limits.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use jiff::Timestamp;

use crate::{
    Arguments,
    fill::{self, Filling},
    grow,
    limit::{self, Limit},
    load::{Closed, closed},
    overload::{self, Overload},
    process::{Cluster, Recipe, Server},
    request::{Job, Senders},
};

/// Starts whose median counts.
const STARTS: usize = 5;
/// Sizes of a group commit in the C loop; the last is the one that is compared with.
pub const GROUPS: [i32; 3] = [1, 8, 32];

/// What was measured on one database.
#[derive(Debug, Default)]
pub struct Measured {
    /// Its name.
    pub name: &'static str,
    /// From the start of the process to ready, in milliseconds, with the filled database.
    pub start_ms: f64,
    /// Resident memory before any load, in MB.
    pub idle_mb: f64,
    /// The highest that it was under load.
    pub loaded_mb: f64,
    /// The main job's write.
    pub write: Phase,
    /// The read of twenty.
    pub read: Phase,
    /// The limits of the same rounds; on SQLite by size of the group.
    pub limits: BTreeMap<i32, Vec<Limit>>,
    /// The same after growth.
    pub grown: Option<Grown>,
    /// Open arrivals beyond what it can do.
    pub overload: Option<Overload>,
}

/// Several rounds of one kind of load.
#[derive(Debug, Default)]
pub struct Phase {
    /// Each round.
    pub rounds: Vec<Closed>,
    /// CPU time of the server for one request, in microseconds.
    pub server_us: f64,
    /// CPU time of the database's own processes for one request.
    pub database_us: f64,
}

impl Phase {
    /// Requests in a second, the median of the rounds.
    pub fn rate(&self) -> f64 {
        median(self.rounds.iter().map(Closed::rate).collect())
    }

    /// All latencies in rising order.
    pub fn micros(&self) -> Vec<u32> {
        let mut all: Vec<u32> = self.rounds.iter().flat_map(|round| round.micros.iter().copied()).collect();
        all.sort_unstable();
        all
    }

    fn requests(&self) -> usize {
        self.rounds.iter().map(|round| round.micros.len()).sum()
    }
}

/// The same measures on a larger database.
#[derive(Debug, Default)]
pub struct Grown {
    /// Parents beside the measured ones.
    pub copies: usize,
    /// Writes.
    pub write: Phase,
    /// Reads.
    pub read: Phase,
    /// Memory before load and at its highest.
    pub memory: (f64, f64),
}

/// The middle value; of an even number the upper one of the two.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Where the data is.
pub enum Database<'a> {
    /// A file.
    Sqlite(PathBuf),
    /// A database of a private cluster.
    Postgres(&'a Cluster),
}

impl Database<'_> {
    fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite://{}", path.display()),
            Self::Postgres(cluster) => cluster.url("attune"),
        }
    }

    fn cpu(&self) -> io::Result<f64> {
        match self {
            Self::Sqlite(_) => Ok(0.0),
            Self::Postgres(cluster) => cluster.cpu(),
        }
    }
}

/// Measures one database.
pub fn measure(
    database: &Database<'_>,
    folder: &Path,
    program: &Path,
    with: &Arguments,
) -> io::Result<Measured> {
    let name = if matches!(database, Database::Sqlite(_)) { "SQLite" } else { "PostgreSQL" };
    let recipe = Recipe {
        program: program.to_owned(),
        folder: folder.to_owned(),
        database: database.url(),
        settings: with.settings(),
    };
    eprintln!("{name}: filling {} parents", with.parents);
    let mut server = recipe.start()?;
    let tokens = fill::fill(server.address, filling(with.parents))?;
    server.stop()?;
    if let Database::Postgres(cluster) = database {
        cluster.sql("attune", "VACUUM ANALYZE")?;
        if !with.no_limits {
            limit::prepare_postgres(cluster)?;
        }
    }

    let mut measured = Measured { name, ..Measured::default() };
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let mut server = recipe.start()?;
        starts.push(server.started_in.as_secs_f64() * 1000.0);
        server.stop()?;
    }
    measured.start_ms = median(starts);

    let mut server = recipe.start()?;
    thread::sleep(Duration::from_secs(1));
    measured.idle_mb = server.memory()?.0;
    let mut senders = Senders::new(server.address, &tokens);
    let time = Duration::from_secs(with.seconds);
    warm_up(&mut senders, with)?;
    for round in 1..=with.rounds {
        eprintln!("{name}: round {round} of {}", with.rounds);
        if !with.no_limits {
            run_limits(database, folder, with.seconds, &mut measured.limits)?;
        }
        load(&mut measured.write, Job::Write, &mut senders, &server, database, with.connections, time)?;
        load(&mut measured.read, Job::Read, &mut senders, &server, database, with.connections, time)?;
    }
    measured.loaded_mb = server.memory()?.1;
    if with.overload > 0 {
        eprintln!("{name}: three times the peak");
        measured.overload = Some(overload::overload(&mut senders, &measured, with)?);
    }
    server.stop()?;

    if with.growth {
        let copies = (grow::ENTRIES / fill::ENTRIES).saturating_sub(with.parents) / with.parents;
        eprintln!("{name}: growing by {copies} copies of every parent");
        match database {
            Database::Sqlite(path) => grow::sqlite(&path.display().to_string(), copies)?,
            Database::Postgres(cluster) => {
                grow::postgres(copies).iter().try_for_each(|statement| cluster.sql("attune", statement))?;
            }
        }
        let server = recipe.start()?;
        thread::sleep(Duration::from_secs(1));
        let mut grown = Grown { copies, ..Grown::default() };
        grown.memory.0 = server.memory()?.0;
        senders.to(server.address);
        warm_up(&mut senders, with)?;
        for _ in 0..with.rounds {
            load(&mut grown.write, Job::Write, &mut senders, &server, database, with.connections, time)?;
            load(&mut grown.read, Job::Read, &mut senders, &server, database, with.connections, time)?;
        }
        grown.memory.1 = server.memory()?.1;
        measured.grown = Some(grown);
    }
    Ok(measured)
}

fn filling(parents: usize) -> Filling {
    Filling { parents, entries: fill::ENTRIES, zone: "Europe/London", now: Timestamp::now() }
}

fn warm_up(senders: &mut Senders, with: &Arguments) -> io::Result<()> {
    let time = Duration::from_millis(500);
    closed(senders, Job::Read, with.connections, time)?;
    closed(senders, Job::Write, with.connections, time).map(drop)
}

fn run_limits(
    database: &Database<'_>,
    folder: &Path,
    seconds: u64,
    limits: &mut BTreeMap<i32, Vec<Limit>>,
) -> io::Result<()> {
    match database {
        Database::Sqlite(_) => {
            for group in GROUPS {
                limits.entry(group).or_default().push(limit::sqlite(folder, seconds, group)?);
            }
        }
        Database::Postgres(cluster) => {
            limits.entry(1).or_default().push(limit::postgres(cluster, seconds)?);
        }
    }
    Ok(())
}

fn load(
    phase: &mut Phase,
    job: Job,
    senders: &mut Senders,
    server: &Server,
    database: &Database<'_>,
    connections: usize,
    time: Duration,
) -> io::Result<()> {
    let (server_before, database_before) = (server.cpu()?, database.cpu()?);
    let before = phase.requests() as f64;
    phase.rounds.push(closed(senders, job, connections, time)?);
    let all = phase.requests() as f64;
    // A running mean over the rounds, each weighted with its requests.
    let mean = |so_far: f64, seconds: f64| (so_far * before + seconds * 1e6) / all;
    phase.server_us = mean(phase.server_us, server.cpu()? - server_before);
    phase.database_us = mean(phase.database_us, database.cpu()? - database_before);
    Ok(())
}
