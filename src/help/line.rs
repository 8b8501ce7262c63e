//! The emergency, crisis and support lines that attune knows, read from `data/crisis_lines.json`.
//!
//! Types and look-up here; the file format and its checks in `file`, how far a number can still be trusted in
//! `standing`. What is shown to whom, and in which order, is `block`. The one thing to know: a line's own date is
//! the date of the page it was read from; that a person rang it is a confirmation, which the operator keeps.

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use jiff::civil::Date;

use super::open_hours::OpenHours;

mod file;
mod standing;
#[cfg(test)]
mod tests;

pub use standing::{Confirmations, Standing, standing, warnings};

/// All lines, checked, in the order of the file.
#[derive(Debug, Clone)]
pub struct Lines {
    lines: Vec<Line>,
    /// What to tell a person whose country is not known.
    pub fallback: String,
    /// For how many days a confirmation holds, 1 to 365. 90 in the embedded file (product decision).
    pub recheck_after_days: i32,
}

/// One number, text service or page that a parent may be sent to.
#[derive(Debug, Clone)]
pub struct Line {
    /// Name of the entry for operators, such as `gb-999`; begins with the country.
    pub id: String,
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// Part of the country that the line serves; `None` means all of it.
    pub region: Option<String>,
    /// Its own name.
    pub name: String,
    /// What it is for.
    pub kind: Kind,
    /// Number to call, as people there write it.
    pub phone: Option<String>,
    /// Number to send a text message to.
    pub text: Option<String>,
    /// Word to send to `text`, if one is needed.
    pub text_body: Option<String>,
    /// Its page.
    pub url: Option<String>,
    /// What a call costs; `None` means not known, and then nothing is said.
    pub cost: Option<Cost>,
    /// Opening hours for people.
    pub hours: String,
    /// Open round the clock, every day.
    pub is_24_7: bool,
    /// Opening hours for the machine; `None` on a line that is not round the clock means unknown.
    pub open_hours: Option<OpenHours>,
    /// BCP 47 tags of the languages spoken without an interpreter.
    pub languages: Vec<String>,
    /// Whom it serves.
    pub audience: Audience,
    /// Date of the page that it was read from; `None` when the page carries none.
    pub checked_on: Option<PartialDate>,
}

/// What a line is for, in the order in which lines are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The emergency number of the country.
    Emergency,
    /// A line that takes a person in crisis.
    Crisis,
    /// A line for talking and advice that does not take a crisis.
    Support,
}

/// Whom a line serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Everybody.
    General,
    /// Pregnancy and the time after a birth.
    Maternal,
    /// After the death of a baby.
    Bereavement,
}

/// What a call or a message costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// Nothing.
    Free,
    /// What the provider asks for a usual call.
    CallCharge,
}

/// A date of which only the year, or the year and the month, may be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartialDate {
    /// A year alone.
    Year(i16),
    /// A year and a month.
    Month(i16, i8),
    /// A whole date.
    Day(Date),
}

impl Lines {
    /// The lines that are compiled into the program.
    pub fn embedded() -> &'static Lines {
        static LINES: OnceLock<Lines> = OnceLock::new();
        LINES.get_or_init(|| {
            Lines::parse(include_str!("../../data/crisis_lines.json"))
                .expect("the embedded lines are read and checked by a test of this module")
        })
    }

    /// Reads and checks a line file.
    ///
    /// # Errors
    /// Every mistake that the file holds, one sentence each, so that an editor sees them all at once.
    pub fn parse(json: &str) -> Result<Lines, Vec<String>> {
        file::read(json)
    }

    /// Every line, in the order of the file.
    pub fn all(&self) -> &[Line] {
        &self.lines
    }

    /// The lines of one country, in the order of the file; none for a country that the file does not know.
    pub fn of<'a>(&'a self, country: &'a str) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(move |line| line.country == country)
    }

    /// The countries with lines, in the order of the file.
    pub fn countries(&self) -> Vec<&str> {
        let emergency = self.lines.iter().filter(|line| line.kind == Kind::Emergency);
        emergency.map(|line| line.country.as_str()).collect()
    }
}

impl Kind {
    /// The word in the file and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Emergency => "emergency",
            Kind::Crisis => "crisis",
            Kind::Support => "support",
        }
    }
}

impl Cost {
    /// The word in the file and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Cost::Free => "free",
            Cost::CallCharge => "call_charge",
        }
    }
}

impl FromStr for PartialDate {
    type Err = String;

    fn from_str(text: &str) -> Result<PartialDate, String> {
        let wrong = || format!("`{text}` is not a date, a year and month, or a year");
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        match *text.split('-').collect::<Vec<_>>().as_slice() {
            [year] if year.len() == 4 && digits(year) => {
                year.parse().map(PartialDate::Year).map_err(|_| wrong())
            }
            [year, month] if (year.len(), month.len()) == (4, 2) => {
                // The first of the month checks the range of both parts.
                let first: Date = format!("{text}-01").parse().map_err(|_| wrong())?;
                Ok(PartialDate::Month(first.year(), first.month()))
            }
            [_, _, _] if text.len() == 10 => text.parse().map(PartialDate::Day).map_err(|_| wrong()),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PartialDate::Year(year) => write!(f, "{year:04}"),
            PartialDate::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            PartialDate::Day(date) => write!(f, "{date}"),
        }
    }
}
