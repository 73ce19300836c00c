//! The two halves of a websocket, reduced to what the protocol uses: binary messages and
//! a close.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use bytes::Bytes;
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt as _, StreamExt as _};

/// A client that takes longer to take one message is gone or stuck.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

/// What the client sends.
pub(crate) struct Incoming(SplitStream<WebSocket>);

/// What the client gets.
pub(crate) struct Outgoing(SplitSink<WebSocket, Message>);

/// Splits a websocket into its halves.
pub(crate) fn split(socket: WebSocket) -> (Incoming, Outgoing) {
    let (sink, stream) = socket.split();
    (Incoming(stream), Outgoing(sink))
}

impl Incoming {
    /// The next binary message. `None` once the client has closed or broken off.
    pub(crate) async fn next(&mut self) -> Option<Bytes> {
        loop {
            match self.0.next().await?.ok()? {
                Message::Binary(data) => return Some(data),
                Message::Close(_) => return None,
                Message::Text(_) | Message::Ping(_) | Message::Pong(_) => {}
            }
        }
    }
}

impl Outgoing {
    /// Writes one binary message. `false` when the client is gone or too slow.
    pub(crate) async fn write(&mut self, data: Vec<u8>) -> bool {
        let write = self.0.send(Message::Binary(data.into()));
        matches!(tokio::time::timeout(WRITE_TIMEOUT, write).await, Ok(Ok(())))
    }

    /// Says goodbye. What was written before is flushed first.
    pub(crate) async fn close(&mut self) {
        let goodbye =
            Message::Close(Some(CloseFrame { code: close_code::NORMAL, reason: "".into() }));
        let close = async {
            let _ = self.0.send(goodbye).await;
            let _ = self.0.flush().await;
        };
        let _ = tokio::time::timeout(WRITE_TIMEOUT, close).await;
    }
}
