//! The load: one thread and non-blocking connections.
//!
//! Closed: each connection sends its next request when it has its answer. Open: requests come when they come,
//! whatever the answers do, and a latency counts from the moment at which its request was due.

use std::{
    collections::VecDeque,
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use mio::{Events, Interest, Poll, Token, net::TcpStream};

use crate::{
    fail,
    request::{Job, Senders},
    wire::{Answer, Incoming, connect, write_all},
};

struct Line {
    stream: TcpStream,
    incoming: Incoming,
    due: Instant,
    job: Job,
}

/// Connections and what waits on them.
struct Lines {
    poll: Poll,
    events: Events,
    lines: Vec<Line>,
}

impl Lines {
    fn open(host: SocketAddr, count: usize) -> io::Result<Self> {
        let mut lines = Self { poll: Poll::new()?, events: Events::with_capacity(1024), lines: Vec::new() };
        for _ in 0..count {
            lines.add(host)?;
        }
        Ok(lines)
    }

    fn add(&mut self, host: SocketAddr) -> io::Result<usize> {
        let mut stream = connect(host)?;
        let at = self.lines.len();
        self.poll.registry().register(&mut stream, Token(at), Interest::READABLE)?;
        self.lines.push(Line { stream, incoming: Incoming::default(), due: Instant::now(), job: Job::Read });
        Ok(at)
    }

    fn reopen(&mut self, at: usize, host: SocketAddr) -> io::Result<()> {
        let mut stream = connect(host)?;
        self.poll.registry().register(&mut stream, Token(at), Interest::READABLE)?;
        let line = &mut self.lines[at];
        line.stream = stream;
        line.incoming = Incoming::default();
        Ok(())
    }

    fn send(&mut self, at: usize, job: Job, due: Instant, senders: &mut Senders) -> io::Result<()> {
        let line = &mut self.lines[at];
        line.due = due;
        line.job = job;
        write_all(&mut line.stream, senders.request(job))
    }

    /// Waits, then gives each answer to `take`.
    fn wait(
        &mut self,
        timeout: Duration,
        mut take: impl FnMut(&mut Self, usize, io::Result<Answer>) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut events = std::mem::replace(&mut self.events, Events::with_capacity(0));
        match self.poll.poll(&mut events, Some(timeout)) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            other => other?,
        }
        for event in &events {
            let at = event.token().0;
            let line = &mut self.lines[at];
            match line.incoming.read(&mut line.stream) {
                Ok(None) => {}
                Ok(Some(answer)) => take(self, at, Ok(answer))?,
                Err(e) => take(self, at, Err(e))?,
            }
        }
        self.events = events;
        Ok(())
    }
}

/// What a closed run measured.
#[derive(Debug, Clone, Default)]
pub struct Closed {
    /// How long it took.
    pub seconds: f64,
    /// Latency of each request in microseconds, in rising order.
    pub micros: Vec<u32>,
}

impl Closed {
    /// Requests in a second.
    pub fn rate(&self) -> f64 {
        self.micros.len() as f64 / self.seconds
    }
}

/// The value below which a share of sorted latencies lies, in milliseconds.
pub fn percentile(sorted_micros: &[u32], share: f64) -> f64 {
    let last = sorted_micros.len().saturating_sub(1);
    let at = (sorted_micros.len() as f64 * share) as usize;
    sorted_micros.get(at.min(last)).map_or(f64::NAN, |micros| f64::from(*micros) / 1000.0)
}

/// Keeps `connections` busy for a time.
///
/// # Errors
/// Any answer that is not 2xx.
pub fn closed(senders: &mut Senders, job: Job, connections: usize, time: Duration) -> io::Result<Closed> {
    let host = senders.host();
    let mut lines = Lines::open(host, connections)?;
    let wanted = if job == Job::Write { 201 } else { 200 };
    let began = Instant::now();
    let mut micros = Vec::with_capacity(1 << 17);
    for at in 0..connections {
        lines.send(at, job, Instant::now(), senders)?;
    }
    let (mut busy, mut seconds) = (connections, 0.0);
    while busy > 0 {
        lines.wait(Duration::from_secs(5), |lines, at, answer| {
            let answer = answer?;
            if answer.status != wanted {
                let body = String::from_utf8_lossy(lines.lines[at].incoming.body(answer)).into_owned();
                return Err(fail(format!("an answer was {} instead of {wanted}: {body}", answer.status)));
            }
            let now = Instant::now();
            micros.push((now - lines.lines[at].due).as_micros() as u32);
            if now - began < time {
                lines.send(at, job, now, senders)
            } else {
                busy -= 1;
                seconds = (now - began).as_secs_f64();
                Ok(())
            }
        })?;
    }
    micros.sort_unstable();
    Ok(Closed { seconds, micros })
}

/// What an open run measured.
#[derive(Debug, Clone, Default)]
pub struct Open {
    /// Accepted writes, in microseconds from when they were due.
    pub writes: Vec<u32>,
    /// Accepted reads.
    pub reads: Vec<u32>,
    /// Refusals, by the same clock.
    pub refused: Vec<u32>,
    /// Refused writes among them.
    pub refused_writes: usize,
    /// Refusals that were not 503 or 429 with `Retry-After`.
    pub wrong: Vec<String>,
    /// Connections that ended without an answer.
    pub lost: usize,
    /// Arrivals for which no connection was free when they were due.
    pub delayed: usize,
}

/// An open load.
#[derive(Debug, Clone, Copy)]
pub struct Arrivals {
    /// Arrivals of writes in a second.
    pub writes: f64,
    /// Arrivals of reads in a second.
    pub reads: f64,
    /// For how long.
    pub time: Duration,
    /// Most connections.
    pub connections: usize,
}

/// Sends requests when they are due.
pub fn open(senders: &mut Senders, arrivals: Arrivals) -> io::Result<Open> {
    let host = senders.host();
    let mut lines = Lines::open(host, 64)?;
    let mut free: Vec<usize> = (0..64).collect();
    let mut waiting: VecDeque<(Job, Instant)> = VecDeque::new();
    let rate = arrivals.writes + arrivals.reads;
    let total = (rate * arrivals.time.as_secs_f64()) as u64;
    let (mut sent, mut answered) = (0_u64, 0_u64);
    let mut out = Open::default();
    let began = Instant::now();
    while answered < total {
        let due_by_now = ((began.elapsed().as_secs_f64() * rate) as u64).min(total);
        while sent < due_by_now {
            let due = began + Duration::from_secs_f64(sent as f64 / rate);
            // Writes are spread evenly over the arrivals.
            let share = arrivals.writes / rate;
            let write = ((sent + 1) as f64 * share) as u64 > (sent as f64 * share) as u64;
            waiting.push_back((if write { Job::Write } else { Job::Read }, due));
            sent += 1;
        }
        while let Some((job, due)) = waiting.pop_front() {
            let line = match free.pop() {
                Some(line) => line,
                None if lines.lines.len() < arrivals.connections => lines.add(host)?,
                None => {
                    out.delayed += 1;
                    waiting.push_front((job, due));
                    break;
                }
            };
            if lines.send(line, job, due, senders).is_err() {
                lines.reopen(line, host)?;
                lines.send(line, job, due, senders)?;
            }
        }
        lines.wait(Duration::from_micros(500), |lines, at, answer| {
            answered += 1;
            free.push(at);
            let (due, job) = (lines.lines[at].due, lines.lines[at].job);
            let micros = due.elapsed().as_micros() as u32;
            match (answer, job) {
                (Ok(Answer { status: 201, .. }), _) => out.writes.push(micros),
                (Ok(Answer { status: 200, .. }), _) => out.reads.push(micros),
                (Ok(Answer { status: 503 | 429, retry_after: true, .. }), job) => {
                    out.refused.push(micros);
                    out.refused_writes += usize::from(job == Job::Write);
                }
                (Ok(other), _) => {
                    out.wrong.push(format!("{} without Retry-After or unasked for", other.status))
                }
                (Err(_), _) => {
                    out.lost += 1;
                    lines.reopen(at, host)?;
                }
            }
            Ok(())
        })?;
        if began.elapsed() > arrivals.time + Duration::from_secs(60) {
            return Err(fail(format!("{} requests were never answered", total - answered)));
        }
    }
    for sorted in [&mut out.writes, &mut out.reads, &mut out.refused] {
        sorted.sort_unstable();
    }
    Ok(out)
}
