//! The media hosts: where clients upload encrypted files and fetch them from, by HTTP.
//!
//! `hosts` says which there are, `store` keeps the files, `permits` says who may touch them,
//! `upload` and `download` are the two calls.

mod download;
mod faults;
mod hosts;
mod permits;
mod query;
mod store;
mod upload;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use serde_json::json;

pub use download::chunks;
pub use faults::{
    ExpireMedia, MediaDirection, MediaFault, MediaFaultKind, MediaFaults, MediaRetryAnswer,
};
pub(crate) use hosts::HOSTS;
pub use hosts::known_only;
pub(crate) use permits::AUTH_SECONDS;
pub use permits::token;
pub use store::MediaStore;

/// The routes of the media hosts.
pub fn routes(media: Arc<MediaStore>) -> Router {
    Router::new()
        .route("/mms/{kind}/{token}", post(upload::upload))
        .route("/product/{kind}/{token}", post(upload::upload))
        .route("/v/{folder}/{name}", get(download::download))
        .with_state(media)
}

/// How a host refuses: a status, and a sentence for whoever reads the log of the client.
fn refuse(status: StatusCode, reason: &str) -> Response {
    (status, axum::Json(json!({ "error": reason }))).into_response()
}
