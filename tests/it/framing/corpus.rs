//! Requests that two readers could cut in different places, or whose target and host two readers could see
//! differently. Behind most of them stands a second request that must not be answered.

/// What stands behind a request in the same packet.
pub const SMUGGLED: &str = "GET /v1/help HTTP/1.1\r\nHost: attune.test\r\n\r\n";
const HOST: &str = "Host: attune.test\r\n";

/// What the server must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// One answer of this status, and the connection is closed.
    Refused(u16),
    /// As 400, with a problem document, because our own code saw it.
    Problem(u16),
    /// The connection is closed, with a 400 or without a word: the body turned out broken while it was read.
    Dropped,
}
use Wanted::{Dropped, Problem, Refused};

/// A request whose framing is refused, `<token>` standing for a genuine one.
pub type Case = (&'static str, String, Wanted);

/// The head of a POST with these further lines, then a body.
fn post(lines: &str, body: &str) -> String {
    format!(
        "POST /v1/check-ins HTTP/1.1\r\n{HOST}Authorization: Bearer <token>\r\n\
         Content-Type: application/json\r\n{lines}\r\n{body}"
    )
}

fn get(target: &str, lines: &str) -> String {
    format!("GET {target} HTTP/1.1\r\n{lines}\r\n")
}

/// Lengths that are missing, double or none.
fn lengths() -> Vec<Case> {
    let chunks = "0\r\n\r\n";
    let mut cases: Vec<Case> = vec![
        ("both", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", chunks), Refused(400)),
        (
            "both, the other way",
            post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", chunks),
            Refused(400),
        ),
        ("two lengths", post("Content-Length: 2\r\nContent-Length: 49\r\n", "{}"), Refused(400)),
        ("two equal lengths", post("Content-Length: 2\r\nContent-Length: 2\r\n", "{}"), Refused(400)),
        (
            "twice chunked",
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", chunks),
            Refused(400),
        ),
        (
            "chunked and identity in two lines",
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", chunks),
            Refused(400),
        ),
        (
            "chunked in HTTP/1.0",
            post("Transfer-Encoding: chunked\r\n", chunks).replace("1.1", "1.0"),
            Refused(400),
        ),
        ("longer than any machine", post("Content-Length: 18446744073709551615\r\n", "{}"), Problem(413)),
    ];
    for length in
        ["+2", "0x2", "-1", "2, 2", "2, 3", "1 2", "0_2", "2.0", "1e1", "", "99999999999999999999999"]
    {
        cases.push((
            "a length that is none",
            post(&format!("Content-Length: {length}\r\n"), "{}"),
            Refused(400),
        ));
    }
    for coding in [
        "chunked, identity",
        "identity, chunked",
        "identity",
        "gzip",
        "gzip, chunked",
        "xchunked",
        "\"chunked\"",
        "\u{b}chunked",
        "chunked;q=1",
    ] {
        let head = format!("Transfer-Encoding: {coding}\r\n");
        cases.push(("another coding", post(&head, chunks), Refused(400)));
    }
    cases
}

/// Chunked bodies that are not.
fn chunks() -> Vec<Case> {
    [
        ("bare LF behind a size", "2\n{}\n0\n\n"),
        ("bare LF behind data", "2\r\n{}\n0\r\n\r\n"),
        ("bare LF at the end", "2\r\n{}\r\n0\n\n"),
        ("hexadecimal with 0x", "0x2\r\n{}\r\n0\r\n\r\n"),
        ("a plus", "+2\r\n{}\r\n0\r\n\r\n"),
        ("a minus", "-2\r\n{}\r\n0\r\n\r\n"),
        ("a size beyond any machine", "fffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
        ("more than was said", "1\r\n{}\r\n0\r\n\r\n"),
        ("U+0000 in an extension", "2;a=\0\r\n{}\r\n0\r\n\r\n"),
        ("an extension that ends with LF", "2;a\n{}\r\n0\r\n\r\n"),
    ]
    .map(|(name, body)| (name, post("Transfer-Encoding: chunked\r\n", body), Dropped))
    .to_vec()
}

/// Heads.
fn heads() -> Vec<Case> {
    let line = |line: &str| get("/v1/help", &format!("{HOST}{line}\r\n"));
    let mut cases = Vec::new();
    for (name, text) in [
        ("a folded line", "X-A: 1\r\n 2"),
        ("a line folded with a tab", "X-A: 1\r\n\t2"),
        ("a space before the colon", "X-A : 1"),
        ("a tab before the colon", "X-A\t: 1"),
        ("U+0000 in a value", "X-A: a\0b"),
        ("U+0000 in a name", "X\0A: b"),
        ("a bare CR in a value", "X-A: a\rb"),
        ("a control character in a value", "X-A: a\u{1}b"),
        ("no name", ": b"),
        ("no colon", "X-A"),
    ] {
        cases.push((name, line(text), Refused(400)));
    }
    for name in ["Transfer-Encoding : chunked", "Content-Length : 2"] {
        cases.push((
            "a space before the colon that matters",
            post(&format!("{name}\r\n"), "0\r\n\r\n"),
            Refused(400),
        ));
    }
    cases.push(("a first line that is folded", get("/v1/help", &format!(" X: 1\r\n{HOST}")), Refused(400)));
    cases.push(("no Host", get("/v1/help", ""), Refused(400)));
    cases.push(("two hosts", get("/v1/help", &format!("{HOST}Host: other.test\r\n")), Refused(400)));
    cases.push(("the same Host twice", get("/v1/help", &format!("{HOST}{HOST}")), Refused(400)));
    for host in
        ["", "a b", "a.test, b.test", "user@attune.test", "attune.test/path", ":80", "attune.test:port"]
    {
        cases.push(("a Host that is none", get("/v1/help", &format!("Host: {host}\r\n")), Problem(400)));
    }
    cases
}

/// First lines.
fn targets() -> Vec<Case> {
    let first = |first: &str| format!("{first}\r\n{HOST}\r\n");
    vec![
        ("an absolute target elsewhere", get("http://other.test/v1/help", HOST), Problem(400)),
        ("an absolute target without Host", get("http://attune.test/v1/help", ""), Refused(400)),
        ("HTTP/0.9", "GET /v1/help\r\n\r\n".to_owned(), Refused(400)),
        ("HTTP/2.0 by name", first("GET /v1/help HTTP/2.0"), Refused(400)),
        ("HTTP/1.2", first("GET /v1/help HTTP/1.2"), Refused(400)),
        ("a small http", first("GET /v1/help http/1.1"), Refused(400)),
        ("a space in the target", first("GET /v1/he lp HTTP/1.1"), Refused(400)),
        ("two spaces", first("GET  /v1/help HTTP/1.1"), Refused(400)),
        ("tabs", first("GET\t/v1/help\tHTTP/1.1"), Refused(400)),
        ("U+0000 in the target", first("GET /v1/help\0 HTTP/1.1"), Refused(400)),
        ("letters beyond ASCII in the target", first("GET /v1/hélp HTTP/1.1"), Refused(400)),
        (
            "the preface of HTTP/2",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0".to_owned(),
            Refused(400),
        ),
        ("the greeting of TLS", "\u{16}\u{3}\u{1}\0\u{5}\u{1}\0\0\u{1}\u{3}".to_owned(), Refused(400)),
        (
            "a body where none is read",
            get("/v1/help", &format!("{HOST}Content-Length: 2\r\n")) + "{}",
            Problem(400),
        ),
        (
            "a request in the body of one that only reads",
            get("/v1/help", &format!("{HOST}Content-Length: {}\r\n", SMUGGLED.len())) + SMUGGLED,
            Problem(400),
        ),
        (
            "chunks where none are read",
            get("/v1/help", &format!("{HOST}Transfer-Encoding: chunked\r\n")) + "0\r\n\r\n",
            Problem(400),
        ),
        (
            "a tunnel",
            "CONNECT attune.test:443 HTTP/1.1\r\nHost: attune.test:443\r\n\r\n".to_owned(),
            Problem(404),
        ),
    ]
}

/// All of them.
pub fn all() -> Vec<Case> {
    [lengths(), chunks(), heads(), targets()].concat()
}
