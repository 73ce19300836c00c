//! `/sandbox/phones/{phone}/messages` and what belongs to it: reading, playing, writing.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use siskin_sim_phone::chat::Chat;
use siskin_sim_phone::{MessageFilter, Row, Status, messaging};
use siskin_sim_server::error::Refusal;
use tokio::time::timeout;

use super::json::Body;
use crate::simulator::Simulator;

type Answer<T> = Result<Json<T>, Refusal>;
type Network = State<Arc<Simulator>>;

/// The longest `wait`, in seconds.
const LONGEST_WAIT: f64 = 300.0;

/// Bytes of a request: a document of 100 MB in base64, and what stands around it.
const MAX_BODY: usize = 140 * 1024 * 1024;

pub(super) fn routes() -> Router<Arc<Simulator>> {
    Router::new()
        .route("/sandbox/phones/{phone}/messages", get(list).post(send))
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

/// `POST /sandbox/phones/{phone}/messages`: answers `{id}`.
async fn send(
    State(network): Network,
    Path(phone): Path<String>,
    Body(request): Body<messaging::Request>,
) -> Answer<Value> {
    let id = messaging::send(&network.client(&phone)?, request).await?;
    Ok(Json(json!({ "id": id })))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct List {
    chat_id: Option<String>,
    #[serde(default)]
    after: u64,
    id: Option<String>,
    status: Option<Status>,
    from_me: Option<bool>,
    wait: Option<f64>,
    #[serde(default)]
    raw: bool,
}

/// `GET /sandbox/phones/{phone}/messages`: what the phone holds, in order. With `wait`, the
/// answer comes when there is a message to show, or after so many seconds.
async fn list(
    State(network): Network,
    Path(phone): Path<String>,
    Query(query): Query<List>,
) -> Answer<Vec<Value>> {
    let client = network.client(&phone)?;
    let named = |chat| Chat::named(&client.server.directory, chat);
    let chat = query.chat_id.as_deref().map(named).transpose()?;
    let filter = MessageFilter {
        chat: chat.map(|chat| chat.id),
        after: query.after,
        id: query.id,
        status: query.status,
        from_me: query.from_me,
    };
    let chats = &client.phone.chats;
    let mut changes = chats.watch();
    let found = async {
        loop {
            let rows = chats.matching(&filter);
            if !rows.is_empty() || changes.changed().await.is_err() {
                return rows;
            }
        }
    };
    let rows: Vec<Row> = match query.wait {
        None => chats.matching(&filter),
        Some(seconds) => {
            let seconds = if seconds.is_finite() { seconds.clamp(0.0, LONGEST_WAIT) } else { 0.0 };
            timeout(Duration::from_secs_f64(seconds), found).await.unwrap_or_default()
        }
    };
    Ok(Json(rows.iter().map(|row| row.to_json(query.raw)).collect()))
}
