//! What the journal shows of messages that wait to be sent: an accepted message is there from
//! the moment that its id is answered, for all that refers to it.

use siskin_model::message::{Command, Direction, Forwarding, Outgoing, Quoted};
use siskin_model::{Body, ChatId, Message, MessageId, MessageStatus, UnixMillis};
use siskin_store::{Result, StoreError};

use crate::instance::Instance;

impl Instance {
    /// The rows of messages that are being accepted.
    pub(super) async fn waiting_rows(&self, outgoing: &[Outgoing]) -> Result<Vec<Message>> {
        let mut rows = Vec::with_capacity(outgoing.len());
        for outgoing in outgoing {
            if let Some(body) = self.body_of(outgoing).await? {
                let at = outgoing.accepted.whole_seconds();
                let status = Some(MessageStatus::Pending);
                rows.push(Message { status, ..self.own_row(outgoing, body, at) });
            }
        }
        Ok(rows)
    }

    /// A row of the journal for a message of the queue.
    pub(super) fn own_row(&self, outgoing: &Outgoing, body: Body, at: UnixMillis) -> Message {
        let own = self.account().map(|account| account.wid());
        let (chat, id) = (outgoing.chat.clone(), outgoing.id.clone());
        Message::new(chat.clone(), id, own.unwrap_or(chat), Direction::Api, at, body)
    }

    /// What a message will say, as far as that can be seen when it is accepted. `None`: it says
    /// nothing to anybody.
    async fn body_of(&self, outgoing: &Outgoing) -> Result<Option<Body>> {
        if let Command::Forward { from, message } = &outgoing.command {
            let source = self.known_message(from, message).await?;
            return Ok(source.map(|source| copy_of(source.body)));
        }
        let Some(content) = outgoing.command.content() else { return Ok(None) };
        let quoted = match &outgoing.quoted {
            Some(id) => self.known_message(&outgoing.chat, id).await?,
            None => None,
        };
        let quoted = quoted.map(|quoted| Quoted {
            id: quoted.id,
            participant: quoted.sender,
            content: Some(Box::new(quoted.body.content)),
        });
        Ok(Some(Body { quoted, ..Body::new(content) }))
    }

    /// Takes back a message that nobody has: one that waits does not leave, and is gone; one
    /// that never left is marked. `false`: it has begun to leave, or is not there.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn withdraw(
        &self,
        chat: &ChatId,
        id: &MessageId,
    ) -> std::result::Result<bool, StoreError> {
        let chat = self.named(chat).await?;
        self.journal.withdraw(&chat, id).await
    }
}

/// A forwarded copy answers nothing.
fn copy_of(body: Body) -> Body {
    Body {
        forwarding: Forwarding { is_forwarded: true, ..body.forwarding },
        ..Body::new(body.content)
    }
}
