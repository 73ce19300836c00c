//! What is done with a message after it was told: it is answered, forwarded, edited, taken
//! back, voted on.

use serde_json::Value;
use siskin_fleet::port::Parts;
use siskin_model::message::{Command, Direction, Outgoing, Preview};
use siskin_model::{Content, Message, MessageId, UnixMillis};
use waproto::codec::{message_decode, message_to_vec};
use waproto::whatsapp as wa;

use super::{ADA, ADA_LID, GROUP, OWN, chat, id, stored};
use crate::jid::jid_of;
use crate::translate::{self, Draft, Envelope};

const SECRET: [u8; 32] = [9; 32];

/// Answers a message with a text, and does to it what else is possible.
pub(super) fn used(message: &Message) {
    let (from, text) = (message.chat.clone(), "Hello".to_owned());
    let answer = Command::Text { text: text.clone(), preview: Preview::Off };
    let quoted = Parts { quoted: Some(message.clone()), ..Parts::default() };
    let answer = sent(answer, &quoted).expect("whatever it is, it can be answered");
    let own = chat(OWN);
    let envelope =
        Envelope { own: Some(&own), chat: &message.chat, sender: &own, id: &id(), by_api: true };
    let read = translate::read(&answer, &envelope).expect("an answer says something");
    assert_eq!(read.content.text(), Some("Hello"));
    assert_eq!(read.quoted.map(|quoted| quoted.id), Some(message.id.clone()));

    let source = Parts { source: Some(message.clone()), ..Parts::default() };
    for command in [
        Command::Forward { from, message: id() },
        Command::Edit { target: id(), text },
        Command::Delete { target: id(), only_for_me: false },
    ] {
        let _ = sent(command, &source);
    }
}

/// Builds a message and sends it over the wire. `None`: it cannot be built.
fn sent(command: Command, parts: &Parts) -> Option<wa::Message> {
    let outgoing = Outgoing {
        id: MessageId::from_text("3EB00000000000000001"),
        chat: chat(GROUP),
        command,
        quoted: None,
        typing: None,
        method: String::new(),
        request: Value::Null,
        batch: None,
        accepted: UnixMillis(1_780_000_000_000),
    };
    let author = |message: &Option<Message>| message.as_ref().map(|it| jid_of(&it.sender));
    let draft = Draft {
        outgoing: &outgoing,
        parts,
        uploaded: None,
        quoted_author: author(&parts.quoted),
        source_author: author(&parts.source),
        secret: SECRET,
    };
    let built = translate::build(&draft).ok()?;
    Some(message_decode(&message_to_vec(&built)).expect("what we send can be read"))
}

/// Opens a message as a vote on a poll, and on itself if that is one.
pub(super) fn opened(message: &wa::Message) {
    let Some(vote) = translate::encrypted_vote(message) else { return };
    let (own, ada) = (chat(OWN), chat(ADA));
    let options = ["Tea", "Coffee"].map(str::to_owned).to_vec();
    let content = siskin_model::message::Poll {
        name: "Drinks?".to_owned(),
        options,
        multiple_answers: false,
    };
    let secret = wa::MessageContextInfo {
        message_secret: Some(SECRET.to_vec()),
        ..wa::MessageContextInfo::default()
    };
    let poll = wa::Message {
        message_context_info: buffa::MessageField::some(secret),
        ..wa::Message::default()
    };
    let body = siskin_model::Body::new(Content::Poll(content));
    let poll = stored(&ada, &own, body, Direction::Api, message_to_vec(&poll));
    let _ = vote.open(&poll, &[own], &[ada.clone(), chat(ADA_LID)], &ada);
}
