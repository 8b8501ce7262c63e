//! What [`Db`] promises: `Ok` is committed, `Err` and panics leave nothing, nobody waits for ever.
//!
//! The rows are rows of `facts`, the plainest table. A write is held up by a channel, never by sleeping.

use std::{
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Command,
    sync::mpsc,
    time::{Duration, Instant},
};

use attune::{
    db::{Conn, Db, Limits, schema::facts},
    error::{Error, ErrorCode, Result},
};
use diesel::{
    Connection, ExpressionMethods, QueryDsl, RunQueryDsl,
    connection::{SimpleConnection, TransactionManager},
};
use futures_util::future::{self, Either};

use crate::support::{Backend, FreshDatabase, both_databases};

type Manager = <Conn as Connection>::TransactionManager;

/// Adds a row.
pub(crate) fn put(conn: &mut Conn, name: &str) -> Result<()> {
    diesel::insert_into(facts::table).values((facts::name.eq(name), facts::value.eq("x"))).execute(conn)?;
    Ok(())
}

/// The rows that tests added, in the order of their names.
pub(crate) async fn rows(db: &Db) -> Vec<String> {
    db.read(|conn| {
        let names = facts::table.filter(facts::value.eq("x")).order(facts::name).select(facts::name);
        Ok(names.load(conn)?)
    })
    .await
    .expect("reads")
}

pub(crate) fn sqlite(limits: Limits) -> (FreshDatabase, Db) {
    let database = FreshDatabase::new(Backend::Sqlite).expect("always there");
    let db = Db::open(&database.target(), false, limits).expect("opens");
    (database, db)
}

/// A write that holds the writer until the sender is used; it is running when this returns.
pub(crate) async fn held(db: &Db) -> (mpsc::Sender<()>, actix_web::rt::task::JoinHandle<Result<()>>) {
    let (begun, begins) = mpsc::channel();
    let (release, hold) = mpsc::channel::<()>();
    let db = db.clone();
    let job = actix_web::rt::spawn(async move {
        db.write(move |conn| {
            begun.send(()).map_err(Error::internal)?;
            hold.recv().map_err(Error::internal)?;
            put(conn, "held")
        })
        .await
    });
    actix_web::rt::task::spawn_blocking(move || begins.recv()).await.expect("no panic").expect("begins");
    (release, job)
}

/// Polls a future once, so that what it asks for is asked for; returns it unfinished.
pub(crate) async fn begun<F: Future + Unpin>(work: F) -> F {
    match future::select(work, future::ready(())).await {
        Either::Left(_) => panic!("it had to wait"),
        Either::Right(((), work)) => work,
    }
}

both_databases! {
    /// REL-4.
    async fn an_error_takes_back_everything(app: TestApp) {
        let db = &app.state.db;
        let failed = db
            .write(|conn| {
                put(conn, "a")?;
                Err::<(), Error>(Error::not_found())
            })
            .await;
        assert_eq!(failed.expect_err("fails").code(), ErrorCode::NotFound);
        assert_eq!(rows(db).await, [""; 0]);
        db.write(|conn| put(conn, "b")).await.expect("writes");
        assert_eq!(rows(db).await, ["b"]);
    }

    /// REL-15.
    async fn a_panic_is_an_error_and_leaves_nothing_behind(app: TestApp) {
        let db = &app.state.db;
        for round in ["1", "2", "3"] {
            let panicked = db
                .write(move |conn| {
                    put(conn, "panicked")?;
                    conn.transaction::<(), Error, _>(|conn| {
                        put(conn, "deeper")?;
                        panic!("as planned")
                    })
                })
                .await;
            assert_eq!(panicked.expect_err("fails").code(), ErrorCode::Internal);
            db.write(move |conn| put(conn, round)).await.expect("writes");
        }
        assert_eq!(rows(db).await, ["1", "2", "3"]);
        // A commit that only looked like one would be gone in the eyes of another process.
        assert_eq!(rows(&app.twin().await.state.db).await, ["1", "2", "3"]);
    }

    async fn a_savepoint_that_stays_open_fails_the_write(app: TestApp) {
        let db = &app.state.db;
        let open = db
            .write(|conn| {
                put(conn, "before")?;
                Manager::begin_transaction(conn)?;
                put(conn, "within")
            })
            .await;
        assert_eq!(open.expect_err("fails").code(), ErrorCode::Internal);
        assert_eq!(rows(db).await, [""; 0]);
        db.write(|conn| put(conn, "after")).await.expect("writes");
        assert_eq!(rows(&app.twin().await.state.db).await, ["after"]);
    }

    async fn a_write_that_ended_its_transaction_itself_is_no_success(app: TestApp) {
        let db = &app.state.db;
        let rolled_back = db
            .write(|conn| {
                put(conn, "a")?;
                Manager::rollback_transaction(conn)?;
                Ok(())
            })
            .await;
        assert_eq!(rolled_back.expect_err("fails").code(), ErrorCode::Internal);
        db.write(|conn| put(conn, "b")).await.expect("writes");
        assert_eq!(rows(db).await, ["b"]);
    }

    async fn what_is_committed_is_seen_by_every_process(app: TestApp) {
        let twin = app.twin().await;
        app.state.db.write(|conn| put(conn, "a")).await.expect("writes");
        assert_eq!(rows(&twin.state.db).await, ["a"]);
        twin.state.db.write(|conn| put(conn, "b")).await.expect("writes");
        assert_eq!(rows(&app.state.db).await, ["a", "b"]);
    }

    async fn a_closed_database_refuses_at_once(app: TestApp) {
        let db = &app.state.db;
        db.close().await;
        let write = db.write(|conn| put(conn, "a")).await.expect_err("refused");
        let read = db.read(|_| Ok(())).await.expect_err("refused");
        assert_eq!((write.code(), read.code()), (ErrorCode::Unavailable, ErrorCode::Unavailable));
    }
}

/// A commit can fail too: here over a foreign key that is only looked at then.
#[actix_web::test]
async fn a_commit_that_fails_is_an_error_and_leaves_nothing_behind() {
    let (_database, db) = sqlite(Limits::default());
    let orphan = |conn: &mut Conn| {
        conn.batch_execute("PRAGMA defer_foreign_keys = ON")?;
        put(conn, "a")?;
        diesel::sql_query("INSERT INTO person_keys VALUES ('nobody', 1, x'00', 0)").execute(conn)?;
        Ok(())
    };
    assert_eq!(db.write(orphan).await.expect_err("fails").code(), ErrorCode::Unavailable);
    assert_eq!(rows(&db).await, [""; 0]);
    db.write(|conn| put(conn, "b")).await.expect("writes");
    assert_eq!(rows(&db).await, ["b"]);
}

#[actix_web::test]
async fn a_write_whose_caller_went_away_is_not_begun() {
    let (_database, db) = sqlite(Limits::default());
    let (release, first) = held(&db).await;
    let abandoned = begun(Box::pin(db.write(|conn| put(conn, "abandoned")))).await;
    drop(abandoned);
    release.send(()).expect("it waits");
    first.await.expect("no panic").expect("writes");
    db.write(|conn| put(conn, "later")).await.expect("writes");
    assert_eq!(rows(&db).await, ["held", "later"]);
}

/// REL-14.
#[actix_web::test]
async fn a_full_queue_refuses_within_a_second_and_a_half() {
    let (_database, db) = sqlite(Limits { writer_queue: 1, ..Limits::default() });
    let (release, first) = held(&db).await;
    let second = begun(Box::pin(db.write(|conn| put(conn, "queued")))).await;
    let asked = Instant::now();
    let refused = db.write(|conn| put(conn, "refused")).await.expect_err("no room");
    assert!(asked.elapsed() < Duration::from_millis(1500), "{:?}", asked.elapsed());
    assert_eq!((refused.code(), refused.retry_after_seconds()), (ErrorCode::Overloaded, Some(1)));
    release.send(()).expect("it waits");
    first.await.expect("no panic").expect("writes");
    second.await.expect("writes");
    assert_eq!(rows(&db).await, ["held", "queued"]);
}

#[actix_web::test]
async fn closing_runs_what_is_queued() {
    let (database, db) = sqlite(Limits::default());
    let (release, first) = held(&db).await;
    let second = begun(Box::pin(db.write(|conn| put(conn, "queued")))).await;
    let closing = begun(Box::pin(db.close())).await;
    release.send(()).expect("it waits");
    let (first, second, ()) = future::join3(first, second, closing).await;
    first.expect("no panic").expect("writes");
    second.expect("writes");
    let late = db.write(|conn| put(conn, "late")).await.expect_err("closed");
    assert_eq!(late.code(), ErrorCode::Unavailable);
    let again = Db::open(&database.target(), false, Limits::default()).expect("opens");
    assert_eq!(rows(&again).await, ["held", "queued"]);
}

#[actix_web::test]
async fn a_connection_for_reading_refuses_to_write() {
    let (_database, db) = sqlite(Limits::default());
    db.read(|conn| put(conn, "a")).await.expect_err("refused");
    db.write(|conn| put(conn, "b")).await.expect("writes");
    assert_eq!(rows(&db).await, ["b"]);
}

/// REL-2.
#[actix_web::test]
async fn every_connection_waits_for_the_disk_and_keeps_foreign_keys() {
    #[derive(diesel::QueryableByName, Debug, PartialEq)]
    struct Pragmas {
        #[diesel(sql_type = diesel::sql_types::Text)]
        journal: String,
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        synchronous: i64,
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        keys: i64,
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        patience: i64,
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        trusted: i64,
    }
    const ASK: &str = "SELECT journal_mode AS journal, synchronous, foreign_keys AS keys, timeout AS patience, \
         trusted_schema AS trusted FROM pragma_journal_mode, pragma_synchronous, pragma_foreign_keys, \
         pragma_busy_timeout, pragma_trusted_schema";
    let (_database, db) = sqlite(Limits::default());
    let wanted = Pragmas { journal: "wal".to_owned(), synchronous: 2, keys: 1, patience: 5000, trusted: 0 };
    let writer: Pragmas = db.write(|conn| Ok(diesel::sql_query(ASK).get_result(conn)?)).await.expect("reads");
    assert_eq!(writer, wanted);
    let reader: Pragmas = db.read(|conn| Ok(diesel::sql_query(ASK).get_result(conn)?)).await.expect("reads");
    assert_eq!(reader, wanted);
}

/// FND-5.
#[test]
fn files_are_for_their_owner_alone_whatever_the_umask() {
    for umask in ["000", "022", "077"] {
        let folder = tempfile::tempdir().expect("a folder");
        let program = env!("CARGO_BIN_EXE_attune");
        let script = format!("umask {umask} && exec '{program}' migrate --database-url sqlite://attune.db");
        let done =
            Command::new("sh").arg("-c").arg(script).current_dir(folder.path()).output().expect("runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        assert_eq!(mode(&folder.path().join("attune.db")), 0o600, "umask {umask}");
        for entry in std::fs::read_dir(folder.path()).expect("lists") {
            let path = entry.expect("an entry").path();
            assert_eq!(mode(&path) & 0o077, 0, "{} with umask {umask}", path.display());
        }
    }
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}
