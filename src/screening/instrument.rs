//! A questionnaire as the service knows it: items, how they are scored, what a total means, which answer is urgent.
//!
//! These types are what `data/instruments.json`, and the files of a practice, are read into. An instrument that exists
//! has passed every check of `catalogue::check`; a standard scale without leave to show its words has none here.

use serde::Deserialize;
use serde_json::Value;

use crate::rules;

pub use super::scale::{Direction, Input, Level, Method, Range, Scoring, Subscale};

/// What its publisher allows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// One word.
    pub kind: String,
    /// Whether the words of its items may be shown.
    pub wording_may_ship: bool,
    /// What it says.
    pub text: String,
    /// Whom to name beside it.
    pub credit: Option<String>,
    /// Where that was read.
    pub source: String,
}

/// What an answer of the whole questionnaire is called.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerLabel {
    /// The number that is sent.
    pub value: u8,
    /// As it is printed.
    pub label: String,
}

/// One item. The words are there only where they may be shown.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its name within the questionnaire; of a scale that may not be shown, a number.
    pub id: String,
    /// The lowest answer.
    pub min: u8,
    /// The highest answer.
    pub max: u8,
    /// Between two answers; 1 when it is not said.
    pub step: Option<f64>,
    /// May be left out.
    #[serde(default)]
    pub optional: bool,
    /// What is asked.
    pub text: Option<String>,
    /// What is asked instead, by context.
    #[serde(default)]
    pub text_variants: std::collections::BTreeMap<String, String>,
    /// What the answers are called, from the lowest on.
    pub labels: Option<Vec<String>>,
    /// What some of the answers mean.
    pub anchors: Option<std::collections::BTreeMap<String, String>>,
    /// Which end is the heavier one.
    pub direction: Option<String>,
    /// The value in a check-in for each answer, from the lowest on.
    pub wire: Option<Vec<Value>>,
    /// Not asked in these contexts.
    #[serde(default)]
    pub hide_in_contexts: Vec<String>,
}

/// What a total means.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// From here,
    pub min: u16,
    /// to here, both included.
    pub max: u16,
    /// For who follows up.
    pub label: String,
    /// For the parent.
    pub meaning: String,
    /// What is done.
    pub action: Action,
    /// How soon somebody should look, if anybody.
    pub severity: Option<Level>,
    /// For who follows up.
    pub note: Option<String>,
}

/// What a band leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Nothing.
    None,
    /// Counts towards a rule over days.
    Watch,
    /// Something to try.
    Resources,
    /// A flag, and the same again in some weeks.
    Recheck,
    /// A flag, and another questionnaire is offered.
    NextStep,
    /// A flag.
    FollowUp,
    /// A flag: a health professional should look.
    Assessment,
    /// The same, today.
    AssessmentPrompt,
}

/// An answer that counts by itself, whatever the total.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UrgentItem {
    /// Of which item.
    pub item: String,
    /// From this answer on.
    pub min: u8,
    /// How soon somebody should look.
    pub level: Level,
    /// In a few words, for who reads the file.
    pub reason: String,
    /// Of a practice's own questionnaire: who may come to harm.
    pub harms: Option<Harms>,
}

/// Who may come to harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Harms {
    /// Who answers.
    #[serde(rename = "self")]
    Herself,
    /// The baby, or somebody else.
    Other,
}

/// When the same is to be asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recheck {
    /// From this day on.
    pub after_days_min: u16,
    /// Late after this day.
    pub after_days_max: u16,
    /// Totals that ask for it.
    pub applies_to: Range,
}

/// One questionnaire.
#[derive(Debug, Clone, PartialEq)]
pub struct Instrument {
    /// Its name in addresses.
    pub id: String,
    /// Goes up when it is scored otherwise.
    pub version: String,
    /// As it is called.
    pub title: String,
    /// BCP 47.
    pub language: String,
    /// `standard`, `score_only` or `own`.
    pub kind: String,
    /// Not so for what was made for this product.
    pub validated: Option<bool>,
    /// What its publisher allows.
    pub licence: Licence,
    /// How many days it asks about.
    pub recall_days: Option<u16>,
    /// Before the items.
    pub stem: Option<String>,
    /// What the answers are called.
    pub answer_labels: Vec<AnswerLabel>,
    /// In their order.
    pub items: Vec<Item>,
    /// Asked, never counted.
    pub unscored_items: Vec<Item>,
    /// How answers become a total.
    pub scoring: Scoring,
    /// Over the whole range, in order.
    pub bands: Vec<Band>,
    /// What counts by itself.
    pub urgent_items: Vec<UrgentItem>,
    /// The same again, and when.
    pub recheck: Option<Recheck>,
    /// What is offered after a raised total.
    pub next_step: Option<String>,
    /// The longer one that it is a part of.
    pub derived_from: Option<String>,
    /// Shown, nothing follows from it.
    pub informational_only: bool,
    /// Days before it may be repeated.
    pub min_repeat_days: u16,
    /// Where it was published.
    pub sources: Vec<String>,
}

impl Instrument {
    /// Whether it is sent as a check-in and not as a questionnaire.
    pub fn is_check_in(&self) -> bool {
        self.scoring.method == Method::SingleItem
    }

    /// Whether it asks about harm at all. Of one that does not, no total says anything about safety.
    pub fn asks_about_safety(&self) -> bool {
        !self.urgent_items.is_empty()
    }

    /// About a baby: nobody is asked whose babies are all hidden (clinical table: bonding scales).
    pub fn about_a_baby(&self) -> bool {
        rules::about_a_baby(&self.id)
    }

    /// The item of that name, counted or not.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().chain(&self.unscored_items).find(|item| item.id == id)
    }

    /// What a total means.
    pub fn band(&self, total: u16) -> Option<&Band> {
        self.bands.iter().find(|band| (band.min..=band.max).contains(&total))
    }

    /// What a total means of what it could have come to: where items were not asked, by its share of the whole.
    pub fn band_of(&self, total: u16, possible: u16) -> Option<&Band> {
        let whole = u32::from(self.scoring.range.max);
        let share = match u32::from(possible) {
            0 => return None,
            possible if self.scoring.share_when_hidden => u32::from(total) * whole / possible,
            _ => u32::from(total),
        };
        self.band(u16::try_from(share).ok()?)
    }
}

impl Item {
    /// Whether it is left out after a loss.
    pub fn hidden_after_loss(&self) -> bool {
        self.hide_in_contexts.iter().any(|context| context == "loss")
    }
}
