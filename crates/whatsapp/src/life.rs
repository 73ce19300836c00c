use std::time::Duration;

use async_trait::async_trait;
use siskin_fleet::port::{EngineError, IssuedCode, Life};
use siskin_model::PhoneNumber;
use whatsapp_rust::pair_code::{PairCodeOptions, PairError};

use crate::session::EngineSession;

/// How long a pairing code can be typed in (engine, `pair_code.rs`; WhatsApp's own bound).
const CODE_LIFETIME: Duration = Duration::from_secs(180);
/// The operating system that a pairing code is asked for from: WhatsApp refuses names that
/// are none (engine, `pair_code.rs`), so ours is shown only in the list of linked devices.
const SYSTEM: &str = "Linux";
/// How long asking for a pairing code may wait for the socket.
const SOCKET: Duration = Duration::from_secs(20);
/// How long WhatsApp may take to confirm that it forgot this device.
const LOGOUT: Duration = Duration::from_secs(8);
/// How long the engine may take to write what it has and close.
const CLOSE: Duration = Duration::from_secs(12);

#[async_trait]
impl Life for EngineSession {
    async fn pairing_code(&self, phone: &PhoneNumber) -> Result<IssuedCode, EngineError> {
        self.client.wait_for_socket(SOCKET).await.map_err(|_| EngineError::Unreachable)?;
        let options = PairCodeOptions {
            phone_number: phone.to_string(),
            display_os: Some(SYSTEM.to_owned()),
            ..Default::default()
        };
        match self.client.pair_with_code(options).await {
            Ok(code) => Ok(IssuedCode { code, lifetime: CODE_LIFETIME }),
            Err(PairError::PairCode(error)) => Err(EngineError::NoPairingCode(error.to_string())),
            // WhatsApp says "bad request" to numbers that it does not know and to those that
            // ask too often alike.
            Err(error) if error.rejection().is_some() => Err(EngineError::NoPairingCode(format!(
                "WhatsApp refused the number, or it was asked for too often ({error})"
            ))),
            Err(error) => {
                tracing::warn!(instance = %self.keys.instance, %error, "no pairing code");
                Err(EngineError::Unreachable)
            }
        }
    }

    fn silence(&self) -> Duration {
        self.last_frame.ago()
    }

    async fn reconnect(&self) {
        self.client.reconnect_immediately().await;
    }

    async fn close(&self) {
        let Some(handle) = self.running.lock().await.take() else { return };
        if tokio::time::timeout(CLOSE, handle.shutdown()).await.is_err() {
            tracing::warn!(instance = %self.keys.instance, "a session did not close in time");
        }
        self.keys.fence.retire();
        self.keys.discard_unlinked();
    }

    async fn logout(&self) {
        if tokio::time::timeout(LOGOUT, self.client.logout()).await.is_err() {
            tracing::warn!(
                instance = %self.keys.instance,
                "WhatsApp did not confirm the logout; the phone may still list this device"
            );
        }
        self.close().await;
    }
}
