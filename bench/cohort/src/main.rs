//! Simulates families over twelve weeks, lets attune's rules judge each of their days, and prints what was noticed, how
//! soon, and what was noticed for nothing, beside simpler rules. `bench/README.md` says how to read it.

mod family;
mod measure;
mod product;
mod rival;
mod table;
mod through_api;

use std::{path::PathBuf, process::ExitCode};

use attune_kill::server::Kind;
use clap::Parser;

/// Counts what attune's rules notice of simulated families.
#[derive(Debug, Parser)]
#[command(name = "attune-cohort")]
struct Arguments {
    /// Families of each group: 10,000, or 40 through a server.
    #[arg(long)]
    families: Option<usize>,
    /// The lines were drawn by looking at seeds 1, 2, 5 and 7; report another.
    #[arg(long, default_value_t = 11)]
    seed: u64,
    /// Families of each group for the curve of stricter and looser lines.
    #[arg(long, default_value_t = 2_000)]
    curve: usize,
    /// The families live through a running server, and what it raises is compared with the direct run.
    #[arg(long)]
    through_api: bool,
    /// The database of that server; PostgreSQL is a private one, started for this run with its own safe settings.
    #[arg(long, value_enum, default_value = "sqlite", requires = "through_api")]
    database: Kind,
    /// The server's program; without it the one beside this program.
    #[arg(long, requires = "through_api")]
    server: Option<PathBuf>,
}

fn main() -> ExitCode {
    let Arguments { families, seed, curve, through_api, database, server } = Arguments::parse();
    let families = families.unwrap_or(if through_api { 40 } else { 10_000 });
    println!("{families} families of each group, twelve weeks, seed {seed}\n");
    if through_api {
        return match through_api::run(families, seed, database, server) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(reason) => {
                eprintln!("attune-cohort: {reason}");
                ExitCode::from(2)
            }
        };
    }
    let met = table::beside_rivals(families, seed);
    table::a_doulas_week(families, seed);
    table::curve(curve, seed);
    table::speed();
    if met { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
