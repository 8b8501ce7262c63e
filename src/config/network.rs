//! An IP network, written as one address or as `address/prefix`.
//!
//! Used to decide whether a peer is the trusted proxy. A network of all addresses is refused,
//! because with it anyone could claim any client address.

use std::{fmt, net::IpAddr, str::FromStr};

/// One address or one block of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Whether the address lies in this network. IPv4 addresses written as IPv6 count as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.prefix)).unwrap_or(0);
                own.to_bits() & mask == other.to_bits() & mask
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.prefix)).unwrap_or(0);
                own.to_bits() & mask == other.to_bits() & mask
            }
            _ => false,
        }
    }

    fn has_host_bits(&self) -> bool {
        match self.address {
            IpAddr::V4(own) => u32::from(self.prefix) < 32 && own.to_bits() << self.prefix != 0,
            IpAddr::V6(own) => u32::from(self.prefix) < 128 && own.to_bits() << self.prefix != 0,
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

impl FromStr for Network {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr =
            address.parse().map_err(|_| "is not an IP address or network such as 10.0.0.0/8")?;
        // Peers are compared in canonical form, so a network in mapped form would never match.
        if address.to_canonical() != address {
            return Err("is an IPv4 address written as IPv6; write it as IPv4");
        }
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => longest,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().map_err(|_| "has a prefix length that is out of range")?
            }
            Some(_) => return Err("has a prefix length that is not a number"),
        };
        match prefix {
            0 => Err("stands for every address there is; name the proxy more closely"),
            _ if prefix > longest => Err("has a prefix length that is out of range"),
            _ if (Self { address, prefix }).has_host_bits() => Err("has bits set after its prefix length"),
            _ => Ok(Self { address, prefix }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Network;

    #[test]
    fn a_network_holds_its_own_addresses_only() {
        let cases = [
            ("10.0.0.0/8", "10.255.1.2", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("192.0.2.128/25", "192.0.2.127", false),
            ("128.0.0.0/1", "200.0.0.1", true),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::1", "::1", true),
            ("::1", "127.0.0.1", false),
        ];
        for (network, address, inside) in cases {
            let parsed: Network = network.parse().unwrap();
            assert_eq!(parsed.contains(address.parse().unwrap()), inside, "{network} {address}");
        }
    }

    #[test]
    fn a_network_that_means_nothing_or_everyone_is_refused() {
        for text in [
            "",
            "proxy",
            "10.0.0.0/",
            "10.0.0.0/33",
            "10.0.0.0/+8",
            "10.0.0.1/8",
            "0.0.0.0/0",
            "::/0",
            "::/129",
            "2001:db8::1/32",
            "::ffff:10.0.0.1",
            "10.0.0.0/300",
            "10.0.0.0/8/8",
            "10.0.0.1:80",
        ] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
