//! What clients see when all is over, asked of a server that was started anew and is left alone.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    client::{Client, Request},
    journal::{Ack, Journal},
    people::{People, in_parallel},
};

/// Readers at the same time.
const READERS: usize = 16;

/// What is read back.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Check-ins of each parent, by number, as she reads them.
    pub check_ins: Vec<Vec<Value>>,
    /// Flags as doulas read them, by name; both doulas of a parent see the same evidence.
    pub flags: BTreeMap<String, Value>,
    /// Names and tags of parents, by number.
    pub profiles: Vec<(String, String)>,
    /// Repeated requests whose answer was the first one again.
    pub replayed: usize,
    /// Keys whose repetition was answered otherwise.
    pub other_replays: Vec<String>,
}

/// Asks for everything.
///
/// # Errors
/// In words, when something that must be there cannot be read at all.
pub fn read(client: &Client, people: &People, journal: &Journal) -> Result<Seen, String> {
    let mut seen = Seen::default();
    let replays = in_parallel(READERS, journal.entries.len(), |at| replay(client, people, journal, at))?;
    seen.replayed = replays.iter().filter(|key| key.is_none()).count();
    seen.other_replays = replays.into_iter().flatten().collect();
    seen.check_ins =
        in_parallel(READERS, people.parents.len(), |at| all_of(client, &people.parents[at].token))?;
    seen.profiles = in_parallel(READERS, people.parents.len(), |at| {
        let me = client.get(&people.parents[at].token, "/v1/me".to_owned())?;
        let text = |name: &str| me[name].as_str().unwrap_or_default().to_owned();
        Ok((text("display_name"), text("etag")))
    })?;
    let flags = shared_flags(people, journal);
    let views = in_parallel(READERS, flags.len(), |at| {
        let (id, doula) = &flags[at];
        let (path, token) = (format!("/v1/flags/{id}"), &people.doulas[*doula].token);
        match client.insist(&Request { method: "GET", path, token, header: None, body: None }).0 {
            Some(answer) if answer.status == 200 => Ok((id.clone(), answer.json())),
            // A flag that is gone shows no evidence, and is counted as that.
            Some(answer) if answer.status == 404 => Ok((id.clone(), Value::Null)),
            other => Err(format!("flag {id}: {other:?}")),
        }
    })?;
    seen.flags = views.into_iter().collect();
    Ok(seen)
}

/// The key, when the repetition of an acknowledged request is not the first answer once more.
fn replay(client: &Client, people: &People, journal: &Journal, at: usize) -> Result<Option<String>, String> {
    let entry = &journal.entries[at];
    let Some(first) = &entry.ack else { return Ok(Some(entry.key.clone())) };
    let body = entry.body();
    let request = Request {
        method: "POST",
        path: "/v1/check-ins".to_owned(),
        token: &people.parents[entry.parent].token,
        header: Some(("Idempotency-Key", &entry.key)),
        body: Some(&body),
    };
    let answer = client.insist(&request).0.ok_or("a repeated request was never answered")?;
    let same = answer.status == 201 && answer.replayed && Ack::of(&answer) == *first;
    Ok((!same).then(|| entry.key.clone()))
}

fn all_of(client: &Client, token: &str) -> Result<Vec<Value>, String> {
    let (mut all, mut path) = (Vec::new(), "/v1/check-ins?limit=100".to_owned());
    loop {
        let mut page = client.get(token, path)?;
        if let Some(entries) = page["data"].as_array_mut() {
            all.append(entries);
        }
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/v1/check-ins?limit=100&cursor={cursor}"),
            None => return Ok(all),
        }
    }
}

/// Every flag that an acknowledged answer named for something shared, or that a step was taken with; and a doula
/// who sees it.
fn shared_flags(people: &People, journal: &Journal) -> Vec<(String, usize)> {
    let mut flags = BTreeSet::new();
    for entry in journal.entries.iter().filter(|entry| !entry.kind.is_private()) {
        for (_, flag) in entry.named_flags().into_iter().flatten() {
            flags.extend(people.doulas_of(entry.parent).take(1).map(|doula| (flag.clone(), doula)));
        }
    }
    let known: BTreeSet<String> = flags.iter().map(|(flag, _)| flag.clone()).collect();
    let steps = journal.steps.iter().filter(|step| !known.contains(&step.flag));
    flags.extend(steps.map(|step| (step.flag.clone(), step.doula)));
    flags.into_iter().collect()
}
