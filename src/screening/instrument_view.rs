//! Questionnaires as they go out: enough to build a form, and no word that may not be shown.
//!
//! A scale without leave to show its words has none in the catalogue, so there is nothing here to hold back. Lines and
//! bands stay inside: nobody is to fill in a form with one eye on them.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::instrument::{AnswerLabel, Instrument, Item, Licence};

/// A questionnaire.
#[derive(Serialize, ToSchema)]
pub struct InstrumentView {
    id: String,
    version: String,
    title: String,
    /// BCP 47.
    language: String,
    /// `standard`, `score_only` (numbers alone, from a licensed copy) or `own`.
    kind: String,
    /// False for what was made for this product and never studied.
    validated: bool,
    licence: LicenceView,
    /// How many days it asks about.
    recall_days: Option<u16>,
    /// Days before it may be filled in again.
    min_repeat_days: u16,
    /// Whether any item asks about harm. Without one, no total says anything about safety.
    asks_about_safety: bool,
    /// The call that takes the answers: `/v1/screenings` or `/v1/check-ins`.
    answered_by: String,
    /// Whether the numbers have to be keyed before they are sent: 0 the lightest on every item.
    keyed: bool,
    /// Said before the items.
    stem: Option<String>,
    /// What the answers of every item are called.
    answer_labels: Vec<AnswerLabelView>,
    items: Vec<ItemView>,
    /// Asked, and never part of a total.
    unscored_items: Vec<ItemView>,
    /// The longer questionnaire that it is a part of.
    derived_from: Option<String>,
    /// Where it was published.
    sources: Vec<String>,
}

/// What the publisher allows.
#[derive(Serialize, ToSchema)]
pub struct LicenceView {
    kind: String,
    wording_may_ship: bool,
    text: String,
    /// To be shown beside it.
    credit: Option<String>,
    source: String,
}

/// What an answer is called.
#[derive(Serialize, ToSchema)]
pub struct AnswerLabelView {
    value: u8,
    label: String,
}

/// An item.
#[derive(Serialize, ToSchema)]
pub struct ItemView {
    id: String,
    min: u8,
    max: u8,
    /// Between two answers.
    step: f64,
    /// May be left out.
    optional: bool,
    /// What is asked; null where the words may not be shown.
    text: Option<String>,
    /// What is asked instead, by context.
    text_variants: BTreeMap<String, String>,
    /// Contexts in which it is not asked.
    hide_in_contexts: Vec<String>,
    /// What the answers of this item are called, from `min` on.
    labels: Option<Vec<String>>,
    /// What some answers mean.
    anchors: Option<BTreeMap<String, String>>,
    /// `higher_worse`, `higher_better` or `none`.
    direction: Option<String>,
    /// The value of the check-in call for each answer, from `min` on.
    wire: Option<Vec<Value>>,
}

/// Every questionnaire.
#[derive(Serialize, ToSchema)]
pub struct InstrumentsView {
    data: Vec<InstrumentView>,
}

impl InstrumentsView {
    /// Of these.
    pub fn of(instruments: &[Instrument]) -> Self {
        Self { data: instruments.iter().map(InstrumentView::of).collect() }
    }
}

impl InstrumentView {
    /// Of one.
    pub fn of(of: &Instrument) -> Self {
        let answered_by = if of.is_check_in() { "/v1/check-ins" } else { "/v1/screenings" };
        Self {
            id: of.id.clone(),
            version: of.version.clone(),
            title: of.title.clone(),
            language: of.language.clone(),
            kind: of.kind.clone(),
            validated: of.validated.unwrap_or(true),
            licence: LicenceView::of(&of.licence),
            recall_days: of.recall_days,
            min_repeat_days: of.min_repeat_days,
            asks_about_safety: of.asks_about_safety(),
            answered_by: answered_by.to_owned(),
            keyed: of.scoring.input == super::instrument::Input::KeyedSeverity,
            stem: of.stem.clone(),
            answer_labels: of.answer_labels.iter().map(AnswerLabelView::of).collect(),
            items: of.items.iter().map(ItemView::of).collect(),
            unscored_items: of.unscored_items.iter().map(ItemView::of).collect(),
            derived_from: of.derived_from.clone(),
            sources: of.sources.clone(),
        }
    }
}

impl LicenceView {
    fn of(of: &Licence) -> Self {
        Self {
            kind: of.kind.clone(),
            wording_may_ship: of.wording_may_ship,
            text: of.text.clone(),
            credit: of.credit.clone(),
            source: of.source.clone(),
        }
    }
}

impl AnswerLabelView {
    fn of(of: &AnswerLabel) -> Self {
        Self { value: of.value, label: of.label.clone() }
    }
}

impl ItemView {
    fn of(of: &Item) -> Self {
        Self {
            id: of.id.clone(),
            min: of.min,
            max: of.max,
            step: of.step.unwrap_or(1.0),
            optional: of.optional,
            text: of.text.clone(),
            text_variants: of.text_variants.clone(),
            hide_in_contexts: of.hide_in_contexts.clone(),
            labels: of.labels.clone(),
            anchors: of.anchors.clone(),
            direction: of.direction.clone(),
            wire: of.wire.clone(),
        }
    }
}
