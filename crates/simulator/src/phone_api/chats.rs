//! Reading, playing and writing, and what a phone shows of its chats as they change.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures::Stream;
use futures::stream;
use serde::Deserialize;
use serde_json::{Value, json};
use siskin_sim_phone::{ChatOverview, messaging};
use siskin_sim_server::error::Refusal;

use super::json::Body;
use crate::simulator::Simulator;

type Answer<T> = Result<Json<T>, Refusal>;
type Network = State<Arc<Simulator>>;

pub(super) fn routes() -> Router<Arc<Simulator>> {
    Router::new()
        .route("/sandbox/phones/{phone}/chats", get(list))
        .route("/sandbox/phones/{phone}/events", get(events))
        .route("/sandbox/phones/{phone}/read", post(read))
        .route("/sandbox/phones/{phone}/played", post(play))
        .route("/sandbox/phones/{phone}/typing", post(type_))
}

/// `GET /sandbox/phones/{phone}/chats`.
async fn list(State(network): Network, Path(phone): Path<String>) -> Answer<Vec<ChatOverview>> {
    Ok(Json(network.client(&phone)?.phone.chats.overview()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Read {
    chat_id: String,
    id: Option<String>,
}

/// `POST /sandbox/phones/{phone}/read` `{chatId, id?}`: answers `{read}`, the ids.
async fn read(
    State(network): Network,
    Path(phone): Path<String>,
    Body(body): Body<Read>,
) -> Answer<Value> {
    let read = messaging::read(&network.client(&phone)?, &body.chat_id, body.id.as_deref()).await?;
    Ok(Json(json!({ "read": read })))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Play {
    chat_id: String,
    id: String,
}

/// `POST /sandbox/phones/{phone}/played` `{chatId, id}`.
async fn play(
    State(network): Network,
    Path(phone): Path<String>,
    Body(body): Body<Play>,
) -> Answer<Value> {
    messaging::play(&network.client(&phone)?, &body.chat_id, &body.id).await?;
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Typing {
    chat_id: String,
    typing: bool,
    #[serde(default)]
    recording: bool,
}

/// `POST /sandbox/phones/{phone}/typing` `{chatId, typing, recording?}`.
async fn type_(
    State(network): Network,
    Path(phone): Path<String>,
    Body(body): Body<Typing>,
) -> Answer<Value> {
    let client = network.client(&phone)?;
    messaging::type_in(&client, &body.chat_id, body.typing, body.recording).await?;
    Ok(Json(json!({})))
}

/// `GET /sandbox/phones/{phone}/events`: `message` with a row whenever one comes or changes,
/// `chats` with the list of chats whenever something else does.
async fn events(
    State(network): Network,
    Path(phone): Path<String>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refusal> {
    let phone = network.client(&phone)?.phone;
    // The network may end while somebody listens.
    drop(network);
    let changes = phone.chats.watch();
    let (_, last) = phone.chats.changed_after(u64::MAX);
    let events = stream::unfold((phone, changes, last), |(phone, mut changes, last)| async move {
        changes.changed().await.ok()?;
        let (rows, last) = phone.chats.changed_after(last);
        let events: Vec<Result<Event, Infallible>> = match rows.is_empty() {
            true => vec![event("chats", &json!(phone.chats.overview()))],
            false => rows.iter().map(|row| event("message", &row.to_json(false))).collect(),
        };
        Some((stream::iter(events), (phone, changes, last)))
    });
    let events = futures::StreamExt::flatten(events);
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

fn event(name: &'static str, data: &Value) -> Result<Event, Infallible> {
    Ok(Event::default().event(name).data(data.to_string()))
}
