//! Messages go out in order, each as soon as it is committed that it leaves.

use std::pin::Pin;
use std::sync::Arc;

use futures::future::{BoxFuture, MaybeDone, maybe_done};
use siskin_model::{ChatId, MessageId};
use siskin_store::Result;
use tokio::sync::{mpsc, watch};

use super::{Stop, failure};
use crate::engine::{SendError, Session};
use crate::instance::Instance;
use crate::messages::progress::Step;

/// How many messages may wait for their commit at the same time, which they share then. The
/// bound matters only without a pause between sends.
pub(super) const AHEAD: usize = 16;

/// A message whose turn has come.
pub(super) struct Departure {
    id: MessageId,
    chat: ChatId,
    raw: Vec<u8>,
    /// `false`: it was cleared from the queue and does not leave.
    committed: Pin<Box<MaybeDone<BoxFuture<'static, Result<bool>>>>>,
}

impl Departure {
    /// A message that leaves once `commit` says so; what that hands to the store is handed in
    /// when this returns, so that departures are committed in their order.
    pub(super) async fn after(
        commit: impl Future<Output = Result<bool>> + Send + 'static,
        id: MessageId,
        chat: ChatId,
        raw: Vec<u8>,
    ) -> Self {
        let commit: BoxFuture<'static, Result<bool>> = Box::pin(commit);
        let mut committed = Box::pin(maybe_done(commit));
        let _ = futures::poll!(committed.as_mut());
        Self { id, chat, raw, committed }
    }
}

/// The way to the socket.
#[derive(Clone)]
pub(super) struct Wire {
    pub(super) instance: Arc<Instance>,
    pub(super) session: Arc<dyn Session>,
}

impl Wire {
    /// Writes messages to the socket until there are no more. `settled` counts those of which
    /// it is recorded that they leave, or that they do not.
    pub(super) async fn run(
        &self,
        mut line: mpsc::Receiver<Departure>,
        settled: watch::Sender<u64>,
    ) -> std::result::Result<(), Stop> {
        while let Some(mut departure) = line.recv().await {
            departure.committed.as_mut().await;
            settled.send_modify(|count| *count += 1);
            if departure.committed.as_mut().take_output().unwrap_or(Ok(false))? {
                let Departure { id, chat, raw, .. } = departure;
                self.transmit(&id, &chat, &raw).await?;
                self.mark_read_on_reply(&chat).await;
            }
        }
        Ok(())
    }

    /// Writes a message to the socket.
    pub(super) async fn transmit(
        &self,
        id: &MessageId,
        chat: &ChatId,
        raw: &[u8],
    ) -> std::result::Result<(), Stop> {
        match self.session.transmit(chat, id, raw).await {
            Ok(()) => self.written(id).await,
            Err(SendError::Offline) => Err(Stop::Offline),
            Err(error @ SendError::Busy(_)) => {
                // It is not acknowledged, then, and sent again when that is overdue.
                tracing::warn!(instance = %self.instance.id(), message = %id, %error, "not sent");
                self.written(id).await
            }
            Err(error) => {
                self.instance.in_flight.land(id);
                let at = self.instance.around.clock.now();
                let (status, description) = failure(&error);
                let (chat, id) = (chat.clone(), id.clone());
                let step = Step { chat, id, status, description, at, by_api: true };
                Ok(self.instance.advance(vec![step]).await?)
            }
        }
    }

    /// A message is written: now counts what WhatsApp has said of it in the meantime.
    async fn written(&self, id: &MessageId) -> std::result::Result<(), Stop> {
        if let Some(landed) = self.instance.in_flight.written(id) {
            let step = self.instance.outcome_of(id.clone(), landed);
            // It counts as landed only then, so that a receipt that comes at the same time is
            // told after it.
            self.instance.land(vec![step]).await?;
        }
        Ok(())
    }

    /// Marks the chat read, where the settings ask for that with every reply.
    async fn mark_read_on_reply(&self, chat: &ChatId) {
        if !self.instance.settings().mark_incoming_messages_readed_on_reply.is_yes() {
            return;
        }
        if let Err(error) = self.instance.read_chat(chat, None).await {
            tracing::warn!(instance = %self.instance.id(), %error, "chat not marked read");
        }
    }
}
