use siskin_fleet::port::InboxEvent;
use wacore::types::events::{ContactUpdate, PushNameUpdate};
use wacore_binary::Jid;

use crate::addresses::Addresses;

/// Somebody has another profile name.
pub(super) async fn push_name(
    update: &PushNameUpdate,
    addresses: &Addresses,
) -> Option<InboxEvent> {
    let other = update.message.source.sender_alt.as_ref();
    let who = addresses.address(&update.jid, other).await?;
    Some(InboxEvent::Named { who, name: update.new_push_name.clone() })
}

/// The phone has saved somebody, or has not any more.
pub(super) async fn contact(update: &ContactUpdate, addresses: &Addresses) -> Option<InboxEvent> {
    let action = &update.action;
    let parse = |jid: &Option<String>| jid.as_deref().and_then(|jid| jid.parse::<Jid>().ok());
    let other = parse(&action.lid_jid).or_else(|| parse(&action.pn_jid));
    let who = addresses.address(&update.jid, other.as_ref()).await?;
    let name = action.full_name.clone().filter(|name| !name.is_empty());
    let name = name.or_else(|| action.first_name.clone()).unwrap_or_default();
    Some(InboxEvent::Contact { who, name })
}
