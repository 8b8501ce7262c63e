//! The three secrets of a server: the seed that signs access tokens, the key that seals what
//! people write, and the key behind look-ups, refresh tokens and cursors.
//!
//! They live in files outside the database (`file.rs`), so that a copy of the database alone
//! opens nothing. The database remembers only their fingerprint. Secrets are never printed.

mod file;
#[cfg(test)]
mod test;

pub use file::{KeysError, KeysProblem, create, folder, load, put};

use aws_lc_rs::{
    digest,
    rand::{SecureRandom, SystemRandom},
};
use std::{fmt, hint::black_box};

/// 256 secret bits, overwritten when dropped.
#[derive(Clone)]
pub struct Secret32([u8; 32]);

impl Secret32 {
    /// Wraps bytes that come from a good source of randomness or from a key file.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for cryptography only.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    fn random() -> Self {
        let mut bytes = [0; 32];
        // Going on with guessable keys would be worse than stopping, and there is nothing to fall back to.
        SystemRandom::new()
            .fill(&mut bytes)
            .expect("the system's random source does not fail once it is open");
        Self(bytes)
    }
}

impl Drop for Secret32 {
    fn drop(&mut self) {
        self.0.fill(0);
        // Nobody reads the bytes afterwards; without this the compiler may leave the overwriting out.
        black_box(&mut self.0);
    }
}

impl fmt::Debug for Secret32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret32")
    }
}

/// The secrets of one server. All processes on one database use the same.
#[derive(Debug, Clone)]
pub struct Keys {
    /// Seed of the Ed25519 key that signs access tokens.
    pub access_token_seed: Secret32,
    /// Wraps the data key of each person.
    pub sealing: Secret32,
    /// HMAC key of blind indexes, refresh tokens and cursors.
    pub lookup: Secret32,
}

/// What was found where the keys belong.
#[derive(Debug)]
pub enum KeysState {
    /// All three, usable.
    Found(Keys),
    /// None of them, in a place where they may be made.
    Absent,
}

impl Keys {
    /// Fresh keys that are written nowhere, for a demo or a test.
    pub fn random() -> Self {
        Self {
            access_token_seed: Secret32::random(),
            sealing: Secret32::random(),
            lookup: Secret32::random(),
        }
    }

    /// 64 hexadecimal characters that are the same for the same keys and tell nothing about them.
    pub fn fingerprint(&self) -> String {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(b"attune keys fingerprint, version 1\0");
        for (name, secret) in self.named() {
            context.update(name.as_bytes());
            context.update(b"\0");
            context.update(secret.expose());
        }
        hex(context.finish().as_ref())
    }

    /// The secrets with the names of their files, in a fixed order.
    fn named(&self) -> [(&'static str, &Secret32); 3] {
        let [access_token, sealing, lookup] = file::NAMES;
        [(access_token, &self.access_token_seed), (sealing, &self.sealing), (lookup, &self.lookup)]
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
