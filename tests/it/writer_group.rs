//! What the SQLite writer promises to those who share a commit: nobody hears of success before the disk has
//! it, a failure undoes only itself, and what leaves the transaction in doubt undoes everybody.
//!
//! A group is made by holding the writer while others queue up behind it: they share the held one's commit.

use attune::{
    db::{Conn, Db, Limits, schema::facts},
    error::{Error, ErrorCode, Result},
};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, connection::SimpleConnection};
use futures_util::future;

use crate::writer::{begun, held, put, rows, sqlite};

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
