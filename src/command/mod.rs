//! What each command of the command line does. Words come in through `cli`; exit codes leave through `main`.
//!
//! Every command reads the same settings in the same way and is refused for the same reasons as the server, so
//! that none of them does to a database what the server would not.

mod backup;
mod check_config;
mod failure;
mod health;
mod line;
mod operator;
mod restore;
mod rule;

use std::{
    collections::BTreeMap,
    future::Future,
    io::{self, Write},
};

use crate::{
    cli::{Cli, Command, SettingFlags},
    config::{Config, check_files, read_file},
    db::{Db, Limits},
    openapi, serve,
};

pub use failure::Failure;

/// Does what the command line asks for. `env` is the process environment.
///
/// # Errors
/// What to print and the exit code.
pub fn run(cli: Cli, env: &BTreeMap<String, String>) -> Result<(), Failure> {
    match cli.command {
        Command::Serve(flags) => serve::start::serve(settings(&flags, env)?),
        Command::Openapi => print(openapi::text().trim_end()),
        Command::Migrate(flags) => migrate(&settings(&flags, env)?),
        Command::Operator(operator) => operator::run(operator.action, env),
        Command::CheckConfig(flags) => check_config::run(&settings(&flags, env)?),
        Command::Backup(backup) => backup::run(&settings(&backup.settings, env)?, &backup.to),
        Command::Restore(restore) => {
            restore::run(&settings(&restore.settings, env)?, &restore.from, restore.keys.as_deref())
        }
        Command::Health(flags) => health::run(&settings(&flags, env)?),
        Command::Lines(lines) => line::run(lines, env),
        Command::Rules(rules) => rule::run(rules.action, env),
    }
}

/// Reads and checks the settings and the files that they name.
fn settings(flags: &SettingFlags, env: &BTreeMap<String, String>) -> Result<Config, Failure> {
    let file = read_file(flags.file.as_deref())?;
    let config = Config::from_sources(&flags.given, env, file.as_deref())?;
    check_files(&config)?;
    Ok(config)
}

fn migrate(config: &Config) -> Result<(), Failure> {
    not_a_demo(config)?;
    let target = serve::open::target(config)?;
    let migrated = block_on(async {
        let db = Db::open(&target, true, Limits::default()).map_err(|e| Failure::refused(e.to_string()))?;
        db.close().await;
        Ok(())
    });
    migrated?;
    print("the database schema is up to date")
}

/// A demo's database is gone with its server, so nothing else can be done with one.
fn not_a_demo(config: &Config) -> Result<(), Failure> {
    if config.demo {
        Err(Failure::refused("demo (setting): only `attune serve` knows a demo"))
    } else {
        Ok(())
    }
}

fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|e| Failure::failed(format!("cannot start: {e}")))?.block_on(work)
}

/// Prints a line, or several, to standard output.
fn print(text: &str) -> Result<(), Failure> {
    writeln!(io::stdout(), "{text}").map_err(|e| Failure::failed(format!("cannot print: {e}")))
}
