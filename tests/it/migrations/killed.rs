//! The program is killed at every statement of the migrations, and at every page of them that goes to the disk.
//!
//! On PostgreSQL hooks in the database hold the statement of one number until the program that sent it was killed
//! with SIGKILL. SQLite has no hooks, and there no statement changes a file before the commit: the program dies at the
//! write of one page, by a limit to the size of files whose signal nobody handles. `bench/kill/migrate` does it at each
//! system call. `ATTUNE_TEST_MIGRATION_KILLS` asks for more kills than a few, such as a thousand for all there are.

use std::{
    fs,
    os::unix::{fs::PermissionsExt, process::ExitStatusExt},
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use attune::db::{self, Conn, Db, Limits, MigrationState, Target};
use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query,
    sql_types::BigInt,
};

use super::{
    connect, empty,
    kept::{Kept, OLD},
    shape::Shape,
    up, up_to,
};
use crate::{
    program::{command, limited_command},
    start_stop::Place,
    support::{Backend, count::asked, postgres},
};

const SIGKILL: i32 = 9;
/// A file would become longer than it may.
const SIGXFSZ: i32 = 25;
/// Blocks of `ulimit -f` in a page of SQLite.
const BLOCKS: usize = 8;

/// Each statement of a migration counts, and of those that change rows each whose table is there.
const HOOKS: &str = "
    CREATE SCHEMA hold;
    CREATE SEQUENCE hold.statements;
    CREATE FUNCTION hold.count() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('hold.statements') = NUMBER THEN PERFORM pg_advisory_xact_lock(4711); END IF;
    END $$;
    CREATE FUNCTION hold.at_schema() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
      PERFORM hold.count();
    END $$;
    CREATE FUNCTION hold.at_rows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      PERFORM hold.count();
      RETURN NULL;
    END $$;
    CREATE FUNCTION hold.watch(name text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
      EXECUTE 'CREATE TRIGGER hold BEFORE INSERT OR UPDATE OR DELETE ON ' || name
           || ' FOR EACH STATEMENT EXECUTE FUNCTION hold.at_rows()';
    END $$;
    CREATE FUNCTION hold.at_table() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
      PERFORM hold.watch(name) FROM (SELECT DISTINCT object_identity AS name FROM pg_event_trigger_ddl_commands()
        WHERE object_type = 'table') AS made;
    END $$;
    SELECT hold.watch(oid::regclass::text) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r';
    CREATE EVENT TRIGGER hold ON ddl_command_start
      WHEN TAG IN ('CREATE TABLE', 'CREATE INDEX', 'ALTER TABLE', 'DROP TABLE', 'DROP INDEX')
      EXECUTE FUNCTION hold.at_schema();
    CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION hold.at_table();
    SELECT pg_advisory_lock(4711);";

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn count(conn: &mut Conn, query: &str) -> Option<i64> {
    let query = sql_query(query);
    let row: Result<Count, _> = match conn {
        Conn::Sqlite(sqlite) => query.get_result(sqlite),
        Conn::Postgres(pg) => query.get_result(pg),
    };
    row.ok().map(|count| count.n)
}

/// Where something is tried: a database without a table, or an old one with rows in it.
struct Trial {
    place: Place,
    target: Target,
    kept: Option<Kept>,
}

impl Trial {
    fn new(backend: Backend, name: &str, old: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (url, target) = match backend {
            Backend::Sqlite => {
                ("sqlite://attune.db".to_owned(), Target::Sqlite(folder.path().join("attune.db")))
            }
            Backend::Postgres => {
                let cluster = postgres::durable().expect("asked before");
                cluster.create_database(name, None);
                (cluster.url(name), Target::Postgres(cluster.url(name)))
            }
        };
        let kept = old.then(|| Kept::lay(&mut connect(&target)));
        if let (Target::Sqlite(file), true) = (&target, old) {
            // As the program makes it; it refuses one that others may read.
            fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
        }
        Self { place: Place { folder, url }, target, kept }
    }

    /// What a kill left is whole, and a start as any other ends the work. `steps`: the schema after each migration.
    fn goes_on(&self, steps: &[Shape], about: &str) {
        let mut conn = connect(&self.target);
        let applied = count(&mut conn, "SELECT count(*) AS n FROM __diesel_schema_migrations").unwrap_or(0);
        let applied = usize::try_from(applied).unwrap();
        assert_eq!(Shape::of(&mut conn), steps[applied], "{about}: {applied} migrations");
        drop(conn);
        match &self.kept {
            // These rows are made up and no person's, so nobody is served with them.
            Some(_) => drop(Db::open(&self.target, true, Limits::default()).expect(about)),
            None => {
                let server = self.place.serve(&[]);
                assert_eq!(server.get("/health/ready", None).0, 200, "{about}");
                assert_eq!(server.stop().0.code(), Some(0), "{about}");
            }
        }
        assert_eq!(db::look(&self.target).unwrap().unwrap().schema, MigrationState::Current, "{about}");
        let mut conn = connect(&self.target);
        assert_eq!(Some(&Shape::of(&mut conn)), steps.last(), "{about}");
        if let Some(kept) = &self.kept {
            kept.is_there(&mut conn);
        }
    }
}

/// The schema after each migration, that without any first.
fn steps(backend: Backend, name: &str) -> Option<Vec<Shape>> {
    let (target, _folder) = empty(backend, name)?;
    let mut conn = connect(&target);
    let known = fs::read_dir(format!("{}/migrations/sqlite", env!("CARGO_MANIFEST_DIR"))).unwrap().count();
    let mut steps = vec![Shape::of(&mut conn)];
    for _ in 0..known {
        up_to(&mut conn, 1);
        steps.push(Shape::of(&mut conn));
    }
    up(&mut conn);
    assert_eq!(steps.last(), Some(&Shape::of(&mut conn)));
    Some(steps)
}

/// Where to kill: everywhere, or as often as asked and spread over all, the last included.
fn places(all: usize, kills: usize) -> Vec<usize> {
    let kills = kills.min(all);
    (1..=kills).map(|kill| kill * all / kills).collect()
}

/// Starts the program and holds its statement of this number. True when it was killed there, false when it came to
/// its end; and how many statements there were.
fn killed_at(number: usize, trial: &Trial) -> (bool, usize) {
    let mut hooks = PgConnection::establish(&trial.place.url).unwrap();
    hooks.batch_execute(&HOOKS.replace("NUMBER", &number.to_string())).unwrap();
    let mut hooks = Conn::Postgres(hooks);
    let mut migrate = command(trial.place.path(), &["migrate"], &trial.place.env());
    let mut child = migrate.stdout(Stdio::null()).spawn().unwrap();
    let began = Instant::now();
    let held = loop {
        let waiting = "SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 AND NOT granted \
                       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        if count(&mut hooks, waiting) == Some(1) {
            break true;
        }
        if let Some(ended) = child.try_wait().unwrap() {
            assert!(ended.success(), "{ended}");
            break false;
        }
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "statement {number} neither came nor was the last"
        );
        thread::sleep(Duration::from_millis(2));
    };
    if held {
        child.kill().unwrap();
        assert_eq!(child.wait().unwrap().signal(), Some(SIGKILL));
    }
    // The server goes on with the statement of a client that is gone.
    hooks.batch_execute("SELECT pg_advisory_unlock(4711)").unwrap();
    let seen = count(&mut hooks, "SELECT last_value AS n FROM hold.statements").unwrap();
    (held, usize::try_from(seen).unwrap())
}

/// REL-16.
#[test]
fn a_program_that_is_killed_at_any_statement_leaves_whole_steps_on_postgres() {
    let Some(steps) = steps(Backend::Postgres, "killed_steps") else { return };
    // Statements of the oldest schema make the most of those on an empty database.
    for (old, least) in [(false, 60), (true, 10)] {
        let trial = |number: usize| Trial::new(Backend::Postgres, &format!("killed_at_{number}_{old}"), old);
        let (held, all) = killed_at(0, &trial(0));
        assert!(!held && all >= least, "{all} statements were counted");
        for number in places(all, asked("ATTUNE_TEST_MIGRATION_KILLS", 5)) {
            let trial = trial(number);
            assert!(killed_at(number, &trial).0, "statement {number} of {all} did not come");
            trial.goes_on(&steps, &format!("killed at statement {number} of {all}"));
        }
    }
}

/// REL-16.
#[test]
fn a_program_that_dies_at_any_page_leaves_whole_steps_on_sqlite() {
    let steps = steps(Backend::Sqlite, "").expect("always there");
    assert!(steps.len() > OLD);
    for old in [false, true] {
        let died_at = |page: usize, trial: &Trial| {
            let (blocks, env) = (page * BLOCKS, trial.place.env());
            let mut migrate = limited_command(trial.place.path(), blocks, &["migrate"], &env);
            let ended = migrate.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
            assert!(ended.success() || ended.signal() == Some(SIGXFSZ), "page {page}: {ended}");
            !ended.success()
        };
        let whole = Trial::new(Backend::Sqlite, "", old);
        assert!(!died_at(1_000_000, &whole));
        let file = fs::metadata(whole.place.path().join("attune.db")).unwrap();
        // Each page of the file goes through the log first, so a log that is shorter than the file is not whole.
        let pages = usize::try_from(file.len()).unwrap() / (BLOCKS * 512);
        assert!(pages > 50, "{pages} pages");
        let places = places(pages, asked("ATTUNE_TEST_MIGRATION_KILLS", 5));
        let (tried, mut deaths) = (places.len(), 0);
        for page in places {
            let trial = Trial::new(Backend::Sqlite, "", old);
            if died_at(page - 1, &trial) {
                deaths += 1;
                trial.goes_on(&steps, &format!("dead at page {page} of {pages}"));
            }
        }
        // Not each page of an old file is written again.
        assert!(deaths == tried || (old && 2 * deaths > tried), "{deaths} of {tried} limits were met");
    }
}
