//! The real program as a process of its own: started in an empty folder, asked over HTTP, stopped by a
//! signal.
//!
//! Its environment holds what the caller gives and the path to programs, and nothing of the person's who
//! tests.

#![expect(clippy::disallowed_methods, reason = "where programs are is no setting of the server")]

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    sync::{
        Mutex,
        mpsc::{Receiver, channel},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

/// Longest time for anything here; only a hang takes it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A command of the program in a folder, with these settings.
pub fn command(folder: &Path, words: &[&str], env: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_attune"));
    command.args(words);
    prepare(&mut command, folder, env);
    command
}

/// The same with a umask that takes nothing away.
pub fn open_command(folder: &Path, words: &[&str], env: &[(&str, &str)]) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "umask 000; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_attune")]).args(words);
    prepare(&mut command, folder, env);
    command
}

/// The same, ended by a signal at the write that would make a file longer than so many blocks of 512 bytes.
pub fn limited_command(folder: &Path, blocks: usize, words: &[&str], env: &[(&str, &str)]) -> Command {
    let mut command = Command::new("sh");
    let limit = format!("ulimit -f {blocks}; exec \"$0\" \"$@\"");
    command.args(["-c", &limit, env!("CARGO_BIN_EXE_attune")]).args(words);
    prepare(&mut command, folder, env);
    command
}

fn prepare(command: &mut Command, folder: &Path, env: &[(&str, &str)]) {
    command.env_clear().current_dir(folder).stdin(Stdio::null());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.envs(env.iter().copied());
}

/// What a command did that ends by itself.
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
    pub took: Duration,
}

/// Runs a command to its end.
pub fn run(mut command: Command) -> Ended {
    let began = Instant::now();
    let output = command.output().expect("starts");
    let text = |bytes| String::from_utf8(bytes).expect("prints UTF-8");
    Ended {
        code: output.status.code(),
        out: text(output.stdout),
        err: text(output.stderr),
        took: began.elapsed(),
    }
}

/// An answer with its headers and the time that it took.
pub struct Exchange {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub body: Value,
    pub took: Duration,
}

impl Exchange {
    /// A header as text, empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// A server that runs until it is stopped or dropped.
pub struct Server {
    child: Child,
    /// Behind a lock, so that several threads may ask one server.
    lines: Mutex<Receiver<String>>,
    log: Option<thread::JoinHandle<String>>,
    /// `http://127.0.0.1:` and the port that it got.
    pub address: String,
    /// Its first line.
    pub banner: String,
}

impl Server {
    /// Starts `serve` and waits for the line that names its address.
    pub fn start(command: Command) -> Self {
        let mut server = Self::begin(command);
        let banner = server.line();
        server.named(banner)
    }

    /// The same; `None` when it refuses to start, which it must do by its own exit code and without a panic.
    pub fn try_start(command: Command) -> Option<Self> {
        let server = Self::begin(command);
        let banner = server.lines.lock().expect("nobody panics with it").recv_timeout(PATIENCE);
        if let Ok(banner) = banner {
            return Some(server.named(banner));
        }
        let (ended, log) = server.wait();
        assert!(matches!(ended.code(), Some(1 | 78)) && !log.contains("panicked"), "{ended} {log}");
        None
    }

    fn begin(mut command: Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("starts");
        let lines = read_lines(child.stdout.take().expect("piped"));
        let mut errors = child.stderr.take().expect("piped");
        let log = thread::spawn(move || {
            let mut text = String::new();
            errors.read_to_string(&mut text).expect("logs are UTF-8");
            text
        });
        Self {
            child,
            lines: Mutex::new(lines),
            log: Some(log),
            address: String::new(),
            banner: String::new(),
        }
    }

    fn named(mut self, banner: String) -> Self {
        let at = banner.find("http://").unwrap_or_else(|| panic!("no address in {banner:?}"));
        let address = banner[at..].split_whitespace().next().unwrap_or_default();
        self.address = address.trim_end_matches('/').to_owned();
        self.banner = banner;
        self
    }

    /// The next line that it prints; the test fails when there is none.
    pub fn line(&mut self) -> String {
        let next = self.lines.lock().expect("nobody panics with it").recv_timeout(PATIENCE);
        match next {
            Ok(line) => line,
            Err(_) => {
                let how = self.child.try_wait();
                if matches!(how, Ok(None)) {
                    self.child.kill().expect("stops");
                }
                panic!("no further line; {how:?}; {}", self.log())
            }
        }
    }

    /// Sends SIGTERM and waits for the end; how it ended and what it logged.
    pub fn stop(self) -> (ExitStatus, String) {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(sent.expect("kill is there").success());
        self.wait()
    }

    /// Waits for the end; how it ended and what it logged.
    pub fn wait(mut self) -> (ExitStatus, String) {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("waits") {
                return (status, self.log());
            }
            assert!(began.elapsed() < PATIENCE, "it does not stop");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// GET without or with a token.
    pub fn get(&self, path: &str, token: Option<&str>) -> (u16, Value) {
        let mut request = agent().get(format!("{}{path}", self.address));
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        read(request.call().expect("answers"))
    }

    /// POST, PUT or PATCH of a JSON body, with further headers.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> (u16, Value) {
        read(agent().run(self.request(method, path, token, headers, body)).expect("answers"))
    }

    fn request(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> ureq::http::Request<String> {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.address))
            .header("Content-Type", "application/json");
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = if method == "GET" { String::new() } else { body.to_string() };
        request.body(body).expect("a request")
    }

    /// The number of its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A request whose answer is looked at as a whole.
    pub fn exchange(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Exchange {
        let began = Instant::now();
        let answer = agent().run(self.request(method, path, token, headers, body)).expect("answers");
        let headers = answer.headers().clone();
        let (status, body) = read(answer);
        Exchange { status, headers, body, took: began.elapsed() }
    }

    fn log(&mut self) -> String {
        self.log.take().map(|log| log.join().expect("reads")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.child.kill().expect("stops");
            self.child.wait().expect("stops");
        }
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).build().into()
}

fn read(mut answer: ureq::http::Response<ureq::Body>) -> (u16, Value) {
    let text = answer.body_mut().read_to_string().expect("a text");
    (answer.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

fn read_lines(out: ChildStdout) -> Receiver<String> {
    let (tell, told) = channel();
    thread::spawn(move || {
        for line in BufReader::new(out).lines() {
            // Nobody reads on when the test is over.
            if line.is_ok_and(|line| tell.send(line).is_ok()) {
                continue;
            }
            break;
        }
    });
    told
}
