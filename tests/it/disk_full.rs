//! A database that cannot store: reads go on, writes and readiness say so, and all is well again by itself.
//!
//! A full disk is played by a limit on the size of files, which the kernel enforces for one process and which can be
//! taken back while it runs.

use std::{
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use attune::error::ErrorCode;
use diesel::connection::SimpleConnection;
use serde_json::json;

use crate::{
    program::Server,
    start_stop::{Place, registration},
    support::{Backend, TestApp, both_databases},
};

fn limit(server: &Server, bytes: &str) {
    let status = Command::new("prlimit")
        .args(["--pid", &server.pid().to_string(), &format!("--fsize={bytes}:unlimited")])
        .stdout(Stdio::null())
        .status();
    assert!(status.expect("prlimit is part of util-linux, as setpriv is").success());
}

/// What readiness says of the database is a word of the document.
fn is_documented(ready: &serde_json::Value) -> bool {
    let document: serde_json::Value = serde_json::from_str(attune::openapi::text()).expect("JSON");
    let words = document["components"]["schemas"]["DatabaseState"]["enum"].as_array().expect("a list");
    words.contains(&ready["parts"]["database"])
}

/// REL-11.
#[test]
fn a_full_disk_stops_writes_alone_and_is_recovered_from() {
    let place = Place { folder: tempfile::tempdir().unwrap(), url: "sqlite://attune.db".into() };
    // A process that does not ignore the signal would be ended by it.
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; exec \"$0\" serve", env!("CARGO_BIN_EXE_attune")]);
    command.env_clear().current_dir(place.path()).stdin(Stdio::null()).envs(place.env());
    let server = Server::start(command);
    let (_, made) = server.send("POST", "/v1/auth/register", None, &[], &registration("maya", "parent"));
    let token = made["access_token"].as_str().unwrap();
    let body = json!({"mood": 4, "note": "x".repeat(3_000)});
    let (status, first) = server.send("POST", "/v1/check-ins", Some(token), &[], &body);
    assert_eq!(status, 201, "{first}");

    for round in ["first", "second"] {
        // Nothing that is there can grow.
        limit(&server, "4096");
        let key = [("Idempotency-Key", round)];
        let refused = server.exchange("POST", "/v1/check-ins", Some(token), &key, &body);
        assert_eq!((refused.status, &refused.body["code"]), (503, &json!("unavailable")), "{}", refused.body);
        assert_eq!(refused.header("content-type"), "application/problem+json");
        assert!(!refused.header("retry-after").is_empty());
        assert_eq!(refused.body["help"], "/v1/help");
        let (status, ready) = server.get("/health/ready", None);
        assert_eq!((status, &ready["parts"]["database"]), (503, &json!("read_only")), "{ready}");
        assert!(is_documented(&ready), "{ready}");
        assert_eq!(server.get("/health/live", None).0, 200);
        let path = format!("/v1/check-ins/{}", first["check_in"]["id"].as_str().unwrap());
        assert_eq!(server.get(&path, Some(token)).1["note"], "x".repeat(3_000));

        limit(&server, "unlimited");
        let began = Instant::now();
        while server.get("/health/ready", None).0 != 200 {
            assert!(began.elapsed() < Duration::from_secs(10), "it does not recover");
            thread::sleep(Duration::from_millis(50));
        }
        let again = server.exchange("POST", "/v1/check-ins", Some(token), &key, &body);
        assert_eq!((again.status, again.header("idempotency-replayed")), (201, ""), "{}", again.body);
    }
    assert_eq!(place.count("check_ins"), 3, "what was refused was not stored");
    let (ended, log) = server.stop();
    assert_eq!(ended.code(), Some(0), "{log}");
}

/// REL-11: what SQLite says when it cannot have another page.
#[actix_web::test]
async fn a_database_that_may_not_grow_is_unavailable_and_no_mistake_of_ours() {
    let app = TestApp::on(Backend::Sqlite).await.expect("always there");
    let grow = |conn: &mut attune::db::Conn| {
        conn.batch_execute(
            "PRAGMA max_page_count = 1; INSERT INTO facts VALUES ('big', hex(zeroblob(500000)))",
        )?;
        Ok(())
    };
    assert_eq!(app.state.db.write(grow).await.expect_err("full").code(), ErrorCode::Unavailable);
    app.state
        .db
        .write(|conn| Ok(conn.batch_execute("PRAGMA max_page_count = 4294967294")?))
        .await
        .expect("writes");
    app.state.db.write(|conn| crate::writer::put(conn, "later")).await.expect("writes");
}

both_databases! {
    /// REL-12: a file system or a server that takes no writes any more, such as after a failover.
    async fn a_database_that_only_reads_is_told_and_recovered_from(app: TestApp) {
        let maya = app.parent("Maya").await;
        app.check_in(&maya, json!({"mood": 5})).await;
        read_only(&app, true).await;
        let refused = app.post(&maya, "/v1/check-ins", json!({"mood": 5})).await.expect(503);
        assert_eq!((refused.text("/code"), refused.text("/help")), ("unavailable", "/v1/help"));
        assert!(!refused.header("retry-after").is_empty());
        let ready = app.anonymous(actix_web::test::TestRequest::get().uri("/health/ready")).await.expect(503);
        assert_eq!(ready.text("/parts/database"), "read_only");
        assert!(is_documented(&ready.body), "{}", ready.body);
        assert_eq!(app.get(&maya, "/v1/check-ins").await.expect(200).list("/data").len(), 1);

        read_only(&app, false).await;
        let began = Instant::now();
        loop {
            let ready = app.anonymous(actix_web::test::TestRequest::get().uri("/health/ready")).await;
            if ready.status == 200 {
                break;
            }
            assert!(began.elapsed() < Duration::from_secs(10), "{}", ready.body);
            actix_web::rt::time::sleep(Duration::from_millis(50)).await;
        }
        app.check_in(&maya, json!({"mood": 5})).await;
        assert_eq!(app.get(&maya, "/v1/check-ins").await.expect(200).list("/data").len(), 2);
    }
}

/// SQLite: triggers say what the library says of such a file, which root could write all the same. PostgreSQL: every
/// new session only reads, and the old ones end.
async fn read_only(app: &TestApp, on: bool) {
    if app.is_sqlite() {
        for (name, event) in
            [("one", "INSERT ON check_ins"), ("two", "INSERT ON facts"), ("three", "UPDATE ON facts")]
        {
            app.outside(&if on {
                let refusal = "SELECT RAISE(ABORT, 'attempt to write a readonly database')";
                format!("CREATE TRIGGER {name} BEFORE {event} BEGIN {refusal}; END")
            } else {
                format!("DROP TRIGGER {name}")
            });
        }
        return;
    }
    let word = if on { "on" } else { "off" };
    app.outside(&format!(
        "BEGIN READ WRITE; DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || \
         ' SET default_transaction_read_only = {word}'; END $$; COMMIT"
    ));
    app.outside(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    // The pool learns of it with the first call; its answer is 503 like that of any passing trouble.
    drop(app.state.db.read(|conn| Ok(conn.batch_execute("SELECT 1")?)).await);
}
