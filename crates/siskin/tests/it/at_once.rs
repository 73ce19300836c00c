//! Several callers at the same moment.

use futures::future::join_all;
use serde_json::json;

use crate::stage::{Api, Stage};

#[tokio::test]
async fn settings_that_change_at_the_same_time_are_all_kept() {
    let stage = Stage::start().await;
    let api = stage.api();
    let keys = [
        "incomingBlockWebhook",
        "deviceWebhook",
        "statusInstanceWebhook",
        "avatarInfoWebhook",
        "keepOnlineStatus",
        "outgoingCallWebhook",
    ];
    join_all(keys.map(|key| api.post("setSettings", json!({ key: "yes" })))).await;
    let settings = api.get("getSettings").await;
    for key in keys {
        assert_eq!(settings[key], "yes", "{key} is lost");
    }
}

#[tokio::test]
async fn of_those_who_replace_the_token_at_the_same_time_one_succeeds() {
    let stage = Stage::start().await;
    let api = stage.api();
    let answers = join_all((0..8).map(|_| reqwest::get(api.url("updateApiToken")))).await;
    let mut tokens = Vec::new();
    for answer in answers {
        let answer = answer.unwrap();
        match answer.status().as_u16() {
            200 => tokens.push(answer.json::<serde_json::Value>().await.unwrap()),
            status => assert_eq!(status, 401),
        }
    }
    assert_eq!(tokens.len(), 1, "each caller but one would have a token of no use");
    let fresh = Api::new(&api.base, api.id, tokens[0]["apiTokenInstance"].as_str().unwrap());
    assert_eq!(fresh.get("getStateInstance").await["stateInstance"], "notAuthorized");
}
