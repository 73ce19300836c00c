//! Linking by phone number, beside a running QR: a session of its own.

use std::time::Duration;

use futures::future::BoxFuture;
use siskin_model::{PairingCode, Phase, PhoneNumber, Reason};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::unlinked::reason_unlinked;
use super::{InstanceTask, Open};
use crate::error::LinkError;
use crate::port::{EngineError, IssuedCode, SessionEvent};

/// How long a code's session outlives the code: a phone that took it at the last moment
/// needs some time to complete the link.
const GRACE: Duration = Duration::from_secs(60);

pub(super) type CodeReply = oneshot::Sender<Result<PairingCode, LinkError>>;

/// A pairing code that is being asked for or that waits to be typed in.
pub(crate) struct CodeAttempt {
    pub(super) open: Open,
    phone: PhoneNumber,
    /// WhatsApp's answer, until it is there.
    pub(super) request: Option<BoxFuture<'static, Result<IssuedCode, EngineError>>>,
    waiting: Vec<CodeReply>,
    /// When the code is of no use any more, once there is one.
    expires: Option<Instant>,
}

impl CodeAttempt {
    /// Tells whoever waits why there will be no code.
    pub(super) fn abandon(self, why: &LinkError) -> Open {
        for reply in self.waiting {
            // A caller who has gone needs no answer.
            let _ = reply.send(Err(why.same()));
        }
        self.open
    }
}

impl LinkError {
    fn same(&self) -> Self {
        match self {
            Self::AlreadyLinked => Self::AlreadyLinked,
            Self::HasStaleKeys => Self::HasStaleKeys,
            Self::Unreachable => Self::Unreachable,
            Self::Refused(why) => Self::Refused(why.clone()),
            Self::PasskeyRequired => Self::PasskeyRequired,
            Self::Stopping => Self::Stopping,
        }
    }
}

impl InstanceTask {
    pub(super) async fn on_code_request(&mut self, phone: PhoneNumber, reply: CodeReply) {
        if let Some(refusal) = self.refusal() {
            let _ = reply.send(Err(refusal));
            return;
        }
        if let Some(attempt) = &mut self.code
            && attempt.phone == phone
        {
            match &self.link.borrow().pairing_code {
                Some(code) => drop(reply.send(Ok(code.clone()))),
                None if attempt.request.is_some() => attempt.waiting.push(reply),
                // Its code has expired; its last moments are not worth waiting for.
                None => drop(reply.send(Err(LinkError::Unreachable))),
            }
            return;
        }
        self.forget_code(&LinkError::Refused("another number was asked for".into())).await;
        self.publish(|link| {
            if matches!(link.phase, Phase::PasskeyRequired) {
                link.phase = Phase::Asleep;
            }
        })
        .await;
        self.ask_for_code(phone, reply).await;
    }

    /// Why the instance cannot be linked now.
    fn refusal(&self) -> Option<LinkError> {
        match self.link().phase {
            Phase::Pairing | Phase::Starting | Phase::Online | Phase::Reconnecting => {
                Some(LinkError::AlreadyLinked)
            }
            Phase::Suspended { .. } | Phase::Blocked | Phase::Stale => {
                Some(LinkError::HasStaleKeys)
            }
            _ => None,
        }
    }

    async fn ask_for_code(&mut self, phone: PhoneNumber, reply: CodeReply) {
        let (reports, events) = self.reports();
        match self.shared.engine.open_unlinked(self.id, reports).await {
            Ok(session) => {
                let (asked, number) = (session.clone(), phone.clone());
                let request = Box::pin(async move { asked.pairing_code(&number).await });
                self.code = Some(CodeAttempt {
                    open: Open { session, events },
                    phone,
                    request: Some(request),
                    waiting: vec![reply],
                    expires: None,
                });
            }
            Err(error) => {
                tracing::error!(instance = %self.id, %error, "no session for a code");
                let _ = reply.send(Err(error.into()));
            }
        }
    }

    pub(super) async fn on_code_answer(&mut self, answer: Result<IssuedCode, EngineError>) {
        let Some(attempt) = &mut self.code else { return };
        attempt.request = None;
        let issued = match answer {
            Ok(issued) => issued,
            Err(error) => {
                tracing::warn!(instance = %self.id, %error, "no pairing code");
                return self.forget_code(&error.into()).await;
            }
        };
        attempt.expires = Some(Instant::now() + issued.lifetime);
        let code = PairingCode {
            code: issued.code,
            phone: attempt.phone.clone(),
            expires: self.shared.clock.now().plus(issued.lifetime),
        };
        let waiting = std::mem::take(&mut attempt.waiting);
        let shown = code.clone();
        self.publish(|link| link.pairing_code = Some(shown)).await;
        // Whoever has the answer sees it on the link, too.
        for reply in waiting {
            let _ = reply.send(Ok(code.clone()));
        }
    }

    pub(super) async fn on_code_event(&mut self, event: Option<SessionEvent>) {
        match event {
            Some(SessionEvent::Paired(account)) => {
                if let Some(attempt) = self.code.take() {
                    let open = attempt.abandon(&LinkError::AlreadyLinked);
                    self.paired(open, account).await;
                }
            }
            Some(SessionEvent::PasskeyRequired) => self.passkey_required().await,
            Some(SessionEvent::Ended(end)) => {
                let why = reason_unlinked(end).map_or(LinkError::Unreachable, refused);
                self.forget_code(&why).await;
            }
            Some(SessionEvent::NotTrusted) => {
                self.forget_code(&refused(Reason::ServerNotTrusted)).await;
            }
            Some(SessionEvent::PairingCodeEnded | SessionEvent::PairingFailed) | None => {
                self.forget_code(&LinkError::Unreachable).await;
            }
            // A code belongs to its socket: without it, it cannot be used any more.
            Some(SessionEvent::Offline) if self.code_issued() => {
                self.forget_code(&LinkError::Unreachable).await;
            }
            // The codes to scan of this session are not shown; the request itself is
            // bounded and says whether WhatsApp could be reached.
            Some(_) => {}
        }
    }

    fn code_issued(&self) -> bool {
        self.code.as_ref().is_some_and(|attempt| attempt.expires.is_some())
    }

    /// When to take the code away, and then when to close its session.
    pub(super) fn code_deadline(&self) -> Option<Instant> {
        let expires = self.code.as_ref()?.expires?;
        let shown = self.link.borrow().pairing_code.is_some();
        Some(if shown { expires } else { expires + GRACE })
    }

    pub(super) async fn tend_code(&mut self, now: Instant) {
        let Some(expires) = self.code.as_ref().and_then(|attempt| attempt.expires) else {
            return;
        };
        if expires + GRACE <= now {
            self.forget_code(&LinkError::Unreachable).await;
        } else if expires <= now {
            self.publish(|link| link.pairing_code = None).await;
        }
    }

    /// Closes the session of the code, without telling anybody who watches the link.
    pub(super) fn drop_code(&mut self, why: &LinkError) {
        if let Some(attempt) = self.code.take() {
            let open = attempt.abandon(why);
            self.close_behind(open);
        }
    }

    pub(super) async fn forget_code(&mut self, why: &LinkError) {
        self.drop_code(why);
        self.publish(|link| link.pairing_code = None).await;
    }
}

fn refused(reason: Reason) -> LinkError {
    LinkError::Refused(reason.text().to_owned())
}

impl From<EngineError> for LinkError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::NoPairingCode(why) => Self::Refused(why),
            EngineError::Disk { .. } => refused(Reason::StoreFailed),
            _ => Self::Unreachable,
        }
    }
}
