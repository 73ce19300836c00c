//! The GREEN-API surface over HTTP.
//!
//! The folders mirror the vendor's API reference: one method is one file with its [`request`],
//! its handler and what it answers, and [`methods`] is the table of all of them. Every
//! request for a method comes through one [`entry`], which splits the path, since the
//! vendor's form (`/waInstance{idInstance}/…`, names in any case, slashes doubled) is
//! nothing that a router can match.

mod account;
#[cfg(test)]
mod any_body;
mod arriving;
mod call;
mod context;
mod description;
mod docs;
mod entry;
mod error;
mod files;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod handler;
mod journals;
mod limits;
mod long_list;
mod methods;
mod missing;
mod openapi;
mod partner;
mod path;
mod pictures;
mod queues;
mod read_mark;
mod receiving;
mod request;
mod sending;
mod service;
mod telemetry;
#[cfg(any(test, feature = "fuzzing"))]
#[cfg_attr(not(test), allow(dead_code))]
mod testing;
mod watchers;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use tower_http::decompression::RequestDecompressionLayer;

pub use context::{ApiContext, Pages};
pub use limits::RateLimits;
pub use openapi::document;

use context::Context;

/// Every method of the API, stored files, `/openapi.json` and `/docs`. Takes whatever path
/// nobody else has: merge it with routers that have no fallback.
pub fn router(context: ApiContext) -> Router {
    Router::new()
        .route("/openapi.json", get(openapi::serve))
        .route("/docs", get(docs::page))
        .route("/docs.css", get(docs::style))
        .route(files::PATH, get(files::serve).options(files::options))
        .fallback(entry::entry)
        // Every method that reads a body has a bound of its own.
        .layer(DefaultBodyLimit::disable())
        // They hold for what comes out of a packed body, which may be much more than went in.
        .layer(RequestDecompressionLayer::new())
        .with_state(Arc::new(Context::new(context, methods::rates())))
}
