//! Access tokens: short-lived EdDSA tokens after RFC 9068, and the public key that others verify them with.
//!
//! The algorithm is pinned by the key, never taken from the token. A valid token says who signed in; whether
//! that sign-in still stands is asked of the database at every request.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use super::{
    caller::{Role, refused},
    remembered::Remembered,
};
use crate::{
    error::{Error, Result},
    id::{SessionId, UserId},
    keys::Secret32,
};

/// Who the tokens are for.
pub const AUDIENCE: &str = "attune";
/// Who made the tokens. The same in every process on one database, whatever address each listens on; tokens of
/// another installation are refused by their key.
pub const ISSUER: &str = "attune";
/// `typ` of the header (RFC 9068).
const TYPE: &str = "at+jwt";
/// Clocks of one server differ by nothing; this allows for a clock that is set right while tokens live.
const LEEWAY_SECONDS: i64 = 5;
/// No setting makes tokens that live longer (twelve hours, in a sandbox), so none that claims to is ours.
const LONGEST_SECONDS: i64 = 43_200;

/// What a token says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    iss: String,
    aud: String,
    sub: UserId,
    sid: SessionId,
    role: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    auth_time: i64,
}

/// What a verified token proves.
#[derive(Debug, Clone, Copy)]
pub struct Claims {
    /// Who signed in.
    pub user: UserId,
    /// Which sign-in it was.
    pub session: SessionId,
}

/// What the signature of a token vouches for.
#[derive(Debug, Clone, Copy)]
struct Vouched {
    claims: Claims,
    iat: i64,
    nbf: i64,
    exp: i64,
}

impl Vouched {
    fn is_alive(&self, at: i64) -> bool {
        at < self.exp.saturating_add(LEEWAY_SECONDS)
            && self.nbf <= at.saturating_add(LEEWAY_SECONDS)
            && self.iat <= at.saturating_add(LEEWAY_SECONDS)
            && self.exp.saturating_sub(self.iat) <= LONGEST_SECONDS
    }
}

/// Signs and verifies access tokens.
pub struct Tokens {
    signing: EncodingKey,
    verifying: DecodingKey,
    public: [u8; 32],
    kid: String,
    issuer: String,
    seconds: i64,
    remembered: Remembered<Vouched>,
}

/// What goes into a token.
#[derive(Debug, Clone, Copy)]
pub struct Subject {
    /// Who.
    pub user: UserId,
    /// In which role.
    pub role: Role,
    /// By which sign-in.
    pub session: SessionId,
    /// When the password was last given.
    pub auth_time: Timestamp,
}

impl Tokens {
    /// # Errors
    /// 500 when the seed cannot be used as a key.
    pub fn new(seed: &Secret32, issuer: &str, seconds: i64) -> Result<Self> {
        let broken = || Error::internal("the signing key cannot be used");
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.expose()).map_err(|_| broken())?;
        let pkcs8 = pair.to_pkcs8().map_err(|_| broken())?;
        let public: [u8; 32] = pair.public_key().as_ref().try_into().map_err(|_| broken())?;
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &public);
        Ok(Self {
            signing: EncodingKey::from_ed_der(pkcs8.as_ref()),
            verifying: DecodingKey::from_ed_der(&public),
            public,
            kid: URL_SAFE_NO_PAD.encode(&digest.as_ref()[..12]),
            issuer: issuer.to_owned(),
            seconds,
            remembered: Remembered::new(),
        })
    }

    /// How long a token lives, in seconds.
    pub fn seconds(&self) -> i64 {
        self.seconds
    }

    /// Signs a token.
    pub fn sign(&self, subject: Subject, now: Timestamp) -> Result<String> {
        let header =
            Header { typ: Some(TYPE.into()), kid: Some(self.kid.clone()), ..Header::new(Algorithm::EdDSA) };
        let body = Body {
            iss: self.issuer.clone(),
            aud: AUDIENCE.into(),
            sub: subject.user,
            sid: subject.session,
            role: subject.role.as_str().into(),
            iat: now.as_second(),
            nbf: now.as_second(),
            exp: now.as_second().saturating_add(self.seconds),
            auth_time: subject.auth_time.as_second(),
        };
        jsonwebtoken::encode(&header, &body, &self.signing).map_err(Error::internal)
    }

    /// Verifies a token against this key, issuer and audience, and its times against `now`.
    ///
    /// # Errors
    /// 401, always the same.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Claims> {
        let vouched = self.remembered.or_verify(token, || self.check_signature(token))?;
        if vouched.is_alive(now.as_second()) { Ok(vouched.claims) } else { Err(refused()) }
    }

    /// Everything about a token that does not change with time.
    fn check_signature(&self, token: &str) -> Result<Vouched> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| refused())?;
        let plain = header.typ.as_deref() == Some(TYPE)
            && header.kid.as_deref() == Some(&self.kid)
            && header.crit.is_none()
            && header.jwk.is_none()
            && header.jku.is_none()
            && header.x5u.is_none()
            && header.x5c.is_none();
        if !plain {
            return Err(refused());
        }
        let mut checks = Validation::new(Algorithm::EdDSA);
        checks.set_issuer(&[&self.issuer]);
        checks.set_audience(&[AUDIENCE]);
        checks.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        // Times are compared by `verify`, with the application's clock.
        checks.validate_exp = false;
        checks.validate_nbf = false;
        let body: Body = jsonwebtoken::decode(token, &self.verifying, &checks).map_err(|_| refused())?.claims;
        let Body { sub, sid, iat, nbf, exp, .. } = body;
        Ok(Vouched { claims: Claims { user: sub, session: sid }, iat, nbf, exp })
    }

    /// The public key as a JWK set.
    pub fn jwks(&self) -> serde_json::Value {
        serde_json::json!({"keys": [{
            "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA",
            "kid": self.kid, "x": URL_SAFE_NO_PAD.encode(self.public),
        }]})
    }
}
