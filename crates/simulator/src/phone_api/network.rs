//! `/sandbox/network` and `/sandbox/faults`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use siskin_sim_server::error::Refusal;

use super::json::Body;
use crate::faults::Faults;
use crate::simulator::Simulator;
use crate::status::NetworkStatus;

type Network = State<Arc<Simulator>>;

/// `POST /sandbox/faults`: see [`Faults`].
pub(super) async fn inject(
    State(network): Network,
    Body(faults): Body<Faults>,
) -> Result<Json<Value>, Refusal> {
    network.inject(faults).await?;
    Ok(Json(json!({})))
}

/// `GET /sandbox/network`: see [`NetworkStatus`].
pub(super) async fn describe(State(network): Network) -> Json<NetworkStatus> {
    Json(network.status().await)
}
