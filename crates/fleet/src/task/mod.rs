//! The task of one instance: the only place where its link changes.
//!
//! It owns the sessions, and with them their event queues. Closing a session drops its
//! queue, so a late event of an old session has no way to touch a new one.

mod commands;
mod linked;
mod pairing_code;
mod publish;
mod store_failed;
mod unlinked;
mod work;

use std::future::pending;
use std::ops::ControlFlow;
use std::sync::Arc;

use futures::future::BoxFuture;
use siskin_green_api::Settings;
use siskin_model::{InstanceId, InstanceState, Link, Phase, Reason};
use tokio::sync::{OwnedSemaphorePermit, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

pub(crate) use self::commands::LinkCommand;
use self::pairing_code::CodeAttempt;
use self::store_failed::StoreFailures;
use self::work::{Work, WorkEvent};
use crate::pacer::Backoff;
use crate::parts::InstanceParts;
use crate::port::{EVENT_QUEUE, IssuedCode, Reports, Session, SessionEvent, StoredKeys};
use crate::shared::Shared;
use crate::{EngineError, LinkError};

/// How many commands may wait for an instance's task; callers beyond that wait to ask.
pub(crate) const COMMAND_QUEUE: usize = 16;

/// A session and what it reports.
pub(crate) struct Open {
    session: Arc<dyn Session>,
    events: mpsc::Receiver<SessionEvent>,
}

pub(crate) struct InstanceTask {
    id: InstanceId,
    shared: Arc<Shared>,
    parts: Arc<InstanceParts>,
    settings: watch::Receiver<Arc<Settings>>,
    mailbox: mpsc::Receiver<LinkCommand>,
    /// How the instance stands: only this task says so.
    link: Arc<watch::Sender<Link>>,
    /// The state that the owner was last told.
    recorded: InstanceState,
    /// The session whose codes are shown for scanning.
    qr: Option<Open>,
    /// The session that carries a pairing code: a socket and keys of its own, so that
    /// neither way of linking disturbs the other.
    code: Option<CodeAttempt>,
    /// The session of the link.
    linked: Option<Open>,
    /// Sessions that are on their way out.
    closing: JoinSet<()>,
    /// A place among those who are logging in: awaited, then held until it is done.
    awaiting_place: Option<BoxFuture<'static, Option<OwnedSemaphorePermit>>>,
    login_place: Option<OwnedSemaphorePermit>,
    /// When to open a session again after one has failed.
    retry: Option<Instant>,
    backoff: Backoff,
    /// What the disk did not take.
    store: StoreFailures,
    /// When to look whether the linked socket is still alive.
    watchdog: Option<Instant>,
    /// What goes on while the session of the link is logged in.
    work: Work,
}

/// What the task can be woken by.
enum Wake {
    Stopping,
    Command(LinkCommand),
    QrViewersChanged,
    Qr(Option<SessionEvent>),
    Code(Option<SessionEvent>),
    CodeAnswered(Result<IssuedCode, EngineError>),
    Linked(Option<SessionEvent>),
    Place(Option<OwnedSemaphorePermit>),
    Deadline,
    Work(WorkEvent),
}

impl InstanceTask {
    pub(crate) fn new(
        id: InstanceId,
        recorded: InstanceState,
        link: Arc<watch::Sender<Link>>,
        settings: watch::Receiver<Arc<Settings>>,
        parts: Arc<InstanceParts>,
        mailbox: mpsc::Receiver<LinkCommand>,
        shared: Arc<Shared>,
    ) -> Self {
        let work = Work::new(id, &parts, &settings);
        Self {
            id,
            shared,
            parts,
            settings,
            mailbox,
            link,
            recorded,
            qr: None,
            code: None,
            linked: None,
            closing: JoinSet::new(),
            awaiting_place: None,
            login_place: None,
            retry: None,
            backoff: Backoff::default(),
            store: StoreFailures::default(),
            watchdog: None,
            work,
        }
    }

    /// Lives until the instance is deleted or the gateway shuts down.
    pub(crate) async fn run(mut self) {
        self.begin().await;
        loop {
            let wake = self.next().await;
            while self.closing.try_join_next().is_some() {}
            if self.handle(wake).await.is_break() {
                break;
            }
        }
        self.close_everything().await;
    }

    /// Compares what the store remembers with the keys that are there, which decide.
    pub(super) async fn begin(&mut self) {
        self.store.keys_unknown = false;
        match self.shared.engine.stored(self.id).await {
            Ok(StoredKeys::Nothing) => {
                if self.link().account.is_some() {
                    self.publish(|link| {
                        link.phase = Phase::Asleep;
                        link.account = None;
                        link.reason = Some(Reason::KeysUnreadable);
                    })
                    .await;
                } else if self.link().reason == Some(Reason::StoreFailed) {
                    self.publish(|link| link.reason = None).await;
                }
            }
            Ok(StoredKeys::Linked(stored)) => {
                let name = self.link().account.map(|account| account.push_name);
                self.publish(|link| {
                    link.phase = Phase::Starting;
                    link.account = Some(stored);
                    if let (Some(account), Some(name)) = (&mut link.account, name)
                        && account.push_name.is_empty()
                    {
                        account.push_name = name;
                    }
                })
                .await;
                self.ask_for_place();
            }
            Ok(StoredKeys::Unreadable) => self.keys_unreadable().await,
            Err(EngineError::Disk { why, .. }) => self.keys_unknown(&why).await,
            Err(error) => {
                tracing::error!(instance = %self.id, %error, "keys not readable");
                self.keys_unreadable().await;
            }
        }
    }

    async fn keys_unreadable(&mut self) {
        self.publish(|link| {
            link.phase = Phase::Stale;
            link.reason = Some(Reason::KeysUnreadable);
        })
        .await;
    }

    async fn next(&mut self) -> Wake {
        let deadline = self.deadline();
        let (code_events, code_answer) = match &mut self.code {
            Some(attempt) => (Some(&mut attempt.open), attempt.request.as_mut()),
            None => (None, None),
        };
        tokio::select! {
            biased;
            () = self.shared.stopping.cancelled() => Wake::Stopping,
            command = self.mailbox.recv() => {
                command.map_or(Wake::Stopping, Wake::Command)
            }
            event = event_of(self.linked.as_mut()) => Wake::Linked(event),
            event = event_of(self.qr.as_mut()) => Wake::Qr(event),
            event = event_of(code_events) => Wake::Code(event),
            answer = ready(code_answer) => Wake::CodeAnswered(answer),
            place = ready(self.awaiting_place.as_mut()) => Wake::Place(place),
            () = self.parts.qr_viewers.changed() => Wake::QrViewersChanged,
            event = self.work.next() => Wake::Work(event),
            () = until(deadline) => Wake::Deadline,
        }
    }

    async fn handle(&mut self, wake: Wake) -> ControlFlow<()> {
        match wake {
            Wake::Stopping => return ControlFlow::Break(()),
            Wake::Command(command) => return self.on_command(command).await,
            Wake::QrViewersChanged => {}
            Wake::Qr(event) => self.on_qr_event(event).await,
            Wake::Code(event) => self.on_code_event(event).await,
            Wake::CodeAnswered(answer) => self.on_code_answer(answer).await,
            Wake::Linked(event) => self.on_linked_event(event).await,
            Wake::Place(place) => self.on_place(place).await,
            Wake::Deadline => self.on_deadline().await,
            Wake::Work(event) => self.work.on(event),
        }
        self.tend_qr().await;
        ControlFlow::Continue(())
    }

    /// When something has to be looked at, if nothing happens before. An unlinked instance
    /// that nobody asks about has no such moment: it sleeps.
    fn deadline(&self) -> Option<Instant> {
        let store = self.store.deadline();
        [self.retry, self.watchdog, self.code_deadline(), self.sleep_deadline(), store]
            .into_iter()
            .flatten()
            .min()
    }

    async fn on_deadline(&mut self) {
        let now = Instant::now();
        self.tend_code(now).await;
        if self.watchdog.is_some_and(|at| at <= now) {
            self.look_at_socket(now).await;
        }
        if self.retry.is_some_and(|at| at <= now) {
            self.retry = None;
            if self.store.keys_unknown {
                self.begin().await;
            } else if self.link().has_keys() {
                self.ask_for_place();
            }
        }
        self.record_overdue(now).await;
    }

    /// Where a new session reports to, and the other end of it.
    fn reports(&self) -> (Reports, mpsc::Receiver<SessionEvent>) {
        let (events, receiver) = mpsc::channel(EVENT_QUEUE);
        (Reports { events, inbox: self.parts.inbox.clone() }, receiver)
    }

    /// How the instance stands now.
    fn link(&self) -> Link {
        self.link.borrow().clone()
    }

    /// Lets a session go without waiting for it.
    fn close_behind(&mut self, open: Open) {
        self.closing.spawn(async move { open.session.close().await });
    }

    /// Closes every session and waits until all are closed.
    async fn close_everything(&mut self) {
        self.work.stop();
        let code = self.code.take().map(|attempt| attempt.abandon(&LinkError::Stopping));
        for open in [self.qr.take(), code, self.linked.take()].into_iter().flatten() {
            self.close_behind(open);
        }
        while self.closing.join_next().await.is_some() {}
        self.awaiting_place = None;
        self.login_place = None;
        self.retry = None;
        self.watchdog = None;
    }
}

async fn event_of(open: Option<&mut Open>) -> Option<SessionEvent> {
    match open {
        Some(open) => open.events.recv().await,
        None => pending().await,
    }
}

async fn ready<T>(future: Option<&mut BoxFuture<'static, T>>) -> T {
    match future {
        Some(future) => future.await,
        None => pending().await,
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => pending().await,
    }
}
