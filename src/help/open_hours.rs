//! When a line answers: weekly spans in the line's own time zone, and whether an instant falls into one.
//!
//! The one thing to know: hours that nobody knows are never open. A closed line offered as open costs a parent
//! the strength for a second call.

use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;

use super::line::Line;

/// Minutes in a day of the clock, and the end of a span that closes at 24:00.
pub const MINUTES_PER_DAY: u16 = 24 * 60;

/// Weekly opening hours by the clock on the wall of `zone`.
#[derive(Debug, Clone)]
pub struct OpenHours {
    /// The zone that the spans are told in, which is the line's and not the caller's.
    pub zone: TimeZone,
    /// Spans; any of them may hold.
    pub spans: Vec<Span>,
}

/// One span of opening that begins on each of `days`.
#[derive(Debug, Clone)]
pub struct Span {
    /// Days on which it begins.
    pub days: Vec<Weekday>,
    /// First open minute of the day, 0 to 1439.
    pub from: u16,
    /// First closed minute, 1 to 1440; not above `from` means that it lies on the next day.
    pub to: u16,
}

/// Whether somebody answers at `now`: round-the-clock lines always, lines without known hours never.
pub fn open_now(line: &Line, now: Timestamp) -> bool {
    line.is_24_7 || line.open_hours.as_ref().is_some_and(|hours| hours.contain(now))
}

impl OpenHours {
    /// Whether `now`, read on the wall clock of the zone, lies in one of the spans.
    pub fn contain(&self, now: Timestamp) -> bool {
        let local = now.to_zoned(self.zone.clone());
        let minute = u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs());
        let (today, yesterday) = (local.weekday(), local.weekday().previous());
        self.spans.iter().any(|span| {
            let passes_midnight = span.to <= span.from;
            let begun_today =
                span.days.contains(&today) && minute >= span.from && (passes_midnight || minute < span.to);
            let begun_yesterday = passes_midnight && span.days.contains(&yesterday) && minute < span.to;
            begun_today || begun_yesterday
        })
    }
}

/// Reads a time of day `HH:MM` as minutes from midnight, `00:00` to `24:00`.
pub fn minute_of_day(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !two_digits(hour) || !two_digits(minute) {
        return None;
    }
    let number = |part: &str| part.bytes().fold(0u16, |sum, digit| sum * 10 + u16::from(digit - b'0'));
    let minutes = number(hour) * 60 + number(minute);
    (number(minute) < 60 && minutes <= MINUTES_PER_DAY).then_some(minutes)
}

/// Reads a day as the line file writes it, `mon` to `sun`.
pub fn weekday(text: &str) -> Option<Weekday> {
    Some(match text {
        "mon" => Weekday::Monday,
        "tue" => Weekday::Tuesday,
        "wed" => Weekday::Wednesday,
        "thu" => Weekday::Thursday,
        "fri" => Weekday::Friday,
        "sat" => Weekday::Saturday,
        "sun" => Weekday::Sunday,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::line::Lines;
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn line(id: &str) -> &'static Line {
        Lines::embedded().all().iter().find(|line| line.id == id).unwrap()
    }

    #[test]
    fn perinatal_line_of_melbourne_at_its_edges() {
        let panda = line("au-panda");
        for (now, open) in [
            // Winter, +10:00. 2026-06-05 is a Friday.
            ("2026-06-05T08:59:59+10:00", false),
            ("2026-06-05T09:00:00+10:00", true),
            ("2026-06-05T19:29:59+10:00", true),
            ("2026-06-05T19:30:00+10:00", false),
            ("2026-06-06T15:59:59+10:00", true),
            ("2026-06-06T16:00:00+10:00", false),
            ("2026-06-07T12:00:00+10:00", false),
            // Clocks go forward on Sunday 2026-10-04; on Saturday before +10:00, on Monday after +11:00.
            ("2026-10-02T23:00:00Z", true),
            ("2026-10-02T22:59:00Z", false),
            ("2026-10-04T21:59:00Z", false),
            ("2026-10-04T22:00:00Z", true),
            // Back again on Sunday 2026-04-05.
            ("2026-04-03T22:00:00Z", true),
            ("2026-04-05T22:59:00Z", false),
            ("2026-04-05T23:00:00Z", true),
        ] {
            assert_eq!(open_now(panda, at(now)), open, "{now}");
        }
    }

    #[test]
    fn birth_line_of_germany_at_its_edges() {
        let birth = line("de-hilfetelefon-geburt");
        for (now, open) in [
            // 2026-10-21 is a Wednesday in summer time, 2026-10-28 one in winter time.
            ("2026-10-21T09:59:59Z", false),
            ("2026-10-21T10:00:00Z", true),
            ("2026-10-21T11:59:59Z", true),
            ("2026-10-21T12:00:00Z", false),
            ("2026-10-28T10:30:00Z", false),
            ("2026-10-28T11:00:00Z", true),
            ("2026-10-28T13:00:00Z", false),
            ("2026-10-29T17:59:00Z", false),
            ("2026-10-29T18:00:00Z", true),
            ("2026-10-29T19:59:00Z", true),
            ("2026-10-29T20:00:00Z", false),
            ("2026-10-30T18:30:00Z", false),
        ] {
            assert_eq!(open_now(birth, at(now)), open, "{now}");
        }
    }

    #[test]
    fn round_the_clock_is_open_and_unknown_hours_are_not() {
        for now in ["2026-01-01T00:00:00Z", "2026-07-04T03:30:00Z", "2026-12-25T23:59:59Z"] {
            assert!(open_now(line("gb-samaritans"), at(now)));
            assert!(!open_now(line("nz-tautoko"), at(now)));
            assert!(!open_now(line("us-psi"), at(now)));
        }
    }

    #[test]
    fn spans_reach_midnight_and_pass_it() {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let hours = |from, to| OpenHours {
            zone: zone.clone(),
            spans: vec![Span { days: vec![Weekday::Sunday], from, to }],
        };
        let (till_midnight, night) = (hours(20 * 60, MINUTES_PER_DAY), hours(22 * 60, 2 * 60 + 30));
        for (now, midnight_open, night_open) in [
            // Sunday 2026-11-22, winter time.
            ("2026-11-22T19:59:00+01:00", false, false),
            ("2026-11-22T20:00:00+01:00", true, false),
            ("2026-11-22T22:00:00+01:00", true, true),
            ("2026-11-22T23:59:59+01:00", true, true),
            ("2026-11-23T00:00:00+01:00", false, true),
            ("2026-11-23T02:29:59+01:00", false, true),
            ("2026-11-23T02:30:00+01:00", false, false),
            ("2026-11-22T00:30:00+01:00", false, false),
            ("2026-11-23T22:30:00+01:00", false, false),
        ] {
            assert_eq!(till_midnight.contain(at(now)), midnight_open, "till midnight {now}");
            assert_eq!(night.contain(at(now)), night_open, "night {now}");
        }
    }

    #[test]
    fn times_are_read_strictly() {
        assert_eq!(["00:00", "09:05", "24:00"].map(minute_of_day), [Some(0), Some(545), Some(1440)]);
        for wrong in ["24:01", "9:00", "09:60", "09-00", "0900", "", "25:00", "+9:00", "09:0é"] {
            assert_eq!(minute_of_day(wrong), None, "{wrong}");
        }
        assert_eq!([weekday("sat"), weekday("Sat"), weekday("")], [Some(Weekday::Saturday), None, None]);
    }
}
