//! The history that a phone sends, unpacked into the fleet's words.

use siskin_fleet::port::{History, Received};
use siskin_model::{Address, ChatKind, MessageId, MessageStatus, Timer, UnixMillis};
use tokio::sync::mpsc;
use wa::web_message_info::Status;
use wacore::types::events::LazyHistorySync;
use waproto::whatsapp as wa;

use crate::account::OwnAccount;
use crate::jid::chat_in;
use crate::translate::{self, Envelope};

/// How many messages go to the inbox at once.
const PART: usize = 200;

/// Unpacks a piece and sends it in parts. Ends early if nobody takes them.
pub(super) fn unpack(
    history: &LazyHistorySync,
    own: OwnAccount,
    parts: &mpsc::Sender<History>,
) -> Result<(), wacore::history_sync::HistorySyncError> {
    let mut unpacker = Unpacker { own, part: History::default(), parts };
    let mut stream = history.stream();
    while let Some(conversation) = stream.next_conversation()? {
        if unpacker.conversation(conversation).is_none() {
            return Ok(());
        }
    }
    unpacker.remainder(&stream.remainder()?);
    unpacker.send();
    Ok(())
}

struct Unpacker<'a> {
    own: OwnAccount,
    part: History,
    parts: &'a mpsc::Sender<History>,
}

impl Unpacker<'_> {
    /// `None`: nobody takes it any more.
    fn conversation(&mut self, conversation: wa::Conversation) -> Option<()> {
        let Some(chat) = chat_address(&conversation) else { return Some(()) };
        if let Some(name) = chat.id.is_group().then_some(conversation.name.as_ref()).flatten() {
            self.part.names.push((chat.clone(), name.clone()));
        } else if chat.other.is_some() {
            // Without a name: that the two addresses are one person is worth knowing.
            self.part.names.push((chat.clone(), String::new()));
        }
        self.part.timers.extend(timer(&conversation).map(|timer| (chat.clone(), timer)));
        for item in conversation.messages {
            let message = item.message.into_option();
            let received = message.and_then(|message| received(&self.own, &chat, message));
            self.part.messages.extend(received);
            if self.part.messages.len() >= PART {
                self.send()?;
            }
        }
        Some(())
    }

    fn remainder(&mut self, remainder: &wa::HistorySync) {
        let pairs = remainder.phone_number_to_lid_mappings.iter().filter_map(|mapping| {
            let id = chat_in(mapping.pn_jid.as_deref()?)?;
            let other = Some(chat_in(mapping.lid_jid.as_deref()?)?);
            Some((Address { id, other }, String::new()))
        });
        self.part.names.extend(pairs);
        let names = remainder.pushnames.iter().filter_map(|name| {
            let who = Address::new(chat_in(name.id.as_deref()?)?);
            Some((who, name.pushname.clone().filter(|name| !name.is_empty())?))
        });
        self.part.names.extend(names);
    }

    fn send(&mut self) -> Option<()> {
        let part = std::mem::take(&mut self.part);
        if part == History::default() {
            return Some(());
        }
        self.parts.blocking_send(part).ok()
    }
}

/// The chat with both its addresses, as far as the history tells them. Statuses and channels
/// are left out.
fn chat_address(conversation: &wa::Conversation) -> Option<Address> {
    let id = chat_in(&conversation.id)?;
    if id.kind() == ChatKind::Status {
        return None;
    }
    let other = if id.is_lid() { &conversation.pn_jid } else { &conversation.lid_jid };
    let other = other.as_deref().and_then(chat_in).filter(|_| !id.is_group());
    Some(Address { id, other })
}

/// After what time the messages of a chat disappear, where the phone says so.
fn timer(conversation: &wa::Conversation) -> Option<Timer> {
    let since = conversation.ephemeral_setting_timestamp;
    if conversation.ephemeral_expiration.is_none() && since.is_none() {
        return None;
    }
    let since = UnixMillis(since.unwrap_or_default().saturating_mul(1000));
    Timer::told(conversation.ephemeral_expiration.unwrap_or_default(), since)
}

fn received(own: &OwnAccount, chat: &Address, mut info: wa::WebMessageInfo) -> Option<Received> {
    let key = info.key.take()?;
    let from_me = key.from_me.unwrap_or_default();
    let sender = if from_me {
        own.address()
    } else if chat.id.is_group() {
        let participant = info.participant.as_deref().or(key.participant.as_deref())?;
        Address::new(chat_in(participant)?)
    } else {
        chat.clone()
    };
    let mut message = info.message.take()?;
    if let Some(secret) = info.message_secret.take() {
        message.message_context_info.get_or_insert_default().message_secret = Some(secret);
    }
    let id = MessageId::from_text(key.id.filter(|id| !id.is_empty())?);
    let envelope = Envelope {
        own: Some(&own.phone),
        chat: chat.preferred(),
        sender: sender.preferred(),
        id: &id,
        by_api: false,
    };
    let seconds = i64::try_from(info.message_timestamp.unwrap_or_default()).unwrap_or_default();
    let mut body = translate::read(&message, &envelope)?;
    own.by_number(&mut body);
    Some(Received {
        body,
        chat: chat.clone(),
        sender,
        from_me,
        id,
        at: UnixMillis(seconds.saturating_mul(1000)),
        push_name: info.push_name.unwrap_or_default(),
        raw: waproto::codec::message_to_vec(&message),
        file_size: translate::file_reference(&message).map(|file| file.file_length),
        status: from_me.then(|| status_of(info.status)),
        // The phone has checked.
        by_admin: true,
    })
}

/// How far a message got. One without a status was sent.
fn status_of(status: Option<Status>) -> MessageStatus {
    match status {
        Some(Status::Error) => MessageStatus::Failed,
        Some(Status::Pending) => MessageStatus::Pending,
        Some(Status::DeliveryAck) => MessageStatus::Delivered,
        Some(Status::Read | Status::Played) => MessageStatus::Read,
        Some(Status::ServerAck) | None => MessageStatus::Sent,
    }
}
