//! What goes on beside the task while the session of the link is logged in: sending what
//! waits and fetching files. Each has a task of its own only while there is something to do.

use std::future::pending;
use std::sync::Arc;

use siskin_green_api::Settings;
use siskin_model::InstanceId;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::parts::InstanceParts;
use crate::port::Session;

/// The work of one instance.
pub(super) struct Work {
    id: InstanceId,
    parts: Arc<InstanceParts>,
    settings: watch::Receiver<Arc<Settings>>,
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
    pub(super) fn new(
        id: InstanceId,
        parts: &Arc<InstanceParts>,
        settings: &watch::Receiver<Arc<Settings>>,
    ) -> Self {
        Self {
            id,
            parts: parts.clone(),
            settings: settings.clone(),
            session: None,
            sending: None,
            fetching: None,
            files: parts.files.changes(),
            knows_groups: false,
        }
    }

    /// The session is logged in.
    pub(super) fn start(&mut self, session: &Arc<dyn Session>) {
        if self.session.is_some() {
            // Told again since the profile name became known.
            return;
        }
        self.session = Some(session.clone());
        self.parts.online.set(Some(session.clone()));
        self.send();
        self.fetch();
        self.greet(session.clone());
    }

    /// The session is not logged in any more. What was under way goes on with the next one.
    pub(super) fn stop(&mut self) {
        self.session = None;
        self.parts.online.set(None);
        for task in [self.sending.take(), self.fetching.take()].into_iter().flatten() {
            task.abort();
        }
    }

    fn send(&mut self) {
        if let (Some(session), None) = (&self.session, &self.sending) {
            let (outbox, session) = (self.parts.outbox.clone(), session.clone());
            self.sending = Some(tokio::spawn(async move { outbox.run(session).await }));
        }
    }

    fn fetch(&mut self) {
        if let (Some(session), None) = (&self.session, &self.fetching) {
            self.files.mark_unchanged();
            let (fetcher, session) = (self.parts.fetcher.clone(), session.clone());
            self.fetching = Some(tokio::spawn(async move { fetcher.run(&*session).await }));
        }
    }

    /// What is said and asked once after a login.
    fn greet(&mut self, session: Arc<dyn Session>) {
        let (id, groups) = (self.id, self.parts.groups.clone());
        let available = self.settings.borrow().keep_online_status.is_yes();
        let ask_groups = !std::mem::replace(&mut self.knows_groups, true);
        tokio::spawn(async move {
            if let Err(error) = session.set_presence(available).await {
                tracing::debug!(instance = %id, %error, "presence not told");
            }
            if ask_groups && let Err(error) = groups.ask_all(&*session).await {
                tracing::error!(instance = %id, %error, "what groups are is not kept");
            }
        });
    }

    /// Waits for something that concerns the work.
    pub(super) async fn next(&mut self) -> WorkEvent {
        if self.session.is_none() {
            return pending().await;
        }
        tokio::select! {
            () = self.parts.queue.grown(), if self.sending.is_none() => WorkEvent::Outbox,
            Ok(()) = self.files.changed(), if self.fetching.is_none() => WorkEvent::Files,
            () = ended(self.sending.as_mut()) => WorkEvent::Sent,
            () = ended(self.fetching.as_mut()) => WorkEvent::Fetched,
        }
    }

    pub(super) fn on(&mut self, event: WorkEvent) {
        match event {
            WorkEvent::Outbox => self.send(),
            WorkEvent::Files => self.fetch(),
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
