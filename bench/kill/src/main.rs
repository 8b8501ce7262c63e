//! The command: builds nothing, needs the server beside it or `--server`.
//!
//! Ends with 0 when nothing was lost, doubled or late, with 1 when something was, with 2 when the run broke off.

use std::{ops::Range, path::PathBuf, process::ExitCode, time::Duration};

use attune_kill::{
    Plan,
    busy::{self, Busy},
    flags, run,
    server::{self, Kind},
};
use clap::Parser;

/// Between letting some danger answers go and the kill, in milliseconds: about as long as they take.
const FLAGS_LIFE: Range<u64> = 1..40;
/// Some fifty requests in a second for eight clients: the machine can do other work beside.
const BUSY: Busy =
    Busy { lasts: Duration::from_secs(3_600), pause: 100..200, backup_every: Duration::from_secs(150) };

/// Kills attune at random under load, and counts what it had promised.
#[derive(Debug, Parser)]
struct Words {
    /// Which database; PostgreSQL is a private server, started for this run with its own safe settings.
    #[arg(long, value_enum, default_value = "sqlite")]
    database: Kind,
    /// At least so many kills.
    #[arg(long, default_value_t = 200)]
    kills: usize,
    /// At least so many acknowledged writes.
    #[arg(long, default_value_t = 50_000)]
    at_least: usize,
    /// Clients that write at the same time.
    #[arg(long, default_value_t = 32)]
    clients: usize,
    /// Parents.
    #[arg(long, default_value_t = 256)]
    parents: usize,
    /// Another run: so many parents send one danger answer each, three times with one key.
    #[arg(long, value_name = "PARENTS", conflicts_with_all = ["at_least", "parents"])]
    flags: Option<usize>,
    /// Another run, on SQLite alone and without a kill: a modest load for so many minutes, with backups meanwhile.
    #[arg(long, value_name = "MINUTES", conflicts_with_all = ["at_least", "flags", "kills"])]
    busy: Option<u64>,
    /// How many letters each note has; 4,000 at most.
    #[arg(long, default_value_t = 200)]
    letters: usize,
    /// Where chance begins.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The server's program; without it the one beside this program.
    #[arg(long)]
    server: Option<PathBuf>,
}

fn main() -> ExitCode {
    match measured(&Words::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(reason) => {
            eprintln!("attune-kill: {reason}");
            ExitCode::from(2)
        }
    }
}

fn measured(words: &Words) -> Result<bool, String> {
    let program = server::program(words.server.as_deref())?;
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let url = words.database.url()?;
    let mut plan = Plan::new(program, folder.path().to_owned(), url);
    plan.kills = words.kills;
    plan.at_least = words.at_least;
    plan.clients = words.clients;
    plan.parents = words.parents;
    plan.doulas = (words.parents / 8).max(2);
    plan.letters = words.letters;
    plan.seed = words.seed;
    let tell = |far: &str| eprintln!("{far}");
    let complaints = if let Some(minutes) = words.busy {
        if words.database != Kind::Sqlite {
            return Err("--busy is about SQLite".to_owned());
        }
        let busy = Busy { lasts: Duration::from_secs(60 * minutes), ..BUSY };
        let report = busy::run(&plan, &busy, tell)?;
        println!("{report}");
        report.complaints()
    } else if let Some(parents) = words.flags {
        plan.parents = parents;
        plan.doulas = (parents / 8).max(1);
        plan.life = FLAGS_LIFE;
        let report = flags::run(&plan, tell)?;
        println!("{report}");
        report.complaints()
    } else {
        let report = run(&plan, tell)?;
        println!("{report}");
        report.complaints()
    };
    for complaint in &complaints {
        eprintln!("NOT AS PROMISED: {complaint}");
    }
    Ok(complaints.is_empty())
}
