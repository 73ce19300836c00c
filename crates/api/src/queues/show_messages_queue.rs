use serde::Serialize;
use serde_json::Value;
use siskin_model::MessageId;
use siskin_model::message::Outgoing;
use utoipa::ToSchema;

use crate::call::{Answer, Call, ok};
use crate::openapi::Description;
use crate::sending::forward_messages;

/// A waiting message, or the waiting ones of one call.
#[derive(Serialize, ToSchema)]
struct QueueMessage {
    /// The id that the message will have.
    #[serde(rename = "messageID", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    message_id: Option<MessageId>,
    /// The ids, of forwarded messages.
    #[serde(rename = "messagesIDs", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    messages_ids: Option<Vec<MessageId>>,
    /// The method that asked for it.
    #[serde(rename = "type")]
    #[schema(example = "sendMessage")]
    kind: String,
    /// The body of the request; of uploads, the parts that are text.
    #[schema(value_type = Object)]
    body: Value,
}

/// In the order of sending. Messages that were forwarded together are one row.
pub(crate) async fn handle(call: Call) -> Answer {
    let waiting = call.instance.queue().await?;
    let same_call = |a: &Outgoing, b: &Outgoing| a.batch.is_some() && a.batch == b.batch;
    ok(waiting.chunk_by(same_call).filter_map(row).collect::<Vec<_>>())
}

fn row(waiting: &[Outgoing]) -> Option<QueueMessage> {
    let first = waiting.first()?;
    let kind = first.method.clone();
    Some(match first.batch {
        None => QueueMessage {
            message_id: Some(first.id.clone()),
            messages_ids: None,
            kind,
            body: first.request.clone(),
        },
        Some(_) => QueueMessage {
            message_id: None,
            messages_ids: Some(waiting.iter().map(|outgoing| outgoing.id.clone()).collect()),
            kind,
            body: forward_messages::request_of(waiting),
        },
    })
}

pub(crate) fn describe() -> Description {
    Description::answers::<Vec<QueueMessage>>()
}

#[cfg(test)]
mod tests {
    use crate::testing::{Api, BOB};
    use serde_json::json;

    #[tokio::test]
    async fn what_waits_is_shown_with_its_request_in_the_order_of_sending() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let first = json!({"chatId": BOB, "message": "first", "archiveChat": true});
        let second = json!({"chatId": BOB, "latitude": 1, "longitude": 2.5});
        let rows = json!([
            {"messageID": instance.accepted("sendMessage", &first).await, "type": "sendMessage",
                "body": first},
            {"messageID": instance.accepted("SendLocation", &second).await,
                "type": "sendLocation", "body": second}]);
        let answer = instance.get("showMessagesQueue").await;
        assert_eq!(answer.json(), rows);
        assert!(!answer.text().contains(&instance.token));
    }

    #[tokio::test]
    async fn an_empty_queue_is_an_empty_list() {
        let api = Api::new().await;
        let instance = api.instance().await;
        assert_eq!(instance.get("showMessagesQueue").await.json(), json!([]));
    }
}
