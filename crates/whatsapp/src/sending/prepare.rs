use siskin_fleet::{Parts, Prepared, SendError};
use siskin_model::message::Outgoing;
use siskin_model::{ChatId, Message};
use wacore_binary::Jid;

use crate::session::EngineSession;
use crate::translate::{self, Draft, Frame};

impl EngineSession {
    pub(crate) async fn make(
        &self,
        outgoing: &Outgoing,
        parts: &Parts,
    ) -> Result<Prepared, SendError> {
        let own = self.intake.own().ok_or(SendError::Offline)?;
        self.require_right_to_delete(&own, outgoing, parts).await?;
        self.require_readers(&outgoing.chat, &own).await?;
        let members = self.mentioned(&outgoing.chat, &parts.mentions).await?;
        let draft = Draft {
            outgoing,
            parts,
            uploaded: self.upload_for(outgoing, parts).await?,
            quoted_author: self.author(&outgoing.chat, parts.quoted.as_ref()).await?,
            source_author: self.author(&outgoing.chat, parts.source.as_ref()).await?,
            secret: rand::random(),
        };
        let mut message = translate::build(&draft)?;
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
        // Those who mention members read their own words; others, the names.
        translate::mention(&mut message, &members);
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
}
