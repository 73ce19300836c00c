use std::time::Duration;

use reqwest::redirect;

use crate::resolver::GuardedResolver;
use crate::{Policy, roots};

/// How long the TCP and TLS handshakes may take.
const CONNECT: Duration = Duration::from_secs(15);
/// How many unused connections to one host are kept, where the same hosts are called again.
pub(crate) const IDLE_CONNECTIONS: usize = 32;
/// How we name ourselves to those we call.
const USER_AGENT: &str = concat!("siskin/", env!("CARGO_PKG_VERSION"));

#[derive(Debug, thiserror::Error)]
pub(crate) enum BuildError {
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
    #[error("the client cannot be set up")]
    Client(#[from] reqwest::Error),
}

#[allow(clippy::disallowed_methods, reason = "this is the guard")]
pub(crate) fn build(policy: Policy, idle: usize) -> Result<reqwest::Client, BuildError> {
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(roots::tls()?)
        .dns_resolver(GuardedResolver(policy))
        // A redirect could lead where the policy does not; and only 200 is an answer.
        .redirect(redirect::Policy::none())
        .no_proxy()
        // A short answer that unpacks to a long one would pass every bound; and a feature for
        // it could come in by another crate.
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        .referer(false)
        .tcp_nodelay(true)
        .connect_timeout(CONNECT)
        .pool_max_idle_per_host(idle)
        .user_agent(USER_AGENT)
        .build()?;
    Ok(client)
}
