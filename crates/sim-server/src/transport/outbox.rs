//! What is on its way to one client: a bounded queue that a task of its own encrypts and
//! writes, so that nobody who sends ever waits for a socket.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::marshal::marshal;
use wacore_noise::NoiseCipher;
use wacore_noise::framing::encode_frame;

use super::socket::Outgoing;

/// Stanzas on their way to one client; a client that falls further behind is dropped.
const CAPACITY: usize = 16_384;
/// Stanzas that are written at once when many wait.
const BATCH: usize = 64;

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

/// The sending end of a connection. Clones send to the same client.
#[derive(Clone)]
pub struct Outbox {
    id: u64,
    queue: mpsc::Sender<Outbound>,
    /// Ends the connection without another word.
    broken: CancellationToken,
}

/// What the writing task takes from the queue.
pub(crate) enum Outbound {
    Stanza(Node),
    Close,
}

impl Outbox {
    /// A queue and the end that [`write_out`] reads.
    pub(crate) fn new() -> (Self, mpsc::Receiver<Outbound>) {
        let (queue, outbound) = mpsc::channel(CAPACITY);
        let outbox = Self {
            id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
            queue,
            broken: CancellationToken::new(),
        };
        (outbox, outbound)
    }

    /// Tells this connection from all others.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// Sends a stanza. A client whose queue is full is dropped.
    pub(crate) fn send(&self, stanza: Node) {
        self.post(Outbound::Stanza(stanza));
    }

    /// Sends a stanza, waiting for room: for answers longer than the queue.
    pub(crate) async fn send_patiently(&self, stanza: Node) {
        let _ = self.queue.send(Outbound::Stanza(stanza)).await;
    }

    /// Closes the socket once all that was sent before is written.
    pub(crate) fn close(&self) {
        self.post(Outbound::Close);
    }

    /// Sends `<stream:error>` with a code, a child or both, then closes.
    pub fn stream_error(&self, code: Option<&str>, conflict: Option<&'static str>) {
        let mut error = NodeBuilder::new("stream:error");
        if let Some(code) = code {
            error = error.attr("code", code);
        }
        if let Some(kind) = conflict {
            let conflict = NodeBuilder::new("conflict").attr("type", kind).build();
            error = error.children([conflict]);
        }
        self.send(error.build());
        self.close();
    }

    /// Breaks the connection off, as a failing network does.
    pub fn break_off(&self) {
        self.broken.cancel();
    }

    /// Resolves when the connection is to be broken off.
    pub(crate) async fn broken(&self) {
        self.broken.cancelled().await;
    }

    fn post(&self, next: Outbound) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.queue.try_send(next) {
            tracing::warn!(connection = self.id, "dropped a client that does not read");
            self.break_off();
        }
    }
}

/// Encrypts and writes what is posted, until a close or a broken socket.
pub(crate) async fn write_out(
    mut outbound: mpsc::Receiver<Outbound>,
    mut socket: Outgoing,
    cipher: NoiseCipher,
    outbox: Outbox,
) {
    let mut counter = 0;
    let mut batch = Vec::with_capacity(BATCH);
    let mut open = true;
    while open && outbound.recv_many(&mut batch, BATCH).await > 0 {
        let mut frames = Vec::new();
        for next in batch.drain(..) {
            let Outbound::Stanza(stanza) = next else {
                open = false;
                break;
            };
            tracing::trace!(connection = outbox.id, tag = %stanza.tag, "send");
            let Some(frame) = seal(&stanza, &cipher, counter) else {
                let tag = &stanza.tag;
                tracing::error!(connection = outbox.id, %tag, "cannot encode a stanza");
                open = false;
                break;
            };
            counter += 1;
            frames.extend(frame);
        }
        if !frames.is_empty() && !socket.write(frames).await {
            outbox.break_off();
            return;
        }
    }
    socket.close().await;
}

fn seal(stanza: &Node, cipher: &NoiseCipher, counter: u32) -> Option<Vec<u8>> {
    let mut bytes = marshal(stanza).ok()?;
    cipher.encrypt_in_place_with_counter(counter, &mut bytes).ok()?;
    encode_frame(&bytes, None).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_client_that_does_not_read_is_dropped() {
        let (outbox, outbound) = Outbox::new();
        for _ in 0..CAPACITY {
            outbox.send(NodeBuilder::new("ib").build());
        }
        assert!(!outbox.broken.is_cancelled());
        outbox.send(NodeBuilder::new("ib").build());
        outbox.broken().await;
        assert_eq!(outbound.len(), CAPACITY);
    }
}
