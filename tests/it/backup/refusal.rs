//! What backup and restore refuse, with the reason in one line, the code 78, and everything left as it was.

use std::{
    fs,
    io::{Seek, SeekFrom, Write},
    path::Path,
};

use diesel::{Connection, SqliteConnection, connection::SimpleConnection};

use super::{attune, done, names, written};
use crate::{
    program::{command, run},
    start_stop::Place,
};

/// Refused for this reason, and the folder has the same files in it as before.
#[track_caller]
fn refused(place: &Place, words: &[&str], part: &str) {
    let before = names(place.path());
    let ended = attune(place, words);
    assert_eq!(ended.code, Some(78), "{} {}", ended.out, ended.err);
    assert!(ended.err.lines().count() == 1 && ended.err.contains(part), "{part:?} is not in {}", ended.err);
    assert_eq!(ended.out, "");
    assert_eq!(names(place.path()), before);
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A backup, the keys that belong to it, and the folder of both.
fn backed_up() -> (Place, String, String) {
    let (place, _) = written();
    done(&attune(&place, &["backup", "--to", "copy.db"]));
    let (copy, keys) = (place.path().join("copy.db"), place.path().join("attune-keys"));
    let (copy, keys) = (text(&copy).to_owned(), text(&keys).to_owned());
    (place, copy, keys)
}

#[test]
fn postgresql_is_left_to_its_own_programs() {
    let place = Place { folder: tempfile::tempdir().unwrap(), url: "postgres://attune@/attune".into() };
    refused(&place, &["backup", "--to", "copy.db"], "pg_dump");
    refused(&place, &["restore", "--from", "copy.db"], "pg_restore");
}

#[test]
fn a_backup_overwrites_nothing_and_makes_no_database() {
    let (place, copy, _) = backed_up();
    let before = fs::read(&copy).unwrap();
    refused(&place, &["backup", "--to", "copy.db"], "overwrites nothing");
    assert_eq!(fs::read(&copy).unwrap(), before);
    // SQLite would read a journal that lies beside the new file as a part of it.
    fs::write(place.path().join("next.db-wal"), "left behind").unwrap();
    refused(&place, &["backup", "--to", "next.db"], "next.db-wal");
    refused(&super::place(), &["backup", "--to", "copy.db"], "no database to back up");
    let ended = attune(&place, &["backup", "--to", "missing/copy.db"]);
    assert_eq!(ended.code, Some(1), "{}", ended.err);
    assert_eq!(attune(&place, &["backup"]).code, Some(2));
}

/// DAT-6.
#[test]
fn nothing_is_backed_up_or_restored_with_other_keys() {
    let (place, copy, keys) = backed_up();
    let stranger = written().0;
    let others = stranger.path().join("attune-keys");

    let empty = super::place();
    refused(&empty, &["restore", "--from", &copy], "the keys of the backup are not there");
    refused(&empty, &["restore", "--from", &copy, "--keys", text(&others)], "other keys");
    refused(&empty, &["restore", "--from", &copy, "--keys-dir", text(&others)], "other keys");
    let both = ["restore", "--from", &copy, "--keys-dir", &keys, "--keys", &keys];
    refused(&empty, &both, "give one of the two");
    assert_eq!(names(empty.path()), [""; 0]);
    done(&attune(&empty, &["restore", "--from", &copy, "--keys-dir", &keys]));
    assert_eq!(names(empty.path()), ["attune.db"], "keys that have a folder of their own stay there");

    fs::remove_file(stranger.path().join("attune.db")).unwrap();
    refused(&stranger, &["restore", "--from", &copy, "--keys", &keys], "move them away");

    fs::rename(&keys, place.path().join("away")).unwrap();
    refused(&place, &["backup", "--to", "second.db"], "keys that are not here");
    refused(&place, &["backup", "--to", "second.db", "--keys-dir", text(&others)], "other keys");
}

#[test]
fn a_restore_goes_nowhere_where_a_database_is_or_a_server_has_one_open() {
    let (place, copy, _) = backed_up();
    refused(&place, &["restore", "--from", &copy], "attune.db: exists");
    let server = place.serve(&[]);
    let before = fs::read(place.path().join("attune.db")).unwrap();
    refused(&place, &["restore", "--from", &copy], "attune.db: exists");
    // Somebody took the file away under the running server, which still writes its journal.
    fs::rename(place.path().join("attune.db"), place.path().join("away.db")).unwrap();
    refused(&place, &["restore", "--from", &copy], "attune.db-wal: exists");
    fs::rename(place.path().join("away.db"), place.path().join("attune.db")).unwrap();
    assert_eq!(fs::read(place.path().join("attune.db")).unwrap(), before);
    assert_eq!(server.stop().0.code(), Some(0));
}

/// REL-16 for backups: a newer schema is refused, an older one is for the server to migrate.
#[test]
fn a_backup_of_a_newer_attune_is_refused() {
    let (place, copy, keys) = backed_up();
    let mut conn = SqliteConnection::establish(&copy).unwrap();
    conn.batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')").unwrap();
    drop(conn);
    refused(&super::place(), &["restore", "--from", &copy, "--keys", &keys], "newer attune");
    place.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')");
    refused(&place, &["backup", "--to", "second.db"], "newer attune");
}

#[test]
fn what_is_no_whole_backup_is_refused() {
    let (place, copy, keys) = backed_up();
    let whole = fs::read(&copy).unwrap();
    let empty = super::place();
    let words = ["restore", "--from", &copy, "--keys", &keys];

    // A page in the middle is gone, the rest of the file is as it was.
    let mut file = fs::OpenOptions::new().write(true).open(&copy).unwrap();
    file.seek(SeekFrom::Start(10 * 4096)).unwrap();
    file.write_all(&[0; 4096]).unwrap();
    drop(file);
    refused(&empty, &words, "is damaged");
    fs::write(&copy, &whole[..whole.len() / 2]).unwrap();
    refused(&empty, &words, "copy.db: ");
    fs::write(&copy, "Dear Maya, ".repeat(2000)).unwrap();
    refused(&empty, &words, "not a database");
    fs::write(&copy, "").unwrap();
    refused(&empty, &words, "no database of attune");
    fs::remove_file(&copy).unwrap();
    SqliteConnection::establish(&copy).unwrap().batch_execute("CREATE TABLE of_another (id TEXT)").unwrap();
    refused(&empty, &words, "no database of attune");
    fs::write(&copy, &whole).unwrap();
    fs::write(format!("{copy}-wal"), "copied from under a server").unwrap();
    refused(&empty, &words, "no finished backup");
    fs::remove_file(format!("{copy}-wal")).unwrap();
    refused(&empty, &["restore", "--from", text(place.path()), "--keys", &keys], "is not a file");
    refused(&empty, &["restore", "--from", "nowhere.db", "--keys", &keys], "cannot be read");
    assert_eq!(names(empty.path()), [""; 0]);
    done(&attune(&empty, &words));
}

#[test]
fn a_demo_has_nothing_to_back_up() {
    let folder = tempfile::tempdir().unwrap();
    for words in [&["backup", "--demo", "--to", "a.db"], &["restore", "--demo", "--from", "a.db"]] {
        let ended = run(command(folder.path(), words, &[]));
        assert_eq!(ended.code, Some(78), "{}", ended.err);
    }
    assert_eq!(names(folder.path()), [""; 0]);
}
