use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Which networks may be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Only the public internet.
    Public,
    /// Any, this machine and its own networks included.
    AnyIncludingPrivate,
}

/// Networks that are not the public internet: loopback, private, link-local (cloud
/// metadata), shared, documentation, benchmarking, multicast, reserved; the IPv6 ranges that
/// wrap IPv4 addresses are unwrapped first. Source: IANA's special-purpose registries.
const NOT_PUBLIC: [&str; 23] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/127",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "fc00::/7",
    "fe80::/10",
    "ff00::/8",
];

impl Policy {
    /// Whether the address may be reached.
    pub fn allows(self, address: IpAddr) -> bool {
        match self {
            Self::AnyIncludingPrivate => true,
            Self::Public => is_public(address),
        }
    }
}

fn is_public(address: IpAddr) -> bool {
    let address = unwrap_v4(address);
    let inside =
        |network: &str| network.parse::<IpNet>().map_or(true, |network| network.contains(&address));
    !NOT_PUBLIC.into_iter().any(inside)
}

/// The IPv4 address that an IPv6 one stands for: mapped, NAT64 and 6to4.
fn unwrap_v4(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    if let Some(v4) = v6.to_ipv4_mapped() {
        return v4.into();
    }
    let octets = v6.octets();
    match v6.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, ..] => {
            IpAddr::from([octets[12], octets[13], octets[14], octets[15]])
        }
        [0x2002, ..] => IpAddr::from([octets[2], octets[3], octets[4], octets[5]]),
        _ => address,
    }
}

/// None of the addresses that a name resolves to may be reached.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to a private network only")]
pub(crate) struct Refused;

/// Resolves names and leaves out what must not be reached.
pub(crate) struct GuardedResolver(pub(crate) Policy);

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> =
                found.filter(|address| policy.allows(address.ip())).collect();
            if allowed.is_empty() {
                return Err(Refused.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_network_in_the_list_is_one() {
        for network in NOT_PUBLIC {
            assert!(network.parse::<IpNet>().is_ok(), "{network}");
        }
    }

    #[test]
    fn private_addresses_are_refused_however_they_are_written() {
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
        ] {
            assert!(!Policy::Public.allows(address.parse().unwrap()), "{address}");
            assert!(Policy::AnyIncludingPrivate.allows(address.parse().unwrap()));
        }
    }

    #[test]
    fn public_addresses_are_allowed() {
        for address in ["1.1.1.1", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8"] {
            assert!(Policy::Public.allows(address.parse().unwrap()), "{address}");
        }
    }
}
