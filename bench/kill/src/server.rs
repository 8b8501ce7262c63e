//! The server under test as a process: started in a folder of its own, killed, started again, stopped.
//!
//! Its port is another one after each start, so whoever sends asks [`Address`] first.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use attune_postgres::Cluster;

/// Longest time for a start or a stop; only a hang takes it.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a request to a probe may take.
const PROBE: Duration = Duration::from_secs(2);

/// Which database, as a program is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// A file.
    Sqlite,
    /// A private server with its own safe settings.
    Postgres,
}

impl Kind {
    /// The address of a fresh database; a PostgreSQL server is started, and ends with this process.
    ///
    /// # Errors
    /// In words, when PostgreSQL is missing or does not start.
    pub fn url(self) -> Result<String, String> {
        Ok(match self {
            Self::Sqlite => "sqlite://attune.db".to_owned(),
            Self::Postgres => Cluster::durable()?.url("postgres"),
        })
    }
}

/// What a server is started with.
#[derive(Debug, Clone)]
pub struct Place {
    /// The program.
    pub program: PathBuf,
    /// Where it runs; its keys and its log are here.
    pub folder: PathBuf,
    /// The database.
    pub url: String,
}

/// Where the server is now; nobody is there between a kill and the next start.
#[derive(Debug, Default)]
pub struct Address {
    now: Mutex<Option<String>>,
    changed: Condvar,
    over: AtomicBool,
}

impl Address {
    /// Where the server is, waiting for it if need be. `None` when it does not come back.
    pub fn wait(&self) -> Option<String> {
        let now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(now, PATIENCE, |now| now.is_none() && !self.is_over());
        waited.unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    /// Says where the server is, or that it is gone.
    pub fn set(&self, address: Option<String>) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = address;
        self.changed.notify_all();
    }

    /// Says that no server will come any more: whoever waits for one gives up.
    pub fn give_up(&self) {
        self.over.store(true, Ordering::SeqCst);
        self.set(None);
    }

    /// Whether no server will come any more.
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// `http://127.0.0.1:` and its port.
    pub address: String,
    /// From the start of the process to the first time that it said to be ready.
    pub start_took: Duration,
}

impl Server {
    /// Starts it and waits until it says to be ready.
    ///
    /// # Errors
    /// In words, with the end of its log, when it does not become ready.
    pub fn start(place: &Place) -> Result<Self, String> {
        let log = File::options().create(true).append(true).open(place.folder.join("server.log"));
        let mut command = Command::new(&place.program);
        command.arg("serve").env_clear().current_dir(&place.folder);
        command.envs([
            ("DATABASE_URL", place.url.as_str()),
            ("ATTUNE_BIND", "127.0.0.1:0"),
            // Tokens name the address that they are for, and the port is another one after each start.
            ("ATTUNE_PUBLIC_URL", "http://attune.test"),
            ("ATTUNE_SANDBOX", "true"),
            ("ATTUNE_LIMITS_ENABLED", "false"),
            ("ATTUNE_ACCESS_TOKEN_SECONDS", "43200"),
            ("ATTUNE_LOG_FILTER", "warn"),
        ]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log.map_err(|e| e.to_string())?);
        let began = Instant::now();
        let child = command.spawn().map_err(|e| format!("{}: {e}", place.program.display()))?;
        let mut server = Self { child, address: String::new(), start_took: Duration::ZERO };
        let started = server.until_ready(began);
        started.map_err(|reason| format!("{reason}\n{}", end_of_log(&place.folder)))?;
        Ok(server)
    }

    fn until_ready(&mut self, began: Instant) -> Result<(), String> {
        let out = self.child.stdout.take().ok_or("its output was not piped")?;
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(out).lines() {
                // Read to the end even when nobody listens, so that the server can print.
                drop(line.map(|line| tell.send(line)));
            }
        });
        let banner = told.recv_timeout(PATIENCE).map_err(|_| "the server printed no address".to_owned())?;
        let at = banner.find("http://").ok_or_else(|| format!("no address in {banner:?}"))?;
        let address = banner[at..].split_whitespace().next().unwrap_or_default();
        self.address = address.trim_end_matches('/').to_owned();
        let config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PROBE));
        let agent: ureq::Agent = config.build().into();
        while began.elapsed() < PATIENCE {
            let answer = agent.get(format!("{}/health/ready", self.address)).call();
            if answer.is_ok_and(|answer| answer.status() == 200) {
                self.start_took = began.elapsed();
                return Ok(());
            }
            thread::sleep(Duration::from_millis(2));
        }
        Err(format!("the server was not ready after {PATIENCE:?}"))
    }

    /// What it has used of a processor; nothing where the kernel does not say so.
    pub fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        // Behind the name, which may hold anything: fields 14 and 15 are hundredths of a second.
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
        let hundredths: u64 = fields.filter_map(|field| field.parse::<u64>().ok()).sum();
        Duration::from_millis(hundredths * 10)
    }

    /// Kills it with SIGKILL.
    ///
    /// # Errors
    /// In words, when it had ended by itself before.
    pub fn kill(&mut self) -> Result<(), String> {
        if let Some(status) = self.child.try_wait().map_err(|e| e.to_string())? {
            return Err(format!("the server had ended by itself: {status}"));
        }
        self.child.kill().and_then(|()| self.child.wait()).map_err(|e| e.to_string())?;
        Ok(())
    }

    /// Asks it to stop and waits for its end.
    ///
    /// # Errors
    /// In words, when it does not stop.
    pub fn stop(mut self) -> Result<ExitStatus, String> {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        sent.map_err(|e| format!("kill: {e}"))?;
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().map_err(|e| e.to_string())? {
                return Ok(status);
            }
            thread::sleep(Duration::from_millis(5));
        }
        Err("the server does not stop".to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Gone already after a kill or a stop; then there is nothing that could fail.
        if matches!(self.child.try_wait(), Ok(None)) && self.child.kill().is_ok() {
            drop(self.child.wait());
        }
    }
}

/// The server's program: the one that was named, or the one beside this program.
///
/// # Errors
/// In words, when there is none.
pub fn program(named: Option<&Path>) -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|e| e.to_string())?;
    let program = named.map_or_else(|| own.with_file_name("attune"), Path::to_owned);
    program.canonicalize().map_err(|e| {
        format!("{}: {e}; build it first, in the same profile: cargo build --release", program.display())
    })
}

/// The last lines that servers in this folder have logged.
pub fn end_of_log(folder: &Path) -> String {
    let log = std::fs::read_to_string(folder.join("server.log")).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}
