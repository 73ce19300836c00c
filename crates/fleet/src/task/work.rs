//! What goes on beside the task while the session of the link is logged in: sending what
//! waits and fetching files. Each has a task of its own only while there is something to do.

use std::future::pending;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::engine::Session;
use crate::instance::Instance;
use crate::messages::{fetch_files, send_messages};

/// The work of one instance.
pub(super) struct Work {
    session: Option<Arc<dyn Session>>,
    sending: Option<JoinHandle<()>>,
    fetching: Option<JoinHandle<()>>,
    files: watch::Receiver<u64>,
    /// Whether what the account's groups are has been asked for in this process.
    knows_groups: bool,
}

/// Something that the work waits for.
pub(super) enum WorkEvent {
    /// More is to be sent.
    Outbox,
    /// More is to be fetched.
    Files,
    /// The sender has nothing left to do.
    Sent,
    /// The fetcher has nothing left to do.
    Fetched,
}

impl Work {
    pub(super) fn new(instance: &Instance) -> Self {
        let files = instance.files.subscribe();
        Self { session: None, sending: None, fetching: None, files, knows_groups: false }
    }

    /// The session is logged in.
    pub(super) fn start(&mut self, instance: &Arc<Instance>, session: &Arc<dyn Session>) {
        if self.session.is_some() {
            // Told again since the profile name became known.
            return;
        }
        self.session = Some(session.clone());
        instance.session.send_replace(Some(session.clone()));
        self.send(instance);
        self.fetch(instance);
        self.greet(instance, session.clone());
    }

    /// The session is not logged in any more. What was under way goes on with the next one.
    pub(super) fn stop(&mut self, instance: &Instance) {
        self.session = None;
        instance.session.send_replace(None);
        for task in [self.sending.take(), self.fetching.take()].into_iter().flatten() {
            task.abort();
        }
    }

    fn send(&mut self, instance: &Arc<Instance>) {
        if let (Some(session), None) = (&self.session, &self.sending) {
            self.sending = Some(tokio::spawn(send_messages(instance.clone(), session.clone())));
        }
    }

    fn fetch(&mut self, instance: &Arc<Instance>) {
        if let (Some(session), None) = (&self.session, &self.fetching) {
            self.files.mark_unchanged();
            self.fetching = Some(tokio::spawn(fetch_files(instance.clone(), session.clone())));
        }
    }

    /// What is said and asked once after a login.
    fn greet(&mut self, instance: &Arc<Instance>, session: Arc<dyn Session>) {
        let instance = instance.clone();
        let ask_groups = !std::mem::replace(&mut self.knows_groups, true);
        tokio::spawn(async move {
            let available = instance.settings().keep_online_status.is_yes();
            if let Err(error) = session.set_presence(available).await {
                tracing::debug!(instance = %instance.id(), %error, "presence not told");
            }
            if ask_groups && let Err(error) = instance.ask_all_groups(&*session).await {
                tracing::error!(instance = %instance.id(), %error, "what groups are is not kept");
            }
        });
    }

    /// Waits for something that concerns the work.
    pub(super) async fn next(&mut self, instance: &Instance) -> WorkEvent {
        if self.session.is_none() {
            return pending().await;
        }
        tokio::select! {
            () = instance.outbox.notified(), if self.sending.is_none() => WorkEvent::Outbox,
            Ok(()) = self.files.changed(), if self.fetching.is_none() => WorkEvent::Files,
            () = ended(self.sending.as_mut()) => WorkEvent::Sent,
            () = ended(self.fetching.as_mut()) => WorkEvent::Fetched,
        }
    }

    pub(super) fn on(&mut self, event: WorkEvent, instance: &Arc<Instance>) {
        match event {
            WorkEvent::Outbox => self.send(instance),
            WorkEvent::Files => self.fetch(instance),
            WorkEvent::Sent => self.sending = None,
            WorkEvent::Fetched => self.fetching = None,
        }
    }
}

async fn ended(task: Option<&mut JoinHandle<()>>) {
    match task {
        Some(task) => {
            if let Err(error) = task.await
                && error.is_panic()
            {
                tracing::error!("a worker of an instance panicked; the next event starts it anew");
            }
        }
        None => pending().await,
    }
}
