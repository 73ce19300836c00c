//! The only door to foreign networks: an HTTP client that knows where it may go.
//!
//! Addresses come from people who may use the gateway but not the network that it stands
//! in. Whether one may be called is decided on the resolved address, at the moment of
//! connecting: a name that is looked up twice can mean two places.

mod address;
mod answer;
mod client;
mod error;
mod fetcher;
mod file;
mod media;
mod page;
mod picture;
mod resolver;
mod roots;
mod text;
mod webhook;

use std::sync::Arc;

pub use error::OutboundError;
pub use fetcher::Fetcher;
pub use file::IncomingFile;
pub use media::{Exchange, ExchangeAnswer, ExchangeBody};
pub use page::PageDescription;

/// Where requests may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Only to addresses of the public internet.
    Public,
    /// Anywhere: the operator's own network and this machine too.
    AnyIncludingPrivate,
}

/// An HTTP client under a [`Policy`].
///
/// It follows no redirects, uses no proxy and keeps no cookies. Cloning it is cheap and
/// shares the connections.
#[derive(Debug, Clone)]
pub struct Outbound {
    policy: Policy,
    client: Result<reqwest::Client, Arc<str>>,
}

impl Outbound {
    /// Makes a client. If the machine does not let it, every request says why.
    pub fn new(policy: Policy) -> Self {
        Self::keeping(policy, client::IDLE_CONNECTIONS)
    }

    /// The same, with so many unused connections to one host.
    fn keeping(policy: Policy, idle: usize) -> Self {
        let client = client::build(policy, idle).map_err(|error| Arc::from(error::chain(&error)));
        Self { policy, client }
    }

    /// A client for this address, if it may be called and needs no lookup to know that.
    fn client_for(&self, url: &str) -> Result<(&reqwest::Client, url::Url), OutboundError> {
        let url = url::Url::parse(url).map_err(|_| OutboundError::InvalidUrl)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(OutboundError::InvalidUrl);
        }
        // A literal address is never resolved, so the resolver's check does not see it.
        let literal = match url.host() {
            Some(url::Host::Ipv4(address)) => Some(address.into()),
            Some(url::Host::Ipv6(address)) => Some(address.into()),
            _ => None,
        };
        if literal.is_some_and(|address| !address::allowed(self.policy, address)) {
            return Err(OutboundError::forbidden(&url));
        }
        let client = self.client.as_ref();
        let client = client.map_err(|why| OutboundError::NoClient(why.to_string()))?;
        Ok((client, url))
    }
}
