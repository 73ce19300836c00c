//! Waiting to be scanned: the session whose codes are shown.

use siskin_model::{Account, Phase, Qr, Reason};
use tokio::time::Instant;

use super::store_failed::reason_not_opened;
use super::{InstanceTask, Open};
use crate::port::{End, SessionEvent};
use crate::qr_viewers::Demand;

impl InstanceTask {
    /// When the QR session may go to sleep.
    pub(super) fn sleep_deadline(&self) -> Option<Instant> {
        let awake = self.qr.is_some()
            || (self.linked.is_none() && matches!(self.link().phase, Phase::PasskeyRequired));
        match self.parts.qr_viewers.demand() {
            Demand::Until(moment) if awake => Some(moment),
            Demand::None if awake => Some(Instant::now()),
            _ => None,
        }
    }

    /// Opens or closes the QR session, as those who ask for codes have it.
    pub(super) async fn tend_qr(&mut self) {
        let wanted = self.parts.qr_viewers.demand() != Demand::None;
        let phase = self.link().phase;
        match (&phase, wanted) {
            (Phase::Asleep | Phase::Waking | Phase::AwaitingScan(_), true)
                if self.qr.is_none() && self.retry.is_none() =>
            {
                self.open_qr().await;
            }
            (Phase::Waking | Phase::AwaitingScan(_) | Phase::PasskeyRequired, false) => {
                self.close_qr();
                self.retry = None;
                self.backoff.reset();
                self.publish(|link| link.phase = Phase::Asleep).await;
            }
            _ => {}
        }
    }

    pub(super) fn close_qr(&mut self) {
        if let Some(open) = self.qr.take() {
            self.close_behind(open);
        }
    }

    async fn open_qr(&mut self) {
        // A code that is still shown stays so until the first one of the new session. What
        // was in the way of an earlier attempt is forgotten by one that begins afresh, and
        // kept by one that tries again.
        self.publish(|link| match link.phase {
            Phase::AwaitingScan(_) => {}
            Phase::Asleep => {
                link.phase = Phase::Waking;
                link.reason = link.reason.filter(|reason| !reason.hinders_codes());
            }
            _ => link.phase = Phase::Waking,
        })
        .await;
        let (reports, events) = self.reports();
        match self.shared.engine.open_unlinked(self.id, reports).await {
            Ok(session) => self.qr = Some(Open { session, events }),
            Err(error) => {
                tracing::error!(instance = %self.id, %error, "no session for a QR");
                self.retry_qr(Some(reason_not_opened(&error))).await;
            }
        }
    }

    /// Gives the QR session up for now and comes back to it after a pause.
    async fn retry_qr(&mut self, reason: Option<Reason>) {
        self.close_qr();
        self.retry = Some(Instant::now() + self.backoff.next_pause());
        self.publish(|link| {
            link.phase = Phase::Waking;
            link.reason = reason.or(link.reason);
        })
        .await;
    }

    pub(super) async fn on_qr_event(&mut self, event: Option<SessionEvent>) {
        match event {
            Some(SessionEvent::Qr { text, lifetime }) => {
                let issued = self.shared.clock.now();
                let qr = Qr { text, issued, expires: issued.plus(lifetime) };
                self.backoff.reset();
                self.publish(|link| {
                    link.phase = Phase::AwaitingScan(qr);
                    link.reason = link.reason.filter(|reason| !reason.hinders_codes());
                })
                .await;
            }
            // `tend_qr` opens the next one at once, if somebody still asks.
            Some(SessionEvent::QrExhausted) => self.close_qr(),
            Some(SessionEvent::Paired(account)) => {
                if let Some(open) = self.qr.take() {
                    self.paired(open, account).await;
                }
            }
            Some(SessionEvent::PasskeyRequired) => self.passkey_required().await,
            Some(SessionEvent::PairingFailed) => {
                self.retry_qr(Some(Reason::PairingFailed)).await;
            }
            Some(SessionEvent::Unreachable) => self.waiting_because(Reason::Unreachable).await,
            Some(SessionEvent::NotTrusted) => {
                self.waiting_because(Reason::ServerNotTrusted).await;
            }
            Some(SessionEvent::Ended(end)) => self.retry_qr(reason_unlinked(end)).await,
            None => self.retry_qr(None).await,
            Some(
                SessionEvent::Offline | SessionEvent::Online(_) | SessionEvent::PairingCodeEnded,
            ) => {}
        }
    }

    async fn waiting_because(&mut self, reason: Reason) {
        self.publish(|link| {
            link.phase = Phase::Waking;
            link.reason = Some(reason);
        })
        .await;
    }

    /// The phone has accepted what this session showed: it becomes the session of the link,
    /// and the other way of linking is over.
    pub(super) async fn paired(&mut self, open: Open, account: Account) {
        self.close_qr();
        self.drop_code(&crate::LinkError::AlreadyLinked);
        self.retry = None;
        self.backoff.reset();
        self.parts.qr_viewers.forget();
        self.linked = Some(open);
        self.publish(|link| {
            link.phase = Phase::Pairing;
            link.account = Some(account);
            link.pairing_code = None;
        })
        .await;
    }

    pub(super) async fn passkey_required(&mut self) {
        self.close_qr();
        self.drop_code(&crate::LinkError::PasskeyRequired);
        self.publish(|link| {
            link.phase = Phase::PasskeyRequired;
            link.reason = Some(Reason::PasskeyRequired);
            link.pairing_code = None;
        })
        .await;
    }
}

/// What the end of a session that was not linked says to somebody who wants to link.
pub(super) fn reason_unlinked(end: End) -> Option<Reason> {
    match end {
        End::ClientOutdated => Some(Reason::ClientOutdated),
        End::Banned => Some(Reason::Banned),
        End::TemporarilyBanned(_) => Some(Reason::TemporarilyBanned),
        End::Refused => Some(Reason::Refused),
        End::StoreFailed => Some(Reason::StoreFailed),
        End::LoggedOut | End::Replaced | End::Stopped => None,
    }
}
