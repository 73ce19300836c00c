//! `/sandbox/phones/{phone}/messages/{id}/file`: the file of a message, as the phone has
//! decrypted it.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use buffa::Message as _;
use serde::Deserialize;
use waproto::whatsapp as wa;

use crate::error::{Refusal, RefusalKind};
use crate::media::{MediaRef, OpenError, chunks};
use crate::phone::{Wanted, describe};
use crate::simulator::Simulator;

const DEFAULT_TYPE: &str = "application/octet-stream";

pub(super) fn routes() -> Router<Arc<Simulator>> {
    Router::new().route("/sandbox/phones/{phone}/messages/{id}/file", get(open))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Which {
    chat_id: Option<String>,
}

/// `GET ?chatId=`: the decrypted bytes. Everything that the message says about its file was
/// checked before the first byte is sent.
async fn open(
    State(network): State<Arc<Simulator>>,
    Path((phone, id)): Path<(String, String)>,
    Query(which): Query<Which>,
) -> Result<Response, Refusal> {
    let cell = network.require_account(&phone)?;
    let chat = which.chat_id.as_deref().map(|chat| network.chat(chat)).transpose()?;
    let wanted =
        Wanted { chat: chat.map(|chat| chat.id), id: Some(id.clone()), ..Wanted::default() };
    let rows = cell.chats.wanted(&wanted);
    let row = rows.first().ok_or_else(|| absent(format!("The phone has no message {id}.")))?;
    let message = wa::Message::decode_from_slice(&row.message).unwrap_or_default();
    let file = MediaRef::of(&message)
        .ok_or_else(|| absent(format!("The message {id} has no file that can be fetched.")))?;
    let length = file.file_length;
    let fields = describe(&message);
    let kind = fields.get("mimeType").and_then(|kind| kind.as_str()).unwrap_or(DEFAULT_TYPE);
    let file = network.open_to_file(file).await.map_err(refusal)?;
    let body = Body::from_stream(chunks(tokio::fs::File::from_std(file), length));
    let headers = [(CONTENT_TYPE, kind.to_owned()), (CONTENT_LENGTH, length.to_string())];
    Ok((headers, body).into_response())
}

fn absent(error: String) -> Refusal {
    Refusal::new(
        RefusalKind::NotFound,
        error,
        "List what it has with GET /sandbox/phones/{phone}/messages.",
    )
}

fn refusal(error: OpenError) -> Refusal {
    match error {
        OpenError::Absent => Refusal::new(
            RefusalKind::NotFound,
            error.to_string(),
            "Whoever sends a message uploads its file first.",
        ),
        OpenError::Wrong(_) => Refusal::conflict(
            error.to_string(),
            "Compare the message's fields with what the upload answered.",
        ),
        OpenError::Io(_) => {
            Refusal::new(RefusalKind::Internal, error.to_string(), "Look at the simulator's log.")
        }
    }
}
