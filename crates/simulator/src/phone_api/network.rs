//! `/sandbox/network` and `/sandbox/faults`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};

use super::json::Body;
use crate::error::Refusal;
use crate::faults::Faults;
use crate::simulator::Simulator;

type Network = State<Arc<Simulator>>;

/// `POST /sandbox/faults`: see [`Faults`].
pub(super) async fn inject(
    State(network): Network,
    Body(faults): Body<Faults>,
) -> Result<Json<Value>, Refusal> {
    network.inject(faults).await?;
    Ok(Json(json!({})))
}

/// `GET /sandbox/network`: `{socketsOpen, devicesLinked, unknownStanzas, rootPublicKey}`.
/// The key, in base64, is what a client that checks certificates must trust.
pub(super) async fn describe(State(network): Network) -> Json<Value> {
    let phones = network.phones().await;
    let linked: usize = phones.iter().map(|phone| phone.linked_devices.len()).sum();
    Json(json!({
        "socketsOpen": network.counters().sockets_open(),
        "devicesLinked": linked,
        "unknownStanzas": network.unknown_stanzas(),
        "rootPublicKey": BASE64_STANDARD.encode(network.root_public_key()),
    }))
}
