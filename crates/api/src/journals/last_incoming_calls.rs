use super::call_rows;
use super::window::{TOO_SHORT, Window};
use crate::call::{Answer, Call, ok};
use crate::description::Description;

pub(crate) async fn handle(call: Call, request: Window) -> Answer {
    ok(call_rows::draw(&call.instance.call_rows(true, request.window()).await?))
}

pub(crate) fn describe() -> Description {
    call_rows::describe_incoming().refuses(TOO_SHORT)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::testing::{Api, BOB};
    use serde_json::json;
    use siskin_fleet::port::InboxEvent;
    use siskin_model::{Address, CallStatus, ChatId};

    #[tokio::test]
    async fn received_calls_are_listed() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        let from = Address::new(ChatId::parse(BOB).unwrap());
        let at = api.fleet.clock().now();
        let call = |status| {
            let (id, from) = ("CALL1".to_owned(), from.clone());
            InboxEvent::Call { id, from, is_video: true, is_group: false, status, at }
        };
        session.inbox().events(vec![call(CallStatus::Offer)]).await.unwrap();
        assert_eq!(instance.get("lastIncomingCalls").await.json(), json!([]), "it rings");
        session.inbox().events(vec![call(CallStatus::HungUp)]).await.unwrap();
        let row = &instance.get("lastIncomingCalls").await.json()[0];
        assert_eq!((&row["idMessage"], &row["chatId"]), (&json!("CALL1"), &json!(BOB)));
        assert_eq!((&row["isVideo"], &row["isGroup"]), (&json!(true), &json!(false)));
        assert_eq!(instance.get("lastOutgoingCalls").await.json(), json!([]));
    }
}
