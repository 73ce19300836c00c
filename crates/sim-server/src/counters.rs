//! What the network counts about itself.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;
use serde::Serialize;

use crate::noise::Pattern;

/// Names, such as kinds of unknown stanza, that are counted apart; later ones count as [`OTHER`].
const KINDS_LIMIT: usize = 256;
const OTHER: &str = "other";
/// Bytes of a name that are kept: clients choose it.
const KIND_MAX_LEN: usize = 100;

/// How clients introduced themselves, in counts since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Handshakes {
    /// Noise XX: the client did not know the server's key.
    pub full: u64,
    /// Noise IK: the client resumed with the key it knew.
    pub resumed: u64,
    /// Noise XXfallback: the client tried to resume with a key that is not the server's.
    pub fallen_back: u64,
}

/// Counts of sockets and of what was not understood.
#[derive(Default)]
pub struct Counters {
    sockets: Arc<AtomicUsize>,
    handshakes: Mutex<Handshakes>,
    unknown: Mutex<BTreeMap<String, u64>>,
    foreign_hosts: Mutex<BTreeMap<String, u64>>,
}

/// A socket counts as open while this lives.
pub(crate) struct OpenSocket(Arc<AtomicUsize>);

impl Counters {
    pub(crate) fn socket_opened(&self) -> OpenSocket {
        self.sockets.fetch_add(1, Ordering::Relaxed);
        OpenSocket(self.sockets.clone())
    }

    pub(crate) fn handshake(&self, pattern: Pattern) {
        let mut handshakes = self.handshakes.lock();
        *match pattern {
            Pattern::Full => &mut handshakes.full,
            Pattern::Resumed => &mut handshakes.resumed,
            Pattern::FallenBack => &mut handshakes.fallen_back,
        } += 1;
    }

    /// How clients introduced themselves.
    pub fn handshakes(&self) -> Handshakes {
        *self.handshakes.lock()
    }

    /// Sockets open now.
    pub fn sockets_open(&self) -> usize {
        self.sockets.load(Ordering::Relaxed)
    }

    /// Counts a stanza that has no handler.
    pub fn unknown(&self, kind: &str) {
        let kind = shortened(kind);
        tracing::warn!(kind, "a client sent what the simulator does not know");
        count(&self.unknown, kind);
    }

    /// What had no handler, by kind.
    pub fn unknown_stanzas(&self) -> BTreeMap<String, u64> {
        self.unknown.lock().clone()
    }

    /// Counts a request that was meant for a host that is none of this network.
    pub(crate) fn foreign_host(&self, host: &str) {
        let host = shortened(host);
        tracing::warn!(host, "a client called a host that is not WhatsApp's");
        count(&self.foreign_hosts, host);
    }

    /// The hosts that requests were meant for by mistake.
    pub fn foreign_hosts(&self) -> BTreeMap<String, u64> {
        self.foreign_hosts.lock().clone()
    }
}

/// What is kept of a name.
fn shortened(name: &str) -> &str {
    &name[..name.floor_char_boundary(KIND_MAX_LEN)]
}

fn count(counts: &Mutex<BTreeMap<String, u64>>, name: &str) {
    let mut counts = counts.lock();
    let is_counted_apart = counts.contains_key(name) || counts.len() < KINDS_LIMIT;
    *counts.entry(if is_counted_apart { name } else { OTHER }.to_owned()).or_default() += 1;
}

impl Drop for OpenSocket {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
