//! What the rules about questionnaires are called and when they speak, in words; part of `plain.rs`.
//!
//! No words of an item are here, because most scales may not be shown.

use super::{plain::Plain, rule_id::RuleId};

const HEAVY: &str = "A number is not the whole story, and a total below the line is no all-clear.";

/// Of a rule about questionnaires; `None` for others.
pub(super) fn plain(rule: RuleId) -> Option<Plain> {
    Some(match rule {
        RuleId::SelfHarmItem => Plain {
            title: "Self-harm item above zero",
            steps: &[
                "the item about self-harm is answered with more than zero: EPDS item 10, PHQ-9 item 9, the one \
                      of the weekly reflection, or that of a questionnaire of the practice",
            ],
            more: "The parent sees numbers to call in the same moment.",
        },
        RuleId::HarmItem => Plain {
            title: "Harm item above zero",
            steps: &[
                "the item about harm to the baby is answered with more than zero: PBQ items 18 and 24, the one \
                      of the weekly reflection, or that of a questionnaire of the practice",
            ],
            more: "Frightening thoughts are very common and a sign of distress. Software cannot tell them from others, \
                   so a person asks, gently.",
        },
        RuleId::Unreal => Plain {
            title: "Things felt unreal",
            steps: &[
                "in the weekly reflection the item about things feeling unreal is above zero",
                "it is {alone} or more of 4; or above zero beside {sleep} of sleep or less, or unusual energy, \
                 within {within}",
            ],
            more: "",
        },
        RuleId::Phq9 => Plain {
            title: "PHQ-9, about mood",
            steps: &["a total of {line} or more", "a total of {same_day} or more"],
            more: HEAVY,
        },
        RuleId::Phq2 => Plain {
            title: "PHQ-2, about mood",
            steps: &["a total of {line} or more", "a total of {follow_up} or more"],
            more: "It does not ask about self-harm. Within two weeks after a PHQ-9 over its line it is evidence there; after \
                   one below it, it speaks only when it says more than the same two answers did.",
        },
        RuleId::Gad7 => Plain {
            title: "GAD-7, about worry",
            steps: &["a total of {line} or more", "a total of {same_day} or more"],
            more: "It does not ask about self-harm.",
        },
        RuleId::Gad2 => Plain {
            title: "GAD-2, about worry",
            steps: &["a total of {line} or more"],
            more: "It does not ask about self-harm. Within two weeks after a GAD-7 over its line it is evidence there; after \
                   one below it, it speaks only when it says more than the same two answers did.",
        },
        RuleId::Whooley => Plain {
            title: "Whooley questions, about mood",
            steps: &["a yes to either of the two questions"],
            more: "They do not ask about self-harm.",
        },
        RuleId::Epds => Plain {
            title: "EPDS, about mood around birth",
            steps: &[
                "a total from {middle} on, below {line}, for the first time",
                "the same a second time, or not repeated within {repeat}",
                "a total of {line} or more",
            ],
            more: "The middle is never fine: at the higher line one in three is missed.",
        },
        RuleId::EpdsKeying => Plain {
            title: "EPDS perhaps keyed wrongly",
            steps: &[
                "the numbers look as if they had been entered by their place on the paper, until somebody \
                      confirms them",
            ],
            more: "Entered that way, a grave answer to item 10 becomes zero.",
        },
        RuleId::Who5 => Plain {
            title: "WHO-5, about wellbeing",
            steps: &["a raw total of {line} or less"],
            more: "Here less is heavier. It does not ask about self-harm.",
        },
        RuleId::Pass => Plain {
            title: "PASS, about worry around birth",
            steps: &["a total of {line} or more"],
            more: "It does not ask about self-harm.",
        },
        RuleId::Mibs => Plain {
            title: "MIBS, about the early relationship",
            steps: &[
                "a total of {line} or more",
                "the item that is watched, if one was named, is above zero",
            ],
            more: HEAVY,
        },
        RuleId::Pbq => Plain {
            title: "PBQ, about the early relationship",
            steps: &[
                "a total of {line} or more, {general} or more in its general part, or {rejection_anger} or more \
                      in its part on rejection and anger",
            ],
            more: HEAVY,
        },
        RuleId::WeeklyReflection => Plain {
            title: "Weekly reflection",
            steps: &[
                "{line} of 28 or the same share, in the first two weeks after birth",
                "the same from day 14 after birth on",
            ],
            more: "",
        },
        _ => return None,
    })
}
