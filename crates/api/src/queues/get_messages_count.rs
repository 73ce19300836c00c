use super::count::Count;
use crate::call::{Answer, Call, ok};
use crate::description::Description;

pub(crate) async fn handle(call: Call) -> Answer {
    ok(Count { count: call.instance.queue_length().await? })
}

pub(crate) fn describe() -> Description {
    Description::answers::<Count>()
}

#[cfg(test)]
mod tests {
    use crate::testing::{Api, BOB};
    use serde_json::json;

    #[tokio::test]
    async fn waiting_messages_are_counted() {
        let api = Api::new().await;
        let instance = api.instance().await;
        assert_eq!(instance.get("getMessagesCount").await.json(), json!({"count": 0}));
        instance.accepted("sendMessage", &json!({"chatId": BOB, "message": "Hello"})).await;
        assert_eq!(instance.get("getMessagesCount").await.json(), json!({"count": 1}));
    }
}
