use serde_json::{Value, json};
use siskin_model::message::Direction;
use siskin_model::{Account, Body, Message, UnixMillis};

use super::{Notification, instance_data};
use crate::View;
use crate::kind::{Context, Members, kind_of};
use crate::quoted::{answer_data, quoted_message, type_message};

/// The names beside a message: `senderData` without its addresses.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sender {
    /// The chat's name.
    pub chat_name: String,
    /// The name that the writer chose.
    pub name: String,
    /// The name under which the phone has saved the writer; empty where it has not.
    pub contact_name: String,
}

impl Notification {
    /// A message was received, sent through the API, or sent from the phone. Its 24 hours
    /// begin at `now`: a message that waited at WhatsApp for days is still told.
    pub fn message(
        account: Option<&Account>,
        message: &Message,
        sender: &Sender,
        view: &View<'_>,
        now: UnixMillis,
    ) -> Self {
        let body = json!({
            "typeWebhook": type_webhook(message.direction),
            "instanceData": instance_data(view.instance, account),
            "timestamp": message.at.seconds(),
            "idMessage": message.id,
            "senderData": sender_data(message, sender, view),
            "messageData": message_data(&message.body, message.direction, view),
        });
        Self { at: now, body }
    }
}

const fn type_webhook(direction: Direction) -> &'static str {
    match direction {
        Direction::Incoming => "incomingMessageReceived",
        Direction::Phone => "outgoingMessageReceived",
        Direction::Api => "outgoingAPIMessageReceived",
    }
}

fn sender_data(message: &Message, sender: &Sender, view: &View<'_>) -> Value {
    json!({
        "chatId": view.shown(&message.chat),
        "chatName": sender.chat_name,
        "sender": view.shown(&message.sender),
        "senderName": sender.name,
        "senderContactName": sender.contact_name,
    })
}

fn message_data(body: &Body, direction: Direction, view: &View<'_>) -> Members {
    let mut data = Members::new();
    data.insert("typeMessage".into(), type_message(body).into());
    if let Some(quoted) = &body.quoted {
        data.insert("quotedMessage".into(), quoted_message(quoted, view).into());
    }
    let context = Context { direction, forwarding: body.forwarding, view };
    let members = answer_data(body, view);
    data.extend(members.unwrap_or_else(|| kind_of(&body.content).notification(&context)));
    data
}
