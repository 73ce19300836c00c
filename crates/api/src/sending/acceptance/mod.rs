//! Accepting messages to be sent: they are durable before the call is answered.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use siskin_fleet::{Instance, new_message_id};
use siskin_model::message::{Command, NotRepeatable, Outgoing, Typing};
use siskin_model::{ChatId, InstanceState, MessageId};
use utoipa::ToSchema;

use crate::arriving::Arrived;
use crate::call::{Answer, Call, JsonObject, ok};
use crate::context::Context;
use crate::description::Description;
use crate::error::ApiError;
use crate::handler::FromCall;

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
    /// The members of the request, as they came.
    members: JsonObject,
}

/// What messages have beside their content.
pub(crate) struct Envelope {
    pub chat: ChatId,
    pub quoted: Option<MessageId>,
    pub typing: Option<Typing>,
}

impl FromCall for Sending {
    type Call = Call;

    /// Only a restricted account refuses: WhatsApp would count what waits against it. In every
    /// other state messages wait (specification, section 4, number 3; section 10, number 12):
    /// a banned account too, since clients know of no refusal for it and a ban that is lifted
    /// within the day loses nothing.
    fn admit(call: &Call) -> Result<(), ApiError> {
        match call.instance.link().borrow().state() {
            InstanceState::Suspended => Err(ApiError::Suspended),
            _ => Ok(()),
        }
    }
}

impl From<Call> for Sending {
    fn from(call: Call) -> Self {
        let Call { method, context, instance, members, .. } = call;
        Self { context, instance, method, members }
    }
}

impl Sending {
    /// Accepts a message and answers its id.
    pub async fn accept(mut self, envelope: Envelope, command: Command) -> Answer {
        self.require_quoted(&envelope).await?;
        let id_message = self.enqueue(envelope, command).await?;
        ok(IdMessage { id_message })
    }

    /// Accepts a message with a file that is stored already. Where it is refused, the file is
    /// removed.
    pub async fn accept_file(
        mut self,
        envelope: Envelope,
        file: Arrived,
        caption: String,
    ) -> Result<(MessageId, Arrived), ApiError> {
        let command = Command::File(file.outgoing(caption));
        match self.enqueue(envelope, command).await {
            Ok(id) => Ok((id, file)),
            Err(error) => {
                file.discard(&self.context, &self.instance).await;
                Err(error)
            }
        }
    }

    async fn enqueue(
        &mut self,
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
            request: Value::Object(std::mem::take(&mut self.members)),
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

/// What a method answers that puts a message into the queue: its id.
pub(crate) fn describe_sending() -> Description {
    Description::answers::<IdMessage>().sends()
}

#[cfg(test)]
mod tests;
