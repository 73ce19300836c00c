//! What callers do with the messages of an instance: each call goes to the part that does it.

use std::time::Duration;

use siskin_model::message::{Outgoing, Typing};
use siskin_model::{CallRecord, ChatId, FileName, FileToken, Message, MessageId, MimeType};
use siskin_store::{Queued, StoreError};
use tokio::sync::watch;

use super::Instance;
use crate::error::MessageError;
use crate::files::KeptFile;
use crate::journal::{MessageRows, Shown};

impl Instance {
    /// Accepts messages to be sent, all or none: durable when this returns, and messages of the
    /// journal from then on. They leave in order, while the instance is linked; what still
    /// waits after 24 hours is dropped.
    ///
    /// # Errors
    /// When the queue is full or the store fails; nothing is accepted then.
    pub async fn accept(&self, outgoing: Vec<Outgoing>) -> Result<(), MessageError> {
        self.parts.queue.accept(outgoing).await
    }

    /// A few messages of the queue behind a place, in order, with those that have begun to
    /// leave; none: there are no more.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn queue_page(&self, behind: i64) -> Result<Vec<Queued>, StoreError> {
        self.parts.queue.page(behind).await
    }

    /// How many messages wait.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn queue_length(&self) -> Result<u64, StoreError> {
        self.parts.queue.length().await
    }

    /// Drops the messages that wait; how many there were. What has begun to leave leaves.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn clear_queue(&self) -> Result<u64, StoreError> {
        self.parts.queue.clear().await
    }

    /// Takes back a message that nobody has: one that waits does not leave, and is gone; one
    /// that never left is marked. `false`: it has begun to leave, or is not there.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn withdraw(&self, chat: &ChatId, id: &MessageId) -> Result<bool, StoreError> {
        self.parts.journal.withdraw(chat, id).await
    }

    /// A message, its chat given by any address of the person: WhatsApp is asked about a number
    /// that nothing is known of.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn message(
        &self,
        chat: &ChatId,
        id: &MessageId,
    ) -> Result<Option<Message>, StoreError> {
        self.parts.journal.named_message(chat, id).await
    }

    /// A message as it is shown; none if it is not there.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn message_row(
        &self,
        chat: &ChatId,
        id: &MessageId,
    ) -> Result<Shown<Message>, StoreError> {
        self.parts.reader.message_row(chat, id).await
    }

    /// The newest messages of a chat.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn chat_rows(&self, chat: &ChatId, count: u32) -> Result<MessageRows, StoreError> {
        self.parts.reader.chat_rows(chat, count).await
    }

    /// The messages of the last time, received or sent.
    pub fn recent_rows(&self, outgoing: bool, window: Duration) -> MessageRows {
        self.parts.reader.recent_rows(outgoing, window)
    }

    /// The calls of the last time.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn call_rows(
        &self,
        incoming: bool,
        window: Duration,
    ) -> Result<Shown<CallRecord>, StoreError> {
        self.parts.reader.call_rows(incoming, window).await
    }

    /// A counter that moves when messages are recorded or get further.
    pub fn journal_changes(&self) -> watch::Receiver<u64> {
        self.parts.journal.changes()
    }

    /// Shows the other side for a while that something is being written. Returns at once.
    ///
    /// # Errors
    /// When there is no live connection or WhatsApp does not take it.
    pub async fn show_typing(&self, chat: &ChatId, typing: Typing) -> Result<(), MessageError> {
        self.parts.typing.show(chat, typing).await
    }

    /// Shows the other side that nothing is being written any more.
    ///
    /// # Errors
    /// When there is no live connection or WhatsApp does not take it.
    pub async fn take_typing_back(&self, chat: &ChatId) -> Result<(), MessageError> {
        self.parts.typing.take_back(chat).await
    }

    /// Marks a chat's messages read, or one of them. `false`: there is none to be marked.
    ///
    /// # Errors
    /// When there is no live connection or WhatsApp does not take it.
    pub async fn read_chat(
        &self,
        chat: &ChatId,
        id: Option<&MessageId>,
    ) -> Result<bool, MessageError> {
        self.parts.read_marks.read_chat(chat, id).await
    }

    /// Takes over a file whose bytes have been put into the media folder under `token`.
    ///
    /// # Errors
    /// When the store fails; the bytes are without an owner then and should be removed.
    pub async fn keep_file(
        &self,
        token: FileToken,
        name: FileName,
        mime_type: MimeType,
    ) -> Result<KeptFile, StoreError> {
        self.parts.files.keep(token, name, mime_type).await
    }

    /// The file with that token; waits for one that is still being fetched, bounded. One that
    /// was held back is fetched now, if there is a new budget.
    ///
    /// # Errors
    /// [`MessageError::NoFile`] where there is none, or it has expired or does not come;
    /// [`MessageError::HeldBack`] and [`MessageError::NoRoom`] where it may come later.
    pub async fn open_file(&self, token: &FileToken) -> Result<KeptFile, MessageError> {
        self.parts.files.open(token).await
    }

    /// The file of a message. One that has expired, or could not be had before, is asked for
    /// again.
    ///
    /// # Errors
    /// [`MessageError::UnknownMessage`] and [`MessageError::NoFile`].
    pub async fn file_of(&self, chat: &ChatId, id: &MessageId) -> Result<KeptFile, MessageError> {
        self.parts.files.of_message(chat, id).await
    }

    /// A copy of a stored file for this instance to send: it lives as long as a fresh one.
    ///
    /// # Errors
    /// When the disk or the store fails.
    pub async fn copy_file(&self, original: &KeptFile) -> Result<KeptFile, MessageError> {
        self.parts.files.copy(original).await
    }
}
