//! History: what a phone tells a device of the time before it was linked.
//!
//! Once the device has its keys, the phone sends it, in this order, every chat with its
//! newest messages, everybody's name, and the older messages in chunks. Each is a compressed
//! blob: the first in the message itself where the device wishes so, the others as files.
//! `wish` is what the device asked for, `tale` what the phone tells, `blob` how it is packed.

mod blob;
mod tale;
mod wish;

use std::sync::Arc;

use waproto::whatsapp as wa;
use waproto::whatsapp::history_sync::HistorySyncType;
use waproto::whatsapp::message::peer_data_operation_request_message::HistorySyncOnDemandRequest;

pub(crate) use wish::HistoryWish;

use crate::account::{Account, AccountCell};
use crate::clock::unix_seconds;
use crate::error::Error;
use crate::peer;
use crate::phone::Row;
use crate::simulator::Simulator;
use blob::Blob;
use tale::Tale;

/// Messages of each chat that come with the list of chats.
const FIRST_MESSAGES: usize = 20;
/// Messages in one chunk.
const CHUNK_MESSAGES: usize = 1000;
/// Messages in one answer to a device that asks for older ones.
const ON_DEMAND_MESSAGES: usize = 500;
/// What is older is told only to a device that asked for everything.
const RECENT_SECONDS: u64 = 90 * 24 * 3600;

impl Simulator {
    /// Has the phone tell a device its history, if the device wants it and has not got it.
    pub(crate) fn begin_history(
        self: &Arc<Self>,
        cell: &Arc<AccountCell>,
        account: &mut Account,
        device: u16,
    ) {
        let online = account.online;
        let Some(target) = account.devices.get_mut(&device) else {
            return;
        };
        if !online || !target.has_app_state_key || !target.history.is_due() {
            return;
        }
        target.history.sent = true;
        let wish = target.history.clone();
        cell.mark_changed();
        let (sim, cell) = (self.clone(), cell.clone());
        tokio::spawn(async move {
            if let Err(error) = sim.tell_history(&cell, device, &wish).await {
                tracing::error!(%error, "a phone cannot tell a device its history");
            }
        });
    }

    async fn tell_history(
        self: &Arc<Self>,
        cell: &Arc<AccountCell>,
        device: u16,
        wish: &HistoryWish,
    ) -> Result<(), Error> {
        let tale = Tale::new(self, cell).await;
        let mut told = Told { sim: self, cell, device, order: 0 };
        let first = wa::HistorySync {
            sync_type: HistorySyncType::INITIAL_BOOTSTRAP,
            conversations: tale.first(FIRST_MESSAGES),
            phone_number_to_lid_mappings: tale.mappings(),
            ..Default::default()
        };
        if tale.chats().is_empty() {
            return told.send(first, 100, wish.inline).await;
        }
        told.send(first, 0, wish.inline).await?;
        let names = wa::HistorySync {
            sync_type: HistorySyncType::PUSH_NAME,
            pushnames: tale.push_names(),
            phone_number_to_lid_mappings: tale.mappings(),
            ..Default::default()
        };
        told.send(names, 0, false).await?;
        let limit = unix_seconds().saturating_sub(RECENT_SECONDS);
        let recent = |row: &Row| row.timestamp >= limit;
        told.send_chunks(&tale, HistorySyncType::RECENT, recent).await?;
        if wish.full {
            told.send_chunks(&tale, HistorySyncType::FULL, |row| row.timestamp < limit).await?;
        }
        Ok(())
    }

    /// A device asks for messages before one that it has.
    pub(crate) async fn tell_history_before(
        self: &Arc<Self>,
        cell: &Arc<AccountCell>,
        device: u16,
        request_id: &str,
        request: &HistorySyncOnDemandRequest,
    ) -> Result<(), Error> {
        let chat = request.chat_jid.as_deref().and_then(|chat| chat.parse().ok());
        let Some(chat) = chat.and_then(|chat| self.chat_id(&chat)) else {
            return Ok(());
        };
        let tale = Tale::new(self, cell).await;
        let count = request.on_demand_msg_count.and_then(|count| usize::try_from(count).ok());
        let count = count.unwrap_or(ON_DEMAND_MESSAGES).min(ON_DEMAND_MESSAGES);
        let before = request.oldest_msg_id.as_deref().unwrap_or_default();
        let history = wa::HistorySync {
            sync_type: HistorySyncType::ON_DEMAND,
            conversations: tale.before(&chat, before, count).into_iter().collect(),
            ..Default::default()
        };
        let blob = Blob { history, order: 1, progress: 100, session: Some(request_id.to_owned()) };
        Told { sim: self, cell, device, order: 0 }.send_blob(blob, false).await
    }
}

/// What a device has been told so far.
struct Told<'a> {
    sim: &'a Arc<Simulator>,
    cell: &'a Arc<AccountCell>,
    device: u16,
    order: u32,
}

impl Told<'_> {
    /// Sends the messages beyond the first ones that are chosen, chunk by chunk.
    async fn send_chunks(
        &mut self,
        tale: &Tale<'_>,
        sync_type: HistorySyncType,
        chosen: impl Fn(&Row) -> bool,
    ) -> Result<(), Error> {
        let chats = tale.chats();
        let mut chunk = wa::HistorySync { sync_type, ..Default::default() };
        let mut size = 0;
        for (index, chat) in chats.iter().enumerate() {
            let rows = tale.rows(chat);
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
                chunk.conversations.push(tale.conversation(chat, part.iter().copied()));
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
        let message = blob.into_message(self.sim, inline).await?;
        let mut account = self.cell.lock().await;
        peer::tell(self.cell, &mut account, self.device, &message).await
    }
}

fn percent(done: usize, all: usize) -> u32 {
    u32::try_from(done * 100 / all.max(1)).unwrap_or(100)
}
