//! The running server: how it starts, what it does beside requests, how it stops.
//!
//! `start` is the story from settings to a listening server, `worker` runs what falls due, `stop` ends it all in
//! order. What requests do is not here; every feature has its own folder.

pub mod health_api;
mod listener;
pub mod metrics;
pub mod metrics_api;
pub mod open;
pub mod start;
pub mod stop;
pub mod telemetry;
mod temporary;
pub mod worker;

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{Mutex, MutexGuard};
use utoipa_actix_web::service_config::ServiceConfig;

/// Where a server is between start and stop, and whose turn it is to run timers.
#[derive(Debug, Default)]
pub struct Lifecycle {
    stopping: AtomicBool,
    timers: Mutex<()>,
}

impl Lifecycle {
    /// From now on the server says that it is not ready.
    pub fn begin_stopping(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    /// Whether the server is about to stop.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// Waits until nobody else in this process runs timers. Who has the turn knows, once nothing is due, that
    /// everything due was done and not merely begun.
    pub(crate) async fn timers(&self) -> MutexGuard<'_, ()> {
        self.timers.lock().await
    }
}

/// Routes of the operation of the server.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(health_api::live).service(health_api::ready).service(metrics_api::show);
}
