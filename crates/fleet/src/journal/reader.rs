//! The journal as its owner reads it.

use std::sync::Arc;
use std::time::Duration;

use siskin_model::{CallRecord, CallStatus, ChatId, InstanceId, Message, MessageId};
use siskin_store::{Clock, Listing, Page, Position, Result, Store};

use super::Journal;
use crate::people::{Accounts, AddressBook, Names};

/// How many rows of a journal are given at most.
const MOST_ROWS: u32 = 10_000;
/// How many messages are in memory at once for somebody who reads a journal: some MB if each
/// is as large as it may be.
const PAGE_SIZE: u32 = 20;
/// How long a call may ring; until then it is no past one.
const RINGING: Duration = Duration::from_secs(120);

/// What the journal has, the newest first, and by which names and addresses it is shown.
pub struct Shown<T> {
    /// Messages, or calls.
    pub entries: Vec<T>,
    /// Everybody who has to do with them.
    pub names: Names,
}

/// Rows of messages, the newest first. They are read as somebody takes them: who takes none
/// has none read.
pub struct MessageRows {
    reader: Arc<JournalReader>,
    listing: Listing,
    behind: Option<Position>,
    left: u32,
}

impl MessageRows {
    fn new(reader: Arc<JournalReader>, listing: Listing, count: u32) -> Self {
        Self { reader, listing, behind: None, left: count.min(MOST_ROWS) }
    }

    /// The next rows; none: there are no more.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn next(&mut self) -> Result<Shown<Message>> {
        let count = self.left.min(PAGE_SIZE);
        if count == 0 {
            return self.reader.shown(Vec::new()).await;
        }
        let page = self.reader.page(&self.listing, self.behind, count).await?;
        self.behind = page.next;
        self.left = if page.next.is_some() { self.left - count } else { 0 };
        self.reader.shown(page.messages).await
    }
}

/// Reads the journal of one instance for its owner.
pub(crate) struct JournalReader {
    id: InstanceId,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    accounts: Arc<Accounts>,
    address_book: Arc<AddressBook>,
    journal: Arc<Journal>,
}

impl JournalReader {
    pub(crate) fn new(
        id: InstanceId,
        store: &Arc<dyn Store>,
        clock: &Arc<dyn Clock>,
        accounts: &Arc<Accounts>,
        address_book: &Arc<AddressBook>,
        journal: &Arc<Journal>,
    ) -> Self {
        Self {
            id,
            store: store.clone(),
            clock: clock.clone(),
            accounts: accounts.clone(),
            address_book: address_book.clone(),
            journal: journal.clone(),
        }
    }

    /// A message, if it is there.
    pub(crate) async fn message_row(
        &self,
        chat: &ChatId,
        id: &MessageId,
    ) -> Result<Shown<Message>> {
        let message = self.journal.named_message(chat, id).await?;
        self.shown(message.into_iter().collect()).await
    }

    /// The newest messages of a chat.
    pub(crate) async fn chat_rows(
        self: &Arc<Self>,
        chat: &ChatId,
        count: u32,
    ) -> Result<MessageRows> {
        let chat = self.accounts.named(chat).await?;
        Ok(MessageRows::new(self.clone(), Listing::Chat(chat), count))
    }

    /// The messages of the last time.
    pub(crate) fn recent_rows(self: &Arc<Self>, outgoing: bool, window: Duration) -> MessageRows {
        let since = self.clock.now().minus(window);
        MessageRows::new(self.clone(), Listing::Since { outgoing, since }, MOST_ROWS)
    }

    /// The calls of the last time.
    pub(crate) async fn call_rows(
        &self,
        incoming: bool,
        window: Duration,
    ) -> Result<Shown<CallRecord>> {
        let now = self.clock.now();
        let since = now.minus(window);
        let mut calls = self.store.calls_since(self.id, incoming, since, MOST_ROWS).await?;
        // Of one whose end was not heard of, that it rang is all that there is.
        calls.retain(|call| call.status != CallStatus::Offer || call.at.plus(RINGING) < now);
        let chats: Vec<&ChatId> = calls.iter().map(|call| &call.chat).collect();
        let names = self.address_book.names_of(&chats).await?;
        Ok(Shown { entries: calls, names })
    }

    async fn page(&self, listing: &Listing, behind: Option<Position>, count: u32) -> Result<Page> {
        self.store.page(self.id, listing, behind, count).await
    }

    async fn shown(&self, messages: Vec<Message>) -> Result<Shown<Message>> {
        let names = self.address_book.names_in(&messages.iter().collect::<Vec<_>>()).await?;
        Ok(Shown { entries: messages, names })
    }
}
