//! The values that bodies and queries are made of: numbers, text, days, instants, zones, words.
//!
//! Lengths count Unicode scalar values, text is kept in NFC, and U+0000 is refused everywhere, because
//! PostgreSQL text cannot hold it and both databases give the same answers.

use std::fmt;

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::field::{Fault, Wire};

impl Wire for bool {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        value.as_bool().ok_or_else(|| Fault::wrong_type("true or false"))
    }
}

/// A whole number between two bounds, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole<const MIN: i64, const MAX: i64>(pub i64);

impl<const MIN: i64, const MAX: i64> Wire for Whole<MIN, MAX> {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        let number = match value {
            Value::Number(number) => number,
            _ => return Err(Fault::wrong_type("a whole number")),
        };
        let out_of_range =
            || Fault::new("out_of_range", format!("Must be a whole number from {MIN} to {MAX}."));
        if number.is_f64() {
            return Err(out_of_range());
        }
        match number.as_i64() {
            Some(whole) if (MIN..=MAX).contains(&whole) => Ok(Self(whole)),
            _ => Err(out_of_range()),
        }
    }
}

/// Text of a bounded length in Unicode scalar values, in NFC, without control characters but line breaks and
/// tabs. Leading and trailing white space is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Text<const MIN: usize, const MAX: usize>(pub String);

impl<const MIN: usize, const MAX: usize> Wire for Text<MIN, MAX> {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        let text = string(value)?;
        let text: String = text.nfc().collect();
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(Fault::new("bad_character", "Must not contain control characters."));
        }
        bounded::<MIN, MAX>(&text)?;
        Ok(Self(text))
    }
}

/// One line of text for names: as [`Text`], trimmed, without line breaks and without characters that change
/// the direction of writing.
#[derive(Clone, PartialEq, Eq)]
pub struct Line<const MIN: usize, const MAX: usize>(pub String);

impl<const MIN: usize, const MAX: usize> Wire for Line<MIN, MAX> {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        let text: String = string(value)?.trim().nfc().collect();
        if text.chars().any(|c| c.is_control() || turns(c)) {
            return Err(Fault::new("bad_character", "Must be one line without control characters."));
        }
        bounded::<MIN, MAX>(&text)?;
        Ok(Self(text))
    }
}

/// Whether a character changes the direction in which the text around it is written.
pub fn turns(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{061c}')
}

/// What people write appears in no log, not even by mistake.
impl<const MIN: usize, const MAX: usize> fmt::Debug for Text<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text(..)")
    }
}

impl<const MIN: usize, const MAX: usize> fmt::Debug for Line<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Line(..)")
    }
}

/// A list of at most `MAX` values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<T, const MAX: usize>(pub Vec<T>);

impl<T: Wire, const MAX: usize> Wire for List<T, MAX> {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        let items = value.as_array().ok_or_else(|| Fault::wrong_type("a list"))?;
        if items.len() > MAX {
            return Err(Fault::new("too_many", format!("Must have at most {MAX} entries.")));
        }
        let mut read = Vec::with_capacity(items.len());
        let mut faults = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match T::read(item) {
                Ok(value) => read.push(value),
                Err(found) => faults.extend(Fault::under(found, index)),
            }
        }
        if faults.is_empty() { Ok(Self(read)) } else { Err(faults) }
    }
}

/// An instant: RFC 3339 with `Z` or an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant(pub jiff::Timestamp);

impl Wire for Instant {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        let wrong = || Fault::new("bad_instant", "Must be an RFC 3339 instant such as 2026-11-23T09:15:00Z.");
        let text = string(value)?;
        if !is_rfc_3339(text) {
            return Err(wrong());
        }
        let at: jiff::Timestamp = text.parse().map_err(|_| wrong())?;
        jiff::Timestamp::from_microsecond(at.as_microsecond()).map(Self).map_err(|_| wrong())
    }
}

/// Whether the text has the shape that RFC 3339 asks for; ISO 8601 and the date library know many more.
fn is_rfc_3339(text: &str) -> bool {
    let fits = |text: &str, shape: &str| {
        let digit_or_sign = |(byte, sign): (u8, u8)| match sign {
            b'0' => byte.is_ascii_digit(),
            sign => byte.eq_ignore_ascii_case(&sign),
        };
        text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(digit_or_sign)
    };
    let Some((moment, rest)) = text.split_at_checked(19) else { return false };
    let fraction =
        rest.strip_prefix('.').map(|digits| digits.trim_start_matches(|c: char| c.is_ascii_digit()));
    let fraction_is_fine = fraction.is_none_or(|offset| (2..=10).contains(&(rest.len() - offset.len())));
    let offset = fraction.unwrap_or(rest);
    fits(moment, "0000-00-00T00:00:00")
        && fraction_is_fine
        && ["Z", "+00:00", "-00:00"].iter().any(|shape| fits(offset, shape))
}

/// A calendar day: `2026-11-23`, between the years 1900 and 2200.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(pub jiff::civil::Date);

impl Wire for Day {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        let wrong = || Fault::new("bad_date", "Must be a day such as 2026-11-23.");
        let text = string(value)?;
        let day: jiff::civil::Date = text.parse().map_err(|_| wrong())?;
        if text.len() != 10 || !(1900..=2200).contains(&day.year()) {
            return Err(wrong());
        }
        Ok(Self(day))
    }
}

/// An IANA time zone name that the server knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(pub String);

impl Wire for Zone {
    fn read(value: &Value) -> std::result::Result<Self, Vec<Fault>> {
        let text = string(value)?;
        let zone = jiff::tz::TimeZone::get(text).ok().and_then(|zone| zone.iana_name().map(str::to_owned));
        match zone {
            Some(name) if text.len() <= 64 => Ok(Self(name)),
            _ => Err(Fault::new("unknown_zone", "Must be an IANA time zone such as Europe/Paris.")),
        }
    }
}

/// The text of a value, without U+0000, which PostgreSQL cannot hold.
pub fn string(value: &Value) -> std::result::Result<&str, Vec<Fault>> {
    let text = value.as_str().ok_or_else(|| Fault::wrong_type("text"))?;
    if text.contains('\0') {
        return Err(Fault::new("bad_character", "Must not contain U+0000."));
    }
    Ok(text)
}

/// Reads one of a fixed set of words.
pub fn word<T: std::str::FromStr>(value: &Value, words: &[&str]) -> std::result::Result<T, Vec<Fault>> {
    string(value)?
        .parse()
        .map_err(|_| Fault::new("unknown_word", format!("Must be one of: {}.", words.join(", "))))
}

fn bounded<const MIN: usize, const MAX: usize>(text: &str) -> std::result::Result<(), Vec<Fault>> {
    let length = text.chars().count();
    if length < MIN {
        Err(Fault::new("too_short", format!("Must have at least {MIN} characters.")))
    } else if length > MAX {
        Err(Fault::new("too_long", format!("Must have at most {MAX} characters.")))
    } else {
        Ok(())
    }
}
