//! What the SQLite writer promises to those who share a commit: nobody hears of success before the disk has
//! it, a failure undoes only itself, and what leaves the transaction in doubt undoes everybody.
//!
//! A group is made by holding the writer while others queue up behind it: they share the held one's commit.

use attune::{
    db::{Conn, Db, Limits, schema::facts},
    error::{Error, ErrorCode, Result},
};
use diesel::{
    Connection, ExpressionMethods, QueryDsl, QueryResult, QueryableByName, RunQueryDsl,
    connection::{SimpleConnection, TransactionManager},
    sql_query,
    sql_types::Integer,
};
use futures_util::future;

use crate::writer::{begun, held, put, rows, sqlite};

type Manager = <Conn as Connection>::TransactionManager;

#[actix_web::test]
async fn a_failure_in_a_group_undoes_only_itself() {
    let (_database, db) = sqlite(Limits::default());
    let (release, first) = held(&db).await;
    let good = begun(Box::pin(db.write(|conn| put(conn, "good")))).await;
    let bad = begun(Box::pin(db.write(|conn| {
        put(conn, "bad")?;
        Err::<(), Error>(Error::not_found())
    })))
    .await;
    let last = begun(Box::pin(db.write(|conn| put(conn, "last")))).await;
    release.send(()).expect("it waits");
    let (first, good, bad, last) = future::join4(first, good, bad, last).await;
    first.expect("no panic").expect("writes");
    good.expect("writes");
    assert_eq!(bad.expect_err("fails").code(), ErrorCode::NotFound);
    last.expect("writes");
    assert_eq!(rows(&db).await, ["good", "held", "last"]);
}

#[actix_web::test]
async fn a_group_sees_what_was_written_before_in_it_and_others_only_after_its_commit() {
    let (_database, db) = sqlite(Limits::default());
    let (release, first) = held(&db).await;
    let count = |conn: &mut Conn| -> Result<i64> {
        Ok(facts::table.filter(facts::value.eq("x")).count().get_result(conn)?)
    };
    let one = begun(Box::pin(db.write(|conn| put(conn, "one")))).await;
    let counted = begun(Box::pin(db.write(count))).await;
    assert_eq!(db.read(count).await.expect("reads"), 0);
    release.send(()).expect("it waits");
    let (first, one, counted) = future::join3(first, one, counted).await;
    first.expect("no panic").expect("writes");
    one.expect("writes");
    assert_eq!(counted.expect("reads"), 2);
    assert_eq!(db.read(count).await.expect("reads"), 2);
}

/// A failure may rest on a row of a neighbour that is not committed yet. So it is told only after the commit, and not
/// at all when there is none.
#[actix_web::test]
async fn a_failure_in_a_group_that_is_not_committed_is_not_told() {
    let (_database, db) = sqlite(Limits::default());
    let (release, first) = held(&db).await;
    let refused =
        begun(Box::pin(db.write(|conn| match facts::table.find("held").count().get_result(conn) {
            Ok(1_i64) => Err::<(), Error>(Error::not_found()),
            other => Err(Error::internal(format!("the neighbour's row is to be seen here: {other:?}"))),
        })))
        .await;
    let panicked = begun(Box::pin(db.write(|_| -> Result<()> { panic!("as planned") }))).await;
    release.send(()).expect("it waits");
    let (first, refused, panicked) = future::join3(first, refused, panicked).await;
    assert_eq!(first.expect("no panic").expect_err("taken back").code(), ErrorCode::Unavailable);
    let refused = refused.expect_err("taken back");
    assert_eq!((refused.code(), refused.retry_after_seconds()), (ErrorCode::Unavailable, Some(2)));
    assert_eq!(panicked.expect_err("fails").code(), ErrorCode::Internal);
    assert_eq!(rows(&db).await, [""; 0]);
}

/// What left more or fewer levels open than it found: what a commit would write then is not what was meant.
#[actix_web::test]
async fn a_write_that_leaves_another_depth_takes_its_whole_group_back() {
    type Leave = fn(&mut Conn) -> QueryResult<()>;
    let leaves: [(&str, Leave); 3] = [
        ("a level more", Manager::begin_transaction),
        ("its own savepoint gone", Manager::rollback_transaction),
        ("the transaction of all gone", |conn| {
            Manager::rollback_transaction(conn)?;
            Manager::rollback_transaction(conn)
        }),
    ];
    for (what, leave) in leaves {
        let (_database, db) = sqlite(Limits::default());
        let (release, first) = held(&db).await;
        let leaving = begun(Box::pin(db.write(move |conn| {
            put(conn, "leaving")?;
            Ok(leave(conn)?)
        })))
        .await;
        let after = begun(Box::pin(db.write(|conn| put(conn, "after")))).await;
        release.send(()).expect("it waits");
        let (first, leaving, after) = future::join3(first, leaving, after).await;
        let first = first.expect("no panic").expect_err("taken back");
        assert_eq!(first.code(), ErrorCode::Unavailable, "{what}");
        assert_eq!(leaving.expect_err("fails").code(), ErrorCode::Internal, "{what}");
        // It was not part of the group any more, and is written by the next one.
        after.expect("writes");
        assert_eq!(rows(&db).await, ["after"], "{what}");
    }
}

/// A setting is the connection's own, so whether it is still there says which connection it is.
#[actix_web::test]
async fn a_connection_in_doubt_is_replaced_and_no_other() {
    const PATIENCE: &str = "PRAGMA busy_timeout = 4321";
    let patience = |conn: &mut Conn| Ok(sql_query("SELECT timeout FROM pragma_busy_timeout").load(conn)?);
    let (_database, db) = sqlite(Limits::default());
    let of = |settings: Vec<Patience>| settings.first().map(|setting| setting.timeout);
    let failed = |conn: &mut Conn| {
        conn.batch_execute(PATIENCE)?;
        Err::<(), Error>(Error::not_found())
    };
    db.write(failed).await.expect_err("fails");
    assert_eq!(of(db.write(patience).await.expect("reads")), Some(4321), "a failure leaves no doubt");
    db.write(|_| -> Result<()> { panic!("as planned") }).await.expect_err("fails");
    assert_eq!(of(db.write(patience).await.expect("reads")), Some(5000));
}

#[derive(QueryableByName)]
struct Patience {
    #[diesel(sql_type = Integer)]
    timeout: i32,
}

/// After a panic the transaction is in doubt, so the whole group is taken back, and each may try again.
#[actix_web::test]
async fn a_panic_takes_its_whole_group_back() {
    let (_database, db) = sqlite(Limits::default());
    let (release, first) = held(&db).await;
    let good = begun(Box::pin(db.write(|conn| put(conn, "good")))).await;
    let panicked = begun(Box::pin(db.write(|conn| {
        put(conn, "panicked")?;
        panic!("as planned");
        #[allow(unreachable_code, reason = "gives the closure its type")]
        Ok::<(), Error>(())
    })))
    .await;
    release.send(()).expect("it waits");
    let (first, good, panicked) = future::join3(first, good, panicked).await;
    assert_eq!(first.expect("no panic").expect_err("taken back").code(), ErrorCode::Unavailable);
    let good = good.expect_err("taken back");
    assert_eq!((good.code(), good.retry_after_seconds()), (ErrorCode::Unavailable, Some(2)));
    assert_eq!(panicked.expect_err("fails").code(), ErrorCode::Internal);
    assert_eq!(rows(&db).await, [""; 0]);
    db.write(|conn| put(conn, "later")).await.expect("writes");
    assert_eq!(rows(&db).await, ["later"]);
}

/// SQLite can end the whole transaction by itself (a full disk, an I/O error): the savepoint of the job is gone
/// then, and with it everything that the group wrote.
#[actix_web::test]
async fn a_rollback_by_sqlite_itself_takes_the_whole_group_back() {
    let (_database, db) = sqlite(Limits::default());
    let (release, first) = held(&db).await;
    let good = begun(Box::pin(db.write(|conn| put(conn, "good")))).await;
    let broken = begun(Box::pin(db.write(|conn| {
        put(conn, "broken")?;
        conn.batch_execute("ROLLBACK")?;
        Ok(())
    })))
    .await;
    let after = begun(Box::pin(db.write(|conn| put(conn, "after")))).await;
    release.send(()).expect("it waits");
    let (first, good, broken, after) = future::join4(first, good, broken, after).await;
    assert_eq!(first.expect("no panic").expect_err("taken back").code(), ErrorCode::Unavailable);
    assert_eq!(good.expect_err("taken back").code(), ErrorCode::Unavailable);
    assert_eq!(broken.expect_err("fails").code(), ErrorCode::Unavailable);
    // It was not part of the group any more, and is written by the next one.
    after.expect("writes");
    assert_eq!(rows(&db).await, ["after"]);
}

/// A commit that fails fails for everybody in it.
#[actix_web::test]
async fn a_commit_that_fails_takes_the_whole_group_back() {
    let (_database, db) = sqlite(Limits::default());
    let (release, first) = held(&db).await;
    let orphan = begun(Box::pin(db.write(|conn| {
        conn.batch_execute("PRAGMA defer_foreign_keys = ON")?;
        diesel::sql_query("INSERT INTO person_keys VALUES ('nobody', 1, x'00', 0)").execute(conn)?;
        Ok(())
    })))
    .await;
    release.send(()).expect("it waits");
    let (first, orphan) = future::join(first, orphan).await;
    assert_eq!(first.expect("no panic").expect_err("taken back").code(), ErrorCode::Unavailable);
    assert_eq!(orphan.expect_err("taken back").code(), ErrorCode::Unavailable);
    db.write(|conn| put(conn, "later")).await.expect("writes");
    assert_eq!(rows(&db).await, ["later"]);
}

#[actix_web::test]
async fn many_at_once_are_all_written_once() {
    let (_database, db): (_, Db) = sqlite(Limits::default());
    let names: Vec<String> = (0..300).map(|number| format!("{number:03}")).collect();
    let writes = names.iter().cloned().map(|name| db.write(move |conn| put(conn, &name)));
    for written in future::join_all(writes).await {
        written.expect("writes");
    }
    assert_eq!(rows(&db).await, names);
}
