use siskin_fleet::MessageError;

use super::message_rows;
use crate::call::{Answer, Call, ok};
use crate::error::ApiError;
use crate::openapi::{Description, Shape, message_id};
use crate::reader::Reader;

pub(crate) async fn handle(call: Call) -> Answer {
    let instance = call.instance.clone();
    let members = call.body().await?;
    let mut reader = Reader::of(&members);
    let chat = reader.readable_chat("chatId");
    let id = reader.message_id("idMessage");
    let chat = reader.finish(chat)?;
    match message_rows::draw(&instance.message_row(&chat, &id).await?).pop() {
        Some(row) => ok(row),
        None => Err(ApiError::from(MessageError::UnknownMessage)),
    }
}

pub(crate) fn describe() -> Description {
    let body = Shape::new().chat().required("idMessage", message_id());
    message_rows::describe_row()
        .body("A message.", body.done())
        .refuses("Validation failed. Details: 'message id' must be at least 16 symbols")
        .refuses("Message not found")
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
