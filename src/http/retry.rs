//! When to come back: spread out, so that those who were refused together do not return together (LIM-5).

use std::sync::atomic::{AtomicU32, Ordering};

/// Seconds over which returns are spread (product decision).
const SPREAD: u32 = 3;

/// A golden-ratio step: whatever part of the sequence somebody gets, its values lie evenly.
const STEP: u32 = 0x9E37_79B9;

/// `seconds`, or up to [`SPREAD`] more; never less, so that who waits as told is not too early.
pub fn spread(seconds: u32) -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let turn = u64::from(NEXT.fetch_add(STEP, Ordering::Relaxed));
    let more = (turn * u64::from(SPREAD + 1)) >> 32;
    seconds.saturating_add(u32::try_from(more).unwrap_or(SPREAD))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LIM-5.
    #[test]
    fn nobody_is_told_to_come_early_and_all_come_spread_out() {
        let told: Vec<u32> = (0..400).map(|_| spread(2)).collect();
        for seconds in 2..=5 {
            let many = told.iter().filter(|told| **told == seconds).count();
            assert!((80..=120).contains(&many), "{many} of 400 after {seconds} s");
        }
        assert!(told.iter().all(|told| (2..=5).contains(told)));
        assert_eq!(spread(u32::MAX), u32::MAX);
    }
}
