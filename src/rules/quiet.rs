//! A day on which nobody wrote anything, and what was known on it beside what had been said.
//!
//! What may change later (a setting, a pause, which flags were open) is part of the day itself. So the day is judged
//! the same whenever the history is replayed.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};

/// The hour of the parent's morning at which a day is asked about (product decision: after the night, when a message
/// wakes nobody, and before a doula begins her day).
pub const MORNING: i8 = 7;
/// For how many days ahead a parent may pause check-ins (product decision: a pause has an end that is near).
pub const LONGEST_PAUSE_DAYS: i64 = 60;

/// A local day about which a timer asks, because something becomes due without an answer.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub struct Quiet {
    /// The parent's local day.
    pub on: Date,
    /// The morning of that day where she lives: what it is asked at, however late a server comes to it.
    pub at: Timestamp,
    /// What was known then.
    pub known: Known,
}

/// What a quiet day is judged by beside what was said.
#[derive(Copy, Clone, Eq, PartialEq, Debug, Default)]
pub struct Known {
    /// How many days apart the parent wishes to be asked, when she said so.
    pub cadence_days: Option<u8>,
    /// The last local day of her latest pause, also of one that is over or was lifted early.
    pub paused_through: Option<Date>,
    /// A flag of `follow_up` or above, of another rule than silence, is not closed.
    pub flag_open: bool,
    /// The same of what doulas see of flags.
    pub shared_flag_open: bool,
}

impl Quiet {
    /// The day as a doula may have it judged: by what is shared of flags.
    pub(super) fn shared(mut self) -> Self {
        self.known.flag_open = self.known.shared_flag_open;
        self
    }

    /// The local day of an instant, by the clock that shows the morning of this one. A change of that clock in
    /// between may shift it by an hour, which counts only at midnight.
    pub(super) fn day_of(&self, instant: Timestamp) -> Date {
        let day = i128::from(24 * 60 * 60 * 1_000_000_000_i64);
        let midnight = self.at - SignedDuration::from_hours(i64::from(MORNING));
        // Midnight itself belongs to the day that begins with it.
        let days = instant.duration_since(midnight).as_nanos().div_euclid(day);
        self.on.saturating_add(i64::try_from(days).unwrap_or(0).days())
    }
}

/// The morning of a local day. Where a change of the clock leaves it out, the same time by the clock before.
pub fn morning(on: Date, zone: &TimeZone) -> Timestamp {
    let at = on.at(MORNING, 0, 0, 0).to_zoned(zone.clone()).map(|zoned| zoned.timestamp());
    // Only the last days of the calendar have no instant in every zone.
    at.unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::sample::day;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a literal instant")
    }

    #[test]
    fn the_morning_follows_the_clock_of_the_place() {
        for (on, zone, expected) in [
            ("2026-11-23", "UTC", "2026-11-23T07:00:00Z"),
            ("2026-11-23", "Asia/Kolkata", "2026-11-23T01:30:00Z"),
            ("2026-11-23", "Pacific/Kiritimati", "2026-11-22T17:00:00Z"),
            // Both changes of the clock come before the morning.
            ("2026-03-29", "Europe/Paris", "2026-03-29T05:00:00Z"),
            ("2026-03-28", "Europe/Paris", "2026-03-28T06:00:00Z"),
            ("2026-10-25", "Europe/Paris", "2026-10-25T06:00:00Z"),
            ("2026-10-24", "Europe/Paris", "2026-10-24T05:00:00Z"),
            // A day that the island left out: the clock before it was 24 hours behind.
            ("2011-12-30", "Pacific/Apia", "2011-12-30T17:00:00Z"),
        ] {
            let zone = TimeZone::get(zone).expect("bundled");
            assert_eq!(morning(day(on), &zone), at(expected), "{on}");
        }
    }

    #[test]
    fn an_instant_falls_on_the_day_that_the_morning_shows() {
        let zone = TimeZone::get("America/New_York").expect("bundled");
        let quiet =
            Quiet { on: day("2026-11-23"), at: morning(day("2026-11-23"), &zone), known: Known::default() };
        for (instant, on) in [
            ("2026-11-23T12:00:00Z", "2026-11-23"),
            ("2026-11-23T05:00:00Z", "2026-11-23"),
            ("2026-11-23T04:59:59Z", "2026-11-22"),
            ("2026-11-24T04:59:59Z", "2026-11-23"),
            ("2026-11-24T05:00:00Z", "2026-11-24"),
            ("2026-11-19T23:00:00Z", "2026-11-19"),
        ] {
            assert_eq!(quiet.day_of(at(instant)), day(on), "{instant}");
        }
    }

    #[test]
    fn towards_a_doula_only_what_she_sees_of_flags_counts() {
        for (all, shared) in [(true, false), (false, true), (true, true), (false, false)] {
            let known = Known { flag_open: all, shared_flag_open: shared, ..Known::default() };
            let quiet = Quiet { on: day("2026-11-23"), at: at("2026-11-23T07:00:00Z"), known };
            assert_eq!(quiet.shared().known.flag_open, shared);
        }
    }
}
