use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::{Policy, address};

/// Looks names up as the system does, and leaves out the addresses that may not be called.
///
/// The connection is made to what this returns and to nothing else, so that a name cannot
/// mean one address when it is checked and another when it is called.
pub(crate) struct GuardedResolver(pub(crate) Policy);

/// A name leads only to addresses that may not be called.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to no address that may be called")]
pub(crate) struct OnlyForbidden;

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = self.0;
        Box::pin(async move {
            // The port of the request replaces this one.
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> =
                found.filter(|socket| address::allowed(policy, socket.ip())).collect();
            if allowed.is_empty() {
                return Err(OnlyForbidden.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}
