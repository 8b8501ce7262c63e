//! What must hold of a questionnaire of a practice beside what holds of all: nobody has tried it before a parent fills it in.
//!
//! What it says is shown to parents and doulas, in lists and in pictures, so it is short, plain text, and promises nothing.

use std::collections::HashSet;

use super::super::instrument::{Action, Instrument, Item, Method};
use crate::{http::value, rules::ParentContext};

/// Characters of a name, and of anything longer.
const NAME: usize = 120;
const TEXT: usize = 600;

/// What no total may say of somebody: that all is well, or what she has (H01). Of a file in another language only
/// whoever writes it can see to that.
const NEVER_SAID: &[&str] = &[
    "you are well",
    "you are fine",
    "you are safe",
    "you are healthy",
    "you are normal",
    "you are depressed",
    "you have depression",
    "no depression",
    "no sign of",
    "all clear",
];

/// Every mistake, with its JSON pointer.
pub(super) fn mistakes(instrument: &Instrument, found: &mut Vec<String>) {
    let mut expect = |holds: bool, place: &str, wrong: &str| {
        if !holds {
            found.push(format!("{place}: {wrong}"));
        }
    };
    for (place, text, most) in texts(instrument) {
        expect(text.chars().count() <= most, &place, "is too long");
        let plain = text.chars().all(|letter| is_plain(letter) && (most == TEXT || letter != '\n'));
        expect(plain, &place, "has a character that is no plain text");
    }
    for (at, band) in instrument.bands.iter().enumerate() {
        let all = [Some(&band.label), Some(&band.meaning), band.note.as_ref()];
        let promises = all.into_iter().flatten().any(|words| promises(words));
        let told = !band.meaning.trim().is_empty();
        expect(told, &format!("/bands/{at}/meaning"), "is empty");
        // Without a severity these would be words that nobody acts on.
        let acts = matches!(band.action, Action::None | Action::Watch | Action::Resources);
        expect(
            acts,
            &format!("/bands/{at}/action"),
            "must be none, watch or resources in a questionnaire of a practice",
        );
        expect(
            !promises,
            &format!("/bands/{at}/meaning"),
            "a total says neither that all is well nor what somebody has",
        );
    }
    let scoring = &instrument.scoring;
    expect(scoring.method == Method::Sum, "/scoring/method", "must be \"sum\"");
    let mut names = HashSet::new();
    for (at, subscale) in scoring.subscales.iter().enumerate() {
        let place = |member: &str| format!("/scoring/subscales/{at}/{member}");
        expect(names.insert(&subscale.id), &place("id"), "is there twice");
        expect(
            subscale.severity_when_high.is_none(),
            &place("severity_when_high"),
            "must be null in a questionnaire of a practice",
        );
    }
    if let Some(again) = instrument.recheck {
        let ordered = again.after_days_min <= again.after_days_max;
        expect(ordered, "/recheck/after_days_max", "must not be below after_days_min");
    }
    for (at, urgent) in instrument.urgent_items.iter().enumerate() {
        let always = instrument.item(&urgent.item).is_some_and(|item| urgent.min <= item.min);
        expect(!always, &format!("/urgent_items/{at}/min"), "would make every answer urgent");
    }
    let mut values = HashSet::new();
    for (at, label) in instrument.answer_labels.iter().enumerate() {
        expect(values.insert(label.value), &format!("/answer_labels/{at}/value"), "is there twice");
        let of = |item: &Item| (item.min..=item.max).contains(&label.value);
        let known = instrument.items.iter().chain(&instrument.unscored_items).any(of);
        expect(known, &format!("/answer_labels/{at}/value"), "is no answer of any item");
    }
    for (list, items) in [("items", &instrument.items), ("unscored_items", &instrument.unscored_items)] {
        for (at, item) in items.iter().enumerate() {
            // Answers are whole numbers; anything else could not be sent.
            let whole = item.step.is_none_or(|step| step == 1.0);
            expect(whole, &format!("/{list}/{at}/step"), "must be 1");
            // A misspelt one would ask after a loss what must not be asked.
            for context in item.hide_in_contexts.iter().chain(item.text_variants.keys()) {
                let known = ParentContext::ALL.iter().any(|known| known.as_str() == context);
                expect(known, &format!("/{list}/{at}"), &format!("there is no context {context}"));
            }
            for value in item.anchors.iter().flatten().map(|(value, _)| value) {
                let answer = value.parse().is_ok_and(|value: u8| (item.min..=item.max).contains(&value));
                expect(answer, &format!("/{list}/{at}/anchors"), &format!("{value} is no answer of it"));
            }
        }
    }
}

/// Whether words say what no total can; however they are spaced, and with whichever apostrophe.
fn promises(words: &str) -> bool {
    let plain = words.to_lowercase().replace('\u{2019}', "'").replace("you're", "you are");
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    NEVER_SAID.iter().any(|never| plain.contains(never))
}

/// No control character but a line break, and none that turns the direction of the text around it.
fn is_plain(letter: char) -> bool {
    (letter == '\n' || !letter.is_control()) && !value::turns(letter)
}

/// Everything that is shown: where it stands, what it says, and how long it may be.
fn texts(of: &Instrument) -> Vec<(String, &str, usize)> {
    let mut all: Vec<(String, &str, usize)> = vec![("/title".to_owned(), &of.title, NAME)];
    all.extend(of.stem.iter().map(|stem| ("/stem".to_owned(), stem.as_str(), TEXT)));
    for (at, label) in of.answer_labels.iter().enumerate() {
        all.push((format!("/answer_labels/{at}/label"), &label.label, NAME));
    }
    for (list, items) in [("items", &of.items), ("unscored_items", &of.unscored_items)] {
        for (at, item) in items.iter().enumerate() {
            let place = |member: &str| format!("/{list}/{at}/{member}");
            all.extend(item.text.iter().map(|text| (place("text"), text.as_str(), TEXT)));
            for (context, text) in &item.text_variants {
                all.push((place(&format!("text_variants/{context}")), text, TEXT));
            }
            for (number, label) in item.labels.iter().flatten().enumerate() {
                all.push((place(&format!("labels/{number}")), label, NAME));
            }
            for (value, anchor) in item.anchors.iter().flatten() {
                all.push((place(&format!("anchors/{value}")), anchor, NAME));
            }
        }
    }
    for (at, band) in of.bands.iter().enumerate() {
        all.push((format!("/bands/{at}/label"), &band.label, NAME));
        all.push((format!("/bands/{at}/meaning"), &band.meaning, TEXT));
        all.extend(band.note.iter().map(|note| (format!("/bands/{at}/note"), note.as_str(), TEXT)));
    }
    for (at, urgent) in of.urgent_items.iter().enumerate() {
        all.push((format!("/urgent_items/{at}/reason"), &urgent.reason, TEXT));
    }
    for (at, subscale) in of.scoring.subscales.iter().enumerate() {
        all.push((format!("/scoring/subscales/{at}/id"), &subscale.id, NAME));
    }
    all.push(("/version".to_owned(), &of.version, NAME));
    all.push(("/language".to_owned(), &of.language, NAME));
    for (at, source) in of.sources.iter().enumerate() {
        all.push((format!("/sources/{at}"), source, TEXT));
    }
    let licence = &of.licence;
    all.push(("/licence/kind".to_owned(), &licence.kind, NAME));
    all.push(("/licence/text".to_owned(), &licence.text, TEXT));
    all.extend(licence.credit.iter().map(|credit| ("/licence/credit".to_owned(), credit.as_str(), TEXT)));
    all.push(("/licence/source".to_owned(), &licence.source, TEXT));
    all
}
