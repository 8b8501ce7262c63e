//! What is refused by the head of a request alone, before anything looks at who asks or what for.
//!
//! Framing that can be read in two ways is refused by the framework before it reaches this code; here are the limits
//! that it does not have, and targets and hosts that two readers could understand differently. Every refusal closes
//! the connection.

use actix_web::{
    dev::ServiceRequest,
    http::{
        Method, Version,
        header::{self, HeaderName, HeaderValue},
        uri::Authority,
    },
};

use super::connection;
use crate::error::{Error, ErrorCode};

const TARGET_LIMIT: usize = 8 * 1024;
const HEADER_LIMIT: usize = 16 * 1024;

/// Why this head is not served, if it is not.
pub(super) fn refusal(req: &ServiceRequest) -> Option<Error> {
    let target = req.uri().path_and_query().map_or(0, |target| target.as_str().len());
    if target > TARGET_LIMIT {
        return Some(Error::new(ErrorCode::TargetTooLong, "A target may have 8192 bytes."));
    }
    let long = |(name, value): (&HeaderName, &HeaderValue)| name.as_str().len() + value.len() > HEADER_LIMIT;
    if req.headers().iter().any(long) {
        return Some(Error::new(ErrorCode::HeaderTooLarge, "A header may have 16384 bytes."));
    }
    let bad = |detail: &'static str| Some(Error::new(ErrorCode::BadRequest, detail));
    if connection::has_body(req) && matches!(*req.method(), Method::GET | Method::HEAD) {
        return bad("A request that only reads has no body.");
    }
    let mut hosts = req.headers().get_all(header::HOST);
    let (first, second) = (hosts.next(), hosts.next());
    // A request without a peer comes from the program itself and not over a connection.
    let needs_host = req.version() == Version::HTTP_11 && req.peer_addr().is_some();
    if second.is_some() || (needs_host && first.is_none()) {
        return bad("Exactly one Host header is needed.");
    }
    let named = first.map(authority);
    if named == Some(None) {
        return bad("Host must be the name of a host, with a port or without.");
    }
    // A reader that goes by the target and one that goes by Host would see two different requests.
    let asked = req.uri().authority();
    let agrees = |host: &Authority| asked.is_none_or(|asked| asked == host);
    if !named.flatten().as_ref().is_none_or(agrees) {
        return bad("The target and the Host header name different hosts.");
    }
    None
}

/// The host that a header names; `None` when it has another form, a user name or a list of hosts.
fn authority(value: &HeaderValue) -> Option<Authority> {
    let authority: Authority = value.to_str().ok()?.parse().ok()?;
    let (host, whole) = (authority.host(), authority.as_str());
    let port = whole.strip_prefix(host)?;
    let fits = port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
    (fits && !host.is_empty() && !whole.contains([',', ';'])).then_some(authority)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_one_name_or_address_with_or_without_a_port() {
        let cases = [
            ("attune.test", true),
            ("attune.test:8080", true),
            ("127.0.0.1:80", true),
            ("[::1]:80", true),
            ("localhost", true),
            ("", false),
            (" ", false),
            ("a b", false),
            ("a.test, b.test", false),
            ("a.test,b.test", false),
            ("user@a.test", false),
            ("a.test/path", false),
            ("a.test?x", false),
            ("http://a.test", false),
            (":80", false),
            ("a.test:port", false),
        ];
        for (sent, fine) in cases {
            assert_eq!(authority(&HeaderValue::from_static(sent)).is_some(), fine, "{sent:?}");
        }
    }
}
