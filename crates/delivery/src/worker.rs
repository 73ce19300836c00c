//! Delivering the log of one instance to its webhook, in order.

use std::sync::Arc;
use std::time::Duration;

use metrics::{counter, histogram};
use siskin_fleet::Instance;
use siskin_model::Settings;
use siskin_store::LoggedNotification;
use tokio::time::Instant;

use crate::Delivery;
use crate::sender::Attempt;

/// What to do after a try.
enum Next {
    /// Look for the next notification.
    GoOn,
    /// Wait, then try the same one again.
    Pause(Duration),
    /// There is nothing left to do.
    Rest,
}

/// Delivers until the log is empty, the webhook is gone, or the instance or the gateway
/// ends.
pub(crate) async fn work(delivery: Arc<Delivery>, instance: Arc<Instance>) {
    let (mut settings, stopping) = (instance.settings_changes(), delivery.fleet.stopping());
    loop {
        let current = settings.borrow_and_update().clone();
        // A changed webhook ends a try or a pause with the old one.
        let next = tokio::select! {
            biased;
            () = stopping.cancelled() => Next::Rest,
            () = changed_webhook(&mut settings, &current) => Next::GoOn,
            next = step(&delivery, &instance, &current) => next,
        };
        match next {
            Next::GoOn => {}
            Next::Rest if rest(&delivery, &instance).await => return,
            Next::Rest => {}
            Next::Pause(pause) => tokio::select! {
                () = stopping.cancelled() => {}
                () = changed_webhook(&mut settings, &current) => {}
                () = tokio::time::sleep(pause) => {}
            },
        }
    }
}

async fn changed_webhook(
    settings: &mut tokio::sync::watch::Receiver<Arc<Settings>>,
    current: &Settings,
) {
    let differs = |new: &Arc<Settings>| {
        new.webhook_url != current.webhook_url || new.webhook_url_token != current.webhook_url_token
    };
    if settings.wait_for(differs).await.is_err() {
        std::future::pending().await
    }
}

/// Ends the worker; `false`: something came meanwhile, so it goes on.
async fn rest(delivery: &Delivery, instance: &Instance) -> bool {
    delivery.working().remove(&instance.id());
    if delivery.fleet.stopping().is_cancelled()
        || delivery.fleet.get(instance.id()).is_none()
        || instance.settings().webhook_url.is_empty()
    {
        return true;
    }
    // What was appended between the last look and the removal rang while this worker still
    // counted as working.
    let waiting = matches!(delivery.oldest(instance).await, Ok(Some(_)));
    !waiting || !delivery.working().insert(instance.id())
}

async fn step(delivery: &Delivery, instance: &Instance, settings: &Settings) -> Next {
    if settings.webhook_url.is_empty() || delivery.fleet.get(instance.id()).is_none() {
        return Next::Rest;
    }
    let logged = match delivery.oldest(instance).await {
        Ok(Some(logged)) => logged,
        Ok(None) => return Next::Rest,
        Err(error) => {
            tracing::error!(instance = %instance.id(), %error, "log not readable");
            return Next::Pause(delivery.schedule.pause);
        }
    };
    if !accepted(delivery, instance, settings, &logged).await {
        return Next::Pause(delivery.schedule.pause);
    }
    match delivery.fleet.store().remove(instance.id(), logged.receipt).await {
        Ok(_) => Next::GoOn,
        // It is delivered again: twice is better than never.
        Err(error) => {
            tracing::error!(instance = %instance.id(), %error, "receipt not recorded");
            Next::Pause(delivery.schedule.pause)
        }
    }
}

async fn accepted(
    delivery: &Delivery,
    instance: &Instance,
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
    let id = instance.id();
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
