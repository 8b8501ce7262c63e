//! `Config`, the one typed form of all settings, and the reading of each value from its text.
//!
//! Pure: the same sources always give the same value or the same list of mistakes. Rules that
//! join several settings are in `check.rs`.

use super::source::{Sources, merge};
use super::{ConfigError, DatabaseUrl, Network, Setting, check};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text itself, for comparing or handing on; never for a log.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Who may sign up as a doula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// Anyone.
    Open,
    /// Whoever brings `registration_doula_code`.
    Invite,
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// All settings, checked. Fields are named as in [`SETTINGS`](super::SETTINGS), which says what each is for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the table of settings holds the one explanation of each")]
pub struct Config {
    pub bind: SocketAddr,
    pub database_url: DatabaseUrl,
    pub keys_dir: Option<PathBuf>,
    pub migrate: bool,
    /// True in a demo as well, since a demo is a sandbox.
    pub sandbox: bool,
    pub demo: bool,
    pub behind_tls_proxy: bool,
    pub trusted_proxies: Vec<Network>,
    pub registration_doula: Registration,
    /// Present exactly when `registration_doula` is [`Registration::Invite`].
    pub registration_doula_code: Option<Secret>,
    /// 60..=600 seconds; up to 43200 in a sandbox; 43200 in a demo when nothing else was given.
    pub access_token_seconds: u64,
    /// Without a slash at its end.
    pub public_url: String,
    pub docs_enabled: bool,
    pub limits_enabled: bool,
    pub metrics_bind: Option<SocketAddr>,
    pub log_format: LogFormat,
    pub log_filter: String,
    pub pool_size: usize,
    pub writer_queue: usize,
    pub hashing_queue: usize,
    pub requests_at_once: usize,
    pub connections: usize,
    /// Hours, 0..=168. Default 48: trainers' custom says 24 to 48 h (To Baby and Beyond), no trial
    /// supports a number; product decision.
    pub vaccination_wait_hours: u32,
    pub instruments_dir: Option<PathBuf>,
    pub request_timeout_seconds: u64,
    pub shutdown_seconds: u64,
    /// `None`: as many as there are cores.
    pub workers: Option<usize>,
}

impl Config {
    /// Builds the configuration, or lists every mistake. `flags` is keyed by setting, `env` by
    /// variable (other programs' variables are passed over), `file` is the text of the TOML file.
    pub fn from_sources(
        flags: &BTreeMap<String, String>,
        env: &BTreeMap<String, String>,
        file: Option<&str>,
    ) -> Result<Self, Vec<ConfigError>> {
        let (sources, errors) = merge(flags, env, file);
        let mut reader = Reader { sources, errors, failed: BTreeSet::new() };
        let config = Self::read(&mut reader);
        let Reader { sources, mut errors, failed } = reader;
        check::combinations(&config, &sources, &failed, env, &mut errors);
        if errors.is_empty() { Ok(config) } else { Err(errors) }
    }

    /// The database URL without its password, for logs and `check-config`.
    pub fn redacted_database_url(&self) -> String {
        self.database_url.redacted()
    }

    fn read(reader: &mut Reader) -> Self {
        let local = SocketAddr::from((IpAddr::V4(Ipv4Addr::LOCALHOST), 8080));
        let bind = reader.value("bind", address).unwrap_or(local);
        let demo = reader.truth("demo");
        let lifetime = reader.number("access_token_seconds", 60..=43_200);
        let lifetime = if demo && reader.is_default("access_token_seconds") { 43_200 } else { lifetime };
        let filter = reader.value("log_filter", |text| Ok(text.to_owned())).unwrap_or_default();
        // The lines to paste must be what a newcomer sees.
        let filter = if demo && reader.is_default("log_filter") { "warn".to_owned() } else { filter };
        Self {
            bind,
            database_url: reader
                .value("database_url", DatabaseUrl::parse)
                .unwrap_or_else(|| DatabaseUrl::sqlite_file("attune.db".as_ref())),
            keys_dir: reader.value("keys_dir", |text| Ok(PathBuf::from(text))),
            migrate: reader.truth("migrate"),
            sandbox: reader.truth("sandbox") || demo,
            demo,
            behind_tls_proxy: reader.truth("behind_tls_proxy"),
            trusted_proxies: reader.value("trusted_proxies", networks).unwrap_or_default(),
            registration_doula: reader
                .choice(
                    "registration_doula",
                    &[("open", Registration::Open), ("invite", Registration::Invite)],
                )
                .unwrap_or(Registration::Open),
            registration_doula_code: reader.value("registration_doula_code", code),
            access_token_seconds: lifetime,
            public_url: reader.value("public_url", url).unwrap_or_else(|| format!("http://{bind}")),
            docs_enabled: reader.truth("docs_enabled"),
            limits_enabled: reader.truth("limits_enabled"),
            metrics_bind: reader.value("metrics_bind", address),
            log_format: reader
                .choice("log_format", &[("text", LogFormat::Text), ("json", LogFormat::Json)])
                .unwrap_or(LogFormat::Text),
            log_filter: filter,
            pool_size: reader.number("pool_size", 1..=64),
            writer_queue: reader.number("writer_queue", 16..=65_536),
            hashing_queue: reader.number("hashing_queue", 1..=1024),
            requests_at_once: reader.number("requests_at_once", 16..=4096),
            connections: reader.number("connections", 64..=65_536),
            vaccination_wait_hours: reader.number("vaccination_wait_hours", 0..=168),
            instruments_dir: reader.value("instruments_dir", |text| Ok(PathBuf::from(text))),
            // More than a body may take to arrive (`http/arrival.rs`), so that a slow one is told as such.
            request_timeout_seconds: reader.number("request_timeout_seconds", 9..=120),
            shutdown_seconds: reader.number("shutdown_seconds", 1..=300),
            workers: reader.value("workers", |text| in_range(text, &(1..=64))),
        }
    }
}

/// Reads values one by one and remembers what could not be read, so that no mistake hides another.
struct Reader {
    sources: Sources,
    errors: Vec<ConfigError>,
    failed: BTreeSet<&'static str>,
}

impl Reader {
    fn value<T>(&mut self, key: &'static str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let given = self.sources.get(key)?;
        match parse(&given.text) {
            Ok(value) => Some(value),
            Err(problem) => {
                let secret = Setting::by_key(key).is_none_or(|setting| setting.secret);
                let shown = if secret { String::new() } else { format!("{:?} ", given.text) };
                self.errors.push(ConfigError::new(key, given.origin.clone(), format!("{shown}{problem}")));
                self.failed.insert(key);
                None
            }
        }
    }

    fn truth(&mut self, key: &'static str) -> bool {
        self.choice(key, &[("true", true), ("false", false)]).unwrap_or_default()
    }

    fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        self.value(key, |text| {
            choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value).ok_or_else(|| {
                let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
                format!("must be {}", names.join(" or "))
            })
        })
    }

    fn number<T: TryFrom<u64> + PartialOrd + Display + Default>(
        &mut self,
        key: &'static str,
        range: RangeInclusive<T>,
    ) -> T {
        self.value(key, |text| in_range(text, &range)).unwrap_or_default()
    }

    fn is_default(&self, key: &str) -> bool {
        self.sources.get(key).is_none_or(|given| given.origin == super::Origin::Default)
    }
}

fn in_range<T: TryFrom<u64> + PartialOrd + Display>(
    text: &str,
    range: &RangeInclusive<T>,
) -> Result<T, String> {
    let number = text.parse::<u64>().ok().and_then(|number| T::try_from(number).ok());
    number
        .filter(|number| range.contains(number))
        .ok_or_else(|| format!("must be a whole number from {} to {}", range.start(), range.end()))
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "must be an IP address with a port, such as 127.0.0.1:8080".to_owned())
}

fn networks(text: &str) -> Result<Vec<Network>, String> {
    let network = |part: &str| part.trim().parse().map_err(|problem| format!("{:?} {problem}", part.trim()));
    text.split(',')
        .map(network)
        .collect::<Result<_, _>>()
        .map_err(|problem| format!("holds an entry that fails: {problem}"))
}

/// A code of one repeated character is no secret, whatever its length.
fn code(text: &str) -> Result<Secret, String> {
    let varied = text.chars().any(|c| !text.starts_with(c));
    let usable = text.chars().count() >= 16 && varied;
    usable
        .then(|| Secret(text.to_owned()))
        .ok_or_else(|| "must have at least 16 characters, not all the same".into())
}

fn url(text: &str) -> Result<String, String> {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .map(|rest| rest.trim_end_matches('/'));
    let usable = host.is_some_and(|host| {
        !host.is_empty()
            && !host.contains(['?', '#', '@', '"', '\\'])
            && host.chars().all(|c| c.is_ascii_graphic())
    });
    usable.then(|| text.trim_end_matches('/').to_owned()).ok_or_else(|| {
        "must be an address such as https://attune.example, without name, password or question mark".into()
    })
}
