//! Which events concern messages, persons and groups, and what each of them says.

use std::sync::Arc;

use siskin_fleet::port::InboxEvent;
use wacore::types::events::{Event, EventInterest, EventKind};

use super::{Intake, groups};

/// The kinds that the intake takes, for the engine, which makes no other ones then.
pub(crate) fn interest() -> EventInterest {
    EventInterest::of(&[
        EventKind::Messages,
        EventKind::Receipt,
        EventKind::ServerAck,
        EventKind::UndecryptableMessage,
        EventKind::IncomingCall,
        EventKind::MissedCall,
        EventKind::CallEndedElsewhere,
        EventKind::PushNameUpdate,
        EventKind::ContactUpdate,
        EventKind::GroupUpdate,
        EventKind::HistorySync,
    ])
}

/// Whether an event is for the inbox, and if so, whether WhatsApp must not be answered before
/// it is committed. WhatsApp's own acknowledgement of a message is not answered, and a message
/// without one is sent again.
pub(super) fn concerns_us(event: &Event) -> Option<bool> {
    match event {
        // Those that were committed by the hook come here a second time.
        Event::Messages(batch) => (!batch.hook_committed).then_some(true),
        Event::ServerAck(ack) => (ack.class.as_deref() == Some("message")).then_some(false),
        Event::GroupUpdate(update) => groups::concerns_us(&update.action).then_some(true),
        Event::Receipt(_)
        | Event::UndecryptableMessage(_)
        | Event::IncomingCall(_)
        | Event::MissedCall(_)
        | Event::CallEndedElsewhere(_)
        | Event::PushNameUpdate(_)
        | Event::ContactUpdate(_) => Some(true),
        _ => None,
    }
}

impl Intake {
    /// Offers events to the inbox, in order.
    pub(super) async fn offer(&self, batch: &[Arc<Event>]) -> anyhow::Result<()> {
        let mut translated = Vec::with_capacity(batch.len());
        for event in batch {
            if let Event::Messages(messages) = &**event {
                self.offer_translated(std::mem::take(&mut translated)).await?;
                self.offer_messages(&messages.messages).await?;
            } else {
                translated.extend(self.translate(event).await);
            }
        }
        self.offer_translated(translated).await
    }

    async fn offer_translated(&self, translated: Vec<InboxEvent>) -> anyhow::Result<()> {
        if !translated.is_empty() {
            self.inbox.events(translated).await?;
        }
        Ok(())
    }

    async fn translate(&self, event: &Event) -> Vec<InboxEvent> {
        let one = match event {
            Event::Receipt(receipt) => self.receipt(receipt).await,
            Event::ServerAck(ack) => super::acknowledged::translate(ack),
            Event::UndecryptableMessage(message) => self.undecryptable(message).await,
            Event::IncomingCall(call) => self.call(call).await,
            Event::MissedCall(call) => self.missed_call(call).await,
            Event::CallEndedElsewhere(call) => self.call_ended_elsewhere(call).await,
            Event::PushNameUpdate(update) => self.push_name(update).await,
            Event::ContactUpdate(update) => self.contact(update).await,
            Event::GroupUpdate(update) => return groups::told(update),
            _ => None,
        };
        one.into_iter().collect()
    }
}
