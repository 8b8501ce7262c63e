//! Rules that join settings: combinations that are each fine alone and unsafe together.
//!
//! A rule stays silent when one of its settings could not be read, because then the person would
//! be told off for something that they did not write.

use super::source::Sources;
use super::{Config, ConfigError, Origin, Registration};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

/// Adds every broken rule to `errors`.
pub(super) fn combinations(
    config: &Config,
    sources: &Sources,
    failed: &BTreeSet<&'static str>,
    env: &BTreeMap<String, String>,
    errors: &mut Vec<ConfigError>,
) {
    let origin = |key: &str| sources.get(key).map_or(Origin::Default, |given| given.origin.clone());
    let given = |key: &str| origin(key) != Origin::Default;
    // The first key is the one that the message names.
    let mut refuse = |broken: bool, keys: &[&'static str], problem: &str| {
        if let (true, Some(first)) = (broken && !keys.iter().any(|key| failed.contains(key)), keys.first()) {
            errors.push(ConfigError::new(*first, origin(first), problem));
        }
    };
    let outside = |address: SocketAddr| !address.ip().to_canonical().is_loopback();
    let mode = if config.demo { "demo" } else { "sandbox" };

    refuse(
        outside(config.bind) && !config.behind_tls_proxy && !config.sandbox,
        &["bind", "behind_tls_proxy", "sandbox", "demo"],
        "leads beyond this machine in the open; put a proxy with TLS in front and set behind_tls_proxy, \
         or listen on loopback",
    );
    refuse(
        outside(config.bind) && config.sandbox,
        &["bind", "sandbox", "demo"],
        "must be a loopback address in a sandbox or demo",
    );
    refuse(
        config.metrics_bind.is_some_and(outside) && config.sandbox,
        &["metrics_bind", "sandbox", "demo"],
        "must be a loopback address in a sandbox or demo",
    );
    refuse(
        config.metrics_bind.is_some_and(|metrics| metrics == config.bind && metrics.port() != 0),
        &["metrics_bind", "bind"],
        "must differ from bind",
    );
    refuse(
        config.behind_tls_proxy && config.trusted_proxies.is_empty(),
        &["behind_tls_proxy", "trusted_proxies"],
        "needs trusted_proxies, so that only the proxy may say who the client is",
    );
    refuse(
        !config.behind_tls_proxy && !config.trusted_proxies.is_empty(),
        &["trusted_proxies", "behind_tls_proxy"],
        "only has a meaning together with behind_tls_proxy",
    );
    refuse(
        config.sandbox && config.behind_tls_proxy,
        &["behind_tls_proxy", mode],
        "must not be set in a sandbox or demo, which stay on this machine",
    );
    refuse(
        config.demo && given("database_url"),
        &["database_url", "demo"],
        "must not be given with demo, which has its own temporary database",
    );
    refuse(
        config.demo && given("keys_dir"),
        &["keys_dir", "demo"],
        "must not be given with demo, whose tokens would then open the real server",
    );
    refuse(
        config.access_token_seconds > 600 && !config.sandbox,
        &["access_token_seconds", "sandbox", "demo"],
        "must be at most 600 outside a sandbox",
    );
    refuse(
        !config.limits_enabled && !config.sandbox,
        &["limits_enabled", "sandbox", "demo"],
        "may be false only in a sandbox",
    );
    let invite = config.registration_doula == Registration::Invite;
    refuse(
        invite && config.registration_doula_code.is_none(),
        &["registration_doula", "registration_doula_code"],
        "is invite, which needs registration_doula_code",
    );
    refuse(
        !invite && config.registration_doula_code.is_some(),
        &["registration_doula_code", "registration_doula"],
        "only has a meaning when registration_doula is invite; as it stands anyone may sign up",
    );

    // libpq reads these itself and would go somewhere else than the checked URL says.
    let hidden = ["PGHOST", "PGHOSTADDR", "PGSERVICE", "PGSERVICEFILE"];
    for name in hidden.into_iter().filter(|name| env.contains_key(*name)) {
        let matters = name != "PGHOST" || config.database_url.leaves_host_open();
        if config.database_url.sqlite_path().is_none() && matters {
            let problem = "changes where PostgreSQL is looked for; say it in the database URL instead";
            errors.push(ConfigError::new(name, Origin::Environment(name.into()), problem));
        }
    }
}
