use serde::Serialize;
use utoipa::ToSchema;

use crate::call::{Answer, Call, ok};
use crate::description::Description;

/// The account is unlinked.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Logout {
    /// true; also when there was nothing to unlink.
    is_logout: bool,
}

pub(crate) async fn handle(call: Call) -> Answer {
    call.instance.logout().await?;
    ok(Logout { is_logout: true })
}

pub(crate) fn describe() -> Description {
    Description::answers::<Logout>()
}

#[cfg(test)]
mod tests {
    use crate::testing::Api;
    use serde_json::json;

    #[tokio::test]
    async fn a_linked_instance_is_unlinked_and_a_second_time_is_fine() {
        let api = Api::new().await;
        let instance = api.instance().await;
        instance.linked().await;
        for _ in 0..2 {
            assert_eq!(instance.get("logout").await.json(), json!({"isLogout": true}));
            let state = instance.get("getStateInstance").await;
            assert_eq!(state.json(), json!({"stateInstance": "notAuthorized"}));
        }
        assert_eq!(api.engine.keys(instance.id), siskin_fleet::StoredKeys::Nothing);
    }
}
