//! `/sandbox/phones/{phone}/messages/{id}/file`: the file of a message, as the phone has
//! decrypted it.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header::{
    CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use buffa::Message as _;
use serde::Deserialize;
use siskin_sim_phone::chat::Chat;
use siskin_sim_phone::{MediaRef, MessageFilter, OpenError, describe, open_to_file};
use siskin_sim_server::error::{Refusal, RefusalKind};
use siskin_sim_server::media::chunks;
use waproto::whatsapp as wa;

use crate::simulator::Simulator;

/// The types that are told as a sender names them. Any other could make a browser take a file
/// for a page of this server's, or is no type at all.
const TOLD: [&str; 11] = [
    "application/pdf",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "audio/ogg; codecs=opus",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "text/plain",
    "video/mp4",
];
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
    let client = network.client(&phone)?;
    let named = |chat| Chat::named(&client.server.directory, chat);
    let chat = which.chat_id.as_deref().map(named).transpose()?;
    let filter = MessageFilter {
        chat: chat.map(|chat| chat.id),
        id: Some(id.clone()),
        ..MessageFilter::default()
    };
    let rows = client.phone.chats.matching(&filter);
    let row = rows.first().ok_or_else(|| absent(format!("The phone has no message {id}.")))?;
    let message = wa::Message::decode_from_slice(&row.message).unwrap_or_default();
    let file = MediaRef::of(&message)
        .ok_or_else(|| absent(format!("The message {id} has no file that can be fetched.")))?;
    let length = file.file_length;
    let fields = describe(&message);
    let kind = fields.get("mimeType").and_then(|kind| kind.as_str()).unwrap_or_default();
    let kind = TOLD.into_iter().find(|told| *told == kind).unwrap_or(DEFAULT_TYPE);
    let file = open_to_file(&client.server.media, file).await.map_err(refusal)?;
    let body = Body::from_stream(chunks(tokio::fs::File::from_std(file), length));
    let size = length.to_string();
    let headers = [
        (CONTENT_TYPE, kind),
        (CONTENT_LENGTH, size.as_str()),
        (CONTENT_DISPOSITION, "attachment"),
        (CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
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
