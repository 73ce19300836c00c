//! Stanzas out of the client's encrypted frames.

use bytes::BytesMut;
use wacore_binary::Node;
use wacore_binary::marshal::unmarshal_ref;
use wacore_binary::util::unpack_bytes;
use wacore_noise::NoiseCipher;
use wacore_noise::framing::FrameDecoder;

use super::socket::Incoming;

/// The receiving end of a connection.
pub(crate) struct StanzaReader {
    socket: Incoming,
    /// One websocket message may hold several frames, or a part of one.
    frames: FrameDecoder,
    cipher: NoiseCipher,
    counter: u32,
}

impl StanzaReader {
    pub(crate) fn new(socket: Incoming, frames: FrameDecoder, cipher: NoiseCipher) -> Self {
        Self { socket, frames, cipher, counter: 0 }
    }

    /// The next stanza. `None` once the client is gone or sends what cannot be read.
    pub(crate) async fn next(&mut self) -> Option<Node> {
        loop {
            if let Some(frame) = self.frames.decode_frame() {
                let stanza = self.open(frame);
                if stanza.is_none() {
                    tracing::debug!("closed a connection: unreadable stanza");
                }
                return stanza;
            }
            let data = self.socket.next().await?;
            self.frames.feed(&data);
        }
    }

    /// Reads on without looking until the client closes.
    pub(crate) async fn drain(&mut self) {
        while self.socket.next().await.is_some() {}
    }

    fn open(&mut self, mut frame: BytesMut) -> Option<Node> {
        self.cipher.decrypt_in_place_with_counter(self.counter, &mut frame).ok()?;
        self.counter += 1;
        let bytes = unpack_bytes(frame).ok()?;
        unmarshal_ref(&bytes).ok().map(|node| node.to_owned())
    }
}
