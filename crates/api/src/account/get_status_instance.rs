use serde::Serialize;
use siskin_green_api::Word;
use utoipa::ToSchema;

use crate::call::{Answer, Call, ok};
use crate::description::Description;

/// Whether an instance has a live connection to WhatsApp.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StatusInstance {
    /// online or offline.
    #[schema(example = "online")]
    status_instance: &'static str,
}

pub(crate) async fn handle(call: Call) -> Answer {
    let status_instance = call.instance.link().borrow().socket().word();
    ok(StatusInstance { status_instance })
}

pub(crate) fn describe() -> Description {
    Description::answers::<StatusInstance>()
}

#[cfg(test)]
mod tests {
    use crate::testing::Api;
    use serde_json::json;

    #[tokio::test]
    async fn a_linked_instance_is_online() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let answer = instance.get("getStatusInstance").await;
        assert_eq!(answer.json(), json!({"statusInstance": "offline"}));
        instance.linked().await;
        let answer = instance.get("getStatusInstance").await;
        assert_eq!(answer.json(), json!({"statusInstance": "online"}));
    }
}
