use serde::Serialize;
use utoipa::ToSchema;

use crate::call::{Answer, Call, ok};
use crate::description::Description;

/// The restart has begun.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Reboot {
    /// true.
    is_reboot: bool,
}

pub(crate) async fn handle(call: Call) -> Answer {
    call.instance.reboot().await?;
    ok(Reboot { is_reboot: true })
}

pub(crate) fn describe() -> Description {
    Description::answers::<Reboot>()
}

#[cfg(test)]
mod tests {
    use crate::testing::Api;
    use serde_json::json;

    #[tokio::test]
    async fn a_linked_instance_opens_its_connection_anew() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let old = instance.linked().await;
        assert_eq!(instance.get("reboot").await.json(), json!({"isReboot": true}));
        let new = api.engine.opened().await;
        assert!(new.linked && old.is_closed());
    }

    #[tokio::test]
    async fn an_instance_that_is_not_linked_may_be_rebooted_too() {
        let api = Api::new().await;
        let instance = api.instance().await;
        assert_eq!(instance.get("reboot").await.json(), json!({"isReboot": true}));
    }
}
