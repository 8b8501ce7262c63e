//! Resources and suggestions as they go out.
//!
//! A suggestion carries the card of its resource, so that a client can show it without asking again.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    catalogue::{AgeDays, Catalogue, Context, Evidence, Need, Reading, Resource},
    ranking::Suggestion,
};

/// A resource in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "slug": "six-slow-breaths", "kind": "self_care", "touch": "none", "title": "Six slow breaths",
    "summary": "A minute of breathing out longer than in.", "minutes": 2, "about_baby": false,
    "helps_with": ["anxiety"], "languages": ["en"]
}))]
pub struct ResourceSummary {
    /// Its name in addresses.
    pub slug: String,
    /// `massage`, `bibliotherapy`, `connection`, `self_care` or `support`.
    #[schema(value_type = String)]
    pub kind: &'static str,
    /// `none`, `still` or `stroking`.
    #[schema(value_type = String)]
    pub touch: &'static str,
    /// The heading of its card.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// How long it takes.
    pub minutes: u16,
    /// Whether it speaks of a living baby.
    pub about_baby: bool,
    /// When it may be offered; no claim that it works.
    #[schema(value_type = Vec<String>)]
    pub helps_with: Vec<&'static str>,
    /// BCP 47 tags.
    pub languages: Vec<String>,
}

/// A resource with everything that is known of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "slug": "six-slow-breaths", "kind": "self_care", "touch": "none", "title": "Six slow breaths",
    "summary": "A minute of breathing out longer than in.", "minutes": 2, "about_baby": false,
    "helps_with": ["anxiety"], "languages": ["en"], "steps": ["Breathe in through the nose, out slowly."],
    "text": null, "reading": null, "cautions": ["dizzy or tingling: breathe as usual"], "oil": null,
    "baby_age_days": null, "contexts": {"include": [], "exclude": []}, "needs_clearance": false,
    "evidence": {"grade": "modest", "sources": ["Where the study can be read"]}
}))]
pub struct ResourceView {
    /// What a list says of it.
    #[serde(flatten)]
    pub summary: ResourceSummary,
    /// What to do, in order.
    pub steps: Vec<String>,
    /// A short reading written for this service.
    pub text: Option<String>,
    /// The book, when it is one.
    pub reading: Option<ReadingView>,
    /// When to leave it out.
    pub cautions: Vec<String>,
    /// What it says about oil.
    pub oil: Option<String>,
    /// For which ages of the baby; null exactly when it is not about one.
    pub baby_age_days: Option<AgeDaysView>,
    /// For whom, and for whom not.
    pub contexts: ContextsView,
    /// Only after a yes of the baby's own team.
    pub needs_clearance: bool,
    /// What research says.
    pub evidence: GradeView,
}

/// A published book.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReadingView {
    /// As printed.
    pub title: String,
    /// Author or authors.
    pub author: String,
    /// Of the edition.
    pub year: i16,
    /// Thirteen digits.
    pub isbn13: String,
    /// Where title and number stood together; null when only the check digit speaks for the number.
    pub isbn_source: Option<String>,
}

/// Days since birth, both ends included.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AgeDaysView {
    /// Youngest.
    pub min: i32,
    /// Oldest.
    pub max: i32,
}

/// For whom a resource is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContextsView {
    /// Empty: for everybody. Otherwise one of these must apply.
    #[schema(value_type = Vec<String>)]
    pub include: Vec<&'static str>,
    /// Not suggested when one of these applies.
    #[schema(value_type = Vec<String>)]
    pub exclude: Vec<&'static str>,
}

/// What research says, and where.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GradeView {
    /// `strong`, `moderate`, `modest` or `expert`.
    #[schema(value_type = String)]
    pub grade: &'static str,
    /// Where it can be read.
    pub sources: Vec<String>,
}

/// One thing to try, and why.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "resource": {"slug": "six-slow-breaths", "kind": "self_care", "touch": "none", "title": "Six slow breaths",
        "summary": "A minute of breathing out longer than in.", "minutes": 2},
    "reasons": ["You said that there is a lot of worry."],
    "cautions": ["Dizzy or tingling: breathe as usual."]
}))]
pub struct SuggestionView {
    /// What to try.
    pub resource: SuggestedResource,
    /// Why this one.
    pub reasons: Vec<String>,
    /// When to leave it out, and how much research carries it.
    pub cautions: Vec<String>,
}

/// The card of a suggested resource.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SuggestedResource {
    /// Its name in addresses.
    pub slug: String,
    /// `massage`, `bibliotherapy`, `connection`, `self_care` or `support`.
    #[schema(value_type = String)]
    pub kind: &'static str,
    /// `none`, `still` or `stroking`.
    #[schema(value_type = String)]
    pub touch: &'static str,
    /// The heading of its card.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// How long it takes.
    pub minutes: u16,
}

impl ResourceSummary {
    /// The short form of a resource.
    pub fn of(resource: &Resource) -> Self {
        Self {
            slug: resource.slug.clone(),
            kind: resource.kind.word(),
            touch: resource.touch.word(),
            title: resource.title.clone(),
            summary: resource.summary.clone(),
            minutes: resource.minutes,
            about_baby: resource.about_baby,
            helps_with: resource.helps_with.iter().copied().map(Need::word).collect(),
            languages: resource.languages.clone(),
        }
    }
}

impl ResourceView {
    /// The whole of a resource.
    pub fn of(resource: &Resource) -> Self {
        let words = |contexts: &[Context]| contexts.iter().copied().map(Context::word).collect();
        let ages = |ages: AgeDays| AgeDaysView { min: ages.min, max: ages.max };
        Self {
            summary: ResourceSummary::of(resource),
            steps: resource.steps.clone(),
            text: resource.text.clone(),
            reading: resource.reading.as_ref().map(ReadingView::of),
            cautions: resource.contraindications.clone(),
            oil: resource.oil.clone(),
            baby_age_days: resource.baby_age_days.map(ages),
            contexts: ContextsView {
                include: words(&resource.contexts_include),
                exclude: words(&resource.contexts_exclude),
            },
            needs_clearance: resource.needs_clearance,
            evidence: GradeView::of(&resource.evidence),
        }
    }
}

impl ReadingView {
    fn of(reading: &Reading) -> Self {
        Self {
            title: reading.title.clone(),
            author: reading.author.clone(),
            year: reading.year,
            isbn13: reading.isbn13.clone(),
            isbn_source: reading.isbn_source.clone(),
        }
    }
}

impl GradeView {
    fn of(evidence: &Evidence) -> Self {
        Self { grade: evidence.grade.word(), sources: evidence.sources.clone() }
    }
}

impl SuggestionView {
    /// A suggestion with the card of its resource. `catalogue` is the one that was ranked.
    pub fn of(suggestion: &Suggestion, catalogue: &Catalogue) -> Self {
        let resource = catalogue
            .by_slug(&suggestion.slug)
            .expect("a suggestion names an entry of the catalogue that it was ranked from");
        Self {
            resource: SuggestedResource {
                slug: resource.slug.clone(),
                kind: resource.kind.word(),
                touch: resource.touch.word(),
                title: resource.title.clone(),
                summary: resource.summary.clone(),
                minutes: resource.minutes,
            },
            reasons: suggestion.reasons.clone(),
            cautions: suggestion.cautions.clone(),
        }
    }
}
