use futures::FutureExt as _;
use siskin_fleet::SendError;
use siskin_model::{ChatId, MessageId};
use wacore_binary::Node;
use whatsapp_rust::{NodeFilter, SendOptions};

use super::failure;
use crate::inbound::Own;
use crate::jid::{chat_of, jid_of};
use crate::session::EngineSession;

impl EngineSession {
    pub(crate) async fn send(
        &self,
        chat: &ChatId,
        id: &MessageId,
        raw: &[u8],
    ) -> Result<(), SendError> {
        let message = waproto::codec::message_decode(raw)
            .map_err(|error| SendError::Impossible(error.to_string()))?;
        if !self.client.is_logged_in() {
            return Err(SendError::Offline);
        }
        let own = self.intake.own().ok_or(SendError::Offline)?;
        let filter = NodeFilter::tag("message").attr("id", id.as_str());
        let sent_node = self.client.wait_for_sent_node(filter);
        let options = SendOptions::default().with_message_id(id.as_str());
        let sent = self.client.send_message_with_options(jid_of(chat), message, options).await;
        sent.map_err(|error| failure::of(&error, chat))?;
        match sent_node.now_or_never() {
            Some(Ok(node)) if reaches_nobody(&node, chat, &own) => Err(SendError::Impossible(
                "no device of the receiver could be given a key to read it".to_owned(),
            )),
            _ => Ok(()),
        }
    }
}

/// Whether a message for a person is encrypted for the account's own devices only. The engine
/// sends it then, and says that it did; nobody else will ever read it.
fn reaches_nobody(node: &Node, chat: &ChatId, own: &Own) -> bool {
    if chat.is_group() || own.is(chat) {
        return false;
    }
    let node = node.as_node_ref();
    let Some(participants) = node.get_optional_child("participants") else { return false };
    let devices = participants.children().unwrap_or_default();
    let mut devices = devices.iter().filter_map(|device| device.attrs().optional_jid("jid"));
    devices.all(|device| chat_of(&device.to_non_ad()).is_none_or(|person| own.is(&person)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use whatsapp_rust::NodeBuilder;

    fn message_for(devices: &[&str]) -> Node {
        let devices = devices.iter().map(|jid| NodeBuilder::new("to").attr("jid", *jid).build());
        let participants = NodeBuilder::new("participants").children(devices).build();
        NodeBuilder::new("message").children([participants]).build()
    }

    #[test]
    fn a_message_for_own_devices_only_reaches_nobody() {
        let own = Own {
            phone: ChatId::parse("15550100001@c.us").unwrap(),
            lid: ChatId::parse("100000000000009@lid"),
        };
        let person = ChatId::parse("15550100002@c.us").unwrap();
        let only_own = message_for(&["15550100001:3@s.whatsapp.net", "100000000000009:4@lid"]);
        let both = message_for(&["15550100001:3@s.whatsapp.net", "100000000000001@lid"]);
        assert!(reaches_nobody(&only_own, &person, &own));
        assert!(!reaches_nobody(&both, &person, &own));
        // To oneself, that is what was asked for.
        assert!(!reaches_nobody(&only_own, &own.phone, &own));
    }
}
