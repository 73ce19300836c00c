use std::mem::discriminant;

use siskin_green_api::{Notification, Word};
use siskin_model::{Link, Reason, StateRecord};
use siskin_store::StateChange;

use super::InstanceTask;

impl InstanceTask {
    /// Changes the link: first on disk, with the notification that tells of it, then for
    /// everybody who watches.
    pub(super) async fn publish(&mut self, change: impl FnOnce(&mut Link)) {
        let old = self.link();
        let mut new = old.clone();
        change(&mut new);
        // What was told may lag behind: after a restart it is the last run's.
        if new == old && new.state() == self.recorded {
            return;
        }
        if discriminant(&new.phase) != discriminant(&old.phase) {
            new.since = self.shared.clock.now();
        }
        if new.state() != self.recorded {
            self.record(&new).await;
        } else if new.account != old.account {
            self.keep_account(&new).await;
        }
        if new.socket() != old.socket() {
            self.tell_socket(&new).await;
        }
        self.link.send_replace(new);
    }

    async fn record(&mut self, link: &Link) {
        let (id, state, at) = (self.id, link.state(), self.shared.clock.now());
        let account = link.account.as_ref();
        let told = self.settings.borrow().state_webhook.is_yes();
        let notification = told.then(|| Notification::state_changed(id, account, state, at));
        let change = StateChange {
            record: StateRecord {
                state,
                at,
                phone: account.map(|account| account.phone.clone()),
                reason: link.reason.map(|reason| reason.code().to_owned()),
            },
            account: link.account.clone(),
            notification,
        };
        let reason = link.reason.map(Reason::code);
        let write = |change| self.shared.store.record_state(id, change);
        match self.parts.log.commit(change, write).await {
            Ok(()) => {
                tracing::info!(instance = %id, state = state.word(), reason, "state changed");
                metrics::counter!("siskin_state_changes_total", "state" => state.word())
                    .increment(1);
                self.recorded = state;
                self.store.recorded();
            }
            // It is recorded later; the link itself does not wait for it.
            Err(error) if self.store.record_later() => {
                tracing::error!(instance = %id, %error, "state not recorded; tried again");
            }
            Err(error) => tracing::debug!(instance = %id, %error, "state not recorded yet"),
        }
    }

    /// Tells that the live connection has come or gone, where the settings ask for that.
    async fn tell_socket(&mut self, link: &Link) {
        if !self.settings.borrow().status_instance_webhook.is_yes() {
            return;
        }
        let (id, at) = (self.id, self.shared.clock.now());
        let told = Notification::socket_changed(id, link.account.as_ref(), link.socket(), at);
        match self.parts.log.append(told).await {
            // That it is the disk has been said.
            Err(error) if link.reason == Some(Reason::StoreFailed) => {
                tracing::debug!(instance = %id, %error, "a change of the connection not told");
            }
            Err(error) => {
                tracing::error!(instance = %id, %error, "a change of the connection not told");
            }
            Ok(_) => {}
        }
    }

    async fn keep_account(&mut self, link: &Link) {
        let id = self.id;
        if let Err(error) = self.shared.store.save_account(id, link.account.as_ref()).await {
            tracing::error!(instance = %id, %error, "account not recorded");
        }
    }
}
