//! The local day of an instant, decided once, when an entry is stored. Pure.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

/// How far back an entry may lie.
pub(super) const BACK: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How far a phone's clock may run ahead.
pub(super) const AHEAD: SignedDuration = SignedDuration::from_mins(10);

/// The calendar day that `at` is part of in `zone`. A stored zone that this machine does not know counts as
/// UTC: an entry is worth more than the hours by which its day may be off.
pub fn local_date(at: Timestamp, zone: &str) -> Date {
    let zone = TimeZone::get(zone).unwrap_or_else(|_| {
        tracing::error!(zone, "a stored time zone is not known here; UTC is used");
        TimeZone::UTC
    });
    at.to_zoned(zone).date()
}

/// When an entry was felt, from what its sender says: a little ahead of now is now; `None` is out of bounds.
pub(super) fn felt_at(sent: Timestamp, now: Timestamp) -> Option<Timestamp> {
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
