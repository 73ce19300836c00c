use serde::Serialize;
use utoipa::ToSchema;

use crate::call::{Answer, Call, ok};
use crate::description::Description;

/// The queue is empty.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct IsCleared {
    /// true.
    is_cleared: bool,
}

/// What has begun to leave leaves.
pub(crate) async fn handle(call: Call) -> Answer {
    call.instance.clear_queue().await?;
    ok(IsCleared { is_cleared: true })
}

pub(crate) fn describe() -> Description {
    Description::answers::<IsCleared>()
}

#[cfg(test)]
mod tests {
    use crate::testing::{Api, BOB};
    use serde_json::json;

    #[tokio::test]
    async fn nothing_waits_afterwards() {
        let api = Api::new().await;
        let instance = api.instance().await;
        instance.accepted("sendMessage", &json!({"chatId": BOB, "message": "Hello"})).await;
        for _ in 0..2 {
            let answer = instance.get("clearMessagesQueue").await;
            assert_eq!(answer.json(), json!({"isCleared": true}));
            instance.nothing_waits().await;
        }
    }
}
