//! The format of `data/crisis_lines.json` and every check that a line passes before a parent can see it.
//!
//! All mistakes of a file are reported together. The one thing to know: an unknown member is a mistake too, since
//! a misspelt `open_hours` would otherwise close a line for ever without a word.

use std::collections::HashSet;

use jiff::civil::Weekday;
use jiff::tz::TimeZoneDatabase;
use serde::Deserialize;

use super::{Audience, Cost, Kind, Line, Lines, PartialDate};
use crate::help::country::{country_name, is_country};
use crate::help::open_hours::{MINUTES_PER_DAY, OpenHours, Span, minute_of_day, weekday};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    schema_version: u32,
    recheck_after_days: i32,
    fallback: RawFallback,
    lines: Vec<RawLine>,
    // Words for the people who edit the file.
    #[serde(rename = "written_on")]
    _written_on: String,
    #[serde(rename = "note")]
    _note: String,
    #[serde(rename = "fields")]
    _fields: serde_json::Value,
    #[serde(rename = "order_rule")]
    _order_rule: String,
    #[serde(rename = "unconfirmed_rule")]
    _unconfirmed_rule: serde_json::Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFallback {
    text: String,
    #[serde(rename = "use_when")]
    _use_when: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLine {
    id: String,
    country: String,
    region: Option<String>,
    name: String,
    kind: String,
    accepts_crisis: bool,
    phone: Option<String>,
    text: Option<String>,
    text_body: Option<String>,
    cost: Option<String>,
    url: Option<String>,
    hours: String,
    is_24_7: bool,
    open_hours: Option<RawHours>,
    languages: Vec<String>,
    audience: String,
    checked_on: Option<String>,
    #[serde(rename = "notes")]
    _notes: Option<String>,
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "live_checked")]
    _live_checked: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHours {
    time_zone: String,
    spans: Vec<RawSpan>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSpan {
    days: Vec<String>,
    from: String,
    to: String,
}

/// Mistakes found so far, each with the place that it belongs to.
struct Mistakes(Vec<String>);

impl Mistakes {
    fn expect(&mut self, holds: bool, place: &str, wrong: &str) {
        if !holds {
            self.0.push(format!("{place}: {wrong}"));
        }
    }

    fn need<T>(&mut self, value: Option<T>, place: &str, wrong: &str) -> Option<T> {
        self.expect(value.is_some(), place, wrong);
        value
    }
}

pub(super) fn read(json: &str) -> Result<Lines, Vec<String>> {
    let file: RawFile =
        serde_json::from_str(json).map_err(|error| vec![format!("not a line file: {error}")])?;
    let mut found = Mistakes(Vec::new());
    found.expect(file.schema_version == 1, "schema_version", "only 1 is known");
    found.expect((1..=365).contains(&file.recheck_after_days), "recheck_after_days", "not within 1 and 365");
    found.expect(!blank(&file.fallback.text), "fallback", "the text is empty");
    let mut ids = HashSet::new();
    let mut lines = Vec::new();
    for raw in file.lines {
        found.expect(ids.insert(raw.id.clone()), &raw.id, "the id is used twice");
        lines.extend(line(raw, &mut found));
    }
    found.expect(!lines.is_empty(), "lines", "there are none");
    let mut seen = HashSet::new();
    for country in lines.iter().map(|line: &Line| line.country.as_str()).filter(|code| seen.insert(*code)) {
        let emergency = |line: &&Line| line.country == country && line.kind == Kind::Emergency;
        let numbers = lines.iter().filter(emergency).count();
        found.expect(numbers == 1, country, "needs exactly one emergency number");
    }
    if found.0.is_empty() {
        let (fallback, recheck_after_days) = (file.fallback.text, file.recheck_after_days);
        Ok(Lines { lines, fallback, recheck_after_days })
    } else {
        Err(found.0)
    }
}

fn line(raw: RawLine, found: &mut Mistakes) -> Option<Line> {
    let id = raw.id.as_str();
    found.expect(is_country(&raw.country), id, "the country is no ISO 3166-1 code");
    found.expect(country_name(&raw.country).is_some(), id, "the country has no name in `country.rs` yet");
    let prefix = format!("{}-", raw.country.to_ascii_lowercase());
    found.expect(
        id.len() > prefix.len() && id.starts_with(&prefix),
        id,
        "the id does not begin with its country",
    );
    found.expect(!blank(&raw.name), id, "the name is empty");
    found.expect(!blank(&raw.hours), id, "the hours for people are empty");
    found.expect(raw.region.as_deref().is_none_or(|region| !blank(region)), id, "the region is empty");
    for number in [&raw.phone, &raw.text].into_iter().flatten() {
        found.expect(is_number(number), id, "a number holds other signs than digits, spaces, `-` and `+`");
    }
    found.expect(
        raw.url.as_deref().is_none_or(|url| url.starts_with("https://")),
        id,
        "the url is not https",
    );
    let reachable = raw.phone.is_some() || raw.text.is_some() || raw.url.is_some();
    found.expect(reachable, id, "has neither phone, text nor url");
    let body_fits = raw.text_body.as_deref().is_none_or(|body| raw.text.is_some() && !blank(body));
    found.expect(body_fits, id, "text_body is empty or has no number to go to");
    found.expect(!raw.languages.is_empty(), id, "speaks no language");
    found.expect(raw.languages.iter().all(|tag| is_language(tag)), id, "a language is no BCP 47 tag");
    found.expect(!(raw.is_24_7 && raw.open_hours.is_some()), id, "is round the clock and has open_hours too");
    let kind = found.need(kind(&raw.kind), id, "unknown kind");
    if let Some(kind) = kind {
        found.expect(
            raw.accepts_crisis == (kind != Kind::Support),
            id,
            "accepts_crisis does not fit the kind",
        );
        let talks = raw.phone.is_some() || (kind == Kind::Crisis && raw.text.is_some());
        found.expect(kind == Kind::Support || talks, id, "cannot be called (or texted, for a crisis line)");
        found.expect(
            kind != Kind::Emergency || raw.is_24_7,
            id,
            "is an emergency number but not round the clock",
        );
    }
    let audience = found.need(audience(&raw.audience), id, "unknown audience");
    let cost = raw.cost.as_deref().and_then(|word| found.need(cost(word), id, "unknown cost"));
    let checked_on = raw.checked_on.as_deref().and_then(|date| match date.parse::<PartialDate>() {
        Ok(date) => Some(date),
        Err(wrong) => found.need(None, id, &wrong),
    });
    let open_hours = raw.open_hours.and_then(|hours| open_hours(hours, id, found));
    Some(Line {
        kind: kind?,
        audience: audience?,
        cost,
        checked_on,
        open_hours,
        id: raw.id,
        country: raw.country,
        region: raw.region,
        name: raw.name,
        phone: raw.phone,
        text: raw.text,
        text_body: raw.text_body,
        url: raw.url,
        hours: raw.hours,
        is_24_7: raw.is_24_7,
        languages: raw.languages,
    })
}

fn open_hours(raw: RawHours, id: &str, found: &mut Mistakes) -> Option<OpenHours> {
    let zone = TimeZoneDatabase::bundled().get(&raw.time_zone);
    found.expect(!raw.spans.is_empty(), id, "open_hours has no span");
    let spans: Option<Vec<Span>> = raw.spans.iter().map(|raw| span(raw, id, found)).collect();
    let zone = match zone {
        Ok(zone) => zone,
        Err(error) => found.need(None, id, &format!("open_hours: {error}"))?,
    };
    Some(OpenHours { zone, spans: spans? })
}

fn span(raw: &RawSpan, id: &str, found: &mut Mistakes) -> Option<Span> {
    let days: Option<Vec<Weekday>> = raw.days.iter().map(|day| weekday(day)).collect();
    let days = found.need(days, id, "a day is not one of mon to sun")?;
    let different = days.iter().enumerate().all(|(at, day)| !days[..at].contains(day));
    found.expect(!days.is_empty() && different, id, "a span has no day, or a day twice");
    let from = minute_of_day(&raw.from).filter(|minute| *minute < MINUTES_PER_DAY);
    let from = found.need(from, id, "`from` is not a time within 00:00 and 23:59")?;
    let to = minute_of_day(&raw.to).filter(|minute| *minute > 0);
    let to = found.need(to, id, "`to` is not a time within 00:01 and 24:00")?;
    found.expect(from != to, id, "a span opens and closes at the same minute");
    Some(Span { days, from, to })
}

fn kind(word: &str) -> Option<Kind> {
    [Kind::Emergency, Kind::Crisis, Kind::Support].into_iter().find(|kind| kind.as_str() == word)
}

fn cost(word: &str) -> Option<Cost> {
    [Cost::Free, Cost::CallCharge].into_iter().find(|cost| cost.as_str() == word)
}

fn audience(word: &str) -> Option<Audience> {
    match word {
        "general" => Some(Audience::General),
        "maternal" => Some(Audience::Maternal),
        "bereavement" => Some(Audience::Bereavement),
        _ => None,
    }
}

fn blank(text: &str) -> bool {
    text.trim().is_empty()
}

fn is_number(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || b" -+".contains(&byte))
}

fn is_language(tag: &str) -> bool {
    let first = tag.split('-').next().map_or(0, str::len);
    (2..=3).contains(&first) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
