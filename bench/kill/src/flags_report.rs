//! What a run of flags found: the general verdict, and that there is one of each for each parent, no more and no fewer.

use std::{collections::BTreeSet, fmt, time::Duration};

use crate::{
    flags::COPIES,
    journal::Journal,
    people::People,
    seen::Seen,
    store::Stored,
    verdict::{Broken, judge},
};

/// What a run found.
#[derive(Debug, Clone)]
pub struct FlagsReport {
    /// `sqlite` or `postgres`.
    pub database: &'static str,
    /// Clients that sent at the same time, each with up to three copies.
    pub clients: usize,
    /// Kills.
    pub kills: usize,
    /// How long the sending lasted.
    pub lasted: Duration,
    /// Parents, each with one danger answer under one key.
    pub parents: usize,
    /// Keys that were acknowledged.
    pub acknowledged: usize,
    /// Requests that went out.
    pub sent: usize,
    /// Those of them that a kill left without an answer, or that were refused for a moment, and were sent again.
    pub unanswered: usize,
    /// Rows of check-ins.
    pub check_ins: i64,
    /// Rows of flags.
    pub flags: i64,
    /// Rows of the outbox.
    pub outbox: i64,
    /// Keys that were sent once more in the end and got their first answer.
    pub replayed: usize,
    /// Times from start to ready, after each kill.
    pub starts: Vec<Duration>,
    /// Longest time that a start may take.
    pub start_limit: Duration,
    /// Every promise, kept or not.
    pub broken: Vec<Broken>,
}

/// Every promise, kept or not: those of any run, and one check-in, one flag and one notice for each entry.
pub fn counted(people: &People, journal: &Journal, seen: &Seen, stored: &Stored) -> Vec<Broken> {
    let asked = journal.entries.len();
    let mut broken = judge(people, journal, seen, stored);
    let rare = journal.entries.iter().filter(|entry| (entry.sent as usize) < COPIES);
    let rare = rare.map(|entry| format!("{}: {} times", entry.key, entry.sent)).collect();
    broken.push(Broken::of("keys that were not sent three times", rare));
    let events: BTreeSet<&str> = stored.notices.iter().map(|notice| notice.event.as_str()).collect();
    let readers: BTreeSet<(&str, &str)> =
        stored.notices.iter().map(|notice| (notice.event.as_str(), notice.recipient.as_str())).collect();
    let rows = [
        ("check-ins", stored.check_ins),
        ("flags", stored.flags),
        ("rows of the outbox", stored.outbox),
        ("events that somebody is told of", count(events.len())),
        ("events and readers", count(readers.len())),
    ];
    let other = rows.into_iter().filter(|(_, found)| *found != count(asked));
    let other = other.map(|(what, found)| format!("{found} {what}, not {asked}")).collect();
    broken.push(Broken::of("tables with another number of rows than keys", other));
    broken
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

impl FlagsReport {
    /// What is not as it must be, in words; empty when all is.
    pub fn complaints(&self) -> Vec<String> {
        let broken = self.broken.iter().filter(|broken| broken.count > 0);
        let mut all: Vec<String> = broken
            .map(|broken| format!("{}: {} {:#?}", broken.what, broken.count, broken.examples))
            .collect();
        if self.acknowledged != self.parents {
            all.push(format!("{} of {} keys acknowledged", self.acknowledged, self.parents));
        }
        if [self.parents, self.unanswered, self.kills].contains(&0) {
            all.push("nothing was sent, killed, or cut off by a kill: this run shows nothing".to_owned());
        }
        let slow = self.starts.iter().filter(|took| **took > self.start_limit).count();
        if slow > 0 {
            all.push(format!("{slow} starts took longer than {:?}", self.start_limit));
        }
        all
    }
}

impl fmt::Display for FlagsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let longest = self.starts.iter().max().copied().unwrap_or_default();
        writeln!(f, "| {} | |\n|---|---:|", self.database)?;
        let mut row = |what: &str, value: String| writeln!(f, "| {what} | {value} |");
        row("clients at the same time", self.clients.to_string())?;
        row("kills (SIGKILL)", self.kills.to_string())?;
        row("sending lasted", format!("{} s", self.lasted.as_secs()))?;
        row("danger answers, each with one key", self.parents.to_string())?;
        row("requests that went out", self.sent.to_string())?;
        row("of these not answered, or refused for a moment, and sent again", self.unanswered.to_string())?;
        row("keys acknowledged", self.acknowledged.to_string())?;
        row("check-ins", self.check_ins.to_string())?;
        row("flags", self.flags.to_string())?;
        row("rows of the outbox", self.outbox.to_string())?;
        row("keys sent again in the end, with their first answer", self.replayed.to_string())?;
        row("ready again after a kill, longest", format!("{} ms", longest.as_millis()))?;
        for broken in &self.broken {
            row(broken.what, format!("**{}**", broken.count))?;
        }
        Ok(())
    }
}
