//! One HTTP/1.1 connection without a library's overhead: a whole request in one write, an answer in one read.
//!
//! The generator shares the machine with what it measures, so it allocates nothing per request.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::SocketAddr,
};

/// What came back.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Whether a `Retry-After` was there.
    pub retry_after: bool,
    /// Where the body begins and ends in the buffer.
    body: (usize, usize),
}

/// Bytes of a connection that is not answered completely yet.
pub struct Incoming {
    bytes: Vec<u8>,
    filled: usize,
}

impl Default for Incoming {
    fn default() -> Self {
        Self { bytes: vec![0; 32 * 1024], filled: 0 }
    }
}

impl Incoming {
    /// Reads what is there. `Ok(None)` means that the rest is still to come.
    ///
    /// # Errors
    /// The connection ended or spoke no HTTP.
    pub fn read(&mut self, from: &mut impl Read) -> io::Result<Option<Answer>> {
        loop {
            if self.filled == self.bytes.len() {
                self.bytes.resize(self.filled * 2, 0);
            }
            match from.read(&mut self.bytes[self.filled..]) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(count) => {
                    self.filled += count;
                    if let Some(answer) = self.parse()? {
                        self.filled = 0;
                        return Ok(Some(answer));
                    }
                }
                Err(e) if e.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
    }

    /// The body of an answer, until the next read.
    pub fn body(&self, answer: Answer) -> &[u8] {
        &self.bytes[answer.body.0..answer.body.1]
    }

    fn parse(&self) -> io::Result<Option<Answer>> {
        let mut headers = [httparse::EMPTY_HEADER; 32];
        let mut reply = httparse::Response::new(&mut headers);
        let parsed = reply.parse(&self.bytes[..self.filled]).map_err(io::Error::other)?;
        let httparse::Status::Complete(head) = parsed else { return Ok(None) };
        let mut length = 0;
        let mut retry_after = false;
        for header in reply.headers.iter() {
            if header.name.eq_ignore_ascii_case("content-length") {
                let text = std::str::from_utf8(header.value).map_err(io::Error::other)?;
                length = text.parse().map_err(io::Error::other)?;
            } else if header.name.eq_ignore_ascii_case("retry-after") {
                retry_after = true;
            }
        }
        let end = head + length;
        let status = reply.code.unwrap_or(0);
        Ok((self.filled >= end).then_some(Answer { status, retry_after, body: (head, end) }))
    }
}

/// Writes all of it; what does not fit into the socket's buffer at once is pressed on until it does.
pub fn write_all(to: &mut impl Write, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match to.write(bytes) {
            Ok(count) => bytes = &bytes[count..],
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// A connection of the generator.
pub fn connect(to: SocketAddr) -> io::Result<mio::net::TcpStream> {
    let stream = std::net::TcpStream::connect(to)?;
    stream.set_nodelay(true)?;
    stream.set_nonblocking(true)?;
    Ok(mio::net::TcpStream::from_std(stream))
}

/// A client that waits for each answer, for filling.
pub struct Client {
    stream: std::net::TcpStream,
    incoming: Incoming,
    host: SocketAddr,
}

impl Client {
    /// Connects.
    pub fn new(host: SocketAddr) -> io::Result<Self> {
        let stream = std::net::TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, incoming: Incoming::default(), host })
    }

    /// Sends a request and returns the status and the JSON of the answer (null when it is none).
    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<&serde_json::Value>,
    ) -> io::Result<(u16, serde_json::Value)> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", self.host);
        if let Some(token) = token {
            request.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        let text = body.map(ToString::to_string).unwrap_or_default();
        if body.is_some() {
            request
                .push_str(&format!("Content-Type: application/json\r\nContent-Length: {}\r\n", text.len()));
        }
        request.push_str("\r\n");
        request.push_str(&text);
        write_all(&mut self.stream, request.as_bytes())?;
        loop {
            if let Some(answer) = self.incoming.read(&mut self.stream)? {
                let body = serde_json::from_slice(self.incoming.body(answer)).unwrap_or_default();
                return Ok((answer.status, body));
            }
        }
    }
}
