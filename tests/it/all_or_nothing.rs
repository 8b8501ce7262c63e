//! REL-4 at each table: a write that fails halfway leaves nothing behind, and the same request with the same key is
//! done whole when it comes again.
//!
//! A trigger that refuses one table's rows is the failure; the application knows nothing of it.

use std::collections::BTreeMap;

use attune::db::Conn;
use diesel::{QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::BigInt};
use serde_json::{Value, json};

use crate::support::{Answer, Person, TestApp, both_databases};

/// Everything that a check-in which raises a flag leaves behind, in the order in which it is written.
const TABLES: [&str; 8] =
    ["idempotency_keys", "check_ins", "flags", "flag_evidence", "flag_events", "changes", "audit", "outbox"];
/// What an edit or a removal writes besides.
const LATER: [&str; 2] = ["check_in_revisions", "timers"];

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

async fn counts(app: &TestApp) -> BTreeMap<&'static str, i64> {
    let count = |conn: &mut Conn| {
        let mut counts = BTreeMap::new();
        for table in TABLES.into_iter().chain(LATER) {
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

/// From now on `table` refuses what is done to it: `INSERT`, `UPDATE` or `DELETE`.
pub async fn break_at(app: &TestApp, table: &str, what: &str) {
    let sqlite =
        format!("CREATE TRIGGER broken AFTER {what} ON {table} BEGIN SELECT RAISE(ABORT, 'as planned'); END");
    let postgres = format!(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION 'as planned'; END $$; \
         CREATE TRIGGER broken AFTER {what} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()"
    );
    execute(app, sqlite, postgres).await;
}

/// Takes that back.
pub async fn mend(app: &TestApp) {
    execute(app, "DROP TRIGGER broken".into(), "DROP FUNCTION refuse() CASCADE".into()).await;
}

/// A change of an entry: as it was, what is changed (nothing: it is removed), and what that writes.
type Change = (&'static str, Value, Option<Value>, &'static [(&'static str, &'static str)]);

/// Three changes that reach every table between them.
fn changes() -> [Change; 3] {
    let (calm, danger) = (json!({"mood": 5, "note": "Fine."}), json!({"mood": 5, "safe_now": "no"}));
    let calls = &[
        ("parents", "UPDATE"),
        ("check_in_revisions", "INSERT"),
        ("check_ins", "UPDATE"),
        ("changes", "INSERT"),
        ("audit", "INSERT"),
        ("flags", "INSERT"),
        ("flag_evidence", "INSERT"),
        ("flag_events", "INSERT"),
        ("outbox", "INSERT"),
    ];
    let takes_back = &[
        ("parents", "UPDATE"),
        ("check_in_revisions", "INSERT"),
        ("check_ins", "UPDATE"),
        ("changes", "INSERT"),
        ("audit", "INSERT"),
        ("flags", "UPDATE"),
        ("flags", "INSERT"),
        ("flag_events", "INSERT"),
        ("outbox", "INSERT"),
    ];
    let removes = &[
        ("parents", "UPDATE"),
        ("check_ins", "DELETE"),
        ("changes", "INSERT"),
        ("audit", "INSERT"),
        ("flags", "UPDATE"),
        ("flags", "INSERT"),
        ("flag_events", "INSERT"),
        ("outbox", "INSERT"),
    ];
    [
        ("calls for help", calm, Some(json!({"mood": 3, "safe_now": "no"})), calls),
        ("takes it back", danger.clone(), Some(json!({"safe_now": null})), takes_back),
        ("removes it", danger, None, removes),
    ]
}

async fn change(app: &TestApp, maya: &Person, path: &str, edit: Option<&Value>) -> Answer {
    match edit {
        Some(edit) => app.patch(maya, path, edit.clone()).await,
        None => app.delete(maya, path).await,
    }
}

/// The entry with its revisions, and her flags, as she reads them.
async fn seen(app: &TestApp, maya: &Person, path: &str) -> [Value; 3] {
    let entry = app.get(maya, path).await.expect(200).body;
    let revisions = app.get(maya, &format!("{path}/revisions")).await.expect(200).body;
    [entry, revisions, app.get(maya, "/v1/me/flags").await.expect(200).body]
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

    /// H07, H23, REL-4.
    async fn a_change_of_a_check_in_that_fails_at_any_table_changes_nothing_and_may_be_made_again(app: TestApp) {
        let asha = app.doula("Asha").await;
        for (what, before, edit, touched) in changes() {
            for (number, (table, how)) in touched.iter().enumerate() {
                let name = format!("{}{number}", what.replace(' ', ""));
                let maya = app.parent(&name).await;
                app.link(&maya, &asha, &["check_ins"], true).await;
                let first = app.check_in(&maya, before.clone()).await;
                let path = format!("/v1/check-ins/{}", first.text("/check_in/id"));
                let was = (seen(&app, &maya, &path).await, counts(&app).await);
                break_at(&app, table, how).await;
                let refused = change(&app, &maya, &path, edit.as_ref()).await;
                assert_eq!(refused.status, 500, "{what}, {how} {table}: {}", refused.body);
                assert_eq!((seen(&app, &maya, &path).await, counts(&app).await), was, "{what}, {how} {table}");
                mend(&app).await;

                let taken = change(&app, &maya, &path, edit.as_ref()).await;
                assert_eq!(taken.status, if edit.is_some() { 200 } else { 204 }, "{what}: {}", taken.body);
                let after = counts(&app).await;
                let revisions = was.1["check_in_revisions"] + i64::from(edit.is_some());
                assert_eq!(after["check_in_revisions"], revisions, "{what} after {how} {table}");
                assert_eq!(after["check_ins"], was.1["check_ins"] - i64::from(edit.is_none()), "{what}");
                let flags = app.get(&maya, "/v1/me/flags").await.expect(200);
                let rules: Vec<&Value> = flags.list("/data").iter().map(|flag| &flag["rule"]["id"]).collect();
                let wanted: &[&str] =
                    if what == "calls for help" { &["not_safe"] } else { &["urgent_taken_back", "not_safe"] };
                assert!(wanted.iter().all(|rule| rules.contains(&&json!(rule))), "{what}: {rules:?}");
            }
        }
    }
}
