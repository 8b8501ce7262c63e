//! What was measured, as one Markdown table a person can put into a page, with the target beside each line.

use std::fmt::Write;

use crate::{
    limit::Limit,
    load::percentile,
    measure::{GROUPS, Measured, Phase, median},
};

/// A line: what, measured, target, met or not.
struct Rows(String);

impl Rows {
    fn plain(&mut self, what: &str, value: String) {
        self.push(what, &value, "", "");
    }

    fn judged(&mut self, what: &str, value: String, target: &str, met: bool) {
        self.push(what, &value, target, if met { "met" } else { "**missed**" });
    }

    fn push(&mut self, what: &str, value: &str, target: &str, verdict: &str) {
        let written = writeln!(self.0, "| {what} | {value} | {target} | {verdict} |");
        debug_assert!(written.is_ok(), "a String takes everything");
    }
}

/// The table of all databases.
pub fn table(all: &[Measured], connections: usize, parents: usize) -> String {
    let mut rows = Rows(String::new());
    rows.0.push_str(&format!(
        "{connections} connections, {parents} parents with {} check-ins each, {}\n\n",
        crate::fill::ENTRIES,
        machine()
    ));
    rows.0.push_str("| | measured | target | |\n|---|---|---|---|\n");
    for measured in all {
        of_database(&mut rows, measured, all);
    }
    rows.0
}

fn of_database(rows: &mut Rows, it: &Measured, all: &[Measured]) {
    let name = it.name;
    for (what, phase) in [("write", &it.write), ("read of 20", &it.read)] {
        let micros = phase.micros();
        let latency = percentile(&micros, 0.99);
        rows.plain(&format!("{name}: {what}"), format!("{:.0}/s", phase.rate()));
        let shown = format!("{:.1} / {latency:.1} ms", percentile(&micros, 0.5));
        if name == "SQLite" && what == "write" {
            rows.judged(&format!("{name}: {what}, p50 / p99"), shown, "p99 ≤ 20 ms", latency <= 20.0);
        } else {
            rows.plain(&format!("{name}: {what}, p50 / p99"), shown);
        }
        let mut cpu = format!("{:.0} µs", phase.server_us);
        if name == "PostgreSQL" {
            cpu.push_str(&format!(" (and PostgreSQL {:.0} µs)", phase.database_us));
        }
        if what == "write" {
            rows.judged(&format!("{name}: server CPU per write"), cpu, "≤ 150 µs", phase.server_us <= 150.0);
        } else {
            rows.plain(&format!("{name}: server CPU per read"), cpu);
        }
    }
    limits(rows, it, all);
    rows.judged(
        &format!("{name}: memory idle"),
        format!("{:.0} MB", it.idle_mb),
        "≤ 50 MB",
        it.idle_mb <= 50.0,
    );
    rows.judged(
        &format!("{name}: memory under load"),
        format!("{:.0} MB", it.loaded_mb),
        "≤ 120 MB",
        it.loaded_mb <= 120.0,
    );
    rows.judged(
        &format!("{name}: start to ready"),
        format!("{:.0} ms", it.start_ms),
        "≤ 300 ms",
        it.start_ms <= 300.0,
    );
    growth(rows, it);
    overload(rows, it);
}

fn limits(rows: &mut Rows, it: &Measured, all: &[Measured]) {
    let middle = |limits: &[Limit], of: fn(&Limit) -> f64| median(limits.iter().map(of).collect());
    for (group, limits) in &it.limits {
        let what = if it.name == "SQLite" {
            format!("SQLite: C loop, {group} a commit")
        } else {
            "PostgreSQL: pgbench, 8 clients".to_owned()
        };
        let (writes, reads) = (middle(limits, |one| one.writes), middle(limits, |one| one.reads));
        rows.plain(&what, format!("{writes:.0} writes/s, {reads:.0} reads/s"));
    }
    // A ratio is made within its round, where the machine was equally busy with other things.
    let ratio = |phase: &Phase, limits: &[Limit], of: fn(&Limit) -> f64| {
        median(phase.rounds.iter().zip(limits).map(|(round, limit)| round.rate() / of(limit)).collect())
    };
    if it.name == "SQLite" {
        if let Some(limits) = it.limits.get(&GROUPS[2]) {
            let write = ratio(&it.write, limits, |one| one.writes);
            rows.judged("SQLite: write / C loop of 32", format!("{write:.2}"), "≥ 0.40", write >= 0.4);
        }
        let postgres = all.iter().find_map(|other| other.limits.get(&1).filter(|_| other.name != "SQLite"));
        if let Some(limits) = postgres {
            let read = it.read.rate() / middle(limits, |one| one.reads);
            rows.judged("SQLite: read / pgbench's read", format!("{read:.2}"), "≥ 0.50", read >= 0.5);
        }
    } else if let Some(limits) = it.limits.get(&1) {
        let write = ratio(&it.write, limits, |one| one.writes);
        let read = ratio(&it.read, limits, |one| one.reads);
        rows.judged("PostgreSQL: write / pgbench", format!("{write:.2}"), "≥ 0.75", write >= 0.75);
        rows.judged("PostgreSQL: read / pgbench's read", format!("{read:.2}"), "≥ 0.45", read >= 0.45);
    }
}

fn growth(rows: &mut Rows, it: &Measured) {
    let Some(grown) = &it.grown else { return };
    let name = it.name;
    rows.plain(
        &format!("{name}: grown by"),
        format!("{} copies of every parent, put in by SQL", grown.copies),
    );
    for (what, before, after) in [("write", &it.write, &grown.write), ("read", &it.read, &grown.read)] {
        let (p50, cpu) = (percentile(&after.micros(), 0.5), after.server_us / before.server_us);
        let slower = p50 / percentile(&before.micros(), 0.5);
        rows.judged(
            &format!("{name}: {what} at 1,000,000"),
            format!("p50 {p50:.1} ms, {slower:.2} × before; CPU {cpu:.2} ×"),
            "≤ 1.2 ×",
            slower <= 1.2,
        );
    }
    let (idle, loaded) = grown.memory;
    rows.plain(
        &format!("{name}: memory at 1,000,000"),
        format!("{idle:.0} MB idle, {loaded:.0} MB under load"),
    );
}

fn overload(rows: &mut Rows, it: &Measured) {
    let Some(over) = &it.overload else { return };
    let (name, peak) = (it.name, it.write.rate());
    let writes = &over.writes;
    let goodput = writes.writes.len() as f64 / over.seconds / peak;
    rows.judged(
        &format!("{name}: goodput at 3 × the peak"),
        format!("{:.0} % of it", goodput * 100.0),
        "≥ 80 %",
        goodput >= 0.8,
    );
    let accepted = percentile(&writes.writes, 0.99);
    rows.judged(&format!("{name}: accepted, p99"), format!("{accepted:.0} ms"), "≤ 1 s", accepted <= 1000.0);
    let refused = percentile(&writes.refused, 0.99);
    rows.judged(
        &format!("{name}: refused with Retry-After"),
        format!(
            "{} ({} delayed, {} lost), p99 {refused:.0} ms",
            writes.refused.len(),
            writes.delayed,
            writes.lost
        ),
        "≤ 100 ms",
        refused <= 100.0,
    );
    let wrong: Vec<&String> = writes.wrong.iter().chain(&over.mixed.wrong).collect();
    let first = wrong.first().map_or(String::new(), |first| format!(": {first}"));
    rows.judged(
        &format!("{name}: other refusals"),
        format!("{}{first}", wrong.len()),
        "0",
        wrong.is_empty() && writes.lost == 0,
    );
    let normal = over.normal_after.map_or("not within 30 s".to_owned(), |seconds| format!("{seconds:.1} s"));
    rows.judged(
        &format!("{name}: as before after"),
        normal,
        "≤ 10 s",
        over.normal_after.is_some_and(|seconds| seconds <= 10.0),
    );
    let kept = over.mixed.writes.len() as f64 / over.seconds / over.mixed_offered;
    rows.judged(
        &format!("{name}: check-ins stored while lists make up 3 × the peak"),
        format!("{:.0} % of the peak (refused {})", kept * 100.0, over.mixed.refused_writes),
        "≥ 95 %",
        kept >= 0.95,
    );
}

/// The processor and its cores, as Linux names them.
fn machine() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{cores} cores of {}", name.unwrap_or("an unnamed processor"))
}
