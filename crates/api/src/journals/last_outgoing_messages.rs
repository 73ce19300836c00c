use super::{message_rows, window};
use crate::call::{Answer, Call};
use crate::long_list;
use crate::openapi::Description;

pub(crate) async fn handle(call: Call) -> Answer {
    let instance = call.instance.clone();
    let window = window::read(call).await?;
    long_list::answer(message_rows::pages(instance.recent_rows(true, window))).await
}

pub(crate) fn describe() -> Description {
    window::describe(message_rows::describe_rows())
        .refuses("Validation failed. Details: 'minutes' must be greater than or equal to 1")
}

#[cfg(test)]
mod tests {
    use crate::testing::{Api, BOB};
    use serde_json::json;

    #[tokio::test]
    async fn what_was_sent_is_listed() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        let body = json!({"chatId": BOB, "message": "Hello"});
        let id = instance.accepted("sendMessage", &body).await;
        instance.sent(&session).await;
        let row = &instance.get("lastOutgoingMessages").await.json()[0];
        assert_eq!((&row["idMessage"], &row["textMessage"]), (&json!(id), &json!("Hello")));
        assert_eq!((&row["type"], &row["sendByApi"]), (&json!("outgoing"), &json!(true)));
    }
}
