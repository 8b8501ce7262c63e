//! What a run found, as a table and as a yes or no.

use std::{fmt, time::Duration};

use crate::verdict::Broken;

/// What a run found.
#[derive(Debug, Clone)]
pub struct Report {
    /// `sqlite` or `postgres`.
    pub database: &'static str,
    /// Clients that wrote at the same time.
    pub clients: usize,
    /// Kills.
    pub kills: usize,
    /// How long the load lasted.
    pub lasted: Duration,
    /// Writes that were acknowledged, each counted once.
    pub acknowledged: usize,
    /// At least so many were asked for.
    pub at_least: usize,
    /// Check-ins among them.
    pub check_ins: usize,
    /// Danger answers among them, called for at once or in a change.
    pub dangers: usize,
    /// Changes of check-ins.
    pub edits: usize,
    /// Check-ins that were removed.
    pub removed: usize,
    /// Check-ins that went out more than once, because nobody knew or on purpose.
    pub sent_again: usize,
    /// Keys that were sent once more in the end and got their first answer.
    pub replayed: usize,
    /// Notices about danger in the outbox.
    pub notices: usize,
    /// Times from start to ready, after each kill.
    pub starts: Vec<Duration>,
    /// Longest time that a start may take.
    pub start_limit: Duration,
    /// Size of the database in the end, in bytes.
    pub size: i64,
    /// Every promise, kept or not.
    pub broken: Vec<Broken>,
}

impl Report {
    /// What is not as it must be, in words; empty when all is.
    pub fn complaints(&self) -> Vec<String> {
        let broken = self.broken.iter().filter(|broken| broken.count > 0);
        let mut all: Vec<String> = broken
            .map(|broken| format!("{}: {} {:#?}", broken.what, broken.count, broken.examples))
            .collect();
        if self.acknowledged < self.at_least {
            all.push(format!("{} acknowledged, {} were asked for", self.acknowledged, self.at_least));
        }
        if [self.dangers, self.notices, self.kills, self.edits, self.removed].contains(&0) {
            let what = "nothing dangerous was sent or told of, or nothing changed, removed, or killed";
            all.push(format!("{what}: this run shows nothing"));
        }
        let slow = self.starts.iter().filter(|took| **took > self.start_limit).count();
        if slow > 0 {
            all.push(format!("{slow} starts took longer than {:?}", self.start_limit));
        }
        all
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut starts = self.starts.clone();
        starts.sort_unstable();
        let middle = starts.get(starts.len() / 2).copied().unwrap_or_default();
        let longest = starts.last().copied().unwrap_or_default();
        let milliseconds = |time: Duration| format!("{} ms", time.as_millis());
        writeln!(f, "| {} | |\n|---|---:|", self.database)?;
        let mut row = |what: &str, value: String| writeln!(f, "| {what} | {value} |");
        row("clients at the same time", self.clients.to_string())?;
        row("kills (SIGKILL)", self.kills.to_string())?;
        row("load lasted", format!("{} s", self.lasted.as_secs()))?;
        row("acknowledged writes", self.acknowledged.to_string())?;
        row("of these check-ins", self.check_ins.to_string())?;
        row("of these danger answers", self.dangers.to_string())?;
        row("of these changes of check-ins", self.edits.to_string())?;
        row("of these removals of check-ins", self.removed.to_string())?;
        row("check-ins sent more than once", self.sent_again.to_string())?;
        row("notices of danger in the outbox", self.notices.to_string())?;
        row("keys sent again in the end, with their first answer", self.replayed.to_string())?;
        row("database in the end", format!("{} kB", self.size / 1_000))?;
        row("ready again after a kill, median", milliseconds(middle))?;
        row("ready again after a kill, longest", milliseconds(longest))?;
        for broken in &self.broken {
            row(broken.what, format!("**{}**", broken.count))?;
        }
        Ok(())
    }
}
