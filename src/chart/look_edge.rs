//! How pictures are drawn, held against what a reader needs of them: shapes, gaps, contrast, size.

use plotters::prelude::RGBColor;

use super::{
    FormMark, Picture,
    canvas::{CURVE, FLAG, FORM, INK, PALE_INK, PAPER, USUAL, USUAL_END},
    render,
    sample::{back, curve, day, drawn, empty, flag, form, full, part, parts, point, said, shapes},
};
use crate::rules::{Measure, Severity};

const CURVE_HEX: &str = "#1D4E5F";
const FLAG_HEX: &str = "#7A3512";
const FORM_HEX: &str = "#3F3A6B";

/// The policy that is sent with it allows no style and no script, and nothing may be fetched.
#[test]
fn a_picture_is_made_of_plain_shapes_and_attributes() {
    let plain = ["svg", "title", "desc", "g", "rect", "circle", "polyline", "polygon", "text"];
    for picture in [empty(), full()] {
        drawn(&picture, |document| {
            for node in document.descendants().filter(|node| node.is_element()) {
                let name = node.tag_name().name();
                assert!(plain.contains(&name), "{name}");
                for attribute in node.attributes() {
                    let (name, value) = (attribute.name(), attribute.value());
                    assert!(
                        !["style", "class", "id", "href"].contains(&name) && !name.starts_with("on"),
                        "{name}"
                    );
                    assert!(!value.contains("url(") && !value.contains("://"), "{value}");
                }
            }
        });
    }
}

/// Two pictures on one page must not lend each other their words, so nothing is said by reference.
#[test]
fn every_part_has_its_own_name_and_words_first() {
    drawn(&full(), |document| {
        let root = document.root_element();
        assert_eq!(root.attribute("role"), Some("graphics-document document"));
        for node in parts(document).chain([root]) {
            let children: Vec<&str> = node
                .children()
                .filter(|child| child.is_element())
                .map(|child| child.tag_name().name())
                .collect();
            assert_eq!(children[..2], ["title", "desc"]);
            assert!(!said(node, "title").is_empty() && !said(node, "desc").is_empty());
        }
    });
}

#[test]
fn the_same_days_give_the_same_picture() {
    assert_eq!(render(&full()).expect("drawn"), render(&full()).expect("drawn"));
}

/// A missing day ends the line. It has no point, least of all at zero.
#[test]
fn a_gap_is_a_gap_and_never_a_zero() {
    let days = vec![
        point(back(9), &[5.0]),
        point(back(8), &[6.0]),
        point(back(6), &[7.0]),
        point(back(4), &[4.0]),
        point(back(3), &[0.0]),
    ];
    drawn(&Picture { curves: Some(vec![curve(Measure::Mood, days)]), ..empty() }, |document| {
        let mood = part(document, "Mood");
        let lines: Vec<usize> = shapes(mood, "polyline", CURVE_HEX)
            .iter()
            .map(|line| line.attribute("points").expect("points").split_whitespace().count())
            .collect();
        assert_eq!(lines, [2, 2]);
        let heights: Vec<i32> = shapes(mood, "circle", CURVE_HEX)
            .iter()
            .map(|dot| dot.attribute("cy").expect("a height").parse().expect("a number"))
            .collect();
        assert_eq!(heights.len(), 5);
        assert_eq!(
            heights.iter().filter(|height| **height == heights[4]).count(),
            1,
            "only the answer 0 lies at 0"
        );
    });
}

/// H15: the mean of a day hides neither its lowest nor its highest answer.
#[test]
fn h15_a_bar_reaches_to_the_lowest_answer() {
    let days = vec![point(back(4), &[2.0, 9.0]), point(back(2), &[2.0]), point(back(1), &[9.0])];
    drawn(&Picture { curves: Some(vec![curve(Measure::Mood, days)]), ..empty() }, |document| {
        let mood = part(document, "Mood");
        let bar = shapes(mood, "polyline", CURVE_HEX)[0].attribute("points").expect("points");
        let ends: Vec<&str> =
            bar.split_whitespace().map(|place| place.split(',').nth(1).expect("y")).collect();
        let dots = shapes(mood, "circle", CURVE_HEX);
        let height = |at: usize| dots[at].attribute("cy").expect("a height");
        assert!(ends.contains(&height(1)) && ends.contains(&height(2)), "{ends:?}");
    });
}

/// Not by colour alone: each severity has a shape of its own, in one colour, and its word in the list.
#[test]
fn every_severity_has_a_shape_of_its_own() {
    let mut forms = std::collections::HashSet::new();
    for severity in Severity::ALL {
        let picture = Picture { flags: vec![flag(severity, back(5))], ..empty() };
        drawn(&picture, |document| {
            let lane = part(document, "Flags");
            let body = shapes(lane, "polygon", FLAG_HEX).len();
            let outline: Vec<&str> =
                lane.descendants().filter(|node| node.tag_name().name() == "polygon").collect::<Vec<_>>()[0]
                    .attribute("points")
                    .expect("points")
                    .split_whitespace()
                    .collect();
            let first: Vec<i32> = outline[0].split(',').map(|at| at.parse().expect("a number")).collect();
            let around: Vec<(i32, i32)> = outline
                .iter()
                .map(|place| {
                    let (x, y) = place.split_once(',').expect("two numbers");
                    (x.parse::<i32>().expect("x") - first[0], y.parse::<i32>().expect("y") - first[1])
                })
                .collect();
            forms.insert((body > 0, around));
        });
    }
    assert_eq!(forms.len(), 4);
}

#[test]
fn a_questionnaire_without_a_total_is_an_open_square() {
    for (total, filled) in [(Some(12), 1), (None, 0)] {
        let picture = Picture { forms: vec![form(total, back(5))], ..empty() };
        drawn(&picture, |document| {
            let lane = part(document, "Questionnaires");
            assert_eq!(shapes(lane, "polygon", FORM_HEX).len(), filled);
            assert_eq!(shapes(lane, "polyline", FORM_HEX).len(), 1 - filled);
        });
    }
}

/// Where totals would lie over each other, the latest is written.
#[test]
fn the_latest_total_is_always_written() {
    let forms: Vec<FormMark> = (0..40_u16).map(|at| form(Some(at % 30), back(i32::from(at) * 7))).collect();
    let picture = Picture { from: back(300), forms, ..empty() };
    drawn(&picture, |document| {
        let lane = part(document, "Questionnaires");
        let bold = |node: &roxmltree::Node<'_, '_>| {
            node.tag_name().name() == "text" && node.attribute("font-size") == Some("115")
        };
        let totals: Vec<&str> =
            lane.descendants().filter(bold).filter_map(|node| node.text()).map(str::trim).collect();
        assert!(totals.contains(&"0"), "{totals:?}");
        assert_eq!(shapes(lane, "polygon", FORM_HEX).len(), 40, "every one has its mark");
    });
}

/// What is shown makes the scale, and a long sleep alone makes it longer.
#[test]
fn scales_are_fixed_but_for_long_sleep() {
    let top = |hours: f64| {
        let curves = Some(vec![curve(Measure::SleepHalfHours, vec![point(back(2), &[hours])])]);
        drawn(&Picture { curves, ..empty() }, |document| {
            let texts = part(document, "Sleep").descendants().filter(|node| node.is_text());
            let texts = texts.filter_map(|node| node.text()).map(str::trim);
            texts.filter(|text| ["12", "24"].contains(text)).collect::<Vec<_>>().join(" ")
        })
    };
    assert_eq!((top(12.0), top(12.5)), ("12".to_owned(), "12 24".to_owned()));
}

/// WCAG 2.2, 1.4.3 and 1.4.11.
#[test]
fn every_colour_that_carries_something_stands_out_from_what_is_behind_it() {
    let light = |RGBColor(r, g, b): RGBColor| {
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
    };
    let contrast = |a: RGBColor, b: RGBColor| {
        let (a, b) = (light(a), light(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    };
    for (what, colour, behind, least) in [
        ("text", INK, PAPER, 4.5),
        ("second text", PALE_INK, PAPER, 4.5),
        ("a curve", CURVE, PAPER, 3.0),
        ("a curve over the usual", CURVE, USUAL, 3.0),
        ("the end of the usual", USUAL_END, PAPER, 3.0),
        ("the end of the usual inside", USUAL_END, USUAL, 3.0),
        ("a flag", FLAG, PAPER, 3.0),
        ("a questionnaire", FORM, PAPER, 3.0),
    ] {
        let found = contrast(colour, behind);
        assert!(found >= least, "{what}: {found:.2}");
    }
    assert_eq!(format!("#{:02X}{:02X}{:02X}", CURVE.0, CURVE.1, CURVE.2), CURVE_HEX);
}

/// The largest picture there can be: a year, every day answered several times, flags and questionnaires without end.
#[test]
fn the_largest_picture_is_bounded_and_lies_on_its_paper() {
    let days: Vec<_> = (0..367).rev().map(|at| point(back(at), &[0.0, 3.5, 10.0])).collect();
    let measures =
        [Measure::Mood, Measure::Connection, Measure::Anxiety, Measure::SleepHalfHours, Measure::Support];
    let flags = (0..1_000).map(|at| flag(Severity::ALL[at % 4], back(at as i32 % 366))).collect();
    let forms = (0..1_000_u16)
        .map(|at| FormMark {
            instrument: format!("F-{}", at % 13),
            ..form(Some(at % 30), back(i32::from(at) % 366))
        })
        .collect();
    let curves = Some(measures.into_iter().map(|measure| curve(measure, days.clone())).collect());
    let picture = Picture { from: back(366), to: day("2026-11-23"), curves, flags, forms, ..empty() };
    let text = render(&picture).expect("it can be drawn");
    assert!(text.len() < 256 * 1024, "{}", text.len());
    drawn(&picture, |document| {
        for node in document.descendants().filter(|node| node.is_element()) {
            for name in ["x", "cx"] {
                let Some(at) = node.attribute(name) else { continue };
                let at: f64 = at.parse().expect("a number");
                assert!((0.0..=4_000.0).contains(&at), "{name}={at}");
            }
        }
    });
}

#[test]
fn a_picture_is_as_high_as_its_parts() {
    for picture in [empty(), full()] {
        drawn(&picture, |document| {
            let root = document.root_element();
            let height: i32 = root.attribute("height").expect("a height").parse().expect("a number");
            assert_eq!(root.attribute("viewBox"), Some(format!("0 0 400 {height}").as_str()));
            let last = parts(document).last().expect("a part");
            let top: i32 = last
                .attribute("transform")
                .and_then(|text| text.strip_prefix("translate(0 ")?.split(')').next()?.parse().ok())
                .expect("a place");
            assert!(top < height, "{top} {height}");
        });
    }
}
