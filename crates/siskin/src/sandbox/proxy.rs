//! The phones of a network in another process, on the gateway's own origin: its pages may
//! call nothing else.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::json;
use siskin_outbound::{Outbound, Policy};

use super::network::LARGEST_ANSWER;

#[derive(Clone)]
struct Proxy {
    outbound: Outbound,
    phones_url: String,
}

/// The phone API, answered by the network at `phones_url`.
pub(super) fn router(phones_url: &str) -> Router {
    let outbound = Outbound::new(Policy::AnyIncludingPrivate);
    Router::new()
        .route("/sandbox/{*path}", get(pass).post(pass))
        .with_state(Proxy { outbound, phones_url: phones_url.to_owned() })
}

async fn pass(
    State(proxy): State<Proxy>,
    method: Method,
    Path(path): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if is_foreign(&headers) {
        let error = "This call comes from a page of another origin.";
        return refusal(StatusCode::FORBIDDEN, error, "Call it from the gateway's own pages.");
    }
    let body = match method {
        Method::GET => None,
        _ => Some(serde_json::from_slice(&body).unwrap_or_default()),
    };
    let url = format!("{}/sandbox/{path}", proxy.phones_url);
    let answer = proxy.outbound.call(&url, body.as_ref(), "application/json", LARGEST_ANSWER).await;
    match answer {
        Ok((status, text)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
            (status, [(header::CONTENT_TYPE, "application/json")], text).into_response()
        }
        Err(error) => {
            let hint = "Start `siskin simulator` again at the address that the sandbox uses.";
            refusal(StatusCode::BAD_GATEWAY, &error.to_string(), hint)
        }
    }
}

fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = text(header::ORIGIN) else { return false };
    let host = origin.split_once("://").map(|(_, host)| host);
    host != text(header::HOST)
}

fn refusal(status: StatusCode, error: &str, hint: &str) -> Response {
    (status, axum::Json(json!({ "error": error, "hint": hint }))).into_response()
}
