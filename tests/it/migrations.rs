//! The two dialects of the schema stay one schema, and a database that does not fit is refused untouched.

mod broken;
mod kept;
mod killed;
mod looks;
mod shape;

use std::path::{Path, PathBuf};

use attune::db::{self, Conn, Db, Limits, MigrationState, Target};
use diesel::{
    Connection, PgConnection, RunQueryDsl, SqliteConnection, connection::SimpleConnection, sql_query,
};
use diesel_migrations::MigrationHarness;

use crate::support::{Backend, FreshDatabase, postgres};
use shape::Shape;

/// A database without any table, and what keeps its files.
fn empty(backend: Backend, name: &str) -> Option<(Target, tempfile::TempDir)> {
    let folder = tempfile::tempdir().expect("a folder");
    match backend {
        Backend::Sqlite => Some((Target::Sqlite(folder.path().join("attune.db")), folder)),
        Backend::Postgres => {
            let cluster = postgres::cluster()?;
            cluster.create_database(name, None);
            Some((Target::Postgres(cluster.url(name)), folder))
        }
    }
}

fn connect(target: &Target) -> Conn {
    match target {
        Target::Sqlite(path) => {
            let mut conn = SqliteConnection::establish(path.to_str().expect("UTF-8")).expect("opens");
            // Whoever closed the file last may still be moving its log into it.
            conn.batch_execute("PRAGMA busy_timeout = 5000").expect("is set");
            Conn::Sqlite(conn)
        }
        Target::Postgres(url) => Conn::Postgres(PgConnection::establish(url).expect("connects")),
    }
}

fn up(conn: &mut Conn) {
    let all = db::migrations(conn);
    match conn {
        Conn::Sqlite(sqlite) => sqlite.run_pending_migrations(all).map(drop).expect("goes up"),
        Conn::Postgres(pg) => pg.run_pending_migrations(all).map(drop).expect("goes up"),
    }
}

fn down(conn: &mut Conn) {
    let all = db::migrations(conn);
    match conn {
        Conn::Sqlite(sqlite) => sqlite.revert_all_migrations(all).map(drop).expect("goes down"),
        Conn::Postgres(pg) => pg.revert_all_migrations(all).map(drop).expect("goes down"),
    }
}

/// Applies the oldest `count` migrations to an empty database.
fn up_to(conn: &mut Conn, count: usize) {
    for _ in 0..count {
        let all = db::migrations(conn);
        match conn {
            Conn::Sqlite(sqlite) => sqlite.run_next_migration(all).map(drop).expect("goes up"),
            Conn::Postgres(pg) => pg.run_next_migration(all).map(drop).expect("goes up"),
        }
    }
}

/// Takes the newest steps back until only `left` are applied.
fn down_to(conn: &mut Conn, left: usize) {
    let applied = |conn: &mut Conn| match conn {
        Conn::Sqlite(sqlite) => sqlite.applied_migrations().expect("readable").len(),
        Conn::Postgres(pg) => pg.applied_migrations().expect("readable").len(),
    };
    while applied(conn) > left {
        let all = db::migrations(conn);
        match conn {
            Conn::Sqlite(sqlite) => sqlite.revert_last_migration(all).map(drop).expect("goes down"),
            Conn::Postgres(pg) => pg.revert_last_migration(all).map(drop).expect("goes down"),
        }
    }
}

/// Opens and closes; the line of the refusal.
fn refusal(target: &Target, migrate: bool) -> String {
    match Db::open(target, migrate, Limits::default()) {
        Ok(_) => panic!("{target:?} was opened"),
        Err(e) => e.to_string(),
    }
}

#[test]
fn both_sides_have_the_same_migrations() {
    let names = |side: &str| -> Vec<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(side);
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .inspect(|path| {
                for file in ["up.sql", "down.sql"] {
                    assert!(path.join(file).is_file(), "no {file} in {}", path.display());
                }
            })
            .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    };
    assert!(!names("sqlite").is_empty());
    assert_eq!(names("sqlite"), names("postgres"));
}

/// REL-16.
#[test]
fn every_migration_goes_up_and_down_and_up_again() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let Some((target, _folder)) = empty(backend, "migrations_up_down") else { continue };
        let mut conn = connect(&target);
        assert_eq!(Shape::of(&mut conn), Shape::default());
        up(&mut conn);
        let first = Shape::of(&mut conn);
        assert!(first.lines.len() > 100, "{first:#?}");
        down(&mut conn);
        assert_eq!(Shape::of(&mut conn), Shape::default());
        up(&mut conn);
        assert_eq!(Shape::of(&mut conn), first);
    }
}

#[test]
fn the_two_databases_have_one_schema_and_it_is_the_one_of_the_code() {
    let shape = |backend| Some(Shape::of(&mut connect(&FreshDatabase::new(backend)?.target())));
    let sqlite = shape(Backend::Sqlite).expect("always there");
    assert_eq!(Shape::of_code().lines, sqlite.columns_and_keys());
    if let Some(postgres) = shape(Backend::Postgres) {
        assert_eq!(sqlite.differences(&postgres), [""; 0]);
    }
}

/// REL-4: the keys that carry a promise are there by name.
#[test]
fn what_must_be_unique_is_unique() {
    let shape = Shape::of(&mut connect(&FreshDatabase::new(Backend::Sqlite).expect("always there").target()));
    for line in [
        "flags: unique index (parent_id, rule), partial",
        "idempotency_keys: primary key (user_id, operation, key)",
        "outbox: primary key (parent_id, event_id, recipient_id)",
        "care_links: unique index (parent_id, doula_id), partial",
        "users: unique index (email_index)",
        "invitations: unique index (code_hash)",
    ] {
        assert!(shape.lines.iter().any(|found| found == line), "{line} is missing in {shape:#?}");
    }
}

/// REL-16.
#[test]
fn a_schema_from_a_newer_program_is_refused_and_left_alone() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let Some(database) = FreshDatabase::new(backend) else { continue };
        let mut conn = connect(&database.target());
        let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')";
        conn.batch_execute(newer).expect("writes");
        let before = Shape::of(&mut conn);
        for migrate in [true, false] {
            let line = refusal(&database.target(), migrate);
            assert!(line.contains("newer") && line.contains("99991231000000"), "{line}");
        }
        let seen = db::look(&database.target()).expect("looks").expect("is there");
        assert_eq!(seen.schema, MigrationState::Newer("99991231000000".to_owned()));
        assert_eq!(Shape::of(&mut conn), before);
    }
}

#[test]
fn an_old_schema_is_left_alone_when_it_is_not_to_be_migrated() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let Some((target, _folder)) = empty(backend, "migrations_not_asked_for") else { continue };
        let mut conn = connect(&target);
        conn.batch_execute("CREATE TABLE of_somebody_else (id TEXT NOT NULL PRIMARY KEY)").expect("writes");
        let before = Shape::of(&mut conn);
        assert!(refusal(&target, false).contains("migrate"));
        assert_eq!(Shape::of(&mut conn), before);
        assert!(!has_history(&mut conn), "looking made the table of migrations");
        up(&mut conn);
        down(&mut conn);
        assert!(refusal(&target, false).contains("migrate"));
        assert_eq!(Shape::of(&mut conn), before);
    }
}

fn has_history(conn: &mut Conn) -> bool {
    sql_query("SELECT version FROM __diesel_schema_migrations").execute(conn).is_ok()
}

#[test]
fn a_database_that_cannot_be_meant_is_refused_and_nothing_is_created() {
    for url in [
        "mysql://localhost/attune",
        "sqlite:attune.db",
        "attune.db",
        "file:attune.db",
        "SQLITE://a.db",
        "",
        "sqlite://",
    ] {
        Target::parse(url).expect_err(url);
    }
    let sqlite = Target::parse("sqlite://data/attune.db").expect("parses");
    assert_eq!(sqlite, Target::Sqlite(PathBuf::from("data/attune.db")));
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("missing");
    for migrate in [true, false] {
        let line = refusal(&Target::Sqlite(missing.join("attune.db")), migrate);
        assert!(line.contains("does not exist"), "{line}");
    }
    let line = refusal(&Target::Sqlite(folder.path().join("attune.db")), false);
    assert!(line.contains("migrate"), "{line}");
    assert_eq!(std::fs::read_dir(folder.path()).expect("lists").count(), 0);
}

#[test]
fn a_file_that_is_no_database_is_refused_and_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("letter.txt");
    let letter = "Dear Maya, ".repeat(200);
    std::fs::write(&file, &letter).expect("writes");
    refusal(&Target::Sqlite(file.clone()), true);
    assert_eq!(std::fs::read_to_string(&file).expect("reads"), letter);
}

/// REL-16: five programs that start at once on an empty database migrate it once.
#[test]
fn starts_at_the_same_time_take_turns() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let Some((target, _folder)) = empty(backend, "migrations_at_once") else { continue };
        let starts: Vec<_> = (0..5)
            .map(|_| {
                let target = target.clone();
                std::thread::spawn(move || {
                    Db::open(&target, true, Limits::default()).map_err(|e| e.to_string())
                })
            })
            .collect();
        for start in starts {
            start.join().expect("no panic").unwrap_or_else(|line| panic!("{backend:?}: {line}"));
        }
        let seen = db::look(&target).expect("looks").expect("is there");
        assert_eq!(seen.schema, MigrationState::Current, "{backend:?}");
    }
}
