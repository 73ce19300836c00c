use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream::SplitStream;
use tokio::sync::watch;
use tokio_websockets::Message;
use wacore::net::{DisconnectReason, TransportEvent};

use super::handshake::Handshake;
use super::last_frame::LastFrame;
use super::socket::Socket;
use super::socket_watcher::SocketWatcher;

/// The task that reads from one socket.
pub(super) struct Reader {
    pub(super) frames: async_channel::Sender<TransportEvent>,
    pub(super) closed: watch::Receiver<bool>,
    pub(super) watcher: Arc<dyn SocketWatcher>,
    pub(super) last_frame: Arc<LastFrame>,
    pub(super) handshake: Arc<Handshake>,
}

impl Reader {
    /// Reads until the socket is closed or nobody takes what comes.
    pub(super) async fn run(mut self, mut stream: SplitStream<Socket>) {
        let reason = loop {
            tokio::select! {
                biased;
                _ = self.closed.changed() => break DisconnectReason::Unknown,
                message = stream.next() => match message {
                    Some(Ok(message)) if message.is_close() => break server_close(&message),
                    Some(Ok(message)) => {
                        self.last_frame.came();
                        if message.is_binary() && !self.pass_on(message).await {
                            break DisconnectReason::Unknown;
                        }
                    }
                    Some(Err(error)) => break DisconnectReason::ReadError(error.to_string()),
                    None => break DisconnectReason::StreamEnded,
                },
            }
        };
        if self.handshake.was_refused() {
            self.watcher.not_trusted();
        } else {
            self.watcher.offline();
        }
        let _ = self.frames.send(TransportEvent::Disconnected(reason)).await;
    }

    /// Hands a frame to the engine; `false`: nobody takes it any more.
    async fn pass_on(&mut self, message: Message) -> bool {
        self.handshake.received();
        let event = TransportEvent::DataReceived(Bytes::from(message.into_payload()));
        let pass_on = async {
            self.watcher.before_receive().await.is_ok() && self.frames.send(event).await.is_ok()
        };
        tokio::select! {
            biased;
            _ = self.closed.changed() => false,
            passed_on = pass_on => passed_on,
        }
    }
}

fn server_close(message: &Message) -> DisconnectReason {
    let close = message.as_close();
    DisconnectReason::ServerClose {
        code: close.map(|(code, _)| u16::from(code)),
        reason: close.map(|(_, text)| text.to_owned()).unwrap_or_default(),
    }
}
