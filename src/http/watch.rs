//! Connections, watched from outside: one on which no request has come for long is closed.
//!
//! The framework times the head of the first request only. On a connection that it keeps open, the first byte of a
//! next request would stop its clock for good; and nothing times a client that reads a reply byte by byte. So
//! each connection notes when its last request came, and whoever is past every deadline is shut down.

use std::{
    any::Any,
    net::Shutdown,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use actix_web::{
    dev::{Extensions, ServiceRequest},
    rt::net::TcpStream,
};
use socket2::{SockRef, Socket};

/// How often the watch looks.
const EVERY: Duration = Duration::from_secs(5);

/// All connections of the server.
#[derive(Debug)]
pub struct Watch {
    began: Instant,
    open: Mutex<Vec<Weak<Connection>>>,
}

#[derive(Debug)]
struct Connection {
    socket: Socket,
    began: Instant,
    /// Milliseconds from `began` to the last sign of a whole request.
    seen: AtomicU64,
}

impl Default for Watch {
    fn default() -> Self {
        Self { began: Instant::now(), open: Mutex::default() }
    }
}

impl Watch {
    /// Takes note of a new connection, in its data.
    pub fn opened(&self, stream: &dyn Any, data: &mut Extensions) {
        let Some(stream) = stream.downcast_ref::<TcpStream>() else { return };
        let socket = SockRef::from(stream);
        match socket.try_clone() {
            Ok(socket) => drop(data.insert(self.add(socket))),
            Err(e) => {
                // Without a second handle nobody could ever close it.
                tracing::warn!(error = %e, "a connection could not be watched and is closed");
                shut(&socket);
            }
        }
    }

    fn add(&self, socket: Socket) -> Arc<Connection> {
        let connection = Arc::new(Connection { socket, began: self.began, seen: AtomicU64::new(0) });
        connection.touch();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        // Who is gone makes room before the list grows, so that it stays as long as the connections are many.
        if open.len() == open.capacity() {
            open.retain(|known| known.strong_count() > 0);
        }
        open.push(Arc::downgrade(&connection));
        connection
    }

    /// Shuts down every connection whose last request came longer ago than `longest`. Returns how many.
    fn sweep(&self, now: Instant, longest: Duration) -> usize {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let mut shut_down = 0;
        open.retain(|known| {
            let Some(connection) = known.upgrade() else { return false };
            let seen = self.began + Duration::from_millis(connection.seen.load(Ordering::Relaxed));
            let is_late = now.saturating_duration_since(seen) > longest;
            if is_late {
                shut(&connection.socket);
                shut_down += 1;
            }
            !is_late
        });
        shut_down
    }

    /// Looks after the connections, for ever.
    pub async fn keep(&self, longest: Duration) {
        let mut look = tokio::time::interval(EVERY);
        loop {
            look.tick().await;
            let closed = self.sweep(Instant::now(), longest);
            if closed > 0 {
                metrics::counter!("connections_closed_total").increment(closed as u64);
                tracing::debug!(closed, "connections without a request were closed");
            }
        }
    }
}

impl Connection {
    fn touch(&self) {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.seen.store(now, Ordering::Relaxed);
    }
}

/// A request has come on its connection.
pub fn used(req: &ServiceRequest) {
    if let Some(connection) = req.conn_data::<Arc<Connection>>() {
        connection.touch();
    }
}

fn shut(socket: &Socket) {
    if let Err(e) = socket.shutdown(Shutdown::Both) {
        tracing::debug!(error = %e, "a connection was gone already");
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::Read,
        net::{TcpListener, TcpStream},
    };

    use super::*;

    fn pair(listener: &TcpListener) -> (TcpStream, Socket) {
        let client = TcpStream::connect(listener.local_addr().expect("bound")).expect("connects");
        let (accepted, _) = listener.accept().expect("accepts");
        (client, accepted.into())
    }

    /// FND-11.
    #[test]
    fn a_connection_without_a_request_is_closed_and_no_other() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
        let watch = Watch::default();
        let (mut idle, socket) = pair(&listener);
        let _first = watch.add(socket);
        let (in_use, socket) = pair(&listener);
        let second = watch.add(socket);
        let (longest, later) = (Duration::from_secs(90), Instant::now() + Duration::from_secs(91));
        assert_eq!(watch.sweep(Instant::now(), longest), 0);
        second.seen.store(60_000, Ordering::Relaxed);

        assert_eq!(watch.sweep(later, longest), 1);
        assert_eq!(idle.read(&mut [0]).expect("ends in order"), 0);
        in_use.set_nonblocking(true).expect("can");
        let still_open = (&in_use).read(&mut [0]).expect_err("nothing comes");
        assert_eq!(still_open.kind(), std::io::ErrorKind::WouldBlock);
        assert_eq!(watch.sweep(later, longest), 0, "once is enough");
    }

    #[test]
    fn the_list_is_no_longer_than_the_connections_are_many() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
        let watch = Watch::default();
        for _ in 0..100 {
            let (_client, socket) = pair(&listener);
            drop(watch.add(socket));
        }
        assert!(watch.open.lock().expect("sound").len() <= 8);
    }
}
