//! The history that the phone sends when it is linked: some ten to fifty packed pieces. Each
//! is unpacked chat by chat and handed on in small parts, one piece at a time, beside what is
//! received meanwhile.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use siskin_fleet::port::{History, Received};
use siskin_model::{Address, MessageId, MessageStatus, Timer, UnixMillis};
use tokio::sync::{Semaphore, mpsc};
use wa::history_sync::HistorySyncType;
use wa::web_message_info::Status;
use wacore::types::events::LazyHistorySync;
use waproto::whatsapp as wa;

use super::{Intake, Own};
use crate::jid::chat_in;
use crate::translate::{self, Frame};

/// How many messages go to the inbox at once.
const PART: usize = 200;
/// How many parts may wait for the inbox, unpacked.
const PARTS_WAITING: usize = 1;
/// How many pieces of one session may wait, packed.
const PIECES_WAITING: usize = 64;

/// The pauses after a part could not be stored: the first and the longest.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The pieces of one session that are on their way.
pub(super) struct Histories {
    /// Bounds how many pieces are unpacked at once in the whole process.
    unpacking: Arc<Semaphore>,
    /// One piece after the other.
    turn: tokio::sync::Mutex<()>,
    waiting: AtomicUsize,
}

impl Histories {
    pub(super) fn new(unpacking: Arc<Semaphore>) -> Self {
        Self { unpacking, turn: tokio::sync::Mutex::default(), waiting: AtomicUsize::new(0) }
    }
}

impl Intake {
    /// Takes a piece of the history; does not wait.
    pub(super) fn take_history(self: &Arc<Self>, history: &LazyHistorySync) {
        let wanted = [
            HistorySyncType::InitialBootstrap,
            HistorySyncType::Full,
            HistorySyncType::Recent,
            HistorySyncType::PushName,
        ];
        if !wanted.iter().any(|kind| *kind as i32 == history.sync_type()) {
            return;
        }
        if self.histories.waiting.fetch_add(1, Ordering::SeqCst) >= PIECES_WAITING {
            self.histories.waiting.fetch_sub(1, Ordering::SeqCst);
            tracing::warn!(instance = %self.instance, "a piece of the history is left out");
            return;
        }
        let intake = self.clone();
        let history = history.clone();
        tokio::spawn(async move {
            intake.pass_on(history).await;
            intake.histories.waiting.fetch_sub(1, Ordering::SeqCst);
        });
    }

    async fn pass_on(&self, history: LazyHistorySync) {
        let _one_at_a_time = self.histories.turn.lock().await;
        let Ok(_permit) = self.histories.unpacking.acquire().await else { return };
        let Some(own) = self.own() else { return };
        let (parts, mut unpacked) = mpsc::channel(PARTS_WAITING);
        let work = tokio::task::spawn_blocking(move || unpack(&history, own, &parts));
        while let Some(mut part) = unpacked.recv().await {
            self.complete_addresses(&mut part).await;
            self.keep(part).await;
        }
        match work.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(instance = %self.instance, %error, "history breaks off");
            }
            Err(error) => tracing::error!(instance = %self.instance, %error, "unpacking stopped"),
        }
    }

    /// Hands a part on. The phone sends it only once, so that a disk that is full is waited
    /// for, whatever becomes of the session in the meantime.
    async fn keep(&self, part: History) {
        let mut pause = PAUSE;
        loop {
            let kept = {
                let _turn = self.turn.lock().await;
                self.inbox.history(part.clone()).await
            };
            let Err(error) = kept else { return };
            tracing::debug!(instance = %self.instance, %error, "history is not stored yet");
            tokio::time::sleep(pause).await;
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }

    /// Adds to addresses what the engine knows about them.
    async fn complete_addresses(&self, part: &mut History) {
        let mut known = HashMap::new();
        let names = part.names.iter_mut().map(|(address, _)| address);
        let messages =
            part.messages.iter_mut().flat_map(|message| [&mut message.chat, &mut message.sender]);
        let timers = part.timers.iter_mut().map(|(chat, _)| chat);
        for address in names.chain(messages).chain(timers).filter(|address| address.other.is_none())
        {
            let other = match known.get(&address.id) {
                Some(other) => Option::clone(other),
                None => {
                    let other = self.counterpart(&address.id).await;
                    known.insert(address.id.clone(), other.clone());
                    other
                }
            };
            address.other = other;
        }
    }
}

/// Unpacks a piece and sends it in parts. Ends early if nobody takes them.
fn unpack(
    history: &LazyHistorySync,
    own: Own,
    parts: &mpsc::Sender<History>,
) -> Result<(), wacore::history_sync::HistorySyncError> {
    let mut packer = Packer { own, part: History::default(), parts };
    let mut stream = history.stream();
    while let Some(conversation) = stream.next_conversation()? {
        if packer.conversation(conversation).is_none() {
            return Ok(());
        }
    }
    packer.remainder(&stream.remainder()?);
    packer.send();
    Ok(())
}

struct Packer<'a> {
    own: Own,
    part: History,
    parts: &'a mpsc::Sender<History>,
}

impl Packer<'_> {
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
    if id.kind() == siskin_model::ChatKind::Status {
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

fn received(own: &Own, chat: &Address, mut info: wa::WebMessageInfo) -> Option<Received> {
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
    let frame = Frame {
        own: Some(&own.phone),
        chat: chat.preferred(),
        sender: sender.preferred(),
        id: &id,
        by_api: false,
    };
    let seconds = i64::try_from(info.message_timestamp.unwrap_or_default()).unwrap_or_default();
    let mut body = translate::read(&message, &frame)?;
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
