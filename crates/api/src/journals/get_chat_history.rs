use serde_json::json;

use super::message_rows;
use crate::call::{Answer, Call};
use crate::error::ApiError;
use crate::fields;
use crate::long_list;
use crate::openapi::{Description, Shape};
use crate::reader::Reader;

/// How many rows there are unless the caller says.
const DEFAULT_COUNT: u32 = 100;
/// What is said of too few, outside of the form of validation errors.
const TOO_FEW: &str = "Count must be greater than or equal to 1";

/// The newest come first.
pub(crate) async fn handle(call: Call) -> Answer {
    let instance = call.instance.clone();
    let members = call.body().await?;
    let mut reader = Reader::of(&members);
    let chat = reader.readable_chat("chatId");
    let chat = reader.finish(chat)?;
    let count = match members.get("count").filter(|count| !count.is_null()) {
        None => f64::from(DEFAULT_COUNT),
        Some(count) => fields::number(count, "count")?,
    };
    if count < 1.0 {
        return Err(ApiError::Refused(TOO_FEW.into()));
    }
    // What is more than there can be is as good as all.
    let rows = instance.chat_rows(&chat, count as u32).await?;
    long_list::answer(message_rows::pages(rows)).await
}

pub(crate) fn describe() -> Description {
    let count = json!({"type": "integer", "minimum": 1, "default": DEFAULT_COUNT});
    let body = Shape::new().chat().optional("count", count);
    message_rows::describe_rows()
        .body("A chat, and how many of its messages.", body.done())
        .refuses("Validation failed. Details: 'chatId' is required")
        .refuses(TOO_FEW)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testing::{Api, BOB, CY, validation};

    #[tokio::test]
    async fn the_newest_messages_of_a_chat_come_first() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        let first = instance.received(&session, BOB, "first").await;
        let second = instance.received(&session, BOB, "second").await;
        instance.received(&session, CY, "elsewhere").await;
        let rows = instance.post("getChatHistory", &json!({"chatId": BOB})).await.json();
        let ids: Vec<_> = rows.as_array().unwrap().iter().map(|row| &row["idMessage"]).collect();
        assert_eq!(ids, [&json!(second), &json!(first)]);
        let one = instance.post("getChatHistory", &json!({"chatId": BOB, "count": 1})).await;
        assert_eq!(one.json().as_array().unwrap().len(), 1);
        let huge = json!({"chatId": BOB, "count": 1e300});
        assert_eq!(instance.post("getChatHistory", &huge).await.json(), rows);
    }

    #[tokio::test]
    async fn the_count_is_at_least_one() {
        let api = Api::new().await;
        let instance = api.instance().await;
        for count in [0, -5] {
            let body = json!({"chatId": BOB, "count": count});
            let answer = instance.post("getChatHistory", &body).await;
            let text = "Count must be greater than or equal to 1".to_owned();
            assert_eq!((answer.status, answer.text()), (400, text));
        }
        let answer = instance.post("getChatHistory", &json!({"chatId": BOB, "count": "x"})).await;
        validation(&answer, "'count' must be a number");
        validation(&instance.post("getChatHistory", &json!({})).await, "'chatId' is required");
        assert_eq!(
            instance.post("getChatHistory", &json!({"chatId": BOB})).await.json(),
            json!([])
        );
    }
}
