//! What was promised against what is there. Pure: journal and readings in, counts out; each count must be 0.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use crate::{
    journal::{Entry, Journal},
    people::People,
    seen::Seen,
    store::Stored,
};

/// One kind of broken promise: how often, and a few cases to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// What was broken.
    pub what: &'static str,
    /// How often.
    pub count: usize,
    /// Some of the cases.
    pub examples: Vec<String>,
}

impl Broken {
    pub(crate) fn of(what: &'static str, cases: Vec<String>) -> Self {
        Self { what, count: cases.len(), examples: cases.into_iter().take(5).collect() }
    }
}

/// Every promise, kept or not.
pub fn judge(people: &People, journal: &Journal, seen: &Seen, stored: &Stored) -> Vec<Broken> {
    let entries = Entries::new(journal, seen);
    vec![
        Broken::of("never answered, or refused", refused(journal)),
        Broken::of("acknowledged check-ins missing", entries.missing()),
        Broken::of("acknowledged check-ins changed", entries.changed()),
        Broken::of("removed check-ins that are there", entries.back()),
        Broken::of("check-ins doubled", entries.doubled()),
        Broken::of("check-ins that nobody sent", entries.strangers()),
        Broken::of("danger answers and requests not in exactly one flag", unflagged(journal, stored)),
        Broken::of("the same, as their doula reads it", unseen(journal, seen)),
        Broken::of("notices missing", notices(people, journal, stored).0),
        Broken::of("notices too many", notices(people, journal, stored).1),
        Broken::of("steps of doulas lost or doubled", steps(people, journal, seen, stored)),
        Broken::of("changes of settings lost or doubled", profiles(journal, seen)),
        Broken::of("repeated keys answered otherwise", seen.other_replays.clone()),
        Broken::of("rows without their companions", torn(stored)),
        Broken::of("faults that the database finds in itself", stored.faults.clone()),
    ]
}

/// The check-ins that are there, by what the journal calls them.
struct Entries<'a> {
    journal: &'a Journal,
    by_id: HashMap<(usize, &'a str), &'a Value>,
    by_key: HashMap<(usize, &'a str), Vec<&'a str>>,
}

impl<'a> Entries<'a> {
    fn new(journal: &'a Journal, seen: &'a Seen) -> Self {
        let (mut by_id, mut by_key) = (HashMap::new(), HashMap::<_, Vec<_>>::new());
        for (parent, check_ins) in seen.check_ins.iter().enumerate() {
            for check_in in check_ins {
                let id = check_in["id"].as_str().unwrap_or_default();
                let note = check_in["note"].as_str().unwrap_or_default();
                by_id.insert((parent, id), check_in);
                by_key.entry((parent, key_of(note))).or_default().push(id);
            }
        }
        Self { journal, by_id, by_key }
    }

    fn acknowledged(&self) -> impl Iterator<Item = (&'a Entry, &'a str)> {
        let entries = self.journal.entries.iter();
        entries.filter_map(|entry| Some((entry, entry.ack.as_ref()?.id.as_str())))
    }

    fn missing(&self) -> Vec<String> {
        let kept = self.acknowledged().filter(|(entry, _)| !entry.later.removed);
        let gone = kept.filter(|(entry, id)| !self.by_id.contains_key(&(entry.parent, *id)));
        gone.map(|(entry, id)| format!("{} {id}", entry.key)).collect()
    }

    fn changed(&self) -> Vec<String> {
        let other = self.acknowledged().filter_map(|(entry, id)| {
            let stored = self.by_id.get(&(entry.parent, id)).filter(|_| !entry.later.removed)?;
            (!entry.is_said_by(stored)).then(|| format!("{} {stored}", entry.key))
        });
        other.collect()
    }

    fn back(&self) -> Vec<String> {
        let removed = self.acknowledged().filter(|(entry, _)| entry.later.removed);
        let back = removed.filter(|(entry, id)| self.by_id.contains_key(&(entry.parent, *id)));
        back.map(|(entry, id)| format!("{} {id}", entry.key)).collect()
    }

    /// Two check-ins of one key, or one key for which two different things were acknowledged.
    fn doubled(&self) -> Vec<String> {
        let entries = self.journal.entries.iter();
        let twice = entries.filter(|entry| {
            let stored = self.by_key.get(&(entry.parent, entry.key.as_str()));
            entry.other_answers > 0 || stored.is_some_and(|ids| ids.len() > 1)
        });
        twice.map(|entry| entry.key.clone()).collect()
    }

    fn strangers(&self) -> Vec<String> {
        let keys: BTreeSet<(usize, &str)> =
            self.journal.entries.iter().map(|entry| (entry.parent, entry.key.as_str())).collect();
        let unknown = self.by_key.keys().filter(|place| !keys.contains(place));
        unknown.map(|(parent, key)| format!("parent {parent}: {key:?}")).collect()
    }
}

/// The key with which a note begins.
fn key_of(note: &str) -> &str {
    note.split([' ', '.']).next().unwrap_or_default()
}

fn refused(journal: &Journal) -> Vec<String> {
    let entries = journal
        .entries
        .iter()
        .filter(|entry| entry.ack.is_none() || entry.refused.is_some() || entry.later.refused.is_some());
    let entries =
        entries.map(|entry| format!("{}: {:?} {:?}", entry.key, entry.refused, entry.later.refused));
    let steps =
        journal.steps.iter().filter_map(|step| Some(format!("{}: {}", step.mark, step.refused.as_ref()?)));
    let profiles = journal.profiles.iter().filter_map(|profile| profile.refused.clone());
    entries.chain(steps).chain(profiles).collect()
}

/// By the rows: acknowledged answers that ask for a person and are in no flag of their rule, or in two.
fn unflagged(journal: &Journal, stored: &Stored) -> Vec<String> {
    let mut flags: HashMap<(&str, &str), usize> = HashMap::new();
    for evidence in &stored.evidence {
        *flags.entry((&evidence.rule, &evidence.check_in)).or_default() += 1;
    }
    let wrong = journal.entries.iter().filter_map(|entry| {
        let (rule, ack) = (entry.rule()?, entry.ack.as_ref()?);
        let count = flags.get(&(rule, ack.id.as_str())).copied().unwrap_or(0);
        (count != 1).then(|| format!("{} {}: in {count} flags of {rule}", entry.key, ack.id))
    });
    wrong.collect()
}

/// By the interface: the flag that the answer named rests on the answer, and no other does.
fn unseen(journal: &Journal, seen: &Seen) -> Vec<String> {
    let mut flags: HashMap<(&str, &str), Vec<&str>> = HashMap::new();
    for (id, flag) in &seen.flags {
        let rule = flag["rule"]["id"].as_str().unwrap_or_default();
        for evidence in flag["evidence"].as_array().into_iter().flatten() {
            let check_in = evidence["id"].as_str().unwrap_or_default();
            flags.entry((rule, check_in)).or_default().push(id);
        }
    }
    let shared = journal.entries.iter().filter(|entry| !entry.kind.is_private());
    let wrong = shared.filter_map(|entry| {
        let (rule, ack, named) = (entry.rule()?, entry.ack.as_ref()?, entry.named_flags()?);
        let found = flags.get(&(rule, ack.id.as_str())).cloned().unwrap_or_default();
        let named: Vec<&str> =
            named.iter().filter(|(of, _)| of == rule).map(|(_, flag)| flag.as_str()).collect();
        (found.len() != 1 || found != named)
            .then(|| format!("{} {}: in {found:?}, answered {named:?}", entry.key, ack.id))
    });
    wrong.collect()
}

/// Each danger answer is one event of its flag, and one notice for each doula who may know of it: missing, too many.
fn notices(people: &People, journal: &Journal, stored: &Stored) -> (Vec<String>, Vec<String>) {
    let entries = journal.entries.iter().filter(|entry| entry.is_danger());
    let dangers: HashMap<&str, &Entry> =
        entries.filter_map(|entry| Some((entry.ack.as_ref()?.id.as_str(), entry))).collect();
    let mut balance: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for evidence in stored.evidence.iter().filter(|evidence| evidence.rule == "not_safe") {
        let Some(entry) = dangers.get(evidence.check_in.as_str()) else { continue };
        let told = if entry.kind.is_private() { 1 } else { people.links };
        for doula in people.doulas_of(entry.parent).take(told) {
            *balance.entry((&evidence.flag, &people.doulas[doula].id)).or_default() -= 1;
        }
    }
    let mut events = BTreeSet::new();
    let mut twice = Vec::new();
    for notice in &stored.notices {
        let flag = notice.event.split('/').next().unwrap_or_default();
        *balance.entry((flag, &notice.recipient)).or_default() += 1;
        if !events.insert((&notice.event, &notice.recipient)) {
            twice.push(format!("{} to {} twice", notice.event, notice.recipient));
        }
    }
    let case = |((flag, doula), count): (&(&str, &str), &i64)| format!("{flag} to {doula}: {count}");
    let missing = balance.iter().filter(|(_, count)| **count < 0).map(case).collect();
    twice.extend(balance.iter().filter(|(_, count)| **count > 0).map(case));
    (missing, twice)
}

/// A step that was taken stands in the flag's history: once, or at most as often as it was sent. Where the parent has hidden
/// the last shared entry of a flag, its doulas do not find it, and the rows tell whether all their steps are there.
fn steps(people: &People, journal: &Journal, seen: &Seen, stored: &Stored) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut hidden: BTreeMap<(&str, usize), (i64, i64)> = BTreeMap::new();
    for step in &journal.steps {
        let view = seen.flags.get(&step.flag);
        if view.is_none_or(Value::is_null) && is_hidden(stored, &step.flag) {
            let (taken, sent) = hidden.entry((&step.flag, step.doula)).or_default();
            *taken += i64::from(step.taken);
            *sent += i64::from(step.sent);
            continue;
        }
        let events = view.and_then(|flag| flag["history"].as_array()).into_iter().flatten();
        let found = events.filter(|event| event["note"].as_str() == Some(&step.mark)).count();
        let fine = found <= step.sent as usize && (found >= 1 || !step.taken);
        if !fine {
            wrong.push(format!("{}: {found} of {} sent, flag {}", step.mark, step.sent, step.flag));
        }
    }
    for ((flag, doula), (taken, sent)) in hidden {
        let doula = &people.doulas[doula].id;
        let rows = stored.hidden_steps.iter().filter(|row| row.flag == flag && row.doula == *doula);
        let found: i64 = rows.map(|row| row.steps).sum();
        if !(taken..=sent).contains(&found) {
            wrong.push(format!("{found} steps of {taken} to {sent} with the hidden flag {flag}"));
        }
    }
    wrong
}

fn is_hidden(stored: &Stored, flag: &str) -> bool {
    stored.hidden_steps.iter().any(|row| row.flag == flag)
}

/// The last change is what is there, under the tag that came with it: nothing was lost, nothing came after it.
fn profiles(journal: &Journal, seen: &Seen) -> Vec<String> {
    let edited = journal.profiles.iter().zip(&seen.profiles).filter(|(known, _)| known.edits > 0);
    let wrong = edited.filter(|(known, (name, tag))| {
        let first_and_edits = format!("\"{}\"", known.edits + 1);
        known.name != *name || known.tag != *tag || *tag != first_and_edits
    });
    wrong.map(|(known, is)| format!("{known:?} is {is:?}")).collect()
}

fn torn(stored: &Stored) -> Vec<String> {
    stored
        .torn
        .iter()
        .filter(|(_, count)| *count != 0)
        .map(|(what, count)| format!("{count} {what}"))
        .collect()
}
