//! Who may call: programs and our own pages, not any page that the person has open. The
//! API has no authentication, and a browser reaches loopback for every site.

use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::error::{Refusal, RefusalKind};

/// Refuses what a page of another origin sends.
pub(super) async fn same_only(request: Request, next: Next) -> Response {
    if is_foreign(request.headers()) {
        return Refusal::new(
            RefusalKind::Forbidden,
            "A page of another site may not move the virtual phones.",
            "Call from a program, or from a page of this server.",
        )
        .into_response();
    }
    next.run(request).await
}

/// Browsers name the origin of a page; programs do not.
fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match (text(ORIGIN), text(HOST)) {
        (None, _) => false,
        (Some(origin), host) => origin.split_once("://").map(|(_, site)| site) != host,
    }
}
