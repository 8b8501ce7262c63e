//! REL-4 at each table: a write that fails halfway leaves nothing behind, and the same request with the same key is
//! done whole when it comes again.
//!
//! A trigger that refuses one table's rows is the failure; the application knows nothing of it.

use std::collections::BTreeMap;

use attune::db::Conn;
use diesel::{QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::BigInt};
use serde_json::json;

use crate::support::{TestApp, both_databases};

/// Everything that a check-in which raises a flag leaves behind, in the order in which it is written.
const TABLES: [&str; 8] =
    ["idempotency_keys", "check_ins", "flags", "flag_evidence", "flag_events", "changes", "audit", "outbox"];

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

async fn counts(app: &TestApp) -> BTreeMap<&'static str, i64> {
    let count = |conn: &mut Conn| {
        let mut counts = BTreeMap::new();
        for table in TABLES {
            let row: Count = sql_query(format!("SELECT count(*) AS n FROM {table}")).get_result(conn)?;
            counts.insert(table, row.n);
        }
        // Raised with every change: a gap in it would be a trace too.
        let row: Count =
            sql_query("SELECT CAST(sum(change_seq) AS BIGINT) AS n FROM parents").get_result(conn)?;
        counts.insert("change_seq", row.n);
        Ok(counts)
    };
    app.state.db.read(count).await.expect("reads")
}

async fn execute(app: &TestApp, sqlite: String, postgres: String) {
    let run = move |conn: &mut Conn| {
        let sql = if matches!(conn, Conn::Sqlite(_)) { &sqlite } else { &postgres };
        Ok(conn.batch_execute(sql)?)
    };
    app.state.db.write(run).await.expect("the schema changes");
}

/// From now on `table` refuses what is done to it: `INSERT`, or `UPDATE`.
async fn break_at(app: &TestApp, table: &str, what: &str) {
    let sqlite =
        format!("CREATE TRIGGER broken AFTER {what} ON {table} BEGIN SELECT RAISE(ABORT, 'as planned'); END");
    let postgres = format!(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION 'as planned'; END $$; \
         CREATE TRIGGER broken AFTER {what} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()"
    );
    execute(app, sqlite, postgres).await;
}

async fn mend(app: &TestApp) {
    execute(app, "DROP TRIGGER broken".into(), "DROP FUNCTION refuse() CASCADE".into()).await;
}

both_databases! {
    /// H07, REL-4.
    async fn a_check_in_that_fails_at_any_table_leaves_nothing_and_may_be_sent_again(app: TestApp) {
        let (maya, asha) = (app.parent("Maya").await, app.doula("Asha").await);
        app.link(&maya, &asha, &["check_ins"], true).await;
        let body = json!({"mood": 2, "safe_now": "no", "note": "Please."});
        let inserts = TABLES.map(|table| (table, "INSERT"));
        // The last statement of all, and the one that makes the parent's writes take turns.
        let updates = [("idempotency_keys", "UPDATE"), ("parents", "UPDATE")];
        for (number, (table, what)) in inserts.into_iter().chain(updates).enumerate() {
            let before = counts(&app).await;
            break_at(&app, table, what).await;
            let key = format!("key-{number}");
            let refused = app.post_once(&maya, "/v1/check-ins", &key, body.clone()).await.expect(500);
            assert_eq!(refused.at("/help"), "/v1/help", "{table}");
            assert_eq!(counts(&app).await, before, "{what} {table}");
            mend(&app).await;

            let taken = app.post_once(&maya, "/v1/check-ins", &key, body.clone()).await.expect(201);
            assert_eq!(taken.header("idempotency-replayed"), "", "{table}");
            let after = counts(&app).await;
            for one_more in TABLES.into_iter().filter(|table| !matches!(*table, "changes" | "audit")) {
                assert_eq!(after[one_more], before[one_more] + 1, "{one_more} after {what} {table}");
            }
            // The entry and its flag, in each.
            assert_eq!((after["changes"], after["audit"]), (before["changes"] + 2, before["audit"] + 2));
            let flag = format!("/v1/flags/{}", taken.text("/flags/0/id"));
            let seen = app.get(&asha, &flag).await.expect(200);
            assert_eq!(seen.list("/evidence").len(), 1, "{table}");
            assert_eq!(seen.at("/evidence/0/id"), taken.at("/check_in/id"), "{table}");
            // So that the next one opens a flag again and reaches every table.
            let step = json!({"to": "dismissed", "reason": "Talked."});
            app.post(&asha, &format!("{flag}/transitions"), step).await.expect(200);
        }
    }
}
