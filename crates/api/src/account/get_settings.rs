use serde::Serialize;
use siskin_green_api::Settings;

use super::settings_schema::settings_schema;
use super::shown_account;
use crate::call::{Answer, Call, ok};
use crate::description::Description;

/// Every setting, obsolete ones included: clients index them without checks
/// (specification, section 10, number 8).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownSettings<'a> {
    wid: String,
    type_instance: &'static str,
    type_account: &'static str,
    #[serde(flatten)]
    settings: &'a Settings,
}

pub(crate) async fn handle(call: Call) -> Answer {
    let link = call.instance.link();
    let wid = shown_account(&link.borrow()).map(|account| account.wid().to_string());
    ok(ShownSettings {
        wid: wid.unwrap_or_default(),
        type_instance: "whatsapp",
        type_account: "",
        settings: &call.instance.settings(),
    })
}

pub(crate) fn describe() -> Description {
    Description::answers_schema("Settings", settings_schema())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::testing::{ANN, Api};
    use serde_json::json;

    /// The keys of the specification's table.
    const KEYS: [&str; 30] = [
        "wid",
        "typeInstance",
        "typeAccount",
        "countryInstance",
        "webhookUrl",
        "webhookUrlToken",
        "delaySendMessagesMilliseconds",
        "markIncomingMessagesReaded",
        "markIncomingMessagesReadedOnReply",
        "outgoingWebhook",
        "outgoingMessageWebhook",
        "outgoingAPIMessageWebhook",
        "incomingWebhook",
        "stateWebhook",
        "keepOnlineStatus",
        "pollMessageWebhook",
        "incomingCallWebhook",
        "outgoingCallWebhook",
        "incomingBlockWebhook",
        "editedMessageWebhook",
        "deletedMessageWebhook",
        "autoTyping",
        "linkPreview",
        "enableLidMode",
        "deviceWebhook",
        "statusInstanceWebhook",
        "enableMessagesHistory",
        "sharedSession",
        "proxyInstance",
        "avatarInfoWebhook",
    ];

    #[tokio::test]
    async fn every_key_of_the_reference_is_there_and_no_other() {
        let api = Api::new().await;
        let settings = api.instance().await.get("getSettings").await.json();
        let settings = settings.as_object().unwrap();
        for key in KEYS {
            assert!(settings.contains_key(key), "{key} is missing");
        }
        assert_eq!(settings.len(), KEYS.len());
        assert_eq!(settings["wid"], "");
        assert_eq!(settings["typeInstance"], "whatsapp");
        assert_eq!(settings["delaySendMessagesMilliseconds"], 3000);
        assert_eq!(settings["incomingWebhook"], "no");
    }

    #[tokio::test]
    async fn a_linked_instance_shows_its_account() {
        let api = Api::new().await;
        let instance = api.instance().await;
        instance.linked().await;
        let settings = instance.get("getSettings").await.json();
        assert_eq!(settings["wid"], json!(format!("{ANN}@c.us")));
    }
}
