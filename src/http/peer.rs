//! Where a request comes from, for limits only; it is neither stored nor logged.
//!
//! The peer of the connection counts, unless it is a proxy that the operator listed: then the rightmost
//! address in `X-Forwarded-For` that is not one of those. Anybody else's header is ignored.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use actix_web::HttpRequest;

use crate::config::Network;

/// The network that a request is counted under: an IPv4 address, or the /64 of an IPv6 one.
pub fn network(req: &HttpRequest, proxies: &[Network]) -> String {
    let forwarded = req.headers().get_all("x-forwarded-for").filter_map(|line| line.to_str().ok());
    let peer = req.peer_addr().map(|address| address.ip());
    peer.map_or_else(|| "unknown".to_owned(), |peer| coarse(client(peer, forwarded, proxies)))
}

fn client<'a>(peer: IpAddr, forwarded: impl Iterator<Item = &'a str>, proxies: &[Network]) -> IpAddr {
    let trusted = |address: IpAddr| proxies.iter().any(|network| network.contains(address));
    if !trusted(peer) {
        return peer;
    }
    let lines: Vec<&str> = forwarded.collect();
    let mut nearest = peer;
    for entry in lines.join(",").rsplit(',') {
        let Some(address) = address(entry.trim()) else { break };
        nearest = address;
        if !trusted(address) {
            break;
        }
    }
    nearest
}

/// An address as proxies write it: alone, with a port, and an IPv6 one in brackets.
fn address(entry: &str) -> Option<IpAddr> {
    let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(entry);
    let with_port = |_| entry.parse::<SocketAddr>().map(|address| address.ip());
    bare.parse().or_else(with_port).ok()
}

fn coarse(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_listed_proxy_may_say_who_is_behind_it() {
        let proxies: Vec<Network> = vec!["10.0.0.0/8".parse().expect("a literal")];
        let seen = |peer: &str, lines: &[&str]| {
            let peer = peer.parse().expect("a literal");
            client(peer, lines.iter().copied(), &proxies).to_string()
        };
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4, 198.51.100.1, 10.0.0.2"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4", "198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["junk"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1:50123"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4:1, 198.51.100.1:2, 10.0.0.2:3"]), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["[2001:db8::7]:50123"]), "2001:db8::7");
        assert_eq!(seen("10.0.0.1", &["[2001:db8::7]"]), "2001:db8::7");
        for junk in
            ["198.51.100.1:", "198.51.100.1:99999", "[198.51.100.1]x", "2001:db8::7]:1", "unknown", "_hidden"]
        {
            assert_eq!(seen("10.0.0.1", &["1.2.3.4", junk]), "10.0.0.1", "{junk}");
        }
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn an_ipv6_household_is_one_network() {
        let one: IpAddr = "2001:db8:1:2:aaaa::1".parse().expect("a literal");
        let two: IpAddr = "2001:db8:1:2:bbbb::2".parse().expect("a literal");
        assert_eq!(coarse(one), coarse(two));
    }
}
