use std::collections::VecDeque;

use parking_lot::Mutex;
use tokio::sync::Notify;

/// How many events of one session may wait for the inbox.
const LONGEST: usize = 1024;
/// From how many on no more is read from the socket. The rest is for what was read already.
const PAUSE_READING: usize = LONGEST / 2;
/// How many events go to the inbox at once.
const BATCH: usize = 64;

/// Events in their order, and how far they are committed.
///
/// It has no task of its own: whoever puts in the first item is told to start one.
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    advanced: Notify,
}

struct State<T> {
    waiting: VecDeque<T>,
    is_draining: bool,
    /// The number of the last item, and of the last one that frames wait for.
    taken: u64,
    last_gated: u64,
    /// The number of the last item that is done with.
    done: u64,
    /// Whether something was lost, so that no frame may go out any more.
    lost: bool,
}

/// What became of an item.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pushed {
    /// It waits; somebody is draining.
    Waiting,
    /// It waits; the caller has to see that somebody drains.
    First,
    /// There is no room: it is lost. No frame goes out any more.
    Full,
    /// Something was lost before, and so is this.
    Lost,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        let state = State {
            waiting: VecDeque::new(),
            is_draining: false,
            taken: 0,
            last_gated: 0,
            done: 0,
            lost: false,
        };
        Self { state: Mutex::new(state), advanced: Notify::new() }
    }
}

impl<T> Queue<T> {
    /// Puts an item at the end. `is_gated`: frames wait until it is done with.
    pub(super) fn push(&self, item: T, is_gated: bool) -> Pushed {
        let mut state = self.state.lock();
        if state.lost {
            return Pushed::Lost;
        }
        if state.waiting.len() >= LONGEST {
            drop(state);
            self.lose();
            return Pushed::Full;
        }
        state.taken += 1;
        let number = state.taken;
        if is_gated {
            state.last_gated = number;
        }
        state.waiting.push_back(item);
        if std::mem::replace(&mut state.is_draining, true) {
            Pushed::Waiting
        } else {
            Pushed::First
        }
    }

    /// The next items. None: there are none, and the caller is not draining any more.
    pub(super) fn next(&self) -> Vec<T> {
        let mut state = self.state.lock();
        if state.waiting.is_empty() {
            state.is_draining = false;
            // An idle session keeps no room for a burst that is over.
            state.waiting = VecDeque::new();
        }
        let count = state.waiting.len().min(BATCH);
        state.waiting.drain(..count).collect()
    }

    /// So many items that [`Self::next`] gave are done with.
    pub(super) fn finish(&self, count: usize) {
        self.state.lock().done += u64::try_from(count).unwrap_or(u64::MAX);
        self.advanced.notify_waiters();
    }

    /// Something could not be committed, and nothing is from now on: what waits comes again,
    /// in its order, to another session.
    pub(super) fn lose(&self) {
        let mut state = self.state.lock();
        state.lost = true;
        state.waiting = VecDeque::new();
        drop(state);
        self.advanced.notify_waiters();
    }

    /// Waits until every gated item that is in the queue now is done with. `false`: some of
    /// it, or something before, was lost.
    pub(super) async fn settled(&self) -> bool {
        let target = self.state.lock().last_gated;
        self.wait_for(|state| state.lost || state.done >= target).await;
        !self.state.lock().lost
    }

    /// Waits until the queue has room for what is on its way.
    pub(super) async fn shorter(&self) {
        self.wait_for(|state| state.waiting.len() < PAUSE_READING).await;
    }

    async fn wait_for(&self, reached: impl Fn(&State<T>) -> bool) {
        loop {
            // Made before looking, so that nothing between the two is missed.
            let advanced = self.advanced.notified();
            if reached(&self.state.lock()) {
                return;
            }
            advanced.await;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use futures::FutureExt as _;

    #[test]
    fn a_frame_waits_for_what_came_before_it_and_not_for_more() {
        let queue = Queue::default();
        assert_eq!(queue.push(1, true), Pushed::First);
        let mut frame = Box::pin(queue.settled());
        assert_eq!(frame.as_mut().now_or_never(), None);
        assert_eq!(queue.push(2, true), Pushed::Waiting);
        assert_eq!(queue.next(), [1, 2]);
        queue.finish(1);
        assert_eq!(frame.as_mut().now_or_never(), Some(true));
        assert_eq!(queue.settled().now_or_never(), None);
    }

    #[test]
    fn a_frame_does_not_wait_for_acknowledgements_of_our_own_messages() {
        let queue = Queue::default();
        queue.push(1, false);
        assert_eq!(queue.settled().now_or_never(), Some(true));
    }

    #[test]
    fn what_could_not_be_committed_stops_the_frames_for_good() {
        let queue = Queue::default();
        queue.push(1, true);
        queue.push(2, true);
        let mut frame = Box::pin(queue.settled());
        assert_eq!(frame.as_mut().now_or_never(), None);
        queue.next();
        queue.lose();
        assert_eq!(frame.as_mut().now_or_never(), Some(false));
        assert_eq!(queue.push(3, true), Pushed::Lost);
        assert_eq!((queue.next(), queue.settled().now_or_never()), (vec![], Some(false)));
    }

    #[test]
    fn reading_pauses_before_the_queue_is_full() {
        let queue = Queue::default();
        for item in 0..PAUSE_READING {
            queue.push(item, true);
        }
        assert_eq!(queue.shorter().now_or_never(), None);
        for item in PAUSE_READING..LONGEST {
            queue.push(item, true);
        }
        assert_eq!(queue.push(0, true), Pushed::Full);
        assert_eq!(queue.settled().now_or_never(), Some(false));
    }

    #[test]
    fn whoever_comes_after_the_end_drains_again() {
        let queue = Queue::default();
        assert_eq!(queue.push(1, true), Pushed::First);
        assert_eq!((queue.next(), queue.next()), (vec![1], vec![]));
        assert_eq!(queue.push(2, true), Pushed::First);
    }
}
