//! Registering.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, http::header, post, web};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    api::{TokenView, device, spend_address, token_view},
    caller::Role,
    email::Email,
    password::{LONGEST, SHORTEST},
    session_store,
    store::{self, NewUser},
    token::Subject,
};
use crate::{
    app::App,
    config::Registration,
    error::{Error, ErrorCode, Result},
    help::country::is_country,
    http::{
        field::{Field, Reader},
        json::{self, RawBody},
        query,
        value::{Line, Text, Zone},
    },
    id::UserId,
};

/// A new account.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({
    "email": "maya@example.org", "password": "a sentence only you know", "display_name": "Maya",
    "role": "parent", "time_zone": "Europe/London", "country": "GB"
}))]
pub struct NewAccount {
    /// Your address; it is only used to sign in.
    #[serde(default)]
    #[schema(value_type = String, format = Email, max_length = 254, required = true)]
    email: Field<Email>,
    /// 15 to 128 characters, any of them.
    #[serde(default)]
    #[schema(value_type = String, format = Password, min_length = 15, max_length = 128, required = true)]
    password: Field<Text<SHORTEST, LONGEST>>,
    /// What others see.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 80, required = true)]
    display_name: Field<Line<1, 80>>,
    /// What you are here for.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    role: Field<Text<1, 20>>,
    /// IANA name of your time zone.
    #[serde(default)]
    #[schema(value_type = String, format = "time-zone", min_length = 1, max_length = 64, required = true)]
    time_zone: Field<Zone>,
    /// BCP 47 tag of your language.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "language-tag", min_length = 2, max_length = 35)]
    locale: Field<Text<2, 35>>,
    /// ISO 3166-1 alpha-2 code of your country; the lines to call come from it.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 2, max_length = 2)]
    country: Field<Text<2, 2>>,
    /// Needed by a doula where registration is by invitation.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    invite_code: Field<Text<1, 200>>,
    #[serde(flatten)]
    #[schema(ignore)]
    rest: BTreeMap<String, Value>,
}

/// A new account and its first sign-in.
#[derive(Serialize, ToSchema)]
pub struct Registered {
    /// The account.
    user: RegisteredUser,
    /// Its first sign-in.
    #[serde(flatten)]
    tokens: TokenView,
}

/// The account that was made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "019ab0e2-93a4-7c3e-8f00-000000000001", "role": "parent", "display_name": "Maya"}))]
pub struct RegisteredUser {
    /// Its name.
    #[schema(value_type = String, format = Uuid)]
    id: UserId,
    /// `parent` or `doula`.
    role: &'static str,
    /// What others see.
    display_name: String,
}

/// What a registration asks for, read and checked.
struct Application {
    user: NewUser,
    password: String,
}

impl NewAccount {
    fn read(object: Map<String, Value>, app: &App) -> Result<Application> {
        let wire: Self = json::into_wire(object)?;
        let mut reader = Reader::default();
        reader.unknown(&wire.rest);
        let email = reader.required("email", wire.email);
        let password = reader.required("password", wire.password);
        let display_name = reader.required("display_name", wire.display_name);
        let time_zone = reader.required("time_zone", wire.time_zone);
        let role = reader.required("role", wire.role).and_then(|word| match word.0.as_str() {
            "parent" => Some(Role::Parent),
            "doula" => Some(Role::Doula),
            _ => {
                reader.wrong("/role", "unknown_word", "Must be one of: parent, doula.");
                None
            }
        });
        let locale = reader.optional("locale", wire.locale).map(|tag| tag.0);
        if locale.as_ref().is_some_and(|tag| oxilangtag::LanguageTag::parse(tag.as_str()).is_err()) {
            reader.wrong("/locale", "bad_locale", "Must be a BCP 47 tag such as en-GB.");
        }
        let country = reader.optional("country", wire.country).map(|code| code.0);
        if country.as_ref().is_some_and(|code| !is_country(code)) {
            reader.wrong("/country", "unknown_country", "Must be an ISO 3166-1 alpha-2 code such as GB.");
        }
        let invite_code = reader.optional("invite_code", wire.invite_code).map(|code| code.0);
        if role == Some(Role::Doula) && app.config.registration_doula == Registration::Invite {
            let expected = app.config.registration_doula_code.as_ref().map(|code| code.expose());
            let given = invite_code.as_deref();
            let fits = match (given, expected) {
                (Some(given), Some(expected)) => {
                    let mac = app.vault.mac("registration code", &[expected.as_bytes()]);
                    app.vault.mac_matches("registration code", &[given.as_bytes()], &mac)
                }
                _ => false,
            };
            if !fits {
                reader.wrong("/invite_code", "unknown_code", "A doula needs a valid invite code here.");
            }
        }
        match (email, password, display_name, time_zone, role, reader.is_clean()) {
            (Some(email), Some(password), Some(name), Some(zone), Some(role), true) => Ok(Application {
                user: NewUser {
                    role,
                    email,
                    password_hash: String::new(),
                    display_name: name.0,
                    time_zone: zone.0,
                    locale,
                    country,
                },
                password: password.0,
            }),
            _ => Err(reader.into_error()),
        }
    }
}

/// Makes an account and signs it in.
///
/// A doula gets a practice of her own and is its admin. Passwords have at least 15 characters; there are no
/// other rules for them.
#[utoipa::path(
    tag = "auth",
    request_body = NewAccount,
    responses(
        (status = 201, body = Registered),
        (status = 409, description = "`email_taken`: this address has an account"),
    )
)]
#[post("/v1/auth/register")]
pub async fn register(req: HttpRequest, app: web::Data<App>, body: RawBody) -> Result<HttpResponse> {
    query::none(&req)?;
    let now = app.clock.now();
    let object = body.object().await?;
    spend_address(&req, &app, now).await?;
    let Application { mut user, password } = NewAccount::read(object, &app)?;
    // Hashed before anyone looks whether the address is taken, so that the work tells nothing.
    user.password_hash = app.hasher.hash(password).await?;
    let (vault, seconds, device) = (app.vault.clone(), app.tokens.seconds(), device(&req));
    let (role, display_name) = (user.role, user.display_name.clone());
    let made = app
        .db
        .write(move |conn| {
            let Some(id) = store::insert_user(conn, &vault, &user, now)? else { return Ok(None) };
            let session = session_store::begin(conn, &vault, id, user.role, device, seconds, now)?;
            Ok(Some((id, session)))
        })
        .await?;
    let Some((id, (session, seed))) = made else {
        return Err(Error::new(ErrorCode::EmailTaken, "Sign in instead, or use another address."));
    };
    let tokens = token_view(&app, Subject { user: id, role, session, auth_time: now }, &seed, 1, now)?;
    let user = RegisteredUser { id, role: role.as_str(), display_name };
    Ok(HttpResponse::Created().insert_header((header::LOCATION, "/v1/me")).json(Registered { user, tokens }))
}
