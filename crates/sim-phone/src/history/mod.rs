//! History: what a phone tells a device of the time before it was linked.
//!
//! Once the device has its keys, the phone sends it, in this order, every chat with its
//! newest messages, everybody's name, and the older messages in chunks. Each is a compressed
//! blob: the first in the message itself where the device wishes so, the others as files.
//! `conversations` is what the phone tells, `blob` how it is packed.

mod blob;
mod conversations;

use siskin_sim_server::clock::unix_seconds;
use siskin_sim_server::error::Error;
use waproto::whatsapp as wa;
use waproto::whatsapp::history_sync::HistorySyncType;
use waproto::whatsapp::message::peer_data_operation_request_message::HistorySyncOnDemandRequest;

use crate::chats::Row;
use crate::client::Client;
use crate::companions;
use crate::history_request::HistoryRequest;
use blob::Blob;
use conversations::Conversations;

/// Messages of each chat that come with the list of chats.
const FIRST_MESSAGES: usize = 20;
/// Messages in one chunk.
const CHUNK_MESSAGES: usize = 1000;
/// Messages in one answer to a device that asks for older ones.
const ON_DEMAND_MESSAGES: usize = 500;
/// What is older is told only to a device that asked for everything.
const RECENT_SECONDS: u64 = 90 * 24 * 3600;

/// Has the phone tell a device its history, if the device wants it and has not got it.
pub(crate) async fn begin(client: &Client, device: u16) {
    if !client.account.lock().await.online {
        return;
    }
    let Some(request) = client.phone.lock().await.take_history_request(device) else {
        return;
    };
    client.account.mark_changed();
    let client = client.clone();
    tokio::spawn(async move {
        if let Err(error) = tell(&client, device, &request).await {
            tracing::error!(%error, "a phone cannot tell a device its history");
        }
    });
}

async fn tell(client: &Client, device: u16, request: &HistoryRequest) -> Result<(), Error> {
    let conversations = Conversations::of(client).await;
    let mut transfer = Transfer { client, device, order: 0 };
    let first = wa::HistorySync {
        sync_type: HistorySyncType::INITIAL_BOOTSTRAP,
        conversations: conversations.first(FIRST_MESSAGES),
        phone_number_to_lid_mappings: conversations.mappings(),
        ..Default::default()
    };
    if conversations.chats().is_empty() {
        return transfer.send(first, 100, request.inline).await;
    }
    transfer.send(first, 0, request.inline).await?;
    let names = wa::HistorySync {
        sync_type: HistorySyncType::PUSH_NAME,
        pushnames: conversations.push_names(),
        phone_number_to_lid_mappings: conversations.mappings(),
        ..Default::default()
    };
    transfer.send(names, 0, false).await?;
    let limit = unix_seconds().saturating_sub(RECENT_SECONDS);
    let recent = |row: &Row| row.timestamp >= limit;
    transfer.send_chunks(&conversations, HistorySyncType::RECENT, recent).await?;
    if request.full {
        let older = |row: &Row| row.timestamp < limit;
        transfer.send_chunks(&conversations, HistorySyncType::FULL, older).await?;
    }
    Ok(())
}

/// A device asks for messages before one that it has.
pub(crate) async fn tell_before(
    client: &Client,
    device: u16,
    request_id: &str,
    request: &HistorySyncOnDemandRequest,
) -> Result<(), Error> {
    let chat = request.chat_jid.as_deref().and_then(|chat| chat.parse().ok());
    let Some(chat) = chat.and_then(|chat| client.server.directory.chat_id(&chat)) else {
        return Ok(());
    };
    let conversations = Conversations::of(client).await;
    let count = request.on_demand_msg_count.and_then(|count| usize::try_from(count).ok());
    let count = count.unwrap_or(ON_DEMAND_MESSAGES).min(ON_DEMAND_MESSAGES);
    let before = request.oldest_msg_id.as_deref().unwrap_or_default();
    let history = wa::HistorySync {
        sync_type: HistorySyncType::ON_DEMAND,
        conversations: conversations.before(&chat, before, count).into_iter().collect(),
        ..Default::default()
    };
    let blob = Blob { history, order: 1, progress: 100, session: Some(request_id.to_owned()) };
    Transfer { client, device, order: 0 }.send_blob(blob, false).await
}

/// A history on its way to a device, chunk by chunk.
struct Transfer<'a> {
    client: &'a Client,
    device: u16,
    /// The number of the last chunk.
    order: u32,
}

impl Transfer<'_> {
    /// Sends the messages beyond the first ones that are chosen, chunk by chunk.
    async fn send_chunks(
        &mut self,
        conversations: &Conversations<'_>,
        sync_type: HistorySyncType,
        chosen: impl Fn(&Row) -> bool,
    ) -> Result<(), Error> {
        let chats = conversations.chats();
        let mut chunk = wa::HistorySync { sync_type, ..Default::default() };
        let mut size = 0;
        for (index, chat) in chats.iter().enumerate() {
            let rows = conversations.rows(chat);
            let older: Vec<&Row> =
                rows.iter().skip(FIRST_MESSAGES).filter(|row| chosen(row)).collect();
            for part in older.chunks(CHUNK_MESSAGES) {
                if size > 0 && size + part.len() > CHUNK_MESSAGES {
                    let progress = percent(index, chats.len());
                    let full = std::mem::take(&mut chunk);
                    chunk.sync_type = sync_type;
                    self.send(full, progress, false).await?;
                    size = 0;
                }
                size += part.len();
                chunk.conversations.push(conversations.conversation(chat, part.iter().copied()));
            }
        }
        // The last chunk says that it is the last, even if there is nothing in it.
        self.send(chunk, 100, false).await
    }

    async fn send(
        &mut self,
        mut history: wa::HistorySync,
        progress: u32,
        inline: bool,
    ) -> Result<(), Error> {
        self.order += 1;
        history.chunk_order = Some(self.order);
        history.progress = Some(progress);
        self.send_blob(Blob { history, order: self.order, progress, session: None }, inline).await
    }

    async fn send_blob(&self, blob: Blob, inline: bool) -> Result<(), Error> {
        let message = blob.into_message(&self.client.server.media, inline).await?;
        companions::tell(self.client, self.device, &message).await
    }
}

fn percent(done: usize, all: usize) -> u32 {
    u32::try_from(done * 100 / all.max(1)).unwrap_or(100)
}
