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
    let mut row = match &message.body.content {
        Content::File(file) => file_members(file, view),
        Content::ExtendedText(text) => Map::from_iter([
            ("textMessage".to_owned(), text.text.as_str().into()),
            ("extendedTextMessage".to_owned(), text.json(forwarding)),
        ]),
        Content::Edited(edited) => Map::from_iter([
            (
                if edited.is_caption { "caption" } else { "textMessage" }.to_owned(),
                json!(edited.text),
            ),
            ("editedMessageId".to_owned(), json!(edited.target)),
        ]),
        content => {
            let (name, value) = member(content, view);
            Map::from_iter([(name.to_owned(), value)])
        }
    };
    row.insert("isForwarded".into(), forwarding.is_forwarded.into());
    row.insert("forwardingScore".into(), forwarding.score.into());
    row
}

/// The one member of a content that has one.
fn member(content: &Content, view: &View<'_>) -> (&'static str, Value) {
    match content {
        Content::Text(text) => ("textMessage", text.text.as_str().into()),
        Content::Reaction(reaction) => {
            ("extendedTextMessageData", json!({ "text": reaction.text }))
        }
        Content::Location(location) => ("location", location.json()),
        Content::Contact(card) => ("contact", json!(card)),
        Content::Contacts(cards) => ("contacts", json!(cards)),
        Content::Poll(poll) => ("pollMessageData", poll.json()),
        Content::PollUpdate(update) => ("pollMessageData", update.json(view)),
        Content::Deleted(deleted) => ("deletedMessageId", json!(deleted.target)),
        Content::GroupInvite(invite) => ("groupInviteMessageData", invite.json()),
        Content::Buttons(buttons) => ("buttonsMessage", json!(buttons)),
        Content::List(list) => ("listMessage", json!(list)),
        Content::Template(template) => ("templateMessage", json!(template)),
        Content::InteractiveButtons(buttons) => ("interactiveButtons", json!(buttons)),
        Content::InteractiveButtonsReply(buttons) => ("interactiveButtonsReply", json!(buttons)),
        Content::ButtonsResponse(response) => ("buttonsResponseMessage", json!(response)),
        Content::TemplateReply(reply) => ("templateButtonReplyMessage", json!(reply)),
        Content::ListResponse(response) => ("listResponseMessage", json!(response)),
        Content::Unsupported(unsupported) => ("textMessage", unsupported.text.as_str().into()),
        // These have more than one, or a form of their own.
        Content::File(_) | Content::ExtendedText(_) | Content::Edited(_) => {
            ("textMessage", content.text().unwrap_or_default().into())
        }
    }
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
