use async_trait::async_trait;
use siskin_fleet::port::{Presence, SendError};
use siskin_model::ChatId;
use siskin_model::message::TypingKind;
use whatsapp_rust::features::{ChatStateType, PresenceStatus};

use crate::failure;
use crate::jid::jid_of;
use crate::session::EngineSession;

#[async_trait]
impl Presence for EngineSession {
    async fn set_presence(&self, available: bool) -> Result<(), SendError> {
        self.fenced(async {
            let own = self.addresses.own().ok_or(SendError::Offline)?;
            let status =
                if available { PresenceStatus::Available } else { PresenceStatus::Unavailable };
            let sent = self.client.presence().set(status).await;
            sent.map_err(|error| failure::of(&error, &own.phone))
        })
        .await
    }

    async fn show_typing(&self, chat: &ChatId, kind: Option<TypingKind>) -> Result<(), SendError> {
        self.fenced(async {
            let state = match kind {
                Some(TypingKind::Typing) => ChatStateType::Composing,
                Some(TypingKind::Recording) => ChatStateType::Recording,
                None => ChatStateType::Paused,
            };
            let sent = self.client.chatstate().send(&jid_of(chat), state).await;
            sent.map_err(|error| failure::of(&error, chat))
        })
        .await
    }
}
