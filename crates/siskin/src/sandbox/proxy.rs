//! The phones of a network in another process, on the gateway's own origin: its pages may
//! call nothing else.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::json;
use siskin_outbound::{Fetcher, IncomingFile, Outbound, OutboundError, Policy};

use super::network::LARGEST_ANSWER;

/// The largest body that is passed on: a file in base64.
const LARGEST_BODY: usize = 64 * 1024 * 1024;
/// The largest answer that is passed on as it comes: a file, or events for a while.
const LARGEST_STREAM: u64 = 256 * 1024 * 1024;

#[derive(Clone)]
struct Proxy {
    outbound: Outbound,
    fetcher: Fetcher,
    phones_url: String,
}

/// The phone API, answered by the network at `phones_url`.
pub(super) fn router(phones_url: &str) -> Router {
    let outbound = Outbound::new(Policy::AnyIncludingPrivate);
    let fetcher = Fetcher::new(Policy::AnyIncludingPrivate);
    Router::new()
        .route("/sandbox/{*path}", get(pass).post(pass).delete(pass))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(Proxy { outbound, fetcher, phones_url: phones_url.to_owned() })
}

async fn pass(
    State(proxy): State<Proxy>,
    method: Method,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if is_foreign(&method, &headers) {
        let error = "This call comes from a page of another origin.";
        return refusal(StatusCode::FORBIDDEN, error, "Call it from the gateway's own pages.");
    }
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let url = format!("{}/sandbox/{path}{query}", proxy.phones_url);
    if method == Method::GET && (path.ends_with("/events") || path.ends_with("/file")) {
        return match proxy.fetcher.fetch_file(&url, LARGEST_STREAM).await {
            Ok(file) => as_it_comes(file),
            Err(error) => unreachable(&error),
        };
    }
    let answer = if method == Method::DELETE {
        proxy.outbound.delete(&url, LARGEST_ANSWER).await
    } else {
        let body =
            (method != Method::GET).then(|| serde_json::from_slice(&body).unwrap_or_default());
        proxy.outbound.call(&url, body.as_ref(), "application/json", LARGEST_ANSWER).await
    };
    match answer {
        Ok((status, text)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
            (status, [(header::CONTENT_TYPE, "application/json")], text).into_response()
        }
        Err(error) => unreachable(&error),
    }
}

fn unreachable(error: &OutboundError) -> Response {
    let hint = "Start `siskin simulator` again at the address that the sandbox uses.";
    refusal(StatusCode::BAD_GATEWAY, &error.to_string(), hint)
}

/// Passes an answer on as it comes: events have no end. When they are silent for too long this
/// ends, and a browser asks again.
fn as_it_comes(file: IncomingFile) -> Response {
    let content_type = file.content_type().unwrap_or("application/octet-stream").to_owned();
    let chunks = futures::stream::unfold(file, |mut file| async move {
        let chunk = file.chunk().await.ok().flatten()?;
        Some((Ok::<_, std::convert::Infallible>(chunk), file))
    });
    ([(header::CONTENT_TYPE, content_type)], Body::from_stream(chunks)).into_response()
}

/// Whether a page of another origin sends this. Browsers say so, but for old ones, which are
/// let read only: what they fetch for a page of another origin it cannot see.
fn is_foreign(method: &Method, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    match text(header::ORIGIN.as_str()) {
        Some(origin) => origin.split_once("://").map(|(_, host)| host) != text("host"),
        None => {
            let is_browser = text("user-agent").is_some_and(|name| name.starts_with("Mozilla/"));
            is_browser && *method != Method::GET
        }
    }
}

fn refusal(status: StatusCode, error: &str, hint: &str) -> Response {
    (status, axum::Json(json!({ "error": error, "hint": hint }))).into_response()
}
