use serde::Serialize;
use siskin_green_api::Word;
use utoipa::ToSchema;

use crate::call::{Answer, Call, ok};
use crate::description::Description;

/// The state of an instance.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StateInstance {
    /// notAuthorized, authorized, blocked, starting, yellowCard, suspended or, when WhatsApp
    /// demands a passkey before it links, passkeyRequired.
    #[schema(example = "authorized")]
    state_instance: &'static str,
}

pub(crate) async fn handle(call: Call) -> Answer {
    let state_instance = call.instance.link().borrow().state().word();
    ok(StateInstance { state_instance })
}

pub(crate) fn describe() -> Description {
    Description::answers::<StateInstance>()
}

#[cfg(test)]
mod tests {
    use crate::testing::Api;
    use serde_json::json;

    #[tokio::test]
    async fn a_new_instance_is_not_authorized_and_a_linked_one_is() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let answer = instance.get("getStateInstance").await;
        assert_eq!(answer.json(), json!({"stateInstance": "notAuthorized"}));
        instance.linked().await;
        let answer = instance.get("getStateInstance").await;
        assert_eq!(answer.json(), json!({"stateInstance": "authorized"}));
    }
}
