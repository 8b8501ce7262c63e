//! Configurations that are unsafe or make no sense: the real program refuses each with one line and leaves
//! nothing behind.
//!
//! Starting for real is in `start_stop`, the other commands in `command_line`.

use std::{
    collections::BTreeSet,
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
    time::Duration,
};

use crate::program::{Ended, command, run};

type Pairs<'a> = &'a [(&'a str, &'a str)];

const GOOD: [&str; 3] = [
    "11b5c1aa0f36d28f4bd6f1a7ee9a52e2a8b9f2cf2d0d4be2b0c0fb1be1b7a9d4",
    "2e9f0c4f8d53b1a6c7e0d9f8a1b2c3d4e5f60718293a4b5c6d7e8f9012a3b4c5",
    "3c7d1e2f4a5b6c7d8e9fa0b1c2d3e4f5061728394a5b6c7d8e9fb0c1d2e3f405",
];
const NAMES: [&str; 3] = ["access-token.key", "sealing.key", "lookup.key"];

fn write(folder: &Path, name: &str, text: &str, mode: u32) {
    fs::write(folder.join(name), text).unwrap();
    fs::set_permissions(folder.join(name), Permissions::from_mode(mode)).unwrap();
}

/// A folder `keys` that holds these three.
fn write_keys(folder: &Path, keys: [&str; 3]) {
    let inner = folder.join("keys");
    fs::create_dir(&inner).unwrap();
    fs::set_permissions(&inner, Permissions::from_mode(0o700)).unwrap();
    for (name, key) in NAMES.iter().zip(keys) {
        write(&inner, name, &format!("{key}\n"), 0o600);
    }
}

/// Every file and folder below, with its size.
fn inventory(folder: &Path) -> BTreeSet<(String, u64)> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let kind = entry.metadata().unwrap();
        found.insert((entry.path().display().to_string(), if kind.is_file() { kind.len() } else { 0 }));
        if kind.is_dir() {
            found.extend(inventory(&entry.path()));
        }
    }
    found
}

/// FND-1: 78 within two seconds, one line, no secret in it, nothing printed, nothing made.
#[track_caller]
fn refused(words: &[&str], env: Pairs<'_>, prepare: impl Fn(&Path), part: &str) {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let before = inventory(folder.path());
    let words: Vec<&str> = std::iter::once(&"serve").chain(words).copied().collect();
    let ended = run(command(folder.path(), &words, env));
    let Ended { code, out, err, took } = ended;
    assert_eq!(code, Some(78), "{words:?} {env:?}: {err}");
    assert!(took < Duration::from_secs(2), "{words:?} {env:?} took {took:?}");
    assert_eq!(err.lines().count(), 1, "{words:?} {env:?}: {err}");
    assert!(err.starts_with("attune: ") && err.contains(part), "{words:?} {env:?}: {err}");
    assert!(!err.contains("hunter2"), "{err}");
    assert_eq!(out, "", "{words:?} {env:?}: no address was opened, so none is named");
    assert_eq!(inventory(folder.path()), before, "{words:?} {env:?}");
}

fn nothing(_: &Path) {}

#[test]
fn unsafe_settings_are_refused() {
    let cases: [(Pairs<'_>, &str); 27] = [
        (&[("ATTUNE_BIND", "0.0.0.0:0")], "bind ("),
        (&[("ATTUNE_BIND", "[::]:0")], "bind ("),
        (&[("ATTUNE_BIND", "192.0.2.1:0")], "bind ("),
        (&[("ATTUNE_BIND", "localhost")], "bind ("),
        (&[("ATTUNE_BEHIND_TLS_PROXY", "true")], "needs trusted_proxies"),
        (&[("ATTUNE_TRUSTED_PROXIES", "10.0.0.1")], "trusted_proxies ("),
        (
            &[("ATTUNE_BEHIND_TLS_PROXY", "true"), ("ATTUNE_TRUSTED_PROXIES", "0.0.0.0/0")],
            "trusted_proxies (",
        ),
        (&[("ATTUNE_SANDBOX", "true"), ("ATTUNE_BIND", "192.0.2.1:0")], "bind ("),
        (&[("ATTUNE_DEMO", "true"), ("ATTUNE_BIND", "0.0.0.0:0")], "bind ("),
        (&[("ATTUNE_DEMO", "true"), ("DATABASE_URL", "sqlite://a.db")], "database_url ("),
        (&[("ATTUNE_DEMO", "true"), ("ATTUNE_KEYS_DIR", "keys")], "keys_dir ("),
        (&[("ATTUNE_SANDBOX", "true"), ("ATTUNE_METRICS_BIND", "0.0.0.0:9")], "metrics_bind ("),
        (&[("DATABASE_URL", "mysql://u:hunter2@localhost/attune")], "database_url ("),
        (&[("DATABASE_URL", "attune.db")], "database_url ("),
        (&[("DATABASE_URL", "sqlite://:memory:")], "database_url ("),
        (&[("DATABASE_URL", "postgres://u:hunter2@db.example/attune")], "sslmode=verify-full"),
        (&[("DATABASE_URL", "postgres:///attune"), ("PGHOST", "db.example")], "PGHOST ("),
        (&[("ATTUNE_DATABASE_URL", "sqlite://a.db")], "named by DATABASE_URL"),
        (&[("ATTUNE_LIMIT_ENABLED", "true")], "ATTUNE_LIMIT_ENABLED ("),
        (&[("ATTUNE_LIMITS_ENABLED", "false")], "limits_enabled ("),
        (&[("ATTUNE_KEYS_DIR", "")], "is empty"),
        (&[("ATTUNE_REGISTRATION_DOULA", "invite")], "registration_doula ("),
        (
            &[("ATTUNE_REGISTRATION_DOULA", "invite"), ("ATTUNE_REGISTRATION_DOULA_CODE", "hunter2")],
            "at least 16",
        ),
        (&[("ATTUNE_ACCESS_TOKEN_SECONDS", "601")], "at most 600"),
        (&[("ATTUNE_POOL_SIZE", "0")], "pool_size ("),
        (&[("ATTUNE_LOG_FORMAT", "xml")], "log_format ("),
        (&[("ATTUNE_LOG_FILTER", "attune=hunter")], "log_filter"),
    ];
    for (env, part) in cases {
        refused(&[], env, nothing, part);
    }
    refused(&["--bind", "0.0.0.0:0"], &[], nothing, "bind (flag --bind)");
    refused(&["--no-migrate"], &[], nothing, "attune migrate");
    refused(&["--database-url", "sqlite://none/attune.db"], &[], nothing, "none");
    refused(&["--database-url", "sqlite://."], &[], nothing, "database_url (");
}

#[test]
fn a_postgres_that_is_not_there_is_refused() {
    refused(
        &[],
        &[("DATABASE_URL", "postgres://u:hunter2@%2Fnowhere%2Fat%2Fall/attune")],
        nothing,
        "PostgreSQL",
    );
}

#[test]
fn files_that_others_may_read_are_refused() {
    let keys: Pairs<'_> = &[("ATTUNE_KEYS_DIR", "keys")];
    for mode in [0o640, 0o604, 0o620, 0o666] {
        refused(&[], &[], |folder| write(folder, "attune.toml", "pool_size = 2", mode), "chmod 600");
        refused(&[], &[], |folder| write(folder, "attune.db", "", mode), "chmod 600");
        refused(&[], &[], |folder| write(folder, "attune.db-wal", "", mode), "chmod 600");
        let open_key = |folder: &Path| {
            write_keys(folder, GOOD);
            fs::set_permissions(folder.join("keys").join(NAMES[1]), Permissions::from_mode(mode)).unwrap();
        };
        refused(&[], keys, open_key, "chmod 600");
    }
    let open_folder = |folder: &Path| {
        write_keys(folder, GOOD);
        fs::set_permissions(folder.join("keys"), Permissions::from_mode(0o750)).unwrap();
    };
    refused(&[], keys, open_folder, "chmod 700");
}

#[test]
fn configuration_files_with_mistakes_are_refused() {
    for (text, part) in [
        ("colour = \"hunter2\"", "colour (configuration file)"),
        ("database_url = \"postgres://u:hunter2@", "line 1 is not valid TOML"),
        ("pool_size = 1.5", "pool_size ("),
        ("registration_doula = \"open\"\n[registration]\ndoula = \"open\"", "given twice"),
    ] {
        refused(&[], &[], |folder| write(folder, "attune.toml", text, 0o600), part);
    }
    refused(&["--config", "none.toml"], &[], nothing, "none.toml");
}

#[test]
fn keys_that_are_no_secret_are_refused() {
    let keys: Pairs<'_> = &[("ATTUNE_KEYS_DIR", "keys")];
    let [first, second, _] = GOOD;
    for (third, part) in [
        ("", "shorter than 32 bytes"),
        (&second[..62], "shorter than 32 bytes"),
        (&"5c".repeat(32), "one byte repeated"),
        (&"00".repeat(32), "one byte repeated"),
        (&format!("{second}00"), "longer than 64"),
        (&second.to_uppercase(), "hexadecimal"),
        (second, "sealing.key"),
        ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "published"),
    ] {
        refused(&[], keys, |folder| write_keys(folder, [first, second, third]), part);
    }
    refused(&[], keys, nothing, "keys");
    refused(&[], keys, |folder| fs::create_dir(folder.join("keys")).unwrap(), "chmod 700");
    let partial = |folder: &Path| {
        write_keys(folder, GOOD);
        fs::remove_file(folder.join("keys").join(NAMES[2])).unwrap();
    };
    refused(&[], keys, partial, "lookup.key");
}

/// DAT-6: what is there is never overwritten.
#[test]
fn a_file_that_is_no_database_is_left_alone() {
    refused(
        &[],
        &[],
        |folder| write(folder, "attune.db", &"a shopping list\n".repeat(400), 0o600),
        "attune.db",
    );
}

#[test]
fn the_command_line_itself_is_checked_with_a_code_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    for words in [&["serve", "--sandbx"][..], &["run"], &["serve", "--bind", "a", "--bind", "b"], &[]] {
        let ended = run(command(folder.path(), words, &[]));
        assert_eq!(ended.code, Some(2), "{words:?}: {}", ended.err);
        assert!(inventory(folder.path()).is_empty(), "{words:?}");
    }
}
