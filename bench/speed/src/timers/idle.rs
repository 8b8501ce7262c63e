//! What a server costs that has nothing to do.

use std::{
    fmt, fs, io, thread,
    time::{Duration, Instant},
};

use serde_json::json;

use super::move_clock;
use crate::{
    measure::median,
    process::{Cluster, Server},
    wire::Client,
};

/// Looks whose median counts.
const LOOKS: usize = 200;

/// What idling costs.
#[derive(Debug, Clone, Copy)]
pub struct Idle {
    /// Microseconds of a processor that all processes of the server use in a second.
    server_us: f64,
    /// The same of the database's own processes.
    database_us: Option<f64>,
    /// One look for what is due, asked for by moving the clock of one process a little.
    pub look_ms: f64,
}

impl Idle {
    /// Watches for so many seconds.
    ///
    /// # Errors
    /// A process is gone, or refuses to move its clock.
    pub fn of(servers: &[Server], cluster: Option<&Cluster>, seconds: u64) -> io::Result<Self> {
        let ids: Vec<u32> = servers.iter().map(Server::id).collect();
        let database = || cluster.map(|cluster| spent(&cluster.processes()?)).transpose();
        // What was begun before is over by then.
        thread::sleep(Duration::from_secs(2));
        let (server_before, database_before) = (spent(&ids)?, database()?);
        thread::sleep(Duration::from_secs(seconds));
        let (server, database) = (spent(&ids)?, database()?);
        let a_second = |after: u64, before: u64| after.saturating_sub(before) as f64 / 1e3 / seconds as f64;
        let mut client = Client::new(servers[0].address)?;
        let mut looks = Vec::new();
        for _ in 0..LOOKS {
            let began = Instant::now();
            move_clock(&mut client, &json!({"advance": "PT0.001S"}))?;
            looks.push(began.elapsed().as_secs_f64() * 1e3);
        }
        Ok(Self {
            server_us: a_second(server, server_before),
            database_us: database.zip(database_before).map(|(after, before)| a_second(after, before)),
            look_ms: median(looks),
        })
    }
}

impl fmt::Display for Idle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0} µs", self.server_us)?;
        self.database_us.map_or(Ok(()), |us| write!(f, ", and PostgreSQL {us:.0} µs"))
    }
}

/// Nanoseconds on a processor so far, of all threads; the ticks of `stat` are too coarse for so little.
fn spent(processes: &[u32]) -> io::Result<u64> {
    let mut sum = 0;
    for process in processes {
        // A process of the database may have ended meanwhile; what it used is lost, which is little.
        let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else { continue };
        for thread in threads {
            let text = fs::read_to_string(thread?.path().join("schedstat")).unwrap_or_default();
            sum += text.split_whitespace().next().and_then(|first| first.parse().ok()).unwrap_or(0);
        }
    }
    Ok(sum)
}
