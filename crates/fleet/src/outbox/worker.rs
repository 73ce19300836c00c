//! Takes messages in order, and lets each leave when its turn has come.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use siskin_model::message::{Command, Outgoing};
use siskin_model::{ChatId, MessageId};
use siskin_store::{Entry, Queued, Result as StoreResult};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::Outbox;
use super::error::{LeaveError, Stop};
use super::in_flight::ATTEMPTS;
use super::recent::Listening;
use super::wire::{AHEAD, Leaving, Wire};
use crate::port::{Parts, SendError, Session};

/// How many messages are read from the queue in one go.
const BATCH: u32 = 16;
/// How long a message waits after WhatsApp was too busy for it; longer each time.
const BUSY: Duration = Duration::from_secs(5);

/// Sends the messages of an outbox through a session.
pub(super) struct Worker {
    outbox: Outbox,
    session: Arc<dyn Session>,
    wire: Wire,
    /// Where messages queue for the wire. It ends with the worker.
    line: mpsc::Sender<Leaving>,
    /// How many have queued there.
    lined_up: u64,
    /// Of how many of those the journal has what became of them.
    settled: watch::Receiver<u64>,
    /// Messages that were read from the queue.
    ahead: VecDeque<Queued>,
    /// The place of the last one of them.
    after: i64,
    /// Whether all that the store had was read.
    caught_up: bool,
}

/// Sends what waits until nothing does.
pub(super) async fn send_all(outbox: &Outbox, session: &Arc<dyn Session>) -> Result<(), Stop> {
    // What an earlier session had written and heard nothing of is sent again.
    outbox.tracker.in_flight().clear();
    let (tracker, read_marks) = (outbox.tracker.clone(), outbox.read_marks.clone());
    let wire = Wire::new(outbox.id, session.clone(), tracker, read_marks);
    let (line, leaving) = mpsc::channel(AHEAD);
    let (settle, settled) = watch::channel(0);
    let worker = Worker {
        outbox: outbox.clone(),
        session: session.clone(),
        wire: wire.clone(),
        line,
        lined_up: 0,
        settled,
        ahead: VecDeque::new(),
        after: 0,
        caught_up: false,
    };
    let recent = outbox.queue.recent();
    // While messages are written to the socket, the next ones are prepared and committed.
    tokio::try_join!(worker.run(&recent), wire.run(leaving, settle)).map(drop)
}

impl Worker {
    async fn run(mut self, recent: &Listening<'_>) -> Result<(), Stop> {
        loop {
            self.send_overdue().await?;
            if self.outbox.tracker.in_flight().is_full() {
                self.wait_until(None).await;
                continue;
            }
            match self.next(recent).await? {
                Some(queued) => self.send(queued).await?,
                None if self.outbox.tracker.in_flight().is_empty() => return Ok(()),
                None => self.wait_until(None).await,
            }
        }
    }

    async fn next(&mut self, recent: &Listening<'_>) -> StoreResult<Option<Queued>> {
        if let Some(queued) = self.ahead.pop_front() {
            return Ok(Some(queued));
        }
        if let Some(queued) = recent.next(self.after) {
            self.after = queued.place;
            return Ok(Some(queued));
        }
        // Before the end, the store is asked in any case.
        let is_end = self.outbox.tracker.in_flight().is_empty();
        if self.caught_up && !is_end && !recent.is_more_behind(self.after) {
            return Ok(None);
        }
        let more = self.outbox.queue.behind(self.after, BATCH).await?;
        self.caught_up = more.len() < BATCH as usize;
        if let Some(last) = more.last() {
            self.after = last.place;
        }
        self.ahead.extend(more);
        Ok(self.ahead.pop_front())
    }

    /// Waits until a message is not on its way any more, more are to be sent, an
    /// acknowledgement is overdue, or the moment comes.
    async fn wait_until(&self, moment: Option<Instant>) {
        let in_flight = self.outbox.tracker.in_flight();
        let moment = [moment, in_flight.deadline()].into_iter().flatten().min();
        let elapsed = async {
            match moment {
                Some(moment) => tokio::time::sleep_until(moment).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = in_flight.one_ended() => {}
            () = self.outbox.queue.grown() => {}
            () = elapsed => {}
        }
    }

    /// Nothing waits for ever: what is not acknowledged in time is sent again, then given up.
    async fn send_overdue(&self) -> Result<(), Stop> {
        let tracker = &self.outbox.tracker;
        for (id, flight) in tracker.in_flight().overdue(Instant::now()) {
            if flight.attempts >= ATTEMPTS {
                tracker.fail_unacknowledged(&flight.chat, &id).await?;
                continue;
            }
            let instance = self.outbox.id;
            tracing::warn!(%instance, message = %id, "not acknowledged; sent again");
            self.wire.transmit(&id, &flight.chat, &flight.raw).await?;
        }
        Ok(())
    }

    async fn send(&mut self, queued: Queued) -> Result<(), Stop> {
        let Queued { place, outgoing, leaving } = queued;
        if let Some(raw) = leaving {
            let Outgoing { id, chat, .. } = outgoing;
            self.outbox.tracker.in_flight().begin(&id, &chat, place, raw.clone());
            let committed = std::future::ready(Ok(true));
            return self.line_up(Leaving::after(committed, id, chat, raw).await).await;
        }
        self.pause().await?;
        self.show_typing(&outgoing).await?;
        if self.leave(place, &outgoing).await? {
            self.outbox.pace.left();
        }
        Ok(())
    }

    /// Waits until the next message may leave.
    async fn pause(&self) -> Result<(), Stop> {
        while let Some(next) = self.outbox.pace.pause() {
            self.wait_until(Some(next)).await;
            self.send_overdue().await?;
        }
        Ok(())
    }

    /// Shows typing before a message, where the caller or the settings ask for it.
    async fn show_typing(&self, outgoing: &Outgoing) -> Result<(), Stop> {
        let Some(typing) = self.outbox.pace.typing(outgoing) else { return Ok(()) };
        let chat = match self.outbox.composer.receiver(&*self.session, &outgoing.chat).await {
            Ok(chat) => chat,
            Err(LeaveError::Stop(stop)) => return Err(stop),
            // It keeps the message from leaving as well, which says so.
            Err(LeaveError::Send(_)) => return Ok(()),
        };
        if let Err(error) = self.session.show_typing(&chat, Some(typing.kind)).await {
            if error == SendError::Offline {
                return Err(Stop::Offline);
            }
            // An indicator is not worth holding up the message.
            tracing::debug!(instance = %self.outbox.id, %error, "typing not shown");
        }
        tokio::time::sleep(Duration::from_millis(typing.millis.into())).await;
        Ok(())
    }

    /// Lets a message leave whose turn has come. `false`: it does not, and the next one need
    /// not wait for it.
    async fn leave(&mut self, place: i64, outgoing: &Outgoing) -> Result<bool, Stop> {
        if self.outbox.queue.is_over(outgoing) {
            return Ok(false);
        }
        let mut attempt = 1;
        let error = loop {
            match self.try_leave(place, outgoing).await {
                Ok(()) => return Ok(true),
                Err(LeaveError::Stop(stop)) => return Err(stop),
                Err(LeaveError::Send(SendError::Offline)) => return Err(Stop::Offline),
                Err(LeaveError::Send(error @ SendError::Busy(_))) if attempt < ATTEMPTS => {
                    let instance = self.outbox.id;
                    tracing::warn!(%instance, message = %outgoing.id, %error, "tried again");
                    tokio::time::sleep(BUSY * attempt).await;
                    attempt += 1;
                }
                Err(LeaveError::Send(error)) => break error,
            }
        };
        self.outbox.tracker.give_up(place, outgoing, &error).await?;
        Ok(false)
    }

    async fn try_leave(&mut self, place: i64, outgoing: &Outgoing) -> Result<(), LeaveError> {
        let mut outgoing = outgoing.clone();
        let composer = self.outbox.composer.clone();
        outgoing.chat = composer.receiver(&*self.session, &outgoing.chat).await?;
        if outgoing.refers_to_another() {
            self.until_settled().await?;
        }
        let parts = composer.parts(&*self.session, &outgoing).await?;
        if let Command::Delete { only_for_me: true, .. } = outgoing.command {
            return self.delete_for_me(place, &parts).await;
        }
        let source_file = parts.source.as_ref().and_then(|m| m.body.content.file()).cloned();
        let prepared = self.session.prepare(&outgoing, parts).await?;
        let row = composer.row(&outgoing, prepared, source_file);
        let raw = row.raw.clone();
        let entry = self.outbox.entries.of_own(row).await?;
        let Outgoing { id, chat, .. } = outgoing;
        Ok(self.commit(place, id, chat, raw, entry).await?)
    }

    /// Lines up a message whose leaving is being committed.
    async fn commit(
        &mut self,
        place: i64,
        id: MessageId,
        chat: ChatId,
        raw: Vec<u8>,
        entry: Entry,
    ) -> Result<(), Stop> {
        let tracker = self.outbox.tracker.clone();
        // Noted first: the acknowledgement can be faster than we are.
        tracker.in_flight().begin(&id, &chat, place, raw.clone());
        let leaving = id.clone();
        let commit = async move { tracker.leave(place, leaving, entry).await };
        self.line_up(Leaving::after(commit, id, chat, raw).await).await
    }

    async fn delete_for_me(&self, place: i64, parts: &Parts) -> Result<(), LeaveError> {
        let Some(target) = &parts.source else {
            return Err(SendError::Impossible("the message is not known".to_owned()).into());
        };
        self.session.delete_for_me(target).await?;
        Ok(self.outbox.queue.deleted_for_me(place, target).await?)
    }

    async fn line_up(&mut self, leaving: Leaving) -> Result<(), Stop> {
        self.lined_up += 1;
        // Without the other end, this one is about to end as well.
        self.line.send(leaving).await.map_err(|_| Stop::Offline)
    }

    /// Waits until the journal has all that left before: what refers to one of them takes it
    /// as it stands.
    async fn until_settled(&mut self) -> Result<(), Stop> {
        let all = self.lined_up;
        let settled = self.settled.wait_for(|settled| *settled == all).await;
        settled.map(drop).map_err(|_| Stop::Offline)
    }
}
