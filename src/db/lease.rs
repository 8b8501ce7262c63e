//! Work on a pooled connection, with an end to the waiting.
//!
//! A blocking call cannot be broken off from outside. So whoever waits is let go, the place in the pool becomes free,
//! and the connection stays behind with the call until that ends; it is never used again. On PostgreSQL a call that
//! takes long is waited for as long as the server takes new connections, because then it may well be a lock.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::{runtime::Handle, sync::oneshot, task::spawn_blocking, time::sleep};

use super::{
    Conn,
    failure::is_lost,
    pool::{Lent, Pool},
    transaction::Ran,
};
use crate::error::{Error, Result};

/// When a call first looks slow, and how often it is looked at from then on.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Runs `work` on a connection of the pool. `late` says what to tell the caller when it takes longer than `longest` or
/// the server is away.
pub(super) async fn run<T: Send + 'static>(
    pool: &Pool,
    longest: Duration,
    late: fn() -> Error,
    work: impl FnOnce(&mut Conn) -> Ran<T> + Send + 'static,
) -> Result<T> {
    let mut lent = pool.get().await?;
    let mut conn = lent.take().ok_or_else(|| Error::internal("a place of the pool is empty"))?;
    let place = Place(Arc::new(Mutex::new(Some(lent))));
    let (tell, told) = oneshot::channel();
    let (own, own_pool, running) = (place.clone(), pool.clone(), pool.running());
    spawn_blocking(move || {
        let _running = running;
        let ran = catch_unwind(AssertUnwindSafe(|| work(&mut conn))).unwrap_or_else(|_| Ran {
            result: Err(Error::internal("a database closure panicked")),
            sound: false,
        });
        let lost = ran.result.as_ref().is_err_and(is_lost);
        if lost {
            own_pool.distrust();
        }
        own.finish(conn, ran.sound && !lost);
        if tell.send(ran.result).is_err() {
            tracing::debug!("nobody waits for this any more");
        }
    });
    let mut watched = Watched { place, pool: pool.clone(), longest, waiting: true };
    let mut told = std::pin::pin!(told);
    let stopped = || Error::internal("a database thread ended by itself");
    let answer = tokio::select! {
        biased;
        answer = &mut told => answer.unwrap_or_else(|_| Err(stopped())),
        left = watch(watched.place.clone(), watched.pool.clone(), longest) => match left {
            Left::Behind => Err(late()),
            Left::Done => told.await.unwrap_or_else(|_| Err(stopped())),
        },
    };
    watched.waiting = false;
    answer
}

/// A place in the pool while its connection works.
#[derive(Clone)]
struct Place(Arc<Mutex<Option<Lent>>>);

impl Place {
    fn take(&self) -> Option<Lent> {
        // A poisoned lock still holds the place, and the place has to become free.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn is_free(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    fn finish(&self, conn: Conn, sound: bool) {
        if let Some(lent) = self.take()
            && sound
        {
            lent.give_back(conn);
        }
    }

    fn leave_behind(&self) -> Left {
        match self.take() {
            Some(lent) => {
                lent.leave();
                Left::Behind
            }
            None => Left::Done,
        }
    }
}

enum Left {
    /// The work was given up.
    Behind,
    /// The work was done in time.
    Done,
}

async fn watch(place: Place, pool: Pool, longest: Duration) -> Left {
    let began = Instant::now();
    loop {
        sleep(LOOK_EVERY.min(longest)).await;
        if place.is_free() {
            return Left::Done;
        }
        if began.elapsed() >= longest || !pool.is_there().await {
            tracing::warn!(waited_ms = began.elapsed().as_millis(), "a call to the database was given up");
            return place.leave_behind();
        }
    }
}

/// Goes on watching when the caller goes away, so that the place becomes free all the same.
struct Watched {
    place: Place,
    pool: Pool,
    longest: Duration,
    waiting: bool,
}

impl Drop for Watched {
    fn drop(&mut self) {
        if self.waiting
            && !self.place.is_free()
            && let Ok(runtime) = Handle::try_current()
        {
            let (place, pool, longest) = (self.place.clone(), self.pool.clone(), self.longest);
            runtime.spawn(async move {
                watch(place, pool, longest).await;
            });
        }
    }
}
