//! What each rule is called and when it speaks, step by step, in words that one could read aloud to a doula.
//!
//! A name in braces is a setting of the rule: it is read with the line in force, so that the words never name another
//! line than the one that decides. The severities of the steps stand with `explain`, in the same order.

use super::{
    explain::explain,
    finding::RuleId,
    form_plain,
    settings::{Settings, Topic},
    severity::Severity,
};

/// What the times until somebody should act are called.
pub const DUE_TIMES_TITLE: &str = "Until when somebody should act";
/// What there is to know of them.
pub const DUE_TIMES_WORDS: &str = "Every flag is due some time after it was raised, by how grave it is. A longer time \
    than the one that ships never counts for danger, for a high mood on little sleep, for a request, and for an urgent \
    answer that was taken back.";
/// Where they come from.
pub const DUE_TIMES_SOURCE: &str = "Product decision: 2, 12, 72 and 168 hours.";

/// A rule's title and the words for its steps.
pub(super) struct Plain {
    pub(super) title: &'static str,
    pub(super) steps: &'static [&'static str],
    /// What else one should know of it.
    pub(super) more: &'static str,
}

fn plain(rule: RuleId) -> Plain {
    match rule {
        RuleId::NotSafe => Plain {
            title: "May not be safe",
            steps: &[
                "asked whether everyone is safe right now, the answer is \"unsure\" or \"no\", on any day",
            ],
            more: "The parent sees numbers to call in the same moment. A better answer later closes nothing.",
        },
        RuleId::Elation => Plain {
            title: "High on little sleep",
            steps: &[
                "mood {mood} or higher on {sleep} of sleep or less, and {above_own} or more points above the parent's own usual",
                "the same on two days within {within}",
                "unusually full of energy, and sleep was longer than {sped_up_sleep} or was not given",
                "mood {very_high_mood} or higher on {very_little_sleep} of sleep or less",
                "the same on two days within {within}",
                "unusually full of energy on {sped_up_sleep} of sleep or less",
            ],
            more: "Until the own usual is known, the days before are what is usual, once there are four. In the first \
                   {early} after birth a very high mood and unusual energy \
                   weigh one level more, and every step does for a parent who told of bipolar illness or psychosis.",
        },
        RuleId::ContactRequest => Plain {
            title: "Asked for contact",
            steps: &["the parent asked for somebody to get in touch"],
            more: "",
        },
        RuleId::UrgentTakenBack => Plain {
            title: "An urgent answer was taken back",
            steps: &["an answer that had made a flag urgent was changed or removed"],
            more: "It may have been a slip of the thumb, or another hand on the phone.",
        },
        RuleId::LowFirstDays => Plain {
            title: "Low in the first days",
            steps: &[
                "mood {line} or lower on {days} or more of the last five days, in the first two weeks after birth",
            ],
            more: "Tearful days are common then and mostly pass, so this is never more than a notice.",
        },
        RuleId::SustainedLow => Plain {
            title: "Low mood that stays",
            steps: &[
                "mood {line} or lower on {share} or more of the days answered in the last 14 days, or {line+1} or \
                      lower on {share+5}, once {answered} were answered, from day 14 after birth on",
            ],
            more: "",
        },
        RuleId::LowConnection => Plain {
            title: "Low connection that stays",
            steps: &[
                "connection {line} or lower on {share} or more of the days answered in the last 14 days, or {line+1} \
                      or lower on {share+15}, once {answered} were answered, from day 14 after birth on",
            ],
            more: "Never after a loss, and never while every baby is hidden.",
        },
        RuleId::LowWithLittleSleep => Plain {
            title: "Low mood with little sleep",
            steps: &[
                "mood {line} or lower and less than {sleep} of sleep on {days} or more of the last five days, before \
                 day 14 after birth",
                "the same from day 14 after birth on",
            ],
            more: "Both must be known of the same day.",
        },
        RuleId::AnxietyStays => Plain {
            title: "High anxiety that stays",
            steps: &[
                "anxiety {line} or higher on {share} or more of the days answered in the last 14 days, once \
                      {answered} were answered, from day 14 after birth on",
            ],
            more: "",
        },
        RuleId::Change => Plain {
            title: "Away from usual",
            steps: &[
                "mood is lower than is usual for this parent, by more than ordinary days differ, and for more than \
                      a day",
            ],
            more: "What is usual is made of her early days and kept, for eight weeks at least, unless somebody begins it \
                   anew. How far and how long she must be away from it is {line} of what ships.",
        },
        RuleId::Silence => Plain {
            title: "Gone quiet",
            steps: &[
                "{first_days} without an answer from a parent who answers on most days, or {sooner_first_days} after \
                 low moods or while another flag waits",
                "{second_days} without an answer, or {sooner_second_days} after low moods or while another flag waits",
            ],
            more: "Days are counted from that of the last answer on, and asked about in the parent's morning. Moods are \
                   low when the last three are {low} or lower on average. Who answers more seldom, often leaves out as \
                   many days, or wished to be asked more seldom, is missed later. It is raised once in a silence.",
        },
        of_form => {
            form_plain::plain(of_form).expect("every rule is named in one of the two, which a test shows")
        }
    }
}

/// What a rule is called.
pub fn title(rule: RuleId) -> &'static str {
    plain(rule).title
}

/// When a rule speaks, and how grave that is, at these lines.
pub fn steps(rule: RuleId, settings: &Settings) -> Vec<(String, Severity)> {
    let words = plain(rule).steps.iter().map(|words| filled(words, rule, settings));
    words.zip(explain(rule).severities.iter().copied()).collect()
}

/// What a rule looks for, and what else one should know of it, at these lines.
pub fn words(rule: RuleId, settings: &Settings) -> String {
    let (looks_for, more) = (explain(rule).plain_words, plain(rule).more);
    let all = if more.is_empty() { looks_for.to_owned() } else { format!("{looks_for} {more}") };
    filled(&all, rule, settings)
}

/// The words with each name in braces read as the setting of that name; `{line+1}` is one more than the line.
fn filled(words: &str, rule: RuleId, settings: &Settings) -> String {
    let mut text = String::with_capacity(words.len());
    for (index, part) in words.split(['{', '}']).enumerate() {
        // Every second part stands within braces.
        if index % 2 == 0 {
            text.push_str(part);
            continue;
        }
        let (name, more) = part.split_once('+').unwrap_or((part, "0"));
        let row =
            Topic::Rule(rule).setting(name).expect("a name of a setting, which a test shows of every word");
        let more = more.parse::<u16>().expect("a whole number, which a test shows of every word");
        text.push_str(&row.unit.words(settings.get(row.id) + more * row.unit.steps()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::settings::{Changed, SettingId};

    #[test]
    fn every_step_has_its_words_and_its_severity() {
        let shipped = Settings::default();
        for rule in RuleId::ALL {
            assert_eq!(plain(rule).steps.len(), explain(rule).severities.len(), "{rule:?}");
            let all = plain(rule).steps.join(" ") + plain(rule).more + explain(rule).plain_words;
            for (step, _) in steps(rule, &shipped) {
                assert!(!step.contains(['{', '}']) && !step.ends_with('.'), "{step}");
            }
            assert!(!words(rule, &shipped).contains(['{', '}']), "{rule:?}");
            // A line that the words do not name would be moved without anybody reading of it.
            for row in Topic::Rule(rule).settings() {
                assert!(all.contains(&format!("{{{}}}", row.name)), "{rule:?} does not name {}", row.name);
            }
        }
    }

    #[test]
    fn the_words_name_the_line_in_force() {
        let mut settings = Settings::default();
        settings.set(Changed::Value(SettingId::SustainedLowLine), 4);
        settings.set(Changed::Value(SettingId::ElationSleep), 9);
        let low = words(RuleId::SustainedLow, &settings);
        assert!(low.contains("mood was 4 or lower, or 5 or lower on 75 % of them"), "{low}");
        assert!(steps(RuleId::Elation, &settings)[0].0.contains("on 4.5 hours of sleep or less"));
    }
}
