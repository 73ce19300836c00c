use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

/// How long an unlinked instance keeps its socket after the last person stopped asking: a
/// first code lives 60 s, and one that was shown must stay scannable to its end.
pub(crate) const LINGER: Duration = Duration::from_secs(75);

/// Who is asking for a code at the moment, and when somebody last did.
#[derive(Default)]
pub(crate) struct Askers {
    now: Mutex<Present>,
    pub(crate) changed: Notify,
}

#[derive(Default)]
struct Present {
    count: usize,
    last: Option<Instant>,
}

/// What the askers want of an unlinked instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Demand {
    /// Nobody asks.
    None,
    /// Codes are wanted until this moment.
    Until(Instant),
    /// Codes are wanted without end.
    Open,
}

impl Askers {
    pub(crate) fn demand(&self) -> Demand {
        let present = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        match present.last {
            _ if present.count > 0 => Demand::Open,
            Some(last) if last + LINGER > Instant::now() => Demand::Until(last + LINGER),
            _ => Demand::None,
        }
    }

    /// Forgets who asked before: what they wanted has been settled.
    pub(crate) fn forget(&self) {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).last = None;
    }
}

/// Somebody is asking for a code: while this is held, and a little longer, an unlinked
/// instance keeps a socket and a code that can be scanned.
pub struct Asking {
    askers: Arc<Askers>,
}

impl Asking {
    pub(crate) fn new(askers: Arc<Askers>) -> Self {
        askers.now.lock().unwrap_or_else(PoisonError::into_inner).count += 1;
        askers.changed.notify_one();
        Self { askers }
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        let mut present = self.askers.now.lock().unwrap_or_else(PoisonError::into_inner);
        present.count -= 1;
        present.last = Some(Instant::now());
        drop(present);
        self.askers.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn demand_outlasts_the_last_asker_by_the_life_of_a_code() {
        let askers = Arc::new(Askers::default());
        assert_eq!(askers.demand(), Demand::None);
        let asking = Asking::new(askers.clone());
        assert_eq!(askers.demand(), Demand::Open);
        drop(asking);
        assert_eq!(askers.demand(), Demand::Until(Instant::now() + LINGER));
        tokio::time::advance(LINGER).await;
        assert_eq!(askers.demand(), Demand::None);
    }
}
