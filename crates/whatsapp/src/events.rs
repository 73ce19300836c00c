//! What the engine reports of a session, in the fleet's words.

use std::sync::Arc;

use siskin_fleet::port::{End, SessionEvent};
use siskin_model::{Account, InstanceId};
use wacore::types::events::{
    ConnectFailureReason, Event, EventHandler, EventInterest, EventKind, LoggedOut,
};

use crate::client_slot::ClientSlot;
use crate::inbound::{self, Inbound};
use crate::session_events::SessionEvents;

/// Takes the events of one engine client: what happens to the session goes to the instance's
/// task, what it receives to the inbox.
pub(crate) struct Handler {
    instance: InstanceId,
    client: ClientSlot,
    events: Arc<SessionEvents>,
    inbound: Arc<Inbound>,
}

impl Handler {
    pub(crate) fn new(
        instance: InstanceId,
        client: ClientSlot,
        events: Arc<SessionEvents>,
        inbound: Arc<Inbound>,
    ) -> Self {
        Self { instance, client, events, inbound }
    }

    fn tell_account(&self, event: impl FnOnce(Account) -> SessionEvent) {
        if let Some(account) = self.client.account() {
            self.events.tell(event(account));
        }
    }

    fn is_online(&self) -> bool {
        self.client.client().is_some_and(|client| client.is_logged_in())
    }
}

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
        self.inbound.take(&event);
        match &*event {
            Event::PairingQrCode(qr) => {
                self.events.tell(SessionEvent::Qr { text: qr.code.clone(), lifetime: qr.timeout })
            }
            Event::PairingQrCodesExhausted(_) => self.events.tell(SessionEvent::QrExhausted),
            Event::PairingCodeRefresh(_) | Event::PairingCodeError(_) => {
                self.events.tell(SessionEvent::PairingCodeEnded);
            }
            Event::PairPasskeyRequest(_) => self.events.tell(SessionEvent::PasskeyRequired),
            Event::PairError(error) => {
                tracing::warn!(
                    instance = %self.instance,
                    error = error.error,
                    "the phone's acceptance does not hold"
                );
                self.events.tell(SessionEvent::PairingFailed);
            }
            Event::PairPasskeyError(_) | Event::QrScannedWithoutMultidevice(_) => {
                self.events.tell(SessionEvent::PairingFailed);
            }
            Event::Connected(_) => self.tell_account(SessionEvent::Online),
            Event::SelfPushNameUpdated(_) if self.is_online() => {
                self.tell_account(SessionEvent::Online);
            }
            Event::LoggedOut(out) => self.events.tell(SessionEvent::Ended(logged_out(out))),
            Event::StreamReplaced(_) => self.events.tell(SessionEvent::Ended(End::Replaced)),
            Event::TemporaryBan(ban) => {
                let lasts = ban.expire.to_std().unwrap_or_default();
                self.events.tell(SessionEvent::Ended(End::TemporarilyBanned(lasts)));
            }
            Event::ClientOutdated(_) => {
                self.events.tell(SessionEvent::Ended(End::ClientOutdated));
            }
            Event::ConnectFailure(failure) => {
                tracing::warn!(
                    instance = %self.instance,
                    reason = ?failure.reason,
                    "WhatsApp refused the connection"
                );
                self.events.tell(SessionEvent::Ended(End::Refused));
            }
            _ => {}
        }
    }
}

fn logged_out(out: &LoggedOut) -> End {
    match out.reason {
        ConnectFailureReason::AccountLocked => End::Banned,
        _ => End::LoggedOut,
    }
}
