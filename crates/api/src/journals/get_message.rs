use serde_json::json;
use siskin_fleet::MessageError;
use siskin_green_api::refusals;
use siskin_model::{ChatId, MessageId};

use super::message_rows;
use crate::call::{Answer, Call, ok};
use crate::description::Description;
use crate::error::ApiError;
use crate::request::{id_message, readable_chat, request};

request! {
    /// A message.
    pub(crate) struct GetMessage {
        chat: ChatId = readable_chat(),
        id: MessageId = id_message(),
    }
}

pub(crate) async fn handle(call: Call, request: GetMessage) -> Answer {
    let shown = call.instance.message_row(&request.chat, &request.id).await?;
    match message_rows::draw(&shown).pop() {
        Some(row) => ok(row),
        None => Err(ApiError::from(MessageError::UnknownMessage)),
    }
}

pub(crate) fn describe() -> Description {
    message_rows::describe_row()
        .does_not_take(json!({"idMessage": "3EB0"}))
        .refuses(refusals::UNKNOWN_MESSAGE)
}

#[cfg(test)]
mod tests {
    use crate::testing::{Api, BOB, CY, validation};
    use serde_json::json;

    #[tokio::test]
    async fn a_known_message_is_shown() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        let id = instance.received(&session, BOB, "Hello").await;
        let row =
            instance.post("getMessage", &json!({"chatId": BOB, "idMessage": id})).await.json();
        assert_eq!((&row["idMessage"], &row["textMessage"]), (&json!(id), &json!("Hello")));
        let elsewhere = instance.post("getMessage", &json!({"chatId": CY, "idMessage": id})).await;
        assert_eq!((elsewhere.status, elsewhere.text()), (400, "Message not found".into()));
    }

    #[tokio::test]
    async fn bad_ids_are_refused() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let answer =
            instance.post("getMessage", &json!({"chatId": BOB, "idMessage": "BAE5"})).await;
        validation(&answer, "'message id' must be at least 16 symbols");
        let answer = instance.post("getMessage", &json!({})).await;
        validation(&answer, "'chatId' is required, 'idMessage' is required");
    }
}
