//! Tokens whose signature was verified before, by their digest: checking one takes longer than storing a check-in.
//!
//! Only genuine tokens get in, so nobody can fill it from outside; what is remembered is that the signature and the
//! fixed claims are right. Times are compared at every use, and the session is asked for at every request all the
//! same. Bounded: when the younger half is full, the older half is forgotten.

use std::{
    collections::HashMap,
    mem,
    sync::{Mutex, PoisonError},
};

use aws_lc_rs::digest::{SHA256, digest};

/// Tokens of one half; with both, at most some 2 MB.
const HALF: usize = 4_096;

type Digest = [u8; 32];

/// Values by the digest of the token that carries them.
pub(super) struct Remembered<T>(Mutex<Halves<T>>);

struct Halves<T> {
    younger: HashMap<Digest, T>,
    older: HashMap<Digest, T>,
}

impl<T: Copy> Remembered<T> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Halves { younger: HashMap::new(), older: HashMap::new() }))
    }

    /// What is remembered of `token`, or what `verify` finds out, which is remembered unless it fails.
    pub(super) fn or_verify<E>(
        &self,
        token: &str,
        verify: impl FnOnce() -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let key = key(token);
        if let Some(known) = self.find(&key) {
            return Ok(known);
        }
        // Without the lock: others must not wait for a signature check.
        let value = verify()?;
        self.keep(key, value);
        Ok(value)
    }

    fn find(&self, key: &Digest) -> Option<T> {
        // A panic elsewhere cannot leave a map of copies half changed.
        let mut halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = halves.younger.get(key) {
            return Some(*value);
        }
        let value = halves.older.remove(key)?;
        halves.keep(*key, value);
        Some(value)
    }

    fn keep(&self, key: Digest, value: T) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).keep(key, value);
    }
}

impl<T> Halves<T> {
    fn keep(&mut self, key: Digest, value: T) {
        if self.younger.len() >= HALF {
            self.older = mem::take(&mut self.younger);
        }
        self.younger.insert(key, value);
    }
}

fn key(token: &str) -> Digest {
    let mut key = [0; 32];
    key.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_verified_is_not_verified_again() {
        let remembered = Remembered::new();
        assert_eq!(remembered.or_verify("a", || Ok::<_, ()>(1)), Ok(1));
        assert_eq!(remembered.or_verify("a", || panic!("it is known")), Ok::<_, ()>(1));
        assert_eq!(remembered.or_verify("b", || Ok::<_, ()>(2)), Ok(2));
    }

    #[test]
    fn what_was_refused_is_asked_again() {
        let remembered = Remembered::new();
        assert_eq!(remembered.or_verify("a", || Err::<u8, _>("forged")), Err("forged"));
        assert_eq!(remembered.or_verify("a", || Err::<u8, _>("forged again")), Err("forged again"));
    }

    #[test]
    fn it_holds_no_more_than_two_halves_and_keeps_what_is_used() {
        let remembered = Remembered::new();
        for at in 0..5 * HALF {
            assert_eq!(remembered.or_verify(&at.to_string(), || Ok::<_, ()>(at)), Ok(at));
            assert_eq!(remembered.or_verify("in use", || if at == 0 { Ok(0) } else { Err(at) }), Ok(0));
        }
        let halves = remembered.0.lock().unwrap();
        assert!(halves.younger.len() + halves.older.len() <= 2 * HALF);
        assert!(!halves.younger.contains_key(&key("0")) && !halves.older.contains_key(&key("0")));
    }
}
