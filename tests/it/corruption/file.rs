//! Files of SQLite that were damaged while no server ran: it refuses to start with one line, or serves what can be
//! read. It is never ended by the damage.

use std::{fs, path::Path};

use serde_json::json;

use crate::{
    program::{Server, command, run},
    start_stop::{Place, registration},
};

const PAGE: usize = 4096;
const ENTRIES: usize = 40;

/// What it is called, and how it is done to the file of a database.
type Damage = (&'static str, fn(&Path));

/// Damage, in the order in which it is done to a fresh copy each.
const DAMAGES: &[Damage] = &[
    ("the first page is zero", |file| overwrite(file, 0..PAGE, 0)),
    ("the schema's page is scrambled", |file| overwrite(file, 100..PAGE, 0xA5)),
    ("every other page is zero", |file| {
        let pages = fs::metadata(file).unwrap().len() as usize / PAGE;
        (2..pages).step_by(2).for_each(|page| overwrite(file, page * PAGE..(page + 1) * PAGE, 0));
    }),
    ("the heads of all pages are scrambled", |file| {
        let pages = fs::metadata(file).unwrap().len() as usize / PAGE;
        (1..pages).for_each(|page| overwrite(file, page * PAGE..page * PAGE + 12, 0xFF));
    }),
    ("the file ends in the middle", |file| {
        let length = fs::metadata(file).unwrap().len();
        fs::File::options().write(true).open(file).unwrap().set_len(length / 2 + 100).unwrap();
    }),
    ("the log ends in the middle", |file| {
        let log = file.with_extension("db-wal");
        let length = fs::metadata(&log).unwrap().len();
        fs::File::options().write(true).open(&log).unwrap().set_len(length / 2 + 7).unwrap();
    }),
    ("the log is scrambled", |file| {
        let log = file.with_extension("db-wal");
        let length = fs::metadata(&log).unwrap().len() as usize;
        overwrite(&log, length / 3..length / 2, 0x5A);
    }),
    ("the log is somebody's letter", |file| {
        fs::write(file.with_extension("db-wal"), "Dear Maya, ".repeat(2_000)).unwrap();
    }),
];

fn overwrite(file: &Path, bytes: std::ops::Range<usize>, with: u8) {
    let mut all = fs::read(file).unwrap();
    all[bytes].fill(with);
    fs::write(file, all).unwrap();
}

/// A folder that was used and then killed, so that its log is still there.
fn used() -> (Place, String) {
    let place = Place { folder: tempfile::tempdir().unwrap(), url: "sqlite://attune.db".into() };
    let server = place.serve(&[]);
    let (_, made) = server.send("POST", "/v1/auth/register", None, &[], &registration("maya", "parent"));
    let token = made["access_token"].as_str().unwrap().to_owned();
    for _ in 0..ENTRIES {
        let body = json!({"mood": 2, "safe_now": "unsure", "note": "words of hers"});
        assert_eq!(server.send("POST", "/v1/check-ins", Some(&token), &[], &body).0, 201);
    }
    // Dropped, not stopped: ended by the kernel.
    drop(server);
    (place, token)
}

fn copied(from: &Path) -> Place {
    let place = Place { folder: tempfile::tempdir().unwrap(), url: "sqlite://attune.db".into() };
    let done =
        std::process::Command::new("cp").arg("-a").arg(from.join(".")).arg(place.path()).status().unwrap();
    assert!(done.success());
    place
}

/// REL-17.
#[test]
fn a_damaged_file_is_refused_or_served_as_far_as_it_can_be_read() {
    let (place, token) = used();
    let mut served = Vec::new();
    for (damage, apply) in DAMAGES {
        let copy = copied(place.path());
        if !damage.contains("log") {
            // Otherwise the log would heal much of it.
            copy.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        apply(&copy.path().join("attune.db"));
        let looked = run(command(copy.path(), &["check-config"], &copy.env()));
        assert!(matches!(looked.code, Some(0 | 78)), "{damage}: {:?} {}", looked.code, looked.err);
        if looked.code == Some(78) {
            assert!(!looked.err.contains("panicked"), "{damage}: {}", looked.err);
            continue;
        }
        if serve(&copy, damage, &token) {
            served.push(*damage);
        }
    }
    // A log that cannot be read is the end of the log, and no reason to stay away.
    let logs: Vec<&str> =
        DAMAGES.iter().map(|(damage, _)| *damage).filter(|damage| damage.contains("log")).collect();
    assert!(logs.iter().all(|damage| served.contains(damage)), "served: {served:?}");
}

/// Asks for what was stored; false when the server refuses to start.
fn serve(copy: &Place, damage: &str, token: &str) -> bool {
    let words = ["serve"];
    let Some(server) = Server::try_start(command(copy.path(), &words, &copy.env())) else { return false };
    for path in ["/v1/me", "/v1/check-ins", "/v1/check-ins?limit=100", "/v1/me/flags", "/v1/babies"] {
        let (status, body) = server.get(path, Some(token));
        // 401: the damage took the session, and with it the right to see anything.
        assert!(matches!(status, 200 | 401 | 500 | 503), "{damage}: {path} {status} {body}");
        // Half a list would look like a whole one. Where the log was cut, what stood behind the cut is gone for good.
        let is_list = path == "/v1/check-ins?limit=100" && status == 200;
        let rows = body["data"].as_array().map_or(0, Vec::len);
        assert!(!is_list || rows == ENTRIES || damage.contains("log"), "{damage}: {rows} rows");
        assert!(status == 200 || !body.to_string().contains("words of hers"), "{damage}: {path} {body}");
    }
    let (status, _) = server.send("POST", "/v1/check-ins", Some(token), &[], &json!({"mood": 5}));
    assert!(matches!(status, 201 | 401 | 500 | 503), "{damage}: {status}");
    assert_eq!(server.get("/health/live", None).0, 200, "{damage}");
    let (ended, log) = server.stop();
    assert_eq!(ended.code(), Some(0), "{damage}: {log}");
    true
}
