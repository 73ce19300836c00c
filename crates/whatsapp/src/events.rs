//! What the engine reports, in the fleet's words.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use async_trait::async_trait;
use siskin_fleet::{End, SessionEvent};
use siskin_model::Account;
use tokio::sync::mpsc;
use wacore::store::traits::DeviceStore as _;
use wacore::types::events::{
    ConnectFailureReason, Event, EventHandler, EventInterest, EventKind, LoggedOut,
};
use whatsapp_rust::Client;
use whatsapp_rust::store::Device;

use crate::inbound::{self, Intake};
use crate::keystore::{Keys, account_of};
use crate::told::Told;
use crate::transport::SocketWatcher;

/// Stands between one engine client and the queue of its session's events.
pub(crate) struct Reporter {
    keys: Arc<Keys>,
    told: Told,
    client: OnceLock<Weak<Client>>,
    intake: Arc<Intake>,
    /// Whether the keys of the link are on disk.
    saved: AtomicBool,
    saving: tokio::sync::Mutex<()>,
}

impl Reporter {
    pub(crate) fn new(
        keys: Arc<Keys>,
        events: mpsc::Sender<SessionEvent>,
        intake: Arc<Intake>,
        linked: bool,
    ) -> Self {
        Self {
            told: Told::new(keys.instance, events),
            keys,
            client: OnceLock::new(),
            intake,
            saved: AtomicBool::new(linked),
            saving: tokio::sync::Mutex::default(),
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

    pub(crate) fn report(&self, event: SessionEvent) {
        self.told.tell(event);
    }

    fn report_account(&self, event: impl FnOnce(Account) -> SessionEvent) {
        if let Some(account) = self.account() {
            self.report(event(account));
        }
    }

    /// The device once it is linked: the engine sets one after the other of what makes it so.
    fn new_link(&self) -> Option<Arc<Device>> {
        let device = self.client()?.persistence_manager().get_device_snapshot();
        let is_linked = device.pn.is_some() && device.lid.is_some() && device.account.is_some();
        is_linked.then_some(device)
    }

    /// Puts the keys of a new link on disk, if there is one by now. The engine itself would
    /// get to it within half a minute; a process that ends before that would leave the phone
    /// with a link that has no other end. On an error no frame may go out: the phone does not
    /// complete the link then.
    async fn save_new_link(&self) -> anyhow::Result<()> {
        if self.saved.load(Ordering::SeqCst) {
            return Ok(());
        }
        let _one_at_a_time = self.saving.lock().await;
        let Some(device) = self.new_link().filter(|_| !self.saved.load(Ordering::SeqCst)) else {
            return Ok(());
        };
        let saved = self.keys.store.save(&device).await;
        // Whatever was wrong with it, it is not there.
        saved.inspect_err(|error| self.keys.fence.close(error))?;
        self.saved.store(true, Ordering::SeqCst);
        self.keys.are_linked();
        self.report_account(SessionEvent::Paired);
        Ok(())
    }
}

#[async_trait]
impl SocketWatcher for Reporter {
    fn may_connect(&self) -> anyhow::Result<()> {
        self.keys.fence.check()
    }

    fn unreachable(&self, why: &anyhow::Error) {
        tracing::warn!(instance = %self.keys.instance, why = %why, "WhatsApp was not reached");
        self.report(SessionEvent::Unreachable);
    }

    fn not_trusted(&self) {
        tracing::warn!(instance = %self.keys.instance, "the server did not prove to be WhatsApp");
        self.report(SessionEvent::NotTrusted);
    }

    fn offline(&self) {
        self.report(SessionEvent::Offline);
    }

    async fn before_send(&self) -> anyhow::Result<()> {
        self.save_new_link().await?;
        self.intake.settled().await
    }

    async fn before_receive(&self) -> anyhow::Result<()> {
        self.intake.ready_for_more().await;
        self.keys.fence.check()
    }
}

/// The engine wants a handler of its own; this one is shared with the transport.
pub(crate) struct Handler(pub(crate) Arc<Reporter>);

/// What the handler needs to know of the session itself.
const SESSION_EVENTS: [EventKind; 15] = [
    EventKind::PairingQrCode,
    EventKind::PairingQrCodesExhausted,
    EventKind::PairingCodeRefresh,
    EventKind::PairingCodeError,
    EventKind::PairPasskeyRequest,
    EventKind::PairPasskeyError,
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
            Event::PairError(error) => {
                tracing::warn!(
                    instance = %reporter.keys.instance,
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
                    instance = %reporter.keys.instance,
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
