//! `attune check-config`: everything that would keep the server from starting, and what it would start with.
//!
//! Looks at files, keys and database as the server does, and makes and changes nothing. Secrets are not shown.

use std::fmt::Display;

use super::{Failure, print};
use crate::{
    clock::Clock,
    config::{Config, LogFormat, Registration, SETTINGS},
    db::{self, MigrationState},
    help::{
        confirmation_store,
        line::{Confirmations, Lines, warnings},
    },
    screening::catalogue::Catalogue,
    serve::open,
};

/// # Errors
/// Refused for every reason for which the server would be.
pub(super) fn run(config: &Config) -> Result<(), Failure> {
    // Read, not kept: nothing of this process serves them.
    Catalogue::read(config.instruments_dir.as_deref())
        .map_err(|mistakes| Failure::refused(mistakes.join("; ")))?;
    let mut notes = Vec::new();
    let mut confirmations = Confirmations::new();
    if config.demo {
        notes.push("a demo makes its own temporary database and keys".to_owned());
    } else {
        let mut seen = db::look(&open::target(config)?).map_err(|e| Failure::refused(e.to_string()))?;
        open::accept(seen.as_ref(), config)?;
        let bound = seen.as_mut().map(open::fingerprint).transpose()?.flatten();
        if open::compare_keys(config, bound.as_deref())?.is_none() {
            notes.push("the keys will be made on first start".to_owned());
        }
        match &mut seen {
            None => notes.push("the database will be made on first start".to_owned()),
            Some(seen) if seen.schema == MigrationState::Current => {
                confirmations = confirmation_store::all(&mut seen.conn)
                    .map_err(|e| Failure::refused_by(&e, "the database cannot be read"))?;
            }
            Some(_) => notes.push("the database will be migrated on start".to_owned()),
        }
    }
    for setting in SETTINGS {
        print(&format!("{} = {}", setting.key, shown(config, setting.key)))?;
    }
    for note in notes {
        print(&format!("note: {note}"))?;
    }
    for warning in warnings(Lines::embedded(), &confirmations, Clock::default().today_utc()) {
        print(&format!("warning: {warning}"))?;
    }
    Ok(())
}

/// The effective value of a setting, as the configuration file would have it; secrets hidden.
fn shown(config: &Config, key: &str) -> String {
    const NONE: &str = "(none)";
    fn or_none(value: Option<impl Display>) -> String {
        value.map_or_else(|| NONE.to_owned(), |value| value.to_string())
    }
    match key {
        "bind" => config.bind.to_string(),
        "database_url" if config.demo => "(temporary)".to_owned(),
        "database_url" => config.redacted_database_url(),
        "keys_dir" => or_none(config.keys_dir.as_ref().map(|folder| folder.display())),
        "migrate" => config.migrate.to_string(),
        "sandbox" => config.sandbox.to_string(),
        "demo" => config.demo.to_string(),
        "behind_tls_proxy" => config.behind_tls_proxy.to_string(),
        "trusted_proxies" if config.trusted_proxies.is_empty() => NONE.to_owned(),
        "trusted_proxies" => {
            let networks: Vec<String> = config.trusted_proxies.iter().map(ToString::to_string).collect();
            networks.join(",")
        }
        "registration_doula" => match config.registration_doula {
            Registration::Open => "open".to_owned(),
            Registration::Invite => "invite".to_owned(),
        },
        "registration_doula_code" => or_none(config.registration_doula_code.as_ref().map(|_| "***")),
        "access_token_seconds" => config.access_token_seconds.to_string(),
        "public_url" => config.public_url.clone(),
        "docs_enabled" => config.docs_enabled.to_string(),
        "limits_enabled" => config.limits_enabled.to_string(),
        "metrics_bind" => or_none(config.metrics_bind),
        "log_format" => match config.log_format {
            LogFormat::Text => "text".to_owned(),
            LogFormat::Json => "json".to_owned(),
        },
        "log_filter" => config.log_filter.clone(),
        "pool_size" => config.pool_size.to_string(),
        "writer_queue" => config.writer_queue.to_string(),
        "hashing_queue" => config.hashing_queue.to_string(),
        "requests_at_once" => config.requests_at_once.to_string(),
        "connections" => config.connections.to_string(),
        "vaccination_wait_hours" => config.vaccination_wait_hours.to_string(),
        "instruments_dir" => or_none(config.instruments_dir.as_ref().map(|folder| folder.display())),
        "request_timeout_seconds" => config.request_timeout_seconds.to_string(),
        "shutdown_seconds" => config.shutdown_seconds.to_string(),
        "workers" => config.workers.map_or_else(|| "(one per core)".to_owned(), |count| count.to_string()),
        _ => "(not shown)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn config(flags: &[(&str, &str)]) -> Config {
        let flags = flags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Config::from_sources(&flags, &BTreeMap::new(), None).expect("a good configuration")
    }

    #[test]
    fn every_setting_is_shown() {
        let config = config(&[]);
        for setting in SETTINGS {
            assert_ne!(shown(&config, setting.key), "(not shown)", "{}", setting.key);
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let config = config(&[
            ("database_url", "postgres://maya:a-password@localhost/attune"),
            ("registration_doula", "invite"),
            ("registration_doula_code", "a-code-of-sixteen-or-more"),
        ]);
        for setting in SETTINGS {
            let shown = shown(&config, setting.key);
            assert!(!shown.contains("a-password") && !shown.contains("a-code"), "{}: {shown}", setting.key);
        }
    }
}
