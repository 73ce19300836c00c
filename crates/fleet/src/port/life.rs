use std::time::Duration;

use async_trait::async_trait;
use siskin_model::PhoneNumber;

use super::error::EngineError;

/// How a session is linked, kept alive and ended.
#[async_trait]
pub trait Life: Send + Sync {
    /// Asks WhatsApp for a code that links by phone number. Only for an unlinked session;
    /// waits for its socket, bounded.
    async fn pairing_code(&self, phone: &PhoneNumber) -> Result<IssuedCode, EngineError>;

    /// How long ago the last frame came from WhatsApp.
    fn silence(&self) -> Duration;

    /// Drops the socket and opens a new one with the same keys.
    async fn reconnect(&self);

    /// Closes the socket and stops everything that belongs to the session. The keys stay
    /// where they are if they belong to a link and are removed otherwise.
    async fn close(&self);

    /// Tells WhatsApp to forget this device, as far as it can be reached, then closes.
    async fn logout(&self);
}

/// A pairing code that WhatsApp has accepted.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedCode {
    /// Its eight characters.
    pub code: String,
    /// How long it can be typed in.
    pub lifetime: Duration,
}

// The text of a code links the instance to whoever has it.
impl std::fmt::Debug for IssuedCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuedCode").field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}
