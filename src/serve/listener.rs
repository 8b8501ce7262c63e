//! The socket that connections come in by, and room for as many as are allowed.
//!
//! The framework has no clock for a client that does not read its reply; the system has one, set here on the
//! listening socket, from which each accepted one takes it over (security requirement FND-11).

use std::{
    io,
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use socket2::{Domain, Protocol, Socket, Type};

/// Connections that wait to be accepted; the system turns away what comes beyond (and may hold fewer).
const BACKLOG: i32 = 1024;
/// How long a client may take nothing of what was sent before the system gives the connection up.
const WRITE_STALL: Duration = Duration::from_secs(30);
/// Files besides connections: the database's, the keys, the logs, the listening sockets, and some to spare.
const OTHER_FILES: usize = 256;
/// Files of one connection: its own, and the one that it is watched by.
const FILES_EACH: usize = 2;

/// Listens on an address.
///
/// # Errors
/// The address cannot be listened on.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(WRITE_STALL))?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Raises the limit of open files as far as `wanted` connections need it and the system allows; returns how many
/// connections there is room for.
pub fn make_room(wanted: usize) -> usize {
    let limit = getrlimit(Resource::Nofile);
    let needed = files_for(wanted);
    let allowed = limit.maximum.map_or(needed, |most| most.min(needed));
    let mut files = limit.current.unwrap_or(u64::MAX);
    if files < allowed {
        match setrlimit(Resource::Nofile, Rlimit { current: Some(allowed), maximum: limit.maximum }) {
            Ok(()) => files = allowed,
            Err(e) => tracing::warn!(error = %e, "the limit of open files could not be raised"),
        }
    }
    let room = connections_in(files).min(wanted);
    if room < wanted {
        tracing::warn!(
            wanted,
            room,
            files,
            "fewer connections than set: the system allows too few open files"
        );
    }
    room
}

fn files_for(connections: usize) -> u64 {
    u64::try_from(connections * FILES_EACH + OTHER_FILES).unwrap_or(u64::MAX)
}

fn connections_in(files: u64) -> usize {
    let files = usize::try_from(files).unwrap_or(usize::MAX);
    (files.saturating_sub(OTHER_FILES) / FILES_EACH).max(1)
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use socket2::SockRef;

    use super::*;

    /// FND-11.
    #[test]
    fn an_accepted_connection_is_given_up_when_nobody_reads_for_thirty_seconds() {
        let listener = listen("127.0.0.1:0".parse().expect("a literal")).expect("listens");
        let _client = TcpStream::connect(listener.local_addr().expect("bound")).expect("connects");
        let (accepted, _) = listener.accept().expect("accepts");
        let stall = SockRef::from(&accepted).tcp_user_timeout().expect("reads");
        assert_eq!(stall, Some(Duration::from_secs(30)));
    }

    #[test]
    fn connections_never_take_the_last_files() {
        assert_eq!(connections_in(files_for(2048)), 2048);
        assert_eq!(connections_in(1024), 384);
        assert_eq!(connections_in(100), 1);
        assert_eq!(connections_in(u64::MAX), (usize::MAX - OTHER_FILES) / FILES_EACH);
    }
}
