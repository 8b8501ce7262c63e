//! A private PostgreSQL server for this process: seen by nobody else, gone with the process. Which databases
//! are made on it, and from which template, the callers decide.
//!
//! Tests share one that is quick because it may lose everything ([`cluster`]); who measures starts one with the
//! server's own safe settings ([`Cluster::durable`]).
//!
//! `ATTUNE_TEST_POSTGRES` rules it: unset uses a server where the programs are installed, `require`
//! makes their absence a failure, `off` does without. Never a server that was running already.

#![expect(clippy::disallowed_methods, reason = "what the tests run on is no setting of the server")]

use std::{
    cmp::Reverse,
    env,
    ffi::OsString,
    fs,
    io::{self, Write},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
    sync::{OnceLock, mpsc},
    thread,
    time::{Duration, Instant},
};

use diesel::{Connection, PgConnection, connection::SimpleConnection};

mod folder;

use folder::{percent_encoded, short_temporary_folder, sweep};

const MISSING: &str = "initdb and postgres were found neither in PG_BIN, nor in /usr/lib/postgresql/*/bin, nor on \
     PATH (Debian: apt-get install postgresql)";
/// Begins the name of every folder made here; the process id and a random part follow.
const FOLDER_PREFIX: &str = "attune-pg-";
/// How long a start may take before it counts as failed: a loaded machine needs a few seconds.
const START_LIMIT: Duration = Duration::from_secs(60);

/// A running server, reachable through a Unix socket in a folder that only this user may enter.
pub struct Cluster {
    folder: PathBuf,
}

/// The server of this test process, started by the first caller.
///
/// `None` when the tests are to run without PostgreSQL, which one line on stderr says aloud.
///
/// # Panics
/// When a server is required and missing, or when it is there and does not start.
pub fn cluster() -> Option<&'static Cluster> {
    // The failure is kept too: otherwise each test would wait for a start of its own.
    static CLUSTER: OnceLock<Result<Option<Cluster>, String>> = OnceLock::new();
    match CLUSTER.get_or_init(from_environment) {
        Ok(cluster) => cluster.as_ref(),
        Err(reason) => panic!("PostgreSQL for the tests: {reason}"),
    }
}

/// Another server that keeps what it commits, as the real program demands outside a sandbox.
///
/// # Panics
/// As [`cluster`].
pub fn durable() -> Option<&'static Cluster> {
    static DURABLE: OnceLock<Result<Cluster, String>> = OnceLock::new();
    cluster()?;
    match DURABLE.get_or_init(Cluster::durable) {
        Ok(cluster) => Some(cluster),
        Err(reason) => panic!("PostgreSQL for the tests: {reason}"),
    }
}

impl Cluster {
    /// Its socket, for who stands between it and its clients.
    pub fn socket(&self) -> PathBuf {
        let files = fs::read_dir(&self.folder).expect("lists").map(|entry| entry.expect("an entry").path());
        let is_socket = |path: &PathBuf| path.extension().is_some_and(|end| end != "lock" && end != "pid");
        files.filter(|path| path.to_string_lossy().contains(".s.PGSQL.")).find(is_socket).expect("it runs")
    }

    /// The address of `database`, as attune and libpq take it.
    pub fn url(&self, database: &str) -> String {
        // No port: server and libpq both follow PGPORT, so they agree whatever it says.
        format!("postgres://postgres@{}/{database}", percent_encoded(&self.folder))
    }

    /// Makes `name`, an empty database or a copy of `template`, which nobody may be connected to.
    ///
    /// # Panics
    /// When a name is not plain (`a-z`, `0-9`, `_`, at most 63) or the server refuses.
    pub fn create_database(&self, name: &str, template: Option<&str>) {
        // template0 takes no connections, so nothing can stand in the way of a copy.
        let template = template.unwrap_or("template0");
        for word in [name, template] {
            let plain = word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
            assert!(plain && (1..=63).contains(&word.len()), "not a plain database name: {word:?}");
        }
        let mut connection = PgConnection::establish(&self.url("postgres"))
            .unwrap_or_else(|error| panic!("cannot reach the test server: {error}"));
        connection
            .batch_execute(&format!("CREATE DATABASE \"{name}\" TEMPLATE \"{template}\""))
            .unwrap_or_else(|error| panic!("cannot make database {name} from {template}: {error}"));
    }
}

/// What a commit waits for stays as in production, but losing this server's data is its purpose.
const QUICK: &[&str] = &[
    "fsync=off",
    "synchronous_commit=on",
    // Most of the work of a run is copying the template into each test's own database.
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=4GB",
    "autovacuum=off",
];

fn from_environment() -> Result<Option<Cluster>, String> {
    let wish = env::var("ATTUNE_TEST_POSTGRES").unwrap_or_default();
    let required = match wish.as_str() {
        "" => false,
        "require" => true,
        "off" => {
            say("ATTUNE_TEST_POSTGRES=off: nothing is tested on PostgreSQL in this run");
            return Ok(None);
        }
        other => return Err(format!("ATTUNE_TEST_POSTGRES is {other:?}; it takes require, off or nothing")),
    };
    match programs() {
        Some(programs) => Cluster::start(&programs, QUICK).map(Some),
        None if required => Err(MISSING.to_owned()),
        None => {
            say("no PostgreSQL server programs found: NOTHING IS TESTED ON POSTGRESQL in this run");
            Ok(None)
        }
    }
}

/// The folder that holds both programs. Debian keeps them off PATH, one folder a version.
pub fn programs() -> Option<PathBuf> {
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<OsString> = installed.map(|entry| entry.file_name()).collect();
    // The highest first; of two whole numbers the longer one is the greater.
    versions.sort_unstable_by_key(|version| Reverse((version.len(), version.clone())));
    let mut folders: Vec<PathBuf> = env::var_os("PG_BIN").map(PathBuf::from).into_iter().collect();
    folders.extend(versions.iter().map(|version| Path::new("/usr/lib/postgresql").join(version).join("bin")));
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    folders.into_iter().find(|bin| bin.join("initdb").is_file() && bin.join("postgres").is_file())
}

impl Cluster {
    /// A server of the caller's own, with the durability that PostgreSQL has when nobody changes it.
    ///
    /// # Errors
    /// In words, when the programs are missing or do not start.
    pub fn durable() -> Result<Self, String> {
        Self::start(&programs().ok_or(MISSING)?, &[])
    }

    fn start(programs: &Path, settings: &[&str]) -> Result<Self, String> {
        let parent = short_temporary_folder();
        sweep(&parent);
        let folder = tempfile::Builder::new()
            .prefix(&format!("{FOLDER_PREFIX}{}-", process::id()))
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir_in(&parent)
            .map_err(|error| format!("no temporary folder in {}: {error}", parent.display()))?
            .keep();
        let as_root = fs::metadata(&folder).map_err(|e| e.to_string())?.uid() == 0;
        if as_root {
            run(Command::new("chown").arg("postgres:postgres").arg(&folder), &folder)?;
        }

        let mut initdb = command(&programs.join("initdb"), &folder, as_root)?;
        initdb.arg("--pgdata").arg(folder.join("data"));
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]);
        run(&mut initdb, &folder)?;

        let mut postgres = command(&programs.join("postgres"), &folder, as_root)?;
        postgres.arg("-D").arg(folder.join("data"));
        postgres.arg("-c").arg(format!("unix_socket_directories={}", folder.display()));
        let always = ["listen_addresses=", "max_connections=300", "timezone=UTC"];
        for setting in always.iter().chain(settings) {
            postgres.arg("-c").arg(setting);
        }
        keep_running(postgres, &folder)?;
        Ok(Self { folder })
    }
}

/// `program` as the user it must run as, ended by the kernel when the starting thread is gone.
fn command(program: &Path, folder: &Path, as_root: bool) -> Result<Command, String> {
    let mut command = if as_root || cfg!(target_os = "linux") {
        let mut setpriv = Command::new("setpriv");
        // The only clean-up that survives an abort of the test process: Drop and exit hooks do not run.
        setpriv.arg("--pdeathsig=QUIT");
        if as_root {
            // PostgreSQL refuses to run as root, and sudo is often missing where root is the only user.
            setpriv.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
        }
        setpriv.arg(program);
        setpriv
    } else {
        Command::new(program)
    };
    let log = fs::File::options().create(true).append(true).open(folder.join("log"));
    let log = log.map_err(|error| format!("no log file in {}: {error}", folder.display()))?;
    command.stdin(Stdio::null()).stdout(log.try_clone().map_err(|e| e.to_string())?).stderr(log);
    // The other user may be barred from the folder that the tests were started in.
    command.current_dir(folder);
    Ok(command)
}

fn run(command: &mut Command, folder: &Path) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?} ended with {status}\n{}", log_end(folder))),
        Err(error) => Err(format!("{command:?}: {error}")),
    }
}

/// Starts the server and returns when it takes connections.
fn keep_running(mut postgres: Command, folder: &Path) -> Result<(), String> {
    let (tell, told) = mpsc::channel();
    let folder = folder.to_owned();
    // The death signal follows the thread, not the process: a test's own thread ends with the test.
    thread::Builder::new()
        .name("postgres".to_owned())
        .spawn(move || {
            let started = postgres.spawn().map_err(|error| format!("{postgres:?}: {error}"));
            let mut child = match started.and_then(|child| until_ready(child, &folder)) {
                Ok(child) => child,
                Err(reason) => return tell.send(Err(reason)).expect("the starter waits for this"),
            };
            tell.send(Ok(())).expect("the starter waits for this");
            // Reached only when the server ends before the tests do.
            let end = child.wait();
            say(&format!("the PostgreSQL test server ended early: {end:?}\n{}", log_end(&folder)));
        })
        .map_err(|error| format!("no thread for the server: {error}"))?;
    told.recv().map_err(|_| "the thread of the server panicked".to_owned())?
}

fn until_ready(mut child: Child, folder: &Path) -> Result<Child, String> {
    let began = Instant::now();
    loop {
        // The file's eighth line is the server's own word; a socket is there before it may be used.
        let status = fs::read_to_string(folder.join("data/postmaster.pid")).unwrap_or_default();
        if status.lines().nth(7).is_some_and(|line| line.trim() == "ready") {
            return Ok(child);
        }
        if let Some(end) = child.try_wait().map_err(|e| e.to_string())? {
            return Err(format!("the server ended with {end}\n{}", log_end(folder)));
        }
        if began.elapsed() > START_LIMIT {
            child.kill().map_err(|e| e.to_string())?;
            return Err(format!("not ready after {START_LIMIT:?}\n{}", log_end(folder)));
        }
        thread::sleep(Duration::from_millis(10));
    }
}

fn log_end(folder: &Path) -> String {
    let log = fs::read_to_string(folder.join("log")).unwrap_or_else(|error| format!("(no log: {error})"));
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

/// Written past the test runner, which swallows `eprintln!` in tests that pass.
fn say(line: &str) {
    writeln!(io::stderr(), "\n*** {line}\n").expect("stderr takes a line");
}
