//! Passwords: argon2id, on threads of their own so that nothing else waits for them.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, mpsc},
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::oneshot;

use crate::error::{Error, Result};

/// Fewest characters (NIST SP 800-63B-4: 15 where the password is the only factor).
pub const SHORTEST: usize = 15;
/// Most characters.
pub const LONGEST: usize = 128;

/// KiB of memory, passes and lanes of one hash (OWASP Password Storage Cheat Sheet).
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// What one hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// What a server uses.
    Full,
    /// Next to nothing, for tests that register thousands of people. No setting leads here.
    ForTests,
}

impl Cost {
    fn memory_kib(self) -> u32 {
        match self {
            Self::Full => MEMORY_KIB,
            Self::ForTests => 64,
        }
    }
}

/// A hash that no password has: verified against where there is no account, so that the work is the same.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$YXR0dW5lLW5vYm9keS1oZXJl$Ei2hdgB3MAyNtFxnjEbWcVVWjdRLvm4PVMOYmcTpRvs";

type Job = Box<dyn FnOnce() + Send>;

/// A bounded pool of threads that hash. Cheap to clone.
#[derive(Clone)]
pub struct Hasher {
    queue: mpsc::SyncSender<Job>,
    cost: Cost,
}

impl Hasher {
    /// Starts `threads` threads with room for `waiting` jobs between them.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub fn start(threads: usize, waiting: usize, cost: Cost) -> std::io::Result<Self> {
        let (queue, jobs) = mpsc::sync_channel::<Job>(waiting);
        let jobs = Arc::new(Mutex::new(jobs));
        for number in 0..threads.max(1) {
            let jobs = Arc::clone(&jobs);
            std::thread::Builder::new().name(format!("hasher-{number}")).spawn(move || {
                loop {
                    let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok(job) = job else { return };
                    if catch_unwind(AssertUnwindSafe(job)).is_err() {
                        tracing::error!("hashing a password panicked");
                    }
                }
            })?;
        }
        Ok(Self { queue, cost })
    }

    /// The hash of a new password, as a PHC string with a random salt.
    ///
    /// # Errors
    /// 503 when too many hashes wait already.
    pub async fn hash(&self, password: String) -> Result<String> {
        let cost = self.cost;
        self.run(move || hash(&password, cost)).await?
    }

    /// Whether a password is the one behind `stored`. Without an account, pass `None`: the work is the same.
    ///
    /// # Errors
    /// 503 when too many hashes wait already.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool> {
        self.run(move || {
            let matches = verify(&password, stored.as_deref().unwrap_or(NOBODY));
            matches && stored.is_some()
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move || {
            if !answer.is_closed() && answer.send(work()).is_err() {
                tracing::debug!("the caller went away before its hash");
            }
        });
        self.queue.try_send(job).map_err(|_| Error::overloaded())?;
        answered.await.map_err(|_| Error::internal("a hash was not made"))
    }
}

fn argon2(cost: Cost) -> Result<Argon2<'static>> {
    let params =
        Params::new(cost.memory_kib(), PASSES, LANES, None).map_err(|e| Error::internal(e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str, cost: Cost) -> Result<String> {
    let hash =
        argon2(cost)?.hash_password(password.as_bytes()).map_err(|e| Error::internal(e.to_string()))?;
    Ok(hash.to_string())
}

fn verify(password: &str, stored: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(stored) else { return false };
    // A row that asks for more than we ever write is damaged or planted; it is refused unhashed.
    let asks_too_much = Params::try_from(&parsed)
        .map_or(true, |p| p.m_cost() > MEMORY_KIB || p.t_cost() > PASSES || p.p_cost() > LANES);
    if asks_too_much {
        return false;
    }
    argon2(Cost::Full).is_ok_and(|argon2| argon2.verify_password(password.as_bytes(), &parsed).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_argon2id_with_the_parameters_we_promise() {
        let stored = hash("correct horse battery", Cost::Full).expect("hashes");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(verify("correct horse battery", &stored));
        assert!(!verify("correct horse batterY", &stored));
        assert_ne!(stored, hash("correct horse battery", Cost::Full).expect("hashes"));
    }

    #[test]
    fn long_passwords_are_not_cut() {
        let base = "x".repeat(72);
        let stored = hash(&format!("{base}a"), Cost::Full).expect("hashes");
        assert!(!verify(&format!("{base}b"), &stored));
    }

    #[test]
    fn the_hash_of_nobody_costs_what_a_real_one_costs() {
        let parsed = PasswordHash::new(NOBODY).expect("parses");
        let params = Params::try_from(&parsed).expect("reads");
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (MEMORY_KIB, PASSES, LANES));
        assert!(!verify("anything at all", NOBODY));
    }

    #[test]
    fn a_stored_hash_that_asks_for_more_is_refused_unhashed() {
        let stored =
            hash("correct horse battery", Cost::Full).expect("hashes").replace("m=19456", "m=1945600");
        assert!(!verify("correct horse battery", &stored));
    }
}
