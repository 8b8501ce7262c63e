//! `attune health`: asks the server that runs with these settings whether it is ready.
//!
//! For a container, whose image has no shell and no curl. It goes to the address that the server listens on, on
//! this machine, and asks nobody else.

use std::{
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::Duration,
};

use super::{Failure, print};
use crate::config::Config;

/// A server that takes longer is not ready. Longer than the server itself may take to find out.
const PATIENCE: Duration = Duration::from_secs(3);

/// # Errors
/// Failed: nobody answers, or the server says that it is not ready.
pub(super) fn run(config: &Config) -> Result<(), Failure> {
    let address = within_reach(config.bind);
    let answer = ask(address).map_err(|e| Failure::failed(format!("nobody answers on {address}: {e}")))?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    match head.split(' ').nth(1) {
        Some("200") => print("ready"),
        _ => Err(Failure::failed(format!("not ready: {}", body.trim()))),
    }
}

fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(stream, "GET /health/ready HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    // More than the answer ever has, in case that somebody else listens there.
    stream.take(64 * 1024).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// "Every address" is one to listen on, not one to go to.
fn within_reach(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}
