use super::message_rows;
use super::window::{TOO_SHORT, Window};
use crate::call::{Answer, Call};
use crate::description::Description;
use crate::long_list;

pub(crate) async fn handle(call: Call, request: Window) -> Answer {
    let rows = call.instance.recent_rows(true, request.window());
    long_list::answer(message_rows::pages(rows)).await
}

pub(crate) fn describe() -> Description {
    message_rows::describe_rows().refuses(TOO_SHORT)
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
