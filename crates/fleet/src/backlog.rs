//! Work beside the receiving of messages, one piece after the other.

use std::collections::VecDeque;

use parking_lot::Mutex;

/// What is to be done, in order, bounded. It has no task of its own: whoever adds the first
/// piece starts one, which ends when nothing is left.
pub(crate) struct Backlog<T> {
    /// The first one is being worked on.
    pieces: Mutex<VecDeque<T>>,
    most: usize,
}

/// What became of a piece of work.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Added {
    /// Nobody works yet: the caller sees to it.
    First,
    /// It is done in its turn.
    Waiting,
    /// There is no room.
    Full,
}

impl<T: Clone> Backlog<T> {
    pub(crate) fn new(most: usize) -> Self {
        Self { pieces: Mutex::default(), most }
    }

    pub(crate) fn add(&self, piece: T) -> Added {
        self.add_unless(|_| false, piece)
    }

    /// Adds what does not wait already and is not being done.
    pub(crate) fn add_once(&self, piece: T) -> Added
    where
        T: PartialEq,
    {
        let wanted = piece.clone();
        self.add_unless(|known| *known == wanted, piece)
    }

    fn add_unless(&self, is_known: impl Fn(&T) -> bool, piece: T) -> Added {
        let mut pieces = self.pieces.lock();
        if pieces.iter().any(is_known) {
            return Added::Waiting;
        }
        if pieces.len() >= self.most {
            return Added::Full;
        }
        pieces.push_back(piece);
        if pieces.len() == 1 { Added::First } else { Added::Waiting }
    }

    /// The piece to be worked on. It stays the first until it is [done](Self::done).
    pub(crate) fn first(&self) -> Option<T> {
        self.pieces.lock().front().cloned()
    }

    /// The first piece is done; the next one, if there is any. Without one, nobody works.
    pub(crate) fn done(&self) -> Option<T> {
        let mut pieces = self.pieces.lock();
        pieces.pop_front();
        if pieces.is_empty() {
            // A quiet instance keeps no room for a burst that is over.
            *pieces = VecDeque::new();
        }
        pieces.front().cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_done_in_order_and_one_worker_is_started() {
        let backlog = Backlog::new(3);
        assert_eq!((backlog.add(1), backlog.add(2)), (Added::First, Added::Waiting));
        assert_eq!((backlog.first(), backlog.done(), backlog.done()), (Some(1), Some(2), None));
        assert_eq!(backlog.add(3), Added::First, "nobody works any more");
    }

    #[test]
    fn no_more_wait_than_the_bound_and_each_once() {
        let backlog = Backlog::new(2);
        assert_eq!((backlog.add_once(1), backlog.add_once(1)), (Added::First, Added::Waiting));
        assert_eq!((backlog.add_once(2), backlog.add_once(3)), (Added::Waiting, Added::Full));
        assert_eq!((backlog.done(), backlog.done()), (Some(2), None));
    }
}
