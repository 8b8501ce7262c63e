//! The real server over its life: first start, restart, stop, and the cases in which it must not go on.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
};

use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection,
    sql_query, sql_types::BigInt,
};
use serde_json::{Value, json};

use crate::{
    program::{Server, command, open_command, run},
    support::{people::PASSWORD, postgres},
};

/// A folder to serve in, and the database to serve.
pub struct Place {
    pub folder: tempfile::TempDir,
    pub url: String,
}

impl Place {
    /// One on each database, both empty.
    pub fn both(name: &str) -> Vec<Self> {
        let place = |url: String| Self { folder: tempfile::tempdir().unwrap(), url };
        let mut places = vec![place("sqlite://attune.db".into())];
        if let Some(cluster) = postgres::durable() {
            cluster.create_database(name, None);
            places.push(place(cluster.url(name)));
        }
        places
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn env(&self) -> [(&str, &str); 3] {
        // Tokens name the address that they are for, and the port is another one after each start.
        [
            ("DATABASE_URL", &self.url),
            ("ATTUNE_BIND", "127.0.0.1:0"),
            ("ATTUNE_PUBLIC_URL", "http://attune.test"),
        ]
    }

    pub fn serve(&self, words: &[&str]) -> Server {
        self.serve_with(words, &[])
    }

    pub fn serve_with(&self, words: &[&str], more: &[(&str, &str)]) -> Server {
        let words: Vec<&str> = std::iter::once(&"serve").chain(words).copied().collect();
        let env = [&self.env()[..], more].concat();
        Server::start(open_command(self.path(), &words, &env))
    }

    /// Tries to serve and expects to be refused for this reason.
    #[track_caller]
    pub fn refused(&self, part: &str) {
        let ended = run(command(self.path(), &["serve"], &self.env()));
        assert_eq!(ended.code, Some(78), "{}", ended.err);
        assert!(ended.err.lines().count() == 1 && ended.err.contains(part), "{}", ended.err);
        assert_eq!(ended.out, "");
    }

    pub fn execute(&self, sql: &str) {
        match self.url.strip_prefix("sqlite://") {
            Some(file) => self.sqlite(file).batch_execute(sql).unwrap(),
            None => PgConnection::establish(&self.url).unwrap().batch_execute(sql).unwrap(),
        }
    }

    pub fn count(&self, table: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Count {
            #[diesel(sql_type = BigInt)]
            n: i64,
        }
        let query = sql_query(format!("SELECT count(*) AS n FROM {table}"));
        let row: Count = match self.url.strip_prefix("sqlite://") {
            Some(file) => query.get_result(&mut self.sqlite(file)),
            None => query.get_result(&mut PgConnection::establish(&self.url).unwrap()),
        }
        .unwrap();
        row.n
    }

    fn sqlite(&self, file: &str) -> SqliteConnection {
        SqliteConnection::establish(self.path().join(file).to_str().unwrap()).unwrap()
    }
}

pub fn registration(name: &str, role: &str) -> Value {
    json!({
        "email": format!("{name}@example.org"), "password": PASSWORD, "display_name": name, "role": role,
        "time_zone": "Europe/London", "country": "GB",
    })
}

fn everything_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(everything_below(&path));
        }
        found.push(path);
    }
    found
}

/// FND-5.
fn nobody_else_may_enter(folder: &Path) {
    let found = everything_below(folder);
    assert!(found.len() >= 4, "the keys and their folder at least: {found:?}");
    for path in found {
        let wanted = if path.is_dir() { 0o700 } else { 0o600 };
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, wanted, "{} is {mode:o}", path.display());
    }
}

/// FND-2, FND-5: with a umask that takes nothing away.
#[test]
fn a_first_start_makes_what_it_needs_for_its_owner_alone() {
    for place in Place::both("first_start") {
        let server = place.serve(&[]);
        assert_eq!(server.get("/health/live", None), (200, json!({"status": "ok"})));
        let (status, ready) = server.get("/health/ready", None);
        assert_eq!((status, &ready["status"]), (200, &json!("ready")), "{ready}");
        assert_eq!(place.count("users"), 0, "no account that nobody made");
        let (status, _) =
            server.send("POST", "/v1/auth/register", None, &[], &registration("maya", "parent"));
        assert_eq!(status, 201);
        nobody_else_may_enter(place.path());
        let (ended, log) = server.stop();
        assert_eq!(ended.code(), Some(0), "{log}");
        nobody_else_may_enter(place.path());
        assert_eq!(place.count("users"), 1);
    }
}

#[test]
fn a_restart_goes_on_with_the_same_files_and_tokens() {
    for place in Place::both("restart") {
        let server = place.serve(&[]);
        let (_, made) = server.send("POST", "/v1/auth/register", None, &[], &registration("maya", "parent"));
        let token = made["access_token"].as_str().unwrap().to_owned();
        let (status, first) =
            server.send("POST", "/v1/check-ins", Some(&token), &[], &json!({"mood": 5, "note": "words"}));
        assert_eq!(status, 201, "{first}");
        assert_eq!(server.stop().0.code(), Some(0));

        let server = place.serve(&["--no-migrate"]);
        let path = format!("/v1/check-ins/{}", first["check_in"]["id"].as_str().unwrap());
        let (status, again) = server.get(&path, Some(&token));
        assert_eq!((status, &again["note"]), (200, &json!("words")), "{again}");
        let refresh = json!({"refresh_token": made["refresh_token"]});
        assert_eq!(server.send("POST", "/v1/auth/refresh", None, &[], &refresh).0, 200);
        assert_eq!(server.stop().0.code(), Some(0));
    }
}

/// DAT-6.
#[test]
fn a_database_is_not_opened_without_its_own_keys() {
    let elsewhere = Place { folder: tempfile::tempdir().unwrap(), url: "sqlite://attune.db".into() };
    elsewhere.serve(&[]).stop();
    for place in Place::both("other_keys") {
        place.serve(&[]).stop();
        let (keys, away) = (place.path().join("attune-keys"), place.path().join("away"));
        let database = place.path().join("attune.db");
        let before = fs::read(&database).ok();

        fs::rename(&keys, &away).unwrap();
        place.refused("keys that are not here");
        assert!(!keys.exists(), "no keys are made beside a database that has some");

        fs::create_dir(&keys).unwrap();
        fs::set_permissions(&keys, fs::Permissions::from_mode(0o700)).unwrap();
        for entry in fs::read_dir(elsewhere.path().join("attune-keys")).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), keys.join(entry.file_name())).unwrap();
        }
        place.refused("other keys");

        // One changed key is enough.
        fs::copy(away.join("access-token.key"), keys.join("access-token.key")).unwrap();
        fs::copy(away.join("lookup.key"), keys.join("lookup.key")).unwrap();
        place.refused("other keys");
        assert_eq!(fs::read(&database).ok(), before, "a refused start writes nothing");

        fs::remove_dir_all(&keys).unwrap();
        fs::rename(&away, &keys).unwrap();
        assert_eq!(place.serve(&[]).stop().0.code(), Some(0));
    }
}

#[test]
fn a_schema_of_a_newer_program_is_left_alone() {
    for place in Place::both("newer_schema") {
        place.serve(&[]).stop();
        place.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')");
        place.refused("newer attune");
        place.execute("DELETE FROM __diesel_schema_migrations WHERE version = '99991231000000'");
        assert_eq!(place.serve(&[]).stop().0.code(), Some(0));
    }
}

/// REL-23: what was sent before the signal is answered.
#[test]
fn a_stop_answers_what_is_on_its_way() {
    for place in Place::both("stopping") {
        let server = place.serve(&[]);
        let host = server.address.strip_prefix("http://").unwrap().to_owned();
        let (tell, told) = mpsc::channel();
        let clients: Vec<_> = (0..6)
            .map(|number| {
                let (tell, host) = (tell.clone(), host.clone());
                thread::spawn(move || {
                    let body = registration(&format!("p{number}"), "parent").to_string();
                    let mut stream = TcpStream::connect(&host).unwrap();
                    let head = format!(
                        "POST /v1/auth/register HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
                         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                        body.len()
                    );
                    stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
                    tell.send(()).unwrap();
                    let mut answer = String::new();
                    stream.read_to_string(&mut answer).unwrap();
                    answer
                })
            })
            .collect();
        for _ in 0..6 {
            told.recv().unwrap();
        }
        let (ended, log) = server.stop();
        assert_eq!(ended.code(), Some(0), "{log}");
        for client in clients {
            let answer = client.join().unwrap();
            assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
        }
        assert_eq!(place.count("users"), 6);
    }
}
