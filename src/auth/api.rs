//! Signing in, renewing and signing out.
//!
//! Wrong password, unknown address and switched-off account are one and the same refusal, after the same work.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, http::header, post, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    account,
    email::Email,
    guess,
    password::LONGEST,
    refresh::{self, Presented, Verdict},
    session_store, store,
    token::Subject,
};
use crate::{
    app::App,
    error::{Error, ErrorCode, Result},
    http::{
        field::{Field, Reader},
        json::{self, RawBody},
        peer, query,
        value::Text,
    },
    id::SessionId,
};

/// E-mail address and password.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"email": "maya@example.org", "password": "a sentence only you know"}))]
pub struct Credentials {
    /// Your address.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 254, required = true)]
    email: Field<Text<1, 254>>,
    /// Your password.
    #[serde(default)]
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 128, required = true)]
    password: Field<Text<1, LONGEST>>,
    #[serde(flatten)]
    #[schema(ignore)]
    rest: BTreeMap<String, Value>,
}

/// A refresh token.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"refresh_token": "MDE5YWIwZTItOTNhNC03YzNlLThmMDAt…"}))]
pub struct RefreshRequest {
    /// As it was given out last.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 200, required = true)]
    refresh_token: Field<Text<1, 200>>,
    #[serde(flatten)]
    #[schema(ignore)]
    rest: BTreeMap<String, Value>,
}

/// What a sign-in gives.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "access_token": "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9…", "token_type": "Bearer", "expires_in": 600,
    "refresh_token": "MDE5YWIwZTItOTNhNC03YzNlLThmMDAt…"
}))]
pub struct TokenView {
    /// Send it as `Authorization: Bearer …`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// Seconds until the access token runs out.
    pub expires_in: i64,
    /// Good for one refresh.
    pub refresh_token: String,
}

/// Signs in.
///
/// Ten wrong passwords in fifteen minutes block the password for the rest of them; devices that are signed in
/// keep working.
#[utoipa::path(tag = "auth", request_body = Credentials, responses((status = 200, body = TokenView)))]
#[post("/v1/auth/login")]
pub async fn login(req: HttpRequest, app: web::Data<App>, body: RawBody) -> Result<HttpResponse> {
    query::none(&req)?;
    let now = app.clock.now();
    let wire: Credentials = json::into_wire(body.object().await?)?;
    let mut reader = Reader::default();
    reader.unknown(&wire.rest);
    let email = reader.required("email", wire.email);
    let password = reader.required("password", wire.password);
    let (Some(email), Some(password), true) = (email, password, reader.is_clean()) else {
        return Err(reader.into_error());
    };
    spend_address(&req, &app, now).await?;
    let email = Email::parse(&email.0);
    let subject = account_subject(&app, email.as_ref());
    let (vault, limited) = (app.vault.clone(), app.config.limits_enabled);
    let spent = subject.clone();
    let account = app
        .db
        .write(move |conn| {
            if limited && !store::spend(conn, &spent, guess::PER_ACCOUNT, now)? {
                return Err(too_many(guess::PER_ACCOUNT));
            }
            email.as_ref().map_or(Ok(None), |email| store::account(conn, &vault, email))
        })
        .await?;
    let stored = account.as_ref().map(|account| account.password_hash.clone());
    let matches = app.hasher.verify(password.0, stored).await?;
    let account = match account {
        Some(account) if matches && !account.disabled => account,
        _ => return Err(bad_credentials()),
    };
    let (vault, seconds, device) = (app.vault.clone(), app.tokens.seconds(), device(&req));
    let (id, role) = (account.id, account.role);
    let (session, seed) = app
        .db
        .write(move |conn| {
            store::refund(conn, &subject)?;
            session_store::begin(conn, &vault, id, role, device, seconds, now)
        })
        .await?;
    let subject = Subject { user: id, role, session, auth_time: now };
    Ok(HttpResponse::Ok().json(token_view(&app, subject, &seed, 1, now)?))
}

/// Renews a sign-in.
///
/// Each refresh token is good once. The one before the current works for ten more seconds and gives the same
/// successor; an older one ends the sign-in, because somebody else may hold a copy.
#[utoipa::path(tag = "auth", request_body = RefreshRequest, responses((status = 200, body = TokenView)))]
#[post("/v1/auth/refresh")]
pub async fn renew(req: HttpRequest, app: web::Data<App>, body: RawBody) -> Result<HttpResponse> {
    query::none(&req)?;
    let now = app.clock.now();
    let presented = presented(body).await?.ok_or_else(bad_credentials)?;
    let (vault, seconds) = (app.vault.clone(), app.tokens.seconds());
    let session = presented.session;
    let renewed = app
        .db
        .write(move |conn| {
            let Some(found) = session_store::renewable(conn, session, now)? else { return Ok(None) };
            if !presented.is_genuine(&vault, &found.seed) {
                return Ok(None);
            }
            match presented.verdict(found.generation, found.rotated_at, now) {
                Verdict::Rotate => {
                    let won = session_store::rotate(conn, session, &found, seconds, now)?;
                    // Who lost the race to a twin gets the twin's successor; who lost it to a sign-out, nothing.
                    let stands = won || session_store::renewable(conn, session, now)?.is_some();
                    Ok(stands.then_some((found.live, found.seed, found.generation + 1)))
                }
                Verdict::SameAgain => Ok(Some((found.live, found.seed, found.generation))),
                Verdict::Stolen => {
                    tracing::warn!(%session, "a spent refresh token was used again; the sign-in was ended");
                    session_store::end(conn, session, now)?;
                    Ok(None)
                }
            }
        })
        .await?;
    let (live, seed, generation) = renewed.ok_or_else(bad_credentials)?;
    let subject = Subject { user: live.user, role: live.role, session, auth_time: live.auth_time };
    Ok(HttpResponse::Ok().json(token_view(&app, subject, &seed, generation, now)?))
}

/// Signs out.
///
/// Works with an access token that has run out, and again when it was done before.
#[utoipa::path(
    tag = "auth",
    request_body = RefreshRequest,
    responses((status = 204, description = "Signed out; access tokens of this sign-in are refused from now on"))
)]
#[post("/v1/auth/logout")]
pub async fn logout(req: HttpRequest, app: web::Data<App>, body: RawBody) -> Result<HttpResponse> {
    query::none(&req)?;
    let now = app.clock.now();
    let presented = presented(body).await?.ok_or_else(bad_credentials)?;
    let vault = app.vault.clone();
    let known = app
        .db
        .write(move |conn| {
            let Some(seed) = session_store::seed(conn, presented.session)? else { return Ok(false) };
            if !presented.is_genuine(&vault, &seed) {
                return Ok(false);
            }
            session_store::end(conn, presented.session, now)?;
            Ok(true)
        })
        .await?;
    if !known {
        return Err(bad_credentials());
    }
    Ok(HttpResponse::NoContent().insert_header(("Clear-Site-Data", "\"cache\", \"storage\"")).finish())
}

async fn presented(body: RawBody) -> Result<Option<Presented>> {
    let wire: RefreshRequest = json::into_wire(body.object().await?)?;
    let mut reader = Reader::default();
    reader.unknown(&wire.rest);
    let token = reader.required("refresh_token", wire.refresh_token);
    reader.finish()?;
    Ok(token.and_then(|token| Presented::parse(&token.0)))
}

/// An access token and the refresh token of a session's generation.
pub(crate) fn token_view(
    app: &App,
    subject: Subject,
    seed: &[u8],
    generation: i64,
    now: Timestamp,
) -> Result<TokenView> {
    let session: SessionId = subject.session;
    Ok(TokenView {
        access_token: app.tokens.sign(subject, now)?,
        token_type: "Bearer",
        expires_in: app.tokens.seconds(),
        refresh_token: refresh::token(&app.vault, session, seed, generation),
    })
}

pub(super) async fn spend_address(req: &HttpRequest, app: &App, now: Timestamp) -> Result<()> {
    if !app.config.limits_enabled {
        return Ok(());
    }
    let subject = app.vault.index("guesses of an address", &peer::network(req, &app.config.trusted_proxies));
    let left = app.db.write(move |conn| store::spend(conn, &subject, guess::PER_ADDRESS, now)).await?;
    if left { Ok(()) } else { Err(too_many(guess::PER_ADDRESS)) }
}

/// Addresses without an account are counted in the same way, so that the count tells nothing.
fn account_subject(app: &App, email: Option<&Email>) -> String {
    app.vault.index("guesses of an account", email.map_or("", Email::canonical))
}

fn too_many(budget: guess::Budget) -> Error {
    let seconds = u32::try_from(budget.window.as_secs()).unwrap_or(900);
    Error::new(ErrorCode::TooManyRequests, "Wait a while, then try again.").retry_after(seconds)
}

fn bad_credentials() -> Error {
    Error::new(ErrorCode::BadCredentials, "Check what you sent, or sign in again.")
}

pub(super) fn device(req: &HttpRequest) -> &'static str {
    let agent = req.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    account::device(agent.unwrap_or_default())
}
