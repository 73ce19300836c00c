use std::time::Duration;

use reqwest::redirect;

use crate::resolver::GuardedResolver;
use crate::{Policy, roots};

/// How long the TCP and TLS handshakes may take.
const CONNECT: Duration = Duration::from_secs(15);
/// How many unused connections to one host are kept.
const IDLE_CONNECTIONS: usize = 32;
/// How we name ourselves to those we call.
const USER_AGENT: &str = concat!("siskin/", env!("CARGO_PKG_VERSION"));

#[derive(Debug, thiserror::Error)]
pub(crate) enum BuildError {
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
    #[error("the client cannot be set up")]
    Client(#[from] reqwest::Error),
}

pub(crate) fn build(policy: Policy) -> Result<reqwest::Client, BuildError> {
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(roots::tls()?)
        .dns_resolver(GuardedResolver(policy))
        // A redirect could lead where the policy does not; and only 200 is an answer.
        .redirect(redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .tcp_nodelay(true)
        .connect_timeout(CONNECT)
        .pool_max_idle_per_host(IDLE_CONNECTIONS)
        .user_agent(USER_AGENT)
        .build()?;
    Ok(client)
}
