//! A short form beside the full scale that it is a part of: two forms over one window are one fact (decision 0024).
//!
//! Where the full scale raises its own flag, the short form is evidence there. Where it lies below its line, it has
//! answered the same questions more fully already, unless the short form says more than it did.

use super::{
    form::Form,
    history::{History, days_between},
    rule_id::RuleId,
};

/// A full scale and the short form that is a part of it.
#[derive(Debug)]
pub struct FullScale {
    /// The instrument.
    pub id: &'static str,
    /// Its rule.
    pub rule: RuleId,
    /// The short form.
    pub short: &'static str,
    /// The rule of that.
    pub short_rule: RuleId,
    /// The days that both ask about (recall windows of the data: two weeks).
    pub days: i32,
    /// The items of the full scale that the short form has.
    pub items: &'static [&'static str],
}

/// Every pair. EPDS-3A is a part of the EPDS, too, and raises nothing.
pub const FULL_SCALES: &[FullScale] = &[
    FullScale {
        id: "phq-9",
        rule: RuleId::Phq9,
        short: "phq-2",
        short_rule: RuleId::Phq2,
        days: 14,
        items: &["1", "2"],
    },
    FullScale {
        id: "gad-7",
        rule: RuleId::Gad7,
        short: "gad-2",
        short_rule: RuleId::Gad2,
        days: 14,
        items: &["1", "2"],
    },
];

impl FullScale {
    /// The pair whose full scale this is.
    pub fn of(id: &str) -> Option<&'static Self> {
        FULL_SCALES.iter().find(|pair| pair.id == id)
    }

    /// The pair whose short form has this rule.
    pub fn of_short_rule(rule: RuleId) -> Option<&'static Self> {
        FULL_SCALES.iter().find(|pair| pair.short_rule == rule)
    }

    /// Whether two forms ask about the same days.
    pub fn is_one_window(&self, one: &Form, other: &Form) -> bool {
        days_between(one.local_date, other.local_date).abs() < self.days
    }

    /// The short forms over the window of a full one.
    pub fn shorts<'h>(&'h self, history: &'h History, full: &'h Form) -> impl Iterator<Item = &'h Form> {
        let near = |other: &&Form| other.instrument == self.short && self.is_one_window(other, full);
        history.forms().iter().filter(near)
    }

    /// The latest complete full scale over the window of a short form.
    pub fn beside<'h>(&self, history: &'h History, short: &Form) -> Option<&'h Form> {
        let near = |other: &&Form| {
            other.instrument == self.id && other.total.is_some() && self.is_one_window(other, short)
        };
        history.forms().iter().rfind(near)
    }

    /// Whether a short form says more than the same items of the full scale did. What cannot be read there vouches for
    /// nothing.
    pub fn says_more(&self, short: &Form, full: &Form) -> bool {
        let same: Option<u16> =
            self.items.iter().map(|item| full.answers.get(*item).copied().map(u16::from)).sum();
        same.is_none_or(|same| short.total.is_none_or(|total| total > same))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::sample::{TODAY, form};

    /// The pairs, their items and their windows are those of the data.
    #[test]
    fn the_pairs_are_those_of_the_data() {
        let data: serde_json::Value =
            serde_json::from_str(include_str!("../../data/instruments.json")).expect("JSON");
        let all = data["instruments"].as_array().expect("a list");
        let of = |id: &str| all.iter().find(|one| one["id"] == id).expect("it is there");
        let derived: Vec<&str> = all
            .iter()
            .filter(|one| one["derived_from"].is_object() && one["informational_only"] != true)
            .filter_map(|one| one["id"].as_str())
            .collect();
        assert_eq!(derived, FULL_SCALES.iter().map(|pair| pair.short).collect::<Vec<_>>());
        for pair in FULL_SCALES {
            let (short, full) = (of(pair.short), of(pair.id));
            assert_eq!(short["derived_from"], serde_json::json!({"id": pair.id, "items": pair.items}));
            assert_eq!((&short["recall_days"], &full["recall_days"]), (&pair.days.into(), &pair.days.into()));
            assert_eq!((pair.rule, pair.short_rule), (rule_of(pair.id), rule_of(pair.short)));
        }
    }

    fn rule_of(instrument: &str) -> RuleId {
        instrument.replace('-', "").parse().expect("a rule of that name")
    }

    #[test]
    fn a_short_form_says_more_only_above_the_same_items() {
        let pair = &FULL_SCALES[0];
        let full = |answers: &[(&str, u8)]| {
            let answers = answers.iter().map(|(item, answer)| ((*item).to_owned(), *answer)).collect();
            Form { answers, ..form(1, "phq-9", TODAY, Some(7)) }
        };
        for (total, answers, more) in [
            (3, &[("1", 1), ("2", 2), ("3", 3)][..], false),
            (2, &[("1", 1), ("2", 2)], false),
            (4, &[("1", 1), ("2", 2), ("3", 3)], true),
            (1, &[("1", 3)], true),
            (1, &[], true),
        ] {
            let short = form(2, "phq-2", TODAY, Some(total));
            assert_eq!(pair.says_more(&short, &full(answers)), more, "{total} {answers:?}");
        }
    }
}
