//! The paper: how wide it is, its colours, and what is drawn on it again and again.
//!
//! The library counts in whole dots, so a part is drawn in tenths and made smaller by the document: a year of days
//! still lies evenly. Colours tell nothing by themselves. Each of them has at least 4.5 to 1 against the paper where it
//! is text and 3 to 1 where it is a shape (WCAG 2.2, 1.4.3 and 1.4.11); a test measures them.

use std::ops::Range;

use plotters::{
    coord::{Shift, types::RangedCoordf64},
    drawing::DrawingAreaErrorKind,
    prelude::{
        Cartesian2d, Circle, Color, DrawingArea, EmptyElement, FontStyle, IntoDrawingArea, PathElement,
        Polygon, RGBColor, Rectangle, SVGBackend, ShapeStyle, Text, TextStyle,
    },
    style::text_anchor::{HPos, Pos, VPos},
};

use super::axis::Axis;
use crate::error::{Error, Result};

/// Dots of the library in one unit of the document.
pub const FINE: i32 = 10;
/// How wide the picture is, in units: a phone held upright.
pub const WIDTH: i32 = 400;
/// Half the width of the ends of a bar, in units.
pub const WHISKER: f64 = 2.5;
/// Where headings begin.
pub const MARGIN: f64 = 10.0;
/// From where to where days lie.
const ACROSS: Range<f64> = 30.0..390.0;

/// The paper.
pub const PAPER: RGBColor = RGBColor(0xFF, 0xFF, 0xFF);
/// Text.
pub const INK: RGBColor = RGBColor(0x22, 0x2E, 0x35);
/// Text that is second.
pub const PALE_INK: RGBColor = RGBColor(0x50, 0x5D, 0x66);
/// The lines behind everything; they carry nothing.
pub const GRID: RGBColor = RGBColor(0xE1, 0xE5, 0xE8);
/// What she answered.
pub const CURVE: RGBColor = RGBColor(0x1D, 0x4E, 0x5F);
/// Her own usual.
pub const USUAL: RGBColor = RGBColor(0xE3, 0xEC, 0xEE);
/// The ends of her own usual.
pub const USUAL_END: RGBColor = RGBColor(0x6E, 0x86, 0x8F);
/// Flags.
pub const FLAG: RGBColor = RGBColor(0x7A, 0x35, 0x12);
/// Questionnaires.
pub const FORM: RGBColor = RGBColor(0x3F, 0x3A, 0x6B);

/// A part while it is drawn, in dots.
pub type Sheet<'a> = DrawingArea<SVGBackend<'a>, Shift>;
/// The piece of it where days lie from left to right and values from bottom to top.
pub type Plane<'a> = DrawingArea<SVGBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
/// What drawing ends with.
pub type Drawn = std::result::Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// Draws a part that is so many units high.
///
/// # Errors
/// 500 when the library refuses to draw.
pub fn sheet(height: i32, draw: impl FnOnce(&Sheet<'_>) -> Drawn) -> Result<String> {
    let mut text = String::new();
    let size = (WIDTH.unsigned_abs() * FINE.unsigned_abs(), height.unsigned_abs() * FINE.unsigned_abs());
    {
        let sheet = SVGBackend::with_string(&mut text, size).into_drawing_area();
        draw(&sheet).and_then(|()| sheet.present()).map_err(|e| Error::internal(e.to_string()))?;
    }
    Ok(text)
}

/// Units in dots.
pub fn dots(units: f64) -> i32 {
    (units * f64::from(FINE)).round() as i32
}

/// The piece of a sheet between two heights, with days across and `values` from bottom to top.
pub fn plane<'a>(sheet: &Sheet<'a>, axis: Axis, values: Range<f64>, top: f64, bottom: f64) -> Plane<'a> {
    let (first, last) = axis.edges();
    let place = (dots(ACROSS.start)..dots(ACROSS.end), dots(bottom)..dots(top));
    sheet.apply_coord_spec(Cartesian2d::new(first..last, values, place))
}

/// A whole sheet, counted in units from its upper left corner.
pub fn in_units<'a>(sheet: &Sheet<'a>, height: i32) -> Plane<'a> {
    let (right, bottom) = (f64::from(WIDTH), f64::from(height));
    sheet.apply_coord_spec(Cartesian2d::new(0.0..right, 0.0..bottom, (0..dots(right), 0..dots(bottom))))
}

/// How many units a day is wide.
pub fn day_width(axis: Axis) -> f64 {
    (ACROSS.end - ACROSS.start) / f64::from(axis.days())
}

/// How a text looks and to which side of its place it stands.
#[derive(Clone, Copy)]
pub struct Look {
    /// Height of the letters, in units.
    pub size: f64,
    /// Colour.
    pub colour: RGBColor,
    /// Heavy letters.
    pub bold: bool,
    /// What of the text is at its place.
    pub hold: HPos,
}

impl Look {
    /// A heading.
    pub const HEADING: Self = Self { size: 14.0, colour: INK, bold: true, hold: HPos::Left };
    /// What is said beside it.
    pub const NOTE: Self = Self { size: 11.5, colour: PALE_INK, bold: false, hold: HPos::Left };
    /// Names of days and values.
    pub const SMALL: Self = Self { size: 11.0, colour: PALE_INK, bold: false, hold: HPos::Left };

    fn style(self) -> TextStyle<'static> {
        let size = told(self.size * f64::from(FINE));
        let style = if self.bold { FontStyle::Bold } else { FontStyle::Normal };
        let place = Pos::new(self.hold, VPos::Center);
        TextStyle {
            color: self.colour.to_backend_color(),
            pos: place,
            ..TextStyle::from(("sans-serif", size, style))
        }
    }
}

/// What the library has to be told for letters of a size: it divides by a factor of its own, and the nearest number may
/// come out with a long tail.
fn told(size: f64) -> f64 {
    const FACTOR: f64 = 1.24;
    let near = size * FACTOR;
    [near, near.next_up(), near.next_down()].into_iter().find(|told| told / FACTOR == size).unwrap_or(near)
}

/// Writes a text, its middle line at a place, moved by units.
pub fn write(plane: &Plane<'_>, at: (f64, f64), moved: (f64, f64), text: &str, look: Look) -> Drawn {
    let text = Text::new(text.to_owned(), (dots(moved.0), dots(moved.1)), look.style());
    plane.draw(&(EmptyElement::at(at) + text))
}

/// Draws a line through places.
pub fn line(plane: &Plane<'_>, places: Vec<(f64, f64)>, colour: RGBColor, width: f64) -> Drawn {
    plane.draw(&PathElement::new(places, stroke(colour, width)))
}

/// Draws a bar between two values with an end at either of them, in one stroke.
pub fn bar(plane: &Plane<'_>, at: f64, low: f64, high: f64, half: f64) -> Drawn {
    let places = [(-half, low), (half, low), (0.0, low), (0.0, high), (-half, high), (half, high)];
    line(plane, places.iter().map(|(aside, value)| (at + aside, *value)).collect(), CURVE, 1.1)
}

/// Draws a filled circle around a place.
pub fn dot(plane: &Plane<'_>, at: (f64, f64), radius: f64, colour: RGBColor) -> Drawn {
    plane.draw(&Circle::new(
        at,
        dots(radius),
        ShapeStyle { color: colour.into(), filled: true, stroke_width: 0 },
    ))
}

/// Fills the space between two corners.
pub fn fill(plane: &Plane<'_>, corners: [(f64, f64); 2], colour: RGBColor) -> Drawn {
    plane.draw(&Rectangle::new(corners, ShapeStyle { color: colour.into(), filled: true, stroke_width: 0 }))
}

/// Draws a shape around a place, its corners in units away from it: filled, or as an outline on paper.
pub fn shape(
    plane: &Plane<'_>,
    at: (f64, f64),
    corners: &[(f64, f64)],
    colour: RGBColor,
    filled: bool,
) -> Drawn {
    let mut around: Vec<(i32, i32)> = corners.iter().map(|(x, y)| (dots(*x), dots(*y))).collect();
    let inside = if filled { colour } else { PAPER };
    let body =
        Polygon::new(around.clone(), ShapeStyle { color: inside.into(), filled: true, stroke_width: 0 });
    if filled {
        return plane.draw(&(EmptyElement::at(at) + body));
    }
    around.extend(around.first().copied());
    plane.draw(&(EmptyElement::at(at) + body + PathElement::new(around, stroke(colour, 1.2))))
}

fn stroke(colour: RGBColor, width: f64) -> ShapeStyle {
    ShapeStyle { color: colour.into(), filled: false, stroke_width: dots(width).unsigned_abs() }
}
