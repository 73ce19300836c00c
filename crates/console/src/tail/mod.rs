//! The newest notifications of an instance, on its page.

mod entry;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use siskin_fleet::{Fleet, Instance};
use siskin_green_api::Notification;
use siskin_model::InstanceId;
use tokio::sync::{broadcast, watch};

use self::entry::entry;
use crate::region::List;
use crate::texts::Texts;

/// How many notifications of an instance are remembered and shown.
const REMEMBERED: u32 = 50;
/// The notifications of how many instances are remembered; any of them makes room.
const INSTANCES: usize = 64;

/// The notifications of the instances whose pages were opened, from the first time on: those
/// that were fetched meanwhile too.
#[derive(Default)]
pub(crate) struct Tails(Mutex<HashMap<InstanceId, Arc<Tail>>>);

/// The newest notifications of one instance.
pub(crate) struct Tail {
    recent: Mutex<Recent>,
    changes: watch::Sender<u64>,
}

#[derive(Default)]
struct Recent {
    /// Newest first, each with its place among all that came.
    notifications: VecDeque<(u64, Notification)>,
    came: u64,
}

impl Tails {
    /// The notifications of an instance; from now on they are watched.
    pub async fn of(&self, fleet: &Fleet, instance: &Instance) -> Arc<Tail> {
        let id = instance.id();
        if let Some(tail) = self.0.lock().get(&id) {
            return tail.clone();
        }
        let looking = instance.look_on();
        let tail = Arc::new(Tail::default());
        for notification in waiting(fleet, id).await {
            tail.push(notification);
        }
        let mut table = self.0.lock();
        if let Some(first) = table.get(&id) {
            return first.clone();
        }
        if table.len() >= INSTANCES
            && let Some(other) = table.keys().next().copied()
        {
            table.remove(&other);
        }
        table.insert(id, tail.clone());
        tokio::spawn(follow(Arc::downgrade(&tail), looking));
        tail
    }
}

/// What waits in the log, oldest first.
async fn waiting(fleet: &Fleet, id: InstanceId) -> Vec<Notification> {
    let newest = fleet.store().newest(id, REMEMBERED).await.unwrap_or_else(|error| {
        tracing::error!(instance = %id, %error, "the log cannot be read");
        Vec::new()
    });
    newest.into_iter().rev().map(|logged| logged.notification).collect()
}

/// Takes over notifications until the instance, or the memory of it, is gone.
async fn follow(tail: Weak<Tail>, mut looking: broadcast::Receiver<Notification>) {
    loop {
        let notification = match looking.recv().await {
            Ok(notification) => notification,
            Err(broadcast::error::RecvError::Lagged(_)) => continue,
            Err(broadcast::error::RecvError::Closed) => return,
        };
        let Some(tail) = tail.upgrade() else { return };
        tail.push(notification);
    }
}

impl Default for Tail {
    fn default() -> Self {
        Self { recent: Mutex::default(), changes: watch::Sender::new(0) }
    }
}

impl Tail {
    fn push(&self, notification: Notification) {
        let mut recent = self.recent.lock();
        let place = recent.came;
        recent.came += 1;
        recent.notifications.push_front((place, notification));
        recent.notifications.truncate(REMEMBERED as usize);
        drop(recent);
        self.changes.send_modify(|count| *count += 1);
    }

    /// A counter that moves when there is a new one.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// The list as it is shown, newest first.
    pub fn list(&self, t: Texts) -> List {
        let recent = self.recent.lock().notifications.clone();
        let items = recent.iter().map(|(place, notification)| entry(t, *place, notification));
        List { name: "notifications", items: items.collect() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::language::Language;
    use siskin_model::UnixMillis;

    #[test]
    fn the_newest_are_remembered_newest_first() {
        let tail = Tail::default();
        for number in 0..REMEMBERED + 5 {
            let body = json!({ "typeWebhook": format!("n{number}") });
            tail.push(Notification { at: UnixMillis(0), body });
        }
        let list = tail.list(Texts::of(Language::English));
        assert_eq!(list.items.len(), REMEMBERED as usize);
        assert!(list.items[0].html.contains("n54"), "{}", list.items[0].html);
    }
}
