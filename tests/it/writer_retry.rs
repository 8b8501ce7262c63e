//! REL-3: PostgreSQL ends a transaction to let another one go first, and it is run again, a few times and not for ever.
//!
//! Once as words that a server says, and once as two transactions that really wait for each other.

use std::sync::{
    Arc, Barrier,
    atomic::{AtomicU32, Ordering},
};

use attune::{
    db::{Conn, Db, schema::facts},
    error::{ErrorCode, Result},
};
use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl, connection::SimpleConnection};
use futures_util::future::join;

use crate::{
    support::{Backend, TestApp},
    writer::{put, rows},
};

/// A serialization failure, and a deadlock.
const WORDS: [(&str, &str); 2] = [("40001", "could not serialize access"), ("40P01", "deadlock detected")];

#[actix_web::test]
async fn postgresql_transactions_run_again_when_the_server_asks_for_it() {
    let Some(app) = TestApp::on(Backend::Postgres).await else { return };
    for (state, words) in WORDS {
        for (refusals, runs, code) in [(2, 3, None), (9, 4, Some(ErrorCode::Unavailable))] {
            let count = Arc::new(AtomicU32::new(0));
            let counted = count.clone();
            let done = app.state.db.write(move |conn| {
                put(conn, &format!("{state} {refusals}"))?;
                if counted.fetch_add(1, Ordering::SeqCst) < refusals {
                    let refuse = format!("DO $$ BEGIN RAISE '{words}' USING ERRCODE = '{state}'; END $$");
                    conn.batch_execute(&refuse)?;
                }
                Ok(())
            });
            assert_eq!(done.await.err().map(|e| e.code()), code, "{state}");
            assert_eq!(count.load(Ordering::SeqCst), runs, "{state}");
        }
    }
    assert_eq!(rows(&app.state.db).await, ["40001 2", "40P01 2"]);
}

/// Raises both rows by one, in this order; at the first run it holds the first until the other holds the second.
async fn raise(db: &Db, order: [&'static str; 2], meet: Arc<Barrier>, runs: Arc<AtomicU32>) -> Result<()> {
    let first_run = Arc::new(AtomicU32::new(0));
    db.write(move |conn| {
        let is_first = first_run.fetch_add(1, Ordering::SeqCst) == 0;
        runs.fetch_add(1, Ordering::SeqCst);
        for (at, name) in order.into_iter().enumerate() {
            if at == 1 && is_first {
                meet.wait();
            }
            conn.batch_execute(&format!("UPDATE facts SET value = value || '+' WHERE name = '{name}'"))?;
        }
        Ok(())
    })
    .await
}

/// Each holds what the other wants: the server ends one of them, and both are written in the end.
#[actix_web::test]
async fn two_transactions_that_wait_for_each_other_are_both_written() {
    let Some(app) = TestApp::on(Backend::Postgres).await else { return };
    let db = &app.state.db;
    for name in ["a", "b"] {
        db.write(move |conn| put(conn, name)).await.expect("writes");
    }
    let (meet, runs) = (Arc::new(Barrier::new(2)), Arc::new(AtomicU32::new(0)));
    let one = raise(db, ["a", "b"], meet.clone(), runs.clone());
    let other = raise(db, ["b", "a"], meet, runs.clone());
    let (one, other) = join(one, other).await;
    one.expect("writes");
    other.expect("writes");
    let values = |conn: &mut Conn| {
        let values: Vec<String> = facts::table
            .filter(facts::name.eq("a").or(facts::name.eq("b")))
            .order(facts::name)
            .select(facts::value)
            .load(conn)?;
        Ok(values)
    };
    assert_eq!(db.read(values).await.expect("reads"), ["x++", "x++"]);
    assert_eq!(runs.load(Ordering::SeqCst), 3, "one of the two was ended and ran again");
}
