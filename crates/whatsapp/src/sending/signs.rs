//! What is sent beside messages: marks, indicators, and actions on the own devices.

use std::collections::BTreeMap;

use siskin_fleet::SendError;
use siskin_model::message::TypingKind;
use siskin_model::{ChatId, Message};
use whatsapp_rust::features::{ChatStateType, PresenceStatus};

use super::failure;
use crate::jid::jid_of;
use crate::session::EngineSession;

impl EngineSession {
    pub(crate) async fn typing(
        &self,
        chat: &ChatId,
        kind: Option<TypingKind>,
    ) -> Result<(), SendError> {
        let state = match kind {
            Some(TypingKind::Typing) => ChatStateType::Composing,
            Some(TypingKind::Recording) => ChatStateType::Recording,
            None => ChatStateType::Paused,
        };
        let sent = self.client.chatstate().send(&jid_of(chat), state).await;
        sent.map_err(|error| failure::of(&error, chat))
    }

    /// One receipt for each writer: in a group it goes to whoever wrote.
    pub(crate) async fn read(&self, chat: &ChatId, messages: &[Message]) -> Result<(), SendError> {
        let mut by_writer: BTreeMap<&ChatId, Vec<&str>> = BTreeMap::new();
        for message in messages.iter().filter(|message| !message.direction.is_outgoing()) {
            by_writer.entry(&message.sender).or_default().push(message.id.as_str());
        }
        for (writer, ids) in by_writer {
            let member = match chat.is_group() {
                true => Some(self.member(chat, writer).await?),
                false => None,
            };
            let sent = self.client.mark_as_read(&jid_of(chat), member.as_ref(), &ids).await;
            sent.map_err(|error| failure::of_any(&error, chat))?;
        }
        Ok(())
    }

    pub(crate) async fn delete_here(&self, message: &Message) -> Result<(), SendError> {
        let chat = &message.chat;
        let from_me = message.direction.is_outgoing();
        let writer = match chat.is_group() && !from_me {
            true => Some(self.member(chat, &message.sender).await?),
            false => None,
        };
        let at = Some(message.at.seconds());
        let (jid, id) = (jid_of(chat), message.id.as_str());
        let actions = self.client.chat_actions();
        let deleted =
            actions.delete_message_for_me(&jid, writer.as_ref(), id, from_me, false, at).await;
        deleted.map_err(|error| failure::of(&error, chat))
    }

    pub(crate) async fn presence(&self, available: bool) -> Result<(), SendError> {
        let own = self.intake.own().ok_or(SendError::Offline)?;
        let status =
            if available { PresenceStatus::Available } else { PresenceStatus::Unavailable };
        let sent = self.client.presence().set(status).await;
        sent.map_err(|error| failure::of(&error, &own.phone))
    }
}
