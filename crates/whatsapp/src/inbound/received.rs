use siskin_fleet::port::{Inbox, InboxEvent, Received};
use siskin_model::{Content, MessageId, UnixMillis};
use wacore::types::events::InboundMessage;
use wacore::types::message::{EditAttribute, MessageCategory, MessageInfo};
use wacore_binary::JidExt as _;
use waproto::whatsapp as wa;

use super::place::Place;
use super::votes;
use crate::account::OwnAccount;
use crate::addresses::Addresses;
use crate::translate::{self, Envelope};

/// Offers decrypted messages to the inbox, all or none.
pub(super) async fn offer(
    batch: &[InboundMessage],
    inbox: &dyn Inbox,
    addresses: &Addresses,
) -> anyhow::Result<()> {
    let Some(own) = addresses.own() else {
        anyhow::bail!("messages came before the account is known")
    };
    let mut received = Vec::with_capacity(batch.len());
    let mut timers = Vec::new();
    for item in batch {
        let (message, info) = (&item.message, &item.info);
        received.extend(read(message, info, &own, addresses, inbox).await?);
        timers.extend(timer(message, info, &own, addresses).await);
    }
    if !timers.is_empty() {
        inbox.events(timers).await?;
    }
    if !received.is_empty() {
        inbox.messages(received).await?;
    }
    Ok(())
}

/// A decrypted message in the fleet's words. `None`: it is not for people, or of a kind
/// of chat that the API has not.
async fn read(
    message: &wa::Message,
    info: &MessageInfo,
    own: &OwnAccount,
    addresses: &Addresses,
    inbox: &dyn Inbox,
) -> anyhow::Result<Option<Received>> {
    if info.category == MessageCategory::Peer || info.id.is_empty() {
        return Ok(None);
    }
    let Some(place) = Place::of(info, own, addresses).await else { return Ok(None) };
    let id = MessageId::from_text(info.id.as_str());
    let envelope = Envelope {
        own: Some(&own.phone),
        chat: place.chat.preferred(),
        sender: place.sender.preferred(),
        id: &id,
        by_api: false,
    };
    let Some(mut body) = translate::read(message, &envelope) else { return Ok(None) };
    if let Some(vote) = translate::encrypted_vote(message)
        && let Some(update) = votes::open(&vote, &place, own, addresses, inbox).await?
    {
        body.content = Content::PollUpdate(update);
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
async fn timer(
    message: &wa::Message,
    info: &MessageInfo,
    own: &OwnAccount,
    addresses: &Addresses,
) -> Option<InboxEvent> {
    if info.source.chat.is_group() || info.category == MessageCategory::Peer {
        return None;
    }
    let at = UnixMillis(info.timestamp.timestamp_millis());
    let timer = translate::told_timer(message, at)?;
    let place = Place::of(info, own, addresses).await?;
    Some(InboxEvent::Timer { chat: place.chat, timer })
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
