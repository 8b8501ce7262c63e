//! The database URL: two kinds of database, and the rules for reaching PostgreSQL safely.
//!
//! Reads a URL the way libpq does where it matters for safety: where the user part ends, several
//! hosts, hosts and passwords among the options. What cannot be read with certainty is refused.
//! The URL may hold a password: `Debug` and messages never show it, `redacted` hides it.

use std::{
    fmt,
    net::IpAddr,
    path::{Path, PathBuf},
};

const ACCEPTED: &str = "accepted are sqlite://FILE, postgres://... and postgresql://...";

/// A checked database URL.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    text: String,
    sqlite: Option<PathBuf>,
}

impl DatabaseUrl {
    /// Reads and checks a URL. The error is a text without any part of the URL.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite://") {
            check_sqlite_path(path)?;
            return Ok(Self { text: text.into(), sqlite: Some(path.into()) });
        }
        let rest = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"));
        let rest = rest.ok_or_else(|| format!("names no known kind of database; {ACCEPTED}"))?;
        PostgresParts::read(rest)?.check_link(cfg!(feature = "postgres-tls"))?;
        Ok(Self { text: text.into(), sqlite: None })
    }

    /// The URL of an SQLite file, for a temporary database or a copy made for a test.
    pub fn sqlite_file(path: &Path) -> Self {
        Self { text: format!("sqlite://{}", path.display()), sqlite: Some(path.into()) }
    }

    /// The URL with its password. Only for opening the connection; never to be logged.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The path of the SQLite file; `None` for PostgreSQL.
    pub fn sqlite_path(&self) -> Option<&Path> {
        self.sqlite.as_deref()
    }

    /// The URL with its passwords replaced by `***`.
    pub fn redacted(&self) -> String {
        let (main, query) = match (&self.sqlite, self.text.split_once('?')) {
            (None, Some((main, query))) => (main, Some(query)),
            _ => (self.text.as_str(), None),
        };
        let mut shown = match (main.split_once("://"), main.rsplit_once('@')) {
            (Some((scheme, rest)), Some((_, after))) if self.sqlite.is_none() => {
                let user = rest.split([':', '@']).next().unwrap_or_default();
                // Without a colon before the last @ there was no password to hide.
                let hidden = if rest.len() > user.len() + 1 + after.len() { ":***" } else { "" };
                format!("{scheme}://{user}{hidden}@{after}")
            }
            _ => main.to_owned(),
        };
        if let Some(query) = query {
            let options: Vec<String> = query.split('&').map(redacted_option).collect();
            shown.push('?');
            shown.push_str(&options.join("&"));
        }
        shown
    }

    /// Whether the URL names no PostgreSQL host, so that libpq would look elsewhere for one.
    pub(super) fn leaves_host_open(&self) -> bool {
        let rest = self.text.split_once("://").map_or("", |(_, rest)| rest);
        self.sqlite.is_none()
            && PostgresParts::read(rest).is_ok_and(|parts| parts.hosts.iter().all(String::is_empty))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.redacted())
    }
}

fn check_sqlite_path(path: &str) -> Result<(), String> {
    let problem = if path.is_empty() || path.ends_with('/') {
        "names no file"
    } else if path.contains(":memory:") {
        "asks for a database in memory, which forgets everything"
    } else if path.starts_with("file:") || path.contains(['?', '#', '%', '\0']) {
        "has options or escapes, which SQLite files do not take here"
    } else {
        return Ok(());
    };
    Err(format!(
        "{problem}; write sqlite://FILE, such as sqlite://attune.db or sqlite:///var/lib/attune/attune.db"
    ))
}

/// What decides how PostgreSQL is reached.
struct PostgresParts {
    /// Every host and numeric address named anywhere; an empty text is libpq's default socket.
    hosts: Vec<String>,
    sslmode: Option<String>,
}

impl PostgresParts {
    fn read(rest: &str) -> Result<Self, String> {
        let (main, query) = rest.split_once('?').map_or((rest, None), |(main, query)| (main, Some(query)));
        let authority = main.split('/').next().unwrap_or_default();
        // An unescaped @ or / in a password moves the host to somewhere nobody meant.
        if main.matches('@').count() > authority.matches('@').count() || authority.matches('@').count() > 1 {
            return Err("has an @ or / in its password or name; write them as %40 and %2F".into());
        }
        let places = authority.rsplit_once('@').map_or(authority, |(_, places)| places);
        let mut parts = Self { hosts: Vec::new(), sslmode: None };
        for place in places.split(',') {
            parts.hosts.push(decoded(host_of(place)?)?);
        }
        for option in query.into_iter().flat_map(|query| query.split('&')) {
            let (name, value) = option.split_once('=').ok_or("has an option without a value")?;
            let (name, value) = (decoded(name)?, decoded(value)?);
            match name.as_str() {
                // libpq lets a host among the options replace the one before it.
                "host" | "hostaddr" => {
                    parts.hosts.retain(|host| !host.is_empty());
                    parts.hosts.extend(value.split(',').map(str::to_owned));
                }
                "sslmode" if parts.sslmode.is_some() => return Err("gives sslmode twice".into()),
                "sslmode" => parts.sslmode = Some(value),
                "ssl" if value == "true" && parts.sslmode.is_none() => parts.sslmode = Some("require".into()),
                "ssl" | "service" | "servicefile" => {
                    return Err(
                        "has an option that hides where it leads (ssl, service); use host and sslmode".into(),
                    );
                }
                _ => {}
            }
        }
        Ok(parts)
    }

    fn check_link(&self, with_tls: bool) -> Result<(), String> {
        let mode = self.sslmode.as_deref();
        match mode {
            None | Some("disable" | "allow" | "prefer") => {}
            Some("require" | "verify-ca" | "verify-full") if with_tls => {}
            Some("require" | "verify-ca" | "verify-full") => {
                return Err(
                    "asks for TLS, but this program was built without the feature postgres-tls".into()
                );
            }
            Some(_) => return Err("has an sslmode that PostgreSQL does not know".into()),
        }
        if self.hosts.iter().all(|host| is_local(host)) || mode == Some("verify-full") {
            return Ok(());
        }
        Err("leads across a network in the open; use a Unix socket, a loopback address, \
             or sslmode=verify-full (needs a build with the feature postgres-tls)"
            .into())
    }
}

/// The host of `host`, `host:port`, `[v6]` or `[v6]:port`.
fn host_of(place: &str) -> Result<&str, String> {
    let (host, port) = match place.strip_prefix('[') {
        Some(bracketed) => {
            let (host, after) = bracketed.split_once(']').ok_or("has a [ without ]")?;
            (host, after.strip_prefix(':').or(after.is_empty().then_some("")).ok_or("has text after its ]")?)
        }
        None => place.split_once(':').unwrap_or((place, "")),
    };
    // Also catches a password with an unescaped slash, which would be read as a port.
    let numeric = port.is_empty() || port.parse::<u16>().is_ok_and(|port| port > 0);
    numeric.then_some(host).ok_or_else(|| "has a port that is not a number from 1 to 65535".into())
}

/// Whether the host cannot be outside this machine: a socket folder, or a loopback name or address.
fn is_local(host: &str) -> bool {
    host.is_empty()
        || host.starts_with(['/', '@'])
        || host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

fn redacted_option(option: &str) -> String {
    let (name, value) = option.split_once('=').unwrap_or((option, ""));
    let plain = decoded(name).unwrap_or_else(|_| "password".into());
    let shown = if plain.to_ascii_lowercase().contains("password") { "***" } else { value };
    format!("{name}={shown}")
}

fn decoded(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits =
            [rest.next(), rest.next()].map(|digit| digit.and_then(|digit| char::from(digit).to_digit(16)));
        let [Some(high), Some(low)] = digits else { return Err("has a % that starts no escape".into()) };
        let byte = u8::try_from(high * 16 + low).unwrap_or_default();
        if byte == 0 {
            return Err("holds %00".into());
        }
        bytes.push(byte);
    }
    String::from_utf8(bytes).map_err(|_| "holds escapes that are not UTF-8".into())
}

#[cfg(test)]
mod tests {
    use super::{DatabaseUrl, PostgresParts};

    fn link(rest: &str, with_tls: bool) -> bool {
        PostgresParts::read(rest).and_then(|parts| parts.check_link(with_tls)).is_ok()
    }

    #[test]
    fn postgres_is_reached_by_socket_loopback_or_verified_tls_only() {
        let cases = [
            ("/attune", true, true),
            ("u:p@/attune?host=/run/postgresql", true, true),
            ("%2Frun%2Fpostgresql/attune", true, true),
            ("u@127.0.0.1:5432/attune", true, true),
            ("u@[::1]:5432/attune", true, true),
            ("u@localhost/attune?sslmode=disable", true, true),
            ("u@localhost/attune?sslmode=require", false, true),
            ("u@localhost/attune?ssl=true", false, true),
            ("u@db.example/attune", false, false),
            ("u@db.example/attune?sslmode=require", false, false),
            ("u@db.example/attune?sslmode=verify-ca", false, false),
            ("u@db.example/attune?sslmode=verify-full", false, true),
            ("u@localhost,db.example/attune", false, false),
            ("u@localhost/attune?host=db.example", false, false),
            ("u@localhost/attune?hostaddr=192.0.2.1", false, false),
            ("u@localhost/attune?h%6Fst=db.example", false, false),
            ("u:p@ss@localhost/attune", false, false),
            ("u:p/x@localhost/attune", false, false),
            ("u@localhost:x/attune", false, false),
            ("u@localhost/attune?service=other", false, false),
            ("u@localhost/attune?sslmode=sometimes", false, false),
            ("u@localhost/attune?sslmode=disable&sslmode=verify-full", false, false),
            ("u@localhost/attune?sslmode", false, false),
            ("u:%zz@local%/attune", false, false),
        ];
        for (rest, without, with) in cases {
            assert_eq!((link(rest, false), link(rest, true)), (without, with), "{rest}");
        }
    }

    #[test]
    fn a_password_is_hidden_wherever_it_stands() {
        let cases = [
            ("postgres://maya:pw1@localhost/attune", "postgres://maya:***@localhost/attune"),
            ("postgresql://localhost/a?password=pw1&port=5", "postgresql://localhost/a?password=***&port=5"),
            ("postgres://maya@localhost/attune", "postgres://maya@localhost/attune"),
            ("postgres:///a?p%61ssword=pw1", "postgres:///a?p%61ssword=***"),
            ("postgres://:pw1@/a?sslpassword=pw1", "postgres://:***@/a?sslpassword=***"),
            ("sqlite://attune@home.db", "sqlite://attune@home.db"),
        ];
        for (url, shown) in cases {
            let url = DatabaseUrl::parse(url).unwrap();
            assert_eq!(url.redacted(), shown);
            assert!(!format!("{url:?}").contains("pw1"));
        }
    }
}
