//! The one thread that writes to SQLite, and its group commit.
//!
//! Writers take turns by a bounded queue instead of by lock timeouts; a quarter of its places is for care alone.
//! What waits is written together: one BEGIN IMMEDIATE, each job in a savepoint of its own, one COMMIT, then all
//! answers, failures included, because a failure may rest on a row of a neighbour that was not committed yet. If
//! the transaction is in doubt (a panic, a savepoint that cannot be released, a wrong depth, a COMMIT that fails),
//! the whole group is answered with 503 and the connection is replaced.

use std::{path::PathBuf, sync::Arc, time::Duration};

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::{
    Conn, OpenError,
    checkpoint::Checkpoints,
    sqlite,
    transaction::{self, Manager, Ran},
};
use crate::{
    admission::{self, Class},
    error::{Error, Result},
};

/// How long a write waits for a place in the queue.
const WAIT: Duration = Duration::from_secs(1);
/// Most jobs of one commit: enough to share the disk's work, few enough that nobody waits long for it.
const MOST_JOBS: usize = 64;

/// Hands writes to the writer thread. Cheap to clone.
#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
    /// The places that are for everybody.
    open: Arc<Semaphore>,
}

enum Message {
    Job(Box<dyn Job>),
    Stop(oneshot::Sender<()>),
}

/// A queued write whose types only its sender knows.
trait Job: Send {
    /// Runs in a savepoint. False when the transaction is in doubt afterwards.
    fn run(&mut self, conn: &mut Conn) -> bool;

    /// Tells the caller: what came of it when the commit succeeded, else that nothing was changed.
    fn answer(self: Box<Self>, commit: std::result::Result<(), &str>);
}

struct Write<T, F> {
    work: F,
    caller: oneshot::Sender<Result<T>>,
    came_of_it: Option<Result<T>>,
    panicked: bool,
    /// Held while it waits.
    place: Option<OwnedSemaphorePermit>,
}

impl<T: Send, F: Fn(&mut Conn) -> Result<T> + Send> Job for Write<T, F> {
    fn run(&mut self, conn: &mut Conn) -> bool {
        drop(self.place.take());
        if self.caller.is_closed() {
            return true; // The caller went away before the write began: do nothing.
        }
        let Ran { result, sound } = transaction::run(conn, Manager::begin_transaction, &self.work);
        self.panicked = !sound;
        self.came_of_it = Some(result);
        sound
    }

    fn answer(self: Box<Self>, commit: std::result::Result<(), &str>) {
        let Self { caller, came_of_it, panicked, .. } = *self;
        let answer = match (commit, came_of_it) {
            (Ok(()), Some(result)) => result,
            // Its own mistake is told as such; the others may simply try again.
            (Err(_), Some(Err(own))) if panicked => Err(own),
            (Err(cause), _) => Err(Error::unavailable(cause)),
            (Ok(()), None) => Err(Error::unavailable("the caller went away")),
        };
        if caller.send(answer).is_err() {
            tracing::debug!("the caller of a write went away before its answer");
        }
    }
}

impl Writer {
    pub(super) fn start(conn: Conn, path: PathBuf, places: usize) -> std::result::Result<Self, OpenError> {
        let (queue, jobs) = mpsc::channel(places);
        let checkpoints = Checkpoints::start(path.clone())?;
        std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || write_in_turn(Connection { conn, path }, checkpoints, jobs))
            .map_err(|e| OpenError::new(format!("cannot start the writer: {e}")))?;
        Ok(Self { queue, open: Arc::new(Semaphore::new(places - places / 4)) })
    }

    pub(super) async fn run<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
    {
        let (caller, answered) = oneshot::channel();
        let wait = async {
            let place = match admission::current() {
                // A probe tries whether anything can be stored, one at a time.
                Class::Care | Class::Probe => None,
                // Not an error here: the semaphore is never closed.
                _ => Arc::clone(&self.open).acquire_owned().await.ok(),
            };
            (place, self.queue.reserve().await)
        };
        let (place, seat) = match tokio::time::timeout(WAIT, wait).await {
            Ok((place, Ok(seat))) => (place, seat),
            Ok((_, Err(_))) => return Err(Error::unavailable("the database is closed")),
            Err(_) => return Err(Error::overloaded()),
        };
        seat.send(Message::Job(Box::new(Write { work, caller, came_of_it: None, panicked: false, place })));
        answered.await.unwrap_or_else(|_| Err(Error::unavailable("the writer stopped")))
    }

    pub(super) async fn stop(&self) {
        let (done, stopped) = oneshot::channel();
        if self.queue.send(Message::Stop(done)).await.is_ok() && stopped.await.is_err() {
            tracing::debug!("the writer was gone already");
        }
    }
}

struct Connection {
    conn: Conn,
    path: PathBuf,
}

fn write_in_turn(
    mut connection: Connection,
    mut checkpoints: Checkpoints,
    mut jobs: mpsc::Receiver<Message>,
) {
    let mut stopped = None;
    while let Some(message) = jobs.blocking_recv() {
        match message {
            Message::Job(first) => {
                let (written, stop) = write_group(&mut connection, first, &mut jobs);
                checkpoints.committed(written);
                stopped = stopped.or(stop);
            }
            Message::Stop(done) => stopped = Some(done),
        }
        if stopped.is_some() {
            // What is queued already is still written.
            jobs.close();
        }
    }
    // The last to close the file moves the rest of the log into it.
    checkpoints.stop();
    drop(connection);
    if let Some(done) = stopped
        && done.send(()).is_err()
    {
        tracing::debug!("nobody waited for the writer to stop");
    }
}

/// Writes the first job and what waits behind it in one commit. Returns how many were committed, and a request to stop
/// that it met.
fn write_group(
    connection: &mut Connection,
    first: Box<dyn Job>,
    jobs: &mut mpsc::Receiver<Message>,
) -> (usize, Option<oneshot::Sender<()>>) {
    if let Err(e) = begin_immediate(&mut connection.conn) {
        tracing::error!(error = %e, "a write could not begin");
        first.answer(Err("the write could not begin"));
        connection.replace();
        return (0, None);
    }
    let mut stop = None;
    let mut group = Vec::with_capacity(MOST_JOBS);
    let mut next = Some(first);
    let mut sound = true;
    while let Some(mut job) = next.take() {
        sound = job.run(&mut connection.conn);
        group.push(job);
        if !sound || group.len() == MOST_JOBS {
            break;
        }
        match jobs.try_recv() {
            Ok(Message::Job(job)) => next = Some(job),
            Ok(Message::Stop(done)) => stop = Some(done),
            Err(_) => {}
        }
    }
    metrics::histogram!("sqlite_group_size").record(group.len() as f64);
    let committed = sound && transaction::depth(&mut connection.conn) == Some(1) && connection.commit();
    if !committed {
        connection.replace();
    }
    let written = if committed { group.len() } else { 0 };
    let commit = if committed { Ok(()) } else { Err("the group was not committed") };
    for job in group {
        job.answer(commit);
    }
    (written, stop)
}

impl Connection {
    fn commit(&mut self) -> bool {
        match Manager::commit_transaction(&mut self.conn) {
            Ok(()) => transaction::depth(&mut self.conn) == Some(0),
            Err(e) => {
                tracing::error!(error = %e, "a commit failed");
                false
            }
        }
    }

    /// Dropping the old connection rolls back what it had open.
    fn replace(&mut self) {
        match sqlite::open_to_write(&self.path) {
            Ok(fresh) => self.conn = fresh,
            Err(e) => tracing::error!(error = %e, "the writer's connection could not be replaced"),
        }
    }
}

/// IMMEDIATE takes the write lock now; a plain BEGIN takes it at the first insert, where SQLite may answer
/// "database is locked" at once whatever the timeout is.
fn begin_immediate(conn: &mut Conn) -> diesel::QueryResult<()> {
    match conn {
        Conn::Sqlite(sqlite) => AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE"),
        Conn::Postgres(_) => unreachable!("the writer thread is made with a SQLite connection"),
    }
}
