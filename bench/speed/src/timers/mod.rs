//! What happens by time alone: what it costs while nothing is due, how fast many looks at silent families are that fall
//! due at once, and whether each is done once, by one process or two, also after a server was down for days.
//!
//! The clock is that of a sandbox, so the mornings of a week pass in minutes. The server that was down is really started
//! again, which sets its clock right: the run begins nine days ago.

mod idle;
mod once;

use std::{
    io,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use attune_kill::store::Rows;
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use serde_json::json;

use crate::{
    Arguments, Which, cluster_folder, fail,
    fill::{self, Filling},
    grow,
    process::{Cluster, Recipe, Server},
    wire::Client,
};
use idle::Idle;

/// Entries of each family: on seven days, so that four days without one are a silence, and seven a longer one.
const ENTRIES: usize = 14;
/// The first morning on which a silence is asked about, and the second.
const STEPS: [i64; 2] = [4, 7];
/// So long ago the families fell silent: both mornings are over everywhere.
const AGO: i64 = 9;
/// Where families live whose first morning the server misses: hours later than those it is up for.
const LATER: &str = "America/Los_Angeles";
/// One of them for so many others.
const EACH: usize = 5;
/// A year: what waits is not due within the run.
const FAR: SignedDuration = SignedDuration::from_hours(365 * 24);
/// The clock is set so long before what is measured.
const BEFORE: SignedDuration = SignedDuration::from_secs(2);
/// The longest that anything may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// A database and how many processes serve it.
struct Setup<'a> {
    name: &'static str,
    processes: usize,
    recipe: Recipe,
    cluster: Option<(&'a Cluster, String)>,
}

/// What was measured of it.
struct Outcome {
    name: &'static str,
    empty: Idle,
    waiting: Idle,
    at_once: Duration,
    caught_up: Duration,
    faults: Vec<String>,
}

/// Measures what was asked for and prints one table.
///
/// # Errors
/// Something was done twice or not at all, or the run broke off.
pub fn run(with: &Arguments, program: &Path, folder: &Path) -> io::Result<()> {
    let mut all = Vec::new();
    let recipe = |name: &str, database: String| {
        let folder = folder.join(name);
        std::fs::create_dir(&folder)?;
        Ok::<Recipe, io::Error>(Recipe {
            program: program.to_owned(),
            folder,
            database,
            settings: with.settings(),
        })
    };
    if with.wants(Which::Sqlite) {
        let file = format!("sqlite://{}", folder.join("sqlite/attune.db").display());
        let recipe = recipe("sqlite", file)?;
        all.push(measured(&Setup { name: "SQLite", processes: 1, recipe, cluster: None }, with)?);
    }
    if with.wants(Which::Postgres) {
        let data = cluster_folder()?;
        if let Some(cluster) = Cluster::start(data.path())? {
            for (name, processes) in [("PostgreSQL", 1), ("PostgreSQL, two processes", 2)] {
                let database = format!("attune{processes}");
                cluster.sql("postgres", &format!("CREATE DATABASE {database}"))?;
                let recipe = recipe(&database, cluster.url(&database))?;
                let cluster = Some((&cluster, database));
                all.push(measured(&Setup { name, processes, recipe, cluster }, with)?);
            }
        }
    }
    print(&all, with);
    let faults: Vec<&str> = all.iter().flat_map(|one| one.faults.iter().map(String::as_str)).collect();
    if faults.is_empty() { Ok(()) } else { Err(fail(faults.join("\n"))) }
}

fn measured(setup: &Setup<'_>, with: &Arguments) -> io::Result<Outcome> {
    let (name, cluster) = (setup.name, setup.cluster.as_ref().map(|(cluster, _)| *cluster));
    let start = || (0..setup.processes).map(|_| setup.recipe.start()).collect::<io::Result<Vec<Server>>>();
    let mut servers = start()?;
    eprintln!("{name}: idling over nothing");
    let empty = Idle::of(&servers, cluster, with.idle)?;

    let fell_silent = Timestamp::now().to_zoned(TimeZone::UTC).date().saturating_sub(AGO.days());
    let now = at(fell_silent, 12, 0)?;
    set_clocks(&servers, now)?;
    let (many, later) = (with.parents, with.parents.div_ceil(EACH));
    eprintln!("{name}: filling {many} families, and {later} further west");
    for (parents, zone) in [(many, "UTC"), (later, LATER)] {
        fill::fill(servers[0].address, Filling { parents, entries: ENTRIES, zone, now })?;
    }
    let mut rows = Rows::open(&setup.recipe.database, &setup.recipe.folder).map_err(fail)?;
    lay(setup, &mut rows, with.waiting.div_ceil(many + later))?;

    let first = at(fell_silent, 7, STEPS[0])?;
    // Early enough that the clock, which runs on, does not come to the morning meanwhile.
    set_clocks(&servers, first - SignedDuration::from_hours(12))?;
    if due(&mut rows, first - SignedDuration::from_hours(1))? != 0 {
        return Err(fail("something was due before its morning"));
    }
    eprintln!("{name}: idling beside families of whom nothing is due");
    let waiting = Idle::of(&servers, cluster, with.idle)?;

    // Just before, so that the servers' own workers come to it and not the request that moves the clock.
    set_clocks(&servers, first - BEFORE)?;
    let began = Instant::now() + BEFORE.unsigned_abs();
    let at_once = until_done(&mut rows, first, began)?;
    let mut faults = once::faults(&mut rows, many, 1)?;
    eprintln!("{name}: {many} due at once took {at_once:.1?}; down for three days");
    servers.iter_mut().try_for_each(Server::stop)?;

    let began = Instant::now();
    let mut servers = start()?;
    let caught_up = until_done(&mut rows, Timestamp::now(), began)?;
    faults.extend(once::faults(&mut rows, many + later, 2)?);
    servers.iter_mut().try_for_each(Server::stop)?;
    let faults = faults.into_iter().map(|fault| format!("{name}: {fault}")).collect();
    Ok(Outcome { name, empty, waiting, at_once, caught_up, faults })
}

/// Puts so many copies of every family beside it, whose looks are a year away.
fn lay(setup: &Setup<'_>, rows: &mut Rows, copies: usize) -> io::Result<()> {
    let later = FAR.as_micros().try_into().map_err(io::Error::other)?;
    let statements = grow::waiting(copies, setup.cluster.is_none(), later).join("; ");
    rows.execute(&format!("BEGIN; {statements}; COMMIT")).map_err(fail)?;
    // In place of autovacuum, which would come at some moment of the measurement.
    setup.cluster.as_ref().map_or(Ok(()), |(cluster, database)| cluster.sql(database, "VACUUM ANALYZE"))
}

/// An hour of the day that is so many days after another, by the clock of Greenwich.
fn at(from: Date, hour: i8, days: i64) -> io::Result<Timestamp> {
    let day = from.saturating_add(days.days());
    let zoned = day.at(hour, 0, 0, 0).to_zoned(TimeZone::UTC).map_err(io::Error::other)?;
    Ok(zoned.timestamp())
}

/// Moves the clocks of all processes at the same time.
fn set_clocks(servers: &[Server], to: Timestamp) -> io::Result<()> {
    thread::scope(|scope| {
        let moves: Vec<_> = servers
            .iter()
            .map(|server| scope.spawn(|| move_clock(&mut Client::new(server.address)?, &json!({"set": to}))))
            .collect();
        moves.into_iter().try_for_each(|moved| moved.join().map_err(|_| fail("a thread panicked"))?)
    })
}

/// Sets a clock, which runs what is due before it answers: a server that is busy with just that says so, and is asked again.
fn move_clock(client: &mut Client, to: &serde_json::Value) -> io::Result<()> {
    let began = Instant::now();
    loop {
        match client.send("POST", "/v1/sandbox/clock", None, Some(to))? {
            (200, _) => return Ok(()),
            (503, _) if began.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(100)),
            (status, answer) => return Err(fail(format!("the clock: {status} {answer}"))),
        }
    }
}

/// Timers that are due.
fn due(rows: &mut Rows, by: Timestamp) -> io::Result<i64> {
    let query = format!("SELECT count(*) AS n FROM timers WHERE due_at <= {}", by.as_microsecond());
    rows.count(&query).map_err(fail)
}

fn until_done(rows: &mut Rows, by: Timestamp, began: Instant) -> io::Result<Duration> {
    while due(rows, by)? > 0 {
        if began.elapsed() > PATIENCE {
            return Err(fail("timers are due and nobody does them"));
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(began.elapsed())
}

fn print(all: &[Outcome], with: &Arguments) {
    let row = |what: &str, of: &dyn Fn(&Outcome) -> String, target: &str| {
        let cells: Vec<String> = all.iter().map(of).collect();
        println!("| {what} | {} | {target} |", cells.join(" | "));
    };
    row("", &|one| one.name.to_owned(), "target");
    println!("|---|{}", "---|".repeat(all.len() + 1));
    let (waiting, later) = (with.waiting, with.parents.div_ceil(EACH));
    let idle = |idle: &Idle| idle.to_string();
    row("CPU of a second of idling, empty database", &|one| idle(&one.empty), "");
    row(
        &format!("the same, {waiting} families of whom nothing is due"),
        &|one| idle(&one.waiting),
        "the same",
    );
    let look = |idle: &Idle| format!("{:.2} ms", idle.look_ms);
    row("a look that finds nothing, empty database", &|one| look(&one.empty), "");
    row(&format!("the same, {waiting} families"), &|one| look(&one.waiting), "the same");
    let seconds = |time: Duration| format!("{:.1} s", time.as_secs_f64());
    row(&format!("{} due at once", with.parents), &|one| seconds(one.at_once), "10 s");
    let both = with.parents + 2 * later;
    row(
        &format!("{both} mornings of {} families after three days down", with.parents + later),
        &|one| seconds(one.caught_up),
        "",
    );
    row("done twice, or not at all", &|one| one.faults.len().to_string(), "0");
}
