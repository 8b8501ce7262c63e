//! Puts the parts of a picture together into one document.
//!
//! Only attributes make its look: the policy that is sent with it allows no style and no script. No part has an id,
//! because two pictures may stand on one page and must not lend each other their words.

use super::{
    Curve, FlagMark, FormMark, MOST_FLAGS, MOST_FORMS, Picture,
    axis::Axis,
    canvas::{self, FINE, Look, MARGIN, WIDTH},
    flag_lane, form_lane, legend, panel, words,
};
use crate::error::Result;

/// Between two parts, in units.
const GAP: i32 = 12;
/// How high the heading is, in units.
const HEAD: i32 = 54;
/// So many letters of a name fit into the heading.
const NAME_FITS: usize = 34;

/// A part of a picture.
pub struct Part {
    /// What it is.
    pub name: String,
    /// What it shows, in words.
    pub words: String,
    /// What it shows, drawn.
    pub drawing: String,
    /// How high, in units.
    pub height: i32,
}

/// Draws a picture.
///
/// # Errors
/// 500 when the library refuses to draw.
pub fn render(picture: &Picture) -> Result<String> {
    let axis = Axis::new(picture.from, picture.to);
    let mut parts = vec![];
    let mut flags: Vec<&FlagMark> =
        picture.flags.iter().filter(|flag| axis.cut(flag.raised_on, flag.last_on).is_some()).collect();
    let left_out = flags.len() > MOST_FLAGS;
    flags.truncate(MOST_FLAGS);
    if !flags.is_empty() {
        parts.push(flag_lane::part(&flags, left_out, axis)?);
    }
    let has_days = |curve: &&Curve| curve.days.iter().any(|day| axis.has(day.on));
    let answered: Vec<&Curve> = picture.curves.iter().flatten().filter(has_days).collect();
    for curve in &answered {
        parts.push(panel::part(curve, axis)?);
    }
    if answered.is_empty() {
        let why = if picture.curves.is_some() { words::NOTHING } else { words::NOT_SHARED };
        parts.push(panel::without(why)?);
    }
    let mut forms: Vec<&FormMark> = picture.forms.iter().filter(|form| axis.has(form.on)).collect();
    forms.sort_by_key(|form| form.on);
    let latest = &forms[forms.len().saturating_sub(MOST_FORMS)..];
    if !latest.is_empty() {
        parts.push(form_lane::part(latest, axis)?);
    }
    if !answered.is_empty() {
        parts.push(legend::part(axis, answered.iter().any(|curve| !curve.usual.is_empty()))?);
    }
    assemble(picture, &parts)
}

fn assemble(picture: &Picture, parts: &[Part]) -> Result<String> {
    let height = HEAD + parts.iter().map(|part| part.height + GAP).sum::<i32>();
    let head = canvas::sheet(HEAD, |sheet| {
        let page = canvas::in_units(sheet, HEAD);
        let look = Look { size: 15.0, ..Look::HEADING };
        canvas::write(
            &page,
            (MARGIN, 18.0),
            (0.0, 0.0),
            &fitting(&words::whose(&picture.reader), NAME_FITS),
            look,
        )?;
        let look = Look { size: 12.0, ..Look::NOTE };
        canvas::write(&page, (MARGIN, 36.0), (0.0, 0.0), &words::days(picture), look)
    })?;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} \
         {height}\" role=\"graphics-document document\" lang=\"en\">\n<title>{}</title>\n<desc>{}</desc>\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#FFFFFF\"/>\n",
        escaped(&words::title(picture)),
        escaped(words::about()),
    );
    // The title says what the heading says.
    text += &format!("<g aria-hidden=\"true\" transform=\"{}\">\n{head}</g>\n", placed(0));
    let mut top = HEAD;
    for part in parts {
        text += &format!(
            "<g role=\"img\" transform=\"{}\">\n<title>{}</title>\n<desc>{}</desc>\n{}</g>\n",
            placed(top),
            escaped(&part.name),
            escaped(&part.words),
            part.drawing,
        );
        top += part.height + GAP;
    }
    text += "</svg>\n";
    Ok(text)
}

/// Where a part lies, and how much smaller it becomes there.
fn placed(top: i32) -> String {
    format!("translate(0 {top}) scale({})", 1.0 / f64::from(FINE))
}

/// As much of a line as the paper holds.
pub fn fitting(text: &str, fits: usize) -> String {
    if text.chars().count() <= fits {
        return allowed(text).collect();
    }
    let begin: String = allowed(text).take(fits - 1).collect();
    format!("{}…", begin.trim_end())
}

/// Text that ends no element.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in allowed(text) {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            other => safe.push(other),
        }
    }
    safe
}

/// The letters of a text, those that XML has no place for replaced (XML 1.0, production 2).
fn allowed(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(|letter| match letter {
        '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'.. => letter,
        _ => '\u{FFFD}',
    })
}
