use siskin_fleet::port::InboxEvent;
use wacore::types::events::{ContactUpdate, PushNameUpdate};
use wacore_binary::Jid;

use super::Intake;

impl Intake {
    /// Somebody has another profile name.
    pub(super) async fn push_name(&self, update: &PushNameUpdate) -> Option<InboxEvent> {
        let who = self.address(&update.jid, update.message.source.sender_alt.as_ref()).await?;
        Some(InboxEvent::Named { who, name: update.new_push_name.clone() })
    }

    /// The phone has saved somebody, or has not any more.
    pub(super) async fn contact(&self, update: &ContactUpdate) -> Option<InboxEvent> {
        let action = &update.action;
        let parse = |jid: &Option<String>| jid.as_deref().and_then(|jid| jid.parse::<Jid>().ok());
        let other = parse(&action.lid_jid).or_else(|| parse(&action.pn_jid));
        let who = self.address(&update.jid, other.as_ref()).await?;
        let name = action.full_name.clone().filter(|name| !name.is_empty());
        let name = name.or_else(|| action.first_name.clone()).unwrap_or_default();
        Some(InboxEvent::Contact { who, name })
    }
}
