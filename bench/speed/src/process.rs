//! The processes that are measured: how they are started and stopped, and what Linux says they used.

use std::{
    collections::BTreeMap,
    fs, io,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{fail, wire::Client};

/// Ticks of a second in /proc; the same on every Linux that attune runs on.
const TICKS: f64 = 100.0;

/// Everything that a server needs to be started again in the same way.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// The program.
    pub program: PathBuf,
    /// Where keys and logs are.
    pub folder: PathBuf,
    /// Its database.
    pub database: String,
    /// Further settings.
    pub settings: BTreeMap<String, String>,
}

/// A running server.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From the start of the process to the first `ready`.
    pub started_in: Duration,
}

impl Recipe {
    /// Starts the server and waits until it says that it is ready.
    pub fn start(&self) -> io::Result<Server> {
        let log = fs::File::options().create(true).append(true).open(self.folder.join("server.log"))?;
        let mut command = Command::new(&self.program);
        command
            .arg("serve")
            .current_dir(&self.folder)
            .env_clear()
            .env("DATABASE_URL", &self.database)
            .env("ATTUNE_BIND", "127.0.0.1:0")
            .env("ATTUNE_SANDBOX", "true")
            .env("ATTUNE_LIMITS_ENABLED", "false")
            .env("ATTUNE_ACCESS_TOKEN_SECONDS", "43200")
            .envs(&self.settings)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log);
        let began = Instant::now();
        let mut child = command.spawn()?;
        let mut lines = BufReader::new(child.stdout.take().ok_or_else(|| fail("no output"))?).lines();
        let banner = lines.next().transpose()?.unwrap_or_default();
        let address = banner.split("http://").nth(1).and_then(|rest| rest.split_whitespace().next());
        let address: SocketAddr = address
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| fail(format!("the server did not start: {banner}; see server.log")))?;
        // Drained for as long as it speaks, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        let mut server = Server { child, address, started_in: Duration::ZERO };
        loop {
            match Client::new(address).and_then(|mut client| client.send("GET", "/health/ready", None, None))
            {
                Ok((200, _)) => break,
                _ if began.elapsed() > Duration::from_secs(30) => {
                    server.stop()?;
                    return Err(fail("the server was not ready within 30 s"));
                }
                _ => std::thread::sleep(Duration::from_millis(2)),
            }
        }
        server.started_in = began.elapsed();
        Ok(server)
    }
}

impl Server {
    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// User and system time so far, in seconds.
    pub fn cpu(&self) -> io::Result<f64> {
        Ok(stat(self.child.id())?.own)
    }

    /// Resident memory now and at its highest, in MB.
    pub fn memory(&self) -> io::Result<(f64, f64)> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let megabytes = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            let kib: f64 = line.trim().trim_end_matches(" kB").parse().map_err(io::Error::other)?;
            Ok::<f64, io::Error>(kib * 1024.0 / 1e6)
        };
        Ok((megabytes("VmRSS:")?, megabytes("VmHWM:")?))
    }

    /// Asks it to stop and waits for its end.
    pub fn stop(&mut self) -> io::Result<()> {
        run(Command::new("kill").args(["-TERM", &self.child.id().to_string()]))?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A second end of what has ended already is no fault.
        if let Ok(None) = self.child.try_wait()
            && let Err(e) = self.child.kill().and_then(|()| self.child.wait())
        {
            eprintln!("the server could not be ended: {e}");
        }
    }
}

struct Stat {
    parent: u32,
    own: f64,
    of_ended_children: f64,
}

fn stat(pid: u32) -> io::Result<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name in parentheses may hold anything, so counting begins behind it.
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let number = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    Ok(Stat {
        parent: number(1) as u32,
        own: (number(11) + number(12)) / TICKS,
        of_ended_children: (number(13) + number(14)) / TICKS,
    })
}

/// A private PostgreSQL with everything that makes its commits durable.
pub struct Cluster {
    child: Child,
    folder: PathBuf,
    programs: PathBuf,
    as_root: bool,
}

impl Cluster {
    /// Makes one in `folder` and starts it. `None` when the programs are not installed.
    pub fn start(folder: &Path) -> io::Result<Option<Self>> {
        let Some(programs) = programs() else {
            eprintln!("PostgreSQL is not installed (or not in PG_BIN): left out");
            return Ok(None);
        };
        fs::create_dir_all(folder)?;
        let folder = folder.to_owned();
        let as_root = {
            use std::os::unix::fs::MetadataExt;
            fs::metadata(&folder)?.uid() == 0
        };
        if as_root {
            run(Command::new("chown").arg("-R").arg("postgres:postgres").arg(&folder))?;
        }
        let mut initdb = as_postgres(&programs.join("initdb"), as_root);
        initdb.arg("--pgdata").arg(folder.join("data")).current_dir(&folder);
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"]);
        run(initdb.stdout(Stdio::null()))?;
        let mut postgres = as_postgres(&programs.join("postgres"), as_root);
        postgres.arg("-D").arg(folder.join("data")).current_dir(&folder);
        postgres.arg("-c").arg(format!("unix_socket_directories={}", folder.display()));
        for setting in [
            "listen_addresses=",
            "fsync=on",
            "synchronous_commit=on",
            "full_page_writes=on",
            "shared_buffers=256MB",
        ] {
            postgres.arg("-c").arg(setting);
        }
        let log = fs::File::create(folder.join("log"))?;
        let child = postgres.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()?;
        let cluster = Self { child, folder, programs, as_root };
        let began = Instant::now();
        while cluster.sql("postgres", "SELECT 1").is_err() {
            if began.elapsed() > Duration::from_secs(60) {
                return Err(fail("PostgreSQL did not start; see its log"));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(Some(cluster))
    }

    /// The address of a database.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@{}/{database}", self.folder.display().to_string().replace('/', "%2F"))
    }

    /// Runs statements.
    pub fn sql(&self, database: &str, text: &str) -> io::Result<()> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.arg("-h").arg(&self.folder).args(["-U", "postgres", "-d", database]);
        psql.args(["-q", "-X", "-v", "ON_ERROR_STOP=1", "-c", text]);
        run(psql.stdout(Stdio::null()).stderr(Stdio::null()))
    }

    /// Runs a file of statements.
    pub fn file(&self, database: &str, path: &Path) -> io::Result<()> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.arg("-h").arg(&self.folder).args(["-U", "postgres", "-d", database]);
        run(psql.args(["-q", "-X", "-v", "ON_ERROR_STOP=1", "-f"]).arg(path).stdout(Stdio::null()))
    }

    /// Runs pgbench with a script and returns its transactions per second.
    pub fn pgbench(&self, database: &str, script: &Path, seconds: u64) -> io::Result<f64> {
        let mut pgbench = Command::new(self.programs.join("pgbench"));
        pgbench
            .arg("-h")
            .arg(&self.folder)
            .args(["-U", "postgres", "-n", "-M", "prepared", "-c", "8", "-j", "1"]);
        pgbench.args(["-T", &seconds.to_string(), "-f"]).arg(script).arg(database);
        let output = pgbench.output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let line = text.lines().find_map(|line| line.strip_prefix("tps = "));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok())
            .ok_or_else(|| fail(format!("pgbench: {}", String::from_utf8_lossy(&output.stderr))))
    }

    /// User and system time of the server and all its processes so far, ended ones too, in seconds.
    pub fn cpu(&self) -> io::Result<f64> {
        let own = stat(self.child.id())?;
        let others = self.processes()?.into_iter().filter(|pid| *pid != self.child.id());
        Ok(own.own
            + own.of_ended_children
            + others.filter_map(|pid| stat(pid).ok()).map(|of| of.own).sum::<f64>())
    }

    /// The server and all its processes.
    pub fn processes(&self) -> io::Result<Vec<u32>> {
        // setpriv becomes the server, so the child is the postmaster itself.
        let root = self.child.id();
        let mut all = vec![root];
        for entry in fs::read_dir("/proc")? {
            let name = entry?.file_name();
            let Some(pid) = name.to_str().and_then(|name| name.parse().ok()) else { continue };
            if stat(pid).is_ok_and(|stat| stat.parent == root) {
                all.push(pid);
            }
        }
        Ok(all)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = as_postgres(&self.programs.join("pg_ctl"), self.as_root);
        stop.arg("-D").arg(self.folder.join("data")).args(["-m", "immediate", "-s", "stop"]);
        if let Err(e) = run(stop.current_dir("/")).and_then(|()| self.child.wait()) {
            eprintln!("PostgreSQL could not be stopped: {e}");
        }
    }
}

/// PostgreSQL refuses to run as root; `setpriv` is there where root is the only user.
fn as_postgres(program: &Path, as_root: bool) -> Command {
    let mut command = Command::new("setpriv");
    command.arg("--pdeathsig=QUIT");
    if as_root {
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
    }
    command.arg(program);
    command
}

fn programs() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .collect();
    folders.sort();
    folders.extend(std::env::var_os("PG_BIN").map(PathBuf::from));
    folders.into_iter().rev().find(|bin| bin.join("initdb").is_file() && bin.join("pgbench").is_file())
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> io::Result<()> {
    let status = command.status()?;
    if status.success() { Ok(()) } else { Err(fail(format!("{command:?} ended with {status}"))) }
}
