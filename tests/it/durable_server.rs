//! PostgreSQL that could lose what it committed, or that attune could not understand, is refused; each connection is
//! set up and asked.

use attune::db;
use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query,
};
use serde_json::json;

use crate::{
    program::{command, run},
    start_stop::Place,
    support::{Backend, TestApp, postgres},
};

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = diesel::sql_types::Text)]
    word: String,
}

/// REL-3: on several connections at once, so that it is not the first one alone.
#[actix_web::test]
async fn every_postgresql_connection_is_set_up() {
    let Some(app) = TestApp::on(Backend::Postgres).await else { return };
    const ASK: &str = "SELECT concat_ws(' ', current_setting('synchronous_commit'), \
         current_setting('statement_timeout'), current_setting('lock_timeout'), \
         current_setting('idle_in_transaction_session_timeout'), current_setting('TimeZone'), \
         current_setting('lc_messages'), pg_backend_pid() * 0 + (SELECT 1 FROM pg_sleep(0.05))) AS word";
    let all = (0..5).map(|_| app.state.db.read(|conn| Ok(sql_query(ASK).get_result::<Word>(conn)?.word)));
    for found in futures_util::future::join_all(all).await {
        assert_eq!(found.unwrap(), "on 6s 5s 10s UTC C 1");
    }
}

/// REL-3: and a sandbox may run on it, where nothing is worth keeping.
#[test]
fn a_server_that_may_lose_commits_is_refused_outside_a_sandbox() {
    let Some(cluster) = postgres::cluster() else { return };
    cluster.create_database("careless", None);
    let place = Place { folder: tempfile::tempdir().unwrap(), url: cluster.url("careless") };
    place.refused("fsync=off");
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "a refused start makes nothing");
    let checked = run(command(place.path(), &["check-config"], &place.env()));
    assert!(
        checked.code == Some(78) && checked.err.contains("fsync=off"),
        "{:?} {}",
        checked.code,
        checked.err
    );

    let server = place.serve(&["--sandbox"]);
    assert_eq!(server.get("/health/live", None), (200, json!({"status": "ok"})));
    assert_eq!(server.stop().0.code(), Some(0));
}

/// REL-3: a database's own default does not win against what attune asks for.
#[test]
fn a_default_of_the_database_that_acknowledges_early_is_overruled() {
    let Some(cluster) = postgres::durable() else { return };
    cluster.create_database("early", None);
    let mut own = PgConnection::establish(&cluster.url("early")).unwrap();
    own.batch_execute(
        "ALTER DATABASE early SET synchronous_commit = off; ALTER DATABASE early SET lock_timeout = 0",
    )
    .unwrap();
    let target = db::Target::parse(&cluster.url("early")).unwrap();
    let mut seen = db::look(&target).unwrap().unwrap();
    assert_eq!(seen.volatile, None);
    let ask =
        "SELECT current_setting('synchronous_commit') || ' ' || current_setting('lock_timeout') AS word";
    let found: Word = sql_query(ask).get_result(&mut seen.conn).unwrap();
    assert_eq!(found.word, "on 5s");
}

/// REL-13: what a call that the server ends by itself is to the caller, told from the server's own words.
#[actix_web::test]
async fn what_postgresql_breaks_off_is_passing_and_what_we_got_wrong_is_not() {
    let Some(app) = TestApp::on(Backend::Postgres).await else { return };
    let cases = [
        ("SET LOCAL statement_timeout = 20; SELECT pg_sleep(5)", 503),
        ("SELECT pg_terminate_backend(pg_backend_pid())", 503),
        ("DO $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = '25006'; END $$", 503),
        ("SET TRANSACTION READ ONLY; INSERT INTO facts VALUES ('a', 'b')", 503),
        ("SELECT nonsense", 500),
        ("SELECT 1 / 0", 500),
    ];
    for (sql, status) in cases {
        let failed = app.state.db.write(move |conn| Ok(conn.batch_execute(sql)?)).await.expect_err(sql);
        assert_eq!(failed.code().describe().0, status, "{sql} {:?}", failed.cause());
        app.state.db.write(|conn| Ok(conn.batch_execute("SELECT 1")?)).await.expect("goes on");
    }
}
