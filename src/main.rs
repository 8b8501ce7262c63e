//! The program `attune`: command line in, exit code out.
//!
//! The one place that reads the process environment and ends the process; everything else is in the library.
//! Exit codes: 0 done, 1 failed, 2 the command line is wrong, 78 refused to start as configured.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;

/// Gives memory back: hashing a password takes 19 MiB for a moment, which the system's allocator keeps.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = attune::cli::Cli::parse();
    let Err(failure) = attune::command::run(cli, &environment()) else {
        return ExitCode::SUCCESS;
    };
    for line in failure.lines() {
        // The exit code still tells when nobody reads the words.
        if writeln!(io::stderr(), "attune: {line}").is_err() {
            break;
        }
    }
    ExitCode::from(failure.code())
}

#[expect(
    clippy::disallowed_methods,
    reason = "settings are read here, once, and go through Config from here on"
)]
fn environment() -> BTreeMap<String, String> {
    // Not `vars`: it panics on a variable of another program that is not UTF-8.
    std::env::vars_os()
        .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
        .collect()
}
