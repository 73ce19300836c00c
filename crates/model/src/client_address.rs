use std::fmt;
use std::net::IpAddr;

/// Where a request comes from, as far as that can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClientAddress {
    /// One client's; of IPv6, the network of 64 bits that a client has to itself.
    Own(IpAddr),
    /// Everybody's behind it: a proxy's that does not tell whom it speaks for, or this
    /// machine's own. What one of them does must not be laid to the others.
    Shared(IpAddr),
}

impl fmt::Display for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Own(address) | Self::Shared(address)) = self;
        address.fmt(f)
    }
}
