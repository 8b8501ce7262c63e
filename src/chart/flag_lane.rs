//! Flags over time: a mark where each began and where it was last fed, and a list of them below.
//!
//! How soon somebody should look is told by the shape and in words.

use plotters::style::text_anchor::HPos;

use super::{
    FlagMark,
    axis::Axis,
    canvas::{self, Drawn, FLAG, INK, Look, MARGIN, Plane},
    document::Part,
    panel::named_days,
    words,
};
use crate::{error::Result, rules::Severity};

/// Heights in units: of the heading, of a row of marks, of the names of days, of a line of the list.
const HEAD: f64 = 20.0;
const ROW: f64 = 16.0;
const NAMES: f64 = 22.0;
const LINE: f64 = 15.0;
/// Rows of marks at most; what fits into none of them lies over the last.
const MOST_ROWS: usize = 5;
/// Flags of the list at most; all of them are in the words.
const MOST_LISTED: usize = 8;
/// Between two flags of a row, in units: a mark and its number.
const APART: f64 = 34.0;

/// Draws flags, the gravest first.
///
/// # Errors
/// 500 when the library refuses to draw.
pub fn part(flags: &[&FlagMark], left_out: bool, axis: Axis) -> Result<Part> {
    let rows = rows(flags, axis);
    let count = rows.iter().max().map_or(1, |row| row + 1);
    let unlisted = left_out || flags.len() > MOST_LISTED;
    let lines = flags.len().min(MOST_LISTED) + usize::from(unlisted);
    let lane = HEAD + ROW * count as f64;
    let height = (lane + NAMES + LINE * lines as f64).ceil() as i32;
    let drawing = canvas::sheet(height, |sheet| {
        let page = canvas::in_units(sheet, height);
        canvas::write(&page, (MARGIN, 8.0), (0.0, 0.0), "Flags", Look::HEADING)?;
        let plane = canvas::plane(sheet, axis, 0.0..count as f64, HEAD, lane);
        named_days(&plane, axis, 0.0, count as f64)?;
        for (at, (flag, row)) in flags.iter().zip(&rows).enumerate() {
            let height = (count - row) as f64 - 0.5;
            mark(&plane, axis, flag, height, at + 1)?;
        }
        for (at, flag) in flags.iter().take(MOST_LISTED).enumerate() {
            let middle = lane + NAMES + LINE * (at as f64 + 0.5);
            shape(&page, (MARGIN + 22.0, middle), flag.severity)?;
            let number = Look { hold: HPos::Right, colour: INK, bold: true, ..Look::NOTE };
            canvas::write(&page, (MARGIN + 12.0, middle), (0.0, 0.0), &(at + 1).to_string(), number)?;
            let look = Look { colour: INK, ..Look::NOTE };
            canvas::write(
                &page,
                (MARGIN + 32.0, middle),
                (0.0, 0.0),
                &words::flag_in_sight(flag, axis),
                look,
            )?;
        }
        if unlisted {
            let middle = lane + NAMES + LINE * (lines as f64 - 0.5);
            canvas::write(&page, (MARGIN + 32.0, middle), (0.0, 0.0), words::MORE, Look::NOTE)?;
        }
        Ok(())
    })?;
    Ok(Part { name: "Flags".to_owned(), words: words::flags(flags, left_out, axis), drawing, height })
}

/// The row of each flag: the uppermost where it touches none before it.
fn rows(flags: &[&FlagMark], axis: Axis) -> Vec<usize> {
    let apart = APART / canvas::day_width(axis);
    let mut taken: Vec<Vec<(f64, f64)>> = Vec::new();
    flags
        .iter()
        .map(|flag| {
            let (from, to) = (axis.at(flag.raised_on), axis.at(flag.last_on));
            let free =
                |row: &Vec<(f64, f64)>| row.iter().all(|(a, b)| to + apart <= *a || from >= *b + apart);
            let row = taken.iter().position(free).unwrap_or(taken.len()).min(MOST_ROWS - 1);
            if row == taken.len() {
                taken.push(Vec::new());
            }
            taken[row].push((from, to));
            row
        })
        .collect()
}

/// A mark at either end of a flag that is in the picture, a line between, and its number where there is room.
fn mark(plane: &Plane<'_>, axis: Axis, flag: &FlagMark, height: f64, number: usize) -> Drawn {
    let Some((left, right)) = axis.cut(flag.raised_on, flag.last_on) else { return Ok(()) };
    let width = canvas::day_width(axis);
    let begin = if axis.has(flag.raised_on) { left + 0.5 } else { left };
    let end = if axis.has(flag.last_on) { right - 0.5 } else { right };
    // Two marks that would touch are one.
    let both = axis.has(flag.raised_on) && axis.has(flag.last_on);
    let one = both && (end - begin) * width <= 12.0;
    if !one {
        canvas::line(plane, vec![(begin, height), (end, height)], FLAG, 1.4)?;
    }
    if axis.has(flag.raised_on) {
        shape(plane, (begin, height), flag.severity)?;
    }
    if axis.has(flag.last_on) && !one {
        shape(plane, (end, height), flag.severity)?;
    }
    let (_, edge) = axis.edges();
    let room = (edge - end) * width + MARGIN > 20.0;
    let (beside, moved, hold) = if room { (end, 8.0, HPos::Left) } else { (begin, -8.0, HPos::Right) };
    let look = Look { hold, colour: INK, bold: true, ..Look::NOTE };
    canvas::write(plane, (beside, height), (moved, 0.0), &number.to_string(), look)
}

/// A filled diamond, a filled triangle, an open square, an open diamond: from now to when there is time.
pub fn shape(plane: &Plane<'_>, at: (f64, f64), severity: Severity) -> Drawn {
    let diamond = |size: f64| [(0.0, -size), (size, 0.0), (0.0, size), (-size, 0.0)];
    match severity {
        Severity::Urgent => canvas::shape(plane, at, &diamond(6.0), FLAG, true),
        Severity::SameDay => canvas::shape(plane, at, &[(0.0, -5.5), (5.5, 4.5), (-5.5, 4.5)], FLAG, true),
        Severity::FollowUp => {
            canvas::shape(plane, at, &[(-4.0, -4.0), (4.0, -4.0), (4.0, 4.0), (-4.0, 4.0)], FLAG, false)
        }
        Severity::Notice => canvas::shape(plane, at, &diamond(4.0), FLAG, false),
    }
}
