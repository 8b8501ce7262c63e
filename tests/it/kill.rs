//! The short run of `bench/kill`: the built server is killed a few times under load, and everything that it had
//! acknowledged is looked for afterwards.
//!
//! Few kills show that the harness works and would show a gross loss; what is claimed in `docs/durability.md` comes
//! from the long run. How long a start may take is not asked here, where everything runs at once.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};

use attune_kill::{
    Plan,
    busy::{self, Busy},
    flags, run,
};

use crate::support::postgres;

#[track_caller]
fn nothing_is_lost(url: String) {
    let folder = tempfile::tempdir().unwrap();
    let program = PathBuf::from(env!("CARGO_BIN_EXE_attune"));
    let plan = Plan {
        kills: 4,
        at_least: 100,
        kill_on: false,
        clients: 8,
        parents: 6,
        doulas: 3,
        life: 100..800,
        start_limit: Duration::from_secs(60),
        ..Plan::new(program, folder.path().to_owned(), url)
    };
    let report = run(&plan, |_| ()).unwrap();
    assert_eq!(report.complaints(), Vec::<String>::new(), "\n{report}");
    assert!(report.kills >= 4 && report.acknowledged >= 100, "\n{report}");
    assert_eq!(report.replayed, report.check_ins, "\n{report}");
}

/// H07, REL-4, REL-6, REL-9.
#[test]
fn what_was_acknowledged_outlives_a_kill_on_sqlite() {
    nothing_is_lost("sqlite://attune.db".to_owned());
}

/// H07, REL-4, REL-6, REL-9.
#[test]
fn what_was_acknowledged_outlives_a_kill_on_postgres() {
    // None only where PostgreSQL is missing and not required; the support says so loudly.
    let Some(cluster) = postgres::cluster() else { return };
    cluster.create_database("killed", None);
    nothing_is_lost(cluster.url("killed"));
}

#[track_caller]
fn each_key_is_one_flag(url: String) {
    let folder = tempfile::tempdir().unwrap();
    let program = PathBuf::from(env!("CARGO_BIN_EXE_attune"));
    let plan = Plan {
        kills: 2,
        clients: 8,
        parents: 40,
        doulas: 5,
        life: 5..60,
        start_limit: Duration::from_secs(60),
        ..Plan::new(program, folder.path().to_owned(), url)
    };
    let report = flags::run(&plan, |_| ()).unwrap();
    assert_eq!(report.complaints(), Vec::<String>::new(), "\n{report}");
    // One more kill than asked for, before everything is read.
    assert_eq!((report.kills, report.acknowledged, report.replayed), (3, 40, 40), "\n{report}");
    assert_eq!((report.check_ins, report.flags, report.outbox), (40, 40, 40), "\n{report}");
    assert!(report.sent >= 3 * 40, "\n{report}");
}

/// REL-9: the short run of what `attune-kill --flags 1000` does.
#[test]
fn a_flag_that_is_asked_for_three_times_is_there_once_on_sqlite() {
    each_key_is_one_flag("sqlite://attune.db".to_owned());
}

/// REL-9.
#[test]
fn a_flag_that_is_asked_for_three_times_is_there_once_on_postgres() {
    let Some(cluster) = postgres::cluster() else { return };
    cluster.create_database("killed_flags", None);
    each_key_is_one_flag(cluster.url("killed_flags"));
}

/// REL-2: a few seconds of what `attune-kill --busy 60` does for an hour.
#[test]
fn nobody_is_told_of_a_busy_database_while_another_process_copies_it() {
    let folder = tempfile::tempdir().unwrap();
    let program = PathBuf::from(env!("CARGO_BIN_EXE_attune"));
    let plan = Plan {
        clients: 4,
        parents: 6,
        doulas: 2,
        ..Plan::new(program, folder.path().to_owned(), "sqlite://attune.db".to_owned())
    };
    let busy =
        Busy { lasts: Duration::from_secs(4), pause: 20..60, backup_every: Duration::from_millis(500) };
    let report = busy::run(&plan, &busy, |_| ()).unwrap();
    assert_eq!(report.complaints(), Vec::<String>::new(), "\n{report}");
}

/// Takes the database aside at its second start and puts it back at its third.
const FORGETFUL: &str = r#"#!/bin/sh
PATH=/usr/bin:/bin
echo started >> starts
case $(grep -c started starts) in
  2) cp attune.db aside && cp attune.db-wal aside-wal ;;
  3) cp aside attune.db && cp aside-wal attune.db-wal && rm -f attune.db-shm ;;
esac
exec "#;

/// That the harness finds a loss where there is one.
#[test]
fn a_server_that_forgets_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("forgetful");
    fs::write(&program, format!("{FORGETFUL}'{}' \"$@\"\n", env!("CARGO_BIN_EXE_attune"))).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
    let plan = Plan {
        kills: 2,
        at_least: 60,
        kill_on: false,
        clients: 4,
        parents: 4,
        doulas: 2,
        life: 1..20,
        start_limit: Duration::from_secs(60),
        ..Plan::new(program, folder.path().to_owned(), "sqlite://attune.db".to_owned())
    };
    let report = run(&plan, |_| ()).unwrap();
    let count = |what: &str| report.broken.iter().find(|broken| broken.what == what).unwrap().count;
    assert!(count("acknowledged check-ins missing") > 0, "\n{report}");
    assert!(count("repeated keys answered otherwise") > 0, "\n{report}");
    assert!(count("danger answers and requests not in exactly one flag") > 0, "\n{report}");
    assert!(!report.complaints().is_empty());
}
