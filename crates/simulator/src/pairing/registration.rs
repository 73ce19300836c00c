//! Clients that wait to be linked, and the refs that their QR codes show.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use buffa::Message as _;
use waproto::whatsapp::{ClientPayload, DeviceProps};

use crate::account::{AccountCell, DeviceKeys};
use crate::connection::Outbox;
use crate::history::HistoryWish;
use crate::keys::random_bytes;

/// Refs per connection: the client shows the first for 60 seconds, the others for 20.
const REF_COUNT: usize = 6;

/// A client that wants to be linked.
pub(crate) struct Registration {
    pub(crate) outbox: Outbox,
    pub(crate) noise_key: [u8; 32],
    pub(crate) keys: DeviceKeys,
    /// The platform it says it runs on.
    pub(crate) platform: String,
    /// What it wants to know of the time before.
    pub(crate) history: HistoryWish,
    pub(crate) refs: Vec<String>,
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
            history: HistoryWish::from_registration(
                data.device_props.as_deref().unwrap_or_default(),
            ),
            refs: (0..REF_COUNT).map(|_| new_ref()).collect(),
            linked: OnceLock::new(),
        })
    }
}

/// A one-time reference as codes carry it.
pub(super) fn new_ref() -> String {
    format!("2@{}", BASE64_URL_SAFE_NO_PAD.encode(random_bytes::<48>()))
}

fn platform(device_props: &[u8]) -> String {
    let props = DeviceProps::decode_from_slice(device_props).unwrap_or_default();
    props.os.unwrap_or_else(|| "unknown".to_owned())
}

/// All clients that wait to be linked. It has an entry per open connection at most, so it
/// needs no bound of its own.
#[derive(Default)]
pub(crate) struct Registrations(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    by_connection: HashMap<u64, Arc<Registration>>,
    connection_by_ref: HashMap<String, u64>,
}

impl Registrations {
    pub(crate) fn insert(&self, registration: Arc<Registration>) {
        let mut waiting = self.waiting();
        let connection = registration.outbox.id();
        for reference in &registration.refs {
            waiting.connection_by_ref.insert(reference.clone(), connection);
        }
        waiting.by_connection.insert(connection, registration);
    }

    /// The client that shows `reference`.
    pub(crate) fn by_ref(&self, reference: &str) -> Option<Arc<Registration>> {
        let waiting = self.waiting();
        let connection = waiting.connection_by_ref.get(reference)?;
        waiting.by_connection.get(connection).cloned()
    }

    /// The client of a connection.
    pub(crate) fn by_connection(&self, connection: u64) -> Option<Arc<Registration>> {
        self.waiting().by_connection.get(&connection).cloned()
    }

    /// All clients that wait.
    pub(crate) fn all(&self) -> Vec<Arc<Registration>> {
        self.waiting().by_connection.values().cloned().collect()
    }

    /// Ends the registration and its refs. `false` when it had ended before, so that of
    /// two phones only one links it.
    pub(crate) fn remove(&self, registration: &Registration) -> bool {
        let mut waiting = self.waiting();
        for reference in &registration.refs {
            waiting.connection_by_ref.remove(reference);
        }
        let connection = registration.outbox.id();
        waiting.by_connection.remove(&connection).is_some()
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
