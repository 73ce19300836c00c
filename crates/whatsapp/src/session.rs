use std::sync::Arc;
use std::time::Duration;

use siskin_fleet::port::{End, EngineError, GroupMetadata, Reports, SendError, SessionEvent};
use siskin_model::Address;
use tokio::sync::{Mutex, Semaphore};
use whatsapp_rust::Client;
use whatsapp_rust::bot::BotHandle;

use crate::addresses::Addresses;
use crate::client;
use crate::client_slot::ClientSlot;
use crate::endpoint::Endpoint;
use crate::events::Handler;
use crate::inbound::{Hook, Inbound};
use crate::keystore::Keys;
use crate::media::MediaClient;
use crate::members::Members;
use crate::new_link::NewLink;
use crate::remembered::Remembered;
use crate::session_events::SessionEvents;
use crate::transport::{LastFrame, Sockets};
use crate::version::Versions;
use crate::watcher::Watcher;

/// How many answers about persons, and how many about groups, a session remembers.
const ANSWERS: usize = 500;
/// For how long.
const REMEMBERED: Duration = Duration::from_secs(30 * 60);

/// What all sessions of the process share.
pub(crate) struct Shared {
    pub(crate) endpoint: Endpoint,
    pub(crate) versions: Arc<Versions>,
    pub(crate) media: MediaClient,
    pub(crate) unpacking: Arc<Semaphore>,
}

/// A running client of the engine with its keys. Each of its capabilities is implemented in a
/// file of its own, as the fleet's port has them.
pub(crate) struct EngineSession {
    pub(crate) client: Arc<Client>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) addresses: Arc<Addresses>,
    pub(crate) members: Members,
    /// What WhatsApp answered about the accounts of persons.
    pub(crate) accounts: Remembered<Address>,
    /// Whose devices had keys to read what is written to them.
    pub(crate) readers: Remembered<()>,
    /// What it answered about groups.
    pub(crate) groups: Remembered<Result<GroupMetadata, SendError>>,
    pub(crate) last_frame: Arc<LastFrame>,
    /// What the client runs by, until it is closed.
    pub(crate) running: Mutex<Option<BotHandle>>,
}

impl EngineSession {
    /// Makes a client with those keys and lets it run.
    pub(crate) async fn open(
        keys: Keys,
        linked: bool,
        shared: &Shared,
        reports: Reports,
    ) -> Result<Self, EngineError> {
        let (keys, slot) = (Arc::new(keys), ClientSlot::default());
        let events = Arc::new(SessionEvents::new(keys.instance, reports.events));
        tell_when_closed(&keys, &events);
        let account = slot.clone();
        let addresses = Arc::new(Addresses::new(keys.clone(), move || account.account()));
        let unpacking = shared.unpacking.clone();
        let inbound = Inbound::new(keys.clone(), addresses.clone(), reports.inbox, unpacking);
        let inbound = Arc::new(inbound);
        let new_link = NewLink::new(keys.clone(), slot.clone(), events.clone(), linked);
        let watcher = Watcher::new(keys.clone(), events.clone(), new_link, inbound.clone());
        let last_frame = Arc::new(LastFrame::default());
        let sockets = Sockets::new(shared.endpoint.clone(), Arc::new(watcher), last_frame.clone());
        let media = shared.media.of_session(slot.clone());
        let version = shared.versions.current();
        let hook = Hook(inbound.clone());
        let handler = Handler::new(keys.instance, slot.clone(), events, inbound);
        let running = client::run(&keys, &slot, sockets, media, version, hook, handler).await;
        let running = running.map_err(|error| keys.not_opened(error))?;
        Ok(Self {
            client: running.client(),
            members: Members::new(running.client(), addresses.clone()),
            keys,
            addresses,
            accounts: Remembered::new(REMEMBERED, ANSWERS),
            readers: Remembered::new(REMEMBERED, ANSWERS),
            groups: Remembered::new(REMEMBERED, ANSWERS),
            last_frame,
            running: Mutex::new(Some(running)),
        })
    }

    /// Does something that WhatsApp is asked or sent for. Whatever fails of a session that is
    /// ahead of the disk says nothing about it: it waits for the next session.
    pub(crate) async fn fenced<T>(
        &self,
        doing: impl Future<Output = Result<T, SendError>>,
    ) -> Result<T, SendError> {
        let done = doing.await;
        done.map_err(|error| if self.keys.fence.is_closed() { SendError::Offline } else { error })
    }
}

/// Has the instance's task told when the session is ahead of the disk.
fn tell_when_closed(keys: &Keys, events: &Arc<SessionEvents>) {
    let events = Arc::downgrade(events);
    keys.fence.when_closed(move || {
        if let Some(events) = events.upgrade() {
            events.tell(SessionEvent::Ended(End::StoreFailed));
        }
    });
}
