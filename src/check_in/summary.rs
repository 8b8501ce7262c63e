//! Check-ins by local day and by week: how many answers, their mean, lowest and highest. Pure.
//!
//! Days without a check-in are left out, a measure without an answer is null: a gap is never a zero. There is
//! no total over measures, because one would hide another.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;

use super::{span::Span, usual_view::UsualView};
use crate::rules::{Entry, History, Measure, Usual};

/// Check-ins by day and by week, earliest first.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "days": [{"date": "2026-11-23", "measures": {
        "mood": {"count": 2, "mean": 4.5, "min": 3.0, "max": 6.0, "own_usual": null},
        "connection": {"count": 1, "mean": 5.0, "min": 5.0, "max": 5.0, "own_usual": null},
        "anxiety": null,
        "sleep_hours": {"count": 1, "mean": 4.5, "min": 4.5, "max": 4.5, "own_usual": null},
        "support": null
    }}],
    "weeks": [{"week": "2026-W48", "from": "2026-11-23", "to": "2026-11-29", "measures": {
        "mood": {"count": 2, "mean": 4.5, "min": 3.0, "max": 6.0, "own_usual": null},
        "connection": {"count": 1, "mean": 5.0, "min": 5.0, "max": 5.0, "own_usual": null},
        "anxiety": null,
        "sleep_hours": {"count": 1, "mean": 4.5, "min": 4.5, "max": 4.5, "own_usual": null},
        "support": null
    }}]
}))]
pub struct SummaryView {
    /// Local days with a check-in.
    pub(super) days: Vec<DayView>,
    /// Weeks with a check-in.
    weeks: Vec<WeekView>,
}

/// One local day.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DayView {
    /// The local day that the check-ins count for.
    #[schema(value_type = String, format = Date)]
    pub(super) date: Date,
    pub(super) measures: MeasuresView,
}

/// One week.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct WeekView {
    /// The ISO 8601 week, Monday to Sunday.
    week: String,
    /// Its Monday, or the first day asked for when that comes later.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// Its Sunday, or the last day asked for when that comes earlier.
    #[schema(value_type = String, format = Date)]
    to: Date,
    measures: MeasuresView,
}

/// What was answered; null for what nobody answered.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct MeasuresView {
    /// 0 to 10.
    pub(super) mood: Option<NumbersView>,
    /// 0 to 10. Absent after a loss and while no baby is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<NumbersView>)]
    pub(super) connection: Option<Option<NumbersView>>,
    /// 0 to 10, 10 the worst.
    pub(super) anxiety: Option<NumbersView>,
    /// Hours in 24.
    pub(super) sleep_hours: Option<NumbersView>,
    /// 0 to 10.
    pub(super) support: Option<NumbersView>,
}

/// The answers to one measure.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct NumbersView {
    /// How many answers; several on one day count each.
    #[schema(minimum = 1)]
    pub(super) count: u32,
    /// Their mean, to two decimals.
    pub(super) mean: f64,
    /// The lowest.
    pub(super) min: f64,
    /// The highest.
    pub(super) max: f64,
    /// Her own usual range on that day, or on the last day of the week; null until there is one.
    own_usual: Option<UsualView>,
}

/// Sums up the check-ins of a span; connection is left out where it does not count.
pub fn summary(history: &History, usuals: &[Usual], span: Span, connection_counts: bool) -> SummaryView {
    let mut days: BTreeMap<Date, Vec<&Entry>> = BTreeMap::new();
    let mut weeks: BTreeMap<Date, Vec<&Entry>> = BTreeMap::new();
    let within =
        |entry: &&Entry| entry.local_date >= span.from && span.to.is_none_or(|to| entry.local_date <= to);
    for entry in history.entries().iter().filter(within) {
        days.entry(entry.local_date).or_default().push(entry);
        weeks.entry(monday(entry.local_date)).or_default().push(entry);
    }
    let measures = |entries: &[&Entry], day: Date| {
        let numbers = |measure| numbers(entries, measure, UsualView::on(usuals, measure, day));
        MeasuresView {
            mood: numbers(Measure::Mood),
            connection: connection_counts.then(|| numbers(Measure::Connection)),
            anxiety: numbers(Measure::Anxiety),
            sleep_hours: numbers(Measure::SleepHalfHours),
            support: numbers(Measure::Support),
        }
    };
    SummaryView {
        days: days.iter().map(|(date, of)| DayView { date: *date, measures: measures(of, *date) }).collect(),
        weeks: weeks
            .iter()
            .map(|(monday, of)| {
                let sunday = monday.saturating_add(6.days());
                WeekView {
                    week: week(*monday),
                    from: span.from.max(*monday),
                    to: span.to.map_or(sunday, |to| to.min(sunday)),
                    measures: measures(of, sunday),
                }
            })
            .collect(),
    }
}

fn monday(day: Date) -> Date {
    day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
}

fn week(day: Date) -> String {
    let week = day.iso_week_date();
    format!("{:04}-W{:02}", week.year(), week.week())
}

fn numbers(entries: &[&Entry], measure: Measure, own_usual: Option<UsualView>) -> Option<NumbersView> {
    let values: Vec<u8> = entries.iter().filter_map(|entry| entry.value(measure)).collect();
    let (lowest, highest) = (values.iter().min()?, values.iter().max()?);
    let per_unit = if measure == Measure::SleepHalfHours { 2 } else { 1 };
    let sum: u32 = values.iter().copied().map(u32::from).sum();
    let count = values.len() as u32;
    Some(NumbersView {
        count,
        mean: (100.0 * f64::from(sum) / f64::from(count * per_unit)).round() / 100.0,
        min: f64::from(*lowest) / f64::from(per_unit),
        max: f64::from(*highest) / f64::from(per_unit),
        own_usual,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::id::CheckInId;

    fn day(text: &str) -> Date {
        text.parse().expect("a literal day")
    }

    fn entry(number: u32, on: &str, mood: u8) -> Entry {
        let at = format!("{on}T12:00:00Z").parse::<jiff::Timestamp>().expect("a literal instant");
        let id: CheckInId = format!("0191e7c2-93a4-7c3e-8f00-{number:012x}").parse().expect("an id");
        Entry {
            id,
            local_date: day(on),
            occurred_at: at,
            recorded_at: at,
            said_at: at,
            private: false,
            mood: Some(mood),
            connection: None,
            anxiety: None,
            sleep_half_hours: None,
            support: None,
            sped_up: None,
            safe_now: None,
            contact_me: None,
        }
    }

    fn of(entries: Vec<Entry>, from: &str, to: Option<&str>, connection: bool) -> Value {
        let span = Span { from: day(from), to: to.map(day) };
        serde_json::to_value(summary(&History::new(entries), &[], span, connection)).expect("plain values")
    }

    fn one(count: u32, mean: f64, min: f64, max: f64) -> Value {
        json!({"count": count, "mean": mean, "min": min, "max": max, "own_usual": null})
    }

    #[test]
    fn a_day_has_its_answers_and_a_gap_is_null() {
        let entries = vec![
            Entry { sleep_half_hours: Some(9), connection: Some(4), ..entry(1, "2026-11-23", 3) },
            Entry { sleep_half_hours: Some(6), ..entry(2, "2026-11-23", 6) },
            Entry { mood: None, ..entry(3, "2026-11-25", 0) },
        ];
        let found = of(entries, "2026-11-23", None, true);
        assert_eq!(
            found["days"],
            json!([
                {"date": "2026-11-23", "measures": {
                    "mood": one(2, 4.5, 3.0, 6.0), "connection": one(1, 4.0, 4.0, 4.0), "anxiety": null,
                    "sleep_hours": one(2, 3.75, 3.0, 4.5), "support": null,
                }},
                {"date": "2026-11-25", "measures": {
                    "mood": null, "connection": null, "anxiety": null, "sleep_hours": null, "support": null,
                }},
            ])
        );
    }

    #[test]
    fn means_are_rounded_to_two_decimals() {
        let with = |values: &[(u8, u8)]| {
            let made = (0..).zip(values).map(|(number, (mood, sleep))| Entry {
                sleep_half_hours: Some(*sleep),
                ..entry(number, "2026-11-23", *mood)
            });
            let found = of(made.collect(), "2026-11-23", None, true);
            let mean = |name: &str| found["days"][0]["measures"][name]["mean"].as_f64();
            (mean("mood"), mean("sleep_hours"))
        };
        assert_eq!(with(&[(1, 9)]), (Some(1.0), Some(4.5)));
        assert_eq!(with(&[(1, 9), (1, 9), (2, 10)]), (Some(1.33), Some(4.67)));
        assert_eq!(with(&[(2, 0), (2, 0), (1, 1)]), (Some(1.67), Some(0.17)));
        // 1/8 and 1/16 end with a five behind the second decimal.
        let mut eight = vec![(0, 0); 7];
        eight.push((1, 1));
        assert_eq!(with(&eight), (Some(0.13), Some(0.06)));
    }

    #[test]
    fn weeks_begin_on_monday_and_belong_to_iso_years() {
        let entries = vec![
            entry(1, "2026-12-27", 2),
            entry(2, "2026-12-28", 4),
            entry(3, "2027-01-03", 8),
            entry(4, "2027-01-04", 5),
        ];
        let found = of(entries, "2026-12-01", None, false);
        let weeks: Vec<(&str, &str, &str, f64)> = found["weeks"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|week| {
                let text = |name: &str| week[name].as_str().expect("text");
                let mean = week["measures"]["mood"]["mean"].as_f64().expect("a number");
                (text("week"), text("from"), text("to"), mean)
            })
            .collect();
        assert_eq!(
            weeks,
            [
                ("2026-W52", "2026-12-21", "2026-12-27", 2.0),
                ("2026-W53", "2026-12-28", "2027-01-03", 6.0),
                ("2027-W01", "2027-01-04", "2027-01-10", 5.0),
            ]
        );
    }

    #[test]
    fn a_week_says_which_of_its_days_were_asked_for() {
        let entries = vec![entry(1, "2026-11-23", 1), entry(2, "2026-11-24", 5), entry(3, "2026-11-26", 9)];
        let found = of(entries, "2026-11-24", Some("2026-11-25"), false);
        assert_eq!(found["days"].as_array().map(Vec::len), Some(1));
        let week = &found["weeks"][0];
        assert_eq!((&week["from"], &week["to"]), (&json!("2026-11-24"), &json!("2026-11-25")));
        assert_eq!(week["measures"]["mood"], one(1, 5.0, 5.0, 5.0));
    }

    #[test]
    fn connection_is_absent_where_it_does_not_count() {
        let entries = vec![Entry { connection: Some(1), ..entry(1, "2026-11-23", 5) }];
        let found = of(entries, "2026-11-23", None, false);
        for part in ["days", "weeks"] {
            assert_eq!(found[part][0]["measures"].get("connection"), None, "{part}");
        }
    }
}
