use std::num::{IntErrorKind, ParseIntError};

use serde::Serialize;
use siskin_model::Receipt;
use utoipa::ToSchema;

use crate::call::{Answer, Call, ok};
use crate::description::Description;
use crate::error::ApiError;

const NOT_A_NUMBER: &str = "Parameter receiptId must be a Number";
const NOT_THERE: &str = "Notification not found, or it was deleted before";

/// Whether the notification was removed.
#[derive(Serialize, ToSchema)]
struct DeleteNotificationResult {
    /// false: there is none of that number, or not any more.
    result: bool,
    /// Why not; empty where it was.
    reason: &'static str,
}

pub(crate) async fn handle(call: Call) -> Answer {
    let receipt = receipt(call.tail.as_deref().unwrap_or_default())?;
    let result = call.context.delivery.delete(&call.instance, receipt).await?;
    ok(DeleteNotificationResult { result, reason: if result { "" } else { NOT_THERE } })
}

fn receipt(tail: &str) -> Result<Receipt, ApiError> {
    tail.parse().or_else(|error: ParseIntError| match error.kind() {
        // A number, only larger than any receipt.
        IntErrorKind::PosOverflow => Ok(Receipt::MAX),
        _ => Err(ApiError::Refused(NOT_A_NUMBER.into())),
    })
}

pub(crate) fn describe() -> Description {
    Description::answers::<DeleteNotificationResult>().refuses(NOT_A_NUMBER)
}

#[cfg(test)]
mod tests {
    use crate::testing::Api;
    use serde_json::json;

    #[tokio::test]
    async fn a_receipt_that_is_none_is_refused() {
        let api = Api::new().await;
        let instance = api.instance().await;
        for tail in ["", "/abc", "/1x"] {
            let answer = instance.send("DELETE", "deleteNotification", tail).await;
            let refused = (400, "Parameter receiptId must be a Number".to_owned());
            assert_eq!((answer.status, answer.text()), refused);
        }
    }

    #[tokio::test]
    async fn an_unknown_receipt_is_no_error() {
        let api = Api::new().await;
        let instance = api.instance().await;
        for tail in ["/7", "/0", "/-1", "/99999999999999999999"] {
            let answer = instance.send("DELETE", "deleteNotification", tail).await;
            assert_eq!((answer.status, &answer.json()["result"]), (200, &json!(false)), "{tail}");
        }
    }
}
