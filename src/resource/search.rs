//! Finding resources in the catalogue by kind, need, context, length and words.
//!
//! The catalogue is public: nothing here knows who asks, so what is found is not a suggestion and no caution
//! of a single family applies. A context narrows the list to what suits families in it.

#[cfg(test)]
mod tests;

use super::catalogue::{Catalogue, Context, Kind, Need, Resource};

/// What to look for; an empty filter finds everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Only what may be offered for this.
    pub helps_with: Option<Need>,
    /// Only what suits families in this context: made for it or for everybody, and not excluded by it.
    pub context: Option<Context>,
    /// Only what takes this long or less.
    pub max_minutes: Option<u16>,
    /// Words that must all occur, in any order and case; blank is no condition.
    pub q: Option<String>,
}

/// Where a word was found, best first.
const IN_TITLE: u32 = 0;
const IN_SUMMARY: u32 = 1;
const ELSEWHERE: u32 = 2;

/// What fits the filter: titles that match first, then summaries, then the rest. Among equals what was made for the
/// context comes first, then the order of the catalogue decides.
pub fn find<'a>(catalogue: &'a Catalogue, filter: &Filter) -> Vec<&'a Resource> {
    let q = filter.q.as_deref().unwrap_or_default().to_lowercase();
    let words: Vec<&str> = q.split_whitespace().collect();
    let fits = |resource: &&Resource| {
        filter.kind.is_none_or(|kind| resource.kind == kind)
            && filter.helps_with.is_none_or(|need| resource.helps_with.contains(&need))
            && filter.context.is_none_or(|context| suits(resource, context))
            && filter.max_minutes.is_none_or(|minutes| resource.minutes <= minutes)
    };
    let mut found: Vec<(u32, bool, &Resource)> = catalogue
        .resources()
        .iter()
        .filter(fits)
        .filter_map(|resource| {
            let for_everybody = filter.context.is_none() || resource.contexts_include.is_empty();
            places(resource, &words).map(|places| (places, for_everybody, resource))
        })
        .collect();
    found.sort_by_key(|(places, for_everybody, _)| (*places, *for_everybody));
    found.into_iter().map(|(_, _, resource)| resource).collect()
}

fn suits(resource: &Resource, context: Context) -> bool {
    let included = resource.contexts_include.is_empty() || resource.contexts_include.contains(&context);
    included && !resource.contexts_exclude.contains(&context)
}

/// The sum of the places of all words, so lower is better; `None` when a word is missing.
fn places(resource: &Resource, words: &[&str]) -> Option<u32> {
    if words.is_empty() {
        return Some(0);
    }
    let title = resource.title.to_lowercase();
    let summary = resource.summary.to_lowercase();
    let rest = rest(resource);
    let place = |word: &&str| match () {
        () if title.contains(*word) => Some(IN_TITLE),
        () if summary.contains(*word) => Some(IN_SUMMARY),
        () if rest.contains(*word) => Some(ELSEWHERE),
        () => None,
    };
    words.iter().map(place).sum()
}

fn rest(resource: &Resource) -> String {
    let mut texts: Vec<&str> = resource.steps.iter().map(String::as_str).collect();
    texts.extend(resource.text.as_deref());
    texts.extend(resource.reading.iter().flat_map(|book| [book.title.as_str(), book.author.as_str()]));
    texts.join("\n").to_lowercase()
}
