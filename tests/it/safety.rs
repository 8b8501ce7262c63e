//! The hazard log, docs/safety.md, held to what it says: every hazard has one row, every test it names runs.
//!
//! Which tests run is read from the source in `named_test`. Whether a test shows what its row says is for people
//! to judge.

mod named_test;

use std::{collections::BTreeSet, process::Command};

use crate::house::source::Source;

const LOG: &str = include_str!("../../docs/safety.md");
/// The table of hazards whose control is whole, and that of the others.
const CONTROLLED: &str = "Controlled today";
const PARTLY: &str = "Not controlled yet, or only in part";
/// Ids run from H01 to this.
const LAST: u8 = 42;

/// A row of one of the tables.
struct Row<'a> {
    table: &'a str,
    id: &'a str,
    tests: Vec<&'a str>,
}

/// Every row that begins with an id, under the heading it stands below.
fn rows(log: &str) -> Vec<Row<'_>> {
    let mut table = "";
    let mut found = Vec::new();
    for line in log.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            table = heading;
        }
        let Some(row) = line.strip_prefix("| H") else { continue };
        let digits = row.chars().take_while(char::is_ascii_digit).count();
        // What stands between the first and the second backtick, the third and the fourth, and so on.
        let tests = line.split('`').skip(1).step_by(2).collect();
        found.push(Row { table, id: &line[2..3 + digits], tests });
    }
    found
}

/// What is wrong with a hazard log, if these tests run.
fn mistakes(log: &str, running: &BTreeSet<String>) -> Vec<String> {
    let rows = rows(log);
    let mut found = Vec::new();
    let ids: Vec<String> = (1..=LAST).map(|number| format!("H{number:02}")).collect();
    for id in &ids {
        match rows.iter().filter(|row| row.id == *id).count() {
            1 => {}
            0 => found.push(format!("{id} has no row")),
            many => found.push(format!("{id} has {many} rows")),
        }
    }
    for Row { table, id, tests } in &rows {
        if !ids.iter().any(|known| known == id) {
            found.push(format!("{id} is no hazard"));
        }
        if ![CONTROLLED, PARTLY].contains(table) {
            found.push(format!("{id} stands under {table:?}"));
        }
        if *table == CONTROLLED && tests.is_empty() {
            found.push(format!("{id} names no test"));
        }
        for test in tests.iter().filter(|test| !running.contains(**test)) {
            found.push(format!("{id} names {test}, which does not run"));
        }
    }
    found
}

/// Tests of the library and of this binary, by the names that a run prints without the database.
pub fn running() -> BTreeSet<String> {
    let mut all = named_test::below("src/lib.rs", &Source::all("src"));
    all.extend(named_test::below("tests/it/main.rs", &Source::all("tests/it")));
    all
}

#[test]
fn every_hazard_has_one_row_and_every_named_test_runs() {
    let found = mistakes(LOG, &running());
    assert!(found.is_empty(), "docs/safety.md:\n{}", found.join("\n"));
}

#[test]
fn a_mistake_in_the_log_is_found() {
    let running = BTreeSet::from(["flag::is_raised".to_owned(), "help::is_there".to_owned()]);
    let fine: String = (1..=LAST)
        .map(|number| match number {
            1 => format!("## {CONTROLLED}\n\n| H01 | a | b | `flag::is_raised`, `help::is_there` |\n"),
            2 => format!("\n## {PARTLY}\n\n| H02 | a | `help::is_there` | c |\n"),
            _ => format!("| H{number:02} | a | | c |\n"),
        })
        .collect();
    assert_eq!(mistakes(&fine, &running), Vec::<String>::new());
    for (from, to, expected) in [
        ("`flag::is_raised`", "`flag::is_razed`", "H01 names flag::is_razed, which does not run"),
        ("`help::is_there` | c", "`is_there` | c", "H02 names is_there, which does not run"),
        ("`flag::is_raised`, `help::is_there`", "by hand", "H01 names no test"),
        ("| H07 | a", "| H06 | a", "H07 has no row"),
        ("| H07 | a", "| H06 | a", "H06 has 2 rows"),
        ("| H01 |", "| H02 |", "H02 has 2 rows"),
        ("| H42 |", "| H43 |", "H43 is no hazard"),
        ("| H07 |", "| H7 |", "H07 has no row"),
        (PARTLY, "Elsewhere", "H42 stands under \"Elsewhere\""),
    ] {
        let found = mistakes(&fine.replace(from, to), &running);
        assert!(found.iter().any(|mistake| mistake == expected), "{from} → {to}: {found:?}");
    }
    let (real, running) = (LOG.replacen("`danger_first::", "`danger_last::", 1), self::running());
    let found = mistakes(&real, &running);
    assert!(found.iter().any(|mistake| mistake.contains(" names danger_last::")), "{found:?}");
    assert_eq!(found.len(), mistakes(LOG, &running).len() + 1);
}

#[test]
fn names_are_read_as_the_runner_prints_them() {
    let listed = Command::new(std::env::current_exe().unwrap()).arg("--list").output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let printed: BTreeSet<String> = listed
        .lines()
        .filter_map(|line| line.strip_suffix(": test"))
        .map(|name| name.strip_suffix("::sqlite").or_else(|| name.strip_suffix("::postgres")).unwrap_or(name))
        .map(str::to_owned)
        .collect();
    assert!(printed.len() > 300, "{listed}");
    let read = named_test::below("tests/it/main.rs", &Source::all("tests/it"));
    let differing: Vec<&String> = read.symmetric_difference(&printed).collect();
    assert!(differing.is_empty(), "if nothing was written since this was built: {differing:?}");
}
