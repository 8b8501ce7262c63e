//! One sealed cell: XChaCha20-Poly1305 with a random nonce, bound to the place that it is stored in.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305,
    aead::{Aead, Payload},
};

use super::{VERSION, framed};
use crate::{
    error::{Error, Result},
    id::UserId,
};

const NONCE: usize = 24;

/// Where a sealed value is stored. A value does not open anywhere else.
#[derive(Debug, Clone, Copy)]
pub struct Cell<'a> {
    /// Table name.
    pub table: &'static str,
    /// Column name.
    pub column: &'static str,
    /// Primary key of the row, below its person.
    pub row: &'a str,
}

/// The data key of one person.
pub struct PersonKey {
    person: UserId,
    cipher: XChaCha20Poly1305,
}

impl PersonKey {
    pub(super) fn new(person: UserId, secret: &[u8; 32]) -> Self {
        Self { person, cipher: XChaCha20Poly1305::new(secret.into()) }
    }

    /// Whose key this is.
    pub fn person(&self) -> UserId {
        self.person
    }

    /// Seals a text for one cell.
    pub fn seal(&self, cell: Cell<'_>, text: &str) -> Result<Vec<u8>> {
        let mut nonce = [0; NONCE];
        SystemRandom::new().fill(&mut nonce).map_err(|_| Error::internal("the random generator failed"))?;
        encrypt(&self.cipher, nonce, &self.label(cell), text.as_bytes())
    }

    /// Seals a text that may be absent.
    pub fn seal_some(&self, cell: Cell<'_>, text: Option<&str>) -> Result<Option<Vec<u8>>> {
        text.map(|text| self.seal(cell, text)).transpose()
    }

    /// Opens what was sealed for this cell.
    ///
    /// # Errors
    /// 500 when the value belongs elsewhere or is damaged; never another text.
    pub fn open(&self, cell: Cell<'_>, sealed: &[u8]) -> Result<String> {
        let plain = decrypt(&self.cipher, &self.label(cell), sealed)?;
        String::from_utf8(plain).map_err(|_| Error::internal("a sealed cell does not hold text"))
    }

    /// Opens a value that may be absent.
    pub fn open_some(&self, cell: Cell<'_>, sealed: Option<&[u8]>) -> Result<Option<String>> {
        sealed.map(|sealed| self.open(cell, sealed)).transpose()
    }

    fn label(&self, cell: Cell<'_>) -> Vec<u8> {
        framed(
            "cell",
            &[
                cell.table.as_bytes(),
                cell.column.as_bytes(),
                cell.row.as_bytes(),
                self.person.as_str().as_bytes(),
                &[VERSION],
            ],
        )
    }
}

pub(super) fn encrypt(
    cipher: &XChaCha20Poly1305,
    nonce: [u8; NONCE],
    label: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>> {
    let body = cipher
        .encrypt(&nonce.into(), Payload { msg: plain, aad: label })
        .map_err(|_| Error::internal("sealing failed"))?;
    let mut sealed = Vec::with_capacity(1 + NONCE + body.len());
    sealed.push(VERSION);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&body);
    Ok(sealed)
}

pub(super) fn decrypt(cipher: &XChaCha20Poly1305, label: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
    let broken = || Error::internal("a sealed value cannot be opened with these keys");
    let (version, rest) = sealed.split_first().ok_or_else(broken)?;
    if *version != VERSION || rest.len() < NONCE {
        return Err(broken());
    }
    let (nonce, body) = rest.split_at(NONCE);
    let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| broken())?;
    cipher.decrypt(&nonce.into(), Payload { msg: body, aad: label }).map_err(|_| broken())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(person: &str, byte: u8) -> PersonKey {
        PersonKey::new(person.parse().expect("a literal"), &[byte; 32])
    }

    const MAYA: &str = "0191e7c2-93a4-7c3e-8f00-000000000001";
    const LENA: &str = "0191e7c2-93a4-7c3e-8f00-000000000002";
    const NOTE: Cell<'_> = Cell { table: "check_ins", column: "note_sealed", row: "a" };

    #[test]
    fn a_sealed_text_opens_in_its_own_cell() {
        let sealed = key(MAYA, 1).seal(NOTE, "a hard night").expect("seals");
        assert_eq!(key(MAYA, 1).open(NOTE, &sealed).expect("opens"), "a hard night");
        assert!(!sealed.windows(4).any(|part| part == b"hard"));
    }

    #[test]
    fn a_sealed_text_opens_nowhere_else() {
        let sealed = key(MAYA, 1).seal(NOTE, "a hard night").expect("seals");
        for cell in [
            Cell { table: "flag_events", ..NOTE },
            Cell { column: "tags_sealed", ..NOTE },
            Cell { row: "b", ..NOTE },
        ] {
            assert!(key(MAYA, 1).open(cell, &sealed).is_err(), "{cell:?}");
        }
        assert!(key(LENA, 1).open(NOTE, &sealed).is_err());
        assert!(key(MAYA, 2).open(NOTE, &sealed).is_err());
        for at in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[at] ^= 1;
            assert!(key(MAYA, 1).open(NOTE, &damaged).is_err(), "byte {at}");
        }
    }
}
