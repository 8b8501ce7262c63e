//! Kills attune at random under load, and counts what it had promised.
//!
//! Clients write without a pause and keep a journal; the server is killed with SIGKILL and started again; what was
//! not answered is sent again with the same key. In the end everything is read back and compared with the journal.
//! `verdict` says what counts as a broken promise. What this shows and what not: `docs/durability.md`.

pub mod busy;
pub mod busy_report;
#[cfg(test)]
mod busy_test;
pub mod client;
pub mod flags;
pub mod flags_report;
#[cfg(test)]
mod flags_test;
mod follow_up;
pub mod journal;
mod later;
mod life;
mod load;
pub mod people;
pub mod report;
pub mod seen;
pub mod server;
pub mod store;
pub mod verdict;
#[cfg(test)]
mod verdict_test;

use std::{
    ops::Range,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use fastrand::Rng;

use client::Client;
use life::{End, Life};
use load::Load;
use people::People;
pub use report::Report;

/// What a run does.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The server's program.
    pub program: PathBuf,
    /// Folder of its keys and its log, and of the SQLite file; empty.
    pub folder: PathBuf,
    /// Database; `sqlite://FILE` is below the folder.
    pub url: String,
    /// At least so many kills.
    pub kills: usize,
    /// At least so many acknowledged writes.
    pub at_least: usize,
    /// Whether the kills go on until then, or stop when there were enough of them.
    pub kill_on: bool,
    /// Clients that write at the same time.
    pub clients: usize,
    /// Parents.
    pub parents: usize,
    /// Doulas, two at least.
    pub doulas: usize,
    /// How many letters a note has at least.
    pub letters: usize,
    /// Between being ready and the kill, in milliseconds.
    pub life: Range<u64>,
    /// Longest time that a start may take.
    pub start_limit: Duration,
    /// Where chance begins.
    pub seed: u64,
}

impl Plan {
    /// The usual run; what differs is set by the caller.
    pub fn new(program: PathBuf, folder: PathBuf, url: String) -> Self {
        Self {
            program,
            folder,
            url,
            kills: 200,
            at_least: 50_000,
            kill_on: true,
            clients: 32,
            parents: 256,
            doulas: 32,
            letters: 200,
            life: 200..2000,
            start_limit: Duration::from_secs(5),
            seed: 1,
        }
    }

    /// `sqlite` or `postgres`.
    pub fn database(&self) -> &'static str {
        if self.url.starts_with("sqlite://") { "sqlite" } else { "postgres" }
    }
}

/// Runs a plan; `tell` is called now and then with how far it is.
///
/// # Errors
/// In words, when the run cannot be brought to its end. What was lost or doubled is no error but in the report.
pub fn run(plan: &Plan, tell: impl Fn(&str)) -> Result<Report, String> {
    let mut life = Life::begin(plan)?;
    let client = Client::new(life.address.clone());
    let people = People::register(&client, plan.parents, plan.doulas, 2)?;
    tell(&format!("{} parents and {} doulas are there", plan.parents, plan.doulas));

    let load = Load::new(client.clone(), people.clone(), plan.letters, plan.seed);
    let began = Instant::now();
    let killed = thread::scope(|scope| {
        for number in 0..plan.clients {
            let load = &load;
            scope.spawn(move || load.work(number));
        }
        let killed = kill_and_start(plan, &mut life, &load, &tell);
        load.stop();
        if killed.is_err() {
            life.address.give_up();
        }
        killed
    });
    let lasted = began.elapsed();
    killed.map_err(|reason| format!("{reason}\n{}", server::end_of_log(&plan.folder)))?;
    let journal = load.into_journal();

    tell("reading everything back");
    let End { seen, stored, starts } = life.end(&client, &people, &journal)?;
    let acknowledged = journal.entries.iter().filter(|entry| entry.ack.is_some());
    Ok(Report {
        database: plan.database(),
        clients: plan.clients,
        kills: starts.len(),
        lasted,
        acknowledged: journal.acknowledged(),
        at_least: plan.at_least,
        check_ins: acknowledged.clone().count(),
        dangers: acknowledged.filter(|entry| entry.is_danger()).count(),
        edits: journal.entries.iter().map(|entry| entry.later.edits as usize).sum(),
        removed: journal.entries.iter().filter(|entry| entry.later.removed).count(),
        sent_again: journal.entries.iter().filter(|entry| entry.sent > 1).count(),
        replayed: seen.replayed,
        notices: stored.notices.len(),
        starts,
        start_limit: plan.start_limit,
        size: stored.size,
        broken: verdict::judge(&people, &journal, &seen, &stored),
    })
}

fn kill_and_start(plan: &Plan, life: &mut Life, load: &Load, tell: impl Fn(&str)) -> Result<(), String> {
    let mut rng = Rng::with_seed(plan.seed);
    loop {
        // One kill is kept for the end, when the load has stopped.
        let killed = life.starts.len() + 1 >= plan.kills;
        if killed && load.acknowledged() >= plan.at_least {
            return Ok(());
        }
        if killed && !plan.kill_on {
            thread::sleep(Duration::from_millis(10));
            continue;
        }
        thread::sleep(Duration::from_millis(rng.u64(plan.life.clone())));
        life.kill_and_start()?;
        if life.starts.len().is_multiple_of(20) {
            tell(&format!("{} kills, {} acknowledged", life.starts.len(), load.acknowledged()));
        }
    }
}
