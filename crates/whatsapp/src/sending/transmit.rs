use futures::FutureExt as _;
use siskin_fleet::SendError;
use siskin_model::{ChatId, MessageId};
use whatsapp_rust::{NodeFilter, SendOptions};

use super::{failure, readers};
use crate::jid::jid_of;
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
        let had_key = chat.is_group() && self.has_shared_key(chat, &own).await;
        let filter = NodeFilter::tag("message").attr("id", id.as_str());
        let sent_node = self.client.wait_for_sent_node(filter);
        let options = SendOptions::default().with_message_id(id.as_str());
        let sent = self.client.send_message_with_options(jid_of(chat), message, options).await;
        sent.map_err(|error| failure::of(&error, chat))?;
        // Looked at after it is gone, since only then it is known who was given a key.
        let named = match sent_node.now_or_never() {
            Some(Ok(node)) => readers::names_others(&node, &own),
            _ => return Ok(()),
        };
        let is_readable = match chat.is_group() {
            _ if own.is(chat) || named == Some(true) => true,
            // Whoever has the group's key from before is not named.
            true => had_key || !self.has_other_members(chat, &own).await,
            false => named.is_none(),
        };
        if is_readable {
            return Ok(());
        }
        if chat.is_group() {
            self.forget_shared_key(chat).await;
        }
        Err(self.unreadable(chat).await)
    }
}
