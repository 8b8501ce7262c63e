//! The pool of connections, and what keeps a doubtful one out of it.
//!
//! A connection that lay idle on PostgreSQL is asked whether it still leads anywhere before it is handed out, on a
//! thread that may wait, never on one that serves requests. When one is found dead, all that were made before are
//! thrown away with it: an outage takes them together. A part of the pool is kept for care: every check-in begins
//! with a read for its sign-in, which slow lists must not keep waiting.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use deadpool::managed::{self, Metrics, Object, PoolError, RecycleError, RecycleResult, Timeouts};
use diesel::connection::SimpleConnection;
use tokio::{
    sync::{Mutex, OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
    time::timeout,
};

use super::{Conn, OpenError, Target, postgres, sqlite, transaction};
use crate::{
    admission::{self, Class},
    error::{Error, Result},
};

/// How long a request waits for a free place in the pool.
const WAIT: Duration = Duration::from_secs(1);
/// How long it waits in all, the connection made or tried out included.
const WAIT_IN_ALL: Duration = Duration::from_millis(1800);
/// A connection that was used this lately is handed out untried.
const FRESH: Duration = Duration::from_secs(1);
/// How long an idle connection may take to answer.
const TRIAL: Duration = Duration::from_millis(500);
/// How long a new connection may take before the server counts as away.
const AWAY: Duration = Duration::from_millis(1400);
/// An answer to whether the server is there is good for as long.
const ANSWER_KEPT: Duration = Duration::from_millis(400);
/// Most threads that may hang in calls which nobody waits for any more; further work is refused then.
const MOST_LEFT_BEHIND: usize = 64;

/// A connection, and when it last worked.
pub(super) struct Pooled {
    conn: Option<Conn>,
    used_at: Instant,
    era: u64,
}

/// A place in the pool, taken.
pub(super) struct Lent {
    object: Object<Manager>,
    /// Its place among those that are for everybody.
    open: Option<OwnedSemaphorePermit>,
}

impl Lent {
    /// Takes the connection out for a piece of work. Without it, this is not handed out again.
    pub(super) fn take(&mut self) -> Option<Conn> {
        self.object.conn.take()
    }

    pub(super) fn give_back(self, conn: Conn) {
        let Self { mut object, open } = self;
        object.conn = Some(conn);
        object.used_at = Instant::now();
        // In this order: who gets the place next finds the connection there.
        drop(object);
        drop(open);
    }

    /// Makes the place free, while the connection stays with its work.
    pub(super) fn leave(self) {
        let Self { object, open } = self;
        drop(Object::take(object));
        drop(open);
    }
}

/// Opens connections for reading on SQLite, for everything on PostgreSQL.
pub(super) struct Manager {
    target: Target,
    /// Connections of an earlier era are not used any more.
    era: AtomicU64,
    running: Arc<AtomicUsize>,
}

impl Manager {
    fn connect(&self) -> impl FnOnce() -> std::result::Result<Conn, OpenError> + Send + 'static {
        let target = self.target.clone();
        let running = self.running();
        move || {
            let _running = running;
            match &target {
                Target::Sqlite(path) => sqlite::open_for_reading(path),
                Target::Postgres(url) => postgres::connect(url),
            }
        }
    }

    fn running(&self) -> Running {
        self.running.fetch_add(1, Ordering::Relaxed);
        Running(self.running.clone())
    }
}

/// Counts a call that occupies a thread, until it is dropped.
pub(super) struct Running(Arc<AtomicUsize>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl managed::Manager for Manager {
    type Type = Pooled;
    type Error = OpenError;

    async fn create(&self) -> std::result::Result<Pooled, OpenError> {
        let era = self.era.load(Ordering::SeqCst);
        let conn = spawn_blocking(self.connect()).await.map_err(|e| OpenError::new(e.to_string()))??;
        Ok(Pooled { conn: Some(conn), used_at: Instant::now(), era })
    }

    async fn recycle(&self, pooled: &mut Pooled, _: &Metrics) -> RecycleResult<OpenError> {
        let unfit = |why: &'static str| Err(RecycleError::message(why));
        let Some(mut conn) = pooled.conn.take() else {
            return unfit("the connection is not to be used again");
        };
        if pooled.era != self.era.load(Ordering::SeqCst) || transaction::depth(&mut conn) != Some(0) {
            return unfit("the connection is in an unknown state");
        }
        if pooled.used_at.elapsed() > FRESH && matches!(conn, Conn::Postgres(_)) {
            let running = self.running();
            let tried = spawn_blocking(move || {
                let _running = running;
                conn.batch_execute("SELECT 1").map(|()| conn)
            });
            match timeout(TRIAL, tried).await {
                Ok(Ok(Ok(alive))) => conn = alive,
                _ => {
                    self.era.fetch_add(1, Ordering::SeqCst);
                    return unfit("the connection leads nowhere");
                }
            }
        }
        pooled.conn = Some(conn);
        Ok(())
    }
}

/// Connections, and whether anything is at their other end. Cheap to clone.
#[derive(Clone)]
pub(super) struct Pool {
    inner: managed::Pool<Manager>,
    /// The places that are for everybody.
    open: Arc<Semaphore>,
    there: Arc<Mutex<Option<(Instant, bool)>>>,
}

impl Pool {
    pub(super) fn build(target: Target, size: usize) -> std::result::Result<Self, OpenError> {
        let manager = Manager { target, era: AtomicU64::new(0), running: Arc::default() };
        let inner = managed::Pool::builder(manager)
            .max_size(size)
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(|e| OpenError::new(e.to_string()))?;
        Ok(Self { inner, open: Arc::new(Semaphore::new(for_everybody(size))), there: Arc::default() })
    }

    /// A place, in order of arrival.
    pub(super) async fn get(&self) -> Result<Lent> {
        let manager = self.inner.manager();
        if manager.running.load(Ordering::Relaxed) > self.inner.status().max_size + MOST_LEFT_BEHIND {
            return Err(Error::unavailable("too many calls hang in the database"));
        }
        timeout(WAIT_IN_ALL, self.waited_for())
            .await
            .unwrap_or_else(|_| Err(Error::unavailable("no connection was to be had in time")))
    }

    async fn waited_for(&self) -> Result<Lent> {
        let began = Instant::now();
        let open = match admission::current() {
            Class::Care | Class::Probe => None,
            Class::Extra | Class::Usual => {
                let place = timeout(WAIT, Arc::clone(&self.open).acquire_owned()).await;
                // Not an error here: the semaphore is never closed.
                place.map_err(|_| Error::overloaded())?.ok()
            }
        };
        let left = WAIT.saturating_sub(began.elapsed());
        let limits = Timeouts { wait: Some(left), ..self.inner.timeouts() };
        match self.inner.timeout_get(&limits).await {
            Ok(object) => Ok(Lent { object, open }),
            Err(PoolError::Timeout(managed::TimeoutType::Wait)) => Err(Error::overloaded()),
            Err(PoolError::Backend(e)) => Err(Error::unavailable(e)),
            Err(other) => Err(Error::unavailable(other.to_string())),
        }
    }

    /// Counts a call that occupies a thread.
    pub(super) fn running(&self) -> Running {
        self.inner.manager().running()
    }

    /// From now on no connection that was made before is used again.
    pub(super) fn distrust(&self) {
        self.inner.manager().era.fetch_add(1, Ordering::SeqCst);
    }

    /// Whether a connection can be made now. Those who ask at once share one answer.
    pub(super) async fn is_there(&self) -> bool {
        if matches!(self.inner.manager().target, Target::Sqlite(_)) {
            return true;
        }
        // A task of its own: the others wait for this answer, also when the one who asked goes away.
        let pool = self.clone();
        tokio::spawn(async move { pool.asked_there().await }).await.unwrap_or(false)
    }

    async fn asked_there(&self) -> bool {
        let manager = self.inner.manager();
        let mut last = self.there.lock().await;
        if let Some((at, there)) = *last
            && at.elapsed() < ANSWER_KEPT
        {
            return there;
        }
        let there = matches!(timeout(AWAY, spawn_blocking(manager.connect())).await, Ok(Ok(Ok(_))));
        if !there {
            self.distrust();
        }
        *last = Some((Instant::now(), there));
        there
    }

    pub(super) fn close(&self) {
        self.inner.close();
    }
}

/// All but a quarter, which is at least one where there is more than one.
fn for_everybody(size: usize) -> usize {
    size.saturating_sub((size / 4).max(1)).max(1)
}

#[cfg(test)]
mod tests {
    use super::for_everybody;

    /// LIM-3.
    #[test]
    fn a_part_of_the_pool_is_kept_and_nobody_is_left_without() {
        assert_eq!([1, 2, 3, 4, 6, 8, 64].map(for_everybody), [1, 1, 2, 3, 5, 6, 48]);
    }
}
