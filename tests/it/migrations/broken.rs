//! Migrations that fail or are killed in the middle: nothing of them remains, and the next start ends the work.

use std::{path::Path, process::Stdio, thread, time::Duration};

use attune::db::{self, Db, Limits, MigrationState};
use diesel::connection::SimpleConnection;

use super::{Shape, connect, empty, refusal};
use crate::{
    program::{Server, command, run},
    start_stop::Place,
    support::Backend,
};

/// The tables in the order in which the migrations make them, so that one that is in the way stops them there.
fn tables(side: &str) -> Vec<(usize, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(side);
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let made = |text: &str| -> Vec<String> {
        text.lines()
            .filter_map(|line| line.strip_prefix("CREATE TABLE ")?.split_whitespace().next())
            .map(str::to_owned)
            .collect()
    };
    names
        .iter()
        .map(|path| std::fs::read_to_string(path.join("up.sql")).unwrap())
        .enumerate()
        .flat_map(|(migration, text)| made(&text).into_iter().map(move |table| (migration, table)))
        .collect()
}

/// REL-16.
#[test]
fn a_migration_that_fails_anywhere_leaves_nothing_and_is_done_by_the_next_start() {
    for (backend, side) in [(Backend::Sqlite, "sqlite"), (Backend::Postgres, "postgres")] {
        let mut whole = None;
        let tables = tables(side);
        assert!(tables.len() >= 20, "{tables:?}");
        // A database of PostgreSQL takes a moment to make, and every table is tried on SQLite.
        let every = if backend == Backend::Sqlite { 1 } else { 6 };
        for (number, (migration, table)) in tables.iter().enumerate().rev().step_by(every) {
            let name = format!("migrations_fail_{number}");
            let Some((target, _folder)) = empty(backend, &name) else { continue };
            let mut conn = connect(&target);
            conn.batch_execute(&format!("CREATE TABLE {table} (in_the_way TEXT NOT NULL PRIMARY KEY)"))
                .unwrap();
            let before = Shape::of(&mut conn);
            assert!(refusal(&target, true).contains("migration failed"), "{table}");
            let left = Shape::of(&mut conn);
            if *migration == 0 {
                assert_eq!(left, before, "{backend:?} {table}");
            }
            // Those before it are whole and stay, and of the failing one nothing is there: it fails in the same way.
            assert!(refusal(&target, true).contains("migration failed"), "{table}");
            assert_eq!(Shape::of(&mut conn), left, "{backend:?} {table}");
            for (_, other) in tables.iter().filter(|(of, name)| of == migration && name != table) {
                let sql = format!("SELECT 1 FROM {other}");
                assert!(conn.batch_execute(&sql).is_err(), "{backend:?} {table}: {other} was made");
            }
            conn.batch_execute(&format!("DROP TABLE {table}")).unwrap();
            Db::open(&target, true, Limits::default()).unwrap();
            let shape = Shape::of(&mut conn).columns_and_keys();
            assert_eq!(whole.get_or_insert_with(|| shape.clone()), &shape, "{backend:?} {table}");
        }
    }
}

/// REL-16: killed by the clock, within the time in which a start migrates. What a kill meets is chance, and on a fast
/// machine the later ones meet a schema that is whole; what the next start finds is all or nothing in each case.
#[test]
fn a_start_that_is_killed_is_followed_by_one_that_works() {
    for place in Place::both("killed_migrations") {
        for wait in [5, 12, 20, 30, 45, 70] {
            let mut first = command(place.path(), &["serve"], &place.env());
            let mut child = first.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            thread::sleep(Duration::from_millis(wait));
            child.kill().unwrap();
            child.wait().unwrap();
            // A file can be empty, a schema cannot be half.
            let looked = run(command(place.path(), &["check-config"], &place.env()));
            assert_eq!(looked.code, Some(0), "after {wait} ms: {}", looked.err);
        }
        let server = place.serve(&[]);
        assert_eq!(server.get("/health/ready", None).0, 200);
        assert_eq!(server.stop().0.code(), Some(0));
    }
}

/// REL-16: five whole programs on a database without a table, of which one makes the schema.
#[test]
fn five_programs_that_start_at_once_all_serve() {
    for place in Place::both("five_at_once") {
        // The keys are there already: they are made by one program alone, which is another matter.
        let keys = Place { url: "sqlite://keys.db".into(), ..place };
        keys.serve(&[]).stop();
        let place = Place { url: place.url, ..keys };
        let servers: Vec<Server> = thread::scope(|scope| {
            let start = || Server::try_start(command(place.path(), &["serve"], &place.env()));
            let starts: Vec<_> = (0..5).map(|_| scope.spawn(start)).collect();
            starts.into_iter().map(|start| start.join().unwrap().expect("it serves")).collect()
        });
        for server in servers {
            assert_eq!(server.get("/health/ready", None).0, 200);
            assert_eq!(server.stop().0.code(), Some(0));
        }
        let target = match place.url.strip_prefix("sqlite://") {
            Some(file) => db::Target::Sqlite(place.path().join(file)),
            None => db::Target::parse(&place.url).unwrap(),
        };
        assert_eq!(db::look(&target).unwrap().unwrap().schema, MigrationState::Current);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
        let known = i64::try_from(std::fs::read_dir(folder).unwrap().count()).unwrap();
        // diesel's own count of what was run.
        assert_eq!(place.count("__diesel_schema_migrations"), known);
    }
}
