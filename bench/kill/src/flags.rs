//! Flags that are asked for three times: each parent sends one danger answer with one key, three times, under kills.
//!
//! Two or all three of them go out at the same moment over connections of their own; a third that is left comes when
//! the first were answered and the server was killed since. What was not answered is sent again. The answers are let
//! go a few at a time, and each kill comes while such a few are on their way.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use fastrand::Rng;

use crate::{
    Plan,
    client::Client,
    flags_report::{FlagsReport, counted},
    journal::{Entry, Journal, Kind, Later},
    life::{End, Life},
    load::deliver,
    people::People,
    server,
};

/// How often each goes out, besides what is repeated because nobody answered.
pub const COPIES: usize = 3;
/// Longest time for a few requests after a start; only a hang takes it.
const STUCK: Duration = Duration::from_secs(60);

/// Runs it: one danger answer of each of the plan's parents, `plan.kills` kills meanwhile and one more at the end.
///
/// # Errors
/// In words, when the run cannot be brought to its end. What was lost or doubled is no error but in the report.
pub fn run(plan: &Plan, tell: impl Fn(&str)) -> Result<FlagsReport, String> {
    let mut life = Life::begin(plan)?;
    let client = Client::new(life.address.clone());
    let people = People::register(&client, plan.parents, plan.doulas, 1)?;
    tell(&format!("{} parents and {} doulas are there", plan.parents, plan.doulas));

    let sends = Sends::new(client.clone(), people.clone(), plan);
    let began = Instant::now();
    let killed = thread::scope(|scope| {
        for _ in 0..plan.clients {
            scope.spawn(|| sends.work());
        }
        let killed = kill_in_the_middle(plan, &mut life, &sends, &tell);
        if killed.is_err() {
            life.address.give_up();
        }
        // Those that wait for their turn are not to wait for ever.
        sends.let_go(sends.order.len());
        killed
    });
    let lasted = began.elapsed();
    killed.map_err(|reason| format!("{reason}\n{}", server::end_of_log(&plan.folder)))?;
    let journal = sends.into_journal();

    tell("reading everything back");
    let End { seen, stored, starts } = life.end(&client, &people, &journal)?;
    let sent: usize = journal.entries.iter().map(|entry| entry.sent as usize).sum();
    Ok(FlagsReport {
        database: plan.database(),
        clients: plan.clients,
        kills: starts.len(),
        lasted,
        parents: plan.parents,
        acknowledged: journal.acknowledged(),
        sent,
        unanswered: sent.saturating_sub(COPIES * plan.parents),
        check_ins: stored.check_ins,
        flags: stored.flags,
        outbox: stored.outbox,
        replayed: seen.replayed,
        starts,
        start_limit: plan.start_limit,
        broken: counted(&people, &journal, &seen, &stored),
    })
}

/// Kills the server as often as planned, each time a moment after some were let go.
fn kill_in_the_middle(
    plan: &Plan,
    life: &mut Life,
    sends: &Sends,
    tell: impl Fn(&str),
) -> Result<(), String> {
    let mut rng = Rng::with_seed(plan.seed);
    let all = sends.order.len();
    for kill in 1..=plan.kills {
        let free = all * kill / plan.kills;
        sends.let_go(free);
        thread::sleep(Duration::from_millis(rng.u64(plan.life.clone())));
        life.kill_and_start()?;
        // Some are left over for the next kill; all of them would never be done where a start is slow.
        let left = all / plan.kills / 2;
        let began = Instant::now();
        while sends.done() + left < free {
            if began.elapsed() > STUCK {
                return Err(format!("{} of {free} were done {STUCK:?} after a start", sends.done()));
            }
            thread::sleep(Duration::from_millis(1));
        }
        if kill.is_multiple_of(20) {
            tell(&format!("{kill} kills, {} of {all} done", sends.done()));
        }
    }
    Ok(())
}

/// What is to be sent, in order, and how far that is.
struct Sends {
    client: Client,
    people: People,
    entries: Vec<Mutex<Entry>>,
    /// Which entry, and how many copies of it at the same moment.
    order: Vec<(usize, usize)>,
    free: AtomicUsize,
    next: AtomicUsize,
    done: AtomicUsize,
}

impl Sends {
    fn new(client: Client, people: People, plan: &Plan) -> Self {
        let mut rng = Rng::with_seed(plan.seed);
        let entry = |parent: usize, rng: &mut Rng| Entry {
            key: format!("c{parent}-0"),
            parent,
            kind: Kind::Danger { unsure: rng.bool(), private: false },
            mood: rng.u8(4..10),
            letters: plan.letters,
            sent: 0,
            ack: None,
            other_answers: 0,
            refused: None,
            later: Later::default(),
        };
        let entries = (0..plan.parents).map(|parent| Mutex::new(entry(parent, &mut rng))).collect();
        let first = |at: usize| if at.is_multiple_of(2) { COPIES } else { COPIES - 1 };
        let mut order: Vec<(usize, usize)> = (0..plan.parents).map(|at| (at, first(at))).collect();
        // What is left of each comes a good while after the first copies, so that other processes answer it.
        let distance = (plan.parents / 4).max(1);
        for (count, at) in (0..plan.parents).filter(|at| first(*at) < COPIES).enumerate() {
            let place = (at + distance + count).min(order.len());
            order.insert(place, (at, COPIES - first(at)));
        }
        let [free, next, done] = [0; 3].map(AtomicUsize::new);
        Self { client, people, entries, order, free, next, done }
    }

    fn let_go(&self, count: usize) {
        self.free.store(count, Ordering::SeqCst);
    }

    fn done(&self) -> usize {
        self.done.load(Ordering::SeqCst)
    }

    /// Sends what is next until nothing is left.
    fn work(&self) {
        loop {
            let turn = self.next.fetch_add(1, Ordering::SeqCst);
            let Some((entry, copies)) = self.order.get(turn) else { return };
            while self.free.load(Ordering::SeqCst) <= turn {
                thread::sleep(Duration::from_micros(500));
            }
            let mut entry = self.entries[*entry].lock().unwrap_or_else(PoisonError::into_inner);
            let token = &self.people.parents[entry.parent].token;
            deliver(&self.client, token, &mut entry, *copies);
            self.done.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// What was sent and answered; all clients have ended.
    fn into_journal(self) -> Journal {
        let entries = self.entries.into_iter();
        let entries =
            entries.map(|entry| entry.into_inner().unwrap_or_else(PoisonError::into_inner)).collect();
        Journal { entries, ..Journal::default() }
    }
}
