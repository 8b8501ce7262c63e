//! Where am I signed in, sign that one out, and the public keys of the access tokens.

use actix_web::{HttpRequest, HttpResponse, delete, get, http::header, web};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Caller, session_store};
use crate::{
    app::App,
    error::{Error, Result},
    http::{page::Page, query},
    id::SessionId,
};

/// One sign-in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "019ab0e2-93a4-7c3e-8f00-000000000001", "device": "iPhone", "current": true,
    "created_at": "2026-11-23T09:15:00Z", "last_used_at": "2026-11-23T09:00:00Z",
    "expires_at": "2026-12-23T09:15:00Z"
}))]
pub struct SessionView {
    /// Its name.
    #[schema(value_type = String, format = Uuid)]
    id: SessionId,
    /// Coarse label of the device.
    device: String,
    /// Whether this request came by it.
    current: bool,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last refreshed, to the hour.
    #[schema(value_type = String, format = DateTime)]
    last_used_at: Timestamp,
    /// When it ends in any case.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// Lists where you are signed in, the latest first.
///
/// All of them on one page: `next_cursor` is null, and there is no `limit`. A sign-in that is not used ends by
/// itself. It cannot be edited, so it has no `etag`.
#[utoipa::path(tag = "auth", responses((status = 200, body = Page<SessionView>)), security(("access_token" = [])))]
#[get("/v1/auth/sessions")]
pub async fn list(req: HttpRequest, caller: Caller, app: web::Data<App>) -> Result<HttpResponse> {
    query::none(&req)?;
    let now = app.clock.now();
    let rows = app.db.read(move |conn| session_store::list(conn, &caller, now)).await?;
    let data = rows.into_iter().map(|row| SessionView {
        current: row.id == caller.session,
        id: row.id,
        device: row.device,
        created_at: row.created_at.into(),
        last_used_at: row.last_used_at.into(),
        expires_at: row.expires_at.into(),
    });
    Ok(HttpResponse::Ok().json(Page { data: data.collect(), next_cursor: None, has_more: false }))
}

/// Signs one of your devices out.
///
/// Its access token is refused from the next request on.
#[utoipa::path(
    tag = "auth",
    params(("id" = String, Path, description = "The session", format = Uuid)),
    responses((status = 204, description = "Signed out")),
    security(("access_token" = []))
)]
#[delete("/v1/auth/sessions/{id}")]
pub async fn end(
    req: HttpRequest,
    caller: Caller,
    path: web::Path<SessionId>,
    app: web::Data<App>,
) -> Result<HttpResponse> {
    query::none(&req)?;
    let (now, id) = (app.clock.now(), path.into_inner());
    let ended = app.db.write(move |conn| session_store::end_own(conn, &caller, id, now)).await?;
    if ended { Ok(HttpResponse::NoContent().finish()) } else { Err(Error::not_found()) }
}

/// The public keys that access tokens are verified with.
#[utoipa::path(
    tag = "auth",
    responses((status = 200, description = "A JWK set (RFC 7517)", body = serde_json::Value,
        example = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": "…", "x": "…"}]})))
)]
#[get("/.well-known/jwks.json")]
pub async fn keys(req: HttpRequest, app: web::Data<App>) -> Result<HttpResponse> {
    query::none(&req)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .json(app.tokens.jwks()))
}
