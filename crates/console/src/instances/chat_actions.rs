//! What can be done in a chat.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde_json::json;
use siskin_fleet::{Instance, MessageError, new_message_id};
use siskin_model::ChatId;
use siskin_model::message::{Command, Outgoing, Preview, Typing, TypingKind};
use siskin_model::text::is_blank;

use super::find;
use super::overview::page_with_unsent;
use crate::chat::{ChatSection, Unsent};
use crate::problem::{Kind, Problem};
use crate::qr_page::wants_json;
use crate::shared::Shared;
use crate::signed_in::{Posted, SignedIn};

/// How long the other side sees that something is being written, after a key was pressed.
const TYPING_MILLIS: u32 = 6000;

type Done = Result<Response, Problem>;

/// Puts a text into the queue of what is to be sent.
pub(crate) async fn send_text(
    State(console): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
    posted: Posted,
) -> Done {
    let who = &posted.who;
    let instance = find(&console, who, &id)?;
    let chat = chat(&posted)?;
    let text = posted.fields.get("text").map_or("", |text| text.as_str()).replace("\r\n", "\n");
    let wrong = match refusal(&text) {
        Some(wrong) => Some(wrong),
        None => accept(&console, who, &instance, &chat, &text).await?,
    };
    let unsent = match wrong {
        Some(_) => Unsent { wrong, text },
        None => Unsent::default(),
    };
    if wants_json(&headers) {
        return Ok(answer(who, &instance, chat, &unsent));
    }
    if wrong.is_none() {
        let address = format!("/console/instances/{id}?chat={chat}#chats");
        return Ok(Redirect::to(&address).into_response());
    }
    let page = page_with_unsent(&console, who, &instance, chat, &unsent).await;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
}

/// Why a text cannot be sent as it is.
fn refusal(text: &str) -> Option<&'static str> {
    match text.chars().count() {
        _ if is_blank(text) => Some("chat.empty_text"),
        count if count > crate::words::TEXT => Some("chat.long_text"),
        _ => None,
    }
}

/// The key of why it was not accepted, if it was not.
async fn accept(
    console: &Shared,
    who: &SignedIn,
    instance: &Instance,
    chat: &ChatId,
    text: &str,
) -> Result<Option<&'static str>, Problem> {
    let preview = match instance.settings().link_preview.is_yes() {
        true => Preview::Page { large: false },
        false => Preview::Off,
    };
    let outgoing = Outgoing {
        id: new_message_id(),
        chat: chat.clone(),
        command: Command::Text { text: text.to_owned(), preview },
        quoted: None,
        typing: None,
        method: "sendMessage".to_owned(),
        request: json!({ "chatId": chat, "message": text }),
        batch: None,
        accepted: console.now(),
    };
    match instance.accept(vec![outgoing]).await {
        Ok(()) => Ok(None),
        Err(MessageError::QueueFull(_)) => Ok(Some("chat.full")),
        Err(error) => Err(who.failed(&error)),
    }
}

/// What the script that sent it is told: the box to write in, with what was wrong or without
/// what was wrong before. The message itself comes by the page's stream.
fn answer(who: &SignedIn, instance: &Instance, chat: ChatId, unsent: &Unsent) -> Response {
    let status = match unsent.wrong {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let composer = ChatSection::of(who, Some(chat)).composer(instance, unsent);
    (status, Json([composer])).into_response()
}

/// Marks a chat read, for its other side too.
pub(crate) async fn mark_read(
    State(console): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
    posted: Posted,
) -> Done {
    let instance = find(&console, &posted.who, &id)?;
    let chat = chat(&posted)?;
    // Not being online now is nothing to stop at: the chat stays unread.
    if let Err(error) = instance.read_chat(&chat, None).await {
        tracing::warn!(instance = %instance.id(), %error, "a chat was not marked read");
    }
    if wants_json(&headers) {
        return Ok(Json::<[(); 0]>([]).into_response());
    }
    Ok(Redirect::to(&format!("/console/instances/{id}?chat={chat}#chats")).into_response())
}

/// Shows the other side that something is being written.
pub(crate) async fn show_typing(
    State(console): State<Shared>,
    Path(id): Path<String>,
    posted: Posted,
) -> Done {
    let instance = find(&console, &posted.who, &id)?;
    let typing = Typing { millis: TYPING_MILLIS, kind: TypingKind::Typing };
    if let Err(error) = instance.show_typing(&chat(&posted)?, typing).await {
        tracing::debug!(instance = %instance.id(), %error, "typing was not shown");
    }
    Ok(Json::<[(); 0]>([]).into_response())
}

fn chat(posted: &Posted) -> Result<ChatId, Problem> {
    let chat = posted.fields.get("chat").and_then(|chat| ChatId::parse(chat));
    chat.ok_or_else(|| posted.who.problem(Kind::NotFound))
}
