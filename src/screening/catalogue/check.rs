//! What must hold of every questionnaire before anybody can fill it in, each mistake with its JSON pointer.
//!
//! Bands that leave a gap would lose a total, an urgent item that names no item would never be seen, and words that
//! may not be shown must not even be there.

use std::collections::HashSet;

use super::super::instrument::{Instrument, Item, Level, Method};

/// Whose file it is: what a practice adds may do less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// Built into the program.
    Ours,
    /// A file of a practice.
    Practice,
}

pub(super) fn mistakes(instrument: &Instrument, pointer: &str, whose: Whose, found: &mut Vec<String>) {
    let mut expect = |holds: bool, place: &str, wrong: &str| {
        if !holds {
            found.push(format!("{pointer}{place}: {wrong}"));
        }
    };
    let name = |text: &str| {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        (1..=40).contains(&text.len()) && text.bytes().all(fits)
    };
    expect(name(&instrument.id), "/id", "must be 1 to 40 lower-case letters, digits, - or _");
    expect((1..=20).contains(&instrument.version.len()), "/version", "must have 1 to 20 characters");
    expect(!instrument.title.trim().is_empty(), "/title", "is empty");
    expect((1..=60).contains(&instrument.items.len()), "/items", "must be 1 to 60");
    let mut ids = HashSet::new();
    for (list, items) in [("items", &instrument.items), ("unscored_items", &instrument.unscored_items)] {
        for (at, item) in items.iter().enumerate() {
            let place = format!("/{list}/{at}");
            expect(name(&item.id), &format!("{place}/id"), "must be lower-case letters, digits, - or _");
            expect(ids.insert(&item.id), &format!("{place}/id"), "is there twice");
            expect(item.min < item.max, &format!("{place}/max"), "must be above min");
            words(instrument, item, &place, &mut expect);
        }
    }
    if !instrument.licence.wording_may_ship {
        expect(instrument.stem.is_none(), "/stem", "its words may not be shown");
        expect(instrument.answer_labels.is_empty(), "/answer_labels", "its words may not be shown");
    }
    scoring(instrument, &mut expect);
    bands(instrument, whose, &mut expect);
    for (at, urgent) in instrument.urgent_items.iter().enumerate() {
        let item = instrument.item(&urgent.item);
        expect(item.is_some(), &format!("/urgent_items/{at}/item"), "there is no such item");
        let in_range = item.is_none_or(|item| (item.min..=item.max).contains(&urgent.min));
        expect(in_range, &format!("/urgent_items/{at}/min"), "lies outside of the answers");
        if whose == Whose::Practice {
            let place = format!("/urgent_items/{at}");
            expect(urgent.level == Level::Urgent, &format!("{place}/level"), "must be \"urgent\"");
            expect(urgent.harms.is_some(), &format!("{place}/harms"), "must be \"self\" or \"other\"");
        }
    }
}

fn words(instrument: &Instrument, item: &Item, place: &str, expect: &mut impl FnMut(bool, &str, &str)) {
    let own = [
        ("text", item.text.is_some()),
        ("text_variants", !item.text_variants.is_empty()),
        ("labels", item.labels.is_some()),
        ("anchors", item.anchors.is_some()),
    ];
    for (member, there) in own {
        let fine = instrument.licence.wording_may_ship || !there;
        expect(fine, &format!("{place}/{member}"), "its words may not be shown");
    }
    let asked = item.text.as_ref().is_some_and(|text| !text.trim().is_empty());
    expect(asked || !instrument.licence.wording_may_ship, &format!("{place}/text"), "is missing");
    let answers = usize::from(item.max.saturating_sub(item.min)) + 1;
    let labelled = item.labels.as_ref().is_none_or(|labels| labels.len() == answers);
    expect(labelled, &format!("{place}/labels"), "must be one for each answer");
}

fn scoring(instrument: &Instrument, expect: &mut impl FnMut(bool, &str, &str)) {
    let scoring = &instrument.scoring;
    let item = |id: &String| instrument.items.iter().find(|item| item.id == *id);
    let lists = [("reverse_items", &scoring.reverse_items), ("total_items", &scoring.total_items)];
    for (list, ids) in lists {
        for (at, id) in ids.iter().enumerate() {
            expect(item(id).is_some(), &format!("/scoring/{list}/{at}"), "there is no such item");
        }
    }
    for (at, subscale) in scoring.subscales.iter().enumerate() {
        let place = format!("/scoring/subscales/{at}");
        let most: u16 = subscale.items.iter().filter_map(item).map(|item| u16::from(item.max)).sum();
        let known = subscale.items.iter().all(|id| item(id).is_some());
        expect(known, &format!("{place}/items"), "one of them is no item");
        expect(!known || subscale.max == most, &format!("{place}/max"), "is not the sum of its items");
        expect(subscale.high_from <= most, &format!("{place}/high_from"), "can never be reached");
    }
    if scoring.method == Method::Sum {
        let counted = instrument
            .items
            .iter()
            .filter(|item| scoring.total_items.is_empty() || scoring.total_items.contains(&item.id));
        let (least, most) = counted
            .fold((0, 0), |(least, most), item| (least + u16::from(item.min), most + u16::from(item.max)));
        expect(scoring.range.min == least, "/scoring/range/min", "is not the sum of the lowest answers");
        expect(scoring.range.max == most, "/scoring/range/max", "is not the sum of the highest answers");
    }
}

fn bands(instrument: &Instrument, whose: Whose, expect: &mut impl FnMut(bool, &str, &str)) {
    let range = instrument.scoring.range;
    let mut next = range.min;
    for (at, band) in instrument.bands.iter().enumerate() {
        expect(band.min == next, &format!("/bands/{at}/min"), "must follow the band before without a gap");
        expect(band.min <= band.max, &format!("/bands/{at}/max"), "must not be below min");
        next = band.max.saturating_add(1);
        // The line of a published scale is a rule with a source; a total of an own one is for talking about.
        let may = whose == Whose::Ours || band.severity.is_none();
        expect(may, &format!("/bands/{at}/severity"), "must be null in a questionnaire of a practice");
    }
    expect(next == range.max.saturating_add(1), "/bands", "must cover the whole range");
}
