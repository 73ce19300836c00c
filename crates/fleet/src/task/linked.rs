//! Being linked: coming back by itself, and telling apart why it does not.

use std::time::Duration;

use siskin_model::{Account, Phase, Reason};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use super::{InstanceTask, Open};
use crate::port::{End, SessionEvent};

/// How often the linked socket is looked at.
const WATCHDOG: Duration = Duration::from_secs(60);
/// How long WhatsApp may be silent before the socket counts as dead: the engine sends a
/// ping every half minute, and each is answered.
const SILENCE: Duration = Duration::from_secs(120);
/// How long to wait before an outdated client tries again: a new version of it, or a change
/// of mind at WhatsApp, does not come sooner.
const OUTDATED_PAUSE: Duration = Duration::from_secs(600);

impl InstanceTask {
    /// Gets in line for a login; [`Self::on_place`] goes on from there.
    pub(super) fn ask_for_place(&mut self) {
        if self.linked.is_none() && self.awaiting_place.is_none() {
            let pacer = self.shared.pacer.clone();
            self.awaiting_place = Some(Box::pin(async move { pacer.place().await }));
        }
    }

    pub(super) async fn on_place(&mut self, place: Option<OwnedSemaphorePermit>) {
        self.awaiting_place = None;
        if self.store.keys_unknown {
            return self.begin().await;
        }
        if !self.link().has_keys() || self.linked.is_some() || !self.store_is_well().await {
            return;
        }
        self.login_place = place;
        // One session of a link at a time: what the last one still writes must not be
        // overtaken by the next one.
        while self.closing.join_next().await.is_some() {}
        let (reports, events) = self.reports();
        match self.shared.engine.open_linked(self.id, reports).await {
            Ok(session) => {
                self.linked = Some(Open { session, events });
                // Also bounds how long a place is held by a login that does not get on.
                self.watchdog = Some(Instant::now() + WATCHDOG);
                if !matches!(self.link().phase, Phase::Starting | Phase::Reconnecting) {
                    self.publish(|link| link.phase = Phase::Starting).await;
                }
            }
            Err(error) => self.not_opened(error).await,
        }
    }

    pub(super) async fn on_linked_event(&mut self, event: Option<SessionEvent>) {
        match event {
            Some(SessionEvent::Online(account)) => self.online(account).await,
            Some(SessionEvent::Offline) => self.offline(None).await,
            Some(SessionEvent::Unreachable) => self.offline(Some(Reason::Unreachable)).await,
            Some(SessionEvent::NotTrusted) => self.offline(Some(Reason::ServerNotTrusted)).await,
            Some(SessionEvent::Ended(end)) => self.linked_ended(end).await,
            None => self.linked_ended(End::Stopped).await,
            Some(
                SessionEvent::Qr { .. }
                | SessionEvent::QrExhausted
                | SessionEvent::PairingCodeEnded
                | SessionEvent::PasskeyRequired
                | SessionEvent::Paired(_)
                | SessionEvent::PairingFailed,
            ) => {}
        }
    }

    async fn online(&mut self, account: Account) {
        self.login_place = None;
        self.backoff.reset();
        self.watchdog = Some(Instant::now() + WATCHDOG);
        self.publish(|link| {
            link.phase = Phase::Online;
            link.reason = None;
            link.account = Some(account);
        })
        .await;
        if let Some(open) = &self.linked {
            self.work.start(&open.session);
        }
    }

    pub(super) async fn offline(&mut self, reason: Option<Reason>) {
        self.work.stop();
        self.login_place = None;
        self.publish(|link| {
            link.phase = match link.phase {
                Phase::Online | Phase::Reconnecting => Phase::Reconnecting,
                // Right after the phone accepted, WhatsApp closes the socket once (515).
                Phase::Pairing if reason.is_none() => Phase::Pairing,
                _ => Phase::Starting,
            };
            link.reason = reason.or(link.reason);
        })
        .await;
    }

    async fn linked_ended(&mut self, end: End) {
        self.work.stop();
        if let Some(open) = self.linked.take() {
            self.close_behind(open);
        }
        self.login_place = None;
        self.watchdog = None;
        match end {
            End::LoggedOut => self.unlinked_by_whatsapp().await,
            End::Replaced => self.set_aside(Phase::Stale, Reason::Replaced).await,
            End::Banned => self.set_aside(Phase::Blocked, Reason::Banned).await,
            End::TemporarilyBanned(duration) => {
                let until = self.shared.clock.now().plus(duration);
                let phase = Phase::Suspended { until };
                self.set_aside(phase, Reason::TemporarilyBanned).await;
                self.retry = Some(Instant::now() + duration);
            }
            End::ClientOutdated => {
                self.set_aside(Phase::Starting, Reason::ClientOutdated).await;
                self.retry = Some(Instant::now() + OUTDATED_PAUSE);
            }
            End::Refused => {
                self.offline(Some(Reason::Refused)).await;
                self.retry = Some(Instant::now() + self.backoff.next_pause());
            }
            End::Stopped => {
                self.offline(None).await;
                self.retry = Some(Instant::now() + self.backoff.next_pause());
            }
            End::StoreFailed => self.store_failed().await,
        }
    }

    async fn set_aside(&mut self, phase: Phase, reason: Reason) {
        self.publish(|link| {
            link.phase = phase;
            link.reason = Some(reason);
        })
        .await;
    }

    /// WhatsApp has forgotten this device: its keys are worth nothing any more.
    async fn unlinked_by_whatsapp(&mut self) {
        while self.closing.join_next().await.is_some() {}
        if let Err(error) = self.shared.engine.wipe(self.id).await {
            tracing::error!(instance = %self.id, %error, "old keys not removed");
        }
        self.publish(|link| {
            let was_linking = matches!(link.phase, Phase::Pairing);
            link.reason =
                Some(if was_linking { Reason::PairingFailed } else { Reason::UnlinkedFromPhone });
            link.phase = Phase::Asleep;
            link.account = None;
        })
        .await;
    }

    /// A socket that looks open and is dead is dropped, and a new one opened.
    pub(super) async fn look_at_socket(&mut self, now: Instant) {
        self.watchdog = Some(now + WATCHDOG);
        self.login_place = None;
        let Some(open) = &self.linked else { return };
        if matches!(self.link().phase, Phase::Online) {
            self.store.forget();
        }
        let silence = open.session.silence();
        if matches!(self.link().phase, Phase::Online) && silence > SILENCE {
            tracing::warn!(
                instance = %self.id,
                silent_for = ?silence,
                "the socket is dead; opening a new one"
            );
            let session = open.session.clone();
            session.reconnect().await;
            self.offline(None).await;
        }
    }
}
