//! The notification log of an instance: every write that appends to it goes through here, so
//! that nothing is logged of which those who wait are not told.

use std::sync::Arc;

use siskin_green_api::Notification;
use siskin_model::{InstanceId, Receipt};
use siskin_store::{Entry, Progress, Recorded, Result, StateChange, Store};
use tokio::sync::{broadcast, watch};

use crate::bell::Bell;

/// How many notifications those who look on may be behind.
const TAIL: usize = 16;

/// The notification log of one instance, and whoever waits for it.
pub(crate) struct NotificationLog {
    id: InstanceId,
    store: Arc<dyn Store>,
    bell: Arc<Bell>,
    /// Moves after every append.
    appends: watch::Sender<u64>,
    /// Notifications as they are logged, for those who look on.
    tail: broadcast::Sender<Notification>,
}

impl NotificationLog {
    pub(crate) fn new(id: InstanceId, store: &Arc<dyn Store>, bell: &Arc<Bell>) -> Self {
        let (appends, tail) = (watch::Sender::new(0), broadcast::Sender::new(TAIL));
        Self { id, store: store.clone(), bell: bell.clone(), appends, tail }
    }

    /// A counter that moves after every append.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.appends.subscribe()
    }

    /// Notifications as they are logged from now on. Whoever looks on too slowly misses some.
    pub(crate) fn look_on(&self) -> broadcast::Receiver<Notification> {
        self.tail.subscribe()
    }

    /// Appends a notification that tells of nothing else in the store.
    pub(crate) async fn append(&self, notification: Notification) -> Result<Receipt> {
        self.commit(notification, |notification| self.store.append(self.id, notification)).await
    }

    /// Has a change written to the store together with the notifications in it, then wakes and
    /// shows: those that were logged, and only once they are.
    pub(crate) async fn commit<C: Tells, D: Logged, W: Future<Output = Result<D>>>(
        &self,
        change: C,
        write: impl FnOnce(C) -> W,
    ) -> Result<D> {
        let is_looked_on = self.tail.receiver_count() > 0;
        let copy = |told: &Notification| is_looked_on.then(|| told.clone());
        let copies: Vec<_> =
            change.notifications().into_iter().map(|told| told.map(copy)).collect();
        let done = write(change).await?;
        let mut has_grown = false;
        for (place, copy) in copies.into_iter().enumerate() {
            if let Some(copy) = copy.filter(|_| done.has_logged(place)) {
                has_grown = true;
                // Nobody looks on any more: fine.
                copy.into_iter().for_each(|copy| drop(self.tail.send(copy)));
            }
        }
        if has_grown {
            self.appends.send_modify(|count| *count += 1);
            self.bell.ring(self.id);
        }
        Ok(done)
    }
}

/// A change with notifications in it.
pub(crate) trait Tells {
    /// What is told, by its place in the change.
    fn notifications(&self) -> Vec<Option<&Notification>>;
}

impl Tells for Notification {
    fn notifications(&self) -> Vec<Option<&Notification>> {
        vec![Some(self)]
    }
}

impl Tells for Option<Notification> {
    fn notifications(&self) -> Vec<Option<&Notification>> {
        vec![self.as_ref()]
    }
}

impl Tells for StateChange {
    fn notifications(&self) -> Vec<Option<&Notification>> {
        vec![self.notification.as_ref()]
    }
}

impl Tells for Entry {
    fn notifications(&self) -> Vec<Option<&Notification>> {
        vec![self.notification.as_ref()]
    }
}

impl Tells for Progress {
    fn notifications(&self) -> Vec<Option<&Notification>> {
        vec![self.notification.as_ref()]
    }
}

impl<T: Tells> Tells for Vec<T> {
    fn notifications(&self) -> Vec<Option<&Notification>> {
        self.iter().flat_map(T::notifications).collect()
    }
}

/// What the store answers to a change.
pub(crate) trait Logged {
    /// Whether it has logged the notification at that place of the change.
    fn has_logged(&self, place: usize) -> bool;
}

/// The change was written, with all that there was to tell.
impl Logged for () {
    fn has_logged(&self, _: usize) -> bool {
        true
    }
}

impl Logged for Receipt {
    fn has_logged(&self, _: usize) -> bool {
        true
    }
}

impl Logged for Recorded {
    fn has_logged(&self, _: usize) -> bool {
        self.receipt.is_some()
    }
}

impl<T: Logged> Logged for Option<T> {
    fn has_logged(&self, place: usize) -> bool {
        self.as_ref().is_some_and(|done| done.has_logged(place))
    }
}

impl<T: Logged> Logged for Vec<T> {
    fn has_logged(&self, place: usize) -> bool {
        self.get(place).is_some_and(|done| done.has_logged(0))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use siskin_model::UnixMillis;
    use siskin_store_testing::MemoryStore;

    use super::*;

    fn notification() -> Notification {
        Notification::state_changed(
            InstanceId::FIRST,
            None,
            siskin_model::InstanceState::Authorized,
            UnixMillis(0),
        )
    }

    #[tokio::test]
    async fn only_what_the_store_has_logged_is_told() {
        let (store, bell) = (Arc::new(MemoryStore::default()), Arc::new(Bell::default()));
        let log = NotificationLog::new(InstanceId::FIRST, &(store as Arc<dyn Store>), &bell);
        let (mut tail, changes) = (log.look_on(), log.changes());
        let refused = log.commit(Some(notification()), |_| async { Ok(None::<Receipt>) }).await;
        assert_eq!((refused.unwrap(), changes.has_changed().unwrap()), (None, false));
        let logged = log.commit(Some(notification()), |_| async { Ok(Some(Receipt::MIN)) }).await;
        assert_eq!(logged.unwrap(), Some(Receipt::MIN));
        assert!(changes.has_changed().unwrap());
        assert_eq!(tail.try_recv().unwrap(), notification());
        assert!(tail.try_recv().is_err(), "told of one that was not logged");
    }
}
