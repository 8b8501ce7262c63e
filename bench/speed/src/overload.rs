//! Three times as much as the server can do, and then nothing: what gets through, what is refused and how fast, and
//! how soon everything is as before.

use std::{
    io,
    time::{Duration, Instant},
};

use crate::{
    Arguments,
    load::{Arrivals, Open, closed, open, percentile},
    measure::Measured,
    request::{Job, Senders},
};

/// How much more than the peak arrives.
pub const TIMES: f64 = 3.0;
/// Most connections of the crowd.
const CONNECTIONS: usize = 2_000;

/// What came of it.
#[derive(Debug, Default)]
pub struct Overload {
    /// Writes alone, at three times their peak.
    pub writes: Open,
    /// How long that took, in seconds.
    pub seconds: f64,
    /// Check-ins at their peak among lists that fill up to three times the peak.
    pub mixed: Open,
    /// Arrivals of check-ins in a second in the mixed load.
    pub mixed_offered: f64,
    /// Seconds until the 99th percentile of ordinary load was at most twice what it had been before.
    pub normal_after: Option<f64>,
}

/// Loads a server whose peak was measured just before.
pub fn overload(senders: &mut Senders, measured: &Measured, with: &Arguments) -> io::Result<Overload> {
    let peak = measured.write.rate();
    let usual = percentile(&measured.write.micros(), 0.99);
    let time = Duration::from_secs(with.overload);
    let mut out = Overload { seconds: time.as_secs_f64(), ..Overload::default() };
    let alone = Arrivals { writes: peak * TIMES, reads: 0.0, time, connections: CONNECTIONS };
    out.writes = open(senders, alone)?;

    let ended = Instant::now();
    while ended.elapsed() < Duration::from_secs(30) {
        // What is still refused here is not normal yet, so an error only means another look.
        let look = closed(senders, Job::Write, with.connections, Duration::from_millis(500));
        if look.is_ok_and(|look| percentile(&look.micros, 0.99) <= 2.0 * usual) {
            out.normal_after = Some(ended.elapsed().as_secs_f64());
            break;
        }
    }

    out.mixed_offered = peak;
    let mixed = Arrivals { writes: peak, reads: peak * (TIMES - 1.0), time, connections: CONNECTIONS };
    out.mixed = open(senders, mixed)?;
    Ok(out)
}
