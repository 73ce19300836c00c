use serde::Serialize;
use serde_json::{Value, json};
use siskin_fleet::new_message_id;
use siskin_model::message::{Command, Outgoing, Typing};
use siskin_model::{ChatId, MessageId};
use utoipa::ToSchema;

use super::Sending;
use super::acceptance::require_repeatable;
use crate::call::{Answer, ok};
use crate::description::Description;
use crate::request::{chat, list, message_id, readable_chat_id, request, required, typing};

/// How `showMessagesQueue` spells the method.
const IN_QUEUE: &str = "ForwardMessages";

request! {
    /// Messages and where to.
    pub(crate) struct ForwardMessages {
        chat: ChatId = chat(),
        from: ChatId =
            required("chatIdFrom", readable_chat_id(), "The chat that the messages are in."),
        originals: Vec<MessageId> =
            required("messages", list(1..=usize::MAX, message_id()), "Messages of that chat."),
        typing: Option<Typing> = typing(),
    }
}

/// The ids of the new messages, in the order of the request.
#[derive(Serialize, ToSchema)]
struct MessageIds {
    #[schema(value_type = Vec<String>)]
    messages: Vec<MessageId>,
}

/// All are forwarded or none.
pub(crate) async fn handle(sending: Sending, request: ForwardMessages) -> Answer {
    for (at, id) in request.originals.iter().enumerate() {
        let member = format!("messages[{at}]");
        require_repeatable(&sending.instance, &request.from, id, &member).await?;
    }
    let batch = batch(&sending, request);
    let messages = batch.iter().map(|outgoing| outgoing.id.clone()).collect();
    sending.instance.accept(batch).await?;
    ok(MessageIds { messages })
}

/// A message for each original. The request is kept without the list of them, which would be
/// stored as often as it is long; `showMessagesQueue` puts it together again.
fn batch(sending: &Sending, request: ForwardMessages) -> Vec<Outgoing> {
    let ForwardMessages { chat, from, originals, typing } = request;
    let mut request = json!({"chatId": chat, "chatIdFrom": from});
    if let Some(typing) = typing {
        request["typingTime"] = typing.millis.into();
    }
    let ids: Vec<MessageId> = originals.iter().map(|_| new_message_id()).collect();
    let first = ids.first().cloned();
    let message = |(id, message): (MessageId, MessageId)| Outgoing {
        // The indicator announces all of them.
        typing: typing.filter(|_| Some(&id) == first.as_ref()),
        id,
        chat: chat.clone(),
        command: Command::Forward { from: from.clone(), message },
        quoted: None,
        method: IN_QUEUE.to_owned(),
        request: request.clone(),
        batch: first.clone(),
        accepted: sending.context.now(),
    };
    ids.into_iter().zip(originals).map(message).collect()
}

/// The request of a batch, with the messages that still wait.
pub(crate) fn request_of(waiting: &[Outgoing]) -> Value {
    let mut request = waiting.first().map(|first| first.request.clone()).unwrap_or_default();
    let original = |outgoing: &Outgoing| match &outgoing.command {
        Command::Forward { message, .. } => Some(message.clone()),
        _ => None,
    };
    if let Value::Object(members) = &mut request {
        let originals: Vec<MessageId> = waiting.iter().filter_map(original).collect();
        members.insert("messages".into(), json!(originals));
    }
    request
}

pub(crate) fn describe() -> Description {
    Description::answers::<MessageIds>()
        .sends()
        .refuses(
            "Validation failed. Details: 'messages[0]' must be the id of a known message of \
                  the chat",
        )
        .refuses(
            "Validation failed. Details: 'messages[0]' must not be the id of a deleted message",
        )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testing::{Api, BOB, CY, validation};

    #[tokio::test]
    async fn messages_are_forwarded_in_order_as_one_row_of_the_queue() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        let first = instance.received(&session, BOB, "first").await;
        let second = instance.received(&session, BOB, "second").await;
        let body = json!({"chatId": CY, "chatIdFrom": BOB, "messages": [second, first]});
        let answer = instance.post("ForwardMessages", &body).await.json();
        for (at, text) in ["second", "first"].into_iter().enumerate() {
            let (sent, said) = instance.sent(&session).await;
            assert_eq!(answer["messages"][at], sent.id.as_str());
            assert_eq!((sent.chat.as_str(), said.content.text()), (CY, Some(text)));
        }
    }

    #[tokio::test]
    async fn the_queue_shows_a_batch_as_one_row() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        let first = instance.received(&session, BOB, "first").await;
        let second = instance.received(&session, BOB, "second").await;
        instance.get("logout").await;
        let body = json!({"chatId": CY, "chatIdFrom": BOB, "messages": [first, second],
            "typingTime": 2000});
        let ids = instance.post("forwardMessages", &body).await.json()["messages"].clone();
        let row = json!({"messagesIDs": ids, "type": "ForwardMessages", "body": body});
        assert_eq!(instance.get("showMessagesQueue").await.json(), json!([row]));
        assert_eq!(instance.get("getMessagesCount").await.json(), json!({"count": 2}));
    }

    #[tokio::test]
    async fn one_unknown_message_and_none_is_forwarded() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        let known = instance.received(&session, BOB, "first").await;
        instance.get("logout").await;
        let body = |messages: Value| json!({"chatId": CY, "chatIdFrom": BOB, "messages": messages});
        for (messages, detail) in [
            (
                json!([known, "BAE5000000000001"]),
                "'messages[1]' must be the id of a known message of the chat",
            ),
            (json!([known, "BAE5"]), "'message id' must be at least 16 symbols"),
            (json!([]), "'messages' must contain at least 1 items"),
            (json!(null), "'messages' must be an array"),
        ] {
            let answer = instance.post("forwardMessages", &body(messages)).await;
            validation(&answer, detail);
        }
        let answer = instance.post("forwardMessages", &json!({})).await;
        let all = "'chatId' is required, 'chatIdFrom' is required, 'messages' is required";
        validation(&answer, all);
        instance.nothing_waits().await;
    }
}
