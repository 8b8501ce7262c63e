//! The table of settings: the one place that knows their names, defaults and meaning.
//!
//! `.env.example` and `docs/configuration.md` are compared with this table by tests. A new setting
//! starts here, then gets a field in `Config`.

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Name in the configuration file and in the map of flags.
    pub key: &'static str,
    /// Name of the environment variable.
    pub env: &'static str,
    /// The value when nobody gives one, written as text; empty when there is none.
    pub default: &'static str,
    /// One line of explanation.
    pub help: &'static str,
    /// Whether the value must never be shown.
    pub secret: bool,
}

const fn plain(key: &'static str, env: &'static str, default: &'static str, help: &'static str) -> Setting {
    Setting { key, env, default, help, secret: false }
}

const fn secret(key: &'static str, env: &'static str, default: &'static str, help: &'static str) -> Setting {
    Setting { key, env, default, help, secret: true }
}

/// Every setting there is, in the order in which the documents list them.
#[rustfmt::skip]
pub const SETTINGS: &[Setting] = &[
    plain("bind", "ATTUNE_BIND", "127.0.0.1:8080", "Address and port to listen on."),
    secret("database_url", "DATABASE_URL", "sqlite://attune.db", "Where the data lives: sqlite://FILE or postgres://..."),
    plain("keys_dir", "ATTUNE_KEYS_DIR", "", "Folder with the three key files; without it they are made on first start."),
    plain("migrate", "ATTUNE_MIGRATE", "true", "Bring the database schema up to date on start."),
    plain("sandbox", "ATTUNE_SANDBOX", "false", "Try things out on loopback with a clock that can be moved."),
    plain("demo", "ATTUNE_DEMO", "false", "A sandbox with example people in a temporary database."),
    plain("behind_tls_proxy", "ATTUNE_BEHIND_TLS_PROXY", "false", "A proxy in front ends TLS; needs trusted_proxies."),
    plain("trusted_proxies", "ATTUNE_TRUSTED_PROXIES", "", "Addresses or networks of that proxy, separated by commas."),
    plain("registration_doula", "ATTUNE_REGISTRATION_DOULA", "open", "Who may sign up as a doula: open (anyone) or invite (with the code)."),
    secret("registration_doula_code", "ATTUNE_REGISTRATION_DOULA_CODE", "", "The code for invite, at least 16 characters."),
    plain("access_token_seconds", "ATTUNE_ACCESS_TOKEN_SECONDS", "600", "Life of an access token, 60 to 600 (sandbox: up to 43200)."),
    plain("public_url", "ATTUNE_PUBLIC_URL", "", "Address that clients use, for what is printed; http://<bind> when not given."),
    plain("docs_enabled", "ATTUNE_DOCS_ENABLED", "true", "Serve /docs and /openapi.json."),
    plain("limits_enabled", "ATTUNE_LIMITS_ENABLED", "true", "Limit how often sign-in and registration may be tried and how many check-ins a day takes; false only in a sandbox."),
    plain("metrics_bind", "ATTUNE_METRICS_BIND", "", "A second address for /metrics, when the main one is not loopback."),
    plain("log_format", "ATTUNE_LOG_FORMAT", "text", "Form of log lines: text or json."),
    plain("log_filter", "ATTUNE_LOG_FILTER", "info", "What to log: a level, or target=level pairs."),
    plain("pool_size", "ATTUNE_POOL_SIZE", "8", "Database connections, 1 to 64 (SQLite: readers)."),
    plain("writer_queue", "ATTUNE_WRITER_QUEUE", "1024", "Writes that may wait for the SQLite writer, 16 to 65536."),
    plain("hashing_queue", "ATTUNE_HASHING_QUEUE", "8", "Password checks that may wait for their turn, 1 to 1024."),
    plain("requests_at_once", "ATTUNE_REQUESTS_AT_ONCE", "128", "Requests worked on at once, 16 to 4096; lists are refused from half of it."),
    plain("connections", "ATTUNE_CONNECTIONS", "2048", "Connections open at once, 64 to 65536; more wait to be accepted."),
    plain("vaccination_wait_hours", "ATTUNE_VACCINATION_WAIT_HOURS", "48", "Hours after a vaccination without massage suggestions, 0 to 168."),
    plain("instruments_dir", "ATTUNE_INSTRUMENTS_DIR", "", "Folder with a practice's own questionnaires, one JSON file each."),
    plain("request_timeout_seconds", "ATTUNE_REQUEST_TIMEOUT_SECONDS", "10", "Longest time for one request, 9 to 120."),
    plain("shutdown_seconds", "ATTUNE_SHUTDOWN_SECONDS", "10", "Time that running requests get when the server stops, 1 to 300."),
    plain("workers", "ATTUNE_WORKERS", "", "Web worker threads, 1 to 64; the number of cores when not given."),
];

impl Setting {
    /// The setting with this key.
    pub fn by_key(key: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.key == key)
    }

    /// The setting with this environment variable.
    pub fn by_env(env: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.env == env)
    }

    /// The command line flag as a person types it.
    pub(super) fn flag(&self) -> String {
        // Migrating is what happens anyway, so the command line only knows how to turn it off.
        let prefix = if self.key == "migrate" { "--no-" } else { "--" };
        format!("{prefix}{}", self.key.replace('_', "-"))
    }
}
