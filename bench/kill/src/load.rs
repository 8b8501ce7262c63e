//! The load: clients that write without a pause, check-ins most of all, and keep a journal of it.
//!
//! A share of the check-ins goes out twice or three times at the same moment, over connections of their own.

use std::{
    mem,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use fastrand::Rng;

use crate::{
    client::{Client, Request},
    follow_up,
    journal::{Edit, Entry, Journal, Kind, Later, Profile},
    later,
    people::People,
};

/// What all clients of a run share.
#[derive(Debug)]
pub struct Load {
    /// How they send.
    pub client: Client,
    /// Who they are.
    pub people: People,
    letters: usize,
    seed: u64,
    stop: AtomicBool,
    acknowledged: AtomicUsize,
    profiles: Vec<Mutex<Profile>>,
    // The same step again by the same doula changes nothing and leaves no mark: each does one thing at a time.
    doulas: Vec<Mutex<()>>,
    journal: Mutex<Journal>,
}

impl Load {
    /// A load that has not begun; notes have at least so many letters.
    pub fn new(client: Client, people: People, letters: usize, seed: u64) -> Self {
        let profiles = people.parents.iter().map(|_| Mutex::default()).collect();
        let doulas = people.doulas.iter().map(|_| Mutex::default()).collect();
        let (stop, acknowledged) = (AtomicBool::new(false), AtomicUsize::new(0));
        let journal = Mutex::default();
        Self { client, people, letters, seed, stop, acknowledged, profiles, doulas, journal }
    }

    /// How many writes were acknowledged so far.
    pub fn acknowledged(&self) -> usize {
        self.acknowledged.load(Ordering::Relaxed)
    }

    /// Asks the clients to finish what they have begun.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Works as one client until it is asked to stop.
    pub fn work(&self, number: usize) {
        let mut rng = Rng::with_seed(self.seed.wrapping_add(number as u64));
        let mut own = Journal::default();
        for turn in 0.. {
            if self.stop.load(Ordering::Relaxed) {
                break;
            }
            let mark = format!("c{number}-{turn}");
            match rng.u8(0..100) {
                0..8 => self.edit(&mut rng, &mark),
                8..22 => self.follow_up(&mut own, &mut rng, mark),
                share => self.check_in(&mut own, &mut rng, mark, share),
            }
        }
        let mut all = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        all.entries.append(&mut own.entries);
        all.steps.append(&mut own.steps);
    }

    /// What all clients have noted; they have ended.
    pub fn into_journal(self) -> Journal {
        let mut journal = self.journal.into_inner().unwrap_or_else(PoisonError::into_inner);
        let profiles = self.profiles.into_iter();
        journal.profiles =
            profiles.map(|profile| profile.into_inner().unwrap_or_else(PoisonError::into_inner)).collect();
        journal
    }

    fn count(&self, acknowledged: bool) {
        self.acknowledged.fetch_add(usize::from(acknowledged), Ordering::Relaxed);
    }

    fn edit(&self, rng: &mut Rng, mark: &str) {
        let parent = rng.usize(0..self.people.parents.len());
        // Somebody else is at it: two tags for one profile would only refuse each other.
        let Ok(mut profile) = self.profiles[parent].try_lock() else { return };
        let before = profile.edits;
        *profile = follow_up::rename(
            &self.client,
            &self.people.parents[parent].token,
            mem::take(&mut *profile),
            mark,
        );
        self.count(profile.edits > before);
    }

    fn follow_up(&self, own: &mut Journal, rng: &mut Rng, mark: String) {
        let doula = rng.usize(0..self.people.doulas.len());
        let Ok(_turn) = self.doulas[doula].try_lock() else { return };
        let Some(step) = follow_up::step(&self.client, &self.people, doula, rng, mark) else { return };
        self.count(step.taken);
        own.steps.push(step);
    }

    fn check_in(&self, own: &mut Journal, rng: &mut Rng, key: String, share: u8) {
        let kind = match share {
            22..48 => Kind::Danger { unsure: rng.bool(), private: rng.u8(0..5) == 0 },
            48..56 => Kind::Contact,
            _ => Kind::Ordinary,
        };
        let at = own.entries.len();
        own.entries.push(Entry {
            key,
            parent: rng.usize(0..self.people.parents.len()),
            kind,
            mood: rng.u8(4..10),
            letters: self.letters,
            sent: 0,
            ack: None,
            other_answers: 0,
            refused: None,
            later: Later::default(),
        });
        let copies = [1, 1, 1, 1, 1, 1, 2, 3][rng.usize(0..8)];
        let token = &self.people.parents[own.entries[at].parent].token;
        deliver(&self.client, token, &mut own.entries[at], copies);
        self.count(own.entries[at].ack.is_some());
        if kind == Kind::Ordinary {
            self.later(&mut own.entries[at], rng);
        }
    }

    /// Some change their minds: once or twice to other words, some to words that call for help, some to none at all.
    fn later(&self, entry: &mut Entry, rng: &mut Rng) {
        let token = &self.people.parents[entry.parent].token;
        for danger in [false, rng.u8(0..3) == 0] {
            if rng.u8(0..100) < 25 {
                let edit = Edit { mood: rng.u8(4..10), danger, flags: None };
                self.count(later::edit(&self.client, token, entry, edit));
            }
        }
        if rng.u8(0..100) < 15 && !entry.is_danger() {
            self.count(later::remove(&self.client, token, entry));
        }
    }
}

/// Sends an entry until the server has said what became of it; each copy by itself.
pub fn deliver(client: &Client, token: &str, entry: &mut Entry, copies: usize) {
    let (key, body) = (entry.key.clone(), entry.body());
    let request = Request {
        method: "POST",
        path: "/v1/check-ins".to_owned(),
        token,
        header: Some(("Idempotency-Key", &key)),
        body: Some(&body),
    };
    let answers: Vec<_> = if copies == 1 {
        vec![client.insist(&request)]
    } else {
        thread::scope(|scope| {
            let sent: Vec<_> = (0..copies).map(|_| scope.spawn(|| client.insist(&request))).collect();
            sent.into_iter().map(|one| one.join().unwrap_or((None, 1))).collect()
        })
    };
    for (answer, sent) in answers {
        entry.sent += sent;
        if let Some(answer) = answer {
            entry.note_answer(&answer);
        }
    }
}
