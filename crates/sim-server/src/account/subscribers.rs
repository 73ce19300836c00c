//! Who wants to know whether an account is there.

use std::collections::BTreeSet;

use parking_lot::Mutex;

/// Devices that are told of one account's presence; more are not noted.
const SUBSCRIBERS_LIMIT: usize = 4096;

/// The devices that want to know whether an account is there: phone number, device, and
/// whether they asked by LID.
#[derive(Default)]
pub(crate) struct Subscribers(Mutex<BTreeSet<(String, u16, bool)>>);

impl Subscribers {
    pub(crate) fn add(&self, subscriber: (String, u16, bool)) {
        let mut subscribers = self.0.lock();
        if subscribers.len() < SUBSCRIBERS_LIMIT {
            subscribers.insert(subscriber);
        }
    }

    pub(crate) fn all(&self) -> Vec<(String, u16, bool)> {
        self.0.lock().iter().cloned().collect()
    }
}
