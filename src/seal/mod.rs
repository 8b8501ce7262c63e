//! Sealing: text at rest that only the program with its keys can read.
//!
//! Every person has a random data key, kept in the database wrapped by a key that is not in it. A sealed cell
//! is bound to its table, column, row, person and key version, so that a cell that was moved or swapped does
//! not open. What must be found again without being stored (an e-mail address) is looked up by a keyed hash.

mod cell;
pub mod store;

use aws_lc_rs::{
    hmac,
    rand::{SecureRandom, SystemRandom},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};

pub use cell::{Cell, PersonKey};

use crate::{
    error::{Error, Result},
    id::UserId,
    keys::Keys,
};

/// Version of the way cells are sealed; stored with every person's key and every cell.
const VERSION: u8 = 1;

/// Holds the server's keys and does with them what needs keys.
pub struct Vault {
    wrapping: XChaCha20Poly1305,
    lookup: hmac::Key,
    random: SystemRandom,
}

impl Vault {
    /// A vault over the server's keys.
    pub fn new(keys: &Keys) -> Self {
        Self {
            wrapping: XChaCha20Poly1305::new(keys.sealing.expose().into()),
            lookup: hmac::Key::new(hmac::HMAC_SHA256, keys.lookup.expose()),
            random: SystemRandom::new(),
        }
    }

    /// Random bytes from the operating system's generator.
    pub fn random<const N: usize>(&self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes).map_err(|_| Error::internal("the random generator failed"))?;
        Ok(bytes)
    }

    /// A keyed hash over length-prefixed parts; `purpose` keeps the uses apart.
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let tag = hmac::sign(&self.lookup, &framed(purpose, parts));
        let mut bytes = [0; 32];
        bytes.copy_from_slice(tag.as_ref());
        bytes
    }

    /// Whether `mac` is what [`Vault::mac`] gives, compared in constant time.
    pub fn mac_matches(&self, purpose: &str, parts: &[&[u8]], mac: &[u8]) -> bool {
        hmac::verify(&self.lookup, &framed(purpose, parts), mac).is_ok()
    }

    /// As [`Vault::mac`], as text for a column.
    pub fn index(&self, purpose: &str, value: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(purpose, &[value.as_bytes()]))
    }

    /// Makes a new data key for a person: the key, and its wrapped form for the database.
    pub fn new_person_key(&self, person: UserId) -> Result<(PersonKey, Vec<u8>)> {
        let secret: [u8; 32] = self.random()?;
        let wrapped = cell::encrypt(&self.wrapping, self.random()?, &wrapping_label(person), &secret)?;
        Ok((PersonKey::new(person, &secret), wrapped))
    }

    /// Unwraps a person's data key.
    ///
    /// # Errors
    /// 500 when it was wrapped by another key, for another person, or is damaged.
    pub fn unwrap_person_key(&self, person: UserId, wrapped: &[u8]) -> Result<PersonKey> {
        let secret = cell::decrypt(&self.wrapping, &wrapping_label(person), wrapped)?;
        let secret: [u8; 32] =
            secret.as_slice().try_into().map_err(|_| Error::internal("a person key has the wrong length"))?;
        Ok(PersonKey::new(person, &secret))
    }
}

fn wrapping_label(person: UserId) -> Vec<u8> {
    framed("person key", &[person.as_str().as_bytes(), &[VERSION]])
}

/// Joins parts so that no two different lists give the same bytes.
fn framed(purpose: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(64);
    for part in std::iter::once(purpose.as_bytes()).chain(parts.iter().copied()) {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}
