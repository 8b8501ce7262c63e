//! Whether writes go through: remembered from the last one, tried out when that was long ago or failed.
//!
//! A full disk lets reads pass, so that only a write can tell. What is tried is one small row that is written anew.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};

use super::{Conn, schema::facts};
use crate::error::{Error, ErrorCode, Result};

/// The last write tells for as long how things stand.
const GOOD_FOR: Duration = Duration::from_secs(5);
/// A failed trial is not repeated sooner, however many ask.
const AGAIN_AFTER: Duration = Duration::from_millis(500);
const ROW: &str = "last_write_trial";

/// How the last writes went.
#[derive(Default)]
pub(super) struct Health {
    last: Mutex<Last>,
    trial: tokio::sync::Mutex<()>,
}

#[derive(Default, Clone, Copy)]
struct Last {
    good: Option<Instant>,
    bad: Option<Instant>,
}

impl Health {
    /// Learns from a write.
    pub(super) fn note<T>(&self, result: &Result<T>) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match result {
            Ok(_) => *last = Last { good: Some(Instant::now()), bad: None },
            Err(e) if e.code() == ErrorCode::Unavailable => last.bad = Some(Instant::now()),
            // A refusal says nothing about the disk.
            Err(_) => {}
        }
    }

    /// Says how it stands, and tries it out where that is not known.
    pub(super) async fn ask<F: Future<Output = Result<()>>>(
        &self,
        attempt: impl FnOnce() -> F,
    ) -> Result<()> {
        // One at a time: who waited finds the answer of the one before.
        let _turn = self.trial.lock().await;
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match last {
            Last { bad: Some(at), .. } if at.elapsed() < AGAIN_AFTER => {
                Err(Error::unavailable("the last write failed"))
            }
            Last { good: Some(at), bad: None } if at.elapsed() < GOOD_FOR => Ok(()),
            Last { bad, .. } => match attempt().await {
                // No place among those who wait: it is busy, and not broken unless the last write was.
                Err(e) if e.code() == ErrorCode::Overloaded && bad.is_none() => Ok(()),
                tried => tried,
            },
        }
    }
}

/// The smallest write that has to reach the disk.
pub(super) fn touch(conn: &mut Conn) -> Result<()> {
    let row = facts::table.find(ROW);
    let flipped: Vec<String> = row.select(facts::value).load(conn)?;
    // Another value each time: PostgreSQL would store the same one too, but nobody should have to know that.
    let value = if flipped.first().is_some_and(|old| old == "0") { "1" } else { "0" };
    if diesel::update(facts::table.find(ROW)).set(facts::value.eq(value)).execute(conn)? == 0 {
        super::unique(conn, |conn| {
            diesel::insert_into(facts::table)
                .values((facts::name.eq(ROW), facts::value.eq(value)))
                .execute(conn)
        })?;
    }
    Ok(())
}
