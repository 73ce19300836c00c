//! Accepting messages to be sent: they are durable before the call is answered.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use siskin_fleet::{Instance, new_message_id};
use siskin_model::message::{Command, NotRepeatable, Outgoing, Typing};
use siskin_model::{ChatId, InstanceState, MessageId};
use utoipa::ToSchema;

use crate::arriving::Arrived;
use crate::call::{Answer, Call, ok};
use crate::context::Context;
use crate::error::ApiError;
use crate::fields::Members;
use crate::openapi::{Description, Shape};

/// The id of an accepted message.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IdMessage {
    /// The id that the message will have.
    #[schema(value_type = String, example = "3EB0C767D097B7C7C030")]
    pub id_message: MessageId,
}

/// A call that wants something sent.
pub(crate) struct Sending {
    pub context: Arc<Context>,
    pub instance: Arc<Instance>,
    method: &'static str,
}

/// What messages have beside their content.
pub(crate) struct Envelope {
    pub chat: ChatId,
    pub quoted: Option<MessageId>,
    pub typing: Option<Typing>,
}

impl Sending {
    /// Takes a call, its body read.
    pub async fn of(call: Call) -> Result<(Self, Members), ApiError> {
        let sending = Self::prepare(&call)?;
        Ok((sending, call.body().await?))
    }

    /// Takes a call without reading its body.
    ///
    /// Only a restricted account refuses: WhatsApp would count what waits against it. In every
    /// other state messages wait (specification, section 4, number 3; section 10, number 12):
    /// a banned account too, since clients know of no refusal for it and a ban that is lifted
    /// within the day loses nothing.
    pub fn prepare(call: &Call) -> Result<Self, ApiError> {
        if call.instance.link().borrow().state() == InstanceState::Suspended {
            return Err(ApiError::Suspended);
        }
        let (context, instance) = (call.context.clone(), call.instance.clone());
        Ok(Self { context, instance, method: call.method })
    }

    /// Accepts a message and answers its id.
    pub async fn accept(self, request: Members, envelope: Envelope, command: Command) -> Answer {
        self.require_quoted(&envelope).await?;
        let id_message = self.enqueue(request, envelope, command).await?;
        ok(IdMessage { id_message })
    }

    /// Accepts a message with a file that is stored already. Where it is refused, the file is
    /// removed.
    pub async fn accept_file(
        &self,
        request: Members,
        envelope: Envelope,
        file: Arrived,
        caption: String,
    ) -> Result<(MessageId, Arrived), ApiError> {
        let command = Command::File(file.outgoing(caption));
        match self.enqueue(request, envelope, command).await {
            Ok(id) => Ok((id, file)),
            Err(error) => {
                file.discard(&self.context, &self.instance).await;
                Err(error)
            }
        }
    }

    async fn enqueue(
        &self,
        request: Members,
        envelope: Envelope,
        command: Command,
    ) -> Result<MessageId, ApiError> {
        let id = new_message_id();
        let outgoing = Outgoing {
            id: id.clone(),
            chat: envelope.chat,
            command,
            quoted: envelope.quoted,
            typing: envelope.typing,
            method: self.method.to_owned(),
            request: Value::Object(request),
            batch: None,
            accepted: self.context.now(),
        };
        self.instance.accept(vec![outgoing]).await?;
        Ok(id)
    }

    /// The journal has to know the message that is answered: quoting takes its content.
    pub async fn require_quoted(&self, envelope: &Envelope) -> Result<(), ApiError> {
        match &envelope.quoted {
            Some(id) => {
                require_repeatable(&self.instance, &envelope.chat, id, "quotedMessageId").await
            }
            None => Ok(()),
        }
    }
}

/// Refuses the id of a message that the journal of a chat does not have, or that must not be
/// said again.
pub(super) async fn require_repeatable(
    instance: &Instance,
    chat: &ChatId,
    id: &MessageId,
    member: &str,
) -> Result<(), ApiError> {
    let Some(message) = instance.message(chat, id).await? else {
        return Err(ApiError::member(member, "must be the id of a known message of the chat"));
    };
    let refused = |why: NotRepeatable| {
        ApiError::member(member, &format!("must not be the id of {}", why.kind()))
    };
    message.repeatable().map_err(refused)
}

/// What a method takes that has a JSON body and answers the id of the accepted message.
pub(crate) fn describe_sending(about: &'static str, body: Shape) -> Description {
    Description::answers::<IdMessage>().body(about, body.done()).sends()
}

#[cfg(test)]
mod tests;
