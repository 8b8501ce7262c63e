//! Every sentence of the safety block and of the help page's notes, in plain English.
//!
//! The one thing to know: they promise nothing that a person has to keep. Nobody watches at all hours, so a name
//! is always told with a time and with what to do meanwhile. They ask nothing, judge nothing and name no illness.

use super::shown::Emergency;
use super::{Finding, LOOK_WITHIN_HOURS, Reach};
use crate::help::country::country_name;
use crate::help::line::Lines;

/// Stands on the help page: what is written into a free text is not seen at once.
pub(in crate::help) const FREE_TEXT_NOTE: &str = "Nobody reads what you write here at once, and the words are not \
     searched for signs of danger. If something is wrong with you or somebody with you, please call.";

/// The warm first line.
pub(super) fn opening(finding: Finding) -> &'static str {
    match finding {
        Finding::Danger => {
            "Thank you for telling us. What you said matters, and you do not have to carry it alone."
        }
        Finding::Elation => {
            "Thank you for telling us. Being wide awake or sped up on little sleep is a reason to see a doctor \
             today, even when it feels good."
        }
    }
}

/// Where to call in danger: the number with the name of its country, or in words where no number is known.
pub(in crate::help) fn where_to_call(
    lines: &Lines,
    country: Option<&str>,
    emergency: Option<&Emergency>,
) -> String {
    match (country.and_then(country_name), emergency) {
        (Some(name), Some(emergency)) => {
            let article = if ["GB", "NL", "US"].contains(&country.unwrap_or_default()) { "the " } else { "" };
            format!(
                "If you are in danger now, call {} or go to the nearest emergency department. These numbers are \
                 for {article}{name}; in another country, call the emergency number there.",
                emergency.phone
            )
        }
        _ => lines.fallback.clone(),
    }
}

/// Who will see this and within which time, or that nobody will.
pub(super) fn what_happens_next(reach: &Reach, numbers_shown: bool) -> String {
    let mut sentences = Vec::new();
    if !reach.doulas.is_empty() {
        let (names, is) = (names(&reach.doulas), is_or_are(&reach.doulas));
        sentences
            .push(format!("{names} can see this and {is} asked to look within {LOOK_WITHIN_HOURS} hours."));
    }
    if !reach.told_privately.is_empty() {
        let who = names(&reach.told_privately);
        let was = if reach.told_privately.len() == 1 { "was" } else { "were" };
        sentences.push(format!(
            "What you wrote stays private. {who} {was} told only that you would like to be contacted, and {was} \
             asked to get in touch within {LOOK_WITHIN_HOURS} hours."
        ));
    }
    if sentences.is_empty() {
        let nobody = if reach.private {
            "You kept this private: nobody was told, and nobody here will see it."
        } else {
            "Nobody here will see this, so nobody will get in touch because of it."
        };
        sentences.push(nobody.to_owned());
    } else {
        sentences.push(
            "That is what we ask, not a promise: nobody watches this at all hours. Please do not wait for it if \
             you need somebody now."
                .to_owned(),
        );
    }
    if reach.private && reach.linked_untold {
        sentences.push(
            "If you want to share it with somebody you are linked with here, take the private mark off this entry, \
             now or later. It is your choice."
                .to_owned(),
        );
    }
    sentences.push(
        if numbers_shown {
            "To talk to a person now, use one of the numbers shown here."
        } else {
            "To talk to a person now, call your local emergency number."
        }
        .to_owned(),
    );
    sentences.join(" ")
}

/// Things to do at once. `without_baby`: no sentence may speak of a baby.
pub(super) fn do_now(finding: Finding, without_baby: bool) -> Vec<String> {
    let with_baby = |text| (!without_baby).then_some(text);
    let steps = match finding {
        Finding::Danger => vec![
            Some("Go to somebody you feel safe with, or ask them to come and stay with you."),
            with_baby(
                "Lay your baby on their back in the cot and step away. Let somebody else take over if you can.",
            ),
            Some("Move away from anything that you could use to hurt yourself or another person."),
        ],
        Finding::Elation => vec![
            Some("Ask somebody you trust to stay with you today and tonight."),
            Some("See a doctor or go to a hospital today, and say how little you have slept."),
            with_baby(
                "Let somebody else look after your baby for now. If you are alone, lay your baby on their back in \
                 the cot while you call.",
            ),
            Some("Please do not drive, and leave big decisions and spending for another day."),
            Some(
                "If things stop making sense to you or to those around you, call the emergency number at once.",
            ),
        ],
    };
    steps.into_iter().flatten().map(str::to_owned).collect()
}

fn is_or_are(names: &[String]) -> &'static str {
    if names.len() == 1 { "is" } else { "are" }
}

fn names(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
