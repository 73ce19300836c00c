use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::redirect;
use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use url::{Host, Url};

use crate::error::OutboundError;
use crate::guard::{GuardedResolver, Policy};

/// How long making a connection may take.
const CONNECT: Duration = Duration::from_secs(15);
/// How long a call may take as a whole, where the caller does not say.
pub(crate) const CALL: Duration = Duration::from_secs(90);
/// Connections to one host that are kept for the next request.
const IDLE_PER_HOST: usize = 8;

/// An HTTP client behind the guard. Cheap to clone; clones share their connections.
///
/// It follows no redirects: each would be another address to look at.
#[derive(Clone)]
pub struct Outbound {
    client: Client,
    policy: Policy,
}

impl Outbound {
    /// A client that reaches what the policy allows.
    ///
    /// # Panics
    /// Never in practice: it is built of constants, and the first test would not pass.
    #[allow(clippy::expect_used)]
    pub fn new(policy: Policy) -> Self {
        let client = Client::builder()
            .tls_backend_preconfigured(tls())
            .dns_resolver(Arc::new(GuardedResolver(policy)))
            .redirect(redirect::Policy::none())
            .referer(false)
            // A proxy from the environment would be asked to go where we must not.
            .no_proxy()
            .connect_timeout(CONNECT)
            .pool_max_idle_per_host(IDLE_PER_HOST)
            .user_agent(concat!("Siskin/", env!("CARGO_PKG_VERSION")))
            .build()
            .expect("the client is built of constants");
        Self { client, policy }
    }

    /// Reads a page.
    ///
    /// # Errors
    /// When it cannot be had, its status is not 200, or it is longer than `largest` bytes.
    pub async fn get_text(&self, url: &str, largest: usize) -> Result<String, OutboundError> {
        let (status, text) = self.call(url, None, "*/*", largest).await?;
        match status {
            200 => Ok(text),
            other => Err(OutboundError::Failed(format!("the answer has status {other}"))),
        }
    }

    /// Makes a request, a POST where there is a JSON body and a GET otherwise, and reads the
    /// status and the text of the answer.
    ///
    /// # Errors
    /// When there is no answer, or it is longer than `largest` bytes.
    pub async fn call(
        &self,
        url: &str,
        body: Option<&Value>,
        accept: &str,
        largest: usize,
    ) -> Result<(u16, String), OutboundError> {
        let url = self.checked(url)?;
        let request = match body {
            Some(body) => self.client.post(url).json(body),
            None => self.client.get(url),
        };
        let request = request.header("accept", accept).timeout(CALL);
        let (status, bytes) = answer(request, largest).await?;
        Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// The address, if it may be called. Names are looked at when they are resolved; an
    /// address in digits never is, so it is looked at here.
    pub(crate) fn checked(&self, url: &str) -> Result<Url, OutboundError> {
        let url = Url::parse(url).map_err(|_| OutboundError::Address)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(OutboundError::Address);
        }
        let digits = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) => None,
            None => return Err(OutboundError::Address),
        };
        match digits {
            Some(address) if !self.policy.allows(address) => Err(OutboundError::Forbidden),
            _ => Ok(url),
        }
    }
}

/// Sends a request and reads its answer to the end, as far as it is not too long.
async fn answer(request: RequestBuilder, largest: usize) -> Result<(u16, Bytes), OutboundError> {
    let mut response = request.send().await?;
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > largest {
            return Err(OutboundError::TooLarge(largest));
        }
        body.extend_from_slice(&chunk);
    }
    Ok((response.status().as_u16(), body.freeze()))
}

/// TLS on ring, as the engine's, with Mozilla's roots.
#[allow(clippy::expect_used)]
fn tls() -> rustls::ClientConfig {
    let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has the ciphers of TLS 1.2 and 1.3")
        .with_root_certificates(rustls::RootCertStore { roots })
        .with_no_client_auth()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use axum::Router;
    use axum::routing::get;

    async fn server() -> String {
        let app = Router::new()
            .route("/page", get(|| async { "text" }))
            .route("/away", get(|| async { axum::response::Redirect::to("/page") }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        format!("http://{address}")
    }

    #[tokio::test]
    async fn a_public_client_does_not_reach_this_machine() {
        let outbound = Outbound::new(Policy::Public);
        let port = server().await.rsplit_once(':').unwrap().1.to_owned();
        for host in ["127.0.0.1", "localhost", "[::1]", "0x7f.1", "2130706433"] {
            let page = outbound.get_text(&format!("http://{host}:{port}/page"), 100).await;
            assert!(matches!(page, Err(OutboundError::Forbidden)), "{host}: {page:?}");
        }
    }

    #[tokio::test]
    async fn pages_are_read_up_to_their_bound_and_redirects_are_not_followed() {
        let (outbound, url) = (Outbound::new(Policy::AnyIncludingPrivate), server().await);
        assert_eq!(outbound.get_text(&format!("{url}/page"), 4).await.unwrap(), "text");
        let long = outbound.get_text(&format!("{url}/page"), 3).await;
        assert!(matches!(long, Err(OutboundError::TooLarge(3))));
        assert!(outbound.get_text(&format!("{url}/away"), 100).await.is_err());
    }

    #[tokio::test]
    async fn an_error_does_not_show_the_address() {
        let outbound = Outbound::new(Policy::AnyIncludingPrivate);
        let error = outbound.get_text("http://user:secret@127.0.0.1:1/hidden", 9).await;
        let text = error.unwrap_err().to_string();
        assert!(!text.contains("secret") && !text.contains("hidden"), "{text}");
    }
}
