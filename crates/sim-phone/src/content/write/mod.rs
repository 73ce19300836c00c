//! Messages as the phone API asks for them.

mod about;
mod answers;
mod bubbles;
mod bytes;
mod cards;
mod context;
mod file;

use std::sync::Arc;

use buffa::{Message as _, MessageField};
use serde::Deserialize;
use siskin_sim_server::error::Refusal;
use siskin_sim_server::keys::random_bytes;
use siskin_sim_server::media::MediaStore;
use waproto::whatsapp as wa;

pub(crate) use about::Target;
use bytes::Bytes;
use context::wrap;
pub(crate) use context::{Context, Quoted};

/// The content of a message that a phone is to send, as JSON.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub(crate) enum Draft {
    Text(cards::Text),
    Image(file::Image),
    Video(file::Video),
    VideoNote(file::Video),
    Audio(file::Audio),
    Voice(file::Audio),
    Document(file::Document),
    Sticker(file::Sticker),
    Location(cards::Location),
    Contact(cards::Contact),
    Contacts(cards::Contacts),
    Poll(cards::Poll),
    GroupInvite(cards::GroupInvite),
    PollVote(about::PollVote),
    Reaction(about::Reaction),
    Edit(about::Edit),
    Delete(about::Delete),
    /// Its time stands where it stands for other messages.
    Disappearing {},
    Buttons(bubbles::Buttons),
    List(bubbles::List),
    Template(bubbles::Template),
    Interactive(bubbles::Interactive),
    ButtonsResponse(answers::ButtonsResponse),
    ListResponse(answers::ListResponse),
    TemplateReply(answers::TemplateReply),
    InteractiveReply(answers::InteractiveReply),
    Raw(Raw),
}

/// Any message at all.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Raw {
    message: Bytes,
}

impl Draft {
    /// The message that this one is about, when it is about one.
    pub(crate) fn target(&self) -> Option<&str> {
        match self {
            Self::PollVote(vote) => Some(&vote.target_id),
            Self::Reaction(reaction) => Some(&reaction.target_id),
            Self::Edit(edit) => Some(&edit.target_id),
            Self::Delete(delete) => Some(&delete.target_id),
            _ => None,
        }
    }

    /// The message, with what stands around its content. `target` is what
    /// [`Draft::target`] names.
    pub(crate) async fn write(
        self,
        hosts: &Arc<MediaStore>,
        target: Option<Target>,
        context: Context,
    ) -> Result<wa::Message, Refusal> {
        let mut message = match self {
            Self::Raw(raw) => return raw.write(),
            Self::Text(text) => text.write(),
            Self::Image(image) => image.write(hosts).await?,
            Self::Video(video) => video.write(hosts, false).await?,
            Self::VideoNote(video) => video.write(hosts, true).await?,
            Self::Audio(audio) => audio.write(hosts, false).await?,
            Self::Voice(audio) => audio.write(hosts, true).await?,
            Self::Document(document) => document.write(hosts).await?,
            Self::Sticker(sticker) => sticker.write(hosts).await?,
            Self::Location(location) => location.write(),
            Self::Contact(contact) => contact.write()?,
            Self::Contacts(contacts) => contacts.write()?,
            Self::Poll(poll) => poll.write()?,
            Self::GroupInvite(invite) => invite.write(),
            Self::Disappearing {} => {
                return Ok(about::disappearing(context.expiration.unwrap_or(0)));
            }
            Self::Buttons(buttons) => buttons.write(),
            Self::List(list) => list.write(),
            Self::Template(template) => template.write(),
            Self::Interactive(interactive) => interactive.write(),
            Self::ButtonsResponse(answer) => answer.write(),
            Self::ListResponse(answer) => answer.write(),
            Self::TemplateReply(answer) => answer.write(),
            Self::InteractiveReply(answer) => answer.write(),
            Self::PollVote(vote) => vote.write(&required(target)?)?,
            Self::Reaction(reaction) => reaction.write(&required(target)?),
            Self::Edit(edit) => edit.write(&required(target)?)?,
            Self::Delete(delete) => delete.write(&required(target)?),
        };
        message.message_context_info = MessageField::some(wa::MessageContextInfo {
            // Every message has one; votes and encrypted edits are bound to it.
            message_secret: Some(random_bytes::<32>().to_vec()),
            ..Default::default()
        });
        wrap(message, context)
    }
}

impl Raw {
    fn write(self) -> Result<wa::Message, Refusal> {
        wa::Message::decode_from_slice(&self.message.0).map_err(|error| {
            Refusal::invalid(
                format!("\"message\" is not a Message protobuf: {error}."),
                "Send the encoded protobuf in base64.",
            )
        })
    }
}

fn required(target: Option<Target>) -> Result<Target, Refusal> {
    target.ok_or_else(|| {
        Refusal::invalid(
            "The phone does not hold the message that this one is about.",
            "Take \"targetId\" from the phone's messages in that chat.",
        )
    })
}
