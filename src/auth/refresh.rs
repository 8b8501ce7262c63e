//! Refresh tokens: how one is made, and what a presented one means for its session. Pure.
//!
//! A token is the session, its generation and a keyed hash over both and a random seed in the session's row;
//! nothing of it is stored. Each use moves the session to the next generation. The immediate predecessor may
//! be used for ten more seconds and yields the same successor, for a phone that lost the reply; any older
//! one shows that a token was copied, and ends the session (RFC 9700, 4.14).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};

use crate::{id::SessionId, seal::Vault};

/// How long the immediate predecessor still works.
pub const GRACE: SignedDuration = SignedDuration::from_secs(10);

/// The token of a session's generation.
pub fn token(vault: &Vault, session: SessionId, seed: &[u8], generation: i64) -> String {
    let generation = generation.to_be_bytes();
    let mac = vault.mac("refresh", &[session.as_str().as_bytes(), seed, &generation]);
    URL_SAFE_NO_PAD.encode([session.as_str().as_bytes(), &generation, &mac].concat())
}

/// A token taken apart; whether it is genuine is known only with the session's seed.
#[derive(Clone, PartialEq, Eq)]
pub struct Presented {
    /// The session it names.
    pub session: SessionId,
    generation: i64,
    mac: Vec<u8>,
}

impl Presented {
    /// Takes a token apart; `None` when it has another form.
    pub fn parse(token: &str) -> Option<Self> {
        if token.len() > 200 {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (session, rest) = bytes.split_at_checked(36)?;
        let (generation, mac) = rest.split_at_checked(8)?;
        Some(Self {
            session: std::str::from_utf8(session).ok()?.parse().ok()?,
            generation: i64::from_be_bytes(generation.try_into().ok()?),
            mac: mac.to_vec(),
        })
    }

    /// Whether this server made it for this session.
    pub fn is_genuine(&self, vault: &Vault, seed: &[u8]) -> bool {
        let generation = self.generation.to_be_bytes();
        vault.mac_matches("refresh", &[self.session.as_str().as_bytes(), seed, &generation], &self.mac)
    }

    /// What a genuine token means for a session at `current` generation since `rotated_at`.
    pub fn verdict(&self, current: i64, rotated_at: Timestamp, now: Timestamp) -> Verdict {
        if self.generation == current {
            Verdict::Rotate
        } else if self.generation + 1 == current && now.duration_since(rotated_at) <= GRACE {
            Verdict::SameAgain
        } else {
            Verdict::Stolen
        }
    }
}

/// What to do with a genuine refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Move on to the next generation.
    Rotate,
    /// Answer with the current generation once more.
    SameAgain,
    /// An older one was used again: end the session.
    Stolen,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keys;

    #[test]
    fn only_the_immediate_predecessor_has_a_grace() {
        let vault = Vault::new(&Keys::random());
        let session: SessionId = "0191e7c2-93a4-7c3e-8f00-000000000001".parse().expect("a literal");
        let rotated: Timestamp = "2026-11-23T09:00:00Z".parse().expect("a literal");
        let after = |seconds| rotated + SignedDuration::from_secs(seconds);
        let presented = |generation| {
            let token = token(&vault, session, b"seed", generation);
            Presented::parse(&token).expect("parses")
        };
        for (generation, seconds, verdict) in [
            (5, 0, Verdict::Rotate),
            (5, 900, Verdict::Rotate),
            (4, 0, Verdict::SameAgain),
            (4, 10, Verdict::SameAgain),
            (4, 11, Verdict::Stolen),
            (3, 1, Verdict::Stolen),
            (6, 1, Verdict::Stolen),
        ] {
            let presented = presented(generation);
            assert!(presented.is_genuine(&vault, b"seed"));
            assert_eq!(
                presented.verdict(5, rotated, after(seconds)),
                verdict,
                "{generation} after {seconds} s"
            );
        }
    }

    #[test]
    fn a_forged_token_is_not_genuine() {
        let vault = Vault::new(&Keys::random());
        let session: SessionId = "0191e7c2-93a4-7c3e-8f00-000000000001".parse().expect("a literal");
        let token = token(&vault, session, b"seed", 1);
        let genuine = Presented::parse(&token).expect("parses");
        assert!(!genuine.is_genuine(&vault, b"other"));
        assert!(!genuine.is_genuine(&Vault::new(&Keys::random()), b"seed"));
        assert!(!Presented { generation: 2, ..genuine.clone() }.is_genuine(&vault, b"seed"));
        for wrong in ["", "x", &token[1..], &token[..40], &format!("{token}=")] {
            assert!(Presented::parse(wrong).is_none_or(|p| !p.is_genuine(&vault, b"seed")), "{wrong}");
        }
    }
}
