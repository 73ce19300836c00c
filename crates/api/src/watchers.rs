use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use siskin_model::InstanceId;
use tokio_util::sync::CancellationToken;

/// Who holds the one `scanqrcode` session of each instance. The newest wins: whoever
/// reloads a page must not be kept out by the page that he has just left.
#[derive(Default, Clone)]
pub(crate) struct Watchers(Arc<Mutex<Sessions>>);

#[derive(Default)]
struct Sessions {
    by_instance: HashMap<InstanceId, (u64, CancellationToken)>,
    last: u64,
}

/// A `scanqrcode` session; it ends when this is dropped.
pub(crate) struct Watcher {
    watchers: Watchers,
    instance: InstanceId,
    number: u64,
    replaced: CancellationToken,
}

impl Watchers {
    /// Takes the instance's session over from whoever has it.
    pub fn enter(&self, instance: InstanceId) -> Watcher {
        let mut sessions = self.0.lock();
        sessions.last += 1;
        let (number, replaced) = (sessions.last, CancellationToken::new());
        let old = sessions.by_instance.insert(instance, (number, replaced.clone()));
        if let Some((_, old)) = old {
            old.cancel();
        }
        Watcher { watchers: self.clone(), instance, number, replaced }
    }
}

impl Watcher {
    /// Waits until somebody else takes the session over.
    pub async fn replaced(&self) {
        self.replaced.cancelled().await;
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let mut sessions = self.watchers.0.lock();
        let mine = |(number, _): &(u64, CancellationToken)| *number == self.number;
        if sessions.by_instance.get(&self.instance).is_some_and(mine) {
            sessions.by_instance.remove(&self.instance);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn the_newest_wins_and_nothing_stays_behind() {
        let watchers = Watchers::default();
        let first = watchers.enter(InstanceId::FIRST);
        let second = watchers.enter(InstanceId::FIRST);
        first.replaced().await;
        drop(first);
        assert!(!second.replaced.is_cancelled());
        drop(second);
        assert!(watchers.0.lock().by_instance.is_empty());
    }
}
