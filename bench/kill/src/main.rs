//! The command: builds nothing, needs the server beside it or `--server`.
//!
//! Ends with 0 when nothing was lost, doubled or late, with 1 when something was, with 2 when the run broke off.

use std::{path::PathBuf, process::ExitCode};

use attune_kill::{
    Plan, run,
    server::{self, Kind},
};
use clap::Parser;

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
    let report = run(&plan, |far| eprintln!("{far}"))?;
    println!("{report}");
    let complaints = report.complaints();
    for complaint in &complaints {
        eprintln!("NOT AS PROMISED: {complaint}");
    }
    Ok(complaints.is_empty())
}
