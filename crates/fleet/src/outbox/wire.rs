//! Messages go out in order, each as soon as it is committed that it leaves.

use std::pin::Pin;
use std::sync::Arc;

use futures::future::{BoxFuture, MaybeDone, maybe_done};
use siskin_model::{ChatId, InstanceId, MessageId};
use siskin_store::Result;
use tokio::sync::{mpsc, watch};

use super::error::Stop;
use super::tracker::Tracker;
use crate::port::{SendError, Session};
use crate::read_marks::ReadMarks;

/// How many messages may wait for their commit at the same time, which they share then. The
/// bound matters only without a pause between sends.
pub(super) const AHEAD: usize = 16;

/// A message whose turn has come.
pub(super) struct Leaving {
    id: MessageId,
    chat: ChatId,
    raw: Vec<u8>,
    /// `false`: it was cleared from the queue and does not leave.
    committed: Pin<Box<MaybeDone<BoxFuture<'static, Result<bool>>>>>,
}

impl Leaving {
    /// A message that leaves once `commit` says so; what that hands to the store is handed in
    /// when this returns, so that messages are committed in their order.
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
    id: InstanceId,
    session: Arc<dyn Session>,
    tracker: Arc<Tracker>,
    read_marks: Arc<ReadMarks>,
}

impl Wire {
    pub(super) fn new(
        id: InstanceId,
        session: Arc<dyn Session>,
        tracker: Arc<Tracker>,
        read_marks: Arc<ReadMarks>,
    ) -> Self {
        Self { id, session, tracker, read_marks }
    }

    /// Writes messages to the socket until there are no more. `settled` counts those of which
    /// it is recorded that they leave, or that they do not.
    pub(super) async fn run(
        &self,
        mut line: mpsc::Receiver<Leaving>,
        settled: watch::Sender<u64>,
    ) -> std::result::Result<(), Stop> {
        while let Some(mut leaving) = line.recv().await {
            leaving.committed.as_mut().await;
            settled.send_modify(|count| *count += 1);
            if leaving.committed.as_mut().take_output().unwrap_or(Ok(false))? {
                let Leaving { id, chat, raw, .. } = leaving;
                self.transmit(&id, &chat, &raw).await?;
                self.read_marks.on_reply(&chat).await;
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
            Ok(()) => self.tracker.written(id).await?,
            Err(SendError::Offline) => return Err(Stop::Offline),
            Err(error @ SendError::Busy(_)) => {
                // It is not acknowledged, then, and sent again when that is overdue.
                tracing::warn!(instance = %self.id, message = %id, %error, "not sent");
                self.tracker.written(id).await?;
            }
            Err(error) => self.tracker.fail(chat, id, &error).await?,
        }
        Ok(())
    }
}
