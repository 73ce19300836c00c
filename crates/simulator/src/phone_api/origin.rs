//! Who may call: programs and our own pages, not any page that the person has open. The
//! API has no authentication, and a browser reaches loopback for every site.

use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN, USER_AGENT};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use siskin_sim_server::error::{Refusal, RefusalKind};

/// Refuses what a page of another origin sends.
pub(super) async fn same_only(request: Request, next: Next) -> Response {
    if is_foreign(request.method(), request.headers()) {
        return Refusal::new(
            RefusalKind::Forbidden,
            "A page of another site may not move the virtual phones.",
            "Call from a program, or from a page of this server.",
        )
        .into_response();
    }
    next.run(request).await
}

/// Browsers name the site that a request comes from, older ones the origin of a page, but for
/// what the page only shows; programs name neither. A browser that says nothing may read: what
/// it fetches for a page of another origin, the page cannot see.
fn is_foreign(method: &Method, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    match (text(ORIGIN.as_str()), text(HOST.as_str())) {
        (Some(origin), host) => origin.split_once("://").map(|(_, site)| site) != host,
        (None, _) => {
            let is_browser = text(USER_AGENT.as_str()).is_some_and(|it| it.starts_with("Mozilla/"));
            is_browser && method != Method::GET
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuses(method: &Method, pairs: &[(&'static str, &'static str)]) -> bool {
        let pairs = pairs
            .iter()
            .map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value")));
        is_foreign(method, &pairs.collect())
    }

    #[test]
    fn what_a_page_of_another_site_sends_is_told_apart() {
        const HERE: (&str, &str) = ("host", "127.0.0.1:8080");
        const BROWSER: (&str, &str) = ("user-agent", "Mozilla/5.0 (X11)");
        let (get, post) = (&Method::GET, &Method::POST);
        for site in ["cross-site", "same-site"] {
            assert!(refuses(get, &[HERE, ("sec-fetch-site", site)]), "a picture, {site}");
        }
        assert!(refuses(post, &[HERE, ("origin", "http://evil.test")]));
        assert!(refuses(post, &[HERE, ("origin", "null")]));
        assert!(refuses(post, &[HERE, BROWSER]), "a form of an old browser");
        assert!(!refuses(post, &[HERE, ("origin", "http://127.0.0.1:8080")]));
        assert!(!refuses(post, &[HERE, BROWSER, ("sec-fetch-site", "same-origin")]));
        assert!(!refuses(get, &[HERE, BROWSER, ("sec-fetch-site", "none")]), "typed in");
        assert!(!refuses(post, &[HERE]), "a program");
    }
}
