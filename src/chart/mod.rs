//! The picture of a parent's days: her measures over time, her own usual, her flags and her questionnaires. Pure.
//!
//! Values in, SVG out. What may be shown to whom is decided before: a picture knows of nothing that its reader may
//! not read, so no gap, scale or height of it can give anything away. Nothing in it praises a day or calls it well
//! (H02), the lowest value of a day stays visible beside its mean (H15), and a day without an answer is a gap.
//! Why this library draws it: `docs/decisions/0022`.

mod axis;
mod canvas;
mod document;
mod flag_lane;
mod form_lane;
mod legend;
#[cfg(test)]
mod look_edge;
mod panel;
#[cfg(test)]
mod sample;
mod spot;
mod words;
#[cfg(test)]
mod words_edge;

use jiff::civil::Date;

use crate::rules::{Measure, Severity};

pub use document::render;

/// Flags that are drawn at most (product decision: more of them are no picture any more).
pub const MOST_FLAGS: usize = 100;
/// Filled-in questionnaires that are drawn at most (product decision: one a week and two more for a year).
pub const MOST_FORMS: usize = 160;

/// What a picture shows.
pub struct Picture {
    /// Who looks.
    pub reader: Reader,
    /// The first local day.
    pub from: Date,
    /// The last local day.
    pub to: Date,
    /// Each measure that may be shown, in the order of the page; `None` for a reader who sees no check-ins.
    pub curves: Option<Vec<Curve>>,
    /// Flags, the gravest first; at most [`MOST_FLAGS`] of them are drawn.
    pub flags: Vec<FlagMark>,
    /// Questionnaires; of very many only the latest [`MOST_FORMS`] are drawn.
    pub forms: Vec<FormMark>,
}

/// Who looks at a picture.
pub enum Reader {
    /// The parent herself.
    Parent,
    /// A doula; the name says whose days these are, so that two clients are not mixed up.
    Doula {
        /// The name that the parent goes by.
        client: String,
    },
}

/// One measure over time.
pub struct Curve {
    /// Of what.
    pub measure: Measure,
    /// The days with an answer, earliest first, each once.
    pub days: Vec<Point>,
    /// What was usual, earliest first; days without are left out.
    pub usual: Vec<Stretch>,
}

/// The answers of one local day, in units of the measure (hours, not half hours).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The day.
    pub on: Date,
    /// How many answers there are.
    pub count: u32,
    /// Their mean.
    pub mean: f64,
    /// The lowest of them.
    pub lowest: f64,
    /// The highest of them.
    pub highest: f64,
}

/// Days on which one range was usual.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// The first of them.
    pub from: Date,
    /// The last of them.
    pub to: Date,
    /// Lower end of the range.
    pub low: f64,
    /// Upper end of the range.
    pub high: f64,
}

/// A flag, as the reader sees it.
pub struct FlagMark {
    /// How soon somebody should look.
    pub severity: Severity,
    /// Where it stands, in one word of the interface.
    pub status: &'static str,
    /// Why, in words for the reader.
    pub reason: String,
    /// The local day on which it began.
    pub raised_on: Date,
    /// The local day on which the last of its evidence came.
    pub last_on: Date,
}

/// A questionnaire that was filled in.
pub struct FormMark {
    /// Its short name.
    pub instrument: String,
    /// What its totals lie between, and which end is the heavier one where that is the lower.
    pub scale: String,
    /// What the answers came to; `None` for an incomplete form.
    pub total: Option<u16>,
    /// The highest total that there could be, where that is not the one of the scale.
    pub of: Option<u16>,
    /// The numbers have still to be looked at again: they may have been keyed wrongly.
    pub doubt: bool,
    /// The local day.
    pub on: Date,
}
