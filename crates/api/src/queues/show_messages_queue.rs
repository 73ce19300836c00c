use std::sync::Arc;

use futures::stream;
use serde::Serialize;
use serde_json::{Value, json};
use siskin_fleet::Instance;
use siskin_model::MessageId;
use siskin_model::message::Outgoing;
use siskin_store::StoreError;
use utoipa::ToSchema;

use crate::call::{Answer, Call};
use crate::description::Description;
use crate::long_list;
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
    let queue = Queue { instance: call.instance, behind: 0, same_call: Vec::new(), left: true };
    let rows = |mut queue: Queue| async move {
        queue.next().await.map(|rows| rows.map(|rows| (rows, queue)))
    };
    long_list::answer(stream::try_unfold(queue, rows)).await
}

/// A queue that is being read.
struct Queue {
    instance: Arc<Instance>,
    /// The place of the last message that was read.
    behind: i64,
    /// Messages of one call that may go on.
    same_call: Vec<Outgoing>,
    /// Whether there may be more.
    left: bool,
}

impl Queue {
    /// The next rows, perhaps none; `None` behind the end.
    async fn next(&mut self) -> Result<Option<Vec<Value>>, StoreError> {
        if !self.left {
            return Ok(None);
        }
        let page = self.instance.queue_page(self.behind).await?;
        self.left = !page.is_empty();
        let mut rows = Vec::new();
        for queued in page {
            self.behind = queued.place;
            if queued.leaving.is_some() {
                continue;
            }
            let goes_on = self
                .same_call
                .first()
                .is_some_and(|first| first.batch.is_some() && first.batch == queued.outgoing.batch);
            if !goes_on {
                rows.extend(self.row());
            }
            self.same_call.push(queued.outgoing);
        }
        if !self.left {
            rows.extend(self.row());
        }
        Ok(Some(rows))
    }

    fn row(&mut self) -> Option<Value> {
        row(&std::mem::take(&mut self.same_call)).map(|row| json!(row))
    }
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
    #![allow(clippy::unwrap_used)]
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
    async fn a_long_queue_is_shown_whole_and_what_was_forwarded_together_stays_together() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        let known = instance.received(&session, BOB, "Hello").await;
        instance.get("logout").await;
        let forwarded = vec![known; 55];
        let forward = json!({"chatId": BOB, "chatIdFrom": BOB, "messages": forwarded});
        for number in 0..50 {
            let body = json!({"chatId": BOB, "message": number.to_string()});
            instance.accepted("sendMessage", &body).await;
            if number == 15 {
                assert_eq!(instance.post("forwardMessages", &forward).await.status, 200);
            }
        }
        let rows = instance.get("showMessagesQueue").await.json();
        let rows = rows.as_array().unwrap();
        assert_eq!(rows.len(), 51);
        assert_eq!(
            (&rows[16]["body"], rows[16]["messagesIDs"].as_array().unwrap().len()),
            (&forward, 55)
        );
        let texts = rows.iter().filter_map(|row| row["body"]["message"].as_str());
        assert_eq!(texts.collect::<Vec<_>>(), (0..50).map(|n| n.to_string()).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn an_empty_queue_is_an_empty_list() {
        let api = Api::new().await;
        let instance = api.instance().await;
        assert_eq!(instance.get("showMessagesQueue").await.json(), json!([]));
    }
}
