//! The only place that asks what time it is.
//!
//! Everything else is handed an instant. With `--sandbox` the clock can be moved; it then runs on from there,
//! and a restart sets it right.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

/// A clock whose copies all show the same time.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    moved_by_micros: Arc<AtomicI64>,
}

impl Clock {
    /// The current instant, cut to microseconds, which is what the databases keep.
    pub fn now(&self) -> Timestamp {
        let moved = self.moved_by_micros.load(Ordering::SeqCst);
        let micros = system_micros().saturating_add(moved);
        Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
    }

    /// The current day in UTC, for what belongs to no person's time zone.
    pub fn today_utc(&self) -> Date {
        self.now().to_zoned(TimeZone::UTC).date()
    }

    /// Moves the clock by a span, forwards or backwards. Only the sandbox and tests do.
    pub fn advance(&self, by: SignedDuration) {
        let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        self.moved_by_micros.fetch_add(micros, Ordering::SeqCst);
    }

    /// Sets the clock; it runs on from there.
    pub fn set(&self, to: Timestamp) {
        self.moved_by_micros.store(to.as_microsecond() - system_micros(), Ordering::SeqCst);
    }
}

#[allow(clippy::disallowed_methods, reason = "this is the one place that may ask")]
fn system_micros() -> i64 {
    Timestamp::now().as_microsecond()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_clock_runs_on_from_where_it_was_put() {
        let clock = Clock::default();
        let there: Timestamp = "2030-01-01T00:00:00Z".parse().expect("a literal");
        clock.set(there);
        assert!(clock.now() >= there && clock.now().duration_since(there) < SignedDuration::from_secs(5));
        clock.clone().advance(SignedDuration::from_hours(24));
        assert!(clock.now().duration_since(there) >= SignedDuration::from_hours(24));
    }
}
