use parking_lot::Mutex;
use siskin_fleet::port::SessionEvent;
use siskin_model::InstanceId;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

/// What the instance's task is told of a session, in order and bounded.
///
/// The engine must not be held up. So where the task is behind by a whole queue, the queue
/// ends with what is in it: the task takes that for the end of the session and opens another
/// one, which begins with what is on disk.
pub(crate) struct SessionEvents {
    instance: InstanceId,
    events: Mutex<Option<mpsc::Sender<SessionEvent>>>,
}

impl SessionEvents {
    pub(crate) fn new(instance: InstanceId, events: mpsc::Sender<SessionEvent>) -> Self {
        Self { instance, events: Mutex::new(Some(events)) }
    }

    /// Tells the task; does not wait.
    pub(crate) fn tell(&self, event: SessionEvent) {
        let mut events = self.events.lock();
        let sent = events.as_ref().map(|events| events.try_send(event));
        // Closed: the fleet has let go of this session.
        if let Some(Err(TrySendError::Full(event))) = sent {
            let instance = self.instance;
            tracing::warn!(%instance, ?event, "events are piling up; the session is given up");
            *events = None;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use futures::FutureExt as _;

    #[test]
    fn a_session_whose_task_is_far_behind_ends_after_what_it_has_told_in_order() {
        let (sender, mut events) = mpsc::channel(2);
        let told = SessionEvents::new(InstanceId::FIRST, sender);
        told.tell(SessionEvent::Offline);
        told.tell(SessionEvent::Unreachable);
        for _ in 0..100 {
            told.tell(SessionEvent::QrExhausted);
        }
        let heard: Vec<_> = std::iter::from_fn(|| events.recv().now_or_never().unwrap()).collect();
        assert_eq!(heard, [SessionEvent::Offline, SessionEvent::Unreachable]);
        assert_eq!(events.recv().now_or_never(), Some(None), "the session is over");
    }
}
