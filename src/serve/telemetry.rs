//! Logs: one line an event, on standard error, as text or JSON, in UTC.
//!
//! What attune itself logs holds no bodies, tokens, addresses or names of people. Libraries do not know that
//! rule, so nothing below a warning is taken from them whatever the filter says.

use std::{
    io::{self, IsTerminal},
    panic,
};

use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::filter_fn,
    fmt,
    layer::{Layered, SubscriberExt},
    registry::Registry,
    util::SubscriberInitExt,
};

use crate::{
    command::Failure,
    config::{Config, LogFormat},
};

/// Starts writing logs, for the rest of the life of the process.
///
/// # Errors
/// The filter cannot be read, or logs are written already.
pub fn start(config: &Config) -> Result<(), Failure> {
    let chosen = EnvFilter::try_new(&config.log_filter)
        .map_err(|e| Failure::refused(format!("log_filter: cannot be read: {e}")))?;
    tracing_subscriber::registry()
        .with(chosen)
        .with(lines(config.log_format))
        .with(filter_fn(may_be_logged))
        .try_init()
        .map_err(|e| Failure::failed(format!("logs cannot be written: {e}")))?;
    panic::set_hook(Box::new(|info| {
        // The message of a panic may quote a value, so only the place is said.
        let place = info.location().map_or_else(|| "unknown".to_owned(), ToString::to_string);
        tracing::error!(%place, "panicked");
    }));
    Ok(())
}

fn lines(format: LogFormat) -> Box<dyn Layer<Layered<EnvFilter, Registry>> + Send + Sync> {
    let layer = fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    match format {
        LogFormat::Text => layer.boxed(),
        LogFormat::Json => layer.json().flatten_event(true).with_span_list(false).boxed(),
    }
}

fn may_be_logged(event: &Metadata<'_>) -> bool {
    let own = event.target() == "attune" || event.target().starts_with("attune::");
    own || *event.level() <= Level::WARN
}
