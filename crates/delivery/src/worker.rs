//! Delivering the log of one instance to its webhook, in order.

use std::collections::VecDeque;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Duration;

use metrics::{counter, histogram};
use siskin_green_api::Settings;
use siskin_model::{InstanceId, Receipt};
use siskin_store::{LoggedNotification, StoreError};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use crate::Delivery;
use crate::removal::{UNREMOVED, remove};
use crate::sender::Attempt;

/// How many notifications are read in one go.
const BATCH: u32 = 16;

type SettingsWatch = watch::Receiver<Arc<Settings>>;

/// What to do after a try.
enum Next {
    /// Look for the next notification.
    GoOn,
    /// Begin again with the oldest that is not delivered.
    StartAnew,
    /// Wait, then try the same one again.
    Pause(Duration),
    /// There is nothing left to do.
    Rest,
}

/// An entry in the table of instances with a worker. It goes with the worker, however that
/// ends, so that the next notification can start another.
pub(crate) struct WorkerSlot {
    delivery: Arc<Delivery>,
    id: InstanceId,
}

impl WorkerSlot {
    /// `None`: the instance has a worker.
    pub(crate) fn begin(delivery: &Arc<Delivery>, id: InstanceId) -> Option<Self> {
        let delivery = delivery.clone();
        match delivery.working.lock().entry(id) {
            Entry::Occupied(_) => return None,
            Entry::Vacant(free) => free.insert(false),
        };
        Some(Self { delivery, id })
    }
}

impl Drop for WorkerSlot {
    fn drop(&mut self) {
        self.delivery.working.lock().remove(&self.id);
    }
}

/// Works until there is nothing to deliver.
pub(crate) async fn work(mut slot: WorkerSlot) {
    let (delivery, id) = (slot.delivery.clone(), slot.id);
    loop {
        let Some(mut round) = Round::begin(&delivery, id) else { return };
        round.deliver().await;
        drop(slot);
        // What came between the last look and the end of the worker has rung in vain.
        if !round.has_news() {
            return;
        }
        let Some(next) = WorkerSlot::begin(&delivery, id) else { return };
        slot = next;
    }
}

/// From the start of a worker until there is nothing to deliver. It does not keep the
/// instance, only watches, which close when that is deleted.
struct Round<'a> {
    delivery: &'a Arc<Delivery>,
    id: InstanceId,
    settings: SettingsWatch,
    /// Moves when the log grows.
    log: watch::Receiver<u64>,
    /// What was read and is not delivered yet.
    ahead: VecDeque<LoggedNotification>,
    /// The last receipt that was delivered: its removal may be under way.
    last: Receipt,
}

impl<'a> Round<'a> {
    fn begin(delivery: &'a Arc<Delivery>, id: InstanceId) -> Option<Self> {
        let instance = delivery.fleet.get(id)?;
        Some(Self {
            delivery,
            id,
            settings: instance.settings_changes(),
            log: instance.log_changes(),
            ahead: VecDeque::new(),
            last: Receipt::MIN,
        })
    }

    /// Whether something happened since the last look.
    fn has_news(&self) -> bool {
        let changed = |changed| matches!(changed, Ok(true));
        let stopping = self.delivery.fleet.stopping().is_cancelled();
        !stopping && (changed(self.log.has_changed()) || changed(self.settings.has_changed()))
    }

    /// Delivers until the log is empty, the webhook is gone, or the instance or the gateway
    /// ends.
    async fn deliver(&mut self) {
        let (delivered, removals) = mpsc::channel(UNREMOVED);
        let removing = remove(self.delivery.clone(), self.id, removals);
        let removing = self.delivery.tasks.spawn(removing);
        let stopping = self.delivery.fleet.stopping();
        let mut settings = self.settings.clone();
        loop {
            let current = self.settings.borrow_and_update().clone();
            settings.mark_unchanged();
            // A changed webhook ends a try or a pause with the old one.
            let next = tokio::select! {
                biased;
                () = stopping.cancelled() => Next::Rest,
                next = changed_webhook(&mut settings, &current) => next,
                next = self.step(&current, &delivered) => next,
            };
            if !matches!(next, Next::GoOn) {
                self.ahead.clear();
            }
            let next = match next {
                Next::Pause(pause) => tokio::select! {
                    () = stopping.cancelled() => Next::Rest,
                    next = changed_webhook(&mut settings, &current) => next,
                    () = tokio::time::sleep(pause) => Next::StartAnew,
                },
                other => other,
            };
            if matches!(next, Next::Rest) {
                break;
            }
        }
        drop(delivered);
        // The next worker must not find what this one has delivered.
        let _ = removing.await;
    }

    async fn step(&mut self, settings: &Settings, delivered: &mpsc::Sender<Receipt>) -> Next {
        if settings.webhook_url.is_empty() || self.delivery.fleet.get(self.id).is_none() {
            return Next::Rest;
        }
        // A place first: once it is accepted, nothing may stand between that and its removal.
        let Ok(removal) = delivered.reserve().await else { return Next::Rest };
        let logged = match self.next().await {
            Ok(Some(logged)) => logged,
            Ok(None) => return Next::Rest,
            Err(error) => {
                tracing::error!(instance = %self.id, %error, "log not readable");
                return Next::Pause(self.delivery.schedule.pause);
            }
        };
        if !accepted(self.delivery, self.id, settings, &logged).await {
            return Next::Pause(self.delivery.schedule.pause);
        }
        self.last = logged.receipt;
        removal.send(logged.receipt);
        Next::GoOn
    }

    /// The oldest notification that is not delivered.
    async fn next(&mut self) -> Result<Option<LoggedNotification>, StoreError> {
        let not_before = self.delivery.not_before();
        let is_old = |logged: &LoggedNotification| logged.notification.at < not_before;
        if self.delivery.has_shrunk(self.id) || self.ahead.front().is_some_and(is_old) {
            self.ahead.clear();
        }
        if self.ahead.is_empty() {
            // Before looking, so that nothing comes in between unnoticed.
            self.log.mark_unchanged();
            self.ahead.extend(self.delivery.logged(self.id, self.last, BATCH).await?);
        }
        Ok(self.ahead.pop_front())
    }
}

/// Waits until the webhook changes or the instance ends.
async fn changed_webhook(settings: &mut SettingsWatch, current: &Settings) -> Next {
    let differs = |new: &Arc<Settings>| {
        new.webhook_url != current.webhook_url || new.webhook_url_token != current.webhook_url_token
    };
    match settings.wait_for(differs).await {
        Ok(_) => Next::StartAnew,
        Err(_) => Next::Rest,
    }
}

async fn accepted(
    delivery: &Delivery,
    id: InstanceId,
    settings: &Settings,
    logged: &LoggedNotification,
) -> bool {
    let started = Instant::now();
    let attempt = Attempt {
        url: &settings.webhook_url,
        credential: &settings.webhook_url_token.0,
        receipt: logged.receipt,
        body: logged.notification.body.to_string(),
        patience: delivery.schedule.patience,
    };
    let answer = delivery.sender.post(attempt).await;
    histogram!("siskin_webhook_seconds").record(started.elapsed());
    match answer {
        // Nothing but 200 counts, not even its neighbours (specification, section 5.2).
        Ok(200) => {
            counter!("siskin_notifications_delivered_total").increment(1);
            return true;
        }
        Ok(status) => {
            tracing::warn!(instance = %id, receipt = logged.receipt, status, "webhook refused");
        }
        Err(error) => {
            tracing::warn!(instance = %id, receipt = logged.receipt, %error, "webhook failed");
        }
    }
    counter!("siskin_notifications_failed_total").increment(1);
    false
}
