//! Reasons in words, per reader: what a doula may see is decided here, when she looks.
//!
//! Without the scope `check_ins` a doula gets one sentence that depends on the rule alone, so no
//! value, day or choice of answer can show through. No sentence speaks of a baby: a flag may be
//! read after a loss. Nothing here names a condition.

use jiff::civil::Date;

use super::{
    elation::ElationStep,
    finding::RuleId,
    reason::{LowDays, Reason},
};

/// All that a doula with `private_danger` learns of a private entry.
pub const PRIVATE_DANGER_WORDS: &str = "marked something urgent privately: please get in touch";

/// Who reads.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub enum Reader {
    /// The parent who wrote it.
    Parent,
    /// A doula with a link to the parent.
    Doula {
        /// The link has the scope `check_ins`: values and days may be shown.
        check_ins: bool,
    },
}

/// The reason as one or two sentences that this reader may see.
pub fn render(reason: &Reason, reader: Reader) -> String {
    match reader {
        Reader::Parent => for_the_parent(reason),
        Reader::Doula { check_ins: true } => with_values(reason),
        Reader::Doula { check_ins: false } => in_general(reason.rule()).to_owned(),
    }
}

fn in_general(rule: RuleId) -> &'static str {
    match rule {
        RuleId::NotSafe => {
            "Answered that they, or someone with them, may not be safe: please get in touch now."
        }
        RuleId::Elation => "Unusually high in mood or energy: worth hearing how they sleep and how they are.",
        RuleId::ContactRequest => "Asked for someone to get in touch.",
        RuleId::SustainedLow => "Mood has been low on most days lately: a conversation is worth having.",
        RuleId::LowConnection => {
            "Connection has felt low on most days lately: a conversation is worth having."
        }
    }
}

fn with_values(reason: &Reason) -> String {
    match reason {
        Reason::NotSafe { answer, on } => {
            format!(
                "Answered \"{}\" on {} when asked about being safe right now.",
                answer.as_str(),
                short(*on)
            )
        }
        Reason::Elation { step, mood, sleep_half_hours, on, other_day } => {
            let seen = seen(*step, *mood, *sleep_half_hours);
            let again =
                other_day.map(|day| format!(", and much the same on {}", short(day))).unwrap_or_default();
            format!("{} on {}{again}.", capitalised(&seen), short(*on))
        }
        Reason::ContactRequest { on } => format!("Asked on {} for someone to get in touch.", short(*on)),
        Reason::SustainedLow(low) => format!("Mood {}.", low_days(low, "answered")),
        Reason::LowConnection(low) => format!("Connection {}.", low_days(low, "answered")),
    }
}

fn for_the_parent(reason: &Reason) -> String {
    match reason {
        Reason::NotSafe { on, .. } => format!(
            "On {} you said that things may not be safe right now. Thank you for saying so; it matters.",
            short(*on)
        ),
        Reason::Elation { step, mood, sleep_half_hours, on, other_day } => {
            let seen = seen(*step, *mood, *sleep_half_hours);
            // The closing comma of an aside has nothing to close here.
            let seen = seen.trim_end_matches(',');
            let again =
                other_day.map(|day| format!(", and much the same on {}", short(day))).unwrap_or_default();
            format!(
                "On {} you noted {seen}{again}. A conversation about this is worth having soon.",
                short(*on)
            )
        }
        Reason::ContactRequest { on } => format!("On {} you asked for someone to get in touch.", short(*on)),
        Reason::SustainedLow(low) => format!(
            "Your mood was {}. You do not have to carry this alone; a conversation is worth having.",
            low_days(low, "you answered")
        ),
        Reason::LowConnection(low) => format!(
            "Your connection was {}. Connection takes its own time, and talking about it may help.",
            low_days(low, "you answered")
        ),
    }
}

/// What the entry said, without its day.
fn seen(step: ElationStep, mood: Option<u8>, sleep_half_hours: Option<u8>) -> String {
    let mood = mood.map_or_else(|| "a high mood".to_owned(), |mood| format!("mood {mood}"));
    let sleep = sleep_half_hours.map(sleep);
    match (step, sleep) {
        (ElationStep::SpedUp | ElationStep::SpedUpLittleSleep, Some(sleep)) => {
            format!("being unusually full of energy, with {sleep},")
        }
        (ElationStep::SpedUp | ElationStep::SpedUpLittleSleep, None) => {
            "being unusually full of energy, hardly needing sleep,".to_owned()
        }
        (_, Some(sleep)) => format!("{mood} with {sleep}"),
        (_, None) => mood,
    }
}

fn sleep(half_hours: u8) -> String {
    let (whole, half) = (half_hours / 2, half_hours % 2 == 1);
    match (whole, half) {
        (0, false) => "no sleep".to_owned(),
        (0, true) => "half an hour of sleep".to_owned(),
        (1, false) => "1 hour of sleep".to_owned(),
        (_, false) => format!("{whole} hours of sleep"),
        (_, true) => format!("{whole}.5 hours of sleep"),
    }
}

fn low_days(days: &LowDays, answered: &str) -> String {
    let LowDays { line, low, answered: of, from, to } = days;
    format!("{line} or lower on {low} of the {of} days {answered} {}", span(*from, *to))
}

fn span(from: Date, to: Date) -> String {
    let same_month = (from.year(), from.month()) == (to.year(), to.month());
    let from = if same_month { from.day().to_string() } else { short(from) };
    format!("between {from} and {}", short(to))
}

fn short(day: Date) -> String {
    day.strftime("%-d %B").to_string()
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::sample::{day, one_of_each_reason};

    const DOULAS: [Reader; 2] = [Reader::Doula { check_ins: false }, Reader::Doula { check_ins: true }];

    /// H41: without the scope the sentence depends on the rule alone, so nothing can show through.
    #[test]
    fn h41_without_the_scope_no_value_day_or_choice_of_answer_shows() {
        let mut by_rule = std::collections::HashMap::new();
        for reason in one_of_each_reason() {
            let words = render(&reason, DOULAS[0]);
            assert!(!words.contains(|letter: char| letter.is_ascii_digit()), "{words}");
            assert!(
                !words.contains("November") && !words.contains("unsure") && !words.contains('"'),
                "{words}"
            );
            assert_eq!(by_rule.entry(reason.rule()).or_insert_with(|| words.clone()), &words);
        }
        assert_eq!(by_rule.len(), RuleId::ALL.len());
    }

    #[test]
    fn with_the_scope_a_doula_reads_values_and_days() {
        let expected = [
            "Answered \"unsure\" on 23 November when asked about being safe right now.",
            "Answered \"no\" on 23 November when asked about being safe right now.",
            "Asked on 23 November for someone to get in touch.",
            "Mood 3 or lower on 9 of the 11 days answered between 10 and 23 November.",
            "Connection 3 or lower on 9 of the 11 days answered between 10 and 23 November.",
            "Mood 8 with 4 hours of sleep on 23 November.",
            "Mood 8 with 3.5 hours of sleep on 23 November, and much the same on 22 November.",
            "Being unusually full of energy, with 6 hours of sleep, on 23 November.",
            "Being unusually full of energy, hardly needing sleep, on 23 November.",
            "Mood 9 with 3 hours of sleep on 23 November.",
            "Mood 10 with no sleep on 23 November, and much the same on 21 November.",
            "Being unusually full of energy, with 4.5 hours of sleep, on 23 November.",
        ];
        let words: Vec<String> =
            one_of_each_reason().iter().map(|reason| render(reason, DOULAS[1])).collect();
        assert_eq!(words, expected);
    }

    #[test]
    fn the_parent_is_spoken_to() {
        let words: Vec<String> =
            one_of_each_reason().iter().map(|reason| render(reason, Reader::Parent)).collect();
        assert!(words.iter().all(|words| words.to_lowercase().contains("you")), "{words:?}");
        assert_eq!(
            words[3],
            "Your mood was 3 or lower on 9 of the 11 days you answered between 10 and 23 November. \
             You do not have to carry this alone; a conversation is worth having."
        );
        assert_eq!(
            words[6],
            "On 23 November you noted mood 8 with 3.5 hours of sleep, and much the same on 22 November. \
             A conversation about this is worth having soon."
        );
        assert_eq!(
            words[7],
            "On 23 November you noted being unusually full of energy, with 6 hours of sleep. A conversation about \
             this is worth having soon."
        );
    }

    /// H02 among them: no sentence calls an elated day well, and none names a condition or a baby.
    #[test]
    fn no_sentence_praises_diagnoses_blames_or_speaks_of_a_baby() {
        let avoided = [
            "baby",
            "mother",
            "mum",
            " she ",
            " her ",
            "depress",
            "mania",
            "manic",
            "psycho",
            "risk",
            "diagnos",
            "abnormal",
            "alarm",
            "test",
            "score",
            "fail",
            "should",
            "well,",
            "doing well",
            "great",
            "!",
        ];
        for reason in one_of_each_reason() {
            for reader in DOULAS.into_iter().chain([Reader::Parent]) {
                let words = render(&reason, reader);
                for word in avoided {
                    assert!(!words.to_lowercase().contains(word), "{word:?} in {words:?}");
                }
            }
        }
    }

    #[test]
    fn the_words_for_a_private_entry_are_fixed() {
        assert_eq!(PRIVATE_DANGER_WORDS, "marked something urgent privately: please get in touch");
    }

    #[test]
    fn spans_and_sleep_read_naturally_at_their_edges() {
        assert_eq!(span(day("2026-10-28"), day("2026-11-10")), "between 28 October and 10 November");
        assert_eq!(span(day("2026-12-20"), day("2027-01-02")), "between 20 December and 2 January");
        for (half_hours, words) in
            [(0, "no sleep"), (1, "half an hour of sleep"), (2, "1 hour of sleep"), (3, "1.5 hours of sleep")]
        {
            assert_eq!(sleep(half_hours), words);
        }
    }
}
