//! What the signs of a picture mean.

use super::{
    axis::Axis,
    canvas::{self, CURVE, Look, MARGIN, USUAL, USUAL_END},
    document::Part,
};
use crate::error::Result;

/// How high it is, in units: three lines.
const HEIGHT: i32 = 52;

/// Draws it, for days or for weeks; without her own usual where there is none.
///
/// # Errors
/// 500 when the library refuses to draw.
pub fn part(axis: Axis, has_usual: bool) -> Result<Part> {
    let each = if axis.in_weeks() { "week" } else { "day" };
    let height = if has_usual { HEIGHT } else { HEIGHT - 16 };
    let drawing = canvas::sheet(height, |sheet| {
        let page = canvas::in_units(sheet, height);
        let say =
            |at: f64, text: &str| canvas::write(&page, (MARGIN + 24.0, at), (0.0, 0.0), text, Look::NOTE);
        let middle = MARGIN + 8.0;
        canvas::line(&page, vec![(MARGIN, 8.0), (MARGIN + 16.0, 8.0)], CURVE, 1.6)?;
        canvas::dot(&page, (middle, 8.0), 2.6, CURVE)?;
        say(8.0, &format!("mean of a {each}; without an answer it is left open"))?;
        canvas::bar(&page, middle, 29.5, 18.5, canvas::WHISKER)?;
        say(24.0, &format!("from the lowest to the highest answer of a {each}"))?;
        if has_usual {
            canvas::fill(&page, [(MARGIN, 35.0), (MARGIN + 16.0, 45.0)], USUAL)?;
            for end in [35.0, 45.0] {
                canvas::line(&page, vec![(MARGIN, end), (MARGIN + 16.0, end)], USUAL_END, 0.8)?;
            }
            say(40.0, "own usual, made of earlier days; not an aim")?;
        }
        Ok(())
    })?;
    let mut words =
        format!("A point is the mean of a {each}, a bar reaches from its lowest to its highest answer.");
    if has_usual {
        words += " A shaded field is the own usual.";
    }
    Ok(Part { name: "How to read it".to_owned(), words, drawing, height })
}
