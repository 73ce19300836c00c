//! The media hosts: where clients upload encrypted files and fetch them from, by HTTP.
//!
//! `hosts` says which there are, `store` keeps the files, `permits` says who may touch them,
//! `upload` and `download` are the two calls, `sealed` is what a phone does with a file:
//! encrypt it and open it.

mod download;
mod faults;
mod hosts;
mod permits;
mod query;
mod retry;
mod sealed;
mod store;
mod upload;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use serde_json::json;

pub(crate) use download::chunks;
pub(crate) use faults::MediaFaults;
pub use faults::{ExpireMedia, MediaDirection, MediaFault, MediaFaultKind, MediaRetryAnswer};
pub(crate) use hosts::{HOSTS, known_only};
pub(crate) use permits::AUTH_SECONDS;
pub(crate) use retry::answer as answer_retry;
pub(crate) use sealed::{MediaRef, OpenError};
pub(crate) use store::MediaStore;

use crate::simulator::Simulator;

/// The routes of the media hosts.
pub(crate) fn routes(simulator: Arc<Simulator>) -> Router {
    Router::new()
        .route("/mms/{kind}/{token}", post(upload::upload))
        .route("/product/{kind}/{token}", post(upload::upload))
        .route("/v/{folder}/{name}", get(download::download))
        .with_state(simulator)
}

/// How a host refuses: a status, and a sentence for whoever reads the log of the client.
fn refuse(status: StatusCode, reason: &str) -> Response {
    (status, axum::Json(json!({ "error": reason }))).into_response()
}
