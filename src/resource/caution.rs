//! The hard filters: may this resource be suggested to this parent now, and what must its card say.
//!
//! They run before any score and nothing outweighs them. Every doubt hides: an unknown age, a missing clearance,
//! a baby that was chosen but is not visible. A new caution is a new `Refusal` here and a case in the tests.

#[cfg(test)]
mod tests;

use jiff::civil::Date;

use super::catalogue::{Context, Grade, Kind, Resource, Touch};
use super::situation::{BabySituation, Situation, URGENT};

/// Born more than this many days before the due date counts as early: before 37 completed weeks (WHO).
const EARLY_BY_DAYS: i32 = 21;

/// Why a resource is not suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The parent lives with a loss and the entry excludes that, or speaks of a baby.
    AfterLoss,
    /// A book about loss: listed, found and shown, but never brought up by the service.
    OnlyWhenAsked,
    /// An urgent flag is open: neither touch nor a book is the answer.
    UrgentOpen,
    /// The parent or baby may recently not have been safe.
    UnsafeRecently,
    /// It is night, or the parent slept very little.
    ParentSleepy,
    /// It is about a baby and none is visible, or the chosen one is not.
    NoVisibleBaby,
    /// It is for twins or more at once and fewer than two of them are visible.
    FewerThanTwoBabies,
    /// This context of the parent or of a baby excludes it.
    Excluded(Context),
    /// It is meant for contexts that do not apply.
    OtherContext,
    /// The baby's team has not said yes.
    NotCleared,
    /// No birth yet.
    NotBornYet,
    /// The age that counts cannot be told.
    AgeUnknown,
    /// Too young or too old for it.
    AgeOutOfRange,
}

/// The sentences that belong on the card when the resource may be suggested.
///
/// # Errors
/// The first reason, in the order of this file, why it may not.
pub fn allowed(resource: &Resource, situation: &Situation) -> Result<Vec<String>, Refusal> {
    match refusal(resource, situation) {
        Some(refusal) => Err(refusal),
        None => Ok(card(resource)),
    }
}

/// Why the resource may not be suggested; `None` when it may.
pub fn refusal(resource: &Resource, situation: &Situation) -> Option<Refusal> {
    of_parent(resource, situation).or_else(|| of_babies(resource, situation))
}

fn of_parent(resource: &Resource, situation: &Situation) -> Option<Refusal> {
    let book = resource.reading.is_some() && resource.kind == Kind::Bibliotherapy;
    let hands = resource.touch != Touch::None || resource.kind == Kind::Massage;
    let urgent = situation.is_open_from(URGENT);
    let excludes_loss = resource.about_baby || resource.contexts_exclude.contains(&Context::Loss);
    if excludes_loss && situation.has(Context::Loss) {
        return Some(Refusal::AfterLoss);
    }
    if book && resource.contexts_include.contains(&Context::Loss) {
        return Some(Refusal::OnlyWhenAsked);
    }
    if urgent && (hands || book) {
        return Some(Refusal::UrgentOpen);
    }
    // An urgent flag may stay open for longer than the days that `unsafe_recently` looks back.
    if resource.hide_when_unsafe && (urgent || situation.unsafe_recently) {
        return Some(Refusal::UnsafeRecently);
    }
    if (resource.hide_when_sleepy || resource.holding) && situation.is_sleepy() {
        return Some(Refusal::ParentSleepy);
    }
    resource.contexts_exclude.iter().find(|context| situation.has(**context)).map(|c| Refusal::Excluded(*c))
}

fn of_babies(resource: &Resource, situation: &Situation) -> Option<Refusal> {
    let is_meant = |baby: &BabySituation| situation.chosen_baby.is_none_or(|id| id == baby.id);
    // What is done with twins at once touches the other one too, whichever was chosen.
    let together = resource.contexts_include.contains(&Context::Multiples);
    let is_twin = |baby: &BabySituation| together && baby.has(Context::Multiples);
    let meant = || situation.babies.iter().filter(|baby| is_meant(baby));
    let touched = || situation.babies.iter().filter(|baby| is_meant(baby) || is_twin(baby));

    if (resource.about_baby || resource.needs_clearance) && meant().next().is_none() {
        return Some(Refusal::NoVisibleBaby);
    }
    for context in &resource.contexts_exclude {
        if touched().any(|baby| baby.has(*context)) {
            return Some(Refusal::Excluded(*context));
        }
    }
    let applies = |context: &Context| situation.has(*context) || meant().any(|baby| baby.has(*context));
    if !resource.contexts_include.is_empty() && !resource.contexts_include.iter().any(applies) {
        return Some(Refusal::OtherContext);
    }
    if together && situation.babies.iter().filter(|baby| is_twin(baby)).count() < 2 {
        return Some(Refusal::FewerThanTwoBabies);
    }
    if resource.needs_clearance && !touched().all(|baby| baby.cleared_for_massage) {
        return Some(Refusal::NotCleared);
    }
    touched().find_map(|baby| of_age(resource, baby, situation.today))
}

fn of_age(resource: &Resource, baby: &BabySituation, today: Date) -> Option<Refusal> {
    let range = resource.baby_age_days?;
    let Some(born) = baby.birth_date else {
        return match baby.due_date {
            Some(due) if due > today => Some(Refusal::NotBornYet),
            _ if resource.touch != Touch::None || range.min > 0 => Some(Refusal::AgeUnknown),
            _ => None,
        };
    };
    let since_birth = days_between(born, today);
    if since_birth < 0 {
        return Some(Refusal::NotBornYet);
    }
    // Moving touch asks both ages of an early baby, and the smaller one decides when it may begin.
    let corrected = match baby.due_date {
        _ if resource.touch != Touch::Stroking => since_birth,
        Some(due) if counts_from_due_date(baby, born, due) => since_birth.min(days_between(due, today)),
        None if baby.has(Context::Preterm) => return Some(Refusal::AgeUnknown),
        _ => since_birth,
    };
    let fits = range.contains(since_birth) && range.contains(corrected);
    if fits { None } else { Some(Refusal::AgeOutOfRange) }
}

/// Marked as early or in a neonatal unit, or early by the dates although nobody marked it.
fn counts_from_due_date(baby: &BabySituation, born: Date, due: Date) -> bool {
    baby.has(Context::Preterm) || baby.has(Context::Nicu) || days_between(born, due) > EARLY_BY_DAYS
}

fn days_between(from: Date, to: Date) -> i32 {
    // The calendar spans under four million days, so the conversion cannot fail.
    i32::try_from(from.duration_until(to).as_hours() / 24).unwrap_or(i32::MAX)
}

/// When to leave it out, what to keep in mind with touch, and how much research carries it.
fn card(resource: &Resource) -> Vec<String> {
    let mut lines: Vec<String> = resource.contraindications.iter().map(|text| leave_out(text)).collect();
    if resource.touch == Touch::Stroking {
        lines.push(oil(resource.oil.as_deref()));
    }
    let on_the_unit = resource.contexts_include.contains(&Context::Nicu);
    if (resource.touch != Touch::None || resource.holding) && !on_the_unit {
        lines.push("If you get drowsy, stop: sleep is on the back, in their own flat cot.".to_owned());
    }
    lines.push(evidence(resource.evidence.grade).to_owned());
    lines
}

fn leave_out(text: &str) -> String {
    let text = text.replace(" (setting)", "");
    // A colon or one of these openings means that the line already says what to do.
    let complete =
        text.contains(':') || ["if ", "never ", "not ", "only "].iter().any(|w| text.starts_with(w));
    if !complete {
        return format!("Not now: {text}.");
    }
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

fn oil(words: Option<&str>) -> String {
    match words.filter(|words| !words.starts_with("none")) {
        Some(words) => format!("Oil: {words}."),
        None => "No oil is needed. Leave out scented, nut and mustard oils, and with eczema in the family ask first."
            .to_owned(),
    }
}

fn evidence(grade: Grade) -> &'static str {
    match grade {
        Grade::Strong => {
            "Evidence: strong. Studies or guidelines agree that it is worth offering; it may still not suit you."
        }
        Grade::Moderate => "Evidence: moderate. Studies with limits say that it may help some people.",
        Grade::Modest => "Evidence: modest. Studies are small or indirect; it may help some people.",
        Grade::Expert => "Evidence: experience and expert advice, not trials; it may help some people.",
    }
}
