//! The local day of an instant, decided once, when an entry is stored. Pure.

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::Date,
    tz::{Offset, TimeZone},
};

use crate::rules::Answer;

/// How far back an entry may lie.
pub(super) const BACK: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How far a phone's clock may run ahead.
pub(super) const AHEAD: SignedDuration = SignedDuration::from_mins(10);

/// The calendar day that `at` is part of in `zone`. A stored zone that this machine does not know counts as
/// UTC: an entry is worth more than the hours by which its day may be off.
pub fn local_date(at: Timestamp, zone: &str) -> Date {
    at.to_zoned(self::zone(zone)).date()
}

/// A zone by its stored name; UTC for one that this machine does not know.
pub(super) fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or_else(|_| {
        tracing::error!(zone = name, "a stored time zone is not known here; UTC is used");
        TimeZone::UTC
    })
}

/// The local day on which an answer was given: its own, or for a backdated one that on which it was written.
pub fn answered_on(local_date: Date, occurred_at: Timestamp, recorded_at: Timestamp, zone: &str) -> Date {
    let answer = Answer { local_date, occurred_at, recorded_at };
    if answer.is_backdated() { self::local_date(recorded_at, zone) } else { local_date }
}

/// An instant before every one of a local day, whatever the zone. Entries are found by when they were felt, and only
/// then by their day: one index serves both.
pub fn before_day(day: Date) -> Timestamp {
    // No clock on earth is a day off UTC, so a day earlier at UTC is early enough.
    Offset::UTC.to_timestamp(day.saturating_sub(1.day()).at(0, 0, 0, 0)).unwrap_or(Timestamp::MIN)
}

/// An instant after every one of a local day, whatever the zone.
pub fn after_day(day: Date) -> Timestamp {
    Offset::UTC.to_timestamp(day.saturating_add(2.days()).at(0, 0, 0, 0)).unwrap_or(Timestamp::MAX)
}

/// When an entry was felt, from what its sender says: a little ahead of now is now; `None` is out of bounds.
pub(crate) fn felt_at(sent: Timestamp, now: Timestamp) -> Option<Timestamp> {
    if sent > now {
        (sent.duration_since(now) <= AHEAD).then_some(now)
    } else {
        (now.duration_since(sent) <= BACK).then_some(sent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(at: &str, zone: &str) -> String {
        local_date(at.parse().expect("a literal"), zone).to_string()
    }

    #[test]
    fn a_local_day_follows_clock_changes_and_the_date_line() {
        // Clocks in Paris go back on 2026-10-25 and forward on 2026-03-29.
        assert_eq!(day("2026-10-24T21:59:59Z", "Europe/Paris"), "2026-10-24");
        assert_eq!(day("2026-10-24T22:00:00Z", "Europe/Paris"), "2026-10-25");
        assert_eq!(day("2026-10-25T22:59:59Z", "Europe/Paris"), "2026-10-25");
        assert_eq!(day("2026-10-25T23:00:00Z", "Europe/Paris"), "2026-10-26");
        assert_eq!(day("2026-03-28T22:59:59Z", "Europe/Paris"), "2026-03-28");
        assert_eq!(day("2026-03-29T21:59:59Z", "Europe/Paris"), "2026-03-29");
        assert_eq!(day("2026-03-29T22:00:00Z", "Europe/Paris"), "2026-03-30");
        // One instant, three days around the date line.
        assert_eq!(day("2026-11-23T10:30:00Z", "Pacific/Kiritimati"), "2026-11-24");
        assert_eq!(day("2026-11-23T10:30:00Z", "Pacific/Pago_Pago"), "2026-11-22");
        assert_eq!(day("2026-11-23T10:30:00Z", "UTC"), "2026-11-23");
        // A zone that was known where it was stored, and is not here.
        assert_eq!(day("2026-11-23T10:30:00Z", "Mars/Olympus"), "2026-11-23");
    }

    #[test]
    fn no_zone_has_a_day_outside_of_the_instants_around_it() {
        let on: Date = "2026-11-23".parse().expect("a literal");
        for zone in jiff::tz::db().available() {
            let day = TimeZone::get(zone.as_str())
                .expect("it is in the list")
                .to_ambiguous_zoned(on.at(0, 0, 0, 0));
            let first = day.compatible().expect("in range").timestamp();
            let last = first + SignedDuration::from_hours(26);
            assert!(before_day(on) < first && last < after_day(on), "{}", zone.as_str());
        }
        assert_eq!(before_day(Date::MIN), Timestamp::MIN);
        assert_eq!(after_day(Date::MAX), Timestamp::MAX);
    }

    #[test]
    fn an_entry_lies_at_most_two_weeks_back_and_hardly_ahead() {
        let now: Timestamp = "2026-11-23T09:00:00Z".parse().expect("a literal");
        for (sent, felt) in [
            ("2026-11-23T09:10:00Z", Some("2026-11-23T09:00:00Z")),
            ("2026-11-23T09:10:00.000001Z", None),
            ("2026-11-09T09:00:00Z", Some("2026-11-09T09:00:00Z")),
            ("2026-11-09T08:59:59.999999Z", None),
            ("2026-11-22T23:00:00Z", Some("2026-11-22T23:00:00Z")),
        ] {
            let felt = felt.map(|text| text.parse().expect("a literal"));
            assert_eq!(felt_at(sent.parse().expect("a literal"), now), felt, "{sent}");
        }
    }
}
