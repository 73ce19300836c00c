//! Several callers at the same moment.

use futures::future::join_all;
use serde_json::json;

use crate::stage::Stage;

#[tokio::test]
async fn settings_that_change_at_the_same_time_are_all_kept() {
    let stage = Stage::start().await;
    let api = stage.api();
    let keys = [
        "pollMessageWebhook",
        "incomingCallWebhook",
        "editedMessageWebhook",
        "deletedMessageWebhook",
        "keepOnlineStatus",
        "outgoingCallWebhook",
    ];
    join_all(keys.map(|key| api.post("setSettings", json!({ key: "yes" })))).await;
    let settings = api.get("getSettings").await;
    for key in keys {
        assert_eq!(settings[key], "yes", "{key} is lost");
    }
}
