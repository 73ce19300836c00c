use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// How far the handshake of a connection got.
#[derive(Default)]
pub(super) struct Handshake {
    sent: AtomicU32,
    received: AtomicU32,
    closed_by_us: AtomicBool,
}

impl Handshake {
    /// A frame of the engine was written.
    pub(super) fn sent(&self) {
        self.sent.fetch_add(1, Ordering::SeqCst);
    }

    /// A frame of the server came.
    pub(super) fn received(&self) {
        self.received.fetch_add(1, Ordering::SeqCst);
    }

    /// The engine closes the connection.
    pub(super) fn closed(&self) {
        self.closed_by_us.store(true, Ordering::SeqCst);
    }

    /// The engine left after the server's hello without a word: it did not believe it.
    pub(super) fn was_refused(&self) -> bool {
        self.closed_by_us.load(Ordering::SeqCst)
            && self.sent.load(Ordering::SeqCst) == 1
            && self.received.load(Ordering::SeqCst) == 1
    }
}
