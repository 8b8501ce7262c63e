//! What suits now: the allowed resources in the order in which to offer them, with reasons in plain words.
//!
//! Pure and without chance: the same situation gives the same list, and the day only turns the order among equals.
//! What may not be suggested is decided in `caution.rs` before any score. Points here are product decisions.

mod need;
mod reason;
#[cfg(test)]
mod tests;

use jiff::civil::{Date, date};

use super::catalogue::{Catalogue, Context, Grade, HEALTH_PROFESSIONAL, Kind, Need, Resource};
use super::caution;
use super::situation::{FOLLOW_UP, Situation};

/// One thing to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Which resource; always one of the catalogue that was ranked.
    pub slug: String,
    /// Why this one, one sentence each, never empty.
    pub reasons: Vec<String>,
    /// When to leave it out and how much research carries it, one sentence each, never empty.
    pub cautions: Vec<String>,
}

/// For each need that it may be offered for.
const NEED_POINTS: i32 = 10;
/// For the need named first; being overwhelmed is a sum of others and never first alone.
const FIRST_NEED_POINTS: i32 = 4;
/// For a kind that fits one of the needs.
const KIND_POINTS: i32 = 4;
/// For what was made for this family's context.
const CONTEXT_POINTS: i32 = 6;
/// Lost for each entry of the same kind already in the list.
const SAME_KIND_POINTS: i32 = 6;

/// What suits now, best first.
///
/// At most `limit`, and at most one after a low entry. Whoever shows a safety block leaves this list out.
pub fn suggest(catalogue: &Catalogue, situation: &Situation) -> Vec<Suggestion> {
    let limit = if situation.is_low() { situation.limit.min(1) } else { situation.limit };
    let needs = need::of(situation);
    let mut chosen: Vec<(&Resource, bool)> = Vec::new();
    if situation.is_open_from(FOLLOW_UP) {
        chosen.extend(catalogue.by_slug(HEALTH_PROFESSIONAL).map(|resource| (resource, true)));
    }
    let mut candidates = candidates(catalogue, situation, &needs);
    candidates.retain(|(_, resource)| chosen.iter().all(|(first, _)| first.slug != resource.slug));
    while chosen.len() < limit && !candidates.is_empty() {
        chosen.push((take_best(&mut candidates, &chosen), false));
    }
    chosen.truncate(limit);
    let suggestion = |(resource, first): (&Resource, bool)| {
        let Ok(cautions) = caution::allowed(resource, situation) else { return None };
        let reasons = if first { reason::of_follow_up() } else { reason::of(resource, situation, &needs) };
        Some(Suggestion { slug: resource.slug.clone(), reasons, cautions })
    };
    chosen.into_iter().filter_map(suggestion).collect()
}

/// What is allowed and makes sense, with its points, in the order that breaks ties today.
fn candidates<'a>(
    catalogue: &'a Catalogue,
    situation: &Situation,
    needs: &[Need],
) -> Vec<(i32, &'a Resource)> {
    let mut found: Vec<(i32, &Resource)> = catalogue
        .resources()
        .iter()
        .filter_map(|resource| points(resource, situation, needs).map(|points| (points, resource)))
        .filter(|(_, resource)| caution::refusal(resource, situation).is_none())
        .collect();
    let start = rotation(situation.today, found.len());
    found.rotate_left(start);
    found
}

/// Removes the best candidate; one that is of a kind already in the list has to be clearly better.
fn take_best<'a>(candidates: &mut Vec<(i32, &'a Resource)>, chosen: &[(&Resource, bool)]) -> &'a Resource {
    let value = |(points, resource): &(i32, &Resource)| {
        let same = chosen.iter().filter(|(other, _)| other.kind == resource.kind).count();
        *points - SAME_KIND_POINTS * i32::try_from(same).unwrap_or(i32::MAX / SAME_KIND_POINTS)
    };
    let mut best = 0;
    for at in 1..candidates.len() {
        if value(&candidates[at]) > value(&candidates[best]) {
            best = at;
        }
    }
    candidates.remove(best).1
}

/// How well it fits; `None` for what answers no need and is no small good thing for an ordinary day.
fn points(resource: &Resource, situation: &Situation, needs: &[Need]) -> Option<i32> {
    let made_for = made_for(resource, situation).is_some();
    let mut met = needs.iter().filter(|need| resource.helps_with.contains(need)).peekable();
    let mut points = match met.peek() {
        Some(first) if needs.first() == Some(first) => FIRST_NEED_POINTS,
        Some(_) => 0,
        None if is_everyday(resource, made_for) => i32::from(resource.about_baby) * KIND_POINTS,
        None => return None,
    };
    let mut kind_fits = false;
    for need in met {
        points += NEED_POINTS;
        kind_fits |= need::suits(*need, resource.kind);
    }
    points += i32::from(kind_fits) * KIND_POINTS;
    if made_for {
        points += CONTEXT_POINTS;
    }
    if matches!(resource.evidence.grade, Grade::Strong | Grade::Moderate) {
        points += 1;
    }
    Some(points + shortness(resource.minutes))
}

/// Small things that need no reason: time with the baby, or something for oneself. Books, ways to other people and
/// what is meant for hard moments wait until a need calls for them.
fn is_everyday(resource: &Resource, made_for: bool) -> bool {
    match resource.kind {
        Kind::Massage | Kind::Connection => true,
        Kind::SelfCare => !resource.about_baby,
        Kind::Support => made_for && !resource.about_baby,
        Kind::Bibliotherapy => false,
    }
}

/// The first context that the entry was made for and that this family lives with.
fn made_for(resource: &Resource, situation: &Situation) -> Option<Context> {
    let lives_with =
        |context: &Context| situation.has(*context) || situation.babies.iter().any(|baby| baby.has(*context));
    resource.contexts_include.iter().copied().find(lives_with)
}

/// Short things first: they are the ones that get done.
fn shortness(minutes: u16) -> i32 {
    match minutes {
        0..=5 => 3,
        6..=10 => 2,
        11..=20 => 0,
        _ => -3,
    }
}

/// Where the round starts on this day: one place further than yesterday.
fn rotation(today: Date, len: usize) -> usize {
    let day = date(1970, 1, 1).duration_until(today).as_hours() / 24;
    let len = i64::try_from(len).unwrap_or(i64::MAX);
    if len == 0 { 0 } else { usize::try_from(day.rem_euclid(len)).unwrap_or(0) }
}
