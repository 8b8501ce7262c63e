//! The sentences of `wording.rs` held against what they may say, kept apart for their length.
//!
//! Every expected sentence is a literal; what no sentence may say is a list of words.

use super::{
    ANSWERED_AGAIN, PRIVATE_DANGER_WORDS, QuietDays, Reader, Reason, RuleId, SilenceStep, render,
    sample::{day, one_of_each_reason},
    shared_again,
    wording::{sleep, span},
};

const DOULAS: [Reader; 2] = [Reader::Doula { check_ins: false }, Reader::Doula { check_ins: true }];

/// H41: without the scope the sentence depends on the rule alone, so nothing can show through.
#[test]
fn h41_without_the_scope_no_value_day_or_choice_of_answer_shows() {
    let mut by_rule = std::collections::HashMap::new();
    for reason in one_of_each_reason() {
        let words = render(&reason, DOULAS[0]);
        assert!(!words.contains(|letter: char| letter.is_ascii_digit()), "{words}");
        assert!(!words.contains("November") && !words.contains("unsure") && !words.contains('"'), "{words}");
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
        "Mood 3 or lower on 3 of the 4 days answered between 19 and 23 November.",
        "Mood 3 or lower with less than 4 hours of sleep on 3 days between 19 and 23 November.",
        "Anxiety 8 or higher on 9 of the 11 days answered between 10 and 23 November.",
        "An urgent answer was taken back on 23 November. It may have been a slip, or not: please get in touch all \
         the same.",
        "Mood was 3.2 on average on 6 days between 17 and 23 November, lower than their own usual of 6.8.",
        "Anxiety was 7 on average on 6 days between 17 and 23 November, higher than their own usual of 2 (made of few \
         days).",
        "Nothing was shared for some days after 19 November: a short message is worth it.",
        "Nothing was shared for some days after 16 November, and mood was low before that: a call is worth \
         it.",
    ];
    let words: Vec<String> = one_of_each_reason().iter().map(|reason| render(reason, DOULAS[1])).collect();
    assert_eq!(words, [&expected[..], &OF_FORMS].concat());
}

/// The same of questionnaires.
const OF_FORMS: [&str; 15] = [
    "The self-harm item of the EPDS was above zero on 23 November.",
    "The harm item of the PBQ was above zero on 23 November. Frightening thoughts are common and a sign of distress; a \
     person has to hear which these are.",
    "Answered 1 of 4 on 23 November when asked whether things felt strange or unreal, with little sleep or unusual \
     energy on 22 November.",
    "The numbers of the EPDS of 23 November may have been entered by their place on the paper: please look at the form \
     together and confirm it.",
    "The PHQ-9 came to 12 of 27 on 23 November.",
    "The PHQ-2 came to 3 of 6 on 23 November.",
    "The GAD-7 came to 11 of 21 on 23 November.",
    "The GAD-2 came to 4 of 6 on 23 November.",
    "The Whooley questions came to 1 of 2 on 23 November.",
    "The EPDS came to 11 of 30 on 23 November, in the middle for the second time.",
    "The WHO-5 came to 9 of 25 on 23 November; there, less is heavier.",
    "The PASS came to 30 of 93 on 23 November.",
    "The item of the MIBS that your practice has watched was above zero on 23 November.",
    "One part of the PBQ lay over its line on 23 November.",
    "The weekly reflection came to 18 of 28 on 23 November.",
];

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
    assert_eq!(
        words[12..20],
        [
            "Your mood was 3 or lower on 3 of the 4 days you answered between 19 and 23 November. This often \
             passes by itself, and you can talk about it at any time.",
            "Your mood was 3 or lower and you had less than 4 hours of sleep on 3 days between 19 and 23 \
             November. Both together are a lot to carry; a conversation is worth having.",
            "Your anxiety was 8 or higher on 9 of the 11 days you answered between 10 and 23 November. You do \
             not have to carry this alone; talking about it may help.",
            "On 23 November an answer of yours was changed or removed after it had asked for somebody soon. A short \
             call is still worth having.",
            "Your mood was 3.2 on average on 6 days between 17 and 23 November, lower than your own usual of 6.8. You \
             know best what that means; a conversation is worth having.",
            "Your anxiety was 7 on average on 6 days between 17 and 23 November, higher than your own usual of 2. You \
             know best what that means; a conversation is worth having.",
            "After 19 November it was quiet here for a while. There is nothing to catch up on; you can write again \
             whenever it suits you.",
            "After 16 November it was quiet here for a while. There is nothing to catch up on; you can write again \
             whenever it suits you.",
        ]
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

/// H41: of a silence a doula reads the last day that was shared, and the parent her own last day.
#[test]
fn h41_each_reads_of_a_silence_what_is_hers_to_know() {
    let days = QuietDays {
        heard: day("2026-11-20"),
        since: day("2026-11-18"),
        on: day("2026-11-24"),
        step: SilenceStep::First,
        low: false,
    };
    let words = |reader| render(&Reason::Silence(days), reader);
    assert!(words(Reader::Parent).starts_with("After 20 November "));
    for reader in DOULAS {
        assert!(!words(reader).contains("20 November") && !words(reader).contains("24 November"));
    }
    assert!(words(DOULAS[1]).contains("after 18 November"));
    assert_eq!(shared_again(day("2026-11-30")), "Something was shared again on 30 November.");
    assert!(ANSWERED_AGAIN.contains("You "));
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
