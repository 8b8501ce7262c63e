//! The catalogue: every resource the service knows, read from the data file built into the program.
//!
//! Here are the domain types and the way in. How the file is written is in `written.rs`, what must hold of
//! its texts and numbers in `check.rs`. A catalogue that exists has passed all checks; there is no other way to make one.

mod check;
#[cfg(test)]
mod tests;
mod word;
mod written;

use std::sync::OnceLock;

pub use word::{Context, Grade, Kind, Need, Touch};

const EMBEDDED: &str = include_str!("../../data/resources.json");

/// The entry that comes first while a flag asks for a person; the checks make sure that it exists.
pub const HEALTH_PROFESSIONAL: &str = "see-a-health-professional";

/// One thing a parent can try, read or turn to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Its name in addresses: lower-case letters, digits, hyphens; unique.
    pub slug: String,
    /// What sort of thing it is.
    pub kind: Kind,
    /// The heading of its card.
    pub title: String,
    /// One or two sentences under the heading.
    pub summary: String,
    /// What to do, in order.
    pub steps: Vec<String>,
    /// The book, when it is one.
    pub reading: Option<Reading>,
    /// A short reading written for this product.
    pub text: Option<String>,
    /// How long it takes, 1 to 120.
    pub minutes: u16,
    /// For which ages; `None` exactly when nothing in it is about a baby.
    pub baby_age_days: Option<AgeDays>,
    /// Speaks of a living baby. Never shown after a loss.
    pub about_baby: bool,
    /// How hands meet skin.
    pub touch: Touch,
    /// The parent holds the baby while doing it. Read from touch and wording, so that sleep safety
    /// does not hang on one hand-set mark.
    pub holding: bool,
    /// What it says about oil.
    pub oil: Option<String>,
    /// Empty: for everybody. Otherwise at least one of these must apply.
    pub contexts_include: Vec<Context>,
    /// Hidden when any of these applies; stronger than an inclusion.
    pub contexts_exclude: Vec<Context>,
    /// When to leave it out, as the card says it.
    pub contraindications: Vec<String>,
    /// Only after a recorded yes of the baby's team.
    pub needs_clearance: bool,
    /// Hidden at night and after very little sleep.
    pub hide_when_sleepy: bool,
    /// Hidden while the parent or baby may recently not have been safe.
    pub hide_when_unsafe: bool,
    /// What research says.
    pub evidence: Evidence,
    /// When it may be offered.
    pub helps_with: Vec<Need>,
    /// BCP 47 tags of the languages it is written in.
    pub languages: Vec<String>,
}

/// A published book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Title as printed.
    pub title: String,
    /// Author or authors.
    pub author: String,
    /// Year of the edition.
    pub year: i16,
    /// Thirteen digits without hyphens; the check digit holds.
    pub isbn13: String,
    /// Where title and number stood together; `None` when only the check digit speaks for the number.
    pub isbn_source: Option<String>,
}

/// Ages in days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgeDays {
    /// Youngest.
    pub min: i32,
    /// Oldest.
    pub max: i32,
}

impl AgeDays {
    /// Whether an age in days lies inside.
    pub fn contains(self, days: i32) -> bool {
        self.min <= days && days <= self.max
    }
}

/// What research says, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// How much it carries.
    pub grade: Grade,
    /// Where it can be read; never empty.
    pub sources: Vec<String>,
}

/// All resources, in the order of the file. The order is meaningful: it breaks ties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    resources: Vec<Resource>,
}

impl Catalogue {
    /// The catalogue built into the program.
    ///
    /// # Panics
    /// When the built-in file is wrong. `check_embedded` says so at start, before anything is served.
    pub fn embedded() -> &'static Self {
        static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
        CATALOGUE.get_or_init(|| {
            Self::parse(EMBEDDED).expect("the built-in catalogue is checked by a test and at start")
        })
    }

    /// Checks the built-in file.
    ///
    /// # Errors
    /// Every mistake in it, one sentence each.
    pub fn check_embedded() -> Result<(), Vec<String>> {
        Self::parse(EMBEDDED).map(|_| ())
    }

    /// Reads and checks a catalogue.
    ///
    /// # Errors
    /// Every mistake at once, each with the slug of its entry.
    pub fn parse(json: &str) -> Result<Self, Vec<String>> {
        let (resources, mut mistakes) = written::read(json);
        mistakes.extend(check::mistakes(&resources));
        if mistakes.is_empty() { Ok(Self { resources }) } else { Err(mistakes) }
    }

    /// Every resource, in the order of the file.
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// The resource of that name.
    pub fn by_slug(&self, slug: &str) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.slug == slug)
    }
}
