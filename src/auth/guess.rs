//! How often a secret may be guessed at: budgets that are counted in the database before any hashing, so that
//! parallel guesses and several processes share them.

use jiff::SignedDuration;

/// A number of tries in a span of time, per account or per address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Tries.
    pub tries: i32,
    /// Span that they are counted over.
    pub window: SignedDuration,
}

/// Failed sign-ins of one account (NIST SP 800-63B-4, 3.2.2, asks for a limit; the figure is a product
/// decision).
pub const PER_ACCOUNT: Budget = Budget { tries: 10, window: SignedDuration::from_mins(15) };
/// Sign-ins and registrations from one address: a household or a clinic shares one.
pub const PER_ADDRESS: Budget = Budget { tries: 30, window: SignedDuration::from_mins(1) };
