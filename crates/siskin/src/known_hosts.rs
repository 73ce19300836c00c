//! The names that the gateway answers to. A page of the web can make its own name lead to
//! this machine, and what comes from here would then be its own to read. What has a token in
//! its path is safe from that; everything else answers to no name but those it is known by.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{self, HOST};
use axum::http::uri::Authority;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::config::Config;

/// What a path begins with that answers to every name: it has a token, or tells no secret.
/// Supervisors ask for their two under names of their own.
const OPEN: [&str; 8] = [
    "wainstance",
    "partner/",
    "files/",
    "qr-page/",
    "console/assets/",
    "favicon.ico",
    "healthz",
    "readyz",
];
/// In the setting: every name.
const ANY: &str = "*";

/// The names, beside those of this machine and addresses in digits.
#[derive(Debug, Clone, Default)]
pub(crate) struct KnownHosts(Arc<[String]>);

impl KnownHosts {
    /// Those of the setting, and the one in the public address.
    pub(crate) fn of(config: &Config) -> Self {
        let public = config.public_url.split_once("://").map(|(_, rest)| rest);
        let public = public.and_then(|rest| rest.split(['/', '?', '#']).next());
        let public = public.and_then(host);
        let names = config.hosts.iter().map(|name| name.trim().to_ascii_lowercase());
        Self(names.chain(public).filter(|name| !name.is_empty()).collect())
    }

    /// Whether a host, as a request names it, is this gateway. An address in digits cannot be
    /// made to lead elsewhere, so every one is.
    fn knows(&self, host: &str) -> bool {
        let is_local = host == "localhost" || host.ends_with(".localhost");
        let digits = host.trim_matches(['[', ']']);
        let is_listed = || self.0.iter().any(|name| name == ANY || name == host);
        is_local || digits.parse::<IpAddr>().is_ok() || is_listed()
    }

    /// The host that the request names and that is none of these, as far as it can be read.
    fn stranger(&self, request: &Request) -> Option<String> {
        let named = request.headers().get_all(HOST).iter();
        let named = named.map(|value| value.to_str().ok().and_then(host));
        let in_line = request.uri().authority().map(|authority| host(authority.as_str()));
        named.chain(in_line).find_map(|host| match host {
            Some(host) => (!self.knows(&host)).then_some(host),
            None => Some("that it was called by".to_owned()),
        })
    }
}

/// The host in `host:port`, in lower case and without the dot at its end.
fn host(authority: &str) -> Option<String> {
    let authority: Authority = authority.parse().ok()?;
    Some(authority.host().trim_end_matches('.').to_ascii_lowercase())
}

fn is_open(path: &str) -> bool {
    let path = path.trim_start_matches('/');
    let begins = |prefix: &&str| {
        path.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    OPEN.iter().any(begins)
}

/// Refuses what is not open and comes under a name that is not known.
pub(crate) async fn check(
    State(known): State<KnownHosts>,
    request: Request,
    next: Next,
) -> Response {
    if is_open(request.uri().path()) {
        return next.run(request).await;
    }
    let Some(stranger) = known.stranger(&request) else { return next.run(request).await };
    let text = format!(
        "This gateway does not go by the name {stranger}.\n\nIf it should, its operator adds the \
         name to the setting `hosts` (SISKIN_HOSTS), or sets `public-url`.\n"
    );
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    (StatusCode::MISDIRECTED_REQUEST, [(header::CONTENT_TYPE, plain)], text).into_response()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use tower::ServiceExt as _;

    use super::*;
    use crate::config::Flags;

    async fn status(path: &str, hosts: &[&str]) -> u16 {
        let mut config = Config::load(&Flags::default()).unwrap();
        config.public_url = "https://Gateway.example:8443/below".to_owned();
        config.hosts = vec!["siskin".to_owned()];
        let app = Router::new().fallback(|| async { "well" });
        let app = app.layer(from_fn_with_state(KnownHosts::of(&config), check));
        let mut request = Request::get(path);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        let request = request.body(Body::empty()).unwrap();
        app.oneshot(request).await.unwrap().status().as_u16()
    }

    #[tokio::test]
    async fn what_has_no_token_answers_to_its_own_names_only() {
        for path in ["/console/sign-in", "/sandbox/phones", "/metrics", "/docs", "/openapi.json"] {
            for host in [
                "localhost",
                "LOCALHOST:8080",
                "siskin.localhost",
                "127.0.0.1:8080",
                "[::1]:8080",
                "10.1.2.3",
                "gateway.example",
                "gateway.example.:443",
                "siskin:8080",
            ] {
                assert_eq!(status(path, &[host]).await, 200, "{path} at {host}");
            }
            for host in ["evil.test", "localhost.evil.test", "127.0.0.1.evil.test", "a@b c", ""] {
                assert_eq!(status(path, &[host]).await, 421, "{path} at {host}");
            }
            assert_eq!(status(path, &["localhost", "evil.test"]).await, 421);
            assert_eq!(status(&format!("http://evil.test{path}"), &["localhost"]).await, 421);
        }
    }

    #[tokio::test]
    async fn what_has_a_token_answers_to_every_name() {
        for path in ["/waInstance1/qr/t", "//WAINSTANCE1/t", "/partner/a/t", "/files/1/t/a.png"] {
            assert_eq!(status(path, &["whatever.example"]).await, 200, "{path}");
        }
        assert_eq!(status("/readyz", &["a-supervisor"]).await, 200);
        assert_eq!(status("/console/assets/1/siskin.css", &["whatever.example"]).await, 200);
    }
}
