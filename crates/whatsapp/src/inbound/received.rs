use siskin_fleet::port::{InboxEvent, Received};
use siskin_model::{Address, MessageId, UnixMillis};
use wacore::types::message::{EditAttribute, MessageCategory, MessageInfo};
use wacore_binary::{Jid, JidExt as _};
use waproto::whatsapp as wa;

use super::{Intake, Own};
use crate::translate::{self, Frame};

/// Where a message belongs.
pub(super) struct Place {
    pub(super) chat: Address,
    pub(super) sender: Address,
}

impl Intake {
    /// A decrypted message in the fleet's words. `None`: it is not for people, or of a kind
    /// of chat that the API has not.
    pub(super) async fn received(
        &self,
        own: &Own,
        message: &wa::Message,
        info: &MessageInfo,
    ) -> anyhow::Result<Option<Received>> {
        if info.category == MessageCategory::Peer || info.id.is_empty() {
            return Ok(None);
        }
        let Some(place) = self.place(own, info).await else { return Ok(None) };
        let id = MessageId::from_text(info.id.as_str());
        let frame = Frame {
            own: Some(&own.phone),
            chat: place.chat.preferred(),
            sender: place.sender.preferred(),
            id: &id,
            by_api: false,
        };
        let Some(mut body) = translate::read(message, &frame) else { return Ok(None) };
        if let Some(ballot) = translate::ballot(message) {
            self.open_ballot(own, &ballot, &place, &mut body).await?;
        }
        own.by_number(&mut body);
        Ok(Some(Received {
            chat: place.chat,
            sender: place.sender,
            from_me: info.source.is_from_me,
            id,
            at: UnixMillis(info.timestamp.timestamp_millis()),
            push_name: push_name(info),
            body,
            raw: waproto::codec::message_to_vec(message),
            file_size: translate::file_reference(message).map(|file| file.file_length),
            status: None,
            by_admin: by_admin(info),
        }))
    }

    /// What a message says about the timer of its chat.
    pub(super) async fn timer(
        &self,
        own: &Own,
        message: &wa::Message,
        info: &MessageInfo,
    ) -> Option<InboxEvent> {
        if info.source.chat.is_group() || info.category == MessageCategory::Peer {
            return None;
        }
        let at = UnixMillis(info.timestamp.timestamp_millis());
        let timer = translate::timer::told(message, at)?;
        let place = self.place(own, info).await?;
        Some(InboxEvent::Timer { chat: place.chat, timer })
    }

    /// The chat and the writer of a message. `None`: statuses and channels, which are not
    /// told yet.
    pub(super) async fn place(&self, own: &Own, info: &MessageInfo) -> Option<Place> {
        let source = &info.source;
        let is_list = source.chat.is_broadcast_list();
        if source.chat.is_status_broadcast() || (is_list && source.is_from_me) {
            return None;
        }
        let sender = if source.is_from_me {
            own.address()
        } else {
            self.address(&source.sender, source.sender_alt.as_ref()).await?
        };
        // A message to a list of people is in each one's own chat with the writer.
        let chat = if is_list || is_same_person(&source.chat, &source.sender, source.is_from_me) {
            sender.clone()
        } else {
            // Of what the phone sends, only this attribute has the receiver's number.
            let other = source.recipient_alt.as_ref().or(info.peer_recipient_pn.as_ref());
            self.address(&source.chat, other).await?
        };
        Some(Place { chat, sender })
    }
}

fn is_same_person(chat: &Jid, sender: &Jid, from_me: bool) -> bool {
    !from_me && chat.is_same_user_as(sender)
}

/// Whether an administrator of the group wrote a message. That a message was taken back is
/// encrypted, and its writer may say what they like there; WhatsApp's server sees only the mark
/// on the outside, and takes it from administrators alone (engine, `types/message.rs`).
fn by_admin(info: &MessageInfo) -> bool {
    // What the account's own phone handed over, it has checked.
    info.edit == EditAttribute::AdminRevoke || info.unavailable_request_id.is_some()
}

/// The name that the writer chose; a business has a verified one.
fn push_name(info: &MessageInfo) -> String {
    let verified = || info.verified_name.as_ref().and_then(|name| name.name.clone());
    Some(info.push_name.clone())
        .filter(|name| !name.is_empty())
        .or_else(verified)
        .unwrap_or_default()
}
