//! Which events concern messages, persons and groups, and what each of them says.

use std::sync::Arc;

use siskin_fleet::port::{Inbox, InboxEvent};
use wacore::types::events::{Event, EventInterest, EventKind};

use super::{acknowledged, calls, groups, names, receipts, received, undecryptable};
use crate::addresses::Addresses;

/// The kinds that are taken here, for the engine, which makes no other ones then.
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

/// Offers events to the inbox, in order.
pub(super) async fn offer(
    batch: &[Arc<Event>],
    inbox: &dyn Inbox,
    addresses: &Addresses,
) -> anyhow::Result<()> {
    let mut translated = Vec::with_capacity(batch.len());
    for event in batch {
        if let Event::Messages(messages) = &**event {
            offer_translated(std::mem::take(&mut translated), inbox).await?;
            received::offer(&messages.messages, inbox, addresses).await?;
        } else {
            translated.extend(translate(event, addresses).await);
        }
    }
    offer_translated(translated, inbox).await
}

async fn offer_translated(translated: Vec<InboxEvent>, inbox: &dyn Inbox) -> anyhow::Result<()> {
    if !translated.is_empty() {
        inbox.events(translated).await?;
    }
    Ok(())
}

async fn translate(event: &Event, addresses: &Addresses) -> Vec<InboxEvent> {
    let one = match event {
        Event::Receipt(receipt) => receipts::translate(receipt, addresses).await,
        Event::ServerAck(ack) => acknowledged::translate(ack),
        Event::UndecryptableMessage(message) => undecryptable::translate(message, addresses).await,
        Event::IncomingCall(call) => calls::step(call, addresses).await,
        Event::MissedCall(call) => calls::missed(call, addresses).await,
        Event::CallEndedElsewhere(call) => calls::ended_elsewhere(call, addresses).await,
        Event::PushNameUpdate(update) => names::push_name(update, addresses).await,
        Event::ContactUpdate(update) => names::contact(update, addresses).await,
        Event::GroupUpdate(update) => return groups::translate(update),
        _ => None,
    };
    one.into_iter().collect()
}
