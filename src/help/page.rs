//! The help page as a value: what `GET /v1/help` tells anybody, without a sign-in.
//!
//! The same lines as in the safety block, with closed ones too, and the signs in the body that need a doctor. The
//! one thing to know: it knows nobody and stores nothing, so every refusal can point to it.

use jiff::Timestamp;
use jiff::civil::Date;

use super::block::shown::{Context, Moment};
use super::block::words;
use super::block::{Emergency, LineView};
use super::country::{country_name, known_code};
use super::line::{Confirmations, Lines};
use super::warning_sign;

/// The help page for one country, or for none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The country that the numbers belong to; `None` when none was asked for or it has no entry.
    pub country: Option<CountryEntry>,
    /// Where to call in danger, in words; never empty.
    pub message: String,
    /// The emergency number of the country.
    pub emergency: Option<Emergency>,
    /// Lines that take a crisis.
    pub lines: Vec<LineView>,
    /// Lines for talking, which do not take a crisis.
    pub support_lines: Vec<LineView>,
    /// Signs in the body, for the parent first; without the baby's in a loss context.
    pub warning_signs: Vec<WarningSigns>,
    /// That nobody reads free text at once.
    pub note: &'static str,
    /// Every country with an entry, by name.
    pub countries: Vec<CountryEntry>,
}

/// A country that has lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountryEntry {
    /// ISO 3166-1 alpha-2 code.
    pub code: &'static str,
    /// Plain English name.
    pub name: &'static str,
}

/// One list of signs and what to do about any of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WarningSigns {
    /// `parent` or `baby`.
    pub who: &'static str,
    /// The signs, in plain words.
    pub signs: &'static [&'static str],
    /// What to do.
    pub action: &'static str,
}

/// Builds the help page. `loss` is true only for a known person who lives with a loss.
pub fn page(
    lines: &Lines,
    confirmations: &Confirmations,
    country: Option<&str>,
    loss: bool,
    now: Timestamp,
    today: Date,
) -> Page {
    let moment = Moment { lines, confirmations, now, today };
    let context = if loss { Context::Loss } else { Context::Anybody };
    let emergency = country.and_then(|country| moment.emergency(country));
    let known = country.filter(|_| emergency.is_some());
    let mut countries: Vec<CountryEntry> = lines.countries().into_iter().filter_map(entry).collect();
    countries.sort_by_key(|country| country.name);
    let parent =
        WarningSigns { who: "parent", signs: &warning_sign::PARENT, action: warning_sign::PARENT_ACTION };
    let baby = WarningSigns { who: "baby", signs: &warning_sign::BABY, action: warning_sign::BABY_ACTION };
    Page {
        country: countries.iter().find(|entry| Some(entry.code) == known).copied(),
        message: words::where_to_call(lines, known, emergency.as_ref()),
        lines: known.map_or_else(Vec::new, |country| moment.crisis_lines(country, context)),
        support_lines: known.map_or_else(Vec::new, |country| moment.support_lines(country, context)),
        warning_signs: if loss { vec![parent] } else { vec![parent, baby] },
        note: words::FREE_TEXT_NOTE,
        countries,
        emergency,
    }
}

fn entry(code: &str) -> Option<CountryEntry> {
    Some(CountryEntry { code: known_code(code)?, name: country_name(code)? })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use jiff::civil::date;

    use super::super::country::COUNTRIES;
    use super::super::line::Kind;
    use super::*;

    fn open(country: Option<&str>, loss: bool, confirmations: &Confirmations) -> Page {
        // A Monday, noon in Melbourne.
        let now = "2026-11-23T12:00:00+11:00".parse().unwrap();
        page(Lines::embedded(), confirmations, country, loss, now, date(2026, 11, 23))
    }

    #[test]
    fn every_country_has_something_to_call() {
        for country in COUNTRIES.map(Some).into_iter().chain([None, Some("ZZ"), Some("")]) {
            let page = open(country, false, &HashMap::new());
            assert!(page.message.contains("nearest emergency department"), "{country:?}");
            assert_eq!(page.country.map(|entry| entry.code), country.filter(|_| page.emergency.is_some()));
            assert_eq!(page.country.is_none(), page.lines.is_empty(), "{country:?}");
            assert_eq!((page.countries.len(), page.warning_signs.len()), (11, 2));
        }
    }

    #[test]
    fn the_countries_are_listed_by_name() {
        let names: Vec<_> =
            open(None, false, &HashMap::new()).countries.iter().map(|entry| entry.name).collect();
        assert!(names.is_sorted() && names.starts_with(&["Australia", "Canada", "France"]), "{names:?}");
    }

    #[test]
    fn confirmed_lines_join_even_when_closed_and_support_stays_below() {
        let confirmations: Confirmations = ["nz-tautoko", "gb-sands", "gb-pandas", "au-panda"]
            .into_iter()
            .map(|id| (id.to_owned(), date(2026, 11, 1)))
            .collect();
        let ids = |lines: &[LineView]| lines.iter().map(|line| line.id.clone()).collect::<Vec<_>>();
        let zealand = open(Some("NZ"), false, &confirmations);
        assert_eq!(ids(&zealand.lines), ["nz-1737", "nz-tautoko"]);
        assert!(!zealand.lines[1].open_now);
        let britain = open(Some("GB"), false, &confirmations);
        assert_eq!(ids(&britain.support_lines), ["gb-pandas", "gb-sands"]);
        assert!(britain.lines.iter().all(|line| line.kind == Kind::Crisis));
        assert!(open(Some("AU"), false, &confirmations).support_lines[0].open_now);
    }

    #[test]
    fn after_a_loss_the_page_speaks_of_no_baby() {
        for country in Lines::embedded().countries() {
            let page = open(Some(country), true, &HashMap::new());
            let text = format!("{page:?}").to_lowercase();
            assert!(!text.contains("baby") && !text.contains("maternal"), "{text}");
        }
    }
}
