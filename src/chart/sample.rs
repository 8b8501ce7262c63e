//! Pictures for the tests of this folder.

use jiff::{ToSpan, civil::Date};
use roxmltree::{Document, Node};

use super::{Curve, FlagMark, FormMark, Picture, Point, Reader, Stretch, render};
use crate::rules::{Measure, Severity};

/// The last day of every picture.
pub const TODAY: &str = "2026-11-23";

/// A literal day.
pub fn day(text: &str) -> Date {
    text.parse().expect("a literal day")
}

/// Some days before [`TODAY`].
pub fn back(days: i32) -> Date {
    day(TODAY).saturating_sub(i64::from(days).days())
}

/// The answers of one day: one of them, or a lowest and a highest.
pub fn point(on: Date, values: &[f64]) -> Point {
    let sum: f64 = values.iter().sum();
    Point {
        on,
        count: values.len() as u32,
        mean: sum / values.len() as f64,
        lowest: values.iter().copied().fold(f64::INFINITY, f64::min),
        highest: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    }
}

/// A measure without a usual.
pub fn curve(measure: Measure, days: Vec<Point>) -> Curve {
    Curve { measure, days, usual: Vec::new() }
}

/// A flag of one day.
pub fn flag(severity: Severity, on: Date) -> FlagMark {
    let reason = "Mood 3 or lower on 3 of the 4 days answered.".to_owned();
    FlagMark { severity, status: "open", reason, raised_on: on, last_on: on }
}

/// An EPDS.
pub fn form(total: Option<u16>, on: Date) -> FormMark {
    FormMark { instrument: "EPDS".to_owned(), scale: "0 to 30".to_owned(), total, of: None, doubt: false, on }
}

/// A picture of four weeks with nothing in it.
pub fn empty() -> Picture {
    Picture {
        reader: Reader::Parent,
        from: back(27),
        to: day(TODAY),
        curves: Some(Vec::new()),
        flags: Vec::new(),
        forms: Vec::new(),
    }
}

/// A picture with something of everything: high moods on little sleep, low ones, gaps, days with several answers.
pub fn full() -> Picture {
    let mood = vec![
        point(back(20), &[6.0]),
        point(back(19), &[10.0]),
        point(back(18), &[10.0]),
        point(back(5), &[2.0, 7.0]),
        point(back(3), &[4.0]),
    ];
    let usual = Stretch { from: back(10), to: day(TODAY), low: 5.4, high: 7.7 };
    let sleep = vec![point(back(19), &[2.0]), point(back(18), &[2.5])];
    Picture {
        reader: Reader::Doula { client: "Maya".to_owned() },
        curves: Some(vec![
            Curve { usual: vec![usual], ..curve(Measure::Mood, mood) },
            curve(Measure::Connection, vec![point(back(3), &[0.0])]),
            curve(Measure::Anxiety, vec![point(back(3), &[9.0])]),
            curve(Measure::SleepHalfHours, sleep),
            curve(Measure::Support, Vec::new()),
        ]),
        flags: vec![
            FlagMark { raised_on: back(19), last_on: back(18), ..flag(Severity::Urgent, back(19)) },
            flag(Severity::SameDay, back(5)),
            flag(Severity::FollowUp, back(4)),
            flag(Severity::Notice, day(TODAY)),
        ],
        forms: vec![form(Some(0), back(12)), form(None, back(1))],
        ..empty()
    }
}

/// Draws a picture and lets a check look at the document.
pub fn drawn<T>(picture: &Picture, check: impl FnOnce(&Document<'_>) -> T) -> T {
    let text = render(picture).expect("it can be drawn");
    let document = Document::parse(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
    check(&document)
}

/// The text of an element's child of that name.
pub fn said<'a>(node: Node<'a, '_>, name: &str) -> &'a str {
    let child = node.children().find(|child| child.has_tag_name((SVG, name)));
    child.and_then(|child| child.text()).unwrap_or_default()
}

/// The part of a picture whose title begins so.
pub fn part<'a, 'b>(document: &'a Document<'b>, begin: &str) -> Node<'a, 'b> {
    let found = parts(document).find(|part| said(*part, "title").starts_with(begin));
    found.unwrap_or_else(|| panic!("no part {begin}"))
}

/// The parts of a picture from top to bottom.
pub fn parts<'a, 'b>(document: &'a Document<'b>) -> impl Iterator<Item = Node<'a, 'b>> {
    document.root_element().children().filter(|child| child.attribute("role") == Some("img"))
}

/// The elements of a part that are drawn, of one name and in one colour.
pub fn shapes<'a, 'b>(part: Node<'a, 'b>, name: &str, colour: &str) -> Vec<Node<'a, 'b>> {
    let coloured =
        |node: &Node<'_, '_>| [node.attribute("fill"), node.attribute("stroke")].contains(&Some(colour));
    part.descendants().filter(|node| node.has_tag_name((SVG, name)) && coloured(node)).collect()
}

const SVG: &str = "http://www.w3.org/2000/svg";
