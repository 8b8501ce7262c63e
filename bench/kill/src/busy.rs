//! A long, modest load on SQLite with other processes beside it: whether anybody is ever told that the database is busy.
//!
//! Clients read and write with pauses, and without any for two seconds of each minute; `attune backup` copies the
//! database every few minutes, which is what makes another process hold it. Nothing is repeated: each answer counts.

use std::{
    fs,
    ops::Range,
    process::Command,
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use fastrand::Rng;
use serde_json::{Value, json};

use crate::{
    Plan,
    busy_report::{BusyReport, Counts},
    client::{Client, Request},
    life::Life,
    people::People,
};

/// Seconds at the beginning of each minute in which nobody pauses.
const BURST: u64 = 2;

/// How hard and how long; the clients and people are the plan's.
#[derive(Debug, Clone)]
pub struct Busy {
    /// How long the load lasts.
    pub lasts: Duration,
    /// Between an answer and the next request of a client, in milliseconds.
    pub pause: Range<u64>,
    /// From one backup to the next.
    pub backup_every: Duration,
}

/// Runs it, without a kill.
///
/// # Errors
/// In words, when the run cannot be brought to its end. What was refused is no error but in the report.
pub fn run(plan: &Plan, busy: &Busy, tell: impl Fn(&str) + Sync) -> Result<BusyReport, String> {
    let life = Life::begin(plan)?;
    let client = Client::new(life.address.clone());
    let people = People::register(&client, plan.parents, plan.doulas, 2)?;
    tell(&format!("{} parents and {} doulas are there", plan.parents, plan.doulas));

    let (began, before) = (Instant::now(), life.cpu());
    let counts = Mutex::new(Counts::default());
    thread::scope(|scope| {
        for number in 0..plan.clients {
            let hand = Hand { client: &client, people: &people, plan, busy, began };
            let counts = &counts;
            scope.spawn(move || {
                let own = hand.work(number);
                counts.lock().unwrap_or_else(PoisonError::into_inner).add(own);
            });
        }
        backups(plan, busy, began, &counts, &tell);
    });
    let (lasted, cpu) = (began.elapsed(), life.cpu().saturating_sub(before));
    let log = fs::read_to_string(plan.folder.join("server.log")).unwrap_or_default();
    let stored = life.stop()?;
    let counts = counts.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(BusyReport::new(plan.clients, lasted, cpu, counts, &log, &stored))
}

/// Copies the database now and then while the load lasts, and looks at the size of the write-ahead log.
fn backups(plan: &Plan, busy: &Busy, began: Instant, counts: &Mutex<Counts>, tell: impl Fn(&str)) {
    let mut next = busy.backup_every;
    while began.elapsed() < busy.lasts {
        thread::sleep(Duration::from_millis(100));
        let log = fs::metadata(plan.folder.join("attune.db-wal")).map_or(0, |file| file.len());
        let mut own = Counts { largest_log: log, ..Counts::default() };
        if began.elapsed() >= next {
            next += busy.backup_every;
            let copied = Instant::now();
            match backup(plan) {
                Ok(()) => own.backups += 1,
                Err(reason) => own.failed_backups.push(reason),
            }
            own.longest_backup = copied.elapsed();
            tell(&format!("{} s: a backup took {:?}", began.elapsed().as_secs(), copied.elapsed()));
        }
        counts.lock().unwrap_or_else(PoisonError::into_inner).add(own);
    }
}

/// Copies the database as another process, and removes the copy.
fn backup(plan: &Plan) -> Result<(), String> {
    let copy = plan.folder.join("copy.db");
    let mut command = Command::new(&plan.program);
    command.args(["backup", "--to"]).arg(&copy).env_clear().current_dir(&plan.folder);
    command.envs([("DATABASE_URL", plan.url.as_str()), ("ATTUNE_SANDBOX", "true")]);
    let ended = command.output().map_err(|e| e.to_string())?;
    let said = String::from_utf8_lossy(&ended.stderr);
    if !ended.status.success() {
        return Err(format!("{}: {said}", ended.status));
    }
    fs::remove_file(&copy).map_err(|e| format!("{}: {e}", copy.display()))
}

/// One client.
struct Hand<'a> {
    client: &'a Client,
    people: &'a People,
    plan: &'a Plan,
    busy: &'a Busy,
    began: Instant,
}

impl Hand<'_> {
    /// Reads and writes until the time is over.
    fn work(&self, number: usize) -> Counts {
        let mut rng = Rng::with_seed(self.plan.seed.wrapping_add(number as u64));
        let mut counts = Counts::default();
        for turn in 0.. {
            let past = self.began.elapsed();
            if past >= self.busy.lasts {
                break;
            }
            match rng.u8(0..100) {
                0..45 => self.write(&mut counts, &mut rng, &format!("b{number}-{turn}")),
                45..75 => self.read_own(&mut counts, &mut rng),
                _ => self.read_of_clients(&mut counts, &mut rng),
            }
            if past.as_secs() % 60 >= BURST {
                thread::sleep(Duration::from_millis(rng.u64(self.busy.pause.clone())));
            }
        }
        counts
    }

    fn send(&self, counts: &mut Counts, what: &'static str, request: &Request<'_>) -> Value {
        let sent = Instant::now();
        let answer = self.client.once(request);
        counts.note(what, answer.as_ref().map(|answer| answer.status), sent.elapsed());
        answer.map(|answer| answer.json()).unwrap_or_default()
    }

    /// A check-in, and sometimes a change of it or its removal.
    fn write(&self, counts: &mut Counts, rng: &mut Rng, key: &str) {
        let token = &self.people.parents[rng.usize(0..self.people.parents.len())].token;
        let mut body = json!({"mood": rng.u8(4..10), "connection": rng.u8(4..10), "note": "All day long."});
        let calls = rng.u8(0..100);
        match calls {
            0..5 => body["safe_now"] = json!("no"),
            5..8 => body["contact_me"] = json!(true),
            _ => {}
        }
        let request = |method, path: String, header, body| Request { method, path, token, header, body };
        let create = request("POST", "/v1/check-ins".to_owned(), Some(("Idempotency-Key", key)), Some(&body));
        let made = self.send(counts, "check-in", &create);
        let Some(id) = made["check_in"]["id"].as_str() else { return };
        let path = format!("/v1/check-ins/{id}");
        match rng.u8(0..100) {
            0..10 => {
                let change = json!({"mood": rng.u8(4..10)});
                let change = request("PATCH", path, Some(("If-Match", "\"1\"")), Some(&change));
                self.send(counts, "change of a check-in", &change);
            }
            // What a removed call for help leaves behind is not what is asked here.
            10..15 if calls >= 8 => {
                self.send(counts, "removal of a check-in", &request("DELETE", path, None, None));
            }
            _ => {}
        }
    }

    /// What a parent looks at.
    fn read_own(&self, counts: &mut Counts, rng: &mut Rng) {
        let token = &self.people.parents[rng.usize(0..self.people.parents.len())].token;
        let (what, path) = *choose(
            rng,
            &[
                ("list of check-ins", "/v1/check-ins?limit=20"),
                ("summary", "/v1/check-ins/summary"),
                ("picture", "/v1/check-ins/chart.svg"),
                ("changes", "/v1/changes?limit=50"),
                ("own flags", "/v1/me/flags"),
            ],
        );
        let request = Request { method: "GET", path: path.to_owned(), token, header: None, body: None };
        self.send(counts, what, &request);
    }

    /// What a doula looks at; each look leaves a record, so these are writes to the database too.
    fn read_of_clients(&self, counts: &mut Counts, rng: &mut Rng) {
        let parent = rng.usize(0..self.people.parents.len());
        let Some(doula) = self.people.doulas_of(parent).next() else { return };
        let id = &self.people.parents[parent].id;
        let paths = [
            ("clients", "/v1/clients?limit=20".to_owned()),
            ("flags", "/v1/flags?limit=20".to_owned()),
            ("check-ins of a client", format!("/v1/clients/{id}/check-ins?limit=20")),
            ("picture of a client", format!("/v1/clients/{id}/chart.svg")),
        ];
        let (what, path) = choose(rng, &paths);
        let token = &self.people.doulas[doula].token;
        let request = Request { method: "GET", path: path.clone(), token, header: None, body: None };
        self.send(counts, what, &request);
    }
}

fn choose<'a, T>(rng: &mut Rng, from: &'a [T]) -> &'a T {
    &from[rng.usize(0..from.len())]
}
