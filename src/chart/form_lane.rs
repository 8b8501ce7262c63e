//! Questionnaires over time: one row for each instrument, with the total beside each mark.

use plotters::style::text_anchor::HPos;

use super::{
    FormMark,
    axis::Axis,
    canvas::{self, FORM, INK, Look, MARGIN},
    document::{Part, fitting},
    panel::named_days,
    words,
};
use crate::error::Result;

/// Heights in units: of the heading, of a note below it, of a row with its name, of the names of days.
const HEAD: f64 = 20.0;
const NOTE: f64 = 16.0;
const ROW: f64 = 46.0;
const NAMES: f64 = 20.0;
/// Between two totals that are written, in units; the others are in the words.
const APART: f64 = 34.0;
/// So many letters of a name and its scale fit on the paper.
const NAME_FITS: usize = 54;

/// A mark.
const SQUARE: [(f64, f64); 4] = [(-4.0, -4.0), (4.0, -4.0), (4.0, 4.0), (-4.0, 4.0)];

/// Draws questionnaires, earliest first.
///
/// # Errors
/// 500 when the library refuses to draw.
pub fn part(forms: &[&FormMark], axis: Axis) -> Result<Part> {
    let mut rows: Vec<Vec<&FormMark>> = Vec::new();
    let same = |a: &FormMark, b: &FormMark| a.instrument == b.instrument && a.scale == b.scale;
    for form in forms {
        match rows.iter_mut().find(|row| same(row[0], form)) {
            Some(row) => row.push(form),
            None => rows.push(vec![form]),
        }
    }
    let (count, notes) = (rows.len() as f64, words::form_notes(forms));
    let head = HEAD + NOTE * notes.len() as f64;
    let lane = head + ROW * count;
    let height = (lane + NAMES).ceil() as i32;
    let drawing = canvas::sheet(height, |sheet| {
        let page = canvas::in_units(sheet, height);
        canvas::write(&page, (MARGIN, 8.0), (0.0, 0.0), "Questionnaires", Look::HEADING)?;
        for (at, note) in notes.iter().enumerate() {
            let middle = HEAD + NOTE * (at as f64 + 0.5) - 3.0;
            canvas::write(&page, (MARGIN, middle), (0.0, 0.0), note, Look::NOTE)?;
        }
        let plane = canvas::plane(sheet, axis, 0.0..count, head, lane);
        named_days(&plane, axis, 0.0, count)?;
        let (_, last) = axis.edges();
        for (at, row) in rows.iter().enumerate() {
            let top = head + ROW * at as f64;
            let name = fitting(&words::form_name(row[0]), NAME_FITS);
            canvas::write(&page, (MARGIN, top + 8.0), (0.0, 0.0), &name, Look { colour: INK, ..Look::NOTE })?;
            let middle = count - at as f64 - 0.8;
            let mut before = f64::INFINITY;
            // From the latest back, so that the latest total is always there.
            for form in row.iter().rev() {
                let place = (axis.at(form.on), middle);
                canvas::shape(&plane, place, &SQUARE, FORM, form.total.is_some())?;
                if (before - place.0) * canvas::day_width(axis) < APART {
                    continue;
                }
                before = place.0;
                let total = words::total_in_sight(form);
                let look = Look { hold: HPos::Center, colour: INK, bold: true, ..Look::NOTE };
                // One at the end of the paper moves away from the edge.
                let room = (last - place.0) * canvas::day_width(axis) + MARGIN;
                let half = total.chars().count() as f64 * 3.6;
                canvas::write(&plane, place, ((room - half).min(0.0), -12.0), &total, look)?;
            }
        }
        Ok(())
    })?;
    let said: Vec<String> = rows.iter().map(|row| words::forms(row, axis)).collect();
    let words = format!("{} {}", said.join(" "), words::TOTALS);
    Ok(Part { name: "Questionnaires".to_owned(), words, drawing, height })
}
