//! Why something is suggested, in the words the parent reads.
//!
//! Short and plain, no praise, no promise, nothing about a baby unless the entry itself is about one. Sentences
//! speak of the last check-in, not of today: a list may be read days later.

use super::made_for;
use crate::resource::catalogue::{Context, Need, Resource};
use crate::resource::situation::Situation;

/// How many needs are named; more would read like a list of complaints.
const NEEDS_NAMED: usize = 2;

/// Why the health professional comes first.
pub(super) fn of_follow_up() -> Vec<String> {
    vec!["Something in your check-ins is worth a conversation with a health professional. A tip cannot replace that."
        .to_owned()]
}

/// Why this one: what the parent said, whom it was made for, how long it takes.
pub(super) fn of(resource: &Resource, situation: &Situation, needs: &[Need]) -> Vec<String> {
    let met = needs.iter().filter(|need| resource.helps_with.contains(need));
    let mut reasons: Vec<String> = met.take(NEEDS_NAMED).map(|need| of_need(*need).to_owned()).collect();
    reasons.extend(made_for(resource, situation).and_then(of_context).map(str::to_owned));
    if reasons.is_empty() {
        let text = if resource.about_baby {
            "A small moment together, if today has room for it."
        } else {
            "A small thing for yourself, if today has room for it."
        };
        reasons.push(text.to_owned());
    }
    reasons.push(match resource.minutes {
        1 => "It takes about a minute.".to_owned(),
        minutes => format!("It takes about {minutes} minutes."),
    });
    reasons
}

fn of_need(need: Need) -> &'static str {
    match need {
        Need::LowConnection => {
            "You said connection feels low; it takes its own time, and this is a moment for it."
        }
        Need::LowMood => "You said your mood is low; this is one small step, and leaving it is fine too.",
        Need::Anxiety => "You said there is a lot of worry; this may bring some calm.",
        Need::PoorSleep => "You said you slept little; this may make rest a bit easier to find.",
        Need::Isolation => "You said there is little support; this may make you feel less alone with it.",
        Need::Overwhelm => "Several things are heavy at once; this is only one thing.",
        Need::Fussiness => "For unsettled hours.",
        Need::Colic => "For long crying.",
    }
}

fn of_context(context: Context) -> Option<&'static str> {
    match context {
        Context::Nicu | Context::Preterm => {
            Some("It was written for families of a baby born early or in a neonatal unit.")
        }
        Context::Multiples => Some("It was written for families with twins or more."),
        Context::Loss => Some("It was written for times of grief."),
        Context::Adoption => Some("It was written for families who found each other later."),
        Context::BirthTrauma => {
            Some("It was written for parents who had a hard time giving birth or being there.")
        }
        Context::VaccinationRecent => {
            Some("Your baby had a vaccine recently; for now this takes the place of massage.")
        }
        Context::ManiaHistory | Context::Fever | Context::SkinCondition => None,
    }
}
