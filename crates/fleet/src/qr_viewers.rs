use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::Instant;

/// How long an unlinked instance keeps its socket after the last person stopped looking: a
/// first code lives 60 s, and one that was shown must stay scannable to its end.
pub(crate) const LINGER: Duration = Duration::from_secs(75);

/// Who wants to see a code to scan at the moment, and when somebody last did.
#[derive(Default)]
pub(crate) struct QrViewers {
    now: Mutex<Viewing>,
    changed: Notify,
}

#[derive(Default)]
struct Viewing {
    count: usize,
    last: Option<Instant>,
}

/// What the viewers want of an unlinked instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Demand {
    /// Nobody looks.
    None,
    /// Codes are wanted until this moment.
    Until(Instant),
    /// Codes are wanted without end.
    Open,
}

impl QrViewers {
    /// Returns when somebody has come or gone. The instance's task waits for that.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }

    pub(crate) fn demand(&self) -> Demand {
        let viewing = self.now.lock();
        match viewing.last {
            _ if viewing.count > 0 => Demand::Open,
            Some(last) if last + LINGER > Instant::now() => Demand::Until(last + LINGER),
            _ => Demand::None,
        }
    }

    /// Forgets who looked before: what they wanted has been settled.
    pub(crate) fn forget(&self) {
        self.now.lock().last = None;
    }
}

/// Somebody looks at the code to scan: while this is held, and a little longer, an unlinked
/// instance keeps a socket and a code that can be scanned.
pub struct QrViewer {
    viewers: Arc<QrViewers>,
}

impl QrViewer {
    pub(crate) fn new(viewers: Arc<QrViewers>) -> Self {
        viewers.now.lock().count += 1;
        viewers.changed.notify_one();
        Self { viewers }
    }
}

impl Drop for QrViewer {
    fn drop(&mut self) {
        let mut viewing = self.viewers.now.lock();
        viewing.count -= 1;
        viewing.last = Some(Instant::now());
        drop(viewing);
        self.viewers.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn demand_outlasts_the_last_viewer_by_the_life_of_a_code() {
        let viewers = Arc::new(QrViewers::default());
        assert_eq!(viewers.demand(), Demand::None);
        let viewer = QrViewer::new(viewers.clone());
        assert_eq!(viewers.demand(), Demand::Open);
        drop(viewer);
        assert_eq!(viewers.demand(), Demand::Until(Instant::now() + LINGER));
        tokio::time::advance(LINGER).await;
        assert_eq!(viewers.demand(), Demand::None);
    }
}
