//! Rows of the journals: `getChatHistory`, `getMessage`, `lastIncomingMessages`,
//! `lastOutgoingMessages` (specification, `getChatHistory`). They flatten what notifications
//! wrap, and some members have other names (section 10, number 20).

use serde_json::{Map, Value, json};

use crate::message::{Content, Direction};
use crate::notification::{Sender, file_members, quoted_message};
use crate::{CallRecord, Message, MessageStatus, View};

/// A message as journals show it.
pub fn message(message: &Message, sender: &Sender, view: &View<'_>) -> Value {
    let mut row = envelope(message, sender, view);
    row.extend(content(message, view));
    if let Some(quoted) = &message.body.quoted {
        row.insert("quotedMessage".into(), quoted_message(quoted, view));
    }
    if let Content::Reaction(reaction) = &message.body.content {
        let participant = view.shown(&reaction.participant);
        let target = json!({ "stanzaId": reaction.target, "participant": participant });
        row.insert("quotedMessage".into(), target);
    }
    if message.is_edited {
        row.insert("isEdited".into(), true.into());
    }
    if message.is_deleted {
        row.insert("isDeleted".into(), true.into());
    }
    Value::Object(row)
}

fn envelope(message: &Message, sender: &Sender, view: &View<'_>) -> Map<String, Value> {
    let mut row = Map::new();
    let mut set = |name: &str, value: Value| row.insert(name.to_owned(), value);
    set("type", message.direction.as_str().into());
    set("idMessage", json!(message.id));
    // Of outgoing ones the vendor tells when their status last changed.
    set("timestamp", message.status_at.unwrap_or(message.at).seconds().into());
    set("typeMessage", message.body.type_message().into());
    set("chatId", json!(view.shown(&message.chat)));
    set("chatName", sender.chat_name.as_str().into());
    if message.direction.is_outgoing() {
        let status = message.status.map(MessageStatus::as_str).unwrap_or_default();
        set("statusMessage", status.into());
        set("sendByApi", (message.direction == Direction::Api).into());
    } else {
        set("senderId", json!(view.shown(&message.sender)));
        set("senderName", sender.name.as_str().into());
        set("senderContactName", sender.contact_name.as_str().into());
    }
    row
}

fn content(message: &Message, view: &View<'_>) -> Map<String, Value> {
    let forwarding = message.body.forwarding;
    let mut row = Map::new();
    let mut set = |name: &str, value: Value| row.insert(name.to_owned(), value);
    match &message.body.content {
        Content::Text(text) => {
            set("textMessage", text.text.as_str().into());
        }
        Content::ExtendedText(text) => {
            set("textMessage", text.text.as_str().into());
            set("extendedTextMessage", text.json(forwarding));
        }
        Content::File(file) => row.extend(file_members(file, view)),
        Content::Reaction(reaction) => {
            set("extendedTextMessageData", json!({ "text": reaction.text }));
        }
        Content::Location(location) => {
            set("location", location.json());
        }
        Content::Contact(card) => {
            set("contact", json!(card));
        }
        Content::Contacts(cards) => {
            set("contacts", json!(cards));
        }
        Content::Poll(poll) => {
            set("pollMessageData", poll.json());
        }
        Content::PollUpdate(update) => {
            set("pollMessageData", update.json(view));
        }
        Content::Edited(edited) => {
            set(if edited.is_caption { "caption" } else { "textMessage" }, json!(edited.text));
            set("editedMessageId", json!(edited.target));
        }
        Content::Deleted(deleted) => {
            set("deletedMessageId", json!(deleted.target));
        }
        Content::GroupInvite(invite) => {
            set("groupInviteMessageData", invite.json());
        }
        Content::Buttons(buttons) => {
            set("buttonsMessage", json!(buttons));
        }
        Content::List(list) => {
            set("listMessage", json!(list));
        }
        Content::Template(template) => {
            set("templateMessage", json!(template));
        }
        Content::InteractiveButtons(buttons) => {
            set("interactiveButtons", json!(buttons));
        }
        Content::InteractiveButtonsReply(buttons) => {
            set("interactiveButtonsReply", json!(buttons));
        }
        Content::ButtonsResponse(response) => {
            set("buttonsResponseMessage", json!(response));
        }
        Content::TemplateReply(reply) => {
            set("templateButtonReplyMessage", json!(reply));
        }
        Content::ListResponse(response) => {
            set("listResponseMessage", json!(response));
        }
        Content::Unsupported(unsupported) => {
            set("textMessage", unsupported.text.as_str().into());
        }
    }
    row.insert("isForwarded".into(), forwarding.is_forwarded.into());
    row.insert("forwardingScore".into(), forwarding.score.into());
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
        "status": call.status.as_str(),
    });
    if call.is_incoming {
        row["isGroup"] = call.is_group.into();
    } else {
        row["duration"] = duration.into();
        row["participants"] = json!([{ "id": chat, "status": call.status.as_str() }]);
    }
    row
}
