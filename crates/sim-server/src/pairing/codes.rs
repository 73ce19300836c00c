//! The codes that devices show now.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::{Notify, oneshot};

use crate::error::Refusal;

/// How long a code can be typed.
const CODE_LIFETIME: Duration = Duration::from_secs(180);
/// How often a code can be typed, right or wrong.
const MAX_ATTEMPTS: u32 = 3;

/// The codes that devices show, by the phone number they were asked for. A later code for
/// the same number replaces the earlier. One per open connection at most.
#[derive(Default)]
pub struct PairingCodes {
    by_phone: Mutex<HashMap<String, PairingCode>>,
    /// Rings when a code is added.
    added: Notify,
}

/// One code from `companion_hello` to the link.
pub(crate) struct PairingCode {
    connection: u64,
    reference: String,
    /// The device's ephemeral key, encrypted with the code.
    wrapped_key: Vec<u8>,
    since: Instant,
    attempts: u32,
    /// The phone that waits for the device's proof.
    waiting: Option<oneshot::Sender<KeyBundle>>,
}

impl PairingCode {
    /// A code that the device of `connection` shows from now on.
    pub(crate) fn new(connection: u64, reference: String, wrapped_key: Vec<u8>) -> Self {
        let since = Instant::now();
        Self { connection, reference, wrapped_key, since, attempts: 0, waiting: None }
    }
}

/// The device's proof that it shows the code, which only the phone can open.
pub struct KeyBundle {
    /// The proof, encrypted.
    pub sealed: Vec<u8>,
    /// The public identity key of the device.
    pub device_identity: Vec<u8>,
}

impl PairingCodes {
    /// A connection has ended, and its code with it.
    pub(crate) fn forget_connection(&self, connection: u64) {
        self.by_phone.lock().retain(|_, code| code.connection != connection);
    }

    pub(crate) fn add(&self, phone: String, code: PairingCode) {
        self.by_phone.lock().insert(phone, code);
        self.added.notify_waiters();
    }

    /// Waits until a device shows a code for the number.
    pub async fn wait_for(&self, phone: &str) {
        loop {
            let added = self.added.notified();
            tokio::pin!(added);
            added.as_mut().enable();
            if self.by_phone.lock().contains_key(phone) {
                return;
            }
            added.await;
        }
    }

    /// Somebody types the code: counts the attempt, while the code lives.
    ///
    /// # Errors
    /// When nobody shows a code for the number, or it is too old or was typed too often.
    pub fn begin_attempt(&self, phone: &str, now: Instant) -> Result<CodeAttempt, Refusal> {
        let mut codes = self.by_phone.lock();
        let code = codes.get_mut(phone).ok_or_else(nobody_waits)?;
        let refusal = if now.duration_since(code.since) >= CODE_LIFETIME {
            "This pairing code has expired."
        } else if code.attempts == MAX_ATTEMPTS {
            "This pairing code was typed too often."
        } else {
            code.attempts += 1;
            return Ok(CodeAttempt {
                connection: code.connection,
                reference: code.reference.clone(),
                wrapped_key: code.wrapped_key.clone(),
            });
        };
        codes.remove(phone);
        Err(Refusal::conflict(
            refusal,
            "Request a new pairing code and type it within 180 seconds.",
        ))
    }

    /// The phone waits for the device's proof, unless another code has replaced this one.
    ///
    /// # Errors
    /// When it has.
    pub fn expect_bundle(
        &self,
        phone: &str,
        reference: &str,
    ) -> Result<oneshot::Receiver<KeyBundle>, Refusal> {
        let mut codes = self.by_phone.lock();
        let code = codes.get_mut(phone).filter(|code| code.reference == reference);
        let (sender, bundle) = oneshot::channel();
        code.ok_or_else(nobody_waits)?.waiting = Some(sender);
        Ok(bundle)
    }

    /// The device gives its proof for the code `reference`. `false` when nobody waits for it.
    pub(crate) fn give_bundle(&self, phone: &str, reference: &[u8], bundle: KeyBundle) -> bool {
        let mut codes = self.by_phone.lock();
        let code = codes.get_mut(phone).filter(|code| code.reference.as_bytes() == reference);
        let waiting = code.and_then(|code| code.waiting.take());
        waiting.is_some_and(|waiting| waiting.send(bundle).is_ok())
    }

    /// The code has done its work.
    pub fn remove(&self, phone: &str) {
        self.by_phone.lock().remove(phone);
    }
}

/// The code that is being typed.
pub struct CodeAttempt {
    /// The connection of the device that shows it.
    pub connection: u64,
    /// Tells it from other codes.
    pub reference: String,
    /// The device's ephemeral key, encrypted with the code.
    pub wrapped_key: Vec<u8>,
}

/// Nobody shows a code for the number, or not any more.
pub fn nobody_waits() -> Refusal {
    Refusal::conflict(
        "No device waits for a code on this number.",
        "Request a pairing code for this phone number first.",
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use super::*;

    const PHONE: &str = "15550100001";

    fn shown() -> PairingCodes {
        let codes = PairingCodes::default();
        codes.add(PHONE.to_owned(), PairingCode::new(1, "2@ref".to_owned(), vec![0; 80]));
        codes
    }

    #[test]
    fn a_code_can_be_typed_for_three_minutes() {
        let codes = shown();
        let shown = codes.by_phone.lock()[PHONE].since;
        let last = shown + CODE_LIFETIME - Duration::from_millis(1);
        assert!(codes.begin_attempt(PHONE, last).is_ok());
        let refusal = codes.begin_attempt(PHONE, shown + CODE_LIFETIME).err().unwrap();
        assert_eq!(refusal.error, "This pairing code has expired.");
        let refusal = codes.begin_attempt(PHONE, shown + CODE_LIFETIME).err().unwrap();
        assert_eq!(refusal.error, "No device waits for a code on this number.");
    }

    #[test]
    fn a_code_ends_with_its_connection() {
        let codes = shown();
        codes.forget_connection(2);
        assert!(codes.begin_attempt(PHONE, Instant::now()).is_ok());
        codes.forget_connection(1);
        assert!(codes.begin_attempt(PHONE, Instant::now()).is_err());
    }

    #[tokio::test]
    async fn a_phone_that_is_quicker_than_the_hello_waits_for_it() {
        let codes = Arc::new(PairingCodes::default());
        let waiting = tokio::spawn({
            let codes = codes.clone();
            async move { codes.wait_for(PHONE).await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        let code = shown().by_phone.lock().remove(PHONE).unwrap();
        codes.add(PHONE.to_owned(), code);
        waiting.await.unwrap();
    }
}
