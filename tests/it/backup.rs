//! Backup and restore of SQLite by the real program: under load, back to a running server, and every refusal.

mod refusal;

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use diesel::{
    Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query,
    sql_types::{BigInt, Text},
};
use serde_json::{Value, json};

use crate::{
    program::{Ended, Server, command, open_command, run},
    start_stop::{Place, registration},
};

/// A folder for one server with SQLite.
pub fn place() -> Place {
    Place { folder: tempfile::tempdir().unwrap(), url: "sqlite://attune.db".into() }
}

/// A command in the folder, whose database and keys are where the server looks for them.
pub fn attune(place: &Place, words: &[&str]) -> Ended {
    run(open_command(place.path(), words, &[("DATABASE_URL", &place.url)]))
}

#[track_caller]
pub fn done(ended: &Ended) {
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{}", ended.out);
}

fn token(server: &Server) -> String {
    let (status, made) = server.send("POST", "/v1/auth/register", None, &[], &registration("maya", "parent"));
    assert_eq!(status, 201, "{made}");
    made["access_token"].as_str().unwrap().to_owned()
}

/// One check-in; its id once it is acknowledged.
fn check_in(server: &Server, token: &str, body: &Value) -> String {
    let (status, made) = server.send("POST", "/v1/check-ins", Some(token), &[], body);
    assert_eq!(status, 201, "{made}");
    made["check_in"]["id"].as_str().unwrap().to_owned()
}

/// A place whose server wrote two check-ins, one of them a danger answer, and was stopped.
pub fn written() -> (Place, String) {
    let place = place();
    let server = place.serve(&[]);
    let token = token(&server);
    check_in(&server, &token, &json!({"mood": 4, "note": "a wren in the hedge"}));
    check_in(&server, &token, &json!({"safe_now": "no", "note": "a lantern on the quay"}));
    assert_eq!(server.stop().0.code(), Some(0));
    (place, token)
}

/// What is in the folder itself, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[derive(Debug, PartialEq, Eq, QueryableByName)]
struct Rows {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How many rows each table has.
fn rows(file: &Path) -> Vec<Rows> {
    let mut conn = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    let tables: Vec<Rows> =
        sql_query("SELECT name, 0 AS n FROM sqlite_master WHERE type = 'table' ORDER BY name")
            .load(&mut conn)
            .unwrap();
    let count = |table: Rows| {
        let query = format!("SELECT '{0}' AS name, count(*) AS n FROM {0}", table.name);
        sql_query(query).get_result(&mut conn).unwrap()
    };
    tables.into_iter().map(count).collect()
}

/// H06, DAT-10: while four phones write, three backups are made; each has every check-in whose 201 came before.
#[test]
fn a_backup_made_under_load_has_everything_acknowledged_before_it_began() {
    let place = place();
    let server = place.serve(&[]);
    let token = token(&server);
    let (acknowledged, over) = (Mutex::new(Vec::new()), AtomicBool::new(false));
    /// Ends the writers in any case, or a failure here would wait for them for ever.
    struct End<'a>(&'a AtomicBool);
    impl Drop for End<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    let count = || acknowledged.lock().unwrap().len();
    let wait_for = |wanted: usize| {
        let began = Instant::now();
        while count() < wanted {
            assert!(began.elapsed() < Duration::from_secs(60), "{} of {wanted}", count());
            thread::sleep(Duration::from_millis(2));
        }
    };
    let backups: Vec<(String, Vec<String>)> = thread::scope(|scope| {
        let _end = End(&over);
        for phone in 0..4 {
            let (server, token, acknowledged, over) = (&server, &token, &acknowledged, &over);
            scope.spawn(move || {
                for number in 0.. {
                    if over.load(Ordering::SeqCst) {
                        break;
                    }
                    let note = format!("phone {phone}, entry {number}");
                    let id = check_in(server, token, &json!({"mood": 5, "note": note}));
                    acknowledged.lock().unwrap().push(id);
                }
            });
        }
        let made = (1..=3)
            .map(|round| {
                wait_for(count() + 8);
                let before = acknowledged.lock().unwrap().clone();
                let name = format!("backup-{round}.db");
                done(&attune(&place, &["backup", "--to", &name]));
                (name, before)
            })
            .collect();
        // The writers were at it until after the last backup.
        wait_for(count() + 4);
        made
    });
    assert_eq!(server.stop().0.code(), Some(0));

    for (name, before) in backups {
        let elsewhere = self::place();
        let (backup, keys) = (place.path().join(&name), place.path().join("attune-keys"));
        let words = ["restore", "--from", backup.to_str().unwrap(), "--keys", keys.to_str().unwrap()];
        let ended = attune(&elsewhere, &words);
        done(&ended);
        assert!(elsewhere.count("check_ins") >= i64::try_from(before.len()).unwrap(), "{}", ended.out);
        let server = elsewhere.serve(&["--no-migrate"]);
        for id in before {
            let (status, found) = server.get(&format!("/v1/check-ins/{id}"), Some(&token));
            assert_eq!(status, 200, "{name} lost {id}: {found}");
            assert!(found["note"].as_str().is_some_and(|note| note.starts_with("phone ")), "{found}");
        }
        assert_eq!(server.stop().0.code(), Some(0));
    }
}

/// DAT-10, H06: the same rows in each table, and the server goes on with the same words, tokens and flags.
#[test]
fn a_restored_database_is_the_one_that_was_backed_up() {
    let (place, token) = written();
    done(&attune(&place, &["backup", "--to", "copy.db"]));
    let elsewhere = self::place();
    let (backup, keys) = (place.path().join("copy.db"), place.path().join("attune-keys"));
    let (backup, keys) = (backup.to_str().unwrap(), keys.to_str().unwrap());
    let restored = attune(&elsewhere, &["restore", "--from", backup, "--keys", keys]);
    done(&restored);
    assert!(restored.out.contains("2 check-ins, the newest stored at 20"), "{}", restored.out);
    for part in ["Tell the doulas", "care links that were ended", "/v1/changes without a cursor"] {
        assert!(restored.out.contains(part), "{part}: {}", restored.out);
    }
    let all = rows(&place.path().join("attune.db"));
    assert!(all.len() > 20, "{all:?}");
    assert_eq!(rows(&elsewhere.path().join("attune.db")), all);

    done(&attune(&elsewhere, &["check-config"]));
    let server = elsewhere.serve(&[]);
    let (status, page) = server.get("/v1/check-ins", Some(&token));
    assert_eq!(status, 200, "{page}");
    let notes: Vec<&str> =
        page["data"].as_array().unwrap().iter().filter_map(|entry| entry["note"].as_str()).collect();
    assert_eq!(notes, ["a lantern on the quay", "a wren in the hedge"], "{page}");
    let (status, flags) = server.get("/v1/me/flags", Some(&token));
    assert_eq!((status, flags["data"].as_array().map(Vec::len)), (200, Some(1)), "{flags}");
    check_in(&server, &token, &json!({"mood": 6}));
    assert_eq!(server.stop().0.code(), Some(0));
}

/// FND-5, DAT-10: with a umask that takes nothing away. No key and no word in it, and nothing beside it.
#[test]
fn a_backup_is_closed_to_others_and_holds_neither_keys_nor_words() {
    let (place, _) = written();
    let before = names(place.path());
    let ended = attune(&place, &["backup", "--to", "copy.db"]);
    done(&ended);
    assert!(ended.out.starts_with("copy.db: 2 check-ins"), "{}", ended.out);
    assert!(
        ended.out.contains("They are in ./attune-keys: keep a copy of them in another place"),
        "{}",
        ended.out
    );
    let mut after = names(place.path());
    after.retain(|name| !before.contains(name));
    assert_eq!(after, ["copy.db"]);
    let copy = place.path().join("copy.db");
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);

    let bytes = fs::read(&copy).unwrap();
    let holds = |mark: &[u8]| bytes.windows(mark.len()).any(|window| window == mark);
    assert!(holds(b"keys_fingerprint"), "what is in the clear is found");
    for mark in ["wren in the hedge", "lantern on the quay", "maya@example.org"] {
        assert!(!holds(mark.as_bytes()), "{mark}");
    }
    for name in ["access-token.key", "sealing.key", "lookup.key"] {
        let text = fs::read_to_string(place.path().join("attune-keys").join(name)).unwrap();
        let hex = text.trim();
        let raw: Vec<u8> =
            (0..32).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect();
        assert!(!holds(hex.as_bytes()) && !holds(&raw), "{name} is in the backup");
    }
    let elsewhere = self::place();
    let keys: PathBuf = place.path().join("attune-keys");
    let words =
        ["restore", "--from", copy.to_str().unwrap(), "--keys", keys.to_str().unwrap()].map(str::to_owned);
    done(&attune(&elsewhere, &words.each_ref().map(String::as_str)));
    assert_eq!(names(elsewhere.path()), ["attune-keys", "attune.db"]);
    for (name, mode) in [("attune.db", 0o600), ("attune-keys", 0o700), ("attune-keys/sealing.key", 0o600)] {
        let found = fs::metadata(elsewhere.path().join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(found, mode, "{name} is {found:o}");
    }
}

/// For containers without a shell.
#[test]
fn health_tells_by_its_exit_code_whether_the_server_is_ready() {
    let place = place();
    let server = place.serve(&[]);
    let address = server.address.strip_prefix("http://").unwrap().to_owned();
    let ask = |bind: &str| run(command(place.path(), &["health", "--bind", bind], &[]));
    let ended = ask(&address);
    assert_eq!((ended.code, ended.out.trim_end()), (Some(0), "ready"), "{}", ended.err);
    place.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')");
    let ended = ask(&address);
    assert_eq!(ended.code, Some(1));
    assert!(ended.err.starts_with("attune: not ready: {\"status\":\"not_ready\""), "{}", ended.err);
    server.stop();
    let ended = ask(&address);
    assert_eq!(ended.code, Some(1));
    assert!(ended.err.starts_with("attune: nobody answers on 127.0.0.1:"), "{}", ended.err);
}
