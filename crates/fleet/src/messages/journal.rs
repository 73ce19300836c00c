//! What the instance remembers, in the vendor's form.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use siskin_model::{CallStatus, ChatId, Message, MessageId, journal};
use siskin_store::{Listing, Position, Result};

use crate::instance::Instance;

/// How many rows of a journal are given at most.
const MOST_ROWS: u32 = 10_000;
/// How many messages are in memory at once for somebody who reads a journal: some MB if each
/// is as large as it may be.
const PAGE: u32 = 20;
/// How long a call may ring; until then it is no past one.
const RINGING: Duration = Duration::from_secs(120);

/// Rows of messages, the newest first. They are read as somebody takes them: who takes none
/// has none read.
pub struct MessageRows {
    instance: Arc<Instance>,
    listing: Listing,
    behind: Option<Position>,
    left: u32,
}

impl MessageRows {
    fn new(instance: Arc<Instance>, listing: Listing, count: u32) -> Self {
        Self { instance, listing, behind: None, left: count.min(MOST_ROWS) }
    }

    /// The next rows; none: there are no more.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn next(&mut self) -> Result<Vec<Value>> {
        let count = self.left.min(PAGE);
        if count == 0 {
            return Ok(Vec::new());
        }
        let store = &self.instance.around.store;
        let page = store.page(self.instance.id(), &self.listing, self.behind, count).await?;
        self.behind = page.next;
        self.left = if page.next.is_some() { self.left - count } else { 0 };
        self.instance.rows(page.messages).await
    }
}

impl Instance {
    /// A message, its chat given by any address of the person: WhatsApp is asked about a number
    /// that nothing is known of.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn message(&self, chat: &ChatId, id: &MessageId) -> Result<Option<Message>> {
        let chat = self.named(chat).await?;
        self.around.store.message(self.id(), &chat, id).await
    }

    /// The same, by what is known here.
    pub(super) async fn known_message(
        &self,
        chat: &ChatId,
        id: &MessageId,
    ) -> Result<Option<Message>> {
        let chat = self.kept(chat).await?;
        self.around.store.message(self.id(), &chat, id).await
    }

    /// A message as `getMessage` shows it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn message_row(&self, chat: &ChatId, id: &MessageId) -> Result<Option<Value>> {
        let message = self.message(chat, id).await?;
        Ok(self.rows(message.into_iter().collect()).await?.pop())
    }

    /// The newest messages of a chat, as `getChatHistory` shows them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn chat_rows(self: &Arc<Self>, chat: &ChatId, count: u32) -> Result<MessageRows> {
        let chat = self.named(chat).await?;
        Ok(MessageRows::new(self.clone(), Listing::Chat(chat), count))
    }

    /// The messages of the last time, as `lastIncomingMessages` and `lastOutgoingMessages`
    /// show them.
    pub fn recent_rows(self: &Arc<Self>, outgoing: bool, window: Duration) -> MessageRows {
        let since = self.around.clock.now().minus(window);
        MessageRows::new(self.clone(), Listing::Since { outgoing, since }, MOST_ROWS)
    }

    /// The calls of the last time, as `lastIncomingCalls` and `lastOutgoingCalls` show them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn call_rows(&self, incoming: bool, window: Duration) -> Result<Vec<Value>> {
        let now = self.around.clock.now();
        let since = now.minus(window);
        let mut calls =
            self.around.store.calls_since(self.id(), incoming, since, MOST_ROWS).await?;
        // Of one whose end was not heard of, that it rang is all that there is.
        calls.retain(|call| call.status != CallStatus::Offer || call.at.plus(RINGING) < now);
        let chats: Vec<&ChatId> = calls.iter().map(|call| &call.chat).collect();
        let names = self.names_for(&chats).await?;
        let row = |call| names.draw(self, |view| journal::call(call, 0, view));
        Ok(calls.iter().map(row).collect())
    }

    async fn rows(&self, messages: Vec<Message>) -> Result<Vec<Value>> {
        let names = self.names(&messages.iter().collect::<Vec<_>>()).await?;
        let row = |message| {
            let sender = names.sender(message);
            names.draw(self, |view| journal::message(message, &sender, view))
        };
        Ok(messages.iter().map(row).collect())
    }
}
