//! Sending what waits: one worker for each instance that is online and has something to send.
//!
//! Everything that matters is in the store before it happens: a worker may be dropped at any
//! point, and the next one goes on. What had begun to leave and was not acknowledged is sent
//! again under its id, which WhatsApp knows.

mod compose;
mod leave;
mod wire;

use std::collections::VecDeque;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use siskin_model::message::{Command, Outgoing, Typing, TypingKind};
use siskin_model::{MessageId, MessageStatus};
use siskin_store::{Queued, Result};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use self::leave::Hindrance;
use self::wire::{AHEAD, Departure, Wire};
use super::in_flight::{ATTEMPTS, Flight, MOST};
use super::progress::Step;
use crate::engine::{SendError, Session};
use crate::instance::Instance;
use crate::surroundings::Pacing;

/// How long sending pauses after the store has failed.
const STORE_PAUSE: Duration = Duration::from_secs(5);
/// How many messages are read from the queue in one go.
const BATCH: u32 = 16;
/// What one step of `autoTyping` stands for: a scale from 0 to 10 without a unit
/// (specification, `setSettings`), so that its end is near the longest typing time.
const AUTO_TYPING_STEP: u32 = 1000;

/// Sends what waits until nothing does, or the connection is gone.
pub(crate) async fn send_messages(instance: Arc<Instance>, session: Arc<dyn Session>) {
    let mut store_failed = false;
    loop {
        // What an earlier session had written and heard nothing of is sent again.
        instance.in_flight.clear();
        let wire = Wire { instance: instance.clone(), session: session.clone() };
        let (line, departures) = mpsc::channel(AHEAD);
        let (settle, settled) = watch::channel(0);
        let worker = Worker {
            instance: instance.clone(),
            session: session.clone(),
            wire: wire.clone(),
            line,
            lined_up: 0,
            settled,
            ahead: VecDeque::new(),
            after: 0,
        };
        // While messages are written to the socket, the next ones are prepared and committed.
        match tokio::try_join!(worker.run(), wire.run(departures, settle)).map(|_| ()) {
            Ok(()) => return,
            Err(Stop::Offline) => {
                tracing::debug!(instance = %instance.id(), "the connection went while sending");
                return;
            }
            Err(Stop::Store(error)) => {
                if std::mem::replace(&mut store_failed, true) {
                    tracing::debug!(instance = %instance.id(), %error, "sending pauses still");
                } else {
                    tracing::error!(instance = %instance.id(), %error, "sending pauses");
                }
                tokio::time::sleep(STORE_PAUSE).await;
            }
        }
    }
}

struct Worker {
    instance: Arc<Instance>,
    session: Arc<dyn Session>,
    wire: Wire,
    /// Where messages queue for the wire. It ends with the worker.
    line: mpsc::Sender<Departure>,
    /// How many have queued there.
    lined_up: u64,
    /// Of how many of those the journal has what became of them.
    settled: watch::Receiver<u64>,
    /// Messages that were read from the queue.
    ahead: VecDeque<Queued>,
    /// The place of the last one of them.
    after: i64,
}

/// Why a worker stops before everything is sent.
enum Stop {
    Offline,
    Store(siskin_store::StoreError),
}

impl From<siskin_store::StoreError> for Stop {
    fn from(error: siskin_store::StoreError) -> Self {
        Self::Store(error)
    }
}

impl Worker {
    async fn run(mut self) -> std::result::Result<(), Stop> {
        loop {
            self.send_overdue().await?;
            if self.instance.in_flight.len() >= MOST {
                self.wait_until(None).await;
                continue;
            }
            match self.next().await? {
                Some(queued) => self.send(queued).await?,
                None if self.instance.in_flight.len() == 0 => return Ok(()),
                None => self.wait_until(None).await,
            }
        }
    }

    async fn next(&mut self) -> Result<Option<Queued>> {
        if self.ahead.is_empty() {
            let (store, id) = (&self.instance.around.store, self.instance.id());
            let more = store.next_outgoing(id, self.after, BATCH).await?;
            if let Some(last) = more.last() {
                self.after = last.place;
            }
            self.ahead.extend(more);
        }
        Ok(self.ahead.pop_front())
    }

    /// Waits until a message has landed, more are to be sent, an acknowledgement is overdue,
    /// or the moment comes.
    async fn wait_until(&self, moment: Option<Instant>) {
        let overdue = self.instance.in_flight.deadline();
        let moment = [moment, overdue].into_iter().flatten().min();
        let elapsed = async {
            match moment {
                Some(moment) => tokio::time::sleep_until(moment).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = self.instance.in_flight.landed.notified() => {}
            () = self.instance.outbox.notified() => {}
            () = elapsed => {}
        }
    }

    /// Nothing waits for ever: what is not acknowledged in time is sent again, then given up.
    async fn send_overdue(&self) -> std::result::Result<(), Stop> {
        for (id, flight) in self.instance.in_flight.overdue(Instant::now()) {
            if flight.attempts >= ATTEMPTS {
                self.fail(&id, flight).await?;
                continue;
            }
            let instance = self.instance.id();
            tracing::warn!(%instance, message = %id, "not acknowledged; sent again");
            self.wire.transmit(&id, &flight.chat, &flight.raw).await?;
        }
        Ok(())
    }

    async fn fail(&self, id: &MessageId, flight: Flight) -> Result<()> {
        self.instance.in_flight.land(id);
        let description = "WhatsApp did not acknowledge the message".to_owned();
        let at = self.instance.around.clock.now();
        let (chat, id, status) = (flight.chat, id.clone(), MessageStatus::Failed);
        let step = Step { chat, id, status, description, at, by_api: true };
        self.instance.advance(vec![step]).await
    }

    async fn send(&mut self, queued: Queued) -> std::result::Result<(), Stop> {
        let Queued { place, outgoing, leaving } = queued;
        if let Some(raw) = leaving {
            let Outgoing { id, chat, .. } = outgoing;
            self.instance.in_flight.depart(&id, &chat, place, raw.clone());
            let committed = std::future::ready(Ok(true));
            return self.line_up(Departure::after(committed, id, chat, raw).await).await;
        }
        self.pause().await?;
        self.show_typing(&outgoing).await?;
        let sent = self.leave(place, &outgoing).await?;
        if sent {
            *self.next_leave() = Instant::now() + self.delay();
        }
        Ok(())
    }

    fn delay(&self) -> Duration {
        match self.instance.around.pacing {
            Pacing::Off => Duration::ZERO,
            Pacing::Settings => {
                let settings = self.instance.settings();
                Duration::from_millis(settings.delay_send_messages_milliseconds.into())
            }
        }
    }

    /// Waits until the next message may leave.
    async fn pause(&self) -> std::result::Result<(), Stop> {
        loop {
            let next_leave = *self.next_leave();
            if next_leave <= Instant::now() {
                return Ok(());
            }
            self.wait_until(Some(next_leave)).await;
            self.send_overdue().await?;
        }
    }

    /// When the next message may leave. The instance's, since a worker ends when its queue is
    /// empty, and the next one keeps the pause.
    fn next_leave(&self) -> MutexGuard<'_, Instant> {
        self.instance.next_leave.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows typing before a message, where the caller or the settings ask for it.
    async fn show_typing(&self, outgoing: &Outgoing) -> std::result::Result<(), Stop> {
        let automatic = u32::from(self.instance.settings().auto_typing) * AUTO_TYPING_STEP;
        // Nobody types for what changes an earlier message.
        let is_message = !matches!(outgoing.command, Command::Edit { .. } | Command::Delete { .. });
        let automatic = (automatic > 0 && is_message)
            .then_some(Typing { millis: automatic, kind: TypingKind::Typing });
        let Some(typing) = outgoing.typing.or(automatic) else { return Ok(()) };
        let chat = match self.receiver(&outgoing.chat).await {
            Ok(chat) => chat,
            Err(Hindrance::Stop(stop)) => return Err(stop),
            // It hinders the message as well, which says so.
            Err(Hindrance::Send(_)) => return Ok(()),
        };
        if let Err(error) = self.session.show_typing(&chat, Some(typing.kind)).await {
            if error == SendError::Offline {
                return Err(Stop::Offline);
            }
            // An indicator is not worth holding up the message.
            tracing::debug!(instance = %self.instance.id(), %error, "typing not shown");
        }
        tokio::time::sleep(Duration::from_millis(typing.millis.into())).await;
        Ok(())
    }

    async fn line_up(&mut self, departure: Departure) -> std::result::Result<(), Stop> {
        self.lined_up += 1;
        // Without the other end, this one is about to end as well.
        self.line.send(departure).await.map_err(|_| Stop::Offline)
    }

    /// Waits until the journal has all that left before: what refers to one of them takes it
    /// as it stands.
    async fn until_settled(&mut self) -> std::result::Result<(), Stop> {
        let all = self.lined_up;
        let settled = self.settled.wait_for(|settled| *settled == all).await;
        settled.map(drop).map_err(|_| Stop::Offline)
    }
}

/// What a failure means to the owner of the message.
fn failure(error: &SendError) -> (MessageStatus, String) {
    let status = match error {
        SendError::NotInGroup => MessageStatus::NotInGroup,
        SendError::NoAccount => MessageStatus::NoAccount,
        SendError::Offline | SendError::Busy(_) | SendError::Impossible(_) => MessageStatus::Failed,
    };
    (status, error.to_string())
}
