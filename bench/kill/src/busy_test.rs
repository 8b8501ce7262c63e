//! That the counting of a long load can fail: a sound one is spoilt in one place at a time.

use std::time::Duration;

use crate::{
    busy_report::{BusyReport, Counts},
    store::Stored,
};

fn sound() -> (Counts, String, Stored) {
    let mut counts = Counts { backups: 2, ..Counts::default() };
    let answers = [("check-in", 201), ("check-in", 201), ("removal of a check-in", 204), ("flags", 200)];
    for (what, status) in answers {
        counts.note(what, Some(status), Duration::from_millis(4));
    }
    let log = "2026-11-27T03:13:14.643532Z  WARN attune::serve: the clock can be moved\n".to_owned();
    (counts, log, Stored { check_ins: 1, torn: vec![("rows".to_owned(), 0)], ..Stored::default() })
}

/// What is complained of after something was done to a sound load.
fn complaints(change: impl FnOnce(&mut Counts, &mut String, &mut Stored)) -> Vec<String> {
    let (mut counts, mut log, mut stored) = sound();
    change(&mut counts, &mut log, &mut stored);
    let second = Duration::from_secs(1);
    BusyReport::new(8, second, second, counts, &log, &stored).complaints()
}

#[test]
fn a_sound_load_has_nothing_to_say() {
    assert_eq!(complaints(|_, _, _| ()), [""; 0]);
}

#[test]
fn a_refusal_and_a_missing_answer_are_found() {
    let refused =
        |status| complaints(move |counts, _, _| counts.note("flags", status, Duration::from_secs(5)));
    assert_eq!(refused(Some(503)), ["flags: 1 times 503"]);
    assert_eq!(refused(Some(500)), ["flags: 1 times 500"]);
    assert_eq!(refused(Some(404)), ["flags: 1 times 404"]);
    assert_eq!(refused(None), ["flags: 1 without an answer"]);
}

#[test]
fn a_line_in_the_log_is_found() {
    for line in [
        "2026-11-27T03:13:14.643532Z  WARN attune::serve: cause=database is locked",
        "SQLITE_BUSY",
        "2026-11-27T03:13:14.643532Z ERROR attune::http::problem: request failed code=\"unavailable\"",
        "{\"level\":\"ERROR\",\"message\":\"internal\"}",
        "thread panicked at src/db/writer.rs",
    ] {
        assert_eq!(complaints(|_, log, _| log.push_str(line)), [format!("the log says: {line}")]);
    }
}

#[test]
fn what_is_lost_torn_or_was_not_tried_is_found() {
    let lost = complaints(|_, _, stored| stored.check_ins = 0);
    assert_eq!(lost, ["0 check-ins are there, 1 were made and not removed"]);
    assert_eq!(complaints(|_, _, stored| stored.torn[0].1 = 2), ["the database: 2 rows"]);
    assert_eq!(complaints(|_, _, stored| stored.faults.push("page 3".into())), ["the database: page 3"]);
    let backup = complaints(|counts, _, _| counts.failed_backups.push("exit 1".into()));
    assert_eq!(backup, ["a backup failed: exit 1"]);
    let none = complaints(|counts, _, _| counts.backups = 0);
    assert_eq!(none, ["nothing was written, or no backup made meanwhile: this run shows nothing"]);
}
