use serde_json::{Value, json};
use siskin_model::ChatId;

use super::message_rows;
use crate::call::{Answer, Call};
use crate::description::Description;
use crate::long_list;
use crate::request::{Kind, Reader, number, optional, readable_chat, request};

/// How many rows there are unless the caller says.
const DEFAULT_COUNT: u32 = 100;
/// What is said of too few, outside of the form of validation errors.
const TOO_FEW: &str = "Count must be greater than or equal to 1";

request! {
    /// A chat, and how many of its messages.
    pub(crate) struct GetChatHistory {
        chat: ChatId = readable_chat(),
        count: u32 = optional("count", Count, "How many rows, the newest first.").or(DEFAULT_COUNT),
    }
}

/// How many rows. What is more than there can be is as good as all.
struct Count;

impl Kind for Count {
    type Value = u32;

    fn read(&self, reader: &mut Reader<'_>, name: &str, value: &Value) -> Option<u32> {
        match number(value) {
            None => reader.wrong(name, "must be a number"),
            Some(count) if count < 1.0 => reader.refuse(TOO_FEW),
            Some(count) => Some(count as u32),
        }
    }

    fn schema(&self) -> Value {
        json!({"type": "integer", "minimum": 1})
    }

    fn example(&self) -> Value {
        DEFAULT_COUNT.into()
    }
}

/// The newest come first.
pub(crate) async fn handle(call: Call, request: GetChatHistory) -> Answer {
    let rows = call.instance.chat_rows(&request.chat, request.count).await?;
    long_list::answer(message_rows::pages(rows)).await
}

pub(crate) fn describe() -> Description {
    message_rows::describe_rows().refuses(TOO_FEW)
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
        let answer = instance.post("getChatHistory", &json!({"count": "x"})).await;
        validation(&answer, "'chatId' is required, 'count' must be a number");
        assert_eq!(
            instance.post("getChatHistory", &json!({"chatId": BOB})).await.json(),
            json!([])
        );
    }
}
