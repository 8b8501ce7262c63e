//! Tests of what the safety block says: truly who knows, no word that may hurt, nothing about a baby where there
//! is none, and one block written out in full.

use std::collections::HashMap;

use jiff::civil::date;

use super::{MONDAY, all_confirmed, asha, build, ids};
use crate::help::block::*;
use crate::help::line::{Cost, Kind, Lines};
use crate::help::warning_sign;

/// Every block that differs in words: findings, reaches, with and without baby, loss and country.
fn every_block() -> Vec<(bool, Safety)> {
    let name = |text: &str| vec![text.to_owned()];
    let mut reaches = Vec::new();
    for (private, linked_untold) in [(false, false), (false, true), (true, false), (true, true)] {
        for doulas in [vec![], name("Asha"), vec!["Asha".to_owned(), "Bea".to_owned(), "Cleo".to_owned()]] {
            for told_privately in [vec![], name("Dora"), vec!["Dora".to_owned(), "Eve".to_owned()]] {
                reaches.push(Reach { doulas: doulas.clone(), told_privately, private, linked_untold });
            }
        }
    }
    let countries = Lines::embedded().countries().into_iter().map(Some).chain([None, Some("SE")]);
    let mut blocks = Vec::new();
    for country in countries {
        for reach in &reaches {
            for (loss, no_baby_visible) in [(false, false), (false, true), (true, true), (true, false)] {
                for finding in [Finding::Danger, Finding::Elation] {
                    let (now, today) = (MONDAY.parse().unwrap(), date(2026, 11, 23));
                    let situation = Situation { country, loss, no_baby_visible, finding, reach, now, today };
                    let block = safety(Lines::embedded(), &all_confirmed(), &situation);
                    blocks.push((loss || no_baby_visible, block));
                }
            }
        }
    }
    blocks
}

fn own_words(block: &Safety) -> String {
    format!("{} {} {}", block.message, block.what_happens_next, block.do_now.join(" "))
}

#[test]
fn it_says_truly_who_knows() {
    let said = |doulas: &[&str], told: &[&str], private, linked_untold| {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let reach = Reach { doulas: owned(doulas), told_privately: owned(told), private, linked_untold };
        words::what_happens_next(&reach, true)
    };
    let not_watched = "nobody watches this at all hours";
    let seen = said(&["Asha", "Bea"], &[], false, false);
    assert!(seen.starts_with("Asha and Bea can see this and are asked to look within 2 hours."), "{seen}");
    assert!(seen.contains(not_watched));
    let told = said(&[], &["Asha"], true, false);
    assert!(told.contains("Asha was told only that you would like to be contacted"), "{told}");
    assert!(told.contains(not_watched) && !told.contains("can see"));
    let kept = said(&[], &[], true, true);
    assert!(kept.starts_with("You kept this private: nobody was told"), "{kept}");
    assert!(kept.contains("want to share it") && !kept.contains("2 hours"));
    assert!(!said(&[], &[], true, false).contains("share"));
    let nobody = said(&[], &[], false, false);
    assert!(nobody.starts_with("Nobody here will see this"), "{nobody}");
    for (_, block) in every_block() {
        assert_eq!(block.share_offer, block.what_happens_next.contains("want to share it"));
        let names = ["Asha", "Dora"].iter().any(|name| block.what_happens_next.contains(name));
        assert_eq!(block.what_happens_next.contains(not_watched), names);
    }
}

#[test]
fn nothing_speaks_of_a_baby_where_there_is_none() {
    for (without_baby, block) in every_block() {
        assert_eq!(own_words(&block).to_lowercase().contains("baby"), !without_baby);
    }
    for country in Lines::embedded().countries() {
        let text = format!("{:?}", build(Some(country), true, &all_confirmed(), MONDAY)).to_lowercase();
        // The bereavement line is called so by those who run it.
        let text = text.replace("sands (death of a baby)", "");
        for word in ["baby", "child", "infant", "maternal", "perinatal", "postpartum", "mum", "mother"] {
            assert!(!text.contains(word), "{country}: {word}");
        }
    }
}

#[test]
fn the_words_are_kind_and_promise_nothing() {
    let avoided = [
        "!",
        "?",
        "help is coming",
        "dangerous",
        "red flag",
        "risk",
        "depress",
        "psychosis",
        "mania",
        "manic",
        "bipolar",
        "disorder",
        "diagnos",
        "symptom",
        "illness",
        "suicid",
        "commit",
        "abnormal",
        "alarming",
        "well done",
        "great",
        "proud",
        "are you sure",
        "should",
        "at least",
        "lost",
        "will call you",
        "monitor",
        "child protection",
        "social services",
        "mum",
        "cure",
        "proven",
        "fail",
    ];
    let mut texts: Vec<String> = every_block().iter().map(|(_, block)| own_words(block)).collect();
    texts.push(words::FREE_TEXT_NOTE.to_owned());
    texts.extend([warning_sign::PARENT_ACTION, warning_sign::BABY_ACTION].map(str::to_owned));
    texts.extend(warning_sign::PARENT.iter().chain(&warning_sign::BABY).map(|sign| (*sign).to_owned()));
    for text in texts {
        let lower = text.to_lowercase();
        for word in avoided {
            assert!(!lower.contains(word), "`{word}` in: {text}");
        }
        assert!(!text.contains("  ") && !text.contains('\n'), "{text}");
    }
}

#[test]
fn elation_asks_for_a_doctor_today() {
    let reach = asha();
    let situation = Situation {
        country: Some("FR"),
        loss: false,
        no_baby_visible: false,
        finding: Finding::Elation,
        reach: &reach,
        now: MONDAY.parse().unwrap(),
        today: date(2026, 11, 23),
    };
    let block = safety(Lines::embedded(), &HashMap::new(), &situation);
    assert!(block.message.contains("see a doctor today, even when it feels good"), "{}", block.message);
    assert_eq!(block.emergency.unwrap().phone, "15");
    assert_eq!((ids(&block.lines), block.do_now.len()), ("fr-3114".to_owned(), 5));
    assert!(block.do_now[0].contains("stay with you") && block.do_now[3].contains("do not drive"));
}

#[test]
fn one_block_in_full() {
    let block = build(Some("GB"), false, &HashMap::new(), MONDAY);
    let line = |id: &str, name: &str, phone: Option<&str>, checked_on: Option<&str>| LineView {
        id: id.to_owned(),
        name: name.to_owned(),
        kind: Kind::Crisis,
        for_crisis: true,
        phone: phone.map(str::to_owned),
        text: None,
        text_body: None,
        url: None,
        hours: "24 hours, every day".to_owned(),
        open_now: true,
        cost: None,
        region: None,
        languages: vec!["en".to_owned()],
        checked_on: checked_on.map(str::to_owned),
        confirmed: false,
        date_note: Some(
            checked_on.map_or("not dated".to_owned(), |date| format!("number not checked since {date}")),
        ),
    };
    let expected = Safety {
        level: Level::Urgent,
        message: "Thank you for telling us. What you said matters, and you do not have to carry it alone. If you \
                  are in danger now, call 999 or go to the nearest emergency department. These numbers are for \
                  the United Kingdom; in another country, call the emergency number there."
            .to_owned(),
        emergency: Some(Emergency {
            name: "Emergency services".to_owned(),
            phone: "999".to_owned(),
            checked_on: Some("2024-08-14".to_owned()),
            confirmed: false,
            date_note: Some("number not checked since 2024-08-14".to_owned()),
        }),
        lines: vec![
            LineView {
                region: Some("England".to_owned()),
                url: Some("https://111.nhs.uk".to_owned()),
                ..line("gb-nhs111", "NHS 111, mental health option", Some("111"), Some("2024-08-14"))
            },
            LineView {
                url: Some("https://www.samaritans.org".to_owned()),
                cost: Some(Cost::Free),
                ..line("gb-samaritans", "Samaritans", Some("116 123"), None)
            },
            LineView {
                text: Some("85258".to_owned()),
                text_body: Some("SHOUT".to_owned()),
                ..line("gb-shout", "Shout", None, None)
            },
        ],
        support_lines: vec![],
        what_happens_next: "Asha can see this and is asked to look within 2 hours. That is what we ask, not a \
                            promise: nobody watches this at all hours. Please do not wait for it if you need \
                            somebody now. To talk to a person now, use one of the numbers shown here."
            .to_owned(),
        do_now: vec![
            "Go to somebody you feel safe with, or ask them to come and stay with you.".to_owned(),
            "Lay your baby on their back in the cot and step away. Let somebody else take over if you can."
                .to_owned(),
            "Move away from anything that you could use to hurt yourself or another person.".to_owned(),
        ],
        share_offer: false,
    };
    assert_eq!(block, expected);
}
