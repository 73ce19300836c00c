//! Delivering the log of one instance to its webhook, in order.

use std::sync::Arc;
use std::time::Duration;

use metrics::{counter, histogram};
use siskin_model::{InstanceId, Settings};
use siskin_store::LoggedNotification;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::Delivery;
use crate::sender::Attempt;

type SettingsWatch = watch::Receiver<Arc<Settings>>;

/// What to do after a try.
enum Next {
    /// Look for the next notification.
    GoOn,
    /// Wait, then try the same one again.
    Pause(Duration),
    /// There is nothing left to do.
    Rest,
}

/// An entry in the table of instances with a worker. It goes with the worker, however that
/// ends, so that the next notification can start another.
pub(crate) struct Shift {
    delivery: Arc<Delivery>,
    id: InstanceId,
}

impl Shift {
    /// `None`: the instance has a worker.
    pub(crate) fn begin(delivery: &Arc<Delivery>, id: InstanceId) -> Option<Self> {
        let delivery = delivery.clone();
        let free = delivery.working().insert(id);
        // Not `then_some`: a shift that is made and dropped would end the one that is there.
        free.then(|| Self { delivery, id })
    }
}

impl Drop for Shift {
    fn drop(&mut self) {
        self.delivery.working().remove(&self.id);
    }
}

/// Works until there is nothing to deliver.
pub(crate) async fn work(mut shift: Shift) {
    let (delivery, id) = (shift.delivery.clone(), shift.id);
    loop {
        deliver(&delivery, id).await;
        drop(shift);
        // What came between the last look and the end of the shift has rung in vain.
        if !is_due(&delivery, id).await {
            return;
        }
        let Some(next) = Shift::begin(&delivery, id) else { return };
        shift = next;
    }
}

/// Whether there is something to deliver, and somewhere to deliver it to.
async fn is_due(delivery: &Delivery, id: InstanceId) -> bool {
    if delivery.fleet.stopping().is_cancelled() {
        return false;
    }
    let Some(instance) = delivery.fleet.get(id) else { return false };
    // Where the log cannot be read, the worker is the one to try again.
    let waits = !matches!(delivery.oldest(id).await, Ok(None));
    waits && !instance.settings().webhook_url.is_empty()
}

/// Delivers until the log is empty, the webhook is gone, or the instance or the gateway
/// ends.
async fn deliver(delivery: &Delivery, id: InstanceId) {
    // Only the watch is kept, not the instance: it closes when the instance is deleted.
    let Some(mut settings) = delivery.fleet.get(id).map(|instance| instance.settings_changes())
    else {
        return;
    };
    let stopping = delivery.fleet.stopping();
    loop {
        let current = settings.borrow_and_update().clone();
        // A changed webhook ends a try or a pause with the old one.
        let next = tokio::select! {
            biased;
            () = stopping.cancelled() => Next::Rest,
            next = changed_webhook(&mut settings, &current) => next,
            next = step(delivery, id, &current) => next,
        };
        let next = match next {
            Next::Pause(pause) => tokio::select! {
                () = stopping.cancelled() => Next::Rest,
                next = changed_webhook(&mut settings, &current) => next,
                () = tokio::time::sleep(pause) => Next::GoOn,
            },
            other => other,
        };
        if matches!(next, Next::Rest) {
            return;
        }
    }
}

/// Waits until the webhook changes or the instance ends.
async fn changed_webhook(settings: &mut SettingsWatch, current: &Settings) -> Next {
    let differs = |new: &Arc<Settings>| {
        new.webhook_url != current.webhook_url || new.webhook_url_token != current.webhook_url_token
    };
    match settings.wait_for(differs).await {
        Ok(_) => Next::GoOn,
        Err(_) => Next::Rest,
    }
}

async fn step(delivery: &Delivery, id: InstanceId, settings: &Settings) -> Next {
    if settings.webhook_url.is_empty() || delivery.fleet.get(id).is_none() {
        return Next::Rest;
    }
    let logged = match delivery.oldest(id).await {
        Ok(Some(logged)) => logged,
        Ok(None) => return Next::Rest,
        Err(error) => {
            tracing::error!(instance = %id, %error, "log not readable");
            return Next::Pause(delivery.schedule.pause);
        }
    };
    if !accepted(delivery, id, settings, &logged).await {
        return Next::Pause(delivery.schedule.pause);
    }
    match delivery.fleet.store().remove(id, logged.receipt).await {
        Ok(_) => Next::GoOn,
        // It is delivered again: twice is better than never.
        Err(error) => {
            tracing::error!(instance = %id, %error, "receipt not recorded");
            Next::Pause(delivery.schedule.pause)
        }
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
