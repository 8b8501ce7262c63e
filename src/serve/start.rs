//! Starting, in order: logs, database and keys, application, listening; then stopping in the reverse order.
//!
//! Every refusal comes before a port is opened. Core dumps cannot be turned off from here without unsafe code: the
//! service manager does it (`LimitCORE=0` for systemd, `ulimits: core: 0` for Docker).

use std::{
    io::{self, Write},
    net::SocketAddr,
    sync::{Arc, OnceLock, mpsc},
    thread::{self, available_parallelism},
    time::Duration,
};

use actix_web::{HttpServer, rt, web};
use jiff::Timestamp;
use tokio::sync::oneshot;

use super::{
    Lifecycle, listener, metrics, metrics_api,
    open::{self, Opened},
    stop::{self, Signals},
    telemetry,
    temporary::TemporaryFolder,
    worker,
};
use crate::{
    admission::Gate,
    app::{self, App},
    auth::{
        password::{Cost, Hasher},
        token::{ISSUER, Tokens},
    },
    clock::Clock,
    command::Failure,
    config::{Config, DatabaseUrl},
    demo,
    help::{
        confirmation_store,
        line::{Lines, warnings},
    },
    http::{connection, watch::Watch},
    resource::catalogue::Catalogue,
    rules::RULES,
    screening,
    seal::Vault,
};

/// Time for the head of a request (security requirement FND-11).
pub(super) const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// Time for a client to take note that its connection is closed.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a connection without a request stays open; longer than the 60 s of common proxies, so that these close
/// first and no request meets a closing connection.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// Password checks that may wait for each core, whatever is set: more would wait longer than people do.
const HASHES_EACH: usize = 4;

/// Runs the server until it is told to stop.
///
/// # Errors
/// Why it did not start, or why it ended by itself.
pub fn serve(config: Config) -> Result<(), Failure> {
    telemetry::start(&config)?;
    metrics::install()?;
    let (tell, told) = mpsc::sync_channel(1);
    thread::Builder::new()
        .name("server".into())
        .spawn(move || {
            let system = rt::System::new();
            let ended = system.block_on(run(config));
            if tell.send(ended).is_err() {
                tracing::debug!("nobody waits for the end");
            }
            // Dropped last: it waits for threads that hang in a database which does not answer, and the process
            // ends without it.
        })
        .map_err(|e| Failure::failed(format!("cannot start the server's thread: {e}")))?;
    told.recv().unwrap_or_else(|_| Err(Failure::failed("the server's thread panicked")))
}

/// The application over an open database. Tests use it too.
///
/// # Errors
/// The signing key cannot be used, or no threads can be started.
pub fn assemble(config: Config, opened: Opened, clock: Clock) -> Result<App, Failure> {
    let seconds = i64::try_from(config.access_token_seconds).unwrap_or(i64::MAX);
    let tokens = Tokens::new(&opened.keys.access_token_seed, ISSUER, seconds)
        .map_err(|e| Failure::refused_by(&e, "access-token.key"))?;
    let waiting = config.hashing_queue.min(HASHES_EACH * cores());
    let hasher = Hasher::start(cores(), waiting, Cost::Full)
        .map_err(|e| Failure::failed(format!("cannot start the threads that hash passwords: {e}")))?;
    Ok(App {
        db: opened.db,
        clock,
        tokens,
        hasher,
        vault: Arc::new(Vault::new(&opened.keys)),
        rules: RULES,
        gate: Gate::new(config.requests_at_once),
        lifecycle: Lifecycle::default(),
        config,
    })
}

async fn run(mut config: Config) -> Result<(), Failure> {
    // From here on a signal waits until it can be heeded in order, so that a demo's folder never stays behind.
    let mut signals = Signals::listen()?;
    Catalogue::check_embedded().map_err(|mistakes| Failure::failed(mistakes.join("; ")))?;
    screening::catalogue::Catalogue::load(config.instruments_dir.as_deref())
        .map_err(|mistakes| Failure::refused(mistakes.join("; ")))?;
    let clock = Clock::default();
    let folder = make_demo_folder(&mut config, clock.now())?;
    let opened = open::open(&config).await?;

    // The address is bound before the application is made: with port 0 only then its address is known.
    let slot: Arc<OnceLock<web::Data<App>>> = Arc::default();
    let filled = Arc::clone(&slot);
    let bind = config.bind;
    let cannot_listen = |e: io::Error| Failure::failed(format!("bind: cannot listen on {bind}: {e}"));
    let listening = listener::listen(bind).map_err(cannot_listen)?;
    let workers = config.workers.unwrap_or_else(cores);
    let connections: Arc<Watch> = Arc::default();
    let watched = Arc::clone(&connections);
    let server = HttpServer::new(move || {
        app::build(filled.get().expect("the server runs only after the slot was filled, below").clone())
    })
    .workers(workers)
    .max_connections(listener::make_room(config.connections).div_ceil(workers))
    .on_connect(move |stream, data| {
        connection::begin(stream, data);
        watched.opened(stream, data);
    })
    .keep_alive(KEEP_ALIVE)
    .client_request_timeout(HEAD_TIMEOUT)
    .client_disconnect_timeout(DISCONNECT_TIMEOUT)
    .shutdown_timeout(config.shutdown_seconds)
    .disable_signals()
    .listen(listening)
    .map_err(cannot_listen)?;
    let metrics_server = metrics_api::listen(&config)?;
    if let Some(address) = server.addrs().first() {
        name_address(&mut config, *address);
    }

    let app = web::Data::new(assemble(config, opened, clock)?);
    let lines = if app.config.demo { fill_demo(&app).await? } else { Vec::new() };
    warn_about_lines(&app).await?;
    if slot.set(app.clone()).is_err() {
        return Err(Failure::failed("the application was made twice"));
    }

    // Longer than everything that may rightly happen between two requests.
    let longest = KEEP_ALIVE + HEAD_TIMEOUT + Duration::from_secs(app.config.request_timeout_seconds);
    let watching = rt::spawn(async move { connections.keep(longest).await });
    let server = server.run();
    let handle = server.handle();
    let mut serving = rt::spawn(server);
    let metrics_handle = metrics_server.map(|server| {
        let handle = server.handle();
        (handle, rt::spawn(server))
    });
    let (stop_worker, stopped) = oneshot::channel();
    let working = rt::spawn(worker::run(app.clone().into_inner(), stopped));
    say(&banner(&app.config), &lines);

    let ended = tokio::select! {
        name = signals.next() => {
            tracing::info!(signal = name, "stopping");
            stop::http(&app.lifecycle, &handle, &mut signals).await;
            serving.await
        }
        ended = &mut serving => ended,
    };
    if let Some((handle, serving)) = metrics_handle {
        handle.stop(false).await;
        if let Err(e) = serving.await {
            tracing::warn!(error = %e, "the metrics server ended badly");
        }
    }
    if stop_worker.send(()).is_err() {
        tracing::warn!("the worker had ended by itself");
    }
    if let Err(e) = working.await {
        tracing::warn!(error = %e, "the worker ended badly");
    }
    watching.abort();
    app.db.close().await;
    drop(folder);
    tracing::info!("stopped");
    match ended {
        Ok(Ok(())) => Ok(()),
        Ok(Err(e)) => Err(Failure::failed(format!("the server ended: {e}"))),
        Err(e) => Err(Failure::failed(format!("the server ended: {e}"))),
    }
}

fn make_demo_folder(config: &mut Config, now: Timestamp) -> Result<Option<TemporaryFolder>, Failure> {
    if !config.demo {
        return Ok(None);
    }
    let folder = TemporaryFolder::make(now)?;
    config.database_url = DatabaseUrl::sqlite_file(&folder.path().join("attune.db"));
    Ok(Some(folder))
}

async fn fill_demo(app: &web::Data<App>) -> Result<Vec<String>, Failure> {
    demo::fill(app).await.map_err(|e| Failure::failed_by(&e, "the demo could not be filled"))
}

/// Port 0 asks the system for a free one; what clients are told must be the one that it gave.
fn name_address(config: &mut Config, address: SocketAddr) {
    if config.public_url == format!("http://{}", config.bind) {
        config.public_url = format!("http://{address}");
    }
    config.bind = address;
}

/// The operator is told of each number that nobody stands behind; who tries things out, in one line.
async fn warn_about_lines(app: &App) -> Result<(), Failure> {
    let confirmations = app.db.read(confirmation_store::all).await;
    let confirmations = confirmations.map_err(|e| Failure::refused_by(&e, "the database cannot be read"))?;
    let found = warnings(Lines::embedded(), &confirmations, app.clock.today_utc());
    if app.config.sandbox {
        tracing::info!(lines = found.len(), "help lines without a recent confirmation; see `attune lines`");
    } else {
        for warning in found {
            tracing::warn!("{warning}");
        }
    }
    Ok(())
}

fn banner(config: &Config) -> String {
    let database = match (config.demo, config.database_url.sqlite_path()) {
        (true, _) => "temporary embedded database",
        (false, Some(_)) => "embedded database",
        (false, None) => "PostgreSQL",
    };
    let (version, address) = (env!("CARGO_PKG_VERSION"), format!("http://{}", config.bind));
    let docs = if config.docs_enabled { format!(" · docs {address}/docs") } else { String::new() };
    format!("attune {version} · {database} · {address}{docs}")
}

/// Nobody has to listen: a server whose output is closed serves on.
fn say(banner: &str, lines: &[String]) {
    let mut out = io::stdout();
    let said =
        writeln!(out, "{banner}").and_then(|()| lines.iter().try_for_each(|line| writeln!(out, "{line}")));
    if let Err(e) = said.and_then(|()| out.flush()) {
        tracing::warn!(error = %e, "the address could not be printed");
    }
}

fn cores() -> usize {
    available_parallelism().map_or(2, usize::from)
}
