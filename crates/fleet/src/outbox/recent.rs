use std::collections::VecDeque;

use parking_lot::Mutex;
use siskin_store::{Enqueued, Queued};

/// How many messages are in memory until it is their turn; more are read from the store then.
const MOST: usize = 16;

/// What was accepted of late, for whoever sends: most messages leave at once, and need not be
/// read from the store for that.
#[derive(Default)]
pub(super) struct Recent(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    listening: usize,
    messages: VecDeque<Recently>,
    /// The place of the newest message that was accepted in all.
    newest: i64,
}

struct Recently {
    /// The place before its own in the queue.
    behind: i64,
    queued: Queued,
}

/// Hears what is accepted, until it is dropped.
pub(super) struct Listening<'a>(&'a Recent);

impl Recent {
    pub(super) fn listen(&self) -> Listening<'_> {
        self.0.lock().listening += 1;
        Listening(self)
    }

    /// Messages have been accepted. Those of two callers may come in another order than they
    /// have in the queue.
    pub(super) fn add(&self, enqueued: Enqueued) {
        let kept = &mut *self.0.lock();
        let Enqueued { mut behind, queued } = enqueued;
        for queued in queued {
            let place = queued.place;
            kept.newest = kept.newest.max(place);
            if kept.listening > 0 && kept.messages.len() < MOST {
                kept.messages.push_back(Recently { behind, queued });
            }
            behind = place;
        }
    }
}

impl Listening<'_> {
    /// The next message behind a place, if it is in memory.
    pub(super) fn next(&self, after: i64) -> Option<Queued> {
        let kept = &mut *self.0.0.lock();
        kept.messages.retain(|message| message.queued.place > after);
        let next = kept.messages.iter().position(|message| message.behind <= after)?;
        kept.messages.remove(next).map(|message| message.queued)
    }

    /// Whether a message was accepted behind a place.
    pub(super) fn is_more_behind(&self, after: i64) -> bool {
        self.0.0.lock().newest > after
    }
}

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        let kept = &mut *self.0.0.lock();
        kept.listening -= 1;
        // A quiet instance keeps no room for them; whoever still listens reads them.
        kept.messages = VecDeque::new();
    }
}
