//! Building tokens by hand: any header, any claims, signed with a key of choice.
//!
//! Which of them must be refused is in the tests; here nothing is judged.

use attune::keys::Secret32;
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::support::{Person, TestApp};

/// Where forgeries start from: the parts of a token that the server would take.
pub struct Genuine {
    pub pair: Ed25519KeyPair,
    pub header: Value,
    pub claims: Value,
    pub whole: String,
}

impl Genuine {
    pub fn of(app: &TestApp, person: &Person) -> Self {
        let part = |index: usize| -> Value {
            let text = person.token.split('.').nth(index).unwrap();
            serde_json::from_slice(&B64.decode(text).unwrap()).unwrap()
        };
        Self {
            pair: pair(&app.keys().access_token_seed),
            header: part(0),
            claims: part(1),
            whole: person.token.clone(),
        }
    }

    /// Signs any header and payload text with the server's own key.
    pub fn signed(&self, header: &str, claims: &str) -> String {
        signed_with(&self.pair, header, claims)
    }

    pub fn with_header(&self, name: &str, value: Value) -> String {
        self.signed(&changed(&self.header, name, value), &self.claims.to_string())
    }

    pub fn with_claim(&self, name: &str, value: Value) -> String {
        self.signed(&self.header.to_string(), &changed(&self.claims, name, value))
    }

    pub fn with_claims_text(&self, claims: &str) -> String {
        self.signed(&self.header.to_string(), claims)
    }

    pub fn without_claim(&self, name: &str) -> String {
        let mut claims = self.claims.clone();
        claims.as_object_mut().unwrap().remove(name).unwrap();
        self.with_claims_text(&claims.to_string())
    }

    /// The payload under another algorithm and signature.
    pub fn under(&self, algorithm: &str, signature: &str) -> String {
        let header = changed(&self.header, "alg", json!(algorithm));
        format!("{}.{}.{signature}", B64.encode(header), B64.encode(self.claims.to_string()))
    }

    pub fn hashed_with(&self, secret: &[u8]) -> String {
        let kid = self.header["kid"].as_str().map(str::to_owned);
        let header = Header { typ: Some("at+jwt".into()), kid, ..Header::new(Algorithm::HS256) };
        jsonwebtoken::encode(&header, &self.claims, &EncodingKey::from_secret(secret)).unwrap()
    }

    pub fn parts(&self) -> [&str; 3] {
        self.whole.split('.').collect::<Vec<_>>().try_into().unwrap()
    }
}

pub fn pair(seed: &Secret32) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(seed.expose()).unwrap()
}

pub fn signed_with(pair: &Ed25519KeyPair, header: &str, claims: &str) -> String {
    let text = format!("{}.{}", B64.encode(header), B64.encode(claims));
    let signature = B64.encode(pair.sign(text.as_bytes()).as_ref());
    format!("{text}.{signature}")
}

pub fn changed(object: &Value, name: &str, value: Value) -> String {
    let mut object = object.clone();
    match value {
        Value::Null => drop(object.as_object_mut().unwrap().remove(name)),
        value => object[name] = value,
    }
    object.to_string()
}

/// The last letter of a signature holds four bits that belong to no byte; here they are not zero.
pub fn non_canonical(token: &str) -> String {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let last = token.chars().last().unwrap();
    let at = LETTERS.find(last).unwrap();
    format!("{}{}", &token[..token.len() - 1], LETTERS.chars().nth(at + 1).unwrap())
}
