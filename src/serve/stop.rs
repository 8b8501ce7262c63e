//! Stopping: not ready first, then no new connections, then what runs is answered, then the database closes.
//!
//! Nothing that was acknowledged is lost by a stop of any kind; this order is so that nobody whose request was
//! taken in is left without an answer either. A second signal cuts short what still runs.

use std::time::Duration;

use actix_web::dev::ServerHandle;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time::sleep,
};

use super::Lifecycle;
use crate::command::Failure;

/// How long the server still takes in requests while it says that it is not ready: for those on their way.
const STILL_OPEN: Duration = Duration::from_millis(300);

/// The signals that ask the server to stop.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Begins to listen for them; from here on they no longer end the process by themselves.
    ///
    /// # Errors
    /// The system does not allow it.
    pub fn listen() -> Result<Self, Failure> {
        let on = |kind| signal(kind).map_err(|e| Failure::failed(format!("cannot listen for signals: {e}")));
        Ok(Self { terminate: on(SignalKind::terminate())?, interrupt: on(SignalKind::interrupt())? })
    }

    /// Waits for the next one and gives its name.
    pub async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

/// Lets the HTTP server end: answers what it has taken in, for as long as its own timeout allows.
pub async fn http(lifecycle: &Lifecycle, server: &ServerHandle, signals: &mut Signals) {
    lifecycle.begin_stopping();
    let orderly = async {
        sleep(STILL_OPEN).await;
        server.stop(true).await;
    };
    tokio::select! {
        () = orderly => {}
        name = signals.next() => {
            tracing::warn!(signal = name, "asked to stop again; what still runs is cut off");
            server.stop(false).await;
        }
    }
}
