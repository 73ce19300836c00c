//! Frames go out in order, once everything that came before them is committed.
//!
//! The engine is told at once that a frame was sent: it seals one after the other, so that
//! waiting here would hold up every message behind an acknowledgement for a commit each.
//! What is sealed in the meantime goes out together. A frame that is never written is as one
//! that got lost on the way: the connection is given up, and what WhatsApp has not
//! acknowledged is sent again.

use std::sync::Arc;

use bytes::Bytes;
use futures::SinkExt as _;
use futures::stream::SplitSink;
use tokio::sync::{mpsc, watch};
use tokio_websockets::Message;

use super::handshake::Handshake;
use super::socket::Socket;
use super::socket_watcher::SocketWatcher;

/// How many frames may wait to be written; the engine waits beyond that.
pub(super) const WRITE_QUEUE: usize = 64;

/// The task that writes to one socket.
pub(super) struct Writer {
    pub(super) waiting: mpsc::Receiver<Bytes>,
    pub(super) sink: SplitSink<Socket, Message>,
    pub(super) watcher: Arc<dyn SocketWatcher>,
    pub(super) closing: watch::Sender<bool>,
    pub(super) handshake: Arc<Handshake>,
}

impl Writer {
    /// Writes until the engine closes the socket, or something fails.
    pub(super) async fn run(mut self) {
        if let Err(error) = self.write().await {
            tracing::debug!(%error, "the connection is given up");
            self.waiting.close();
            // The reader ends, and with it the connection.
            let _ = self.closing.send(true);
        }
        // Best effort: the other side may be gone already.
        let _ = self.sink.close().await;
    }

    async fn write(&mut self) -> anyhow::Result<()> {
        let mut frames = Vec::new();
        while self.waiting.recv_many(&mut frames, WRITE_QUEUE).await > 0 {
            self.watcher.before_send().await?;
            for frame in frames.drain(..) {
                self.sink.feed(Message::binary(frame)).await?;
                self.handshake.sent();
            }
            self.sink.flush().await?;
        }
        Ok(())
    }
}
