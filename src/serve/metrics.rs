//! Metrics: the recorder of this process, and its state as Prometheus text.
//!
//! Labels come from fixed sets only (route templates, methods, classes, kinds), so the number of series is bounded
//! and none names a person. Who may ask for the text is decided in `metrics_api`.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::command::Failure;

/// The recorder is one per process, because the macros that count are.
static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Upper bounds of the buckets of durations, in seconds: from a read in memory to a request that is cut off.
const SECONDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Starts counting.
///
/// # Errors
/// Something else counts in this process already.
pub fn install() -> Result<(), Failure> {
    let failed = |e| Failure::failed(format!("metrics cannot be counted: {e}"));
    let handle =
        PrometheusBuilder::new().set_buckets(SECONDS).map_err(failed)?.install_recorder().map_err(failed)?;
    ::metrics::describe_histogram!(
        "http_request_duration_seconds",
        ::metrics::Unit::Seconds,
        "Time from the head of a request to the head of its reply."
    );
    ::metrics::describe_counter!("rules_failed_total", "Check-ins on which a rule failed.");
    ::metrics::describe_counter!("timers_run_total", "Timers that fell due, by kind and outcome.");
    ::metrics::describe_counter!(
        "requests_shed_total",
        "Requests refused because the server was full, by class."
    );
    ::metrics::describe_gauge!("requests_in_flight", "Requests under way, once a second.");
    ::metrics::describe_counter!("connections_closed_total", "Connections closed because no request came.");
    RECORDER.set(handle).map_err(|_| Failure::failed("metrics are counted already"))
}

/// What was counted so far; `None` when nothing counts in this process.
pub fn text() -> Option<String> {
    RECORDER.get().map(PrometheusHandle::render)
}

/// Folds in what was recorded since the last time. Without it, memory grows while nobody asks for the text.
pub fn upkeep() {
    if let Some(recorder) = RECORDER.get() {
        recorder.run_upkeep();
    }
}
