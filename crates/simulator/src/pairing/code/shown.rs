//! The codes that devices show now.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, oneshot};
use wacore_libsignal::protocol::KeyPair;

use crate::account::AccountCell;
use crate::error::Refusal;

/// How long a code can be typed.
const CODE_LIFETIME: Duration = Duration::from_secs(180);
/// How often a code can be typed, right or wrong.
const MAX_ATTEMPTS: u32 = 3;

/// The codes that devices show, by the phone number they were asked for. A later code for
/// the same number replaces the earlier. One per open connection at most.
#[derive(Default)]
pub(crate) struct Codes {
    flows: Mutex<HashMap<String, Flow>>,
    /// Rings when a code is added.
    added: Notify,
}

/// One code from `companion_hello` to the link.
pub(super) struct Flow {
    connection: u64,
    reference: String,
    /// The device's ephemeral key, encrypted with the code.
    wrapped_key: Vec<u8>,
    shown: Instant,
    attempts: u32,
    attempt: Option<Attempt>,
}

impl Flow {
    /// A code that the device of `connection` shows from now on.
    pub(super) fn new(connection: u64, reference: String, wrapped_key: Vec<u8>) -> Self {
        let shown = Instant::now();
        Self { connection, reference, wrapped_key, shown, attempts: 0, attempt: None }
    }
}

/// A code that was typed and waits for the device's answer.
pub(super) struct Attempt {
    pub(super) cell: Arc<AccountCell>,
    /// The phone's ephemeral key.
    pub(super) ephemeral: KeyPair,
    /// The device's, as the typed code decrypts it: noise if the code is wrong.
    pub(super) device_ephemeral: [u8; 32],
    pub(super) outcome: oneshot::Sender<Result<String, Refusal>>,
}

impl Codes {
    /// A connection has ended, and its code with it.
    pub(crate) fn forget_connection(&self, connection: u64) {
        self.flows().retain(|_, flow| flow.connection != connection);
    }

    pub(super) fn add(&self, phone: String, flow: Flow) {
        self.flows().insert(phone, flow);
        self.added.notify_waiters();
    }

    /// Waits until a device shows a code for the number.
    pub(super) async fn shown_for(&self, phone: &str) {
        loop {
            let added = self.added.notified();
            tokio::pin!(added);
            added.as_mut().enable();
            if self.flows().contains_key(phone) {
                return;
            }
            added.await;
        }
    }

    /// Counts the attempt, while the code lives.
    pub(super) fn begin_attempt(&self, phone: &str, now: Instant) -> Result<Typed, Refusal> {
        let mut flows = self.flows();
        let flow = flows.get_mut(phone).ok_or_else(nobody_waits)?;
        let refusal = if now.duration_since(flow.shown) >= CODE_LIFETIME {
            "This pairing code has expired."
        } else if flow.attempts == MAX_ATTEMPTS {
            "This pairing code was typed too often."
        } else {
            flow.attempts += 1;
            return Ok(Typed {
                connection: flow.connection,
                reference: flow.reference.clone(),
                wrapped_key: flow.wrapped_key.clone(),
            });
        };
        flows.remove(phone);
        Err(Refusal::conflict(
            refusal,
            "Request a new pairing code and type it within 180 seconds.",
        ))
    }

    /// Notes whose answer the code waits for, unless another code has replaced it.
    pub(super) fn expect_answer(
        &self,
        phone: &str,
        reference: &str,
        attempt: Attempt,
    ) -> Result<(), Refusal> {
        let mut flows = self.flows();
        let flow = flows.get_mut(phone).filter(|flow| flow.reference == reference);
        flow.ok_or_else(nobody_waits)?.attempt = Some(attempt);
        Ok(())
    }

    /// The device has answered for the code `reference`: who waits for that.
    pub(super) fn take_attempt(&self, phone: &str, reference: &[u8]) -> Option<Attempt> {
        let mut flows = self.flows();
        let flow = flows.get_mut(phone)?;
        if flow.reference.as_bytes() != reference {
            return None;
        }
        flow.attempt.take()
    }

    /// The code has done its work.
    pub(super) fn remove(&self, phone: &str) {
        self.flows().remove(phone);
    }

    fn flows(&self) -> MutexGuard<'_, HashMap<String, Flow>> {
        self.flows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The code that is being typed.
pub(super) struct Typed {
    pub(super) connection: u64,
    pub(super) reference: String,
    pub(super) wrapped_key: Vec<u8>,
}

/// Nobody shows a code for the number, or not any more.
pub(super) fn nobody_waits() -> Refusal {
    Refusal::conflict(
        "No device waits for a code on this number.",
        "Request a pairing code for this phone number first.",
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const PHONE: &str = "15550100001";

    fn shown() -> Codes {
        let codes = Codes::default();
        codes.add(PHONE.to_owned(), Flow::new(1, "2@ref".to_owned(), vec![0; 80]));
        codes
    }

    #[test]
    fn a_code_can_be_typed_for_three_minutes() {
        let codes = shown();
        let shown = codes.flows()[PHONE].shown;
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
        let codes = Arc::new(Codes::default());
        let waiting = tokio::spawn({
            let codes = codes.clone();
            async move { codes.shown_for(PHONE).await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        let flow = shown().flows().remove(PHONE).unwrap();
        codes.add(PHONE.to_owned(), flow);
        waiting.await.unwrap();
    }
}
