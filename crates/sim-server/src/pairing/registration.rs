//! Clients that wait to be linked, and the refs that their QR codes show.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use buffa::Message as _;
use parking_lot::Mutex;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Node, SERVER_JID};
use waproto::whatsapp::{ClientPayload, DeviceProps};

use crate::account::{AccountCell, DeviceKeys};
use crate::clock::unix_seconds;
use crate::keys::random_bytes;
use crate::node::leaf;
use crate::transport::Outbox;

/// Refs per connection: the client shows the first for 60 seconds, the others for 20.
const REF_COUNT: usize = 6;

/// A client that wants to be linked.
pub struct Registration {
    /// What is on its way to it.
    pub outbox: Outbox,
    /// The static key of its Noise handshake.
    pub noise_key: [u8; 32],
    /// Its public Signal keys.
    pub keys: DeviceKeys,
    /// The platform it says it runs on.
    pub platform: String,
    /// The encoded `DeviceProps`: what else it says of itself.
    pub device_props: Vec<u8>,
    /// What its codes show in turn.
    pub refs: Vec<String>,
    /// The account and device it became.
    pub(crate) linked: OnceLock<(Arc<AccountCell>, u16)>,
}

impl Registration {
    /// `None` when the client's keys are incomplete.
    pub(crate) fn new(
        outbox: Outbox,
        noise_key: [u8; 32],
        payload: &ClientPayload,
    ) -> Option<Self> {
        let data = payload.device_pairing_data.as_option()?;
        Some(Self {
            outbox,
            noise_key,
            keys: DeviceKeys::from_registration(data)?,
            platform: platform(data.device_props.as_deref().unwrap_or_default()),
            device_props: data.device_props.clone().unwrap_or_default(),
            refs: (0..REF_COUNT).map(|_| new_ref()).collect(),
            linked: OnceLock::new(),
        })
    }
}

/// A one-time reference as codes carry it.
pub(crate) fn new_ref() -> String {
    format!("2@{}", BASE64_URL_SAFE_NO_PAD.encode(random_bytes::<48>()))
}

/// `<pair-device>` with the refs; the client answers when it begins to show them.
pub(crate) fn pair_device(refs: &[String]) -> Node {
    let refs = refs.iter().map(|reference| leaf("ref", reference.as_bytes()));
    NodeBuilder::new("iq")
        .attr("from", SERVER_JID)
        .attr("type", "set")
        .attr("id", unix_seconds().to_string())
        .attr("xmlns", "md")
        .children([NodeBuilder::new("pair-device").children(refs).build()])
        .build()
}

fn platform(device_props: &[u8]) -> String {
    let props = DeviceProps::decode_from_slice(device_props).unwrap_or_default();
    props.os.unwrap_or_else(|| "unknown".to_owned())
}

/// All clients that wait to be linked. It has an entry per open connection at most, so it
/// needs no bound of its own.
#[derive(Default)]
pub struct Registrations(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    by_connection: HashMap<u64, Arc<Registration>>,
    connection_by_ref: HashMap<String, u64>,
}

impl Registrations {
    pub(crate) fn insert(&self, registration: Arc<Registration>) {
        let mut waiting = self.0.lock();
        let connection = registration.outbox.id();
        for reference in &registration.refs {
            waiting.connection_by_ref.insert(reference.clone(), connection);
        }
        waiting.by_connection.insert(connection, registration);
    }

    /// The client that shows `reference`.
    pub fn by_ref(&self, reference: &str) -> Option<Arc<Registration>> {
        let waiting = self.0.lock();
        let connection = waiting.connection_by_ref.get(reference)?;
        waiting.by_connection.get(connection).cloned()
    }

    /// The client of a connection.
    pub fn by_connection(&self, connection: u64) -> Option<Arc<Registration>> {
        self.0.lock().by_connection.get(&connection).cloned()
    }

    /// All clients that wait.
    pub fn all(&self) -> Vec<Arc<Registration>> {
        self.0.lock().by_connection.values().cloned().collect()
    }

    /// Ends the registration and its refs. `false` when it had ended before, so that of
    /// two phones only one links it.
    pub(crate) fn remove(&self, registration: &Registration) -> bool {
        let mut waiting = self.0.lock();
        for reference in &registration.refs {
            waiting.connection_by_ref.remove(reference);
        }
        let connection = registration.outbox.id();
        waiting.by_connection.remove(&connection).is_some()
    }
}
