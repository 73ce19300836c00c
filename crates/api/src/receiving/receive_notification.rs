use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use siskin_delivery::ReceiveError;
use siskin_green_api::refusals;
use siskin_model::Receipt;
use utoipa::ToSchema;

use crate::call::{Answer, Call, ok};
use crate::description::Description;
use crate::error::ApiError;
use crate::request::{clamped, optional, request};

/// How long a call waits unless the caller says, in seconds.
const DEFAULT_TIMEOUT: u64 = 5;
/// What the caller may say, in seconds. Outside of them, the nearest is taken: the vendor's own
/// Go bots ask for 2.
const TIMEOUTS: std::ops::RangeInclusive<u64> = 5..=60;

const WEBHOOK_SET: &str = "Message cannot be received because custom webhook url is set. \
                           Go to cabinet, clear webhook url";

request! {
    /// How long to wait for one.
    pub(crate) struct ReceiveNotification {
        seconds: u64 = optional("receiveTimeout", clamped(TIMEOUTS),
            "How long to wait, in seconds.").or(DEFAULT_TIMEOUT),
    }
}

/// The oldest notification, which stays where it is until it is deleted; null where none
/// came in time.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReceiptNotification {
    /// The handle for deleteNotification.
    receipt_id: Receipt,
    /// The notification, as a webhook would get it.
    #[schema(value_type = Object)]
    body: Value,
}

pub(crate) async fn handle(call: Call, request: ReceiveNotification) -> Answer {
    let timeout = Duration::from_secs(request.seconds);
    let oldest = tokio::select! {
        oldest = call.context.delivery.receive(&call.instance, timeout) => oldest?,
        () = call.instance.deleted() => return Err(ApiError::Refused(refusals::DELETED.into())),
    };
    ok(oldest.map(|logged| ReceiptNotification {
        receipt_id: logged.receipt,
        body: logged.notification.body,
    }))
}

impl From<ReceiveError> for ApiError {
    fn from(error: ReceiveError) -> Self {
        match error {
            ReceiveError::WebhookSet => Self::Refused(WEBHOOK_SET.into()),
            ReceiveError::Store(error) => error.into(),
        }
    }
}

pub(crate) fn describe() -> Description {
    Description::answers::<ReceiptNotification>()
        .or_null()
        .refuses(WEBHOOK_SET)
        .refuses(refusals::DELETED)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::testing::{Api, validation};
    use serde_json::{Value, json};

    #[tokio::test]
    async fn the_oldest_comes_again_until_it_is_deleted() {
        let api = Api::new().await;
        let instance = api.instance().await;
        instance.post("setSettings", &json!({"stateWebhook": "yes"})).await;
        instance.linked().await;
        let first = instance.get("receiveNotification").await.json();
        assert_eq!(first["receiptId"], 1);
        assert_eq!(first["body"]["typeWebhook"], "stateInstanceChanged");
        assert_eq!(first["body"]["instanceData"]["idInstance"], instance.id.get());
        assert_eq!(instance.get("receiveNotification").await.json(), first);
        let deleted = instance.send("DELETE", "deleteNotification", "/1").await;
        assert_eq!(deleted.json(), json!({"result": true, "reason": ""}));
        assert_eq!(instance.get("getWebhooksCount").await.json(), json!({"count": 0}));
    }

    #[tokio::test(start_paused = true)]
    async fn an_empty_log_answers_null_after_the_timeout() {
        let api = Api::new().await;
        let answer = api.instance().await.get("receiveNotification?receiveTimeout=5").await;
        assert_eq!((answer.status, answer.json()), (200, Value::Null));
    }

    #[tokio::test]
    async fn a_wait_ends_when_the_instance_is_deleted() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let (polled, deleted) = tokio::join!(
            instance.get("receiveNotification?receiveTimeout=60"),
            api.fleet.delete(instance.id),
        );
        assert!(deleted.unwrap());
        assert_eq!((polled.status, polled.text()), (400, "Instance is deleted".into()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_timeout_out_of_bounds_is_taken_as_the_nearest_within() {
        let api = Api::new().await;
        let instance = api.instance().await;
        for (timeout, seconds) in
            [("2", 5), ("1", 5), ("0", 5), ("-3", 5), ("7", 7), ("61", 60), ("3600", 60), ("", 5)]
        {
            let asked = tokio::time::Instant::now();
            let path = format!("receiveNotification?receiveTimeout={timeout}");
            let answer = instance.get(&path).await;
            assert_eq!((answer.status, answer.json()), (200, Value::Null), "{timeout}");
            assert_eq!(asked.elapsed().as_secs(), seconds, "{timeout}");
        }
    }

    #[tokio::test]
    async fn a_timeout_that_is_no_number_is_refused() {
        let api = Api::new().await;
        let instance = api.instance().await;
        for (timeout, detail) in [
            ("long", "'receiveTimeout' must be a number"),
            ("2.5", "'receiveTimeout' must be an integer"),
        ] {
            let path = format!("receiveNotification?receiveTimeout={timeout}");
            validation(&instance.get(&path).await, detail);
        }
    }

    #[tokio::test]
    async fn with_a_webhook_there_is_nothing_to_poll() {
        let api = Api::new().await;
        let instance = api.instance().await;
        instance.post("setSettings", &json!({"webhookUrl": "http://127.0.0.1:9/hook"})).await;
        let answer = instance.get("receiveNotification").await;
        let text = "Message cannot be received because custom webhook url is set. \
                    Go to cabinet, clear webhook url";
        assert_eq!((answer.status, answer.text()), (400, text.into()));
    }
}
