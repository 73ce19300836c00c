//! Where to listen, as people write it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use serde::{Deserialize, Deserializer};

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Where only an address is given.
const PORT: u16 = 8080;

/// Reads `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, and of these the address or the
/// port alone. A port alone is on this machine: who wants to be reached from others says so.
///
/// # Errors
/// What can be written instead.
pub(crate) fn parse(text: &str) -> Result<SocketAddr, String> {
    let text = text.trim();
    if let Ok(socket) = text.parse() {
        return Ok(socket);
    }
    let (host, port) = match address(text) {
        Some(_) => (text, None),
        None => text.rsplit_once(':').map_or(("", Some(text)), |(host, port)| (host, Some(port))),
    };
    let host = if host.is_empty() { Some(LOOPBACK) } else { address(host) };
    match (host, port.map_or(Ok(PORT), str::parse)) {
        (Some(host), Ok(port)) => Ok(SocketAddr::new(host, port)),
        (None, Ok(_)) => Err("the address must be in digits or `localhost`, such as \
                              0.0.0.0:8080 for every address of this machine"
            .to_owned()),
        (_, Err(_)) => Err("give a port or an address with one, such as 8080, localhost:8080 or \
                            0.0.0.0:8080 (port 0 picks a free one)"
            .to_owned()),
    }
}

fn address(host: &str) -> Option<IpAddr> {
    if host.eq_ignore_ascii_case("localhost") {
        return Some(LOOPBACK);
    }
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    bare.unwrap_or(host).parse().ok()
}

/// The same in a configuration file, where a port may be a number.
///
/// # Errors
/// Those of [`parse`].
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<SocketAddr, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Port(u16),
        Text(String),
    }
    let parsed = match Written::deserialize(from)? {
        Written::Port(port) => Ok(SocketAddr::new(LOOPBACK, port)),
        Written::Text(text) => parse(&text),
    };
    parsed.map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_write_them() {
        for (text, expected) in [
            ("127.0.0.1:9090", "127.0.0.1:9090"),
            ("0.0.0.0:80", "0.0.0.0:80"),
            ("[::1]:8080", "[::1]:8080"),
            ("8081", "127.0.0.1:8081"),
            (":8081", "127.0.0.1:8081"),
            ("0", "127.0.0.1:0"),
            ("localhost:8081", "127.0.0.1:8081"),
            ("LocalHost", "127.0.0.1:8080"),
            ("0.0.0.0", "0.0.0.0:8080"),
            ("::", "[::]:8080"),
            ("[::1]", "[::1]:8080"),
            (" 127.0.0.1:1 ", "127.0.0.1:1"),
        ] {
            let read = parse(text).map(|socket| socket.to_string());
            assert_eq!(read.as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_none_is_refused_with_an_example() {
        for text in ["", ":", "localhost:", "70000", ":-1", "gateway.example:80", "http://1.2.3.4"]
        {
            let refused = parse(text);
            assert!(refused.as_ref().is_err_and(|hint| hint.contains(":8080")), "{text}");
        }
    }
}
