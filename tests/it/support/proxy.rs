//! A link to the PostgreSQL test server that can be cut, can fall silent, and can lose one answer.
//!
//! A connection that fell silent stays silent for ever, also when the link works again: as behind a router that
//! forgot it. Nothing tells either end.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    os::unix::net::UnixStream,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU8, Ordering},
    },
    thread,
};

const PASSES: u8 = 0;
const SILENT: u8 = 1;
const CUT: u8 = 2;

/// A link; its threads end with it.
pub struct Proxy {
    /// Where it listens on loopback.
    pub port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    socket: PathBuf,
    mode: AtomicU8,
    lose_next_commit: AtomicBool,
    links: Mutex<Vec<Link>>,
}

#[derive(Clone)]
struct Link {
    client: Arc<TcpStream>,
    server: Arc<UnixStream>,
    silent: Arc<AtomicBool>,
    lost: Arc<AtomicBool>,
}

impl Link {
    fn end(&self) {
        // Either end may have gone already.
        drop(self.client.shutdown(Shutdown::Both));
        drop(self.server.shutdown(Shutdown::Both));
    }
}

impl Proxy {
    /// Stands before the server with this socket.
    pub fn before(socket: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            socket,
            mode: AtomicU8::new(PASSES),
            lose_next_commit: AtomicBool::new(false),
            links: Mutex::default(),
        });
        let own = shared.clone();
        thread::spawn(move || {
            for client in listener.incoming() {
                let Ok(client) = client else { return };
                // The last one is the wake-up call of `drop`.
                if Arc::strong_count(&own) == 1 {
                    return;
                }
                own.take(client);
            }
        });
        Self { port, shared }
    }

    /// The address of `database` over this link.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Ends every connection and lets none come about.
    pub fn cut(&self) {
        self.shared.mode.store(CUT, Ordering::SeqCst);
        self.shared.links.lock().unwrap().drain(..).for_each(|link| link.end());
    }

    /// Takes everything and passes nothing on.
    pub fn fall_silent(&self) {
        self.shared.mode.store(SILENT, Ordering::SeqCst);
        for link in self.shared.links.lock().unwrap().iter() {
            link.silent.store(true, Ordering::SeqCst);
        }
    }

    /// New connections work again.
    pub fn restore(&self) {
        self.shared.mode.store(PASSES, Ordering::SeqCst);
    }

    /// Passes the next COMMIT on, and cuts the connection where its answer would come.
    pub fn lose_the_answer_to_the_next_commit(&self) {
        self.shared.lose_next_commit.store(true, Ordering::SeqCst);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.cut();
        let port = self.port;
        self.shared = Arc::new(Shared {
            socket: PathBuf::new(),
            mode: AtomicU8::new(CUT),
            lose_next_commit: AtomicBool::new(false),
            links: Mutex::default(),
        });
        drop(TcpStream::connect(("127.0.0.1", port)));
    }
}

impl Shared {
    fn take(self: &Arc<Self>, client: TcpStream) {
        let mode = self.mode.load(Ordering::SeqCst);
        if mode == CUT {
            return;
        }
        let server = UnixStream::connect(&self.socket).unwrap();
        let link = Link {
            client: Arc::new(client),
            server: Arc::new(server),
            silent: Arc::new(AtomicBool::new(mode == SILENT)),
            lost: Arc::default(),
        };
        self.links.lock().unwrap().push(link.clone());
        let (up, down, own) = (link.clone(), link, self.clone());
        thread::spawn(move || {
            pass(&*up.client, &*up.server, |bytes| {
                let commits = bytes.windows(6).any(|word| word == b"COMMIT");
                if commits && own.lose_next_commit.swap(false, Ordering::SeqCst) {
                    up.lost.store(true, Ordering::SeqCst);
                }
                !up.silent.load(Ordering::SeqCst)
            });
            if !up.silent.load(Ordering::SeqCst) {
                up.end();
            }
        });
        thread::spawn(move || {
            pass(&*down.server, &*down.client, |_| {
                if down.lost.load(Ordering::SeqCst) {
                    down.end();
                }
                !down.silent.load(Ordering::SeqCst)
            });
            if !down.silent.load(Ordering::SeqCst) {
                down.end();
            }
        });
    }
}

/// Reads until the end; what `may_pass` does not allow is swallowed.
fn pass(mut from: impl Read, mut to: impl Write, may_pass: impl Fn(&[u8]) -> bool) {
    let mut buffer = [0; 16 * 1024];
    loop {
        match from.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(n) if may_pass(&buffer[..n]) => {
                if to.write_all(&buffer[..n]).is_err() {
                    return;
                }
            }
            Ok(_) => {}
        }
    }
}
