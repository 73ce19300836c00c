use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::{mpsc, watch};
use tokio_util::task::AbortOnDropHandle;
use wacore::net::Transport;

use super::handshake::Handshake;
use super::writer::Writer;

/// How long the frames that wait have to be written when the engine closes the socket.
const CLOSE: Duration = Duration::from_secs(1);

/// The engine's end of one socket.
pub(super) struct SocketTransport {
    /// Where frames wait to be written. Closed when it is gone.
    outgoing: Mutex<Option<mpsc::Sender<Bytes>>>,
    /// A writer that is stuck ends with this.
    writer: tokio::sync::Mutex<Option<AbortOnDropHandle<()>>>,
    closing: watch::Sender<bool>,
    handshake: Arc<Handshake>,
}

impl SocketTransport {
    pub(super) fn new(
        outgoing: mpsc::Sender<Bytes>,
        writer: Writer,
        closing: watch::Sender<bool>,
        handshake: Arc<Handshake>,
    ) -> Self {
        let writer = AbortOnDropHandle::new(tokio::spawn(writer.run()));
        let writer = tokio::sync::Mutex::new(Some(writer));
        Self { outgoing: Mutex::new(Some(outgoing)), writer, closing, handshake }
    }
}

#[async_trait]
impl Transport for SocketTransport {
    async fn send(&self, data: Bytes) -> anyhow::Result<()> {
        let outgoing = self.outgoing.lock().clone();
        let closed = || anyhow::anyhow!("the socket is closed");
        outgoing.ok_or_else(closed)?.send(data).await.map_err(|_| closed())
    }

    async fn disconnect(&self) {
        self.handshake.closed();
        self.outgoing.lock().take();
        // Held until nothing is written any more: whoever closes it too makes the next
        // connection when this returns, and what was lost with this one is forgotten then.
        let mut writer = self.writer.lock().await;
        if let Some(mut task) = writer.take()
            && tokio::time::timeout(CLOSE, &mut task).await.is_err()
        {
            task.abort();
            let _ = task.await;
        }
        let _ = self.closing.send(true);
    }
}
