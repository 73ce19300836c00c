use async_trait::async_trait;
use siskin_green_api::Notification;
use siskin_model::message::Outgoing;
use siskin_model::{ChatId, InstanceId, Message, MessageId, MessageStatus, Receipt, UnixMillis};

use super::{Kept, MemoryStore};
use siskin_store::{Enqueued, Entry, Outbox, Progress, Queued, Recorded, Replacement, Result};

#[async_trait]
impl Outbox for MemoryStore {
    async fn enqueue(
        &self,
        id: InstanceId,
        outgoing: Vec<Outgoing>,
        shown: Vec<Message>,
    ) -> Result<Enqueued> {
        self.room()?;
        let tables = &mut *self.tables();
        let Some(kept) = tables.instances.get_mut(&id) else { return Ok(Enqueued::default()) };
        let behind = kept.queue.last().map_or(0, |last| last.place);
        let mut queued = Vec::with_capacity(outgoing.len());
        for outgoing in outgoing {
            tables.last_place += 1;
            queued.push(Queued { place: tables.last_place, outgoing, leaving: None });
        }
        kept.queue.extend_from_slice(&queued);
        for message in &shown {
            kept.take(message, Replacement::Never);
        }
        Ok(Enqueued { behind, queued })
    }

    async fn withdraw(&self, id: InstanceId, chat: &ChatId, message: &MessageId) -> Result<bool> {
        self.room()?;
        let is_it = |queued: &Queued| {
            is_waiting(queued) && queued.outgoing.chat == *chat && queued.outgoing.id == *message
        };
        Ok(self.with(id, |kept| remove(kept, is_it)).unwrap_or_default() > 0)
    }

    async fn next_outgoing(&self, id: InstanceId, after: i64, count: u32) -> Result<Vec<Queued>> {
        let next = |kept: &mut Kept| {
            let behind = kept.queue.iter().filter(|queued| queued.place > after);
            behind.take(count as usize).cloned().collect()
        };
        Ok(self.with(id, next).unwrap_or_default())
    }

    async fn leave(&self, id: InstanceId, place: i64, entry: Entry) -> Result<Option<Recorded>> {
        self.room()?;
        let leave = |kept: &mut Kept| {
            let queued = kept.queue.iter_mut().find(|queued| queued.place == place)?;
            if queued.leaving.is_some() {
                return Some(Recorded { is_new: false, receipt: None });
            }
            queued.leaving = Some(entry.message.raw.clone());
            let left = queued.outgoing.clone();
            kept.forget_waiting(&left);
            Some(kept.record(entry))
        };
        Ok(self.with(id, leave).flatten())
    }

    async fn give_up(
        &self,
        id: InstanceId,
        place: i64,
        lost: Option<Message>,
        notification: Option<Notification>,
    ) -> Result<Option<Receipt>> {
        self.room()?;
        let give_up = |kept: &mut Kept| {
            if remove(kept, |queued| queued.place == place && is_waiting(queued)) == 0 {
                return None;
            }
            if let Some(lost) = lost {
                kept.take(&lost, Replacement::Never);
            }
            kept.tell(notification)
        };
        Ok(self.with(id, give_up).flatten())
    }

    async fn advance(&self, id: InstanceId, steps: Vec<Progress>) -> Result<Vec<Option<Receipt>>> {
        self.room()?;
        let count = steps.len();
        let advance =
            |kept: &mut Kept| steps.into_iter().map(|step| kept.advance(step)).collect::<Vec<_>>();
        Ok(self.with(id, advance).unwrap_or_else(|| vec![None; count]))
    }

    async fn waiting(&self, id: InstanceId, count: u32) -> Result<Vec<Outgoing>> {
        let waiting = |kept: &mut Kept| {
            let waiting = kept.queue.iter().filter(|queued| is_waiting(queued));
            waiting.take(count as usize).map(|queued| queued.outgoing.clone()).collect()
        };
        Ok(self.with(id, waiting).unwrap_or_default())
    }

    async fn waiting_count(&self, id: InstanceId) -> Result<u64> {
        let count =
            |kept: &mut Kept| kept.queue.iter().filter(|queued| is_waiting(queued)).count() as u64;
        Ok(self.with(id, count).unwrap_or_default())
    }

    async fn clear_waiting(&self, id: InstanceId) -> Result<u64> {
        self.room()?;
        Ok(self.with(id, |kept| remove(kept, is_waiting)).unwrap_or_default())
    }

    async fn expire_waiting(&self, before: UnixMillis) -> Result<u64> {
        self.room()?;
        let old = |queued: &Queued| is_waiting(queued) && queued.outgoing.accepted < before;
        Ok(self.tables().instances.values_mut().map(|kept| remove(kept, old)).sum())
    }
}

impl Kept {
    fn advance(&mut self, step: Progress) -> Option<Receipt> {
        let Progress { chat, message: id, status, at, description, notification } = step;
        self.queue.retain(|queued| queued.outgoing.chat != chat || queued.outgoing.id != id);
        let message = self.messages.iter_mut().find(|message| {
            message.chat == chat && message.id == id && message.direction.is_outgoing()
        })?;
        if !message.status.unwrap_or(MessageStatus::Pending).may_become(status) {
            return None;
        }
        message.status = Some(status);
        (message.status_at, message.description) = (Some(at), description);
        self.tell(notification)
    }
}

impl Kept {
    /// Forgets what the journal showed of a message while it waited.
    fn forget_waiting(&mut self, outgoing: &Outgoing) {
        self.messages.retain(|message| {
            !message.is_waiting() || message.chat != outgoing.chat || message.id != outgoing.id
        });
    }
}

fn is_waiting(queued: &Queued) -> bool {
    queued.leaving.is_none()
}

/// Removes messages that wait, with what the journal showed of them.
fn remove(kept: &mut Kept, which: impl Fn(&Queued) -> bool) -> u64 {
    let removed: Vec<Queued> = kept.queue.extract_if(.., |queued| which(queued)).collect();
    removed.iter().for_each(|queued| kept.forget_waiting(&queued.outgoing));
    removed.len() as u64
}
