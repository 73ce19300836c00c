use std::collections::BTreeSet;

use parking_lot::Mutex;
use siskin_model::InstanceId;
use tokio::sync::Notify;

/// Tells one listener which instances have something new in their notification log, or new
/// settings that say where it goes.
///
/// Ringing twice for an instance before the listener comes counts once: the set is bounded
/// by the number of instances.
#[derive(Default)]
pub struct Bell {
    rung: Mutex<BTreeSet<InstanceId>>,
    woken: Notify,
}

impl Bell {
    /// Marks the instance; never waits.
    pub fn ring(&self, instance: InstanceId) {
        self.rung.lock().insert(instance);
        self.woken.notify_one();
    }

    /// The next marked instance; waits for one. There is one listener.
    pub async fn next(&self) -> InstanceId {
        loop {
            let woken = self.woken.notified();
            let first = self.rung.lock().pop_first();
            match first {
                Some(instance) => return instance,
                None => woken.await,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_instance_that_was_rung_for_comes_once() {
        let bell = Bell::default();
        for number in [2, 1, 2] {
            bell.ring(InstanceId::new(number));
        }
        assert_eq!(bell.next().await, InstanceId::new(1));
        assert_eq!(bell.next().await, InstanceId::new(2));
        bell.ring(InstanceId::new(3));
        assert_eq!(bell.next().await, InstanceId::new(3));
    }
}
