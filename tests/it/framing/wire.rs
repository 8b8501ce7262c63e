//! Bytes to a listening server and bytes back, without a client that mends anything.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::Duration,
};

/// Longer than the server lets a connection linger that it wants to close.
const PATIENCE: Duration = Duration::from_secs(20);
/// Enough for a second answer that should not be there.
const QUIET: Duration = Duration::from_millis(700);

/// What came back.
#[derive(Debug)]
pub struct Seen {
    /// Status, head in small letters, and body of each answer.
    pub answers: Vec<(u16, String, String)>,
    /// Whether the server ended the connection.
    pub closed: bool,
}

impl Seen {
    /// The statuses alone.
    pub fn statuses(&self) -> Vec<u16> {
        self.answers.iter().map(|(status, _, _)| *status).collect()
    }
}

/// Sends bytes and reads until the server ends the connection.
pub fn until_closed(address: &str, bytes: &[u8]) -> Seen {
    exchange(address, bytes, PATIENCE)
}

/// Sends bytes and reads until nothing comes for a moment, for connections that stay open.
pub fn until_quiet(address: &str, bytes: &[u8]) -> Seen {
    exchange(address, bytes, QUIET)
}

fn exchange(address: &str, bytes: &[u8], patience: Duration) -> Seen {
    let mut stream = TcpStream::connect(address).expect("listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream.set_write_timeout(Some(PATIENCE)).expect("a timeout");
    // The server may have answered and gone before all of it is sent.
    let sent = stream.write_all(bytes).and_then(|()| stream.flush());
    let (mut came, mut part) = (Vec::new(), [0; 16 * 1024]);
    let closed = loop {
        match stream.read(&mut part) {
            Ok(0) => break true,
            Ok(length) => {
                came.extend_from_slice(&part[..length]);
                stream.set_read_timeout(Some(patience)).expect("a timeout");
            }
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => break false,
            Err(e) => {
                assert!(matches!(e.kind(), ErrorKind::ConnectionReset), "{e}");
                break true;
            }
        }
    };
    assert!(sent.is_ok() || closed, "{sent:?}");
    Seen { answers: answers(&came), closed }
}

/// Takes apart what came, answer by answer.
fn answers(mut rest: &[u8]) -> Vec<(u16, String, String)> {
    let mut found = Vec::new();
    while !rest.is_empty() {
        let text = String::from_utf8_lossy(rest);
        assert!(text.starts_with("HTTP/1."), "no answer: {text:?}");
        let end = rest.windows(4).position(|four| four == b"\r\n\r\n").expect("a whole head") + 4;
        let head = String::from_utf8_lossy(&rest[..end]).to_lowercase();
        let status = head[9..12].parse().expect("a status");
        let length = head.split("\r\n").find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.map_or(0, |length| length.parse().expect("a length"));
        let body = String::from_utf8_lossy(&rest[end..end + length]).into_owned();
        rest = &rest[end + length..];
        found.push((status, head, body));
    }
    found
}
