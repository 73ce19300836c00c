use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

use crate::Policy;

/// IPv4 that is not the public internet: the IANA special-purpose registry, and multicast.
const SPECIAL_V4: [Ipv4Net; 17] = [
    v4([0, 0, 0, 0], 8),        // this network
    v4([10, 0, 0, 0], 8),       // private
    v4([100, 64, 0, 0], 10),    // carrier-grade NAT
    v4([127, 0, 0, 0], 8),      // loopback
    v4([168, 63, 129, 16], 32), // Azure's services for its machines
    v4([169, 254, 0, 0], 16),   // link-local; the metadata services of clouds
    v4([172, 16, 0, 0], 12),    // private
    v4([192, 0, 0, 0], 24),     // protocol assignments
    v4([192, 0, 2, 0], 24),     // documentation
    v4([192, 31, 196, 0], 24),  // AS112
    v4([192, 88, 99, 0], 24),   // 6to4 relays
    v4([192, 168, 0, 0], 16),   // private
    v4([198, 18, 0, 0], 15),    // benchmarking
    v4([198, 51, 100, 0], 24),  // documentation
    v4([203, 0, 113, 0], 24),   // documentation
    v4([224, 0, 0, 0], 4),      // multicast
    v4([240, 0, 0, 0], 4),      // reserved, broadcast
];

/// All of the public internet in IPv6 is in here.
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0], 3);

/// What is not public within [`GLOBAL_V6`].
const SPECIAL_V6: [Ipv6Net; 4] = [
    v6([0x2001, 0, 0], 23),     // protocol assignments; Teredo carries IPv4
    v6([0x2001, 0xdb8, 0], 32), // documentation
    v6([0x2002, 0, 0], 16),     // 6to4 carries IPv4
    v6([0x3fff, 0, 0], 20),     // documentation
];

/// Addresses of IPv4 as a network without IPv4 sees them (RFC 6052).
const NAT64: Ipv6Net = v6([0x64, 0xff9b, 0], 96);

const fn v4([a, b, c, d]: [u8; 4], length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6([a, b, c]: [u16; 3], length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), length)
}

/// Whether the policy lets a request go to this address.
pub(crate) fn allowed(policy: Policy, address: IpAddr) -> bool {
    match policy {
        Policy::Public => is_public(address) && !is_own(carried(address)),
        Policy::AnyIncludingPrivate => true,
    }
}

/// Whether the address is one of this machine's interfaces. What listens there may trust
/// whoever comes from its own machine, however public the address.
fn is_own(address: IpAddr) -> bool {
    match if_addrs::get_if_addrs() {
        Ok(interfaces) => interfaces.iter().any(|one| one.ip().to_canonical() == address),
        Err(error) => {
            tracing::warn!(%error, "the addresses of this machine cannot be read");
            true
        }
    }
}

/// The address of IPv4 that one of IPv6 stands for, or the address itself.
fn carried(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) if NAT64.contains(&address) => {
            let [.., a, b, c, d] = address.octets();
            Ipv4Addr::new(a, b, c, d).into()
        }
        address => address,
    }
}

fn is_public(address: IpAddr) -> bool {
    match carried(address) {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !SPECIAL_V4.iter().any(|net| net.contains(&address))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    GLOBAL_V6.contains(&address) && !SPECIAL_V6.iter().any(|net| net.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(addresses: &[&str], public: bool) {
        for text in addresses {
            let address: Option<IpAddr> = text.parse().ok();
            assert_eq!(address.map(is_public), Some(public), "{text}");
            assert_eq!(address.map(|a| allowed(Policy::AnyIncludingPrivate, a)), Some(true));
        }
    }

    #[test]
    fn the_public_internet_may_be_called() {
        check(&["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.0", "172.32.0.1"], true);
        check(&["169.253.255.255", "192.0.1.1", "198.20.0.0", "223.255.255.255"], true);
        check(&["2606:4700::1111", "2a00:1450:4001:81b::200e", "2001:200::1"], true);
        check(&["::ffff:8.8.8.8", "64:ff9b::8.8.8.8"], true);
    }

    #[test]
    fn this_machine_and_its_networks_may_not() {
        check(&["127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.31.255.255"], false);
        check(&["192.168.1.1", "100.64.0.1", "100.127.255.255", "169.254.169.254"], false);
        check(&["::1", "::", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1"], false);
    }

    #[test]
    fn nor_may_what_clouds_tell_their_machines() {
        check(&["169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192"], false);
        check(&["168.63.129.16", "fd00:ec2::254", "fd20:ce::254"], false);
        check(&["::ffff:169.254.169.254", "64:ff9b::169.254.169.254"], false);
        check(&["64:ff9b::168.63.129.16", "2002:a9fe:a9fe::1"], false);
    }

    #[test]
    fn nor_may_addresses_that_are_no_place() {
        check(&["224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"], false);
        check(&["192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"], false);
        check(&["ff02::1", "2001:db8::1", "3fff::1", "100::1"], false);
    }

    #[test]
    fn an_address_of_this_machine_is_its_own_in_every_dress() {
        for text in ["127.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"] {
            assert!(text.parse().map(carried).is_ok_and(is_own), "{text}");
        }
        assert!(!"8.8.8.8".parse().is_ok_and(is_own));
    }

    #[test]
    fn nor_may_ipv4_in_the_dress_of_ipv6() {
        check(&["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1"], false);
        check(&["64:ff9b::127.0.0.1", "64:ff9b:1::8.8.8.8", "2002:7f00:1::"], false);
        check(&["2001:0:53aa:64c::1"], false);
    }
}
