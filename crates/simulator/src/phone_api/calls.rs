//! `/sandbox/phones/{phone}/calls`.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Json, Router, routing::get};
use serde::Deserialize;
use serde_json::{Value, json};
use siskin_sim_phone::calling::{self, Answer};
use siskin_sim_server::calls::Call;
use siskin_sim_server::error::Refusal;

use super::json::Body;
use crate::simulator::Simulator;

type Network = State<Arc<Simulator>>;

pub(super) fn routes() -> Router<Arc<Simulator>> {
    Router::new().route("/sandbox/phones/{phone}/calls", get(list).post(act))
}

/// `GET /sandbox/phones/{phone}/calls`.
async fn list(
    State(network): Network,
    Path(phone): Path<String>,
) -> Result<Json<Vec<Call>>, Refusal> {
    let client = network.client(&phone)?;
    Ok(Json(client.server.calls.of(&client.account.phone)))
}

#[derive(Deserialize)]
#[serde(
    tag = "action",
    rename_all = "lowercase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
enum Action {
    Offer {
        to: String,
        #[serde(default)]
        video: bool,
    },
    Accept {
        call_id: String,
    },
    Reject {
        call_id: String,
    },
    Terminate {
        call_id: String,
    },
}

/// `POST /sandbox/phones/{phone}/calls`: answers `{callId}`.
async fn act(
    State(network): Network,
    Path(phone): Path<String>,
    Body(action): Body<Action>,
) -> Result<Json<Value>, Refusal> {
    let client = network.client(&phone)?;
    let (call_id, answer) = match action {
        Action::Offer { to, video } => {
            let call_id = calling::ring(&client, &to, video).await?;
            return Ok(Json(json!({ "callId": call_id })));
        }
        Action::Accept { call_id } => (call_id, Answer::Accept),
        Action::Reject { call_id } => (call_id, Answer::Reject),
        Action::Terminate { call_id } => (call_id, Answer::Terminate),
    };
    calling::answer(&client, &call_id, answer).await?;
    Ok(Json(json!({ "callId": call_id })))
}
