//! What a long load found: every answer by its status, what the server logged, what the database says in the end.

use std::{collections::BTreeMap, fmt, time::Duration};

use crate::store::Stored;

/// What was sent and answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// By what was asked and its status; none without an answer.
    pub answers: BTreeMap<(&'static str, Option<u16>), usize>,
    /// The longest time to an answer.
    pub longest: Duration,
    /// Backups that were made while the load was on.
    pub backups: usize,
    /// Why the others were not.
    pub failed_backups: Vec<String>,
    /// The longest time that one took.
    pub longest_backup: Duration,
    /// The largest size of the write-ahead log, in bytes.
    pub largest_log: u64,
}

impl Counts {
    /// Notes an answer.
    pub fn note(&mut self, what: &'static str, status: Option<u16>, took: Duration) {
        *self.answers.entry((what, status)).or_default() += 1;
        self.longest = self.longest.max(took);
    }

    /// Takes in what another one counted.
    pub fn add(&mut self, other: Self) {
        for (answer, count) in other.answers {
            *self.answers.entry(answer).or_default() += count;
        }
        self.longest = self.longest.max(other.longest);
        self.backups += other.backups;
        self.failed_backups.extend(other.failed_backups);
        self.longest_backup = self.longest_backup.max(other.longest_backup);
        self.largest_log = self.largest_log.max(other.largest_log);
    }

    fn sum(&self, wanted: impl Fn(&str, Option<u16>) -> bool) -> usize {
        self.answers.iter().filter(|((what, status), _)| wanted(what, *status)).map(|(_, count)| count).sum()
    }
}

/// What a run found.
#[derive(Debug, Clone, Default)]
pub struct BusyReport {
    /// Clients at the same time.
    pub clients: usize,
    /// How long the load lasted.
    pub lasted: Duration,
    /// What the server used of a processor in that time.
    pub cpu: Duration,
    /// What was sent and answered.
    pub counts: Counts,
    /// Lines of the server's log that tell of a database that is busy or locked.
    pub busy: Vec<String>,
    /// Other lines of it that tell of an error.
    pub errors: Vec<String>,
    /// Check-ins that are there in the end.
    pub check_ins: i64,
    /// What is wrong with the database in the end.
    pub faults: Vec<String>,
    /// Its size, in bytes.
    pub size: i64,
}

impl BusyReport {
    /// Puts together what was found; `log` is all that the server logged.
    pub fn new(
        clients: usize,
        lasted: Duration,
        cpu: Duration,
        counts: Counts,
        log: &str,
        stored: &Stored,
    ) -> Self {
        let has = |line: &str, words: &[&str]| words.iter().any(|word| line.to_lowercase().contains(word));
        let (busy, others): (Vec<&str>, Vec<&str>) =
            log.lines().partition(|line| has(line, &["locked", "busy"]));
        let errors = others.into_iter().filter(|line| has(line, &["error", "panicked"]));
        let torn = stored.torn.iter().filter(|(_, count)| *count != 0);
        let torn = torn.map(|(what, count)| format!("{count} {what}"));
        Self {
            clients,
            lasted,
            cpu,
            counts,
            busy: busy.into_iter().map(str::to_owned).collect(),
            errors: errors.map(str::to_owned).collect(),
            check_ins: stored.check_ins,
            faults: stored.faults.iter().cloned().chain(torn).collect(),
            size: stored.size,
        }
    }

    /// What is not as it must be, in words; empty when all is.
    pub fn complaints(&self) -> Vec<String> {
        let mut all = Vec::new();
        for ((what, status), count) in &self.counts.answers {
            match status {
                None => all.push(format!("{what}: {count} without an answer")),
                Some(status) if *status >= 400 => all.push(format!("{what}: {count} times {status}")),
                Some(_) => {}
            }
        }
        let of = |wanted: &str, answer: u16| {
            self.counts.sum(|what, status| what == wanted && status == Some(answer))
        };
        let left = of("check-in", 201).saturating_sub(of("removal of a check-in", 204));
        if usize::try_from(self.check_ins) != Ok(left) {
            all.push(format!("{} check-ins are there, {left} were made and not removed", self.check_ins));
        }
        all.extend(self.counts.failed_backups.iter().map(|reason| format!("a backup failed: {reason}")));
        let told = self.busy.iter().take(5).chain(self.errors.iter().take(5));
        all.extend(told.map(|line| format!("the log says: {line}")));
        all.extend(self.faults.iter().map(|fault| format!("the database: {fault}")));
        if left == 0 || self.counts.backups == 0 {
            all.push("nothing was written, or no backup made meanwhile: this run shows nothing".to_owned());
        }
        all
    }
}

impl fmt::Display for BusyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.counts.sum(|_, _| true);
        let seconds = self.lasted.as_secs_f64().max(1.0);
        writeln!(f, "| sqlite | |\n|---|---:|")?;
        let mut row = |what: &str, value: String| writeln!(f, "| {what} | {value} |");
        row("clients at the same time", self.clients.to_string())?;
        row("load lasted", format!("{seconds:.0} s"))?;
        row("answers", format!("{all}, {:.0} in a second", all as f64 / seconds))?;
        row("the server's share of one core", format!("{:.0} %", 100.0 * self.cpu.as_secs_f64() / seconds))?;
        for ((what, status), count) in &self.counts.answers {
            let status = status.map_or("no answer".to_owned(), |status| status.to_string());
            row(&format!("{what}: {status}"), count.to_string())?;
        }
        row("longest answer", format!("{} ms", self.counts.longest.as_millis()))?;
        row("backups meanwhile", self.counts.backups.to_string())?;
        row("longest backup", format!("{} ms", self.counts.longest_backup.as_millis()))?;
        row("largest write-ahead log", format!("{} kB", self.counts.largest_log / 1_000))?;
        row("database in the end", format!("{} kB", self.size / 1_000))?;
        row("lines of the log about a busy or locked database", format!("**{}**", self.busy.len()))?;
        row("lines of the log about other errors", format!("**{}**", self.errors.len()))?;
        row(
            "answers of 500 and above, or none",
            format!("**{}**", self.counts.sum(|_, status| status.is_none_or(|status| status >= 500))),
        )
    }
}
