//! Who asks: the other end of the connection, or the client that a proxy speaks for.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;
use siskin_model::ClientAddress;

/// The header in which a proxy tells whom it speaks for; each appends to it.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The other end of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// The networks that proxies are in.
#[derive(Debug, Clone)]
pub(crate) struct Proxies(Arc<[IpNet]>);

impl Proxies {
    pub(crate) fn new(networks: Vec<IpNet>) -> Self {
        Self(networks.into())
    }

    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The client of a request. Of what the header says, the last address that is no proxy's
    /// counts: whatever stands before it may be the client's own invention.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> ClientAddress {
        if !self.contains(peer) {
            return ClientAddress::Own(network_of(peer));
        }
        let lines = headers.get_all(FORWARDED_FOR).iter();
        let listed: Vec<&str> =
            lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',')).collect();
        for word in listed.iter().rev() {
            match address(word.trim()) {
                Some(address) if self.contains(address) => {}
                Some(address) => return ClientAddress::Own(network_of(address)),
                None => break,
            }
        }
        ClientAddress::Shared(peer.to_canonical())
    }
}

/// An address as proxies write it: some add the port.
fn address(word: &str) -> Option<IpAddr> {
    let with_port = || word.parse().ok().map(|socket: std::net::SocketAddr| socket.ip());
    word.trim_matches(['[', ']']).parse().ok().or_else(with_port)
}

/// The address, or the network of 64 bits of an IPv6 address: one client has all of it.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}

/// Tells the handlers who asks.
pub(crate) async fn tell(
    State(proxies): State<Proxies>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Some(Peer(peer)) = request.extensions().get().copied() {
        let client = proxies.client(peer, request.headers());
        request.extensions_mut().insert(client);
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn client(peer: &str, forwarded: &[&'static str]) -> ClientAddress {
        let networks = ["127.0.0.0/8", "10.0.0.0/8"].map(|network| network.parse().unwrap());
        let headers = forwarded.iter().map(|line| {
            (FORWARDED_FOR.parse().unwrap(), axum::http::HeaderValue::from_static(line))
        });
        Proxies::new(networks.into()).client(peer.parse().unwrap(), &headers.collect())
    }

    fn own(address: &str) -> ClientAddress {
        ClientAddress::Own(address.parse().unwrap())
    }

    fn shared(address: &str) -> ClientAddress {
        ClientAddress::Shared(address.parse().unwrap())
    }

    #[test]
    fn a_proxy_is_believed_and_a_stranger_is_not() {
        assert_eq!(client("127.0.0.1", &["1.2.3.4"]), own("1.2.3.4"));
        assert_eq!(client("::ffff:127.0.0.1", &["1.2.3.4:5678"]), own("1.2.3.4"));
        assert_eq!(client("8.8.8.8", &["1.2.3.4"]), own("8.8.8.8"));
        assert_eq!(client("127.0.0.1", &["2001:db8:1:2:3:4:5:6"]), own("2001:db8:1:2::"));
        assert_eq!(client("127.0.0.1", &["[2001:db8:1:2::9]:80"]), own("2001:db8:1:2::"));
    }

    #[test]
    fn what_a_client_writes_itself_does_not_count() {
        assert_eq!(client("127.0.0.1", &["9.9.9.9, 1.2.3.4, 10.0.0.7"]), own("1.2.3.4"));
        assert_eq!(client("127.0.0.1", &["9.9.9.9", "1.2.3.4"]), own("1.2.3.4"));
        assert_eq!(client("127.0.0.1", &["9.9.9.9, nonsense"]), shared("127.0.0.1"));
    }

    #[test]
    fn a_proxy_that_says_nothing_stands_for_many() {
        assert_eq!(client("127.0.0.1", &[]), shared("127.0.0.1"));
        assert_eq!(client("10.1.2.3", &["10.0.0.7"]), shared("10.1.2.3"));
    }
}
