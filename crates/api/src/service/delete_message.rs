use serde_json::json;
use siskin_model::message::Command;
use siskin_model::{ChatId, MessageId};

use crate::call::{Answer, empty};
use crate::description::Description;
use crate::error::ApiError;
use crate::request::{chat, flag, id_message, optional, request};
use crate::sending::{Envelope, Sending};

const NOT_OWN: &str = "must be an own message, or 'onlySenderDelete' true";
const UNKNOWN_CHAT: &str = "chatId not found";
const UNKNOWN_MESSAGE: &str = "ID message notfound";

request! {
    /// A message.
    pub(crate) struct DeleteMessage {
        chat: ChatId = chat(),
        target: MessageId = id_message(),
        only_for_me: bool = optional("onlySenderDelete", flag(),
            "Whether it is removed from the own devices only.").or(false),
    }
}

/// What has not begun to leave does not leave. Else the deletion waits its turn in the queue.
pub(crate) async fn handle(sending: Sending, request: DeleteMessage) -> Answer {
    let DeleteMessage { chat, target, only_for_me } = request;
    let Some(message) = sending.instance.message(&chat, &target).await? else {
        return Err(not_found(&sending, &chat).await);
    };
    // In a group WhatsApp decides: its administrators may.
    if !only_for_me && !chat.is_group() && !message.direction.is_outgoing() {
        return Err(ApiError::member("idMessage", NOT_OWN));
    }
    if sending.instance.withdraw(&chat, &target).await? {
        return empty();
    }
    let envelope = Envelope { chat, quoted: None, typing: None };
    sending.accept(envelope, Command::Delete { target, only_for_me }).await?;
    empty()
}

/// A chat without any message is not known.
async fn not_found(sending: &Sending, chat: &ChatId) -> ApiError {
    let first = async { sending.instance.chat_rows(chat, 1).await?.next().await };
    match first.await {
        Ok(shown) if shown.entries.is_empty() => ApiError::Refused(UNKNOWN_CHAT.into()),
        Ok(_) => ApiError::Refused(UNKNOWN_MESSAGE.into()),
        Err(error) => error.into(),
    }
}

pub(crate) fn describe() -> Description {
    Description::empty()
        .sends()
        .does_not_take(json!({"idMessage": "3EB0"}))
        .refuses(
            "Validation failed. Details: 'idMessage' must be an own message, or \
             'onlySenderDelete' true",
        )
        .refuses(UNKNOWN_CHAT)
        .refuses(UNKNOWN_MESSAGE)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;
    use crate::testing::{Api, BOB, CY, validation};
    use siskin_model::Content;

    #[tokio::test]
    async fn a_sent_message_is_taken_back() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        let body = json!({"chatId": BOB, "message": "Hello"});
        let id = instance.accepted("sendMessage", &body).await;
        instance.sent(&session).await;
        let answer = instance.post("deleteMessage", &json!({"chatId": BOB, "idMessage": id})).await;
        assert_eq!((answer.status, answer.body.len()), (200, 0));
        let (_, said) = instance.sent(&session).await;
        let Content::Deleted(deleted) = said.content else { panic!("{said:?}") };
        assert_eq!(deleted.target.as_str(), id);
    }

    #[tokio::test]
    async fn what_still_waits_does_not_leave() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let body = json!({"chatId": BOB, "message": "Hello"});
        let id = instance.accepted("sendMessage", &body).await;
        let body = json!({"chatId": BOB, "idMessage": id});
        let answer = instance.post("deleteMessage", &body).await;
        assert_eq!((answer.status, answer.body.len()), (200, 0));
        instance.nothing_waits().await;
        let again = instance.post("deleteMessage", &body).await;
        assert_eq!((again.status, again.text()), (400, UNKNOWN_CHAT.to_owned()));
    }

    #[tokio::test]
    async fn what_somebody_else_wrote_is_only_removed_here() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        let id = instance.received(&session, BOB, "Hello").await;
        let body = json!({"chatId": BOB, "idMessage": id});
        let answer = instance.post("deleteMessage", &body).await;
        validation(&answer, &format!("'idMessage' {NOT_OWN}"));
        let body = json!({"chatId": BOB, "idMessage": id, "onlySenderDelete": true});
        assert_eq!(instance.post("deleteMessage", &body).await.status, 200);
    }

    #[tokio::test]
    async fn what_is_not_known_is_refused() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        instance.received(&session, BOB, "Hello").await;
        for (chat, text) in [(BOB, UNKNOWN_MESSAGE), (CY, UNKNOWN_CHAT)] {
            let body = json!({"chatId": chat, "idMessage": "BAE5000000000001"});
            let answer = instance.post("deleteMessage", &body).await;
            assert_eq!((answer.status, answer.text()), (400, text.to_owned()));
        }
        let body = json!({"chatId": BOB, "idMessage": "1", "onlySenderDelete": "perhaps"});
        let answer = instance.post("deleteMessage", &body).await;
        let detail = "'message id' must be at least 16 symbols, \
                      'onlySenderDelete' must be a boolean";
        validation(&answer, detail);
    }
}
