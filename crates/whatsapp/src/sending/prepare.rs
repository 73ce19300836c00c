use siskin_fleet::{Parts, Prepared, SendError};
use siskin_model::message::Outgoing;
use siskin_model::{ChatId, Message};
use wacore::types::message::AddressingMode;
use wacore_binary::Jid;

use super::failure;
use crate::jid::jid_of;
use crate::session::EngineSession;
use crate::translate::{self, Draft, Frame};

impl EngineSession {
    pub(crate) async fn make(
        &self,
        outgoing: &Outgoing,
        parts: &Parts,
    ) -> Result<Prepared, SendError> {
        let own = self.intake.own().ok_or(SendError::Offline)?;
        let draft = Draft {
            outgoing,
            parts,
            uploaded: self.upload_for(outgoing, parts).await?,
            quoted_author: self.author(&outgoing.chat, parts.quoted.as_ref()).await?,
            source_author: self.author(&outgoing.chat, parts.source.as_ref()).await?,
            secret: rand::random(),
        };
        let message = translate::build(&draft)?;
        // Read back as others will read it: there is one truth about what a message says.
        let frame = Frame {
            own: Some(&own.phone),
            chat: &outgoing.chat,
            sender: &own.phone,
            id: &outgoing.id,
            by_api: true,
        };
        let body = translate::read(&message, &frame);
        let mut body = body.ok_or_else(|| SendError::Impossible("it says nothing".to_owned()))?;
        own.by_number(&mut body);
        Ok(Prepared { raw: waproto::codec::message_to_vec(&message), body })
    }

    /// Who wrote a message, by the address that its chat knows: a group knows its members
    /// either by number or by LID, and takes a message for somebody else's otherwise.
    async fn author(
        &self,
        chat: &ChatId,
        message: Option<&Message>,
    ) -> Result<Option<Jid>, SendError> {
        match message {
            Some(message) => Ok(Some(self.member(chat, &message.sender).await?)),
            None => Ok(None),
        }
    }

    /// A person by the address that a chat knows.
    pub(crate) async fn member(&self, chat: &ChatId, person: &ChatId) -> Result<Jid, SendError> {
        if !chat.is_group() {
            return Ok(jid_of(person));
        }
        let group = self.client.groups().query_info(&jid_of(chat)).await;
        let group = group.map_err(|error| failure::of(&error, chat))?;
        let wants_lid = group.addressing_mode == AddressingMode::Lid;
        if person.is_lid() == wants_lid {
            return Ok(jid_of(person));
        }
        let other = self.intake.counterpart(person).await;
        Ok(jid_of(other.as_ref().unwrap_or(person)))
    }
}
