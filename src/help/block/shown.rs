//! Which lines a person sees, in which order, and what is said about each.
//!
//! Kind comes before everything: a support line never stands above a crisis line, however well confirmed it is.
//! The one thing to know: a line with limited or unknown hours needs a person's confirmation to be seen at all,
//! and a crisis line that is closed at this moment is left out of the block.

use std::cmp::Reverse;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::help::line::{Audience, Confirmations, Cost, Kind, Line, Lines, Standing, standing};
use crate::help::open_hours::open_now;

/// The emergency number of a country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emergency {
    /// Name of the service.
    pub name: String,
    /// Number to call.
    pub phone: String,
    /// Day of the last check, or of the source; `None` when neither is known.
    pub checked_on: Option<String>,
    /// Whether a recent confirmation stands.
    pub confirmed: bool,
    /// What to print about the date of an unconfirmed number.
    pub date_note: Option<String>,
}

/// A line as a person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineView {
    /// The id of its entry.
    pub id: String,
    /// Its own name.
    pub name: String,
    /// Crisis or support.
    pub kind: Kind,
    /// Whether it takes a person in crisis; a line that does not must be marked so.
    pub for_crisis: bool,
    /// Number to call.
    pub phone: Option<String>,
    /// Number to send a text message to.
    pub text: Option<String>,
    /// Word to send there.
    pub text_body: Option<String>,
    /// Its page.
    pub url: Option<String>,
    /// Opening hours for people.
    pub hours: String,
    /// Whether somebody answers now, as far as the hours are known.
    pub open_now: bool,
    /// What it costs; `None`: say nothing.
    pub cost: Option<Cost>,
    /// Part of the country that it serves; `None` means all of it.
    pub region: Option<String>,
    /// BCP 47 tags.
    pub languages: Vec<String>,
    /// Day of the last check, or of the source, perhaps only its year; `None` when neither is known.
    pub checked_on: Option<String>,
    /// Whether a recent confirmation stands.
    pub confirmed: bool,
    /// What to print about the date of an unconfirmed number.
    pub date_note: Option<String>,
}

/// Whom the lines are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::help) enum Context {
    /// A parent, or one to be.
    Parent,
    /// A parent who lives with a loss.
    Loss,
    /// Nobody in particular: the help page.
    Anybody,
}

/// The known lines at one instant.
#[derive(Clone, Copy)]
pub(in crate::help) struct Moment<'a> {
    pub lines: &'a Lines,
    pub confirmations: &'a Confirmations,
    pub now: Timestamp,
    pub today: Date,
}

impl Context {
    fn admits(self, audience: Audience) -> bool {
        match self {
            Context::Parent => audience != Audience::Bereavement,
            Context::Loss => audience != Audience::Maternal,
            Context::Anybody => true,
        }
    }
}

impl Moment<'_> {
    /// The emergency number of `country`, if the country is known.
    pub fn emergency(self, country: &str) -> Option<Emergency> {
        let line = self.lines.of(country).find(|line| line.kind == Kind::Emergency)?;
        let standing = self.standing(line);
        Some(Emergency {
            name: line.name.clone(),
            phone: line.phone.clone()?,
            checked_on: checked_on(line, standing),
            confirmed: standing.is_confirmed(),
            date_note: date_note(line, standing),
        })
    }

    /// Crisis lines: open round the clock first, lines made for this person first among them, then confirmed ones,
    /// then the order of the file. A closed line is for the help page alone, and last there.
    pub fn crisis_lines(self, country: &str, context: Context) -> Vec<LineView> {
        let mut found = self.admitted(country, Kind::Crisis, context);
        found.retain(|(line, _)| context == Context::Anybody || open_now(line, self.now));
        found.sort_by_key(|(line, standing)| {
            let open = open_now(line, self.now);
            (
                Reverse(line.is_24_7),
                Reverse(open),
                line.audience == Audience::General,
                !standing.is_confirmed(),
            )
        });
        self.views(&found)
    }

    /// Support lines: those made for this person first, then confirmed ones, then open ones.
    pub fn support_lines(self, country: &str, context: Context) -> Vec<LineView> {
        let mut found = self.admitted(country, Kind::Support, context);
        found.sort_by_key(|(line, standing)| {
            let place = match line.audience {
                Audience::Maternal => 0,
                Audience::Bereavement => 1,
                Audience::General => 2,
            };
            (place, !standing.is_confirmed(), !open_now(line, self.now))
        });
        self.views(&found)
    }

    fn admitted<'b>(&'b self, country: &'b str, kind: Kind, context: Context) -> Vec<(&'b Line, Standing)> {
        let fitting =
            self.lines.of(country).filter(|line| line.kind == kind && context.admits(line.audience));
        let standing = fitting.map(|line| (line, self.standing(line)));
        standing.filter(|(line, standing)| line.is_shown(*standing)).collect()
    }

    fn standing(&self, line: &Line) -> Standing {
        standing(self.lines, line, self.confirmations, self.today)
    }

    fn views(&self, lines: &[(&Line, Standing)]) -> Vec<LineView> {
        lines.iter().map(|(line, standing)| view(line, *standing, open_now(line, self.now))).collect()
    }
}

fn view(line: &Line, standing: Standing, open_now: bool) -> LineView {
    LineView {
        id: line.id.clone(),
        name: line.name.clone(),
        kind: line.kind,
        for_crisis: line.kind != Kind::Support,
        phone: line.phone.clone(),
        text: line.text.clone(),
        text_body: line.text_body.clone(),
        url: line.url.clone(),
        hours: line.hours.clone(),
        open_now,
        cost: line.cost,
        region: line.region.clone(),
        languages: line.languages.clone(),
        checked_on: checked_on(line, standing),
        confirmed: standing.is_confirmed(),
        date_note: date_note(line, standing),
    }
}

/// The day that a person tried the line outweighs the date of the page that it was copied from.
fn checked_on(line: &Line, standing: Standing) -> Option<String> {
    match standing {
        Standing::Confirmed(day) | Standing::Stale(day) => Some(day.to_string()),
        Standing::Unconfirmed => line.checked_on.map(|date| date.to_string()),
    }
}

fn date_note(line: &Line, standing: Standing) -> Option<String> {
    if standing.is_confirmed() {
        return None;
    }
    Some(
        checked_on(line, standing)
            .map_or_else(|| "not dated".to_owned(), |date| format!("number not checked since {date}")),
    )
}
