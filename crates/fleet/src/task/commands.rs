//! What callers ask of an instance. Each may be asked again: it then finds its work done.

use std::ops::ControlFlow;

use siskin_model::{Phase, PhoneNumber, Reason};
use tokio::sync::oneshot;

use super::InstanceTask;
use super::pairing_code::CodeReply;
use crate::error::{FleetError, LinkError};

type Reply = oneshot::Sender<Result<(), FleetError>>;

/// A command to an instance's task, with the way back for its answer.
pub(crate) enum LinkCommand {
    PairingCode {
        phone: PhoneNumber,
        reply: CodeReply,
    },
    Logout {
        reply: Reply,
    },
    Reboot {
        reply: Reply,
    },
    /// Unlink, remove every key, and end.
    Remove {
        reply: Reply,
    },
}

impl InstanceTask {
    pub(super) async fn on_command(&mut self, command: LinkCommand) -> ControlFlow<()> {
        match command {
            LinkCommand::PairingCode { phone, reply } => self.on_code_request(phone, reply).await,
            LinkCommand::Logout { reply } => {
                let result = self.logout().await;
                let _ = reply.send(result);
            }
            LinkCommand::Reboot { reply } => {
                self.reboot().await;
                let _ = reply.send(Ok(()));
            }
            LinkCommand::Remove { reply } => {
                let removed = self.remove_keys().await;
                let done = removed.is_ok();
                let _ = reply.send(removed);
                if done {
                    return ControlFlow::Break(());
                }
            }
        }
        self.tend_qr().await;
        ControlFlow::Continue(())
    }

    async fn logout(&mut self) -> Result<(), FleetError> {
        let had_keys = self.link().has_keys() || self.linked.is_some();
        self.remove_keys().await?;
        self.parts.qr_viewers.forget();
        self.publish(|link| {
            link.phase = Phase::Asleep;
            link.account = None;
            link.pairing_code = None;
            if had_keys {
                link.reason = Some(Reason::LoggedOut);
            }
        })
        .await;
        Ok(())
    }

    /// Tells WhatsApp to forget the device, closes every session, removes every key.
    async fn remove_keys(&mut self) -> Result<(), FleetError> {
        self.work.stop();
        if let Some(open) = self.linked.take() {
            open.session.logout().await;
        }
        self.close_everything().await;
        self.shared.engine.wipe(self.id).await?;
        Ok(())
    }

    async fn reboot(&mut self) {
        let linked = self.link().has_keys() || matches!(self.link().phase, Phase::Pairing);
        self.drop_code(&LinkError::Stopping);
        self.close_everything().await;
        self.backoff.reset();
        self.publish(|link| {
            link.phase = if linked { Phase::Starting } else { Phase::Asleep };
            link.pairing_code = None;
            link.reason = None;
        })
        .await;
        if linked {
            self.ask_for_place();
        }
    }
}
