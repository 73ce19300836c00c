//! Rows of the journals: of messages in `getChatHistory`, `getMessage`, `lastIncomingMessages`
//! and `lastOutgoingMessages`, of calls in `lastIncomingCalls` and `lastOutgoingCalls`.

use serde_json::{Value, json};
use siskin_model::message::Direction;
use siskin_model::{CallRecord, Message, MessageStatus};

use crate::kind::{Context, Members, kind_of};
use crate::quoted::{quoted_message, type_message};
use crate::{Sender, View, Word};

/// A message as journals show it (specification, `getChatHistory`).
pub fn message(message: &Message, sender: &Sender, view: &View<'_>) -> Value {
    let (body, direction) = (&message.body, message.direction);
    let mut row = envelope(message, sender, view);
    row.insert("isForwarded".into(), body.forwarding.is_forwarded.into());
    row.insert("forwardingScore".into(), body.forwarding.score.into());
    if let Some(quoted) = &body.quoted {
        row.insert("quotedMessage".into(), quoted_message(quoted, view).into());
    }
    let context = Context { direction, forwarding: body.forwarding, view };
    row.extend(kind_of(&body.content).row(&context));
    if message.is_edited {
        row.insert("isEdited".into(), true.into());
    }
    if message.is_deleted {
        row.insert("isDeleted".into(), true.into());
    }
    Value::Object(row)
}

fn envelope(message: &Message, sender: &Sender, view: &View<'_>) -> Members {
    let mut row = Members::new();
    let mut set = |name: &str, value: Value| row.insert(name.to_owned(), value);
    set("type", message.direction.as_str().into());
    set("idMessage", json!(message.id));
    // Of outgoing ones the vendor tells when their status last changed.
    set("timestamp", message.status_at.unwrap_or(message.at).seconds().into());
    set("typeMessage", type_message(&message.body).into());
    set("chatId", json!(view.shown(&message.chat)));
    set("chatName", sender.chat_name.as_str().into());
    if message.direction.is_outgoing() {
        let status = message.status.map(MessageStatus::word).unwrap_or_default();
        set("statusMessage", status.into());
        set("sendByApi", (message.direction == Direction::Api).into());
    } else {
        set("senderId", json!(view.shown(&message.sender)));
        set("senderName", sender.name.as_str().into());
        set("senderContactName", sender.contact_name.as_str().into());
    }
    row
}

/// A call as the call journals show it (specification, `lastIncomingCalls`,
/// `lastOutgoingCalls`).
pub fn call(call: &CallRecord, duration: u64, view: &View<'_>) -> Value {
    let chat = view.shown(&call.chat);
    let mut row = json!({
        "type": if call.is_incoming { "incoming" } else { "outgoing" },
        "idMessage": call.id,
        "timestamp": call.at.seconds(),
        "typeMessage": if call.is_incoming { "incomingCall" } else { "outgoingCall" },
        "chatId": chat,
        "isVideo": call.is_video,
        "status": call.status.word(),
    });
    if call.is_incoming {
        row["isGroup"] = call.is_group.into();
    } else {
        row["duration"] = duration.into();
        row["participants"] = json!([{ "id": chat, "status": call.status.word() }]);
    }
    row
}
