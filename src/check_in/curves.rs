//! The days of a summary as curves of a picture: the same numbers, from the same function. Pure.

use jiff::{ToSpan, civil::Date};

use super::{
    span::Span,
    summary::{MeasuresView, NumbersView, summary},
    usual_view::UsualView,
};
use crate::{
    chart::{Curve, FormMark, Point, Stretch},
    rules::{History, Measure, Usual},
};

/// The measures of a picture from top to bottom.
const ORDER: [Measure; 5] =
    [Measure::Mood, Measure::Connection, Measure::Anxiety, Measure::SleepHalfHours, Measure::Support];

/// The last day of a picture: the one asked for, or `today`, or that of what was sent from a day ahead of home.
pub fn last_day(history: &History, forms: &[FormMark], span: Span, today: Date) -> Date {
    let entered = history.entries().iter().map(|entry| entry.local_date);
    let latest = entered.chain(forms.iter().map(|form| form.on)).max();
    span.to.unwrap_or_else(|| latest.map_or(today, |latest| latest.max(today)))
}

/// What was answered from the first day of a span to `last`, and what was usual then; connection is left out where it
/// does not count.
pub fn curves(
    history: &History,
    usuals: &[Usual],
    span: Span,
    last: Date,
    connection_counts: bool,
) -> Vec<Curve> {
    let found = summary(history, usuals, span, connection_counts);
    let of_measure = |measure: Measure| {
        let point = |on: Date, measures: &MeasuresView| {
            let NumbersView { count, mean, min, max, .. } = *numbers(measures, measure)?;
            Some(Point { on, count, mean, lowest: min, highest: max })
        };
        let days = found.days.iter().filter_map(|day| point(day.date, &day.measures)).collect();
        Curve { measure, days, usual: stretches(usuals, measure, span.from, last) }
    };
    ORDER
        .into_iter()
        .filter(|measure| *measure != Measure::Connection || connection_counts)
        .map(of_measure)
        .collect()
}

fn numbers(measures: &MeasuresView, measure: Measure) -> Option<&NumbersView> {
    match measure {
        Measure::Mood => measures.mood.as_ref(),
        Measure::Connection => measures.connection.as_ref()?.as_ref(),
        Measure::Anxiety => measures.anxiety.as_ref(),
        Measure::Support => measures.support.as_ref(),
        Measure::SleepHalfHours => measures.sleep_hours.as_ref(),
    }
}

/// Days that follow each other with the same usual, together.
fn stretches(usuals: &[Usual], measure: Measure, from: Date, last: Date) -> Vec<Stretch> {
    let mut found: Vec<(UsualView, Stretch)> = Vec::new();
    for day in from.series(1.day()).take_while(|day| *day <= last) {
        let Some(usual) = UsualView::on(usuals, measure, day) else { continue };
        match found.last_mut().filter(|(before, _)| *before == usual) {
            Some((_, stretch)) => stretch.to = day,
            None => {
                let stretch = Stretch { from: day, to: day, low: usual.from, high: usual.to };
                found.push((usual, stretch));
            }
        }
    }
    found.into_iter().map(|(_, stretch)| stretch).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Entry, usual::of};

    fn day(text: &str) -> Date {
        text.parse().expect("a literal day")
    }

    fn entry(number: u32, on: &str) -> Entry {
        let at = format!("{on}T12:00:00Z").parse::<jiff::Timestamp>().expect("a literal instant");
        Entry {
            id: format!("0191e7c2-93a4-7c3e-8f00-{number:012x}").parse().expect("an id"),
            local_date: day(on),
            occurred_at: at,
            recorded_at: at,
            said_at: at,
            private: false,
            mood: None,
            connection: None,
            anxiety: None,
            sleep_half_hours: None,
            support: None,
            sped_up: None,
            safe_now: None,
            contact_me: None,
        }
    }

    fn span(from: &str, to: Option<&str>) -> Span {
        Span { from: day(from), to: to.map(day) }
    }

    #[test]
    fn a_curve_has_the_numbers_of_the_summary() {
        let mut morning = entry(1, "2026-11-20");
        (morning.mood, morning.sleep_half_hours) = (Some(2), Some(9));
        let mut evening = entry(2, "2026-11-20");
        evening.mood = Some(5);
        let mut ahead = entry(3, "2026-11-22");
        ahead.support = Some(4);
        let history = History::new(vec![morning, evening, ahead]);
        let span = span("2026-11-18", None);
        let last = last_day(&history, &[], span, day("2026-11-21"));
        assert_eq!(last, day("2026-11-22"), "a day ahead of home");
        let found = curves(&history, &[], span, last, true);
        let days = |measure: Measure| {
            let curve = found.iter().find(|curve| curve.measure == measure).expect("it is drawn");
            curve.days.clone()
        };
        let on = |on: &str, count, mean, lowest, highest| Point { on: day(on), count, mean, lowest, highest };
        assert_eq!(days(Measure::Mood), [on("2026-11-20", 2, 3.5, 2.0, 5.0)]);
        assert_eq!(days(Measure::SleepHalfHours), [on("2026-11-20", 1, 4.5, 4.5, 4.5)]);
        assert_eq!(days(Measure::Support), [on("2026-11-22", 1, 4.0, 4.0, 4.0)]);
        assert_eq!(days(Measure::Connection), []);
        let without = curves(&history, &[], span, last, false);
        assert!(without.iter().all(|curve| curve.measure != Measure::Connection));
    }

    #[test]
    fn usual_is_drawn_on_the_days_on_which_it_stands() {
        let made = |value: i64| -> Vec<(Date, i64)> {
            (1..=16).map(|at| (day(&format!("2026-10-{at:02}")), value)).collect()
        };
        let usual = |frozen_on: &str, mean: i64| Usual {
            frozen_on: day(frozen_on),
            spread: 1_000,
            ..of(Measure::Mood, &made(mean))
        };
        let usuals = [usual("2026-11-05", 6_000), usual("2026-11-08", 9_500)];
        let found = curves(
            &History::default(),
            &usuals,
            span("2026-11-01", Some("2026-11-10")),
            day("2026-11-10"),
            false,
        );
        let stretch = |from: &str, to: &str, low, high| Stretch { from: day(from), to: day(to), low, high };
        assert_eq!(
            found[0].usual,
            [stretch("2026-11-05", "2026-11-07", 5.0, 7.0), stretch("2026-11-08", "2026-11-10", 8.5, 10.0)]
        );
        assert!(found[1..].iter().all(|curve| curve.usual.is_empty()));
    }
}
