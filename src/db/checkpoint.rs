//! Moves what SQLite has committed from its log into the file, on a thread of its own beside the writer.
//!
//! Left to itself SQLite does this within a commit, for which the whole group then waits. Here a commit meets it only
//! when this thread does not keep up, and then for what is left.

use std::{
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    thread::{self, JoinHandle},
};

use diesel::connection::SimpleConnection;

use super::{Conn, OpenError, sqlite};

/// After so many writes a checkpoint is asked for: some tens of pages, so that it is short and no group waits long beside
/// it. Fewer and longer ones save no processor time that could be measured, and the slowest writes wait up to twice as
/// long (`docs/decisions/0012`).
const EVERY: usize = 16;

/// Asks for checkpoints. One that is asked for while one runs is made after it; further ones are the same.
pub(super) struct Checkpoints {
    ask: SyncSender<()>,
    thread: JoinHandle<()>,
    writes: usize,
}

impl Checkpoints {
    /// Starts the thread; its connection is opened when the first checkpoint is asked for.
    pub(super) fn start(path: PathBuf) -> Result<Self, OpenError> {
        let (ask, asked) = sync_channel(1);
        let thread = thread::Builder::new()
            .name("sqlite-checkpoint".into())
            .spawn(move || make(&path, &asked))
            .map_err(|e| OpenError::new(format!("cannot start the checkpoints: {e}")))?;
        Ok(Self { ask, thread, writes: 0 })
    }

    /// Counts what was committed.
    pub(super) fn committed(&mut self, writes: usize) {
        self.writes += writes;
        if self.writes < EVERY {
            return;
        }
        self.writes = 0;
        if let Err(TrySendError::Disconnected(())) = self.ask.try_send(()) {
            // The writer's own commits do it then.
            tracing::error!("the thread that makes checkpoints is gone");
        }
    }

    /// Lets the one that runs end, so that nobody but the caller has the file open to write.
    pub(super) fn stop(self) {
        drop(self.ask);
        if self.thread.join().is_err() {
            tracing::error!("the thread that makes checkpoints panicked");
        }
    }
}

fn make(path: &Path, asked: &Receiver<()>) {
    let mut conn: Option<Conn> = None;
    while asked.recv().is_ok() {
        let done = match &mut conn {
            Some(conn) => checkpoint(conn),
            None => sqlite::open_to_write(path).and_then(|fresh| checkpoint(conn.insert(fresh))),
        };
        if let Err(e) = done {
            // What is committed is in the log and stays there; the next one tries again.
            tracing::warn!(error = %e, "a checkpoint failed");
            conn = None;
        }
    }
}

/// Takes what no reader needs any more, and waits for nobody.
fn checkpoint(conn: &mut Conn) -> Result<(), OpenError> {
    conn.batch_execute("PRAGMA wal_checkpoint(PASSIVE);").map_err(|e| OpenError::new(e.to_string()))
}
