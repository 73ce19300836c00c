//! Which hosts this network has. A request that was meant for another is refused: a client that
//! puts this network's address in place of whatever host a URL names would not notice that the
//! URL leads to a stranger.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::middleware::Next;
use axum::response::Response;

use super::refuse;
use crate::counters::Counters;

/// Where clients are sent, the best first. They put this network's address in its place.
pub(crate) const HOSTS: [&str; 2] = ["mmg.whatsapp.net", "mmg-fallback.whatsapp.net"];

/// Refuses, and counts, what was meant for another host.
pub async fn known_only(
    State(counters): State<Arc<Counters>>,
    request: Request,
    next: Next,
) -> Response {
    let named = request.headers().get(HOST);
    let named = named.map(|host| String::from_utf8_lossy(host.as_bytes()).into_owned());
    match named.filter(|host| !is_known(host)) {
        None => next.run(request).await,
        Some(host) => {
            counters.foreign_host(&host);
            refuse(StatusCode::MISDIRECTED_REQUEST, "this is none of WhatsApp's hosts")
        }
    }
}

/// The media hosts by name, and this machine by itself.
fn is_known(authority: &str) -> bool {
    let is_port = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if is_port(port) => host,
        _ => authority,
    };
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    HOSTS.contains(&host) || host == "localhost" || address.is_ok_and(|host| host.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_networks_own_hosts_are_known() {
        for host in [HOSTS[0], HOSTS[1], "127.0.0.1:4000", "[::1]:4000", "[::1]", "localhost:1"] {
            assert!(is_known(host), "{host}");
        }
        for host in [
            "evil.test",
            "mmg.whatsapp.net.evil.test",
            "mmg.whatsapp.net@evil.test",
            "10.0.0.1",
            "127.0.0.1.evil.test:80",
        ] {
            assert!(!is_known(host), "{host}");
        }
    }
}
