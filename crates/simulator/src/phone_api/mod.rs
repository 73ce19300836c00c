//! The HTTP API that moves the virtual phones: JSON, without authentication, meant for
//! loopback only.

mod calls;
mod chats;
mod contacts;
mod files;
mod groups;
mod json;
mod messages;
mod network;
mod origin;
mod phones;

use std::sync::Arc;

use axum::Router;
use axum::middleware;
use axum::routing::{get, post};

use crate::simulator::Simulator;

/// The routes under `/sandbox`.
pub fn phone_api(simulator: Arc<Simulator>) -> Router {
    Router::new()
        .route("/sandbox/phones", get(phones::list).post(phones::create))
        .route("/sandbox/phones/{phone}/scan", post(phones::scan))
        .route("/sandbox/phones/{phone}/pairing-code", post(phones::enter_code))
        .route("/sandbox/phones/{phone}/unlink", post(phones::unlink))
        .route("/sandbox/phones/{phone}/online", post(phones::set_online))
        .merge(messages::routes())
        .merge(chats::routes())
        .merge(calls::routes())
        .merge(contacts::routes())
        .merge(files::routes())
        .merge(groups::routes())
        .route("/sandbox/faults", post(network::inject))
        .route("/sandbox/network", get(network::describe))
        .layer(middleware::from_fn(origin::same_only))
        .with_state(simulator)
}
