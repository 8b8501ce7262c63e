//! From answers to a total, and before that: is any answer urgent by itself. Pure.
//!
//! Urgent items come first, on whatever could be read. A total exists only when every counted item was answered; items
//! that were hidden from a parent are left out where the questionnaire says so, and the total is then a share.

use std::collections::BTreeMap;

use super::instrument::{Harms, Input, Instrument, Item, Level, Method};

/// What was answered and could be read, by item, as it was sent.
pub type Answers = BTreeMap<String, u8>;

/// What the answers come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// `None` when something that counts is missing.
    pub total: Option<u16>,
    /// The highest total that these items could have come to.
    pub possible: u16,
    /// The sums of the parts whose items are all there.
    pub subscales: BTreeMap<String, u16>,
}

/// What answers say by themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Urgent {
    /// The highest answer that speaks of harm to herself.
    pub self_harm: Option<u8>,
    /// The highest answer that speaks of harm to the baby or somebody else.
    pub harm: Option<u8>,
    /// An answer that is `urgent` by itself is among them.
    pub danger: bool,
}

/// The urgent items, evaluated before and whatever the total.
pub fn urgent(instrument: &Instrument, answers: &Answers) -> Urgent {
    let mut found = Urgent::default();
    for item in &instrument.urgent_items {
        let Some(&answer) = answers.get(&item.item) else { continue };
        if answer < item.min {
            continue;
        }
        found.danger |= item.level == Level::Urgent;
        let slot = match harms(instrument, &item.item, item.harms) {
            Some(Harms::Herself) => &mut found.self_harm,
            Some(Harms::Other) => &mut found.harm,
            None => continue,
        };
        *slot = (*slot).max(Some(answer));
    }
    found
}

/// Who may come to harm by an item; `None` for one that speaks of something else.
fn harms(instrument: &Instrument, item: &str, said: Option<Harms>) -> Option<Harms> {
    match (instrument.id.as_str(), item) {
        ("epds", "10") | ("phq-9", "9") | ("weekly-reflection", "self_harm") => Some(Harms::Herself),
        ("pbq", "18" | "24") | ("weekly-reflection", "afraid_harm") => Some(Harms::Other),
        _ => said,
    }
}

/// Adds up. `every_baby_hidden` leaves out what is then not asked.
pub fn score(instrument: &Instrument, answers: &Answers, every_baby_hidden: bool) -> Score {
    let scoring = &instrument.scoring;
    let counted = |item: &&Item| scoring.total_items.is_empty() || scoring.total_items.contains(&item.id);
    let asked = |item: &&Item| !(scoring.share_when_hidden && every_baby_hidden && item.hidden_after_loss());
    let items: Vec<&Item> = instrument.items.iter().filter(counted).filter(asked).collect();
    let possible = items.iter().map(|item| u16::from(item.max)).sum();
    let sum = |items: &[&Item]| -> Option<u16> {
        items.iter().map(|item| points(instrument, item, answers).map(u16::from)).sum()
    };
    let total = match scoring.method {
        Method::Sum => sum(&items),
        Method::SingleItem => None,
    };
    let mut subscales = BTreeMap::new();
    for part in &scoring.subscales {
        let of_part: Vec<&Item> =
            instrument.items.iter().filter(|item| part.items.contains(&item.id)).collect();
        if let Some(points) = sum(&of_part) {
            subscales.insert(part.id.clone(), points);
        }
    }
    Score { total, possible, subscales }
}

/// What an answer counts. Keyed numbers are never turned around.
fn points(instrument: &Instrument, item: &Item, answers: &Answers) -> Option<u8> {
    let answer = *answers.get(&item.id)?;
    let scoring = &instrument.scoring;
    let reversed = scoring.input == Input::RawResponse && scoring.reverse_items.contains(&item.id);
    // From the other end of its own range, which need not begin at 0.
    let turned = item.max.saturating_sub(answer).saturating_add(item.min);
    Some(if reversed { turned } else { answer })
}

/// Whether the keyed numbers of an EPDS look as if they had been entered by their place on the paper: the mean of items
/// 1, 2 and 4 and the mean of the other seven differ by 2 or more (product decision; no published line).
pub fn keying_in_doubt(instrument: &str, answers: &Answers) -> bool {
    if instrument != "epds" || answers.len() != 10 {
        return false;
    }
    let (mut up, mut down) = (0_i32, 0_i32);
    for (item, answer) in answers {
        let side = if matches!(item.as_str(), "1" | "2" | "4") { &mut up } else { &mut down };
        *side += i32::from(*answer);
    }
    // |up / 3 - down / 7| >= 2, in whole numbers.
    (up * 7 - down * 3).abs() >= 42
}

#[cfg(test)]
mod tests;
