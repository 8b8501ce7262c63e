//! `attune lines`: which numbers parents are shown, who stands behind them, and noting that somebody tried one.

use std::collections::BTreeMap;

use super::{Failure, block_on, not_a_demo, print, settings};
use crate::{
    cli,
    clock::Clock,
    config::Config,
    db::{self, MigrationState},
    help::{
        confirmation_store,
        line::{Confirmations, Line, Lines, Standing, standing},
    },
    serve::open,
};

/// # Errors
/// Refused as the server would be; failed when there is no such line.
pub(super) fn run(lines: cli::Lines, env: &BTreeMap<String, String>) -> Result<(), Failure> {
    match lines.action {
        None => list(&settings(&lines.settings, env)?),
        Some(cli::LinesAction::Confirm { id, by, settings: flags }) => {
            confirm(&settings(&flags, env)?, &id, &by)
        }
    }
}

fn list(config: &Config) -> Result<(), Failure> {
    let confirmations = if config.demo { Confirmations::new() } else { confirmations(config)? };
    let (lines, today) = (Lines::embedded(), Clock::default().today_utc());
    for line in lines.all() {
        let standing = standing(lines, line, &confirmations, today);
        let hidden = if line.is_shown(standing) { "" } else { "; not shown until confirmed" };
        let reached = line.phone.as_ref().or(line.text.as_ref()).or(line.url.as_ref());
        let reached = reached.map_or("", String::as_str);
        let (kind, name, words) = (line.kind.as_str(), &line.name, words(line, standing));
        print(&format!("{}\t{kind}\t{name}\t{reached}\t{words}{hidden}", line.id))?;
    }
    Ok(())
}

fn words(line: &Line, standing: Standing) -> String {
    match (standing, line.checked_on) {
        (Standing::Confirmed(day), _) => format!("confirmed on {day}"),
        (Standing::Stale(day), _) => format!("confirmed on {day}, too long ago"),
        (Standing::Unconfirmed, Some(date)) => format!("never confirmed; its source is of {date}"),
        (Standing::Unconfirmed, None) => "never confirmed; its source has no date".to_owned(),
    }
}

fn confirmations(config: &Config) -> Result<Confirmations, Failure> {
    match db::look(&open::target(config)?).map_err(|e| Failure::refused(e.to_string()))? {
        Some(mut seen) if seen.schema == MigrationState::Current => confirmation_store::all(&mut seen.conn)
            .map_err(|e| Failure::refused_by(&e, "the database cannot be read")),
        _ => Ok(Confirmations::new()),
    }
}

fn confirm(config: &Config, id: &str, by: &str) -> Result<(), Failure> {
    not_a_demo(config)?;
    let Some(line) = Lines::embedded().all().iter().find(|line| line.id == id) else {
        return Err(Failure::failed(format!("there is no line {id:?}; `attune lines` lists them")));
    };
    let by = by.trim();
    if by.is_empty() || by.chars().count() > 80 || by.chars().any(char::is_control) {
        return Err(Failure::failed("--by must be the name of a person, 1 to 80 characters"));
    }
    let today = Clock::default().today_utc();
    block_on(async {
        let opened = open::open(config).await?;
        let (id, by) = (id.to_owned(), by.to_owned());
        let noted = opened.db.write(move |conn| confirmation_store::confirm(conn, &id, &by, today)).await;
        opened.db.close().await;
        noted.map_err(|e| Failure::failed_by(&e, "the confirmation was not stored"))
    })?;
    print(&format!("{} ({}): confirmed on {today}", line.id, line.name))
}
