//! The days of a picture from left to right, and which of them are named. Pure.

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};

use crate::rules::days_between;

/// Up to so many days each one is named.
const EACH_DAY: i32 = 8;
/// Up to so many days Mondays are named; up to twice as many every second of them, beyond that months.
const MONDAYS: i32 = 49;
/// Beyond so many days weeks are drawn instead of days (product decision: what can be told apart on a phone).
const DAY_BY_DAY: i32 = 62;

/// The local days of a picture, both ends included.
#[derive(Debug, Clone, Copy)]
pub struct Axis {
    from: Date,
    to: Date,
}

/// A day that is named below the drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Where it is.
    pub at: f64,
    /// What it is called.
    pub name: String,
}

impl Axis {
    /// From one day to another. `to` is not before `from`.
    pub fn new(from: Date, to: Date) -> Self {
        Self { from, to: to.max(from) }
    }

    /// The first day.
    pub fn first(self) -> Date {
        self.from
    }

    /// The last day.
    pub fn last(self) -> Date {
        self.to
    }

    /// How many days there are.
    pub fn days(self) -> i32 {
        days_between(self.from, self.to) + 1
    }

    /// Where a day is: the first at 0, one more for each that follows.
    pub fn at(self, day: Date) -> f64 {
        f64::from(days_between(self.from, day))
    }

    /// Whether a day is part of the picture.
    pub fn has(self, day: Date) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// The part of a stretch of days that is in the picture, from the left edge of its first day to the right edge of
    /// its last.
    pub fn cut(self, from: Date, to: Date) -> Option<(f64, f64)> {
        let (from, to) = (from.max(self.from), to.min(self.to));
        (from <= to).then(|| (self.at(from) - 0.5, self.at(to) + 0.5))
    }

    /// Both edges: half a day to the left of the first day and to the right of the last.
    pub fn edges(self) -> (f64, f64) {
        (-0.5, f64::from(self.days()) - 0.5)
    }

    /// Whether weeks are drawn, because days would lie too close.
    pub fn in_weeks(self) -> bool {
        self.days() > DAY_BY_DAY
    }

    /// Whether a day of the month comes twice, so that it needs its year.
    pub fn needs_years(self) -> bool {
        self.from.year() != self.to.year()
    }

    /// The days that are named: never so many that their names touch.
    pub fn ticks(self) -> Vec<Tick> {
        let days = self.days();
        let all = (0..days).map(|at| (at, self.from.saturating_add(at.days())));
        let named = all.filter_map(|(at, day)| {
            let monday = day.weekday() == Weekday::Monday;
            let shown = if days <= EACH_DAY {
                true
            } else if days <= 2 * MONDAYS {
                monday && (days <= MONDAYS || at % 14 < 7)
            } else {
                day.day() == 1
            };
            let name = if days > 2 * MONDAYS { month(day) } else { short(day) };
            shown.then(|| Tick { at: f64::from(at), name })
        });
        named.collect()
    }
}

/// A day in short.
pub fn short(day: Date) -> String {
    day.strftime("%-d %b").to_string()
}

/// A month in short; January says the year that begins with it.
fn month(day: Date) -> String {
    if day.month() == 1 { day.year().to_string() } else { day.strftime("%b").to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a literal day")
    }

    fn names(from: &str, to: &str) -> String {
        let ticks = Axis::new(day(from), day(to)).ticks();
        ticks.into_iter().map(|tick| tick.name).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn days_are_named_as_closely_as_they_can_be_read() {
        for (from, to, expected) in [
            ("2026-11-23", "2026-11-23", "23 Nov"),
            ("2026-11-28", "2026-12-02", "28 Nov, 29 Nov, 30 Nov, 1 Dec, 2 Dec"),
            ("2026-10-27", "2026-11-23", "2 Nov, 9 Nov, 16 Nov, 23 Nov"),
            ("2026-09-01", "2026-11-23", "7 Sep, 21 Sep, 5 Oct, 19 Oct, 2 Nov, 16 Nov"),
            ("2025-11-23", "2026-11-23", "Dec, 2026, Feb, Mar, Apr, May, Jun, Jul, Aug, Sep, Oct, Nov"),
        ] {
            assert_eq!(names(from, to), expected, "{from} to {to}");
        }
    }

    #[test]
    fn no_span_has_more_names_than_fit() {
        for days in 1..=367_i32 {
            let from = day("2026-11-23").saturating_sub((days - 1).days());
            let ticks = Axis::new(from, day("2026-11-23")).ticks();
            assert!(ticks.len() <= 13, "{days}: {}", ticks.len());
            assert!(!ticks.is_empty() || days < 31, "{days}");
        }
    }

    #[test]
    fn a_stretch_is_cut_to_the_picture() {
        let axis = Axis::new(day("2026-11-01"), day("2026-11-10"));
        let cut = |from: &str, to: &str| axis.cut(day(from), day(to));
        assert_eq!(cut("2026-11-02", "2026-11-02"), Some((0.5, 1.5)));
        assert_eq!(cut("2026-01-01", "2027-01-01"), Some(axis.edges()));
        assert_eq!(cut("2026-10-01", "2026-10-31"), None);
        assert_eq!(cut("2026-11-11", "2026-11-30"), None);
        assert!(axis.has(day("2026-11-10")) && !axis.has(day("2026-11-11")));
    }
}
