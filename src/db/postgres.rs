//! PostgreSQL: how a connection is made, and transactions that are run again when the server asks for it.
//!
//! Every connection is set up in the same way and asked whether that took effect. A server that speaks another
//! language than English is refused, because `failure` reads what it says.

use std::time::Duration;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl,
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
    sql_query,
    sql_types::Text,
};

use super::{
    Conn, OpenError,
    failure::wants_retry,
    transaction::{self, Ran},
};
use crate::error::Result;

/// Runs after the first one, when the server reports a serialization failure or a deadlock.
const RETRIES: u32 = 3;

/// How long a statement may run, a lock be waited for, a transaction do nothing.
const STATEMENT: &str = "6s";
const LOCK: &str = "5s";
const IDLE: &str = "10s";

/// Set on every connection: a lock wait ends after 5 s, as long as the twin of an idempotent request waits; a
/// statement a little later, so that the reason is known; a transaction that idles after 10 s. Commits reach the
/// disk. Why not sooner: decision 0010.
const SETTINGS: &[(&str, &str)] = &[
    ("synchronous_commit", "on"),
    ("statement_timeout", STATEMENT),
    ("lock_timeout", LOCK),
    ("idle_in_transaction_session_timeout", IDLE),
    ("client_min_messages", "warning"),
    ("TimeZone", "UTC"),
];

/// How long opening a connection may take, in seconds.
const CONNECT_SECONDS: &str = "2";

/// How libpq gives up: on a server that cannot be reached, and on one that went away without a word. Over a Unix
/// socket only the first has a meaning. What the URL says itself goes first.
const LINK: &[(&str, &str)] = &[
    ("connect_timeout", CONNECT_SECONDS),
    ("keepalives_idle", "5"),
    ("keepalives_interval", "2"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "10000"),
];

pub(super) fn connect(url: &str) -> std::result::Result<Conn, OpenError> {
    let failed = |cause: String| OpenError::new(format!("cannot connect to PostgreSQL: {cause}"));
    let mut conn = PgConnection::establish(&with_link(url)).map_err(|e| failed(e.to_string()))?;
    let set: String = SETTINGS.iter().map(|(name, value)| format!("SET {name} = '{value}';")).collect();
    conn.batch_execute(&set).map_err(|e| failed(e.to_string()))?;
    let names: Vec<&str> = SETTINGS.iter().map(|(name, _)| *name).chain(["lc_messages"]).collect();
    let found = settings(&mut conn, &names)?;
    for ((name, value), found) in SETTINGS.iter().zip(&found) {
        if found != value {
            return Err(failed(format!("{name} is {found} although {value} was asked for")));
        }
    }
    speak_english(&mut conn, found.last().map_or("", String::as_str))?;
    Ok(Conn::Postgres(conn))
}

/// What of this server's settings can lose committed writes, if anything.
pub(super) fn volatile(conn: &mut PgConnection) -> std::result::Result<Option<&'static str>, OpenError> {
    const NAMES: [&str; 2] = ["fsync", "full_page_writes"];
    let found = settings(conn, &NAMES)?;
    Ok(NAMES.into_iter().zip(found).find(|(_, value)| value != "on").map(|(name, _)| name))
}

fn speak_english(conn: &mut PgConnection, language: &str) -> std::result::Result<(), OpenError> {
    // Only some roles may change it.
    if is_english(language) || conn.batch_execute("SET lc_messages = 'C'").is_ok() {
        return Ok(());
    }
    Err(OpenError::new(format!(
        "PostgreSQL speaks {language}, and attune has to understand its errors; let its administrator run: \
         ALTER ROLE … SET lc_messages = 'C'"
    )))
}

fn is_english(language: &str) -> bool {
    matches!(language, "" | "C" | "POSIX") || language.starts_with("C.") || language.starts_with("en")
}

/// What these settings are now, in one question.
fn settings(conn: &mut PgConnection, names: &[&str]) -> std::result::Result<Vec<String>, OpenError> {
    #[derive(QueryableByName)]
    struct Values {
        #[diesel(sql_type = Text)]
        lines: String,
    }
    let each: Vec<String> = names.iter().map(|name| format!("current_setting('{name}')")).collect();
    let row: Values = sql_query(format!("SELECT concat_ws(E'\\n', {}) AS lines", each.join(", ")))
        .get_result(conn)
        .map_err(|e| OpenError::new(format!("cannot ask PostgreSQL for its settings: {e}")))?;
    Ok(row.lines.split('\n').map(str::to_owned).collect())
}

fn with_link(url: &str) -> String {
    let mut text = url.to_owned();
    for (name, value) in LINK {
        if !url.contains(&format!("{name}=")) {
            let mark = if text.contains('?') { '&' } else { '?' };
            text.push_str(&format!("{mark}{name}={value}"));
        }
    }
    text
}

pub(super) fn transaction<T>(conn: &mut Conn, f: impl Fn(&mut Conn) -> Result<T>) -> Ran<T> {
    let mut tries = 0;
    loop {
        let ran = transaction::run(conn, begin, &f);
        match &ran.result {
            Err(e) if ran.sound && wants_retry(e) && tries < RETRIES => {
                tries += 1;
                std::thread::sleep(pause(tries));
            }
            _ => return ran,
        }
    }
}

/// Later tries wait longer, and never all as long, so that two transactions do not meet again at the same place.
fn pause(tries: u32) -> Duration {
    let mut byte = [128];
    if SystemRandom::new().fill(&mut byte).is_err() {
        tracing::debug!("no random pause");
    }
    let longest = 10 * tries * tries;
    Duration::from_millis(u64::from(longest / 2 + longest * u32::from(byte[0]) / 512))
}

fn begin(conn: &mut Conn) -> diesel::QueryResult<()> {
    match conn {
        Conn::Postgres(pg) => AnsiTransactionManager::begin_transaction(pg),
        Conn::Sqlite(_) => unreachable!("the pool of a PostgreSQL target holds PostgreSQL connections"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_speaks_another_language_is_told_from_one_that_speaks_english() {
        for (language, fine) in [
            ("C", true),
            ("C.UTF-8", true),
            ("POSIX", true),
            ("en_GB.UTF-8", true),
            ("de_DE.UTF-8", false),
            ("fr_FR", false),
        ] {
            assert_eq!(is_english(language), fine, "{language}");
        }
    }

    #[test]
    fn a_dead_link_is_given_up_unless_the_url_says_otherwise() {
        let url = with_link("postgres://db/attune?sslmode=disable&connect_timeout=7");
        assert!(
            url.starts_with("postgres://db/attune?sslmode=disable&connect_timeout=7&keepalives_idle="),
            "{url}"
        );
        assert_eq!(url.matches("connect_timeout").count(), 1);
        assert!(with_link("postgres://db/attune").contains("?connect_timeout=2&"));
    }

    #[test]
    fn a_repeated_transaction_waits_longer_each_time_and_not_always_as_long() {
        let waits: std::collections::BTreeSet<_> = (0..200).map(|_| pause(3)).collect();
        assert!(waits.len() > 5, "{waits:?}");
        let (first, last) = (waits.first().expect("some"), waits.last().expect("some"));
        assert!(*first >= Duration::from_millis(45) && *last <= Duration::from_millis(90), "{waits:?}");
        assert!(pause(1) <= Duration::from_millis(10));
    }
}
