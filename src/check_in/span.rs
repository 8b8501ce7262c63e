//! Which local days a summary or a picture is about, from what was asked and from the parent's own today. Pure.

use jiff::{ToSpan, civil::Date};

use crate::{
    error::{Error, ErrorCode, FieldProblem, Place, Result},
    http::{query::Query, value::Day},
    rules::days_between,
};

/// Days when nothing else is asked for, today included (product decision: four weeks).
const USUAL_DAYS: i32 = 28;
/// Most days at once: a year, leap years too (product decision).
const MOST_DAYS: i32 = 366;

/// The days that a request named.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked {
    from: Option<Date>,
    to: Option<Date>,
}

/// Local days from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub from: Date,
    /// The last day; without it whatever there is from the first day on.
    pub to: Option<Date>,
}

impl Asked {
    /// Takes `from` and `to` out of a query.
    pub fn take(query: &mut Query) -> Self {
        let mut day = |name| query.take::<Day>(name).map(|day| day.0);
        Self { from: day("from"), to: day("to") }
    }

    /// The days that are meant on the parent's own `today`.
    ///
    /// # Errors
    /// 400 when the first day comes after the last, or when there are too many.
    pub fn on(self, today: Date) -> Result<Span> {
        let last = self.to.unwrap_or(today);
        let from = self.from.unwrap_or_else(|| last.saturating_sub((USUAL_DAYS - 1).days()));
        match days_between(from, last) + 1 {
            ..1 => Err(refused("from", "Must not come after the last day.".into())),
            length if length > MOST_DAYS => {
                Err(refused("from", format!("At most {MOST_DAYS} days at once.")))
            }
            // Travelling, a parent may be a day ahead of home. Nobody else's days are beyond today, so the end
            // is left open when it was not asked for.
            _ => Ok(Span { from, to: self.to }),
        }
    }
}

fn refused(name: &'static str, detail: String) -> Error {
    let problem = FieldProblem { place: Place::Parameter(name), code: "out_of_range", detail: detail.into() };
    Error::new(ErrorCode::BadParameter, "See errors for each parameter.").with_fields(vec![problem])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a literal day")
    }

    fn span(from: Option<&str>, to: Option<&str>) -> Option<(String, Option<String>)> {
        let asked = Asked { from: from.map(day), to: to.map(day) };
        let span = asked.on(day("2026-11-23")).ok()?;
        Some((span.from.to_string(), span.to.map(|day| day.to_string())))
    }

    #[test]
    fn the_days_are_those_asked_for_or_the_last_four_weeks() {
        for (from, to, first, last) in [
            (None, None, "2026-10-27", None),
            (None, Some("2026-03-01"), "2026-02-02", Some("2026-03-01")),
            (Some("2026-11-01"), None, "2026-11-01", None),
            (Some("2026-11-23"), None, "2026-11-23", None),
            (Some("2026-11-01"), Some("2026-11-01"), "2026-11-01", Some("2026-11-01")),
        ] {
            assert_eq!(span(from, to), Some((first.to_owned(), last.map(str::to_owned))), "{from:?} {to:?}");
        }
    }

    #[test]
    fn a_span_has_one_to_three_hundred_and_sixty_six_days() {
        for (from, to, taken) in [
            ("2026-01-01", Some("2025-12-31"), false),
            ("2026-11-24", None, false),
            ("2025-11-23", None, true),
            ("2025-11-22", None, false),
            ("2024-01-01", Some("2024-12-31"), true),
            ("2024-01-01", Some("2025-01-01"), false),
            ("1900-01-01", Some("2200-12-31"), false),
        ] {
            assert_eq!(span(Some(from), to).is_some(), taken, "{from} to {to:?}");
        }
    }
}
