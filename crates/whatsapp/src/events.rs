//! What the engine reports, in the fleet's words.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use async_trait::async_trait;
use siskin_fleet::{End, SessionEvent};
use siskin_model::{Account, InstanceId};
use tokio::sync::mpsc;
use wacore::store::traits::DeviceStore as _;
use wacore::types::events::{
    ConnectFailureReason, Event, EventHandler, EventInterest, EventKind, LoggedOut,
};
use whatsapp_rust::Client;
use whatsapp_rust::store::SqliteStore;

use crate::inbound::{self, Intake};
use crate::keystore::account_of;
use crate::transport::SocketWatcher;

/// Stands between one engine client and the queue of its session's events.
pub(crate) struct Reporter {
    instance: InstanceId,
    events: mpsc::Sender<SessionEvent>,
    client: OnceLock<Weak<Client>>,
    store: Arc<SqliteStore>,
    intake: Arc<Intake>,
    /// Whether the keys of the link are on disk.
    saved: AtomicBool,
    saving: tokio::sync::Mutex<()>,
    on_linked: Box<dyn Fn() + Send + Sync>,
}

impl Reporter {
    pub(crate) fn new(
        instance: InstanceId,
        events: mpsc::Sender<SessionEvent>,
        store: Arc<SqliteStore>,
        intake: Arc<Intake>,
        linked: bool,
        on_linked: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        Self {
            instance,
            events,
            client: OnceLock::new(),
            store,
            intake,
            saved: AtomicBool::new(linked),
            saving: tokio::sync::Mutex::default(),
            on_linked: Box::new(on_linked),
        }
    }

    /// The client exists only after everything that it reports to.
    pub(crate) fn attach(&self, client: &Arc<Client>) {
        let _ = self.client.set(Arc::downgrade(client));
        let client = Arc::downgrade(client);
        self.intake.attach(move || {
            // A snapshot: no lock of the engine is waited for.
            let device = client.upgrade()?.persistence_manager().get_device_snapshot();
            account_of(&device)
        });
    }

    fn client(&self) -> Option<Arc<Client>> {
        self.client.get().and_then(Weak::upgrade)
    }

    fn account(&self) -> Option<Account> {
        let client = self.client()?;
        account_of(&client.persistence_manager().get_device_snapshot())
    }

    fn report(&self, event: SessionEvent) {
        let full = match self.events.try_send(event) {
            Err(mpsc::error::TrySendError::Full(event)) => event,
            // Closed: the fleet has let go of this session.
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => return,
        };
        // The instance's task is behind by a whole queue. Nothing is dropped: this waits
        // in the engine's place, which must not be held up.
        tracing::warn!(instance = %self.instance, event = ?full, "events are piling up");
        let events = self.events.clone();
        tokio::spawn(async move { events.send(full).await });
    }

    fn report_account(&self, event: impl FnOnce(Account) -> SessionEvent) {
        if let Some(account) = self.account() {
            self.report(event(account));
        }
    }

    /// Puts the keys of a new link on disk. The engine itself would get to it within half a
    /// minute; a process that ends before that would leave the phone with a link that has
    /// no other end.
    async fn save_new_link(&self) -> Option<()> {
        let client = self.client()?;
        let manager = client.persistence_manager();
        manager.get_device_snapshot().pn.as_ref()?;
        let _one_at_a_time = self.saving.lock().await;
        if self.saved.load(Ordering::SeqCst) {
            return None;
        }
        let device = manager.get_device_snapshot();
        match self.store.save(&device).await {
            Ok(()) => {
                self.saved.store(true, Ordering::SeqCst);
                (self.on_linked)();
            }
            Err(error) => {
                tracing::error!(instance = %self.instance, %error, "new link not on disk");
            }
        }
        None
    }
}

#[async_trait]
impl SocketWatcher for Reporter {
    fn connecting(&self) {
        self.intake.connecting();
    }

    fn unreachable(&self, why: &anyhow::Error) {
        tracing::warn!(instance = %self.instance, why = %why, "WhatsApp was not reached");
        self.report(SessionEvent::Unreachable);
    }

    fn not_trusted(&self) {
        tracing::warn!(instance = %self.instance, "the server did not prove to be WhatsApp");
        self.report(SessionEvent::NotTrusted);
    }

    fn offline(&self) {
        self.report(SessionEvent::Offline);
    }

    async fn before_send(&self) -> anyhow::Result<()> {
        if !self.saved.load(Ordering::SeqCst) {
            self.save_new_link().await;
        }
        self.intake.settled().await
    }

    async fn before_receive(&self) {
        self.intake.ready_for_more().await;
    }
}

/// The engine wants a handler of its own; this one is shared with the transport.
pub(crate) struct Handler(pub(crate) Arc<Reporter>);

/// What the handler needs to know of the session itself.
const SESSION_EVENTS: [EventKind; 16] = [
    EventKind::PairingQrCode,
    EventKind::PairingQrCodesExhausted,
    EventKind::PairingCodeRefresh,
    EventKind::PairingCodeError,
    EventKind::PairPasskeyRequest,
    EventKind::PairPasskeyError,
    EventKind::PairSuccess,
    EventKind::PairError,
    EventKind::QrScannedWithoutMultidevice,
    EventKind::Connected,
    EventKind::SelfPushNameUpdated,
    EventKind::LoggedOut,
    EventKind::StreamReplaced,
    EventKind::TemporaryBan,
    EventKind::ClientOutdated,
    EventKind::ConnectFailure,
];

impl EventHandler for Handler {
    fn interest(&self) -> EventInterest {
        EventInterest::of(&SESSION_EVENTS).union(inbound::interest())
    }

    fn handle_event(&self, event: Arc<Event>) {
        let reporter = &self.0;
        reporter.intake.take(&event);
        match &*event {
            Event::PairingQrCode(qr) => {
                reporter.report(SessionEvent::Qr { text: qr.code.clone(), lifetime: qr.timeout })
            }
            Event::PairingQrCodesExhausted(_) => reporter.report(SessionEvent::QrExhausted),
            Event::PairingCodeRefresh(_) | Event::PairingCodeError(_) => {
                reporter.report(SessionEvent::PairingCodeEnded);
            }
            Event::PairPasskeyRequest(_) => reporter.report(SessionEvent::PasskeyRequired),
            Event::PairSuccess(_) => reporter.report_account(SessionEvent::Paired),
            Event::PairError(error) => {
                tracing::warn!(
                    instance = %reporter.instance,
                    error = error.error,
                    "the phone's acceptance does not hold"
                );
                reporter.report(SessionEvent::PairingFailed);
            }
            Event::PairPasskeyError(_) | Event::QrScannedWithoutMultidevice(_) => {
                reporter.report(SessionEvent::PairingFailed);
            }
            Event::Connected(_) => reporter.report_account(SessionEvent::Online),
            Event::SelfPushNameUpdated(_) if reporter.is_online() => {
                reporter.report_account(SessionEvent::Online);
            }
            Event::LoggedOut(out) => reporter.report(SessionEvent::Ended(logged_out(out))),
            Event::StreamReplaced(_) => reporter.report(SessionEvent::Ended(End::Replaced)),
            Event::TemporaryBan(ban) => {
                let lasts = ban.expire.to_std().unwrap_or_default();
                reporter.report(SessionEvent::Ended(End::TemporarilyBanned(lasts)));
            }
            Event::ClientOutdated(_) => {
                reporter.report(SessionEvent::Ended(End::ClientOutdated));
            }
            Event::ConnectFailure(failure) => {
                tracing::warn!(
                    instance = %reporter.instance,
                    reason = ?failure.reason,
                    "WhatsApp refused the connection"
                );
                reporter.report(SessionEvent::Ended(End::Refused));
            }
            _ => {}
        }
    }
}

impl Reporter {
    fn is_online(&self) -> bool {
        self.client().is_some_and(|client| client.is_logged_in())
    }
}

fn logged_out(out: &LoggedOut) -> End {
    match out.reason {
        ConnectFailureReason::AccountLocked => End::Banned,
        _ => End::LoggedOut,
    }
}
