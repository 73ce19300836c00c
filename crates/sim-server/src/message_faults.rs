//! What goes wrong with an account's messages on purpose.

use parking_lot::{Mutex, MutexGuard};
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Node, NodeContent};

use crate::node::NodeExt as _;

/// How many of the next messages are spoiled, and how. Not kept across a restart.
#[derive(Default)]
pub struct MessageFaults(Mutex<MessageFaultCounts>);

/// The next messages that something happens to.
#[derive(Default)]
pub struct MessageFaultCounts {
    /// Messages that the account's devices send: refused with a code.
    pub refused: u32,
    /// The error with which they are refused.
    pub refusal_code: u16,
    /// Messages that the account's devices send: delivered, but never acknowledged.
    pub unacknowledged: u32,
    /// Messages for the account's devices: changed on the way.
    pub undecryptable: u32,
    /// Messages for the account's devices: without content.
    pub unavailable: u32,
    /// Messages for the account's devices: delivered twice.
    pub duplicated: u32,
    /// Whether nobody is given the keys of the account's devices.
    pub keyless: bool,
    /// Whether the account cannot be found, and gets nothing.
    pub gone: bool,
}

impl MessageFaults {
    /// The error with which the next message is refused.
    pub(crate) fn take_refusal(&self) -> Option<u16> {
        let mut counts = self.counts();
        take(&mut counts.refused).then_some(counts.refusal_code)
    }

    /// Whether the next message is not acknowledged.
    pub(crate) fn take_withheld_ack(&self) -> bool {
        take(&mut self.counts().unacknowledged)
    }

    /// Whether nobody can begin a session with the account's devices.
    pub(crate) fn is_keyless(&self) -> bool {
        self.counts().keyless
    }

    /// Whether the network acts as if there were no such account.
    pub(crate) fn is_gone(&self) -> bool {
        self.counts().gone
    }

    /// What becomes of a message for one of the account's devices.
    pub(crate) fn spoil(&self, stanza: Node) -> Vec<Node> {
        let mut counts = self.counts();
        if take(&mut counts.undecryptable) {
            return vec![with_content(stanza, garbled)];
        }
        if take(&mut counts.unavailable) {
            return vec![with_content(stanza, |_| NodeBuilder::new("unavailable").build())];
        }
        if take(&mut counts.duplicated) {
            return vec![stanza.clone(), stanza];
        }
        vec![stanza]
    }

    /// The counts, to set them.
    pub fn counts(&self) -> MutexGuard<'_, MessageFaultCounts> {
        self.0.lock()
    }
}

fn take(count: &mut u32) -> bool {
    let taken = *count > 0;
    *count = count.saturating_sub(1);
    taken
}

fn with_content(mut stanza: Node, spoil: fn(Node) -> Node) -> Node {
    if let Some(NodeContent::Nodes(children)) = stanza.content {
        let spoiled = children.into_iter().map(|child| match child.tag.as_ref() {
            "enc" => spoil(child),
            _ => child,
        });
        stanza.content = Some(NodeContent::Nodes(spoiled.collect()));
    }
    stanza
}

/// Flips bits near the end: those of the encrypted part, or of the proof that it was not
/// changed. Behind them, the first message of a session has two short numbers.
fn garbled(mut enc: Node) -> Node {
    const FROM_END: usize = 16;
    let mut bytes = enc.content().to_vec();
    let at = bytes.len().saturating_sub(FROM_END);
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 0xff;
    }
    enc.content = Some(NodeContent::Bytes(bytes));
    enc
}
