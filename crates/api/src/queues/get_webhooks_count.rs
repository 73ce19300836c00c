use super::count::Count;
use crate::call::{Answer, Call, ok};
use crate::description::Description;

pub(crate) async fn handle(call: Call) -> Answer {
    let count = call.context.delivery.count(&call.instance).await?;
    ok(Count { count })
}

pub(crate) fn describe() -> Description {
    Description::answers::<Count>()
}

#[cfg(test)]
mod tests {
    use crate::testing::Api;
    use serde_json::json;

    #[tokio::test]
    async fn waiting_notifications_are_counted() {
        let api = Api::new().await;
        let instance = api.instance().await;
        assert_eq!(instance.get("getWebhooksCount").await.json(), json!({"count": 0}));
        instance.post("setSettings", &json!({"stateWebhook": "yes"})).await;
        instance.linked().await;
        assert_eq!(instance.get("getWebhooksCount").await.json(), json!({"count": 1}));
    }
}
