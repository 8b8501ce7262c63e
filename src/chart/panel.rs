//! One measure over time, drawn and in words.

use std::ops::Range;

use plotters::style::text_anchor::HPos;

use super::{
    Curve,
    axis::Axis,
    canvas::{self, CURVE, Drawn, GRID, INK, Look, MARGIN, Plane, USUAL, USUAL_END, WIDTH},
    document::Part,
    spot, words,
};
use crate::{error::Result, rules::Measure};

/// How high a part is, in units, and from where to where the values reach in it.
const HEIGHT: i32 = 132;
const VALUES: Range<f64> = 40.0..112.0;
/// Below so many hours the scale of sleep ends at half a day, so that short nights are told apart.
const HALF_A_DAY: f64 = 12.0;

/// A measure's name and scale.
pub struct Scale {
    /// What it is called.
    pub name: &'static str,
    /// What its numbers are.
    pub unit: &'static str,
    /// Where it ends.
    pub top: f64,
}

impl Scale {
    /// That of a measure; only what is shown makes it longer.
    pub fn of(curve: &Curve) -> Self {
        let (name, unit, top) = match curve.measure {
            Measure::Mood => ("Mood", "0 to 10", 10.0),
            Measure::Connection => ("Connection", "0 to 10", 10.0),
            Measure::Anxiety => ("Anxiety", "0 to 10, 10 the most", 10.0),
            Measure::Support => ("Support", "0 to 10", 10.0),
            Measure::SleepHalfHours => {
                let long = curve.days.iter().any(|day| day.highest > HALF_A_DAY);
                ("Sleep", "hours in 24", if long { 2.0 * HALF_A_DAY } else { HALF_A_DAY })
            }
        };
        Self { name, unit, top }
    }
}

/// Draws a measure.
///
/// # Errors
/// 500 when the library refuses to draw.
pub fn part(curve: &Curve, axis: Axis) -> Result<Part> {
    let scale = Scale::of(curve);
    let drawing = canvas::sheet(HEIGHT, |sheet| {
        let page = canvas::in_units(sheet, HEIGHT);
        let right = f64::from(WIDTH) - MARGIN;
        canvas::write(&page, (MARGIN, 8.0), (0.0, 0.0), scale.name, Look::HEADING)?;
        let unit = Look { hold: HPos::Right, ..Look::NOTE };
        canvas::write(&page, (right, 8.0), (0.0, 0.0), scale.unit, unit)?;
        canvas::write(&page, (MARGIN, 25.0), (0.0, 0.0), &words::in_sight(curve), Look::NOTE)?;
        let plane = canvas::plane(sheet, axis, 0.0..scale.top, VALUES.start, VALUES.end);
        usual(&plane, curve, axis)?;
        grid(&plane, axis, &scale)?;
        spots(&plane, curve, axis)
    })?;
    let name = format!("{}, {}", scale.name, scale.unit);
    Ok(Part { name, words: words::curve(curve, axis), drawing, height: HEIGHT })
}

/// The lines behind the values, and what they are called.
fn grid(plane: &Plane<'_>, axis: Axis, scale: &Scale) -> Drawn {
    let (first, last) = axis.edges();
    for value in [0.0, scale.top / 2.0, scale.top] {
        canvas::line(plane, vec![(first, value), (last, value)], GRID, 1.0)?;
        let name = Look { hold: HPos::Right, ..Look::SMALL };
        canvas::write(plane, (first, value), (-5.0, 0.0), &words::number(value), name)?;
    }
    named_days(plane, axis, 0.0, scale.top)
}

/// Names days below the lowest value of a plane.
pub fn named_days(plane: &Plane<'_>, axis: Axis, bottom: f64, top: f64) -> Drawn {
    let (_, last) = axis.edges();
    for tick in axis.ticks() {
        canvas::line(plane, vec![(tick.at, bottom), (tick.at, top)], GRID, 1.0)?;
        // A name at the end of the paper moves away from the edge.
        let room = (last - tick.at) * canvas::day_width(axis) + MARGIN;
        let half = tick.name.chars().count() as f64 * 3.2;
        let look = Look { hold: HPos::Center, ..Look::SMALL };
        canvas::write(plane, (tick.at, bottom), ((room - half).min(0.0), 11.0), &tick.name, look)?;
    }
    Ok(())
}

/// Her own usual: a field with a line at either end.
fn usual(plane: &Plane<'_>, curve: &Curve, axis: Axis) -> Drawn {
    for stretch in &curve.usual {
        let Some((from, to)) = axis.cut(stretch.from, stretch.to) else { continue };
        canvas::fill(plane, [(from, stretch.high), (to, stretch.low)], USUAL)?;
        for end in [stretch.low, stretch.high] {
            canvas::line(plane, vec![(from, end), (to, end)], USUAL_END, 0.8)?;
        }
    }
    Ok(())
}

/// A point for each day or week, a line through those that follow each other, and a bar from the lowest to the highest
/// answer.
fn spots(plane: &Plane<'_>, curve: &Curve, axis: Axis) -> Drawn {
    let half = canvas::WHISKER / canvas::day_width(axis);
    for run in spot::runs(&curve.days, axis) {
        for spot in &run {
            if spot.lowest < spot.highest {
                canvas::bar(plane, spot.at, spot.lowest, spot.highest, half)?;
            }
            canvas::dot(plane, (spot.at, spot.mean), if run.len() > 40 { 2.0 } else { 2.6 }, CURVE)?;
        }
        if run.len() > 1 {
            let places = run.iter().map(|spot| (spot.at, spot.mean)).collect();
            canvas::line(plane, places, CURVE, 1.6)?;
        }
    }
    Ok(())
}

/// What stands where measures would be when there are none.
///
/// # Errors
/// 500 when the library refuses to draw.
pub fn without(why: &str) -> Result<Part> {
    let drawing = canvas::sheet(24, |sheet| {
        let page = canvas::in_units(sheet, 24);
        canvas::write(&page, (MARGIN, 10.0), (0.0, 0.0), why, Look { colour: INK, ..Look::NOTE })
    })?;
    Ok(Part { name: "Check-ins".to_owned(), words: why.to_owned(), drawing, height: 24 })
}
