//! Reasons about questionnaires in words, per reader; part of `wording.rs`.
//!
//! No sentence quotes or paraphrases an item, because most scales may not be shown, and none calls a result well.
//! The words of one reason depend on the rule alone where a reader may not see values.

use jiff::civil::Date;

use super::{
    finding::RuleId,
    form_reason::{FormItem, FormStep, FormTotal, UnrealDays},
    reason::Reason,
};

/// The general words of a rule about questionnaires.
pub(super) fn in_general(rule: RuleId) -> &'static str {
    match rule {
        RuleId::SelfHarmItem => {
            "The self-harm item of a questionnaire was above zero: please get in touch now."
        }
        RuleId::HarmItem => {
            "The harm item of a questionnaire was above zero: please get in touch now, gently. Frightening thoughts \
             are common and a sign of distress; a person has to hear which these are."
        }
        RuleId::Unreal => "Things felt strange or unreal lately: please get in touch soon.",
        RuleId::Phq9 | RuleId::Phq2 | RuleId::Whooley | RuleId::Epds => {
            "A questionnaire about mood lies over its line: a conversation is worth having."
        }
        RuleId::Gad7 | RuleId::Gad2 | RuleId::Pass => {
            "A questionnaire about worry lies over its line: a conversation is worth having."
        }
        RuleId::EpdsKeying => {
            "A questionnaire may have been keyed wrongly: please look at the form together and confirm it."
        }
        RuleId::Who5 => {
            "A questionnaire about wellbeing lies under its line: a conversation is worth having."
        }
        RuleId::Mibs | RuleId::Pbq => {
            "A questionnaire about the early relationship lies over its line: a warm conversation is worth having."
        }
        RuleId::WeeklyReflection => "A weekly reflection was heavy: a conversation is worth having.",
        _ => "Worth asking about when you next talk.",
    }
}

/// A scale by its usual name.
pub fn name(instrument: &str) -> &str {
    match instrument {
        "epds" => "EPDS",
        "phq-9" => "PHQ-9",
        "phq-2" => "PHQ-2",
        "gad-7" => "GAD-7",
        "gad-2" => "GAD-2",
        "whooley" => "Whooley questions",
        "pass" => "PASS",
        "mibs" => "MIBS",
        "pbq" => "PBQ",
        "weekly-reflection" => "weekly reflection",
        _ => "practice's own questionnaire",
    }
}

fn scale(reason: &Reason) -> Option<(&'static str, &FormTotal)> {
    Some(match reason {
        Reason::Phq9(total) => ("PHQ-9", total),
        Reason::Phq2(total) => ("PHQ-2", total),
        Reason::Gad7(total) => ("GAD-7", total),
        Reason::Gad2(total) => ("GAD-2", total),
        Reason::Whooley(total) => ("Whooley questions", total),
        Reason::Epds(total) => ("EPDS", total),
        Reason::Who5(total) => ("WHO-5", total),
        Reason::Pass(total) => ("PASS", total),
        Reason::Mibs(total) => ("MIBS", total),
        Reason::Pbq(total) => ("PBQ", total),
        Reason::WeeklyReflection(total) => ("weekly reflection", total),
        _ => return None,
    })
}

/// With values, for a doula who may see them.
pub(super) fn with_values(reason: &Reason) -> String {
    if let Some((scale, of)) = scale(reason) {
        let FormTotal { step, total, possible, on } = of;
        let on = short(*on);
        return match step {
            FormStep::Total if scale == "WHO-5" => {
                format!("The WHO-5 came to {total} of {possible} on {on}; there, less is heavier.")
            }
            FormStep::Total => format!("The {scale} came to {total} of {possible} on {on}."),
            FormStep::Again => {
                format!(
                    "The {scale} came to {total} of {possible} on {on}, in the middle for the second time."
                )
            }
            FormStep::Late => {
                format!("The {scale} came to {total} of {possible} on {on} and was not repeated in time.")
            }
            FormStep::Part => format!("One part of the {scale} lay over its line on {on}."),
            FormStep::Item => {
                format!("The item of the {scale} that your practice has watched was above zero on {on}.")
            }
        };
    }
    match reason {
        Reason::SelfHarmItem(FormItem { instrument, on }) => {
            format!("The self-harm item of the {} was above zero on {}.", name(instrument), short(*on))
        }
        Reason::HarmItem(FormItem { instrument, on }) => format!(
            "The harm item of the {} was above zero on {}. Frightening thoughts are common and a sign of distress; a \
             person has to hear which these are.",
            name(instrument),
            short(*on)
        ),
        Reason::Unreal(UnrealDays { answer, on, beside }) => {
            let beside = beside.map(|day| format!(", with little sleep or unusual energy on {}", short(day)));
            format!(
                "Answered {answer} of 4 on {} when asked whether things felt strange or unreal{}.",
                short(*on),
                beside.unwrap_or_default()
            )
        }
        Reason::EpdsKeying(FormItem { instrument, on }) => format!(
            "The numbers of the {} of {} may have been entered by their place on the paper: please look at the form \
             together and confirm it.",
            name(instrument),
            short(*on)
        ),
        other => in_general(other.rule()).to_owned(),
    }
}

/// For the parent herself.
pub(super) fn for_the_parent(reason: &Reason) -> String {
    if let Some((scale, of)) = scale(reason) {
        let on = short(of.on);
        return match of.step {
            FormStep::Item | FormStep::Part => format!(
                "Some of your answers to the {scale} on {on} sound like a lot to carry. A conversation about this is \
                 worth having."
            ),
            FormStep::Late => format!(
                "Your {scale} of {on} was to be repeated some weeks later. You can do that whenever it suits \
                 you, or talk about it instead."
            ),
            FormStep::Total | FormStep::Again => format!(
                "Your answers to the {scale} on {on} sound like a lot to carry. A number is not the whole story; a \
                 conversation about this is worth having."
            ),
        };
    }
    match reason {
        Reason::SelfHarmItem(item) => format!(
            "On {} an answer of yours said that things are very hard. Thank you for saying so; it matters.",
            short(item.on)
        ),
        Reason::HarmItem(item) => format!(
            "On {} an answer of yours spoke of frightening thoughts. They are very common, you are not alone with them, \
             and talking about them helps. Thank you for saying so.",
            short(item.on)
        ),
        Reason::Unreal(days) => format!(
            "On {} you noted that things felt strange or unreal. A conversation about this is worth having soon.",
            short(days.on)
        ),
        Reason::EpdsKeying(item) => format!(
            "The numbers that you entered for the {} on {} may belong the other way round. Please look at your form \
             once more and confirm them.",
            name(&item.instrument),
            short(item.on)
        ),
        other => in_general(other.rule()).to_owned(),
    }
}

pub(super) fn short(day: Date) -> String {
    day.strftime("%-d %B").to_string()
}
