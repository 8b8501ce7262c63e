//! What a practice changed, from when and until when. An expired change is the shipped value again.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::{
    super::finding::RuleId,
    setting::{Setting, Topic},
    table::SettingId,
};

/// The name under which a rule is switched off and on, beside the names of its settings.
pub const ENABLED: &str = "enabled";

/// What a change is of.
#[derive(Copy, Clone, Eq, PartialEq, Hash, Debug)]
pub enum Changed {
    /// A value.
    Value(SettingId),
    /// Whether a rule is asked: 0 is off, 1 on.
    Switch(RuleId),
}

impl Changed {
    /// What is meant by a topic and a name, as they were stored or sent.
    pub fn of(topic: Topic, name: &str) -> Option<Self> {
        match topic {
            Topic::Rule(rule) if name == ENABLED => Some(Self::Switch(rule)),
            _ => topic.setting(name).map(|row| Self::Value(row.id)),
        }
    }

    /// The same by the word of the topic; `None` for what this version does not know.
    pub fn read(topic: &str, name: &str) -> Option<Self> {
        Self::of(topic.parse().ok()?, name)
    }

    /// What it belongs to.
    pub fn topic(self) -> Topic {
        match self {
            Self::Value(id) => id.row().of,
            Self::Switch(rule) => Topic::Rule(rule),
        }
    }

    /// Its name there.
    pub fn name(self) -> &'static str {
        match self {
            Self::Value(id) => id.row().name,
            Self::Switch(_) => ENABLED,
        }
    }

    /// The row of a value.
    pub fn row(self) -> Option<&'static Setting> {
        match self {
            Self::Value(id) => Some(id.row()),
            Self::Switch(_) => None,
        }
    }
}

/// What is changed of one topic at once, and to what; `None` is what ships.
pub type Values = Vec<(Changed, Option<u16>)>;

/// The text to store of what is changed of one topic.
pub fn write(values: &Values) -> String {
    let document: BTreeMap<&str, Option<u16>> =
        values.iter().map(|(of, value)| (of.name(), *value)).collect();
    serde_json::to_string(&document)
        .expect("a document of numbers under text keys, which JSON can always carry")
}

/// What was stored. What this version does not know is passed over.
///
/// # Errors
/// The text is no such document.
pub fn read(topic: &str, document: &str) -> Result<Values, serde_json::Error> {
    let values: BTreeMap<String, Option<u16>> = serde_json::from_str(document)?;
    let known = values.into_iter().filter_map(|(name, value)| Some((Changed::read(topic, &name)?, value)));
    Ok(known.collect())
}

/// One change of one thing.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub struct Change {
    /// Of what.
    pub of: Changed,
    /// To what; `None` is what ships.
    pub value: Option<u16>,
    /// From when.
    pub from: Timestamp,
    /// Until when, unless it is changed before.
    pub until: Option<Timestamp>,
}

impl Change {
    /// What it sets at an instant that is not before it; `None` is what ships.
    pub fn value_at(&self, at: Timestamp) -> Option<u16> {
        self.value.filter(|_| self.until.is_none_or(|until| at < until))
    }
}

/// The latest change of each thing at an instant. Of two at one instant the one that is given later counts.
pub(super) fn latest<'a>(
    changes: impl IntoIterator<Item = &'a Change>,
    at: Timestamp,
) -> HashMap<Changed, &'a Change> {
    let mut latest: HashMap<Changed, &Change> = HashMap::new();
    for change in changes.into_iter().filter(|change| change.from <= at) {
        let known = latest.entry(change.of).or_insert(change);
        if known.from <= change.from {
            *known = change;
        }
    }
    latest
}
