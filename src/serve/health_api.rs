//! Probes for whoever watches over the server: is it alive, and can it work.
//!
//! Alive asks nothing of anybody. Ready asks the database and turns false as soon as the server begins to stop,
//! so that no new requests are sent to it while the last ones are answered.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, get, web};
use futures_util::FutureExt;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    clock::Clock,
    db,
    error::{ErrorCode, Result},
    help::{
        confirmation_store,
        line::{Lines, warnings},
    },
    http::query,
};

/// A probe that waits longer than this has its answer; longer than a wait for a connection or for the writer may take,
/// so that a queue is told from an outage.
const PATIENCE: Duration = Duration::from_millis(1200);
/// A read that takes longer than this makes the probe ask whether the database is there at all.
const LOOKS_SLOW: Duration = Duration::from_millis(300);

/// That the process answers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"status": "ok"}))]
pub struct LiveView {
    /// Always `ok`.
    status: &'static str,
}

/// Whether the server can work, and what keeps it from it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "status": "ready", "parts": {"database": "ok", "migrations": "ok", "stopping": false},
    "warnings": ["3 help lines are shown without a recent confirmation; see `attune lines`"]
}))]
pub struct ReadyView {
    /// `ready` or `not_ready`.
    status: &'static str,
    /// Its parts.
    parts: PartsView,
    /// What should be looked at, but does not keep the server from working.
    warnings: Vec<String>,
}

/// What the server needs.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartsView {
    /// `ok`, `read_only` when nothing can be stored (a full disk, a database that takes no writes), or `away`.
    database: &'static str,
    /// `ok`, `other` when the schema is not the one of this program, `unknown` when the database is away or too busy
    /// to be asked; the last keeps nothing from working.
    migrations: &'static str,
    /// Whether the server is about to stop.
    stopping: bool,
}

/// Whether the process is alive.
#[utoipa::path(tag = "operations", responses((status = 200, body = LiveView)))]
#[get("/health/live")]
pub async fn live(req: HttpRequest) -> Result<HttpResponse> {
    query::none(&req)?;
    Ok(HttpResponse::Ok().json(LiveView { status: "ok" }))
}

/// Whether the server can work.
///
/// 503 with the same body, saying which part is missing, when it cannot.
#[utoipa::path(
    tag = "operations",
    responses((status = 200, body = ReadyView), (status = 503, body = ReadyView, description = "Not ready"))
)]
#[get("/health/ready")]
pub async fn ready(req: HttpRequest, app: web::Data<App>) -> Result<HttpResponse> {
    query::none(&req)?;
    let (database, migrations, unconfirmed) = reading(&app).await;
    let database = match database {
        "ok" => storing(&app).await,
        away => away,
    };
    let stopping = app.lifecycle.is_stopping();
    let is_ready = database == "ok" && migrations != "other" && !stopping;
    let mut reply = if is_ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    let mut warnings = Vec::new();
    if unconfirmed > 0 {
        warnings.push(format!(
            "{unconfirmed} help lines are shown without a recent confirmation; see `attune lines`"
        ));
    }
    Ok(reply.json(ReadyView {
        status: if is_ready { "ready" } else { "not_ready" },
        parts: PartsView { database, migrations, stopping },
        warnings,
    }))
}

/// How the database and its schema stand, and how many help lines nobody confirmed.
async fn reading(app: &App) -> (&'static str, &'static str, usize) {
    let clock = app.clock.clone();
    let asked = app.db.read(move |conn| Ok((db::schema_is_current(conn)?, unconfirmed(conn, &clock)?)));
    let there = async {
        tokio::time::sleep(LOOKS_SLOW).await;
        app.db.is_there().await
    };
    let there = there.shared();
    let asked = tokio::select! {
        biased;
        asked = tokio::time::timeout(PATIENCE, asked) => asked.ok(),
        false = there.clone() => None,
    };
    match asked {
        Some(Ok((true, unconfirmed))) => ("ok", "ok", unconfirmed),
        Some(Ok((false, unconfirmed))) => ("ok", "other", unconfirmed),
        // Every connection is at work. Whoever takes the only server out for that makes it worse.
        Some(Err(e)) if e.code() == ErrorCode::Overloaded && there.await => ("ok", "unknown", 0),
        Some(Err(e)) => {
            tracing::warn!(code = e.code().slug(), cause = ?e.cause(), "the database does not answer");
            ("away", "unknown", 0)
        }
        None => {
            tracing::warn!("the database does not answer in time");
            ("away", "unknown", 0)
        }
    }
}

async fn storing(app: &App) -> &'static str {
    match tokio::time::timeout(PATIENCE, app.db.writable()).await {
        Ok(Ok(())) => "ok",
        Ok(Err(e)) => {
            tracing::warn!(cause = ?e.cause(), "nothing can be stored");
            "read_only"
        }
        Err(_) => {
            tracing::warn!("a write takes too long");
            "read_only"
        }
    }
}

fn unconfirmed(conn: &mut db::Conn, clock: &Clock) -> Result<usize> {
    let confirmations = confirmation_store::all(conn)?;
    Ok(warnings(Lines::embedded(), &confirmations, clock.today_utc()).len())
}
