//! Messages about other messages.

use buffa::{Message as _, MessageField};
use serde::Deserialize;
use siskin_sim_server::clock::unix_millis;
use siskin_sim_server::error::{Error, Refusal};
use wacore::poll::{compute_option_hash, encrypt_poll_vote_with_secret};
use waproto::whatsapp as wa;
use waproto::whatsapp::message::protocol_message::Type;

use crate::content::innermost::{innermost, poll};

/// The message that another one is about, as the one who sends that sees it.
pub(crate) struct Target {
    /// How it is named between the two.
    pub(crate) key: wa::MessageKey,
    /// Its protobuf.
    pub(crate) message: Vec<u8>,
    /// Whether the phone sent it.
    pub(crate) from_me: bool,
    /// Its author, as JID without a device.
    pub(crate) author: String,
    /// Who sends the message about it.
    pub(crate) sender: String,
}

impl Target {
    fn message(&self) -> wa::Message {
        wa::Message::decode_from_slice(&self.message).unwrap_or_default()
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Reaction {
    pub(super) target_id: String,
    text: String,
}

impl Reaction {
    pub(super) fn write(self, target: &Target) -> wa::Message {
        let reaction = wa::message::ReactionMessage {
            key: MessageField::some(target.key.clone()),
            text: Some(self.text),
            sender_timestamp_ms: Some(unix_millis()),
            ..Default::default()
        };
        wa::Message { reaction_message: MessageField::some(reaction), ..Default::default() }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Delete {
    pub(super) target_id: String,
}

impl Delete {
    pub(super) fn write(self, target: &Target) -> wa::Message {
        protocol(wa::message::ProtocolMessage {
            key: MessageField::some(target.key.clone()),
            r#type: Some(Type::REVOKE),
            ..Default::default()
        })
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Edit {
    pub(super) target_id: String,
    text: String,
}

impl Edit {
    pub(super) fn write(self, target: &Target) -> Result<wa::Message, Refusal> {
        if !target.from_me {
            return Err(Refusal::invalid(
                "A phone can edit only what it sent itself.",
                "Take \"targetId\" from a message with \"fromMe\": true.",
            ));
        }
        let original = target.message();
        let content = edited(innermost(&original).message, self.text);
        Ok(protocol(wa::message::ProtocolMessage {
            key: MessageField::some(target.key.clone()),
            r#type: Some(Type::MESSAGE_EDIT),
            edited_message: MessageField::some(content),
            timestamp_ms: Some(unix_millis()),
            ..Default::default()
        }))
    }
}

/// The message with another text, or another caption where it has a file.
fn edited(original: &wa::Message, text: String) -> wa::Message {
    let mut new = wa::Message::default();
    if let Some(image) = original.image_message.as_option() {
        let image = wa::message::ImageMessage { caption: Some(text), ..image.clone() };
        new.image_message = MessageField::some(image);
    } else if let Some(video) = original.video_message.as_option() {
        let video = wa::message::VideoMessage { caption: Some(text), ..video.clone() };
        new.video_message = MessageField::some(video);
    } else if let Some(document) = original.document_message.as_option() {
        let document = wa::message::DocumentMessage { caption: Some(text), ..document.clone() };
        new.document_message = MessageField::some(document);
    } else if let Some(extended) = original.extended_text_message.as_option() {
        let extended = wa::message::ExtendedTextMessage { text: Some(text), ..extended.clone() };
        new.extended_text_message = MessageField::some(extended);
    } else {
        new.conversation = Some(text);
    }
    new
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PollVote {
    pub(super) target_id: String,
    options: Vec<String>,
}

impl PollVote {
    pub(super) fn write(self, target: &Target) -> Result<wa::Message, Refusal> {
        let original = target.message();
        let Some(poll) = poll(innermost(&original).message) else {
            return Err(Refusal::invalid(
                "\"targetId\" names no poll.",
                "Take it from a message of kind \"poll\".",
            ));
        };
        let known = |option: &String| {
            poll.options.iter().any(|known| known.option_name.as_ref() == Some(option))
        };
        if let Some(unknown) = self.options.iter().find(|option| !known(option)) {
            return Err(Refusal::invalid(
                format!("The poll has no option {unknown:?}."),
                "Take \"options\" from those of the poll.",
            ));
        }
        let context = original.message_context_info.as_option();
        let secret = context.and_then(|context| context.message_secret.as_deref());
        let secret = secret.unwrap_or_default();
        let hashes: Vec<Vec<u8>> =
            self.options.iter().map(|name| compute_option_hash(name).to_vec()).collect();
        let (payload, iv) = encrypt_poll_vote_with_secret(
            &hashes,
            secret,
            &self.target_id,
            &target.author,
            &target.sender,
        )
        .map_err(Error::crypto)?;
        let vote =
            wa::message::PollEncValue { enc_payload: Some(payload), enc_iv: Some(iv.to_vec()) };
        let update = wa::message::PollUpdateMessage {
            poll_creation_message_key: MessageField::some(target.key.clone()),
            vote: MessageField::some(vote),
            sender_timestamp_ms: Some(unix_millis()),
            ..Default::default()
        };
        Ok(wa::Message { poll_update_message: MessageField::some(update), ..Default::default() })
    }
}

/// The setting of a chat whose messages disappear after so many seconds.
pub(super) fn disappearing(expiration: u32) -> wa::Message {
    protocol(wa::message::ProtocolMessage {
        r#type: Some(Type::EPHEMERAL_SETTING),
        ephemeral_expiration: Some(expiration),
        ephemeral_setting_timestamp: Some(unix_millis() / 1000),
        ..Default::default()
    })
}

fn protocol(protocol: wa::message::ProtocolMessage) -> wa::Message {
    wa::Message { protocol_message: MessageField::some(protocol), ..Default::default() }
}
