use serde::Serialize;
use siskin_delivery::Cleared;
use utoipa::ToSchema;

use crate::call::{Answer, Call, ok};
use crate::description::Description;

/// Whether the queue was cleared. A refusal has the status 200 too.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ClearWebhooks {
    /// false where it was cleared less than a minute ago.
    is_cleared: bool,
    /// Empty, or "Too many requests".
    reason: &'static str,
    /// The seconds to wait, after a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    left_time: Option<u64>,
}

pub(crate) async fn handle(call: Call) -> Answer {
    ok(match call.context.delivery.clear(&call.instance).await? {
        Cleared::Done => ClearWebhooks { is_cleared: true, reason: "", left_time: None },
        Cleared::TooSoon { left } => ClearWebhooks {
            is_cleared: false,
            reason: "Too many requests",
            // A second that has begun must be waited for.
            left_time: Some(left.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)),
        },
    })
}

pub(crate) fn describe() -> Description {
    Description::answers::<ClearWebhooks>()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::testing::Api;
    use serde_json::json;

    #[tokio::test]
    async fn it_clears_once_a_minute() {
        let api = Api::new().await;
        let instance = api.instance().await;
        instance.post("setSettings", &json!({"stateWebhook": "yes"})).await;
        instance.linked().await;
        let answer = instance.send("DELETE", "clearWebhooksQueue", "").await;
        assert_eq!(answer.json(), json!({"isCleared": true, "reason": ""}));
        assert_eq!(instance.get("getWebhooksCount").await.json(), json!({"count": 0}));
        let answer = instance.send("DELETE", "clearWebhooksQueue", "").await;
        assert_eq!(answer.status, 200);
        let answer = answer.json();
        assert_eq!(
            (&answer["isCleared"], &answer["reason"]),
            (&json!(false), &json!("Too many requests"))
        );
        assert!((1..=60).contains(&answer["leftTime"].as_u64().unwrap()));
    }
}
