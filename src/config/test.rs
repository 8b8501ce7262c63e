//! Tables of good and bad configurations, and the comparison of the documents with the table of
//! settings. Nothing here touches the process environment; files are in temporary folders.

use super::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

type Pairs<'a> = &'a [(&'a str, &'a str)];

fn map(pairs: Pairs<'_>) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn build(flags: Pairs<'_>, env: Pairs<'_>, file: Option<&str>) -> Result<Config, Vec<String>> {
    let lines = |errors: Vec<ConfigError>| errors.iter().map(ToString::to_string).collect();
    Config::from_sources(&map(flags), &map(env), file).map_err(lines)
}

#[test]
fn without_any_source_the_defaults_hold() {
    let config = build(&[], &[("PATH", "/bin"), ("ATTUNE_TEST_POSTGRES", "require")], None).unwrap();
    assert_eq!(config.bind.to_string(), "127.0.0.1:8080");
    assert_eq!(config.public_url, "http://127.0.0.1:8080");
    assert_eq!(config.redacted_database_url(), "sqlite://attune.db");
    assert_eq!(config.registration_doula, Registration::Open);
    assert_eq!((config.access_token_seconds, config.vaccination_wait_hours), (600, 48));
    assert_eq!(
        (config.pool_size, config.writer_queue, config.hashing_queue, config.workers),
        (8, 1024, 8, None)
    );
    assert_eq!((config.requests_at_once, config.connections), (128, 2048));
    assert!(config.migrate && config.limits_enabled && config.docs_enabled);
    assert!(!config.sandbox && !config.demo && config.trusted_proxies.is_empty());
}

#[test]
fn flags_beat_the_environment_which_beats_the_file() {
    let file =
        "pool_size = 3\nlog_format = \"json\"\n[registration]\ndoula = \"open\"\n[log]\nfilter = \"warn\"\n";
    let config =
        build(&[("pool_size", "5")], &[("ATTUNE_POOL_SIZE", "4"), ("ATTUNE_WORKERS", "2")], Some(file));
    let config = config.unwrap();
    assert_eq!((config.pool_size, config.workers), (5, Some(2)));
    assert_eq!((config.log_format, config.log_filter.as_str()), (LogFormat::Json, "warn"));
}

#[test]
fn a_server_behind_a_proxy_may_listen_everywhere() {
    let file = "bind = \"0.0.0.0:80\"\nbehind_tls_proxy = true\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\n\
                public_url = \"https://attune.example/\"";
    let config = build(&[], &[], Some(file)).unwrap();
    assert_eq!(config.public_url, "https://attune.example");
    assert_eq!(config.trusted_proxies.len(), 2);
    assert!(build(&[], &[], Some("trusted_proxies = []")).is_ok());
}

#[test]
fn a_demo_is_a_sandbox_with_long_lived_tokens() {
    let config = build(&[("demo", "true")], &[], None).unwrap();
    assert!(config.sandbox);
    assert_eq!(config.access_token_seconds, 43_200);
    let config = build(&[("demo", "true"), ("access_token_seconds", "90")], &[], None).unwrap();
    assert_eq!(config.access_token_seconds, 90);
    assert!(build(&[("sandbox", "true")], &[("ATTUNE_LIMITS_ENABLED", "false")], None).is_ok());
}

#[test]
fn bad_configurations_are_refused_by_one_line_that_names_the_setting() {
    let code = "a code of 20 letters";
    let env: &[(Pairs<'_>, &str)] = &[
        (&[("ATTUNE_BIND", "0.0.0.0:8080")], "bind (environment variable ATTUNE_BIND): leads beyond"),
        (&[("ATTUNE_BIND", "[::]:8080")], "bind ("),
        (&[("ATTUNE_BIND", "localhost")], "bind (environment variable ATTUNE_BIND): \"localhost\" must be"),
        (&[("ATTUNE_BEHIND_TLS_PROXY", "true")], "behind_tls_proxy ("),
        (&[("ATTUNE_BEHIND_TLS_PROXY", "yes")], "behind_tls_proxy ("),
        (&[("ATTUNE_TRUSTED_PROXIES", "10.0.0.1")], "trusted_proxies ("),
        (
            &[("ATTUNE_BEHIND_TLS_PROXY", "true"), ("ATTUNE_TRUSTED_PROXIES", "10.0.0.1/8")],
            "trusted_proxies (",
        ),
        (
            &[("ATTUNE_BEHIND_TLS_PROXY", "true"), ("ATTUNE_TRUSTED_PROXIES", "0.0.0.0/0")],
            "trusted_proxies (",
        ),
        (&[("ATTUNE_BEHIND_TLS_PROXY", "true"), ("ATTUNE_TRUSTED_PROXIES", "::1,,")], "trusted_proxies ("),
        (&[("ATTUNE_SANDBOX", "true"), ("ATTUNE_BIND", "192.0.2.1:80")], "bind ("),
        (&[("ATTUNE_DEMO", "true"), ("ATTUNE_BIND", "0.0.0.0:80")], "bind ("),
        (&[("ATTUNE_SANDBOX", "true"), ("ATTUNE_METRICS_BIND", "0.0.0.0:9")], "metrics_bind ("),
        (&[("ATTUNE_METRICS_BIND", "127.0.0.1:8080")], "metrics_bind ("),
        (
            &[("ATTUNE_DEMO", "true"), ("DATABASE_URL", "sqlite://a.db")],
            "database_url (environment variable DATABASE_URL)",
        ),
        (&[("ATTUNE_DEMO", "true"), ("ATTUNE_KEYS_DIR", "/keys")], "keys_dir ("),
        (&[("DATABASE_URL", "mysql://localhost/attune")], "accepted are sqlite://FILE, postgres://"),
        (&[("DATABASE_URL", "attune.db")], "database_url ("),
        (&[("DATABASE_URL", "SQLITE://attune.db")], "database_url ("),
        (&[("DATABASE_URL", "sqlite://")], "database_url ("),
        (&[("DATABASE_URL", "sqlite://:memory:")], "database_url ("),
        (&[("DATABASE_URL", "sqlite://file:a.db?mode=memory")], "database_url ("),
        (&[("DATABASE_URL", "postgres://u:hunter2@db.example/attune")], "sslmode=verify-full"),
        (&[("DATABASE_URL", "postgres://u:hunter2@db.example/attune?sslmode=require")], "postgres-tls"),
        (&[("DATABASE_URL", "postgres://u:hunter2@x@localhost/attune")], "database_url ("),
        (&[("DATABASE_URL", "postgres:///attune"), ("PGHOST", "db.example")], "PGHOST ("),
        (&[("DATABASE_URL", "postgres://localhost/attune"), ("PGHOSTADDR", "192.0.2.1")], "PGHOSTADDR ("),
        (&[("ATTUNE_DATABASE_URL", "sqlite://a.db")], "named by DATABASE_URL"),
        (&[("ATTUNE_LIMIT_ENABLED", "true")], "ATTUNE_LIMIT_ENABLED (environment variable"),
        (&[("ATTUNE_LIMITS_ENABLED", "false")], "limits_enabled ("),
        (&[("ATTUNE_KEYS_DIR", "")], "keys_dir (environment variable ATTUNE_KEYS_DIR): is empty"),
        (&[("ATTUNE_REGISTRATION_DOULA", "invite")], "registration_doula ("),
        (&[("ATTUNE_REGISTRATION_DOULA", "closed")], "must be open or invite"),
        (&[("ATTUNE_REGISTRATION_DOULA_CODE", code)], "registration_doula_code ("),
        (
            &[("ATTUNE_REGISTRATION_DOULA", "invite"), ("ATTUNE_REGISTRATION_DOULA_CODE", "hunter2")],
            "at least 16",
        ),
        (
            &[
                ("ATTUNE_REGISTRATION_DOULA", "invite"),
                ("ATTUNE_REGISTRATION_DOULA_CODE", "zzzzzzzzzzzzzzzz"),
            ],
            "at least 16",
        ),
        (&[("ATTUNE_ACCESS_TOKEN_SECONDS", "601")], "at most 600"),
        (&[("ATTUNE_ACCESS_TOKEN_SECONDS", "59")], "access_token_seconds ("),
        (&[("ATTUNE_SANDBOX", "true"), ("ATTUNE_ACCESS_TOKEN_SECONDS", "43201")], "access_token_seconds ("),
        (&[("ATTUNE_PUBLIC_URL", "attune.example")], "public_url ("),
        (&[("ATTUNE_PUBLIC_URL", "https://u:p@attune.example")], "public_url ("),
        (&[("ATTUNE_POOL_SIZE", "0")], "whole number from 1 to 64"),
        (&[("ATTUNE_WRITER_QUEUE", "15")], "writer_queue ("),
        (&[("ATTUNE_REQUESTS_AT_ONCE", "15")], "whole number from 16 to 4096"),
        (&[("ATTUNE_CONNECTIONS", "63")], "connections ("),
        (&[("ATTUNE_REQUEST_TIMEOUT_SECONDS", "8")], "whole number from 9 to 120"),
        (&[("ATTUNE_VACCINATION_WAIT_HOURS", "-1")], "vaccination_wait_hours ("),
        (&[("ATTUNE_WORKERS", "99999999999999999999")], "workers ("),
        (&[("ATTUNE_LOG_FORMAT", "xml")], "must be text or json"),
    ];
    for (pairs, part) in env {
        let lines = build(&[], pairs, None).expect_err(part);
        assert!(lines.len() == 1 && lines[0].contains(part), "{pairs:?} gave {lines:?}");
        assert!(!lines[0].contains("hunter2") && !lines[0].contains('\n'), "{lines:?}");
    }
    let lines =
        build(&[("sandbox", "true"), ("behind_tls_proxy", "true"), ("trusted_proxies", "::1")], &[], None);
    assert!(lines.unwrap_err()[0].starts_with("behind_tls_proxy (flag --behind-tls-proxy): must not be set"));
    assert!(build(&[("colour", "red")], &[], None).unwrap_err()[0].contains("--colour"));
}

#[test]
fn bad_files_are_refused_without_quoting_them() {
    let cases = [
        ("color = \"hunter2\"", "color (configuration file): is not a setting"),
        ("[registration]\nmidwife = \"hunter2\"", "registration_midwife"),
        ("[hunter]\na = 1", "is not a setting"),
        ("database_url = \"postgres://u:hunter2@", "line 1 is not valid TOML"),
        ("bind = \"127.0.0.1:1\"\npool_size = hunter2", "line 2 is not valid TOML"),
        ("pool_size = 1.5", "pool_size"),
        ("trusted_proxies = [1]", "trusted_proxies"),
        ("registration_doula = \"open\"\n[registration]\ndoula = \"open\"", "given twice"),
        ("\"a\\nb\" = 1", "a?b"),
        ("log_filter = \"\"", "is empty"),
    ];
    for (file, part) in cases {
        let lines = build(&[], &[], Some(file)).expect_err(part);
        assert!(lines.len() == 1 && lines[0].contains(part), "{file:?} gave {lines:?}");
        assert!(!lines[0].contains("hunter2") && !lines[0].contains('\n'), "{lines:?}");
    }
}

#[test]
fn all_mistakes_are_told_at_once_and_none_is_a_mere_consequence() {
    let env = [("ATTUNE_BEHIND_TLS_PROXY", "ture"), ("ATTUNE_TRUSTED_PROXIES", "::1"), ("ATTUNE_OOPS", "1")];
    let lines = build(&[("bind", "0.0.0.0:80"), ("pool_size", "x")], &env, Some("workers = 0")).unwrap_err();
    let names: BTreeSet<&str> = lines.iter().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(
        names,
        BTreeSet::from(["ATTUNE_OOPS", "behind_tls_proxy", "pool_size", "workers"]),
        "{lines:?}"
    );
}

#[test]
fn no_secret_shows_in_debug_output() {
    let env = [
        ("DATABASE_URL", "postgres://u:hunter2hunter2@localhost/attune"),
        ("ATTUNE_REGISTRATION_DOULA", "invite"),
        ("ATTUNE_REGISTRATION_DOULA_CODE", "hunter2hunter2hunter2"),
    ];
    let config = build(&[], &env, None).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
    assert_eq!(config.registration_doula_code.unwrap().expose(), "hunter2hunter2hunter2");
}

fn with_database(path: &Path) -> Config {
    let url = format!("sqlite://{}", path.display());
    build(&[("database_url", &url)], &[], None).unwrap()
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn files_open_to_others_and_missing_folders_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("attune.db");
    assert_eq!(check_files(&with_database(&database)), Ok(()));
    assert!(!database.exists(), "a check creates nothing");
    for name in ["attune.db", "attune.db-wal"] {
        let file = folder.path().join(name);
        fs::write(&file, "").unwrap();
        for (mode, fine) in [(0o600, true), (0o640, false), (0o604, false), (0o400, true)] {
            set_mode(&file, mode);
            assert_eq!(check_files(&with_database(&database)).is_ok(), fine, "{name} {mode:o}");
        }
    }
    assert!(check_files(&with_database(&folder.path().join("none/attune.db"))).is_err());
    assert!(check_files(&with_database(folder.path())).is_err());

    let keys = folder.path().join("keys");
    let mut config = with_database(&database);
    config.keys_dir = Some(keys.clone());
    assert!(check_files(&config).is_err());
    fs::create_dir(&keys).unwrap();
    set_mode(&keys, 0o755);
    assert!(check_files(&config).unwrap_err()[0].to_string().contains("chmod 700"));
    set_mode(&keys, 0o700);
    assert_eq!(check_files(&config), Ok(()));
    set_mode(folder.path(), 0o500);
    assert!(check_files(&config).unwrap_err()[0].problem.contains("read-only"));
    set_mode(folder.path(), 0o700);
}

#[test]
fn a_named_configuration_file_must_exist_and_be_closed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("own.toml");
    assert!(read_file(Some(&file)).is_err());
    fs::write(&file, "pool_size = 2").unwrap();
    set_mode(&file, 0o644);
    let error = read_file(Some(&file)).unwrap_err().to_string();
    assert!(error.contains("mode 644") && error.contains("chmod 600"), "{error}");
    set_mode(&file, 0o600);
    assert_eq!(read_file(Some(&file)), Ok(Some("pool_size = 2".to_owned())));
    assert!(read_file(Some(folder.path())).is_err());
}

#[test]
fn the_documents_and_the_table_of_settings_agree() {
    let example = include_str!("../../.env.example");
    let listed: Vec<(&str, &str)> = example
        .lines()
        .filter_map(|line| line.strip_prefix('#').filter(|line| !line.starts_with(' ')))
        .filter_map(|line| line.split_once('='))
        .collect();
    let settings: Vec<(&str, &str)> = SETTINGS.iter().map(|setting| (setting.env, setting.default)).collect();
    assert_eq!(listed, settings);
    let document = include_str!("../../docs/configuration.md");
    for Setting { key, env, default, help, .. } in SETTINGS {
        assert!(example.contains(&format!("# {help}\n#{env}=")), "{env} in .env.example");
        let default = if default.is_empty() { "none".to_owned() } else { format!("`{default}`") };
        let row = format!("| `{key}` | `{env}` | {default} | ");
        assert!(document.contains(&row), "docs/configuration.md has no row {row}");
    }
}
