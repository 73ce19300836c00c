//! A linked device as WhatsApp's server keeps it: public keys, and what waits for it.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use wacore_binary::Node;
use wacore_binary::marshal::{marshal, unmarshal_ref};
use waproto::whatsapp::client_payload::DevicePairingRegistrationData;

use crate::keys::base64_bytes;
use crate::node::NodeExt as _;

/// Stanzas kept for a device that is away; the oldest goes first.
const QUEUE_LIMIT: usize = 50_000;
/// One-time keys kept for a device; clients upload at most 812 at a time.
const PREKEY_LIMIT: usize = 4096;
/// Public keys are 32 bytes in stanzas.
const KEY_LEN: usize = 32;

/// A companion device of an account.
#[derive(Serialize, Deserialize)]
pub struct Device {
    /// Its number among the account's devices; the phone has 0.
    pub id: u16,
    /// The index under which the phone vouches for it.
    pub key_index: u32,
    /// The platform the device says it runs on.
    pub platform: String,
    /// The static key of its Noise handshake: the proof of who logs in.
    #[serde(with = "base64_bytes")]
    pub(crate) noise_key: Vec<u8>,
    /// Its public Signal keys.
    pub keys: DeviceKeys,
    /// The account's statement about the device with both signatures, once it has
    /// answered `pair-success`; others get it with the device's keys.
    #[serde(with = "base64_bytes")]
    pub signed_identity: Vec<u8>,
    #[serde(rename = "queue")]
    waiting: Waiting,
}

/// What was not taken yet, oldest first.
#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Waiting(VecDeque<Queued>);

/// The public Signal keys of a device.
#[derive(Clone, Serialize, Deserialize)]
pub struct DeviceKeys {
    /// Tells this installation from one made anew: four bytes.
    #[serde(with = "base64_bytes")]
    pub registration_id: Vec<u8>,
    /// The identity key.
    #[serde(with = "base64_bytes")]
    pub identity: Vec<u8>,
    /// The key used when one-time keys have run out.
    pub signed_prekey: SignedPreKey,
    /// One-time keys.
    pub prekeys: VecDeque<PreKey>,
}

/// A one-time key: three bytes of id, 32 of key.
#[derive(Clone, Serialize, Deserialize)]
pub struct PreKey {
    /// Its number.
    #[serde(with = "base64_bytes")]
    pub id: Vec<u8>,
    /// The key.
    #[serde(with = "base64_bytes")]
    pub value: Vec<u8>,
}

/// The key used when one-time keys have run out.
#[derive(Clone, Serialize, Deserialize)]
pub struct SignedPreKey {
    /// Its number, in three bytes.
    #[serde(with = "base64_bytes")]
    pub id: Vec<u8>,
    /// The key.
    #[serde(with = "base64_bytes")]
    pub value: Vec<u8>,
    /// The identity key's signature over it.
    #[serde(with = "base64_bytes")]
    pub signature: Vec<u8>,
}

/// A stanza that the device has not acknowledged yet.
#[derive(Serialize, Deserialize)]
struct Queued {
    id: String,
    /// The tag, which acknowledgements name as their class.
    tag: String,
    #[serde(with = "base64_bytes")]
    stanza: Vec<u8>,
    /// The connection that it was sent on last.
    #[serde(skip)]
    sent_on: Option<u64>,
}

impl DeviceKeys {
    /// The keys that a device brings when it asks to be linked. `None` if any is missing
    /// or of the wrong length.
    pub(crate) fn from_registration(data: &DevicePairingRegistrationData) -> Option<Self> {
        let identity = data.e_ident.clone()?;
        let value = data.e_skey_val.clone()?;
        if identity.len() != KEY_LEN || value.len() != KEY_LEN {
            return None;
        }
        Some(Self {
            registration_id: data.e_regid.clone()?,
            identity,
            signed_prekey: SignedPreKey {
                id: data.e_skey_id.clone()?,
                value,
                signature: data.e_skey_sig.clone()?,
            },
            prekeys: VecDeque::new(),
        })
    }

    /// Adds uploaded one-time keys. `false` when that would be too many.
    pub(crate) fn add_prekeys(&mut self, prekeys: Vec<PreKey>) -> bool {
        if self.prekeys.len() + prekeys.len() > PREKEY_LIMIT {
            return false;
        }
        self.prekeys.extend(prekeys);
        true
    }
}

impl Device {
    /// A device that has just been linked and has not answered `pair-success` yet.
    pub fn new(
        id: u16,
        key_index: u32,
        platform: String,
        noise_key: Vec<u8>,
        keys: DeviceKeys,
    ) -> Self {
        Self {
            id,
            key_index,
            platform,
            noise_key,
            keys,
            signed_identity: Vec::new(),
            waiting: Waiting::default(),
        }
    }

    /// Keeps `stanza` until the device acknowledges it. `sent_on` is the connection on which
    /// it is sent now, if it is.
    pub(crate) fn enqueue(&mut self, stanza: &Node, sent_on: Option<u64>) {
        self.waiting.push(stanza);
        if let Some(entry) = self.waiting.0.back_mut() {
            entry.sent_on = sent_on;
        }
    }

    /// Forgets an acknowledged stanza. `false` when none was waiting under that id.
    pub(crate) fn acknowledge(&mut self, tag: &str, id: &str) -> bool {
        self.waiting.remove(tag, id)
    }

    /// What has not been sent on a connection yet, oldest first, by tag.
    pub(crate) fn unsent(&self, connection: u64) -> impl Iterator<Item = &str> {
        let unsent = self.waiting.0.iter().filter(move |entry| !entry.is_sent_on(connection));
        unsent.map(|entry| entry.tag.as_str())
    }

    /// Some of what has not been sent on a connection yet, oldest first; it counts as sent
    /// from now on.
    pub(crate) fn send_on(&mut self, connection: u64, at_most: usize) -> Vec<Node> {
        let unsent = self.waiting.0.iter_mut().filter(|entry| !entry.is_sent_on(connection));
        let sent = unsent.take(at_most).filter_map(|entry| {
            entry.sent_on = Some(connection);
            entry.stanza()
        });
        sent.collect()
    }
}

impl Waiting {
    /// Adds a stanza. A full queue loses its oldest.
    pub(crate) fn push(&mut self, stanza: &Node) {
        let Ok(bytes) = marshal(stanza) else {
            return;
        };
        if self.0.len() == QUEUE_LIMIT {
            self.0.pop_front();
        }
        self.0.push_back(Queued {
            id: stanza.text("id").into_owned(),
            tag: stanza.tag.to_string(),
            stanza: bytes,
            sent_on: None,
        });
    }

    /// Takes the oldest stanzas.
    pub(crate) fn take(&mut self, at_most: usize) -> Vec<Node> {
        let mut taken = Vec::new();
        while taken.len() < at_most
            && let Some(queued) = self.0.pop_front()
        {
            taken.extend(queued.stanza());
        }
        taken
    }

    fn remove(&mut self, tag: &str, id: &str) -> bool {
        let is_it = |entry: &Queued| entry.id == id && entry.tag == tag;
        // Acknowledgements come in the order of delivery, so the search is short.
        let Some(at) = self.0.iter().position(is_it) else {
            return false;
        };
        // A stanza that was delivered twice in a row is acknowledged once.
        while self.0.get(at).is_some_and(is_it) {
            self.0.remove(at);
        }
        true
    }
}

impl Queued {
    fn is_sent_on(&self, connection: u64) -> bool {
        self.sent_on == Some(connection)
    }

    /// The stanza, unless its bytes are damaged.
    fn stanza(&self) -> Option<Node> {
        // The first byte says how the rest is packed; the codec reads what follows it.
        let body = self.stanza.get(1..)?;
        unmarshal_ref(body).ok().map(|node| node.to_owned())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use wacore_binary::builder::NodeBuilder;

    use super::*;

    fn device() -> Device {
        let signed_prekey = SignedPreKey { id: vec![], value: vec![], signature: vec![] };
        let prekeys = VecDeque::new();
        let keys = DeviceKeys { registration_id: vec![], identity: vec![], signed_prekey, prekeys };
        Device::new(1, 1, "test".to_owned(), Vec::new(), keys)
    }

    fn message(id: usize) -> Node {
        NodeBuilder::new("message").attr("id", id.to_string()).bytes([1, 2]).build()
    }

    fn waiting(device: &mut Device) -> Vec<String> {
        let stanzas = device.send_on(1, QUEUE_LIMIT).into_iter();
        stanzas.map(|stanza| stanza.text("id").into_owned()).collect()
    }

    #[test]
    fn a_stanza_waits_until_it_is_acknowledged_under_its_tag() {
        let mut device = device();
        device.enqueue(&message(1), None);
        device.enqueue(&message(2), None);
        assert!(!device.acknowledge("notification", "1"));
        assert!(device.acknowledge("message", "1"));
        assert!(!device.acknowledge("message", "1"));
        assert_eq!(device.send_on(1, 9), [message(2)]);
    }

    #[test]
    fn a_stanza_is_sent_once_on_a_connection() {
        let mut device = device();
        device.enqueue(&message(1), None);
        device.enqueue(&message(2), Some(1));
        device.enqueue(&message(3), None);
        assert_eq!(device.unsent(1).count(), 2);
        assert_eq!(device.send_on(1, 1), [message(1)]);
        assert_eq!(waiting(&mut device), ["3"]);
        assert_eq!(waiting(&mut device), [""; 0]);
        assert_eq!(device.send_on(2, 9), [message(1), message(2), message(3)]);
    }

    #[test]
    fn a_full_queue_loses_its_oldest() {
        let mut device = device();
        for id in 0..=QUEUE_LIMIT {
            device.enqueue(&message(id), None);
        }
        let waiting = waiting(&mut device);
        assert_eq!(waiting.len(), QUEUE_LIMIT);
        assert_eq!(waiting[0], "1");
    }
}
