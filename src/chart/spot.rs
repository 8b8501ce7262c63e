//! What is drawn of a measure: a spot for each day, or for each week where days would lie too close. Pure.
//!
//! Weeks are those of the summary: Monday to Sunday, the mean over all answers. The lowest and the highest answer of
//! a week stay what they were on their day.

use jiff::{ToSpan, civil::Date};

use super::{
    Point,
    axis::{Axis, short},
};
use crate::rules::days_between;

/// One or more days with an answer, drawn as one.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    /// Where it lies.
    pub at: f64,
    /// Which day or week it is, in words.
    pub name: String,
    /// The mean of the answers.
    pub mean: f64,
    /// The lowest of them.
    pub lowest: f64,
    /// The highest of them.
    pub highest: f64,
}

/// The spots of a measure, those that follow each other without a gap together.
pub fn runs(days: &[Point], axis: Axis) -> Vec<Vec<Spot>> {
    let step = if axis.in_weeks() { 7 } else { 1 };
    let mut runs: Vec<Vec<Spot>> = Vec::new();
    let mut before: Option<Date> = None;
    for (begin, of) in grouped(days, axis) {
        let spot = spot(begin, &of, axis);
        let follows = before.is_some_and(|before| days_between(before, begin) == step);
        match runs.last_mut().filter(|_| follows) {
            Some(run) => run.push(spot),
            None => runs.push(vec![spot]),
        }
        before = Some(begin);
    }
    runs
}

/// The days of the picture by the day, or by the Monday of the week, that they are drawn with.
fn grouped(days: &[Point], axis: Axis) -> Vec<(Date, Vec<Point>)> {
    let mut groups: Vec<(Date, Vec<Point>)> = Vec::new();
    for point in days.iter().filter(|point| axis.has(point.on)) {
        let begin = if axis.in_weeks() { monday(point.on) } else { point.on };
        match groups.last_mut().filter(|(last, _)| *last == begin) {
            Some((_, group)) => group.push(*point),
            None => groups.push((begin, vec![*point])),
        }
    }
    groups
}

fn spot(begin: Date, of: &[Point], axis: Axis) -> Spot {
    let answers: f64 = of.iter().map(|point| f64::from(point.count)).sum();
    let sum: f64 = of.iter().map(|point| point.mean * f64::from(point.count)).sum();
    let (at, name) = if axis.in_weeks() {
        // Of a week at the end of the picture only the part that is in it counts.
        let (first, last) = (begin.max(axis.first()), begin.saturating_add(6.days()).min(axis.last()));
        ((axis.at(first) + axis.at(last)) / 2.0, format!("week of {}", day(begin, axis)))
    } else {
        (axis.at(begin), day(begin, axis))
    };
    Spot {
        at,
        name,
        mean: sum / answers.max(1.0),
        lowest: of.iter().map(|point| point.lowest).fold(f64::INFINITY, f64::min),
        highest: of.iter().map(|point| point.highest).fold(f64::NEG_INFINITY, f64::max),
    }
}

fn monday(day: Date) -> Date {
    day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
}

/// A day, with its year where another year is in the picture.
pub fn day(on: Date, axis: Axis) -> String {
    if axis.needs_years() { on.strftime("%-d %b %Y").to_string() } else { short(on) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str, count: u32, mean: f64, lowest: f64, highest: f64) -> Point {
        Point { on: text.parse().expect("a literal day"), count, mean, lowest, highest }
    }

    fn axis(from: &str, to: &str) -> Axis {
        Axis::new(from.parse().expect("a literal day"), to.parse().expect("a literal day"))
    }

    /// A day without an answer ends a line; it is neither zero nor carried on.
    #[test]
    fn a_missing_day_is_a_gap() {
        let days = [
            on("2026-10-31", 1, 4.0, 4.0, 4.0),
            on("2026-11-01", 2, 5.0, 3.0, 7.0),
            on("2026-11-03", 1, 6.0, 6.0, 6.0),
        ];
        let found = runs(&days, axis("2026-10-30", "2026-11-05"));
        let places: Vec<Vec<f64>> =
            found.iter().map(|run| run.iter().map(|spot| spot.at).collect()).collect();
        assert_eq!(places, [vec![1.0, 2.0], vec![4.0]]);
        assert_eq!((found[0][1].lowest, found[0][1].highest), (3.0, 7.0));
        assert_eq!(found[1][0].name, "3 Nov");
    }

    /// H15: a week has the mean of its answers, and its lowest day is still there.
    #[test]
    fn h15_a_week_keeps_its_lowest_and_its_highest_answer() {
        let days = [
            on("2026-09-07", 3, 6.0, 5.0, 7.0),
            on("2026-09-13", 1, 2.0, 2.0, 2.0),
            on("2026-09-14", 1, 5.0, 5.0, 5.0),
            on("2026-09-28", 1, 9.0, 9.0, 9.0),
        ];
        let found = runs(&days, axis("2026-09-01", "2026-11-23"));
        assert_eq!(
            found.iter().map(Vec::len).collect::<Vec<_>>(),
            [2, 1],
            "a week without an answer is a gap"
        );
        let week = &found[0][0];
        assert_eq!((week.mean, week.lowest, week.highest), (5.0, 2.0, 7.0));
        assert_eq!((week.at, week.name.as_str()), (9.0, "week of 7 Sep"));
    }

    #[test]
    fn a_week_at_the_end_lies_in_the_picture() {
        let days = [on("2026-09-02", 1, 4.0, 4.0, 4.0), on("2026-11-23", 1, 4.0, 4.0, 4.0)];
        let axis = axis("2026-09-01", "2026-11-23");
        let places: Vec<f64> = runs(&days, axis).iter().flatten().map(|spot| spot.at).collect();
        assert_eq!(places, [2.5, 83.0]);
    }
}
