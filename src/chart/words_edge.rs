//! What pictures say in words, held against what they show and against what they must not say.

use super::{
    FormMark, MOST_FLAGS, MOST_FORMS, Picture, Reader,
    sample::{back, curve, day, drawn, empty, flag, form, full, part, parts, point, said},
};
use crate::rules::{Measure, Severity};

#[test]
fn a_picture_says_whose_days_it_shows_and_which() {
    let titles =
        |picture: &Picture| drawn(picture, |document| said(document.root_element(), "title").to_owned());
    assert_eq!(titles(&empty()), "Your days, 27 October to 23 November 2026");
    assert_eq!(titles(&full()), "Days of Maya, 27 October to 23 November 2026");
    let a_day = Picture { from: day("2026-11-23"), ..empty() };
    assert_eq!(titles(&a_day), "Your days, 23 November 2026");
    let a_year = Picture { from: day("2025-11-23"), ..empty() };
    assert_eq!(titles(&a_year), "Your days, 23 November 2025 to 23 November 2026");
}

#[test]
fn every_part_lists_its_values() {
    drawn(&full(), |document| {
        let of: Vec<(&str, &str)> =
            parts(document).map(|part| (said(part, "title"), said(part, "desc"))).collect();
        assert_eq!(
            of,
            [
                (
                    "Flags",
                    "1: urgent, 4 Nov to 5 Nov, open. Mood 3 or lower on 3 of the 4 days answered. 2: same day, 18 \
                     Nov, open. Mood 3 or lower on 3 of the 4 days answered. 3: follow up, 19 Nov, open. Mood 3 or \
                     lower on 3 of the 4 days answered. 4: notice, 23 Nov, open. Mood 3 or lower on 3 of the 4 days \
                     answered."
                ),
                (
                    "Mood, 0 to 10",
                    "Lowest 2 on 18 Nov, highest 10 on 4 Nov. Own usual 5.4 to 7.7 from 13 Nov to 23 Nov. 3 Nov: 6; 4 \
                     Nov: 10; 5 Nov: 10; 18 Nov: mean 4.5, lowest 2, highest 7; 20 Nov: 4."
                ),
                ("Connection, 0 to 10", "0 each time. 20 Nov: 0."),
                ("Anxiety, 0 to 10, 10 the most", "9 each time. 20 Nov: 9."),
                ("Sleep, hours in 24", "Lowest 2 on 4 Nov, highest 2.5 on 5 Nov. 4 Nov: 2; 5 Nov: 2.5."),
                (
                    "Questionnaires",
                    "EPDS, 0 to 30: 11 Nov: 0; 22 Nov: no total. Whatever a total is, if something feels wrong, say \
                     so."
                ),
                (
                    "How to read it",
                    "A point is the mean of a day, a bar reaches from its lowest to its highest answer. A shaded field \
                     is the own usual."
                ),
            ]
        );
    });
}

/// H15: drawn by the week, the lowest answer of each is still said.
#[test]
fn h15_beyond_two_months_each_week_says_its_lowest_answer() {
    let days = vec![point(back(70), &[6.0]), point(back(69), &[1.0]), point(back(2), &[5.0])];
    let picture = Picture { from: back(80), curves: Some(vec![curve(Measure::Mood, days)]), ..empty() };
    drawn(&picture, |document| {
        assert_eq!(
            said(part(document, "Mood"), "desc"),
            "Lowest 1 on 15 Sep, highest 6 on 14 Sep. week of 14 Sep: mean 3.5, lowest 1, highest 6; week of 16 Nov: 5."
        );
    });
}

#[test]
fn a_day_that_comes_twice_has_its_year() {
    let days = vec![point(day("2025-12-30"), &[4.0]), point(day("2026-01-02"), &[5.0])];
    let curves = Some(vec![curve(Measure::Mood, days)]);
    let picture = Picture { from: day("2025-12-25"), to: day("2026-01-05"), curves, ..empty() };
    drawn(&picture, |document| {
        let words = said(part(document, "Mood"), "desc");
        assert_eq!(words, "Lowest 4 on 30 Dec 2025, highest 5 on 2 Jan 2026. 30 Dec 2025: 4; 2 Jan 2026: 5.");
    });
}

/// A share of what was asked, and numbers that somebody has to look at again, are not taken for the total of the scale.
#[test]
fn a_total_says_what_it_is_out_of_and_whether_it_is_in_doubt() {
    let share =
        FormMark { instrument: "Weekly reflection".to_owned(), of: Some(24), ..form(Some(9), back(8)) };
    let forms = vec![share, FormMark { doubt: true, ..form(Some(25), back(2)) }];
    drawn(&Picture { forms, ..empty() }, |document| {
        let lane = part(document, "Questionnaires");
        assert_eq!(
            said(lane, "desc"),
            "Weekly reflection, 0 to 30: 15 Nov: 9 of 24. EPDS, 0 to 30: 21 Nov: 25, to be looked at again. Whatever a \
             total is, if something feels wrong, say so."
        );
        let drawn: Vec<&str> = lane.descendants().filter_map(|node| node.text()).map(str::trim).collect();
        assert!(drawn.contains(&"9 of 24") && drawn.contains(&"25?"), "{drawn:?}");
        assert!(drawn.iter().any(|text| text.starts_with("?: ")), "{drawn:?}");
        assert!(!drawn.iter().any(|text| text.starts_with("–: ")), "{drawn:?}");
    });
}

/// H01, H02: high days, low totals and empty days alike are told without praise, without blame, without a verdict.
#[test]
fn h02_no_picture_praises_comforts_blames_or_names_a_condition() {
    let avoided = [
        "baby", "mother", "mum", " she ", " her ", "depress", "mania", "manic", "psycho", "risk", "diagnos",
        "abnormal", "alarm", "test", "score", "fail", "should", "well", "good", "great", "fine", "better",
        "best", "bad", "worse", "safe", "clear", "normal", "healthy", "missed", "missing", "streak", "!",
    ];
    let glad = vec![point(back(1), &[10.0]), point(back(0), &[10.0])];
    let long = Picture { from: back(300), ..full() };
    for picture in
        [empty(), full(), long, Picture { curves: Some(vec![curve(Measure::Mood, glad)]), ..empty() }]
    {
        drawn(&picture, |document| {
            let all: Vec<&str> = document.descendants().filter_map(|node| node.text()).collect();
            let words = all.join(" ").to_lowercase();
            for word in avoided {
                assert!(!words.contains(word), "{word:?} in {words}");
            }
        });
    }
}

#[test]
fn what_was_not_answered_is_not_drawn_and_not_counted() {
    drawn(&empty(), |document| {
        let all: Vec<&str> = parts(document).map(|part| said(part, "desc")).collect();
        assert_eq!(all, ["Nothing was entered on these days."]);
    });
    let outside = Picture {
        curves: Some(vec![curve(Measure::Mood, vec![point(back(40), &[1.0])])]),
        flags: vec![flag(Severity::Urgent, back(40))],
        forms: vec![form(Some(20), back(40))],
        ..empty()
    };
    drawn(&outside, |document| assert_eq!(parts(document).count(), 1));
}

/// Nothing is said of what was entered, not even that there is nothing.
#[test]
fn a_reader_who_sees_no_check_ins_is_told_so() {
    drawn(&Picture { curves: None, ..full() }, |document| {
        let all: Vec<(&str, &str)> =
            parts(document).map(|part| (said(part, "title"), said(part, "desc"))).collect();
        assert_eq!(all[1], ("Check-ins", "Check-ins are not shared with you."));
        assert_eq!(
            all.iter().map(|part| part.0).collect::<Vec<_>>(),
            ["Flags", "Check-ins", "Questionnaires"]
        );
    });
}

#[test]
fn a_name_is_shown_as_it_is_and_ends_no_element() {
    let client = "M<a href=\"x\">&amp;'\u{1}\u{FFFF}\u{202E}]]></title><script/>".to_owned();
    let picture = Picture { reader: Reader::Doula { client: client.clone() }, ..full() };
    drawn(&picture, |document| {
        let shown = client.replace(['\u{1}', '\u{FFFF}'], "\u{FFFD}");
        let title = said(document.root_element(), "title");
        assert_eq!(title, format!("Days of {shown}, 27 October to 23 November 2026"));
        assert!(document.descendants().all(|node| !["a", "script"].contains(&node.tag_name().name())));
    });
}

#[test]
fn more_than_can_be_drawn_is_said_to_be_elsewhere() {
    let flags = (0..MOST_FLAGS + 1).map(|_| flag(Severity::FollowUp, back(1))).collect();
    let forms = (0..MOST_FORMS as u16 + 1).map(|total| form(Some(total), back(1))).collect();
    drawn(&Picture { flags, forms, ..empty() }, |document| {
        let words = said(part(document, "Flags"), "desc");
        assert!(words.ends_with("More are in the list of flags."), "{words}");
        assert!(words.contains("100: follow up") && !words.contains("101:"));
        let words = said(part(document, "Questionnaires"), "desc");
        assert!(!words.contains("Nov: 0;") && words.contains("Nov: 160."), "{words}");
    });
}
