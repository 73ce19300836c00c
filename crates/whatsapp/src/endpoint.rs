use std::net::IpAddr;

use http::Uri;

/// Whether this build accepts any server as WhatsApp. Such a build talks to nothing but a
/// simulator on loopback.
pub const SIMULATOR_ONLY: bool = cfg!(feature = "danger-simulator-only");

/// Where WhatsApp is: the address of its websocket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    uri: Uri,
}

/// An address that cannot stand for WhatsApp.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// It is no websocket address.
    #[error("'{0}' is not a websocket address; it looks like wss://web.whatsapp.com/ws/chat")]
    NotAWebSocket(String),
    /// A build with the sandbox may only talk to its simulator.
    #[error(
        "this build accepts any server as WhatsApp, so it only talks to a simulator on \
         loopback, not to '{0}'; build without the feature `sandbox` for the real network"
    )]
    NotLoopback(String),
}

impl Endpoint {
    /// WhatsApp's own address.
    pub const WHATSAPP: &'static str = "wss://web.whatsapp.com/ws/chat";

    /// Takes an address.
    ///
    /// # Errors
    /// When it is no websocket's, or not a loopback one in a build that accepts any server.
    pub fn new(address: &str) -> Result<Self, EndpointError> {
        let uri: Uri =
            address.parse().map_err(|_| EndpointError::NotAWebSocket(address.to_owned()))?;
        if !matches!(uri.scheme_str(), Some("ws" | "wss")) || uri.host().is_none() {
            return Err(EndpointError::NotAWebSocket(address.to_owned()));
        }
        let endpoint = Self { uri };
        if SIMULATOR_ONLY && !endpoint.is_loopback() {
            return Err(EndpointError::NotLoopback(address.to_owned()));
        }
        Ok(endpoint)
    }

    /// Only an address in digits counts: a name could be made to lead elsewhere.
    fn is_loopback(&self) -> bool {
        self.host().parse().is_ok_and(|address: IpAddr| address.is_loopback())
    }

    /// The host and the port, for those who want to know whether they can be reached.
    pub fn address(&self) -> (String, u16) {
        (self.host().to_owned(), self.port())
    }

    pub(crate) fn uri(&self) -> &Uri {
        &self.uri
    }

    pub(crate) fn host(&self) -> &str {
        self.uri.host().unwrap_or_default().trim_matches(['[', ']'])
    }

    pub(crate) fn is_tls(&self) -> bool {
        self.uri.scheme_str() == Some("wss")
    }

    pub(crate) fn port(&self) -> u16 {
        self.uri.port_u16().unwrap_or(if self.is_tls() { 443 } else { 80 })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_websocket_addresses_are_taken() {
        for address in ["", "http://127.0.0.1/", "127.0.0.1:80", "ws:///path"] {
            assert!(Endpoint::new(address).is_err(), "{address}");
        }
    }

    #[test]
    fn a_build_that_accepts_any_server_stays_on_loopback() {
        assert!(Endpoint::new("ws://127.0.0.1:1/ws/chat").is_ok());
        assert!(Endpoint::new("ws://[::1]:1/ws/chat").is_ok());
        for elsewhere in [Endpoint::WHATSAPP, "ws://localhost:1/", "ws://192.168.0.1:1/"] {
            assert_eq!(Endpoint::new(elsewhere).is_err(), SIMULATOR_ONLY, "{elsewhere}");
        }
    }

    #[test]
    fn ports_follow_the_scheme() {
        let endpoint = Endpoint::new("ws://127.0.0.1/ws/chat").unwrap();
        assert_eq!((endpoint.host(), endpoint.port()), ("127.0.0.1", 80));
    }
}
